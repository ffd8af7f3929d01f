package access_test

import (
	"database/sql"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/audit"
	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
)

const account = "123456789012"

// house is a control over the real store and log, and one user.
type house struct {
	*access.Control
	folder string
	user   store.User
}

func open(t *testing.T) *house {
	t.Helper()
	h := &house{folder: t.TempDir()}
	root, err := store.NewRootKey([32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Config{Path: filepath.Join(h.folder, "octroi.db"), Root: root})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	log, err := audit.Open(audit.Config{Folder: h.folder})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	h.Control = &access.Control{Store: s, Log: log, Now: time.Now}
	if err := s.CreateAccount(t.Context(), store.Account{ID: account, Alias: "acme"}); err != nil {
		t.Fatal(err)
	}
	if h.user, err = s.CreateUser(t.Context(), account, "ci"); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *house) give(t *testing.T, name, document string) {
	t.Helper()
	if err := h.Store.PutInlinePolicy(t.Context(), h.user.Owner(), store.InlinePolicy{Name: name, Document: document}); err != nil {
		t.Fatal(err)
	}
}

// records are all records.
func (h *house) records(t *testing.T) (all []audit.Record) {
	t.Helper()
	if err := h.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(h.folder, "audit.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var r audit.Record
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

// last is the newest record.
func (h *house) last(t *testing.T) audit.Record {
	t.Helper()
	all := h.records(t)
	return all[len(all)-1]
}

const allow = `{"Version":"2012-10-17","Statement":{"Sid":"Yes","Effect":"Allow","Action":"ecr-public:*","Resource":"*"}}`
const deny = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"x:y","Resource":"*"},{"Effect":"Deny","Action":"ecr-public:PutImage","Resource":"*"}]}`

func TestCheck(t *testing.T) {
	h := open(t)
	ask := func(p principal.Principal, action string) (access.Decision, audit.Record) {
		t.Helper()
		d, err := h.Check(t.Context(), access.Call{RequestID: "r", Front: "aws", AccessKey: "AKIACLAIMEDCLAIMED22"}, p, action, "*")
		if err != nil {
			t.Fatal(err)
		}
		r := h.last(t)
		if d.Allowed() != (r.Outcome == audit.Allowed) || r.Action != action || r.RequestID != "r" || (d.Err() == nil) != d.Allowed() {
			t.Errorf("decided %v, recorded %+v", d.Allowed(), r)
		}
		return d, r
	}
	p := h.user.Principal()
	if d, r := ask(p, "ecr-public:PutImage"); d.Allowed() || !strings.Contains(r.Reason, "because no identity-based policy allows") || r.Statement != (audit.Statement{}) {
		t.Errorf("without a policy: %+v", r)
	}
	h.give(t, "allows", allow)
	if d, r := ask(p, "ecr-public:PutImage"); !d.Allowed() || r.Statement.Policy != "allows" || r.Statement.Statement != "Yes" || r.Reason != "" {
		t.Errorf("allowed: %+v", r)
	}
	h.give(t, "denies", deny)
	if d, r := ask(p, "ecr-public:PutImage"); d.Allowed() || !d.ExplicitDeny() || r.Statement.Policy != "denies" || r.Statement.Statement != "#2" ||
		r.Who() != "arn:aws:iam::"+account+":user/ci" || r.Identity.ID != h.user.ID {
		t.Errorf("denied: %+v", r)
	}
	if d, r := ask(principal.Principal{}, "ecr-public:PutImage"); d.Allowed() || r.Who() != "anonymous" {
		t.Errorf("anonymous: %+v", r)
	}
	// An unknown kind, an id that is gone, and the id in another account are nobody.
	for _, other := range []principal.Principal{{Kind: 99, Account: account, ID: "AIDA", Name: "x"}, {Kind: principal.User, Account: account, ID: "AIDAGONE"},
		{Kind: principal.User, Account: "210987654321", ID: h.user.ID}} {
		if d, _ := ask(other, "ecr-public:GetAuthorizationToken"); d.Allowed() {
			t.Errorf("%+v may", other)
		}
	}
}

// A policy in the store that does not parse may have held a Deny: nothing is allowed then.
func TestUnreadablePolicyAllowsNothing(t *testing.T) {
	h := open(t)
	h.give(t, "allows", allow)
	db, err := sql.Open("sqlite", filepath.Join(h.folder, "octroi.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	_, err = db.Exec(`INSERT INTO inline_policies (owner, name, document) VALUES ($1, 'broken', '{')`, h.user.ID)
	if err == nil {
		_, err = db.Exec(`UPDATE meta SET version = version + 1`)
	}
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(store.CheckInterval + 50*time.Millisecond)
	d, err := h.Check(t.Context(), access.Call{}, h.user.Principal(), "ecr-public:PutImage", "*")
	if err != nil || d.Allowed() {
		t.Errorf("allowed: %v, %v", d.Allowed(), err)
	}
}

func TestFilter(t *testing.T) {
	h := open(t)
	document, err := policy.Write(policy.Grant{Actions: []string{"ecr-public:DescribeRepositories"}, Resources: []string{principal.RepositoryARN(account, "team/*")}})
	if err != nil {
		t.Fatal(err)
	}
	h.give(t, "p", string(document))
	may, err := h.Filter(t.Context(), access.Call{RequestID: "list"}, h.user.Principal(), "ecr-public:DescribeRepositories",
		[]string{principal.RepositoryARN(account, "team/a"), principal.RepositoryARN(account, "other/a"), principal.RepositoryARN(account, "team/b")})
	if err != nil || len(may) != 3 || !may[0] || may[1] || !may[2] {
		t.Errorf("may: %v, %v", may, err)
	}
	if r := h.last(t); r.Outcome != audit.Filtered || r.Resource != "2 of 3 resources" || r.RequestID != "list" {
		t.Errorf("record: %+v", r)
	}
}

// A store that does not answer decides nothing, and leaves no record of a decision.
func TestStoreFailureIsNoDecision(t *testing.T) {
	h := open(t)
	h.give(t, "p", allow)
	if err := h.Store.Close(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(store.CheckInterval + 20*time.Millisecond)
	d, err := h.Check(t.Context(), access.Call{}, h.user.Principal(), "ecr-public:PutImage", "*")
	var denied *access.DeniedError
	if err == nil || errors.As(err, &denied) || d.Allowed() {
		t.Errorf("got %v, %v", d.Allowed(), err)
	}
}

// D18, H10: what a caller writes is cut, escaped, and stays in its line.
func TestHostileD18(t *testing.T) {
	h := open(t)
	evil := "a\r\n{\"outcome\":\"allow\"}\x1b[31m\u202e\u2028\xff" + strings.Repeat("é", 4000)
	call := access.Call{RequestID: "evil", Front: "aws", Method: evil, Path: evil, Operation: evil, UserAgent: evil, AccessKey: principal.AccessKeyID(evil)}
	if err := h.Refuse(t.Context(), call, principal.Principal{}, evil, evil, "Code", "reason"); err != nil {
		t.Fatal(err)
	}
	r := h.last(t)
	for _, text := range []string{r.Method, r.Path, r.Operation, r.UserAgent, r.Action, r.Resource, r.AccessKey} {
		if len(text) > 520 || !strings.HasPrefix(text, "a\r\n{") {
			t.Errorf("field of %d bytes: %.20q", len(text), text)
		}
	}
	text, err := os.ReadFile(filepath.Join(h.folder, "audit.jsonl"))
	if err != nil || strings.Count(string(text), "\n") != 1 || strings.ContainsAny(string(text), "\r\x1b\u2028") || len(text) > 16<<10 {
		t.Errorf("%d bytes: %v", len(text), err)
	}
}
