package strictjson_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/octroi/octroi/internal/strictjson"
)

// Every byte at every place of a word and of what is left after it, alone and beside one that confuses sums of words.
func TestAppendString(t *testing.T) {
	for c := range 256 {
		for at := range 19 {
			for _, other := range []byte{'a', ' ', '~'} {
				text := []byte(strings.Repeat(string(rune(other)), 19))
				text[at] = byte(c)
				want, err := json.Marshal(string(text))
				if err != nil {
					t.Fatal(err)
				}
				if got := strictjson.AppendString([]byte("x"), string(text)); string(got) != "x"+string(want) {
					t.Fatalf("byte %#02x at %d among %q: %s, not %s", c, at, other, got, want)
				}
			}
		}
	}
	if got := string(strictjson.AppendString(nil, "")); got != `""` {
		t.Errorf("an empty text is %s", got)
	}
}
