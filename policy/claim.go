package policy

import "github.com/octroi/octroi/policy/condition"

// IsClaim reports whether a claim of a web identity token is a condition key, after the provider's name, and whether it
// can have several values. The claim's name has one spelling.
func IsClaim(name string) (is, several bool) { return condition.IsClaim(name) }
