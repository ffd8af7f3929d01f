package policy_test

import (
	"strings"
	"testing"
	"time"

	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/policy/pattern"
	"github.com/octroi/octroi/principal"
)

const (
	put   = "ecr-public:PutImage"
	token = "ecr-public:GetAuthorizationToken"
	team  = "arn:aws:ecr-public::123456789012:repository/team"
)

func TestDenyWins(t *testing.T) {
	all, never := allows("*", "*"), denies(put, "*")
	judge(t, alice, policy.Context{}, []row{
		{"P01 allow, then deny", []string{v2012(all, never)}, []outcome{deny(put, team), allow(token, "*")}},
		{"P01 deny, then allow", []string{v2012(never, all)}, []outcome{deny(put, team), allow(token, "*")}},
		{"P01 deny in the second policy", []string{v2012(all), v2012(never)}, []outcome{deny(put, team)}},
		{"P01 deny in the first policy", []string{v2012(never), v2012(all)}, []outcome{deny(put, team)}},
		{"P01 deny between allows", []string{v2012(all, never, all)}, []outcome{deny(put, team)}},
		{"P01 deny alone", []string{v2012(never)}, []outcome{deny(put, team), none(token, "*")}},
		{"P02 no policy", nil, []outcome{none(put, team), none(token, "*")}},
		{"P02 no statement that matches", []string{v2012(allows(put, team), denies(put, team+"2"))}, []outcome{none(token, "*"), none(put, team+"/x")}},
	})
}

func TestActions(t *testing.T) {
	judge(t, alice, policy.Context{}, []row{
		{"P03 case", []string{v2012(allows("ECR-PUBLIC:getauthorizationtoken", "*"))}, []outcome{allow(token, "*"), allow("ecr-public:GETAUTHORIZATIONTOKEN", "*"), none("ecr-public:GetAuthorizationTokens", "*")}},
		{"P03 star at the end", []string{v2012(allows("ecr-public:Get*", "*"))}, []outcome{allow(token, "*"), allow("ecr-public:Get", "*"), none("ecr-public:DescribeGet", "*"), none("ecr:GetAuthorizationToken", "*")}},
		{"P03 star at the beginning", []string{v2012(allows("ecr-public:*Token", "*"))}, []outcome{allow(token, "*"), none("ecr-public:GetTokens", "*")}},
		{"P03 everything", []string{v2012(allows("*", "*"))}, []outcome{allow(token, "*"), allow("sts:GetServiceBearerToken", "*"), allow(put, team)}},
		{"P03 question mark", []string{v2012(allows("ecr-public:Get?uthorizationToken", "*"))}, []outcome{allow(token, "*"), none("ecr-public:GetuthorizationToken", "*")}},
		{"P03 one vendor's", []string{v2012(allows("ecr-public:*", "*"))}, []outcome{allow(put, team), none("ecr:PutImage", team), none("sts:GetServiceBearerToken", "*")}},
		{"P04 the token alone", []string{v2012(allows(token, "*"))}, []outcome{allow(token, "*"), none("sts:GetServiceBearerToken", "*")}},
		{"P04 the bearer alone", []string{v2012(allows("sts:GetServiceBearerToken", "*"))}, []outcome{none(token, "*"), allow("sts:GetServiceBearerToken", "*")}},
		{"list", []string{v2012(`{"Effect":"Allow","Action":["ecr-public:PutImage","sts:Get*"],"Resource":["*"]}`)}, []outcome{allow(put, team), allow("sts:GetCallerIdentity", "*"), none(token, "*")}},
		{"unknown action", []string{v2012(allows("ecr-public:ListImages", "*"), allows("no-such.vendor:No_Such", "*"))}, []outcome{allow("ecr-public:ListImages", team), none(put, team)}},
	})
}

