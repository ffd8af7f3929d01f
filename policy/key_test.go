package policy_test

import (
	"testing"

	"github.com/octroi/octroi/policy"
)

// TestKeys: which names are keys, whatever their case.
func TestKeys(t *testing.T) {
	for key, ok := range map[string]bool{
		"aws:SourceIp": true, "AWS:SOURCEIP": true, "aws:SourceIP ": false, "aws:Source": false, "aws:": false, "": false, ":": false, ":sub": false, "aws": false,
		"aws:PrincipalTag/team": true, "aws:principaltag/a b/c:d": true, "aws:PrincipalTag/": false, "aws:PrincipalTag": false, "aws:PrincipalTag/*": false, "aws:PrincipalTag/a?": false,
		"aws:TagKeys": true, "aws:TagKeys/x": false, "ecr-public:ResourceTag/x": true, "ecr:ResourceTag/x": true, "iam:ResourceTag/x": true, "sts:ResourceTag/x": false, "ecr-public:x": false,
		"sts:AWSServiceName": true, "sts:DurationSeconds": true, "sts:ExternalId": true, "iam:PolicyARN": true, "iam:PassedToService": true, "kms:ViaService": false,
		"ci.example.com:sub": true, "ci.example.com:8443/id/7:aud": true, "CI.example.com/ID/7:AMR": true, "ci.example.com:sub:sub": false, "ci.example.com::sub": false, "ci.example.com/a:b:sub": true, "ci.example.com/a*:sub": false, "ci_x.example.com:sub": false, "ci.example.com/a/:sub": false, "ci.example.com/:sub": false, "ci.example.com:iss": false, "ci.example.com:": false,
		"kubernetes.default.svc:sub": true, "localhost:sub": true, "localhost:8080:sub": true, "localhost/ci:sub": true, "ci:8080:sub": false, "ci/x.y:sub": false, ".:sub": false, "ci.:sub": false, ".ci:sub": false, "localhosts:sub": false, "c*.example.com:sub": false,
	} {
		_, err := policy.Parse([]byte(v2012(`{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Null":{"` + key + `":"true"}}}`)))
		if (err == nil) != ok {
			t.Errorf("%q: %v", key, err)
		}
	}
}

// TestIsClaim: a claim is told from one that is spelled otherwise.
func TestIsClaim(t *testing.T) {
	for name, want := range map[string][2]bool{"sub": {true, false}, "amr": {true, true}, "repository_owner_id": {true, false}, "Sub": {}, "iss": {}, "": {}} {
		if is, several := policy.IsClaim(name); [2]bool{is, several} != want {
			t.Errorf("%q: %v, %v", name, is, several)
		}
	}
}
