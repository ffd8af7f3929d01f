package policy

// Glob compiles and matches, for tests of the matcher alone.
func Glob(pattern, text string) bool { return glob(compileGlob(pattern), text) }
