package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/octroi/octroi/store"
)

// R43: a text is data. What would be a statement, a pattern or a filter elsewhere finds nothing, and what is kept under it
// comes back as it was.
func TestHostileR43(t *testing.T) {
	ctx, s := context.Background(), open(t)
	const account = "123456789012"
	u := must(s.CreateUser(ctx, account, "ci"))(t)
	texts := []string{"';--", "'; DROP TABLE users;--", `" OR ""="`, "*)(uid=*", "%", "_", "ci' OR '1'='1", "c_", "c%", "CI"}
	document := func(text string) string {
		return fmt.Sprintf(`{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:username":%s}}}}`, must(json.Marshal(text))(t))
	}
	for i, text := range texts {
		if got, err := s.UserByName(ctx, account, text); err == nil && got.Name != text && text != "CI" {
			t.Errorf("the name %q finds %q", text, got.Name)
		}
		if _, err := s.UserByName(ctx, text, "ci"); err == nil {
			t.Errorf("the account %q is one", text)
		}
		check(t, s.PutInlinePolicy(ctx, u.Owner(), store.InlinePolicy{Name: fmt.Sprintf("p%02d", i), Document: document(text)}))
	}
	kept := must(s.InlinePolicies(ctx, u.ID))(t)
	if len(kept) != len(texts) {
		t.Fatalf("%d policies are kept", len(kept))
	}
	for i, p := range kept {
		if p.Name != fmt.Sprintf("p%02d", i) || p.Document != document(texts[i]) {
			t.Errorf("under %q there is %q", p.Name, p.Document)
		}
	}
	if users := must(s.Users(ctx, account))(t); len(users) != 1 || users[0].Name != "ci" {
		t.Errorf("users: %v", users)
	}
}
