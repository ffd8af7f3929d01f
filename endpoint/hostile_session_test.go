package endpoint_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/servertest"
	"github.com/octroi/octroi/store"
)

const (
	isExpired = "ExpiredTokenException"
	over      = "The security token included in the request is expired"
)

// guest is a role that the user of the house assumes, with what it takes to log in.
func (h *house) guest(t *testing.T) store.Role {
	t.Helper()
	arn := h.AddRole("guest", []string{"arn:aws:iam::" + h.Account + ":user/ci"}, servertest.ToLogIn(), h.On([]string{"ecr-public:*"}, "*"))
	r, err := h.Store().RoleByARN(t.Context(), arn)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// begin begins a session with an operation of STS and its parameters.
func (h *house) begin(t *testing.T, parameters string) signing {
	t.Helper()
	a := h.allow(t, as(h.user, "sts", time.Now()).sign(t, h.whoAmI().carrying("Version=2011-06-15&"+parameters)))
	type credentials struct{ AccessKeyId, SecretAccessKey, SessionToken string }
	var answer struct {
		Role *credentials `xml:"AssumeRoleResult>Credentials"`
		Own  *credentials `xml:"GetSessionTokenResult>Credentials"`
	}
	if err := xml.Unmarshal([]byte(a.body), &answer); err != nil {
		t.Fatal(err)
	}
	c := answer.Role
	if c == nil {
		c = answer.Own
	}
	return signing{c.AccessKeyId, c.SecretAccessKey, c.SessionToken, "us-east-1", "ecr-public", time.Now()}
}

func (h *house) assume(t *testing.T, r store.Role) signing {
	t.Helper()
	return h.begin(t, "Action=AssumeRole&RoleSessionName=s1&RoleArn="+url.QueryEscape(r.ARN()))
}

// password is what a login has.
func password(t *testing.T, a answer) string {
	t.Helper()
	var got struct {
		AuthorizationData struct{ AuthorizationToken string }
	}
	if err := json.Unmarshal([]byte(a.body), &got); err != nil {
		t.Fatal(err)
	}
	text, err := base64.StdEncoding.DecodeString(got.AuthorizationData.AuthorizationToken)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(string(text), "AWS:")
}

// registry asks the registry with an Authorization header.
func (h *house) registry(t *testing.T, authorization, uri string) answer {
	t.Helper()
	return h.send(t, message{method: "GET", uri: uri, proto: "HTTP/1.1", lines: []line{{"Host", h.Host}, {"Authorization", authorization}}})
}

func basicAuth(password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte("AWS:"+password))
}

// bearer is what the registry gives for a login.
func (h *house) bearer(t *testing.T, password string) string {
	t.Helper()
	var got struct{ Token string }
	a := h.registry(t, basicAuth(password), "/token/?service="+url.QueryEscape(h.Host))
	if err := json.Unmarshal([]byte(a.body), &got); err != nil || got.Token == "" {
		t.Fatalf("no bearer: %d %s", a.StatusCode, a.body)
	}
	return got.Token
}

func TestHostileS31Session(t *testing.T) {
	h := open(t)
	role := h.guest(t)
	one, two := h.assume(t, role), h.assume(t, role)
	h.allow(t, one.sign(t, h.getToken()))
	bits, err := base64.RawURLEncoding.DecodeString(one.token)
	if err != nil {
		t.Fatal(err)
	}
	for i := range bits { // one bit of each byte; all of them: TestHostileS31 of package token
		bits[i] ^= 1 << (i % 8)
		flipped := one
		flipped.token = base64.RawURLEncoding.EncodeToString(bits)
		bits[i] ^= 1 << (i % 8)
		h.refuse(t, flipped.sign(t, h.getToken()), 400, isUnrecognized, noKey)
	}
	swapped, secret, users, bare := one, one, h.signer(), one
	swapped.token, secret.secret, users.token, bare.token = two.token, two.secret, one.token, ""
	h.rows(t,
		row{"the token of another key", swapped.sign(t, h.getToken()), isUnrecognized, noKey},
		row{"a user's key with it", users.sign(t, h.getToken()), isUnrecognized, noKey},
		row{"the key without it", bare.sign(t, h.getToken()), isUnrecognized, noKey},
		row{"the secret of another", secret.sign(t, h.getToken()), isSignature, mismatch},
	)
}

