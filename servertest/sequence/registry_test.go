package sequence_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"sort"
	"strings"
	"time"

	"pgregory.net/rapid"
)

// someLogin draws a login, a bearer, or nobody.
func (m *machine) someLogin(t *rapid.T) *login {
	n := rapid.IntRange(-1, 4*len(m.logins)-1).Draw(t, "login")
	if n < 0 {
		return nil
	}
	return m.logins[n%len(m.logins)]
}

// holder is who shows a login, and whether the login is still taken; without one it is nobody.
func (m *machine) holder(l *login) (caller, bool) {
	if l == nil {
		return caller{}, true
	}
	return m.holding(l)
}

func public(repository string) bool { return strings.HasPrefix(repository, "pub/") }

func (l *login) covers(what string) bool { return l == nil || l.Scope == nil || l.Scope[what] }

// gate is how one action on a repository is refused, 0 if it is not.
func (m *machine) gate(l *login, verb, action, repository string) int {
	c, alive := m.holder(l)
	open := verb == "pull" && public(repository)
	switch {
	case !alive, c.nobody() && !open, !l.covers(repository + " " + verb):
		return 401
	case !open && !m.state.may(c, "ecr-public:"+action, m.arn("repository/"+repository)):
		return 403
	}
	return 0
}

// enter is gate for all that a request needs, and then whether the repository is there; a push may make it.
func (m *machine) enter(l *login, verb, repository string, creates bool, actions ...string) int {
	for _, action := range actions {
		if status := m.gate(l, verb, action, repository); status != 0 {
			return status
		}
	}
	if m.state.Repositories[repository] != nil {
		return 0
	}
	if !creates {
		return 404
	}
	c, _ := m.holder(l)
	arn := m.arn("repository/" + repository)
	switch {
	case m.state.may(c, "ecr-public:CreateRepository", arn):
		m.state.Repositories[repository] = newRepository()
		return 0
	case m.state.may(c, "ecr-public:DescribeRepositories", arn):
		return 404
	}
	return 403
}

func newRepository() *repository {
	return &repository{Blobs: map[string]bool{}, Manifests: map[string]bool{}, Tags: map[string]string{}}
}

// expect holds an answer to a status; refused is what enter said, and otherwise what the content says.
func (m *machine) expect(t *rapid.T, a answer, refused, otherwise int, what string) bool {
	t.Helper()
	want := refused
	if refused == 0 {
		want = otherwise
	}
	if a.status != want {
		t.Fatalf("%s: got %d %s, want %d: %s", what, a.status, a.code, want, a.body)
	}
	return refused == 0 && want < 300
}

func (m *machine) path(repository, rest string) string {
	return "/v2/" + m.Alias + "/" + repository + "/" + rest
}

// scope draws what a bearer is asked for: everything, or verbs of repositories, or the catalog.
func (m *machine) scope(t *rapid.T) (query url.Values, scope map[string]bool) {
	n := rapid.IntRange(0, 2).Draw(t, "scopes")
	if n == 0 {
		return nil, nil
	}
	query, scope = url.Values{}, map[string]bool{}
	for range n {
		repository := drawn(t, repositoryNames, "repository")
		verbs := rapid.SampledFrom([]string{"pull", "pull,push", "push", "delete", "*", "pull,frob"}).Draw(t, "verbs")
		for _, v := range []string{"pull", "push", "delete"} {
			if verbs == "*" || slices.Contains(strings.Split(verbs, ","), v) {
				scope[repository+" "+v] = true
			}
		}
		query.Add("scope", "repository:"+m.Alias+"/"+repository+":"+verbs)
	}
	if rapid.IntRange(0, 3).Draw(t, "catalog") == 0 {
		query.Add("scope", "registry:catalog:*")
		scope["catalog"] = true
	}
	return query, scope
}

// grace is whether a stale login gets what anybody gets: pulls from public repositories only.
func grace(scope map[string]bool) bool {
	for what := range scope {
		repository, verb, _ := strings.Cut(what, " ")
		if verb != "pull" || !public(repository) {
			return false
		}
	}
	return len(scope) > 0
}

// Exchange gets a bearer for a login, or for nobody. A bearer is never given for a bearer.
func (m *machine) Exchange(t *rapid.T) {
	l := m.someLogin(t)
	query, scope := m.scope(t)
	a := m.registry(t, l, "GET", "/token/?"+query.Encode(), nil)
	c, alive := m.holder(l)
	forBearer := l != nil && l.Bearer != ""
	switch {
	case !forBearer && !alive && grace(scope) && a.status == 200:
		l, c = nil, caller{} // as nobody
	case forBearer || !alive:
		m.expect(t, a, 401, 0, "a bearer for a bearer, or for a login that is over")
		return
	}
	m.expect(t, a, 0, 200, "a bearer")
	var out struct{ Token string }
	if err := json.Unmarshal([]byte(a.body), &out); err != nil {
		t.Fatal(err)
	}
	b := &login{Bearer: out.Token, Scope: scope, Issued: m.now(), Ends: m.now().Add(15 * time.Minute)}
	if l != nil && !c.nobody() {
		b.Name, b.Holder, b.Key, b.Session, b.Issued = l.Name, l.Holder, l.Key, l.Session, l.Issued
		if l.Ends.Before(b.Ends) {
			b.Ends = l.Ends
		}
	}
	m.logins = append(m.logins, b)
}

// ListTags tells exactly what there is.
func (m *machine) ListTags(t *rapid.T) {
	l, repository := m.someLogin(t), drawn(t, repositoryNames, "repository")
	refused := m.enter(l, "pull", repository, false, "BatchGetImage")
	a := m.registry(t, l, "GET", m.path(repository, "tags/list"), nil)
	if !m.expect(t, a, refused, 200, "the tags of "+repository) {
		return
	}
	var out struct{ Tags []string }
	if err := json.Unmarshal([]byte(a.body), &out); err != nil {
		t.Fatal(err)
	}
	want := []string{}
	for tag := range m.state.Repositories[repository].Tags {
		want = append(want, tag)
	}
	sort.Strings(want)
	if !slices.Equal(want, out.Tags) {
		t.Fatalf("the tags of %s are %v, want %v", repository, out.Tags, want)
	}
}

// Catalog shows what the caller may pull, and nothing else.
func (m *machine) Catalog(t *rapid.T) {
	l := m.someLogin(t)
	a := m.registry(t, l, "GET", "/v2/_catalog", nil)
	c, alive := m.holder(l)
	if !alive || c.nobody() || !l.covers("catalog") {
		m.expect(t, a, 401, 0, "the catalog")
		return
	}
	m.expect(t, a, 0, 200, "the catalog")
	var out struct{ Repositories []string }
	if err := json.Unmarshal([]byte(a.body), &out); err != nil {
		t.Fatal(err)
	}
	want := []string{}
	for name := range m.state.Repositories {
		if public(name) || m.state.may(c, "ecr-public:BatchGetImage", m.arn("repository/"+name)) {
			want = append(want, m.Alias+"/"+name)
		}
	}
	sort.Strings(want)
	if !slices.Equal(want, out.Repositories) {
		t.Fatalf("the catalog is %v, want %v", out.Repositories, want)
	}
}

// ping tells whether a login is taken.
func (m *machine) ping(t *rapid.T, l *login) {
	t.Helper()
	_, alive := m.holder(l)
	m.expect(t, m.registry(t, l, "GET", "/v2/", nil), map[bool]int{false: 401}[alive], 200, fmt.Sprintf("the login %+v", *l))
}
