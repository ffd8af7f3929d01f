package policy_test

import (
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/octroi/octroi/policy"
)

func threeStatements() string {
	return v2012(
		`{"Effect":"Allow","Action":["ecr-public:GetAuthorizationToken","sts:GetServiceBearerToken"],"Resource":"*"}`,
		`{"Effect":"Allow","Action":["ecr-public:BatchCheckLayerAvailability","ecr-public:InitiateLayerUpload","ecr-public:UploadLayerPart","ecr-public:CompleteLayerUpload","ecr-public:PutImage"],"Resource":"`+repository("team/*")+`"}`,
		denies("ecr-public:BatchDelete*", repository("team/release/*")))
}

func BenchmarkEvaluate(b *testing.B) {
	withVariable := v2012(allows("ecr-public:*", repository("${aws:username}/*")), allows(token, "*"), denies("sts:*", "*"))
	for _, bm := range []struct{ name, text string }{{"3 statements", threeStatements()}, {"3 statements, a variable", withVariable}} {
		b.Run(bm.name, func(b *testing.B) {
			sources := inForce(b, bm.text)
			name := "team/app"
			if bm.text == withVariable {
				name = "alice/app"
			}
			req := policy.Request{Principal: alice, Action: put, Resource: repository(name)}
			b.ReportAllocs()
			for b.Loop() {
				if !policy.Evaluate(req, sources).Allowed() {
					b.Fatal("denied")
				}
			}
		})
	}
}

// BenchmarkParse also has the times of P23: what is too large or too deep is refused in less than what is accepted takes.
func BenchmarkParse(b *testing.B) {
	for _, bm := range []struct {
		name, text string
		ok         bool
	}{
		{"3 statements", threeStatements(), true}, {"P23 depth of 6,144", strings.Repeat("[", 6_144), false}, {"P23 depth of 131,072", strings.Repeat("[", 131_072), false},
		{"P23 10,000 characters of resources", v2012(allows("*", "*"), `{"Resource":[`+strings.Repeat(`"*",`, 2_500)+`"*"]}`), false},
		{"P23 the longest there is", v2012(`{"Effect":"Allow","Action":"*","Resource":[` + strings.Repeat(`"*",`, 1_510) + `"*"]}`), true},
	} {
		b.Run(bm.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := policy.Parse([]byte(bm.text)); (err == nil) != bm.ok {
					b.Fatal(err)
				}
			}
		})
	}
}

// conditioned are statements with a condition of every family.
func conditioned() string {
	st := func(condition string) string {
		return `{"Effect":"Allow","Action":"ecr-public:PutImage","Resource":"*","Condition":` + condition + `}`
	}
	return v2012(
		st(`{"StringEquals":{"aws:RequestedRegion":"eu-west-1"},"StringLike":{"aws:UserAgent":"aws-cli/*"}}`),
		st(`{"NumericLessThan":{"aws:EpochTime":"1"},"Bool":{"aws:SecureTransport":"true"}}`),
		st(`{"Bool":{"aws:SecureTransport":"true"},"DateLessThan":{"aws:CurrentTime":"2020-01-01"}}`),
		st(`{"IpAddress":{"aws:SourceIp":["192.0.2.0/24","2001:db8::/32"]},"StringEqualsIgnoreCase":{"aws:username":"bob"}}`),
		st(`{"ForAnyValue:StringEquals":{"aws:TagKeys":["a","b"]}}`), st(`{"Null":{"aws:SourceIp":"true"}}`),
		st(`{"ArnLike":{"aws:SourceArn":"arn:aws:iam::*:user/*"}}`), st(`{"BinaryEquals":{"aws:PrincipalTag/b":"YWJj"}}`))
}

func conditionedContext() policy.Context {
	var c policy.Context
	c.SetSourceIP(netip.MustParseAddr("::ffff:10.1.2.3"))
	c.SetCurrentTime(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	c.SetTransport(policy.TLS)
	c.SetUserAgent("aws-cli/2.9")
	c.SetRequestedRegion("us-east-1")
	c.SetTagKeys("x", "y", "z")
	return c
}

func TestEvaluateDoesNotAllocate(t *testing.T) {
	sources := append(inForce(t, threeStatements(), conditioned()), of(t, policy.PermissionsBoundary, v2012(allows("*", "*"))),
		of(t, policy.ResourcePolicy, v2012(granting(aws(alice.ARN(), builder.ARN(), builder.RoleARN(), account), "ecr-public:DescribeImages"))))
	for _, req := range []policy.Request{
		{Principal: alice, Action: put, Resource: repository("team/app")},
		{Principal: alice, Action: "ecr-public:BatchDeleteImage", Resource: repository("team/release/app")},
		{Principal: alice, Action: token},
		{Principal: alice, Action: "iam:CreateUser", Resource: "*"},
		{Principal: builder, Action: put, Resource: team},
	} {
		req.Context = conditionedContext()
		if n := testing.AllocsPerRun(100, func() { policy.Evaluate(req, sources) }); n != 0 {
			t.Errorf("%s: %v allocations", req.Action, n)
		}
	}
}

// BenchmarkStatements is the time of a decision that no statement allows, by their number.
func BenchmarkStatements(b *testing.B) {
	for _, n := range []int{1, 20, 1_000, 10_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			sources := manyStatements(b, n)
			req := policy.Request{Principal: alice, Action: put, Resource: team, Context: conditionedContext()}
			b.ReportAllocs()
			for b.Loop() {
				if policy.Evaluate(req, sources).Allowed() {
					b.Fatal("allowed")
				}
			}
		})
	}
}

// manyStatements are n statements that are all about the request until their last condition.
func manyStatements(t testing.TB, n int) []policy.Source {
	st := `{"Effect":"Allow","Action":"ecr-public:P*","Resource":"` + repository("*m") + `","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"},"StringLike":{"aws:UserAgent":"*cli*x"}}}`
	document := document(t, v2012(st))
	sources := make([]policy.Source, n)
	for i := range sources {
		sources[i] = policy.Source{Type: policy.IdentityPolicy, Name: "many", Document: document}
	}
	return sources
}