func TestHostileS32(t *testing.T) {
	h := open(t)
	role := h.guest(t)
	s, other := h.assume(t, role), h.assume(t, role)
	if err := h.Store().Revoke(t.Context(), store.RevokeSession, s.id, time.Now()); err != nil {
		t.Fatal(err)
	}
	h.ahead.Store(int64(store.CheckInterval))
	wrong := s
	wrong.secret = other.secret
	h.rows(t,
		row{"revoked", s.sign(t, h.getToken()), isExpired, over},
		row{"revoked, and who does not hold the secret", wrong.sign(t, h.getToken()), isSignature, mismatch},
	)
	h.allow(t, other.sign(t, h.getToken()))
	h.ahead.Store(int64(time.Hour))
	for _, c := range []*signing{&other, &wrong} {
		c.at = c.at.Add(time.Hour)
	}
	h.rows(t, row{"its time is over", other.sign(t, h.getToken()), isExpired, over})
	h.ahead.Store(0)
}

// K03: credentials of one kind in the place of another.
func TestHostileK03(t *testing.T) {
	h := open(t)
	s := h.assume(t, h.guest(t))
	login := password(t, h.allow(t, s.sign(t, h.getToken())))
	bearer := h.bearer(t, login)
	for name, a := range map[string]string{
		"a session token as a password": basicAuth(s.token), "its secret": basicAuth(s.secret), "a session token as a bearer": "Bearer " + s.token,
		"with its key id": "Basic " + base64.StdEncoding.EncodeToString([]byte(s.id+":"+s.secret)), "a bearer as a password": basicAuth(bearer),
	} {
		if got := h.registry(t, a, "/v2/"); got.StatusCode != 401 {
			t.Errorf("%s: %d", name, got.StatusCode)
		}
	}
	if got := h.registry(t, basicAuth(login), "/v2/"); got.StatusCode != 200 {
		t.Errorf("the login itself: %d", got.StatusCode)
	}
	for name, text := range map[string]string{"a bearer": bearer, "a login": login, "its payload": payload(t, login)} {
		as := s
		as.token = text
		t.Run(name+" as a session token", func(t *testing.T) { h.refuse(t, as.sign(t, h.getToken()), 400, isUnrecognized, noKey) })
	}
}

func payload(t *testing.T, login string) string {
	t.Helper()
	var envelope struct{ Payload string }
	text, err := base64.StdEncoding.DecodeString(login)
	if err != nil || json.Unmarshal(text, &envelope) != nil {
		t.Fatal("no envelope")
	}
	return envelope.Payload
}

// K17, K18: a session ends, and with it its login and its bearer, at the next request; and it stays so after a restart.
func TestHostileK17(t *testing.T) {
	ctx := context.Background()
	own := "Action=GetSessionToken"
	for name, c := range map[string]struct {
		begin func(*house, store.Role) signing
		end   func(*house, store.Role, signing) error
		code  string
	}{
		"the session is revoked": {nil, func(h *house, _ store.Role, s signing) error {
			return h.Store().Revoke(ctx, store.RevokeSession, s.id, time.Now())
		}, isExpired},
		"the role's sessions are revoked": {nil, func(h *house, r store.Role, _ signing) error {
			return h.Store().Revoke(ctx, store.RevokePrincipal, r.ID, time.Now())
		}, isExpired},
		"W31 the role is made again": {nil, func(h *house, r store.Role, _ signing) error {
			if err := h.Store().DeleteInlinePolicy(ctx, r.Owner(), "test"); err != nil {
				return err
			}
			if err := h.Store().DeleteRole(ctx, r); err != nil {
				return err
			}
			h.AddRole("guest", []string{"arn:aws:iam::" + h.Account + ":user/ci"}, servertest.ToLogIn())
			return nil
		}, isUnrecognized},
		"the user's key is disabled": {func(h *house, _ store.Role) signing { return h.begin(t, own) }, func(h *house, _ store.Role, s signing) error {
			u, err := h.Store().UserByName(ctx, h.Account, "ci")
			if err != nil {
				return err
			}
			return h.Store().SetAccessKeyStatus(ctx, u, principal.AccessKeyID(h.user.ID), store.Inactive)
		}, isUnrecognized},
		"the user's sessions are revoked": {func(h *house, _ store.Role) signing { return h.begin(t, own) }, func(h *house, _ store.Role, s signing) error {
			u, err := h.Store().UserByName(ctx, h.Account, "ci")
			if err != nil {
				return err
			}
			return h.Store().Revoke(ctx, store.RevokePrincipal, u.ID, time.Now())
		}, isExpired},
		"the user is removed": {func(h *house, _ store.Role) signing { return h.begin(t, own) }, func(h *house, _ store.Role, s signing) error {
			return h.Store().DeleteUser(ctx, h.Account, "ci")
		}, isUnrecognized},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			role := h.guest(t)
			var s signing
			if c.begin == nil {
				s = h.assume(t, role)
			} else {
				s = c.begin(h, role)
			}
			login := password(t, h.allow(t, s.sign(t, h.getToken())))
			bearer := h.bearer(t, login)
			want := func(status int) {
				t.Helper()
				for kind, a := range map[string]string{"login": basicAuth(login), "bearer": "Bearer " + bearer} {
					if got := h.registry(t, a, "/v2/"); got.StatusCode != status {
						t.Errorf("the %s: %d, want %d", kind, got.StatusCode, status)
					}
				}
			}
			want(200)
			if err := c.end(h, role, s); err != nil {
				t.Fatal(err)
			}
			h.ahead.Add(int64(store.CheckInterval))
			want(401)
			h.refuse(t, s.sign(t, h.getToken()), 400, c.code, "")
			h.Restart() // K18
			want(401)
			h.refuse(t, s.sign(t, h.getToken()), 400, c.code, "")
		})
	}
}

