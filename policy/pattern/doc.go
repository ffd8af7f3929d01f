// Package pattern matches the texts of policies: literals, texts with wildcards, and texts with policy variables.
//
// A text of a policy is compiled once, when the document is read, and matched without allocating. Its answer has three
// values (Truth), because a variable may have no value and the statement alone knows what that is worth. It knows no
// request: whoever asks brings a Lookup.
//
// Read truth.go; glob.go, the matcher; template.go, which puts variables into it; fold.go for texts without regard to
// case; text.go for which texts a document may hold, and how names are compared.
package pattern
