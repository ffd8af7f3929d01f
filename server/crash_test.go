package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/octroi/octroi/audit"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/server"
	"github.com/octroi/octroi/store"
)

const kills = 100

const crashRepository = "local/team/app"

// crash is a folder whose service is killed again and again, and what it has acknowledged.
type crash struct {
	program
	ledger
	data            string
	adminID, admin  string // the administrator's key
	login           string // and a password that it got before the first kill
	store           *store.Store
	account         string
	toggled         store.User
	toggledKey      principal.AccessKeyID
	toggledSecret   string
	slowest, starts time.Duration
	read, accounted int // bytes of the audit log, and tokens, that were compared
}

// Kill -9 at random times during issue, push and policy changes: nothing that was acknowledged is lost, the service
// starts again by itself, and nothing corrupt is served.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("kills the service a hundred times")
	}
	p := build(t)
	t.Run("first start", func(t *testing.T) { killFirstStart(t, p) })
	t.Run("at work", func(t *testing.T) { killAtWork(t, p) })
}

func killAtWork(t *testing.T, p program) {
	c := &crash{program: p, data: filepath.Join(t.TempDir(), "data")}
	s := c.serve(t, c.data)
	c.prepare(t)
	var err error
	if c.login, _, err = getToken(t.Context(), s.host, c.adminID, c.admin); err != nil {
		t.Fatal(err)
	}
	for range kills {
		c.work(t, s)
		c.recorded(t)
		began := time.Now()
		s = c.serve(t, c.data)
		c.slowest, c.starts = max(c.slowest, time.Since(began)), c.starts+time.Since(began)
		c.check(t, s, 3)
		if t.Failed() {
			break
		}
	}
	c.check(t, s, len(c.images)+len(c.tokens)+len(c.users))
	c.nothingCorrupt(t, s)
	if !t.Failed() {
		t.Logf("%d kills; acknowledged: %d tokens, %d blobs, %d manifests, %d changes of users, keys and policies, %d users by octroid user add, %d by IAM, lost of them 0; "+
			"start: %v on average, %v at most", kills, c.counts.issues, c.counts.blobs, c.counts.manifests, c.counts.changes, c.counts.programs, c.counts.administered,
			(c.starts / kills).Round(time.Millisecond), c.slowest.Round(time.Millisecond))
	}
	if c.counts.issues < kills || c.counts.manifests < kills/5 || c.counts.changes < kills || c.counts.administered < kills/10 {
		t.Errorf("too little was acknowledged to prove anything")
	}
}

// prepare reads the administrator's key and makes the user whose policy is changed.
func (c *crash) prepare(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(c.data, "credentials"))
	if err != nil {
		t.Fatal(err)
	}
	for l := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimSpace(l), " = ")
		switch name {
		case "aws_access_key_id":
			c.adminID = value
		case "aws_secret_access_key":
			c.admin = value
		}
	}
	if c.store, err = server.OpenStore(t.Context(), c.data); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.store.Close() })
	all, err := c.store.Accounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c.account = all[0].ID
	if c.toggled, err = c.store.CreateUser(t.Context(), c.account, "toggled"); err != nil {
		t.Fatal(err)
	}
	k, secret, err := c.store.CreateAccessKey(t.Context(), c.toggled)
	if err != nil {
		t.Fatal(err)
	}
	c.toggledKey, c.toggledSecret = k.ID, secret.Reveal()
	c.toggle(t.Context(), 0)
}

// work lets everybody work, and kills the service in the middle of it.
func (c *crash) work(t *testing.T, s *service) {
	ctx, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	round := rand.Uint32()
	for i, worker := range []func(context.Context, string, string, int) error{c.issue, c.issue, c.push, c.push, c.change, c.administer, c.addByProgram} {
		all.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				if worker(ctx, s.host, fmt.Sprintf("r%x-%d", round, i), n) != nil {
					return // the service is gone
				}
			}
		})
	}
	time.Sleep(time.Duration(30+rand.IntN(900)) * time.Millisecond)
	s.kill()
	stop()
	all.Wait()
}

func (c *crash) issue(ctx context.Context, host, _ string, _ int) error {
	password, id, err := getToken(ctx, host, c.adminID, c.admin)
	if err == nil {
		c.note(func(l *ledger) { l.tokens = append(l.tokens, acknowledgedToken{password, id}); l.counts.issues++ })
	}
	return err
}

