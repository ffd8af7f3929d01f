package policy

// Conditional reports whether a request's Context can change what the document says: it has a condition, or a variable
// in a resource. For a document that has neither, a caller need not gather one.
func (d *Document) Conditional() bool {
	for i := range d.statements {
		st := &d.statements[i]
		if len(st.conditions) > 0 {
			return true
		}
		for _, r := range st.resources {
			if r.tail.Varies() {
				return true
			}
		}
	}
	return false
}
