package token_test

import (
	"strings"
	"testing"

	"github.com/octroi/octroi/token"
)

func TestNamesTellNothingOfTheToken(t *testing.T) {
	id := token.NewID()
	name := token.Name("dep-a", id)
	if len(name) != 32 || strings.Contains(name, strings.ToLower(id[:8])) || token.Name("dep-a", id) != name {
		t.Errorf("%s is named %s", id, name)
	}
	if token.Name("dep-b", id) == name || token.Name("dep-a", token.NewID()) == name {
		t.Error("two tokens, one name")
	}
}
