package shape_test

import (
	"encoding/json"
	"testing"
	"testing/quick"

	"github.com/octroi/octroi/shape"
)

// A string is written as encoding/json writes it, whatever is in it.
func TestStringsAreWrittenAsJSON(t *testing.T) {
	type output struct{ Text *string }
	same := func(text string) bool {
		want, err := json.Marshal(map[string]string{"text": text})
		return err == nil && string(shape.EncodeJSON(&output{&text})) == string(want)
	}
	for _, text := range []string{"", "plain", `"`, `\`, "<&>", "\x00\n\x1f", "\x7f", "é", "\u2028", "\xff\xfe", "a\xc3"} {
		if !same(text) {
			t.Errorf("%q is %s", text, shape.EncodeJSON(&output{&text}))
		}
	}
	if err := quick.Check(same, nil); err != nil {
		t.Error(err)
	}
}