func (c *crash) push(_ context.Context, host, name string, n int) error {
	r := openRegistry(host, c.login)
	layer := make([]byte, 1+rand.IntN(256<<10))
	for i := range layer {
		layer[i] = byte(rand.Uint32())
	}
	config := []byte(`{"name":"` + name + `","n":` + fmt.Sprint(n) + `}`)
	image := acknowledgedImage{tag: fmt.Sprintf("%s-%d", name, n)}
	for _, b := range [][]byte{config, layer} {
		digest, err := r.pushBlob(crashRepository, b)
		if err != nil {
			c.note(func(l *ledger) { l.images = append(l.images, image) }) // the blobs before it were acknowledged
			return err
		}
		image.blobs = append(image.blobs, digest)
		c.note(func(l *ledger) { l.counts.blobs++ })
	}
	digest, err := r.pushManifest(crashRepository, image.tag, config, layer)
	if err == nil {
		image.digest = digest
	}
	c.note(func(l *ledger) {
		l.images = append(l.images, image)
		if err == nil {
			l.counts.manifests++
		}
	})
	return err
}

// change makes a user with a key, disables or removes it, and changes a policy, as the commands beside the service do.
func (c *crash) change(ctx context.Context, _, name string, n int) error {
	ctx = context.WithoutCancel(ctx) // each is acknowledged or refused: this process is not killed
	u, err := c.store.CreateUser(ctx, c.account, fmt.Sprintf("%s-%d", name, n))
	if err != nil {
		return err
	}
	k, secret, err := c.store.CreateAccessKey(ctx, u)
	if err != nil {
		return err
	}
	made := acknowledgedUser{u.Name, string(k.ID), secret.Reveal(), userState(n % 3), ""}
	switch made.state {
	case disabled:
		err = c.store.SetAccessKeyStatus(ctx, u, k.ID, store.Inactive)
	case removed:
		err = c.store.DeleteUser(ctx, c.account, u.Name)
	}
	if err != nil {
		return err
	}
	c.note(func(l *ledger) { l.users = append(l.users, made); l.counts.changes += 2 + min(1, int(made.state)) })
	time.Sleep(time.Duration(rand.IntN(20)) * time.Millisecond)
	return c.toggle(ctx, n)
}

// toggle gives the toggled user the right to a token, or takes it away.
func (c *crash) toggle(ctx context.Context, n int) error {
	effect := []string{"Allow", "Deny"}[n%2]
	document := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Sid":"n%d","Effect":%q,"Action":"*","Resource":"*"}]}`, n, effect)
	err := c.store.PutInlinePolicy(ctx, c.toggled.Owner(), store.InlinePolicy{Name: "toggle", Document: document})
	if err == nil {
		c.note(func(l *ledger) { l.policy = document; l.counts.changes++ })
	}
	return err
}

// administer makes a user through IAM: the service acknowledges it, and is killed.
func (c *crash) administer(ctx context.Context, host, name string, n int) error {
	name = fmt.Sprintf("%s-%d", name, n)
	document := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Sid":"n%d","Effect":"Allow","Action":"ecr-public:*","Resource":"*"}]}`, rand.Uint32())
	id, secret, err := addUser(ctx, administer(host, c.adminID, c.admin), name, document)
	if err == nil {
		c.note(func(l *ledger) {
			l.users = append(l.users, acknowledgedUser{name, id, secret, active, document})
			l.counts.administered++
		})
	}
	return err
}

// addByProgram runs octroid user add, which is killed with the service.
func (c *crash) addByProgram(ctx context.Context, _, name string, n int) error {
	name = fmt.Sprintf("%s-%d", name, n)
	text, err := exec.CommandContext(ctx, c.path, "user", "add", name, "--allow", "push", "--repository", "team/*", "--data", c.data, "--json").Output()
	if err != nil {
		return err
	}
	var made struct{ AccessKeyID, SecretAccessKey string }
	if err := json.Unmarshal(text, &made); err != nil {
		return err
	}
	c.note(func(l *ledger) {
		l.users = append(l.users, acknowledgedUser{name, made.AccessKeyID, made.SecretAccessKey, active, ""})
		l.counts.programs++
	})
	return nil
}

// recorded checks, before anything is started again, that both decisions behind each new token are in the log.
func (c *crash) recorded(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(c.data, "audit.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	allowed := map[string]int{}
	for l := range strings.Lines(string(text[c.read:])) {
		var r audit.Record
		if !strings.HasSuffix(l, "\n") {
			break // torn: nothing of it was acknowledged
		}
		if err := json.Unmarshal([]byte(l), &r); err != nil {
			t.Fatalf("a record that is none: %v", err)
		}
		c.read += len(l)
		if r.Outcome == audit.Allowed && (r.Action == "ecr-public:GetAuthorizationToken" || r.Action == "sts:GetServiceBearerToken") {
			allowed[r.RequestID]++
		}
	}
	for _, token := range c.tokens[c.accounted:] {
		if allowed[token.requestID] != 2 {
			t.Errorf("token %s left with %d records", token.requestID, allowed[token.requestID])
		}
	}
	c.accounted = len(c.tokens)
}
