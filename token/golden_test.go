package token_test

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/token"
)

// golden is testdata/golden.json: a fixed ring, and tokens that it sealed once. They must open for ever; a new
// version adds tokens and changes none.
type golden struct {
	Deployment string
	Keys       []struct {
		ID        token.KeyID
		Secret    string // hex
		Activated time.Time
	}
	Tokens []struct {
		Purpose string // a Purpose, or "password"
		Secret  string // of the access key of a session
		Text    string
		At      time.Time
		Claims  token.Claims
	}
}

// readGolden reads the file and makes its ring.
func readGolden(t testing.TB) (golden, *token.Ring) {
	t.Helper()
	text, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	if err := json.Unmarshal(text, &g); err != nil {
		t.Fatal(err)
	}
	var keys []token.Key
	for _, k := range g.Keys {
		secret, err := hex.DecodeString(k.Secret)
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, token.Key{ID: k.ID, Secret: token.Secret(secret), Activated: k.Activated})
	}
	if len(g.Tokens) < 4 {
		t.Fatalf("%d golden tokens", len(g.Tokens))
	}
	return g, ringOf(t, g.Deployment, keys...)
}

func TestGoldenTokensOpen(t *testing.T) {
	g, r := readGolden(t)
	for i, want := range g.Tokens {
		var got token.Claims
		var err error
		switch want.Purpose {
		case "password":
			got, err = r.OpenPassword(want.Text, want.At)
		case token.Bearer.String():
			got, err = r.Open(token.Bearer, want.Text, want.At)
		case token.Message.String():
			got, err = r.Open(token.Message, want.Text, want.At)
		case token.Session.String():
			var secret principal.Secret
			if got, secret, err = r.OpenSession(want.Text, want.At); secret.Reveal() != want.Secret {
				t.Errorf("token %d: another secret", i)
			}
		default:
			t.Fatalf("token %d is for %q", i, want.Purpose)
		}
		if err != nil {
			t.Errorf("token %d: %v", i, err)
		}
		if diff := cmp.Diff(want.Claims, got); diff != "" {
			t.Errorf("token %d: %s", i, diff)
		}
	}
}
