package shape

// Visitor builds a value of its own from a shape. Structure gets its members' values in order.
type Visitor[V any] interface {
	Structure(names []string, values []V) V
	List(element V) V
	Map(value V) V
	Scalar(kind Kind, name string) V
}

// Example builds an example of a shape: every member present, one element in each list. The name is that of the member
// that holds it, which stands for the value of a text. A shape that holds itself is followed once.
func Example[V any](s Shape, name string, b Visitor[V]) V {
	return example(s, name, b, map[Shape]bool{})
}

func example[V any](s Shape, name string, b Visitor[V], above map[Shape]bool) V {
	switch s.Kind {
	case List:
		return b.List(example(s.Elem(), name, b, above))
	case Map:
		return b.Map(example(s.Elem(), name, b, above))
	case Structure:
		if above[s] {
			return b.Structure(nil, nil)
		}
		above[s] = true
		defer delete(above, s)
		var names []string
		var values []V
		for _, m := range s.Members() {
			names = append(names, m.Name)
			values = append(values, example(m.Shape, m.Name, b, above))
		}
		return b.Structure(names, values)
	}
	return b.Scalar(s.Kind, name)
}
