package engine

import (
	"encoding/json"
	"errors"
)

// manifestParts are the digits of the blobs that a manifest names; those of other manifests are not among them.
func manifestParts(text []byte) (parts []string, err error) {
	type descriptor struct{ Digest string }
	var m struct {
		SchemaVersion int
		Config        descriptor
		Layers        []descriptor
		Blobs         []descriptor // of artifact manifests, as they once were
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, err
	}
	if m.SchemaVersion != 2 {
		return nil, errors.New("a manifest of another schema")
	}
	for _, d := range append(append(m.Layers, m.Blobs...), m.Config) {
		if digits, ok := digitsOf(d.Digest); ok {
			parts = append(parts, digits)
		}
	}
	return parts, nil
}
