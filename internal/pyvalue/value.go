package pyvalue

import "math/big"

// Map is a map that remembers the order in which its keys first came.
type Map struct {
	keys   []string
	values map[string]any
}

// Len is the number of keys; a nil map has none.
func (m *Map) Len() int {
	if m == nil {
		return 0
	}
	return len(m.keys)
}

// Keys are the keys in order. The caller must not change them.
func (m *Map) Keys() []string {
	if m == nil {
		return nil
	}
	return m.keys
}

// Get returns the value of a key.
func (m *Map) Get(key string) (any, bool) {
	if m == nil {
		return nil, false
	}
	v, ok := m.values[key]
	return v, ok
}

// Set puts a value at the end, or in the place of the key if it is there already.
func (m *Map) Set(key string, v any) {
	if m.values == nil {
		m.values = make(map[string]any)
	}
	if _, ok := m.values[key]; !ok {
		m.keys = append(m.keys, key)
	}
	m.values[key] = v
}

// Time is a date and time that is already written out, in the form str() gives ("1970-01-01 00:00:00"). It is a type
// of its own because formats quote texts but not times, and no function of a query accepts it.
type Time string

// ISO is the form with a T in the middle.
func (t Time) ISO() string {
	b := []byte(t)
	for i, c := range b {
		if c == ' ' {
			b[i] = 'T'
			break
		}
	}
	return string(b)
}

// Opaque is a value of another package that may stand among these while they are computed with. It can be shown, and
// nothing else.
type Opaque interface {
	Opaque() string
}

// Int makes an integer.
func Int(n int64) *big.Int { return big.NewInt(n) }

// Truth is what the runtime takes a value for in a condition: empty, zero and nothing are false.
func Truth(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case *big.Int:
		return v.Sign() != 0
	case float64:
		return v != 0
	case string:
		return v != ""
	case []any:
		return len(v) > 0
	case *Map:
		return v.Len() > 0
	}
	return true
}

// Equal compares by value: 1, 1.0 and true are the same, the order of keys does not matter, NaN equals nothing.
func Equal(a, b any) bool {
	if x, ok := a.([]any); ok {
		y, ok := b.([]any)
		return ok && equalLists(x, y)
	}
	if x, ok := a.(*Map); ok {
		y, ok := b.(*Map)
		return ok && equalMaps(x, y)
	}
	if order, ok := CompareNumbers(a, b); ok {
		return order == 0
	}
	if IsNumber(a) || IsNumber(b) {
		return false
	}
	return a == b
}

func equalLists(a, b []any) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !Equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

func equalMaps(a, b *Map) bool {
	if a.Len() != b.Len() {
		return false
	}
	for _, k := range a.Keys() {
		v, _ := a.Get(k)
		w, ok := b.Get(k)
		if !ok || !Equal(v, w) {
			return false
		}
	}
	return true
}

// TypeName is the runtime's name of a value's type.
func TypeName(v any) string {
	switch v.(type) {
	case nil:
		return "NoneType"
	case bool:
		return "bool"
	case *big.Int:
		return "int"
	case float64:
		return "float"
	case string:
		return "str"
	case []any:
		return "list"
	case *Map:
		return "dict"
	case Time:
		return "datetime"
	}
	return "object"
}