func TestNegations(t *testing.T) {
	statement := func(effect, elements string) string { return v2012(`{"Effect":"` + effect + `",` + elements + `}`) }
	all := v2012(allows("*", "*"))
	const other = "arn:aws:ecr-public::123456789012:repository/other"
	judge(t, alice, policy.Context{}, []row{
		{"P06 Allow NotAction", []string{statement("Allow", `"NotAction":"sts:*","Resource":"*"`)}, []outcome{allow(put, team), none("sts:AssumeRole", "*")}},
		{"P06 Allow NotAction list", []string{statement("Allow", `"NotAction":["sts:*","ecr-public:Put*"],"Resource":"*"`)}, []outcome{none(put, team), allow(token, "*")}},
		{"P06 Deny NotAction", []string{all, statement("Deny", `"NotAction":"ecr-public:*","Resource":"*"`)}, []outcome{allow(put, team), deny("sts:AssumeRole", "*")}},
		{"P06 NotAction everything", []string{statement("Allow", `"NotAction":"*","Resource":"*"`)}, []outcome{none(put, team)}},
		{"P06 Allow NotResource", []string{statement("Allow", `"Action":"*","NotResource":"`+team+`"`)}, []outcome{none(put, team), allow(put, other), allow(token, "*")}},
		{"P06 Deny NotResource", []string{all, statement("Deny", `"Action":"*","NotResource":["`+team+`","`+team+`/*"]`)}, []outcome{allow(put, team), allow(put, team+"/x"), deny(put, other), deny(token, "*")}},
		{"P06 NotResource everything", []string{statement("Allow", `"Action":"*","NotResource":"*"`)}, []outcome{none(put, team), none(token, "*")}},
		{"P06 both", []string{statement("Allow", `"NotAction":"sts:*","NotResource":"`+team+`"`)}, []outcome{none(put, team), allow(put, other), none("sts:AssumeRole", other)}},
	})
}

func TestResources(t *testing.T) {
	on := func(resource string) []string { return []string{v2012(allows("*", resource))} }
	judge(t, alice, policy.Context{}, []row{
		{"P15 exact", on(team), []outcome{allow(put, team), none(put, team+"2"), none(put, team+"/x"), none(put, team[:len(team)-1])}},
		{"P15 below", on(team + "/*"), []outcome{allow(put, team+"/x"), allow(put, team+"/x/y"), allow(put, team+"/"), none(put, team), none(put, team+"2"), none(put, team+"2/x")}},
		{"P15 star over a slash", on(repository("*/app")), []outcome{allow(put, repository("a/app")), allow(put, repository("a/b/app")), none(put, repository("app"))}},
		{"P15 star over a colon of the resource", on(repository("a*z")), []outcome{allow(put, repository("a:b:z")), none(put, repository("a:b:zy"))}},
		{"P15 star within a part", on("arn:aws:ecr-public::*:repository/team"), []outcome{allow(put, team), allow(put, "arn:aws:ecr-public::1:repository/team"), allow(put, "arn:aws:ecr-public:::repository/team"), none(put, "arn:aws:ecr-public:a:b:c:repository/team")}},
		{"P15 star does not reach over a part", on("arn:aws:ecr*:repository/team:*"), []outcome{none(put, team), none(put, "arn:aws:ecr-public::repository/team:x:y")}},
		{"P15 stars everywhere", on("arn:*:*:*:*:*"), []outcome{allow(put, team), none(token, "*")}},
		{"P15 star ends the pattern early", on("arn:aws:ecr-public:*"), []outcome{allow(put, team), none(put, "arn:aws:ecr:::repository/team")}},
		{"P15 star ends the pattern at once", on("arn:*"), []outcome{allow(put, team), none(token, "*"), none(token, "")}},
		{"P15 star ends a part and the pattern", on("arn:aws:ecr-public::1234*"), []outcome{allow(put, team), none(put, "arn:aws:ecr-public::99:repository/1234")}},
		{"P15 case", on(repository("Team")), []outcome{none(put, team), allow(put, repository("Team"))}},
		{"P15 case of the service", on("arn:aws:ECR-PUBLIC::123456789012:repository/team"), []outcome{none(put, team)}},
		{"P15 question mark", on(repository("t?am")), []outcome{allow(put, team), allow(put, repository("t/am")), none(put, repository("tam")), none(put, repository("teaam"))}},
		{"question mark is a character", on(repository("caf?")), []outcome{allow(put, repository("café")), none(put, repository("caf"))}},
		{"everything", on("*"), []outcome{allow(put, team), allow(token, "*"), allow(token, "")}},
		{"no resource", on(team), []outcome{none(token, "*"), none(token, "")}},
		{"a star in the request is a star", on(repository("team/*")), []outcome{none(put, repository("*")), allow(put, repository("team/*"))}},
		{"braces and dollars", on(repository("a$b{c}d$")), []outcome{allow(put, repository("a$b{c}d$"))}},
		{"no region, no account", on("arn:aws:s3:::bucket/*"), []outcome{allow("s3:GetObject", "arn:aws:s3:::bucket/key"), none("s3:GetObject", "arn:aws:s3::1:bucket/key")}},
		{"spaces", on(repository("a b")), []outcome{allow(put, repository("a b"))}},
	})
}

