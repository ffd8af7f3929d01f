package sequence_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"pgregory.net/rapid"
)

// limits draws what narrows a session, and the parameters that say so; missing is whether a policy of it is not there.
func (m *machine) limits(t *rapid.T, x *session, parameters map[string]string) (missing bool) {
	if rapid.IntRange(0, 2).Draw(t, "policy") == 0 {
		x.Policy = m.document(t)
		parameters["Policy"] = x.Policy.text()
	}
	if rapid.IntRange(0, 3).Draw(t, "managed") == 0 {
		arn := m.arn("policy/" + drawn(t, policyNames, "policy"))
		x.ARNs, parameters["PolicyArns.member.1.arn"] = []string{arn}, arn
		missing = m.state.Policies[arn] == nil
	}
	return missing
}

// begun keeps a session that the service began.
func (m *machine) begun(a answer, x *session, seconds int) {
	x.ID, x.Secret, x.Token = a.element("AccessKeyId"), a.element("SecretAccessKey"), a.element("SessionToken")
	x.Begun, x.Ends = m.now(), m.now().Add(time.Duration(seconds)*time.Second)
	m.sessions = append(m.sessions, x)
}

func (m *machine) AssumeRole(t *rapid.T) {
	name, s, seconds := drawn(t, roleNames, "role"), m.other(t), rapid.SampledFrom([]int{900, 3600}).Draw(t, "seconds")
	role, arn := m.state.Roles[name], m.arn("role/"+name)
	x := &session{Kind: "role"}
	parameters := map[string]string{"RoleArn": arn, "RoleSessionName": "build", "DurationSeconds": fmt.Sprint(seconds)}
	missing := m.limits(t, x, parameters)
	want := unless(!missing, "MalformedPolicyDocument")
	switch c := m.signing(s); {
	case c.nobody():
		want = ended
	case c.guest || !m.state.mayAssume(c, role, arn):
		want = denied
	}
	a := m.query(t, s, "sts", "AssumeRole", parameters)
	m.want(t, a, want, "AssumeRole "+name)
	if want == "" {
		x.Holder = role.ID
		m.begun(a, x, seconds)
	}
}

func (m *machine) GetSessionToken(t *rapid.T) {
	s := m.other(t)
	want, c := "", m.signing(s)
	switch {
	case c.nobody():
		want = ended
	case s.session != nil || m.state.decide(c, "sts:GetSessionToken", "*").denied:
		want = denied
	}
	a := m.query(t, s, "sts", "GetSessionToken", map[string]string{"DurationSeconds": "43200"})
	m.want(t, a, want, "GetSessionToken")
	if want == "" {
		m.begun(a, &session{Kind: "user", Holder: c.holder.ID, Parent: s.id}, 43200)
	}
}

func (m *machine) GetFederationToken(t *rapid.T) {
	s, x := m.other(t), &session{Kind: "guest"}
	parameters := map[string]string{"Name": "guest", "DurationSeconds": "3600"}
	missing := m.limits(t, x, parameters)
	want, c := unless(!missing, "MalformedPolicyDocument"), m.signing(s)
	switch {
	case c.nobody():
		want = ended
	case s.session != nil || !m.state.may(c, "sts:GetFederationToken", m.arn("federated-user/guest")):
		want = denied
	}
	a := m.query(t, s, "sts", "GetFederationToken", parameters)
	m.want(t, a, want, "GetFederationToken")
	if want == "" {
		x.Holder, x.Parent = c.holder.ID, s.id
		m.begun(a, x, 3600)
	}
}

// WhoAmI is everybody's who is somebody.
func (m *machine) WhoAmI(t *rapid.T) { m.alive(t, m.other(t)) }

func (m *machine) alive(t *rapid.T, s signer) {
	t.Helper()
	m.want(t, m.query(t, s, "sts", "GetCallerIdentity", nil), unless(!m.signing(s).nobody(), ended), "GetCallerIdentity of "+s.id)
}

// Login gets a password, with both of its permissions; who has the first and not the second leaves two records.
func (m *machine) Login(t *rapid.T) {
	s := m.other(t)
	c := m.signing(s)
	want, records := "", 2
	switch {
	case c.nobody():
		want, records = ended, 1
	case !m.state.may(c, toLogIn[0], "*"):
		want, records = denied, 1
	case !m.state.may(c, toLogIn[1], "*"):
		want = denied
	}
	a := m.signed(t, s, "ecr-public", "application/x-amz-json-1.1", "SpencerFrontendService.GetAuthorizationToken", "{}")
	m.want(t, a, want, "GetAuthorizationToken of "+s.id)
	found := m.recorded(t, a, records)
	if len(found) != records {
		t.Fatalf("%d records of a login, want %d", len(found), records)
	}
	if want != "" {
		return
	}
	var out struct {
		AuthorizationData struct{ AuthorizationToken string }
	}
	err := json.Unmarshal([]byte(a.body), &out)
	text, err2 := base64.StdEncoding.DecodeString(out.AuthorizationData.AuthorizationToken)
	password, ok := strings.CutPrefix(string(text), "AWS:")
	if err != nil || err2 != nil || !ok {
		t.Fatalf("no password in %s", a.body)
	}
	l := &login{Password: password, Holder: c.holder.ID, Key: s.id, Session: c.session, Issued: m.now(), Ends: m.now().Add(12 * time.Hour)}
	for _, r := range found {
		if r.Token != "" {
			l.Name = r.Token
		}
	}
	if c.session != nil && c.session.Ends.Before(l.Ends) {
		l.Ends = c.session.Ends
	}
	m.logins = append(m.logins, l)
}
