package policy

import (
	"strings"

	"github.com/octroi/octroi/policy/pattern"
)

// compileAction reads a pattern of Action or NotAction: "*", or vendor:name with wildcards in the name.
// An action that we do not know is no mistake: policies are shared with Amazon, which has others. The
// pattern is in lower case, as subject.action is.
//
// Source: IAM User Guide, "IAM JSON policy elements: Action". That a vendor holds no wildcard is what
// IAM answers: "Action vendors must not contain wildcards".
func compileAction(element, text string) (pattern.Pattern, error) {
	if text == "*" {
		return pattern.Compile(text), nil
	}
	vendor, name, found := strings.Cut(text, ":")
	if !found || vendor == "" || name == "" {
		return pattern.Pattern{}, malformed(element, "%s is not an action: want vendor:name, as ecr-public:PutImage, or \"*\"", pattern.Show(text))
	}
	if strings.ContainsAny(vendor, "*?") {
		return pattern.Pattern{}, malformed(element, "the vendor of %s holds a wildcard; wildcards may only follow the colon", pattern.Show(text))
	}
	for _, c := range []byte(vendor + name) {
		if !pattern.IsNameByte(c) && c != '*' && c != '?' {
			return pattern.Pattern{}, malformed(element, "%s is not an action: it holds a character that is no letter, digit, '-', '_' or '.'", pattern.Show(text))
		}
	}
	return pattern.Compile(strings.ToLower(text)), nil
}
