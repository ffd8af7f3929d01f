package sequence_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/octroi/octroi/audit"
	"github.com/octroi/octroi/server"
	"github.com/octroi/octroi/servertest"
)

// machine is a service, and what the model knows of it.
type machine struct {
	*servertest.Server
	state    *state
	clock    *atomic.Int64 // seconds since 1970: it stands still during a step
	client   *http.Client
	admin    signer
	keys     []signer // every access key there ever was
	sessions []*session
	logins   []*login // and bearers
	kept     []backedUp

	records  map[string][]audit.Record // by request id
	answered map[string]string         // what was answered and not yet looked for in the records
	read     int64                     // bytes of the log
	restored int
}

var (
	userNames       = []string{"u0", "u1", "u2"}
	groupNames      = []string{"g0", "g1"}
	roleNames       = []string{"r0", "r1"}
	policyNames     = []string{"p0", "p1", "p2"}
	repositoryNames = []string{"team/a", "team/b", "pub/u0", "pub/c"}
)

// place is a testing.TB whose end is that of a sequence: rapid runs many in one test.
type place struct {
	testing.TB
	t      *rapid.T
	folder string
	ends   []func()
}

func (p *place) TempDir() string                   { return p.folder }
func (p *place) Cleanup(f func())                  { p.ends = append(p.ends, f) }
func (p *place) Fatalf(format string, args ...any) { p.t.Fatalf(format, args...) }
func (p *place) Errorf(format string, args ...any) { p.t.Errorf(format, args...) }

func (p *place) end() {
	for _, f := range slices.Backward(p.ends) {
		f()
	}
	os.RemoveAll(p.folder)
}

// start is a new service with its administrator.
func start(tb testing.TB, t *rapid.T) (*machine, func()) {
	folder, err := os.MkdirTemp(tb.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	p := &place{TB: tb, t: t, folder: folder}
	m := &machine{clock: new(atomic.Int64), records: map[string][]audit.Record{}, answered: map[string]string{},
		client: &http.Client{Transport: &http.Transport{}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	// In the past, so that a restore, which goes by the machine's own clock, lies ahead of what was issued before.
	m.clock.Store(time.Now().Add(-6 * time.Hour).Unix())
	m.Server = servertest.Start(p, servertest.Clock(m.now), servertest.Configure(func(c *server.Config) { c.Registry.Private = []string{"team/**"} }))
	p.Cleanup(m.client.CloseIdleConnections)
	m.state = &state{Users: map[string]*owner{}, Groups: map[string]*owner{}, Roles: map[string]*owner{}, Keys: map[string]accessKey{}, Policies: map[string]*managed{},
		Repositories: map[string]*repository{}, Revoked: map[string]time.Time{}, TokenKeys: map[uint32]bool{}}
	text, err := os.ReadFile(filepath.Join(m.Data, "credentials"))
	found := regexp.MustCompile(`(?s)aws_access_key_id = (\S+).*aws_secret_access_key = (\S+)`).FindStringSubmatch(string(text))
	if err != nil || found == nil {
		t.Fatalf("no administrator: %v", err)
	}
	m.admin = signer{id: found[1], secret: found[2]}
	id := m.query(t, m.admin, "iam", "GetUser", nil).element("UserId")
	m.state.Users[server.Administrator] = &owner{ID: id, Name: server.Administrator, Inline: map[string]document{server.Administrator: wide}}
	m.state.Keys[m.admin.id] = accessKey{m.admin.id, m.admin.secret, id, true}
	return m, p.end
}

func (m *machine) now() time.Time { return time.Unix(m.clock.Load(), 0).UTC() }

// signer draws who asks: mostly the administrator, or nothing would ever be there.
func (m *machine) signer(t *rapid.T) signer {
	all := slices.Clone(m.keys)
	for _, x := range m.sessions {
		all = append(all, signer{x.ID, x.Secret, x.Token, x})
	}
	if n := rapid.IntRange(-2*len(all)-1, len(all)-1).Draw(t, "signer"); n >= 0 {
		return all[n]
	}
	return m.admin
}

// other is signer, but of those who are none of the administrators where there is one.
func (m *machine) other(t *rapid.T) signer {
	var all []signer
	all = append(all, m.keys...)
	for _, x := range m.sessions {
		all = append(all, signer{x.ID, x.Secret, x.Token, x})
	}
	if len(all) == 0 {
		return m.admin
	}
	return rapid.SampledFrom(all).Draw(t, "signer")
}

// ended is how the endpoint refuses a credential that is no longer one.
const ended = "InvalidClientTokenId|ExpiredToken|UnrecognizedClientException|ExpiredTokenException"

const denied = "AccessDenied|AccessDeniedException"

// want holds an answer to the codes that it may have; none is a success.
func (m *machine) want(t *rapid.T, a answer, codes, what string) {
	t.Helper()
	switch {
	case codes == "" && a.status >= 400, codes != "" && !slices.Contains(strings.Split(codes, "|"), a.code):
		t.Fatalf("%s: got %d %s, want %q: %s", what, a.status, a.code, codes, a.body)
	case codes == denied && len(m.recorded(t, a, 1)) == 0:
		t.Fatalf("%s: no record", what)
	}
}

// iam calls an operation that is asked about resources, and reports whether it was done. domain is how it is refused to
// somebody who may.
func (m *machine) iam(t *rapid.T, operation string, resources []string, parameters map[string]string, domain string) (answer, bool) {
	t.Helper()
	s := m.signer(t)
	a := m.query(t, s, "iam", operation, parameters)
	want := domain
	switch c := m.signing(s); {
	case c.nobody():
		want = ended
	case c.session != nil && c.session.Kind != "role":
		want = denied
	default:
		for _, r := range resources {
			if !m.state.may(c, "iam:"+operation, m.arn(r)) {
				want = denied
			}
		}
	}
	m.want(t, a, want, operation+" of "+strings.Join(resources, ", "))
	return a, want == ""
}
