package policy_test

import (
	"testing"

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

func BenchmarkParse(b *testing.B) {
	text := []byte(threeStatements())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := policy.Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}

func TestEvaluateDoesNotAllocate(t *testing.T) {
	sources := inForce(t, threeStatements())
	for _, req := range []policy.Request{
		{Principal: alice, Action: put, Resource: repository("team/app")},
		{Principal: alice, Action: "ecr-public:BatchDeleteImage", Resource: repository("team/release/app")},
		{Principal: alice, Action: token},
		{Principal: alice, Action: "iam:CreateUser", Resource: "*"},
	} {
		if n := testing.AllocsPerRun(100, func() { policy.Evaluate(req, sources) }); n != 0 {
			t.Errorf("%s: %v allocations", req.Action, n)
		}
	}
}
