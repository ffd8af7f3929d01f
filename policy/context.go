package policy

// Context holds the values of condition keys that the caller established, as aws:SourceIp. Key names are
// case-insensitive. What Request.Principal implies (aws:username and the like) is not read from here, so
// that no context can speak for another principal. The zero Context is empty and may be used.
type Context struct {
	keys []contextKey
}

type contextKey struct {
	name   string
	values []string
}

// Set gives a key its values, in place of those it had.
func (c *Context) Set(name string, values ...string) {
	for i := range c.keys {
		if sameKey(c.keys[i].name, name) {
			c.keys[i].values = values
			return
		}
	}
	c.keys = append(c.keys, contextKey{name, values})
}

// Get is the values of a key, and whether it is present at all.
func (c Context) Get(name string) ([]string, bool) {
	for i := range c.keys {
		if sameKey(c.keys[i].name, name) {
			return c.keys[i].values, true
		}
	}
	return nil, false
}

// sameKey compares in ASCII. (strings.EqualFold would take "aws:ſourceip" for aws:SourceIp.)
func sameKey(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// single is the one value of a key that has one value.
func (c Context) single(name string) string {
	if values, _ := c.Get(name); len(values) == 1 {
		return values[0]
	}
	return ""
}