// K20: credentials in a URL are not taken, and are in no record.
func TestHostileK20(t *testing.T) {
	h := open(t)
	login := password(t, h.allow(t, h.signer().sign(t, h.getToken())))
	bearer := h.bearer(t, login)
	for _, uri := range []string{
		"/token/?account=AWS&password=" + url.QueryEscape(login), "/token/?service=x&token=" + bearer, "/v2/?token=" + bearer,
		"/v2/local/team/app/tags/list?access_token=" + bearer, "/v2/?Authorization=" + url.QueryEscape("Bearer "+bearer),
	} {
		a := h.send(t, message{method: "GET", uri: uri, proto: "HTTP/1.1", lines: []line{{"Host", h.Host}}})
		if strings.HasPrefix(uri, "/v2/?") && a.StatusCode != 401 || strings.Contains(a.body, "ecr-public:") {
			t.Errorf("%.30s: %d %s", uri, a.StatusCode, a.body)
		}
		var given struct{ Token string }
		if json.Unmarshal([]byte(a.body), &given); given.Token != "" && h.registry(t, "Bearer "+given.Token, "/v2/local/team/app/blobs/uploads/").StatusCode == 200 {
			t.Errorf("%.30s: a bearer that may push", uri)
		}
	}
	h.allow(t, h.signer().sign(t, h.getToken()))
	text, err := os.ReadFile(filepath.Join(h.Data, "audit.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for name, secret := range map[string]string{"the password": login, "the bearer": bearer} {
		if strings.Contains(string(text), secret) || strings.Contains(string(text), url.QueryEscape(secret)) {
			t.Errorf("%s is in the record", name)
		}
	}
}

// W33: one request, one operation.
func TestHostileW33(t *testing.T) {
	h := open(t)
	role := url.QueryEscape(h.guest(t).ARN())
	for name, m := range map[string]message{
		"two actions":                       h.whoAmI().carrying("Action=GetCallerIdentity&Action=AssumeRole&Version=2011-06-15"),
		"two actions, one escaped":          h.whoAmI().carrying("Action=GetCallerIdentity&%41ction=AssumeRole&Version=2011-06-15"),
		"a parameter twice":                 h.whoAmI().carrying("Action=AssumeRole&Version=2011-06-15&RoleSessionName=ab&RoleSessionName=cd&RoleArn=" + role),
		"an action in the query, too":       h.whoAmI().at("/?Action=AssumeRole"),
		"a parameter in the query":          h.whoAmI().at("/?RoleSessionName=ab").carrying("Action=AssumeRole&Version=2011-06-15&RoleArn=" + role),
		"the whole operation in the query":  h.whoAmI().at("/?Action=GetCallerIdentity&Version=2011-06-15").carrying(""),
		"a list with a second first member": h.whoAmI().carrying("Action=AssumeRole&Version=2011-06-15&RoleSessionName=ab&RoleArn=" + role + "&Tags.member.1.Key=a&Tags.member.1.Key=b"),
	} {
		t.Run(name, func(t *testing.T) {
			a := h.send(t, as(h.user, "sts", time.Now()).sign(t, m))
			if a.StatusCode != 400 || strings.Contains(a.body, "SessionToken") {
				t.Errorf("%d %s", a.StatusCode, a.body)
			}
		})
	}
}

// W34: an operation that is not there shares nothing with one that is.
func TestHostileW34(t *testing.T) {
	h := open(t)
	for _, name := range []string{
		"AssumeRoleWithSAML", "AssumeRoot", "GetDelegatedAccessToken", "GetWebIdentityToken", "GetServiceBearerToken", "SetContext", "TagSession",
		"SetSourceIdentity", "assumerole", "AssumeRole ", "AssumeRoleWithWebIdentityX",
	} {
		m := h.whoAmI().carrying("Version=2011-06-15&Action=" + url.QueryEscape(name) + "&RoleSessionName=s1&RoleArn=" + url.QueryEscape(h.Account))
		t.Run(name, func(t *testing.T) {
			h.refuse(t, as(h.user, "sts", time.Now()).sign(t, m), 400, "InvalidAction", "no such operation")
		})
	}
}
