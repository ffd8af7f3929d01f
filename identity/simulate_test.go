package identity_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// What the simulator says is what the service would decide.
func TestSimulate(t *testing.T) {
	h, ctx := open(t), t.Context()
	h.AddUser("ci")
	user := aws.String("arn:aws:iam::" + h.Account + ":user/ci")
	must(h.admin.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: aws.String("ci"), PolicyArn: aws.String(readOnly)}))(t)
	must(h.admin.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: aws.String("g")}))(t)
	must(h.admin.PutGroupPolicy(ctx, &iam.PutGroupPolicyInput{GroupName: aws.String("g"), PolicyName: aws.String("no"), PolicyDocument: aws.String(
		`{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"ecr-public:DescribeImages","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}}`)}))(t)
	must(h.admin.AddUserToGroup(ctx, &iam.AddUserToGroupInput{GroupName: aws.String("g"), UserName: aws.String("ci")}))(t)
	actions := []string{"ecr-public:DescribeImages", "ecr-public:PutImage"}
	ask := func(entries ...types.ContextEntry) []types.EvaluationResult {
		t.Helper()
		return must(h.admin.SimulatePrincipalPolicy(ctx, &iam.SimulatePrincipalPolicyInput{PolicySourceArn: user, ActionNames: actions, ContextEntries: entries}))(t).EvaluationResults
	}
	r := ask()
	if len(r) != 2 || r[0].EvalDecision != "allowed" || *r[0].MatchedStatements[0].SourcePolicyId != readOnly || r[0].MatchedStatements[0].SourcePolicyType != "aws-managed" ||
		r[1].EvalDecision != "implicitDeny" || len(r[1].MatchedStatements) != 0 || len(r[0].MissingContextValues) != 1 || r[0].MissingContextValues[0] != "aws:sourceip" {
		t.Errorf("%+v", r)
	}
	r = ask(types.ContextEntry{ContextKeyName: aws.String("aws:SourceIp"), ContextKeyType: "ip", ContextKeyValues: []string{"10.1.2.3"}})
	if r[0].EvalDecision != "explicitDeny" || *r[0].MatchedStatements[0].SourcePolicyId != "g/no" || r[0].MatchedStatements[0].SourcePolicyType != "group" || len(r[0].MissingContextValues) != 0 {
		t.Errorf("%+v", r)
	}
	refused(h.admin.SimulatePrincipalPolicy(ctx, &iam.SimulatePrincipalPolicyInput{PolicySourceArn: aws.String(*user + "x"), ActionNames: actions}))(t, "NoSuchEntity", "")
	refused(h.admin.SimulatePrincipalPolicy(ctx, &iam.SimulatePrincipalPolicyInput{PolicySourceArn: user, ActionNames: []string{}}))(t, "ValidationError", "actionNames")

	c := must(h.admin.SimulateCustomPolicy(ctx, &iam.SimulateCustomPolicyInput{PolicyInputList: []string{allowAll}, ActionNames: []string{"s3:GetObject"},
		ResourceArns: []string{"arn:aws:s3:::b/a", "arn:aws:s3:::b/c"}, PermissionsBoundaryPolicyInputList: []string{
			`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::b/a"}}`}, MaxItems: aws.Int32(1)}))(t)
	if len(c.EvaluationResults) != 1 || !c.IsTruncated || c.EvaluationResults[0].EvalDecision != "allowed" || !c.EvaluationResults[0].PermissionsBoundaryDecisionDetail.AllowedByPermissionsBoundary {
		t.Errorf("%+v", c)
	}
	c = must(h.admin.SimulateCustomPolicy(ctx, &iam.SimulateCustomPolicyInput{PolicyInputList: []string{allowAll}, ActionNames: []string{"s3:GetObject"},
		ResourceArns: []string{"arn:aws:s3:::b/c"}, PermissionsBoundaryPolicyInputList: []string{
			`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::b/a"}}`}}))(t)
	if r := c.EvaluationResults[0]; r.EvalDecision != "implicitDeny" || r.PermissionsBoundaryDecisionDetail.AllowedByPermissionsBoundary {
		t.Errorf("%+v", r)
	}
	refused(h.admin.SimulateCustomPolicy(ctx, &iam.SimulateCustomPolicyInput{PolicyInputList: []string{"{}"}, ActionNames: actions}))(t, "MalformedPolicyDocument", "")
	ci := h.as(static(h.AddUser("nobody")))
	refused(ci.SimulatePrincipalPolicy(ctx, &iam.SimulatePrincipalPolicyInput{PolicySourceArn: user, ActionNames: actions}))(t, "AccessDenied", "iam:SimulatePrincipalPolicy")
}
