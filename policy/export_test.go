package policy

// Glob compiles and matches, for tests of the matcher alone.
func Glob(pattern, text string) bool { return glob(compileGlob(pattern), text) }

// ZeroConditionIsUnknown: a family that nobody compares holds for no Allow and for every Deny.
func ZeroConditionIsUnknown() bool {
	var c condition
	return c.meets("x", new(subject)) == unknown
}
