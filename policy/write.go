package policy

import "encoding/json"

// Grant allows actions on resources, both patterns of the policy language.
type Grant struct{ Actions, Resources []string }

// Write writes the document that allows the grants, a statement each. What it returns is valid for Parse, or it fails
// with Parse's error: so no one puts a document together from strings.
func Write(grants ...Grant) ([]byte, error) {
	type allow struct {
		Effect           string
		Action, Resource []string
	}
	var statements []allow
	for _, g := range grants {
		statements = append(statements, allow{"Allow", g.Actions, g.Resources})
	}
	text, err := json.Marshal(struct {
		Version   Version
		Statement []allow
	}{Version2012, statements})
	if err == nil {
		_, err = Parse(text)
	}
	if err != nil {
		return nil, err
	}
	return text, nil
}
