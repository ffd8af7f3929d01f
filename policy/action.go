package policy

import "strings"

// compileAction reads a pattern of Action or NotAction: "*", or vendor:name with wildcards in the name.
// An action that we do not know is no mistake: policies are shared with Amazon, which has others. The
// pattern is in lower case, as subject.action is.
//
// Source: IAM User Guide, "IAM JSON policy elements: Action". That a vendor holds no wildcard is what
// IAM answers: "Action vendors must not contain wildcards".
func compileAction(element, text string) (pattern, error) {
	if text == "*" {
		return compilePattern(text), nil
	}
	vendor, name, found := strings.Cut(text, ":")
	if !found || vendor == "" || name == "" {
		return pattern{}, malformed(element, "%s is not an action: want vendor:name, as ecr-public:PutImage, or \"*\"", show(text))
	}
	if strings.ContainsAny(vendor, "*?") {
		return pattern{}, malformed(element, "the vendor of %s holds a wildcard; wildcards may only follow the colon", show(text))
	}
	for _, c := range []byte(vendor + name) {
		if !isActionByte(c) && c != '*' && c != '?' {
			return pattern{}, malformed(element, "%s is not an action: it holds a character that is no letter, digit, '-', '_' or '.'", show(text))
		}
	}
	return compilePattern(strings.ToLower(text)), nil
}

func isActionByte(c byte) bool { return isAlphanumeric(c) || c == '-' || c == '_' || c == '.' }

func isAlphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}
