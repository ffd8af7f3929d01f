package policy

import "encoding/json"

// AllowDocument writes the document of one statement that allows actions on resources, both patterns of
// the policy language. What it returns is valid for Parse, or it fails with Parse's error: so no one
// puts a document together from strings.
func AllowDocument(actions, resources []string) ([]byte, error) {
	type allow struct {
		Effect           string
		Action, Resource []string
	}
	text, err := json.Marshal(struct {
		Version   Version
		Statement []allow
	}{Version2012, []allow{{"Allow", actions, resources}}})
	if err == nil {
		_, err = Parse(text)
	}
	if err != nil {
		return nil, err
	}
	return text, nil
}
