package session_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/session"
	"github.com/octroi/octroi/token"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func longest() session.Session {
	return session.Session{
		Kind: principal.AssumedRole, Name: strings.Repeat("n", 64), Parent: "AKIAQ7EXAMPLEOFAKEY2", SourceIdentity: strings.Repeat("s", 64),
		Provider: "arn:aws:iam::123456789012:oidc-provider/" + strings.Repeat("p", 255), Begun: noon, Ends: noon.Add(12 * time.Hour),
	}
}

func TestPack(t *testing.T) {
	s := longest()
	s.Packed = "limits"
	for _, s := range []session.Session{s, {Kind: principal.User, Begun: noon, Ends: noon.Add(time.Hour)}} {
		got, err := session.Unpack(s.Pack())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(s, got); diff != "" {
			t.Error(diff)
		}
	}
	packed := longest().Pack()
	for i := range len(packed) {
		if got, err := session.Unpack(packed[:i]); !errors.Is(err, session.ErrPacked) || got != (session.Session{}) {
			t.Errorf("cut at %d: %+v, %v", i, got, err)
		}
	}
	for name, text := range map[string]string{
		"another format": "\x02" + packed[1:], "nobody": "\x01\x00" + packed[2:], "a web identity": "\x01\x05" + packed[2:], "an endless number": "\x01\x03" + strings.Repeat("\xff", 20),
	} {
		if _, err := session.Unpack(text); !errors.Is(err, session.ErrPacked) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if size := len(longest().Pack()) + session.PackedLimit; size > token.MaxSession {
		t.Errorf("the longest session has %d bytes, a token takes %d", size, token.MaxSession)
	}
}

func TestLimits(t *testing.T) {
	tags := []session.Tag{{Key: "team", Value: "registry", Transitive: true}, {Key: "schön", Value: ""}}
	for name, l := range map[string]session.Limits{
		"none":   {},
		"policy": {Policy: `{"Version":"2012-10-17","Statement":[]}`},
		"arns":   {PolicyARNs: []string{"arn:aws:iam::123456789012:policy/a", "arn:aws:iam::aws:policy/b"}},
		"tags":   {Tags: tags},
		"all":    {Policy: "{}", PolicyARNs: []string{"arn:aws:iam::123456789012:policy/a"}, Tags: tags},
	} {
		packed, percent, err := l.Pack()
		if err != nil || (packed == "") != (name == "none") || (percent == 0) != (name == "none") {
			t.Errorf("%s: %d bytes, %d%%, %v", name, len(packed), percent, err)
		}
		got, err := session.UnpackLimits(packed)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(l, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		for i := 1; i < len(packed); i++ {
			if got, err := session.UnpackLimits(packed[:i]); !errors.Is(err, session.ErrPacked) {
				t.Errorf("%s, cut at %d of %d: %+v, %v", name, i, len(packed), got, err)
			}
		}
		if packed != "" {
			if _, err := session.UnpackLimits(packed + "x"); !errors.Is(err, session.ErrPacked) {
				t.Errorf("%s, with more behind it: %v", name, err)
			}
		}
	}
	if got := (session.Limits{Tags: tags}).Transitive(); cmp.Diff(tags[:1], got) != "" {
		t.Errorf("transitive: %+v", got)
	}
}

func TestLimitsAreBounded(t *testing.T) {
	var noise strings.Builder
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		noise.WriteByte(byte('!' + random.IntN(90)))
	}
	tooLarge := new(session.TooLargeError)
	packed, percent, err := session.Limits{Policy: noise.String()}.Pack()
	if !errors.As(err, &tooLarge) || packed != "" || percent <= 100 || tooLarge.Percent != percent || !strings.Contains(err.Error(), "%") {
		t.Errorf("%d bytes, %d%%, %v", len(packed), percent, err)
	}
	bomb := session.Limits{Policy: strings.Repeat("a", 1<<20)}
	packed, _, err = bomb.Pack()
	if !errors.As(err, &tooLarge) {
		if _, err = session.UnpackLimits(packed); !errors.Is(err, session.ErrPacked) {
			t.Errorf("a megabyte opens: %v", err)
		}
	}
}

// What people write is far below what AWS takes: 2,048 characters of policy.
func TestOrdinaryPoliciesArePackedWell(t *testing.T) {
	for name, want := range map[string]int{pull: 15, push: 25} {
		_, percent, err := session.Limits{Policy: name}.Pack()
		t.Logf("%d characters: %d%%", len(name), percent)
		if err != nil || percent > want {
			t.Errorf("%d characters: %d%%, want at most %d%%, %v", len(name), percent, want, err)
		}
	}
}

const pull = `{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": ["ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"], "Resource": "*"},
    {"Effect": "Allow", "Action": ["ecr-public:BatchGetImage", "ecr-public:GetDownloadUrlForLayer"], "Resource": "arn:aws:ecr-public::123456789012:repository/team/*"}
  ]
}`

const push = `{"Version": "2012-10-17", "Statement": [{"Sid": "Login", "Effect": "Allow",
  "Action": ["ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"], "Resource": "*"},
 {"Sid": "Push", "Effect": "Allow", "Action": ["ecr-public:BatchCheckLayerAvailability", "ecr-public:InitiateLayerUpload",
  "ecr-public:UploadLayerPart", "ecr-public:CompleteLayerUpload", "ecr-public:PutImage", "ecr-public:CreateRepository"],
  "Resource": ["arn:aws:ecr-public::123456789012:repository/team/app", "arn:aws:ecr-public::123456789012:repository/team/tools"],
  "Condition": {"StringEquals": {"aws:PrincipalTag/team": "registry"}, "IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}]}`

func TestMemory(t *testing.T) {
	var m session.Memory
	packed, _, err := session.Limits{Policy: pull, Tags: []session.Tag{{Key: "a", Value: "b"}}}.Pack()
	if err != nil {
		t.Fatal(err)
	}
	n := m.Narrowing(packed)
	if len(n.Policies) != 1 || n.Policies[0].Document == nil || n.Conditional || len(n.Tags) != 1 || m.Narrowing(packed) != n {
		t.Errorf("%+v", n)
	}
	for i := range 5000 { // a full generation, and more
		tag, _, _ := session.Limits{Tags: []session.Tag{{Key: "k", Value: fmt.Sprint(i)}}}.Pack()
		if got := m.Narrowing(tag); len(got.Tags) != 1 || got.Tags[0].Value != fmt.Sprint(i) || got.Policies != nil {
			t.Fatalf("%d: %+v", i, got)
		}
		if i%500 == 0 && m.Narrowing(packed) != n {
			t.Fatal("what is asked for again is forgotten")
		}
	}
	if n := m.Narrowing(""); len(n.Policies) != 0 || n.Tags != nil {
		t.Errorf("no limits: %+v", n)
	}
	conditional, _, _ := session.Limits{Policy: push}.Pack()
	if !m.Narrowing(conditional).Conditional {
		t.Error("a condition is not seen")
	}
}

// P18: a session policy that is there and cannot be read, or has no Allow, allows nothing.
func TestHostileP18(t *testing.T) {
	var m session.Memory
	all, err := policy.Parse([]byte(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`))
	if err != nil {
		t.Fatal(err)
	}
	role := policy.Source{Type: policy.IdentityPolicy, Name: "all", Document: all}
	req := policy.Request{
		Principal: principal.Principal{Kind: principal.AssumedRole, Account: "123456789012", ID: "AROAQ7EXAMPLEOFAROLE", Name: "r", Path: "/", Session: "s"},
		Action:    "ecr-public:GetAuthorizationToken", Resource: "*"}
	if d := policy.Evaluate(req, []policy.Source{role}); !d.Allowed() {
		t.Fatalf("without a session policy: %v", d)
	}
	packed := func(document string) string {
		p, _, err := session.Limits{Policy: document}.Pack()
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	for name, limits := range map[string]string{
		"only a Deny":        packed(`{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"iam:*","Resource":"*"}}`),
		"another Allow":      packed(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:*","Resource":"*"}}`),
		"no policy":          packed(`{}`),
		"not JSON":           packed(`{"Version":`),
		"cannot be unpacked": "nonsense",
	} {
		if d := policy.Evaluate(req, append([]policy.Source{role}, m.Narrowing(limits).Policies...)); d.Allowed() {
			t.Errorf("%s: %v", name, d)
		}
	}
}
