package access_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
)

// What each kind of question answers, for whom, and what the record says.
func TestDecisions(t *testing.T) {
	ctx := context.Background()
	c := open(t)
	path := filepath.Join(c.folder, "audit.jsonl")
	check := func(t *testing.T, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	user := func(name, document string) principal.Principal {
		u, err := c.Store.CreateUser(ctx, account, name)
		check(t, err)
		if document != "" {
			check(t, c.Store.PutInlinePolicy(ctx, u.Owner(), store.InlinePolicy{Name: "p", Document: document}))
		}
		return u.Principal()
	}
	allowed := user("allowed", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`)
	denied := user("denied", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},
		{"Effect":"Deny","Action":"ecr-public:OverwriteImageTag","Resource":"*"}]}`)
	plain := user("plain", "")
	gone := principal.Principal{Kind: principal.User, Account: account, ID: "AIDAGONE", Name: "gone", Path: "/"}

	const action, resource = "ecr-public:OverwriteImageTag", "arn:aws:ecr-public::123456789012:repository/a"
	for _, tc := range []struct {
		name             string
		who              principal.Principal
		check, undenied  bool
		recorded, record string // outcomes of the two records
	}{
		{"allowed by a statement", allowed, true, true, "allow", "allow"},
		{"denied by a statement", denied, false, false, "deny", "deny"},
		{"nothing said", plain, false, true, "deny", "allow"},
		{"no longer there", gone, false, false, "deny", "deny"},
		{"anonymous", principal.Principal{}, false, false, "deny", "deny"},
	} {
		d, err := c.Check(ctx, access.Call{RequestID: tc.name}, tc.who, action, resource)
		check(t, err)
		if d.Allowed() != tc.check {
			t.Errorf("%s: Check allows: %v", tc.name, d.Allowed())
		}
		err = c.Undenied(ctx, access.Call{RequestID: tc.name}, tc.who, action, resource)
		if no := new(access.DeniedError); err != nil && !errors.As(err, &no) {
			t.Fatal(err)
		}
		if (err == nil) != tc.undenied {
			t.Errorf("%s: Undenied says %v", tc.name, err)
		}
		check(t, c.Commit(ctx))
		text, err := os.ReadFile(path)
		check(t, err)
		lines := strings.Split(strings.TrimSpace(string(text)), "\n")
		for i, want := range []string{tc.recorded, tc.record} {
			if line := lines[len(lines)-2+i]; !strings.Contains(line, `"outcome":"`+want+`"`) {
				t.Errorf("%s: the record is %s, want outcome %s", tc.name, line, want)
			}
		}
	}
}