func TestRequestsThatNameNothing(t *testing.T) {
	all := []string{v2012(allows("*", "*"))}
	judge(t, alice, policy.Context{}, []row{
		{"action", all, []outcome{
			none("", "*"), none("*", "*"), none("PutImage", "*"), none(":PutImage", "*"), none("ecr-public:", "*"), none("ecr-public:Put*", "*"),
			none("ecr-public:Put?mage", "*"), none("ecr-public:Put:Image", "*"), none("ecr-public:Put\x00", "*"), none("ecr-public:Pu\xfft", "*"),
			none("ecr-public:"+strings.Repeat("a", 118), "*"), allow("ecr-public:"+strings.Repeat("a", 117), "*"),
		}},
		{"resource", all, []outcome{
			none(put, "team"), none(put, "arn"), none(put, "arn:aws:ecr-public::1"), none(put, "urn:aws:ecr-public::1:repository/x"), none(put, "**"),
			none(put, repository(strings.Repeat("a", 2048))), allow(put, "arn:aws:ecr-public::1:"),
		}},
	})
}

func TestSourcesThatCannotBeRead(t *testing.T) {
	all := inForce(t, v2012(allows("*", "*")))
	req := policy.Request{Principal: alice, Action: put, Resource: team}
	if d := policy.Evaluate(req, all); !d.Allowed() || d.Policy != "policy1" || d.Statement != "#1" {
		t.Fatalf("control: %+v", d)
	}
	for name, source := range map[string]policy.Source{
		"no document": {Type: policy.IdentityPolicy, Name: "broken"},
		"no type":     {Name: "broken", Document: all[0].Document},
	} {
		for where, sources := range map[string][]policy.Source{"first": {source, all[0]}, "last": {all[0], source}} {
			d := policy.Evaluate(req, sources)
			if d.Allowed() || d.Effect != policy.ExplicitDeny || d.Policy != "broken" {
				t.Errorf("%s %s: %+v", name, where, d)
			}
		}
	}
}

