package endpoint

// Operation is a row of the table as tests see it.
type Operation struct{ Service, Name string }

// Operations are all rows of the table.
func Operations() []Operation {
	var all []Operation
	for _, o := range table(nil, nil) {
		all = append(all, Operation{o.service, o.name})
	}
	return all
}

// Unsigned are the rows of operations that need no signature.
func Unsigned() []Operation {
	var all []Operation
	for _, o := range unsigned(nil) {
		all = append(all, Operation{o.service, o.name})
	}
	return all
}
