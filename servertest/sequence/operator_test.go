package sequence_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"time"

	"pgregory.net/rapid"

	"github.com/octroi/octroi/issuer"
	"github.com/octroi/octroi/server"
	"github.com/octroi/octroi/store"
)

// tick lets a second pass: what another process changed is obeyed then.
func (m *machine) tick() { m.clock.Add(1) }

// Revoke refuses a token, a session, or all of a user, a role or everybody, up to now or up to some minutes ago.
func (m *machine) Revoke(t *rapid.T) {
	before := m.now().Add(-rapid.SampledFrom([]time.Duration{0, 0, 400 * time.Second}).Draw(t, "ago"))
	kind, subject := drawn(t, []string{"token", "token", "session", "principal", "principal", "all"}, "kind"), ""
	switch kind {
	case "token":
		before = m.now() // it was issued by then
		if len(m.logins) == 0 {
			t.Skip("no token")
		}
		subject = rapid.SampledFrom(m.logins).Draw(t, "token").Name
		if subject == "" {
			t.Skip("nobody's")
		}
	case "session":
		if len(m.sessions) == 0 {
			t.Skip("no session")
		}
		subject = rapid.SampledFrom(m.sessions).Draw(t, "session").ID
	case "principal":
		_, _, o := m.someOwner(t, "User", "Role")
		if o == nil {
			t.Skip("not there")
		}
		subject = o.ID
	}
	if err := m.Store().Revoke(t.Context(), store.RevocationKind(kind), subject, before); err != nil {
		t.Fatal(err)
	}
	if name := kind + " " + subject; before.After(m.state.Revoked[name]) {
		m.state.Revoked[name] = before
	}
	m.tick()
}

func (m *machine) keyring() issuer.Keyring { return issuer.Keyring{Store: m.Store(), Now: m.now} }

// Rotate writes the next key of the ring: nothing is refused for it.
func (m *machine) Rotate(t *rapid.T) {
	if err := m.keyring().Rotate(t.Context()); err != nil {
		t.Fatal(err)
	}
	all, err := m.keyring().List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range all { // the id of one that was removed before it sealed anything can come again
		delete(m.state.TokenKeys, k.ID)
	}
	m.tick()
}

// RemoveTokenKey ends all that a key sealed.
func (m *machine) RemoveTokenKey(t *rapid.T) {
	all, err := m.keyring().List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	id := rapid.SampledFrom(all).Draw(t, "key").ID
	if err := m.keyring().Remove(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	m.state.TokenKeys[id] = true
	m.tick()
}

// Wait lets time pass. The spans add up to none at which something ends, to the second.
func (m *machine) Wait(t *rapid.T) {
	m.clock.Add(rapid.SampledFrom([]int64{1, 301, 301, 961, 3671}).Draw(t, "seconds"))
}

// Restart changes nothing.
func (m *machine) RestartService(t *rapid.T) {
	m.settle(t)
	m.Restart()
	m.tick()
}

// backedUp is a copy of the service, and of the model.
type backedUp struct {
	copy  []byte
	state *state
}

// Backup copies the service while it serves.
func (m *machine) Backup(t *rapid.T) {
	var b bytes.Buffer
	if _, err := (server.RootKeys{}).Backup(t.Context(), m.Data, &b); err != nil {
		t.Fatal(err)
	}
	m.kept = append(m.kept, backedUp{b.Bytes(), m.state.clone()})
}

// Restore goes on with a copy: who was removed since is there again, and no token and no session of before is.
func (m *machine) Restore(t *rapid.T) {
	if len(m.kept) == 0 || time.Now().Before(m.now()) {
		t.Skip("no copy, or a clock that is further than the machine's")
	}
	m.settle(t)
	from := m.kept[len(m.kept)-1]
	m.restored++
	folder := filepath.Join(filepath.Dir(m.Data), fmt.Sprint("restored", m.restored))
	if _, err := (server.RootKeys{}).Restore(t.Context(), bytes.NewReader(from.copy), folder, filepath.Join(m.Data, "root.key"), server.RevokeTokens); err != nil {
		t.Fatal(err)
	}
	revoked := time.Now().Add(time.Second)
	m.clock.Store(revoked.Add(2 * time.Second).Unix())
	m.Reopen(folder)
	m.state, m.read = from.state.clone(), 0
	m.state.Revoked["all "] = revoked
	clear(m.records)
}