// TestMistakes has a row for each common mistake of evaluators; those about conditions are in
// TestOperators.
func TestMistakes(t *testing.T) {
	bob := alice
	bob.Name = `bob","Effect":"Deny`
	judge(t, bob, policy.Context{}, []row{
		{"a quote in a value changes the policy", []string{v2012(allows("*", repository("${aws:username}/*")))}, []outcome{allow(put, repository(bob.Name+"/x")), none(put, repository("bob/x"))}},
	})
	judge(t, alice, policy.Context{}, []row{
		{"NotAction is not evaluated", []string{v2012(`{"Effect":"Deny","NotAction":"ecr-public:PutImage","Resource":"*"}`, allows("*", "*"))}, []outcome{allow(put, team), deny(token, "*")}},
		{"NotResource is not evaluated", []string{v2012(`{"Effect":"Deny","Action":"*","NotResource":"`+team+`"}`, allows("*", "*"))}, []outcome{allow(put, team), deny(put, team+"2")}},
		{"resources are case-insensitive", []string{v2012(allows("*", repository("TEAM")))}, []outcome{none(put, team)}},
		{"actions are case-sensitive", []string{v2012(denies("ECR-public:putIMAGE", "*"), allows("*", "*"))}, []outcome{deny(put, team)}},
		{"resources are matched by prefix", []string{v2012(allows("*", team))}, []outcome{none(put, team+"/x"), none(put, team+"2")}},
		{"an Allow ends the reading", []string{v2012(allows("*", "*"), allows(put, "*"), denies(put, "*"))}, []outcome{deny(put, team)}},
	})
	for name, text := range map[string]string{
		"an unknown operator is skipped":       v2012(`{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"NoSuch":{"a:b":"c"}}}`),
		"a null condition is skipped":          v2012(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":null}`),
		"an empty condition is skipped":        v2012(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{}}`),
		"NotPrincipal is skipped":              v2012(`{"Effect":"Deny","NotPrincipal":"*","Action":"*","Resource":"*"}`),
		"an element in another case":           v2012(`{"Effect":"Allow","action":"*","Resource":"*"}`),
		"a missing Resource means everything":  v2012(`{"Effect":"Allow","Action":"*"}`),
		"an empty Resource means everything":   v2012(`{"Effect":"Allow","Action":"*","Resource":[]}`),
		"a statement that does not parse goes": v2012(allows("*", "*"), `{"Effect":"Deny","Action":"*"}`),
	} {
		if _, err := policy.Parse([]byte(text)); err == nil {
			t.Errorf("%s: %s was accepted", name, text)
		}
	}
}

func TestAnonymous(t *testing.T) {
	for _, who := range []principal.Principal{{}, {Kind: 77, Account: account, ID: "x", Name: "x"}, {Kind: principal.WebIdentity, Account: account, Name: "x"}} {
		judge(t, who, policy.Context{}, []row{
			{"nothing by itself", nil, []outcome{none(put, team), none("sts:GetCallerIdentity", "*")}},
			{"nothing by identity policies", []string{v2012(allows("*", "*"))}, []outcome{none(put, team), none("sts:GetSessionToken", "*"), none("sts:AssumeRoleWithWebIdentity", "*")}},
			{"no name", []string{v2012(denies("*", repository("${aws:username, 'none'}")))}, []outcome{deny(put, repository("none")), none(put, repository("x"))}},
			{"no id", []string{v2012(denies("*", repository("${aws:userid, 'none'}")))}, []outcome{deny(put, repository("none")), none(put, repository("x"))}},
			{"no account", []string{v2012(denies("*", repository("${aws:PrincipalAccount, 'none'}")))}, []outcome{deny(put, repository("none")), none(put, repository(account))}},
			{"no ARN", []string{v2012(denies("*", repository("${aws:PrincipalArn, 'none'}")))}, []outcome{deny(put, repository("none"))}},
		})
	}
	judge(t, principal.Principal{}, policy.Context{}, []row{
		{"type", []string{v2012(denies("*", repository("${aws:PrincipalType}")))}, []outcome{deny(put, repository("Anonymous")), none(put, repository("User"))}},
	})
}

// TestHostileP16 ends. The matcher that comes to mind first is recursive and takes minutes; the times of this one are those of
// BenchmarkGlob.
func TestHostileP16(t *testing.T) {
	for _, tc := range globCases {
		t.Run(tc.name, func(t *testing.T) {
			done := make(chan bool, 1)
			go func() { done <- glob(tc.pattern, tc.text) }()
			select {
			case got := <-done:
				if got != tc.want {
					t.Errorf("got %v", got)
				}
			case <-time.After(10 * time.Second):
				t.Error("no end in sight")
			}
		})
	}
}

var globCases = []struct {
	name, pattern, text string
	want                bool
}{
	{"P16 stars and letters", "*a*a*a*a*a*a*a*a*b", strings.Repeat("a", 60), false},
	{"P16 1,000 stars", strings.Repeat("*a", 1000) + "b", strings.Repeat("a", 2048), false},
	{"P16 1,000 stars that match", strings.Repeat("*a", 1000), strings.Repeat("a", 2048), true},
	{"P16 only stars", strings.Repeat("*", 6000), strings.Repeat("a", 2048), true},
	{"P16 the worst there is", "*" + strings.Repeat("a", 1023) + "b", strings.Repeat("a", 2048), false},
}

func BenchmarkGlob(b *testing.B) {
	for _, bm := range globCases {
		b.Run(bm.name, func(b *testing.B) {
			p := pattern.Compile(bm.pattern)
			for b.Loop() {
				p.Matches(bm.text)
			}
		})
	}
}
