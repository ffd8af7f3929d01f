package policy_test

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
)

// simulation is a random case for both evaluators: documents that both read, a request, and what it says.
type simulation struct {
	request   policy.Request
	context   map[string][]string
	documents map[policy.Type][]string
}

const elsewhere = "999999999999"

var (
	builder = principal.Principal{Kind: principal.AssumedRole, Account: account, ID: "AROABUILDER", Name: "builder", Path: "/", Session: "run7"}
	role    = "arn:aws:iam::" + account + ":role/deploy"

	simulatedActions   = []string{"ecr-public:PutImage", "ecr-public:TagResource", "ecr-public:DescribeImages", "ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"}
	simulatedPatterns  = []string{"*", "ecr-public:*", "ecr-public:Put*", "ecr-public:*Image*", "ECR-Public:putimage", "ecr-public:TagResource", "sts:Get*", "sts:GetServiceBearer?oken", "ecr-public:GetAuthorizationToken"}
	simulatedNames     = []string{"team", "team/app", "alice", "alice/app", "Team", "team2", "red/app"}
	simulatedResources = []string{"*", "*", "*", "arn:aws:ecr-public::*:repository/team", "arn:aws:ecr-public::123456789012:repository/*", "arn:aws:ecr-public::123456789012:repository/team*",
		"arn:aws:ecr-public::123456789012:repository/t?am", "arn:aws:*:*:*:*", "arn:aws:ecr-public::123456789012:repository/${aws:username}/*", "arn:aws:ecr-public::*:repository/${aws:PrincipalTag/team}/app",
		"arn:aws:ecr-public::*:repository/${aws:PrincipalTag/none, 'team'}", "arn:aws:ecr-public::*:repository/team${*}"}

	textValues = []string{"alice", "ALICE", "red", "Red", "blue", "*", "r*", "?ed", "a*e", "", "${aws:username}", "${aws:PrincipalTag/team}", "${aws:PrincipalTag/none}",
		"${aws:PrincipalTag/none, 'red'}", "${*}", "${?}${$}", "ecr-public.amazonaws.com", "aws-cli/*", "us-east-1", "AIDAALICE", "é", "123456789012", "x${aws:PrincipalTag/star}"}
	arnValues = []string{"arn:aws:iam::123456789012:user/team/alice", "arn:aws:iam::*:user/*", "arn:aws:iam::123456789012:role/builder", "arn:aws:iam::123456789012:role/b*r", "arn:aws:*:*:*:*",
		"arn:aws:iam::123456789012:*", "arn:aws:s3:::b?cket", "arn:aws:iam::123456789012:user/team/${aws:username}", "arn:aws:iam::1234*:role/${aws:PrincipalTag/none}"}
	numberValues  = []any{"43200", "5", "-1.5", 7, 1767225600, "0", "3.25", "43199.999"}
	dateValues    = []any{"2026-01-01T00:00:00Z", "2026-06-01", "2025-12-31T23:59:59.5Z", "2026-01-01T01:00:00+01:00", "2026-01-01T00:00Z"}
	binaryValues  = []string{"YWJj", "YQ=="}
	networkValues = []string{"10.0.0.0/8", "10.1.2.3", "192.0.2.0/24", "0.0.0.0/1", "10.9.9.9/16"}
	boolValues    = []any{"true", "false", true, false}

	simulatedKeys = []string{"aws:username", "aws:PrincipalTag/team", "aws:PrincipalTag/star", "aws:PrincipalTag/n", "aws:PrincipalTag/b", "aws:PrincipalTag/none", "aws:UserAgent", "aws:RequestedRegion", "aws:userid",
		"aws:PrincipalAccount", "aws:PrincipalType", "aws:PrincipalArn", "aws:SourceArn", "aws:SourceIp", "aws:CurrentTime", "aws:EpochTime", "aws:TokenIssueTime", "aws:SecureTransport", "aws:TagKeys",
		"aws:RequestTag/team", "aws:ResourceTag/team", "ecr-public:ResourceTag/team", "sts:DurationSeconds", "sts:AWSServiceName", "aws:MultiFactorAuthPresent"}
	// fitting are the keys that each family of operators is mostly asked of.
	families = []struct {
		operators []string
		keys      []string
	}{
		{[]string{"StringLike", "StringNotLike"},
			[]string{"aws:username", "aws:PrincipalTag/team", "aws:PrincipalTag/star", "aws:UserAgent", "aws:RequestedRegion", "aws:userid", "aws:PrincipalAccount", "aws:TagKeys", "aws:RequestTag/team", "aws:ResourceTag/team", "ecr-public:ResourceTag/team", "sts:AWSServiceName"}},
		{[]string{"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"},
			[]string{"aws:username", "aws:PrincipalTag/team", "aws:PrincipalTag/star", "aws:RequestedRegion", "aws:userid", "aws:PrincipalAccount", "aws:TagKeys", "aws:RequestTag/team", "aws:ResourceTag/team", "ecr-public:ResourceTag/team", "sts:AWSServiceName"}},
		{[]string{"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals"}, []string{"aws:PrincipalTag/n", "aws:EpochTime", "sts:DurationSeconds"}},
		{[]string{"DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals"}, []string{"aws:CurrentTime", "aws:TokenIssueTime"}},
		{[]string{"Bool"}, []string{"aws:SecureTransport", "aws:MultiFactorAuthPresent"}},
		{[]string{"BinaryEquals"}, []string{"aws:PrincipalTag/b"}},
		{[]string{"IpAddress", "NotIpAddress"}, []string{"aws:SourceIp"}},
		{[]string{"ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"}, []string{"aws:PrincipalArn", "aws:SourceArn"}},
		{[]string{"Null"}, simulatedKeys},
	}
)

func pick[T any](draw source, list []T) T { return list[draw(len(list))] }

func some[T any](draw source, list []T) any {
	if draw(2) == 0 {
		return pick(draw, list)
	}
	out := make([]T, 1+draw(3))
	for i := range out {
		out[i] = pick(draw, list)
	}
	return out
}

func (draw source) condition() map[string]any {
	out := map[string]any{}
	for range 1 + draw(2) {
		f := families[draw(len(families))]
		operator, keys := pick(draw, f.operators), f.keys
		if draw(20) == 0 {
			keys = simulatedKeys
		}
		key := pick(draw, keys)
		if key == "aws:EpochTime" && strings.HasPrefix(operator, "Date") {
			key = "aws:CurrentTime" // the other evaluator takes the seconds for milliseconds
		}
		values := draw.values(f.operators[0])
		if operator != "Null" {
			operator = draw.decorate(operator, key, out)
		}
		if draw(8) == 0 {
			key = strings.ToUpper(key[:4]) + key[4:]
		}
		out[operator] = map[string]any{key: values}
	}
	return out
}

// decorate gives an operator its prefix and suffix. A ForAllValues mostly gets the guard that it needs in an Allow.
func (draw source) decorate(operator, key string, out map[string]any) string {
	if many := key == "aws:TagKeys"; many || draw(6) == 0 {
		set := pick(draw, []string{"ForAllValues:", "ForAnyValue:"})
		if set == "ForAllValues:" && draw(4) > 0 {
			out["Null"] = map[string]any{key: "false"}
		}
		operator = set + operator
	}
	if draw(4) == 0 {
		operator += "IfExists"
	}
	return operator
}

func (draw source) values(operator string) any {
	switch operator {
	case "StringEquals": // the other evaluator knows no ${*} in these
		return some(draw, slices.DeleteFunc(slices.Clone(textValues), func(v string) bool { return strings.Contains(v, "${*}") || strings.Contains(v, "${?}") }))
	case "NumericEquals":
		return some(draw, numberValues)
	case "DateEquals":
		return some(draw, dateValues)
	case "Bool":
		return some(draw, boolValues)
	case "Null":
		return pick(draw, []string{"true", "false"})
	case "BinaryEquals":
		return some(draw, binaryValues)
	case "IpAddress":
		return some(draw, networkValues)
	case "ArnEquals":
		return some(draw, arnValues)
	}
	return some(draw, textValues)
}

// document writes a document of a type. A trust policy names no resource.
func (draw source) document(kind policy.Type) string {
	statements := make([]statement, 1+draw(2))
	for i := range statements {
		st := statement{"Effect": pick(draw, []string{"Allow", "Allow", "Allow", "Deny"})}
		not := func(name string) string { return pick(draw, []string{name, name, name, name, "Not" + name}) }
		switch kind {
		case policy.TrustPolicy:
			st["Action"] = some(draw, []string{"sts:AssumeRole", "sts:AssumeRole", "sts:*", "sts:TagSession"})
		default:
			st[not("Action")] = some(draw, simulatedPatterns)
			st[not("Resource")] = some(draw, simulatedResources)
		}
		if kind == policy.ResourcePolicy || kind == policy.TrustPolicy {
			st["Principal"] = draw.principals()
			if st["Effect"] == "Deny" && draw(4) == 0 {
				st["NotPrincipal"] = map[string]any{"AWS": []string{account, alice.ARN(), builder.ARN(), builder.RoleARN()}[:1+draw(4)]}
				delete(st, "Principal")
			}
		}
		if draw(3) > 0 {
			st["Condition"] = draw.condition()
		}
		statements[i] = st
	}
	return written(statements)
}

func (draw source) principals() any {
	if draw(5) == 0 {
		return "*"
	}
	return map[string]any{"AWS": some(draw, []string{"*", account, elsewhere, "arn:aws:iam::" + account + ":root", alice.ARN(), builder.ARN(), builder.RoleARN(), "arn:aws:iam::" + account + ":user/bob"})}
}

func (draw source) simulation() simulation {
	c := simulation{documents: map[policy.Type][]string{}}
	c.request = policy.Request{Principal: alice, Action: pick(draw, simulatedActions), Resource: "*", ResourceAccount: account}
	if draw(3) == 0 {
		c.request.Principal = builder
	}
	if draw(6) == 0 {
		c.request.ResourceAccount = elsewhere
	}
	of := policy.ResourcePolicy
	switch {
	case draw(6) == 0:
		of, c.request.Action, c.request.Resource = policy.TrustPolicy, "sts:AssumeRole", strings.Replace(role, account, c.request.ResourceAccount, 1)
	case strings.HasSuffix(c.request.Action, "Token"):
		c.request.ResourceAccount = account
	default:
		c.request.Resource = principal.RepositoryARN(c.request.ResourceAccount, pick(draw, simulatedNames))
	}
	for range 1 + draw(2) {
		c.documents[policy.IdentityPolicy] = append(c.documents[policy.IdentityPolicy], draw.document(policy.IdentityPolicy))
	}
	if draw(5) == 0 {
		c.documents[policy.PermissionsBoundary] = []string{draw.document(policy.IdentityPolicy)}
	}
	if c.request.Principal.Kind == principal.AssumedRole && draw(3) == 0 {
		c.documents[policy.SessionPolicy] = []string{draw.document(policy.IdentityPolicy)}
	}
	if of == policy.TrustPolicy || c.request.Resource != "*" && draw(2) == 0 {
		c.documents[of] = []string{draw.document(of)}
	}
	c.setContext(draw)
	return c
}

// setContext says of the request what a request can say: each key is there or not.
func (c *simulation) setContext(draw source) {
	all := map[string][]string{
		"aws:PrincipalTag/team": {pick(draw, []string{"red", "Red", "alice", "*", "é", ""})}, "aws:PrincipalTag/star": {"*"}, "aws:PrincipalTag/n": {pick(draw, []string{"5", "7", "-1.5", "3.250", "many"})},
		"aws:PrincipalTag/b": {pick(draw, binaryValues)}, "aws:UserAgent": {"aws-cli/2.9"}, "aws:RequestedRegion": {"us-east-1"}, "aws:SourceArn": {pick(draw, []string{"arn:aws:s3:::bucket", "none"})},
		"aws:SourceIp": {pick(draw, []string{"10.1.2.3", "192.0.2.200", "10.9.1.1"})}, "aws:CurrentTime": {pick(draw, []string{"2026-01-01T00:00:00Z", "2026-07-01T12:00:00Z"})},
		"aws:EpochTime": {pick(draw, []string{"1767225600", "1800000000"})}, "aws:TokenIssueTime": {"2025-12-31T23:00:00Z"}, "aws:SecureTransport": {pick(draw, []string{"true", "false"})},
	}
	switch c.request.Action {
	case "ecr-public:TagResource":
		all["aws:TagKeys"], all["aws:RequestTag/team"] = [][]string{{"red"}, {"red", "blue"}, {"alice", "ALICE", "x"}}[draw(3)], []string{pick(draw, []string{"red", "blue"})}
	case "sts:GetServiceBearerToken":
		all["sts:AWSServiceName"], all["sts:DurationSeconds"] = []string{pick(draw, []string{"ecr-public.amazonaws.com", "codeartifact.amazonaws.com"})}, []string{pick(draw, []string{"43200", "900"})}
	}
	if strings.Contains(c.request.Resource, ":repository/") {
		value := pick(draw, []string{"red", "blue"})
		all["aws:ResourceTag/team"], all["ecr-public:ResourceTag/team"] = []string{value}, []string{value}
	}
	c.context = map[string][]string{}
	for _, key := range simulatedKeys {
		if values, ok := all[key]; ok && draw(5) > 0 {
			c.context[key] = values
			c.request.Context.Set(key, values...)
		}
	}
}

// asked is the case in the words of the other evaluator. What a principal implies is said in full there.
func (c *simulation) asked() []byte {
	p := c.request.Principal
	context := map[string]any{
		"aws:userid": p.UserID(), "aws:PrincipalAccount": p.Account, "aws:PrincipalType": "User", "aws:PrincipalArn": p.ARN(), "aws:ResourceAccount": c.request.ResourceAccount,
		"aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false",
	}
	if p.Kind == principal.User {
		context["aws:username"] = p.Name
	} else {
		context["aws:PrincipalType"], context["aws:PrincipalArn"] = "AssumedRole", p.RoleARN()
	}
	for key, values := range c.context {
		context[key] = values
		if key != "aws:TagKeys" {
			context[key] = values[0]
		}
	}
	named := func(kind policy.Type) any {
		out := []any{}
		for _, text := range c.documents[kind] {
			out = append(out, map[string]any{"name": "p", "policy": json.RawMessage(text)})
		}
		return out
	}
	ask := map[string]any{
		"request": map[string]any{
			"principal": p.ARN(), "action": c.request.Action, "contextVariables": context,
			"resource": map[string]any{"resource": c.request.Resource, "accountId": c.request.ResourceAccount},
		},
		"identityPolicies": named(policy.IdentityPolicy), "serviceControlPolicies": []any{}, "resourceControlPolicies": []any{},
	}
	if c.documents[policy.PermissionsBoundary] != nil {
		ask["permissionBoundaryPolicies"] = named(policy.PermissionsBoundary)
	}
	for kind, name := range map[policy.Type]string{policy.SessionPolicy: "sessionPolicy", policy.ResourcePolicy: "resourcePolicy", policy.TrustPolicy: "resourcePolicy"} {
		if texts := c.documents[kind]; texts != nil {
			ask[name] = json.RawMessage(texts[0])
		}
	}
	text, err := json.Marshal(ask)
	if err != nil {
		panic(err)
	}
	return text
}

// sources are the documents in force; not ok if one of them is not accepted.
func (c *simulation) sources() (sources []policy.Source, err error) {
	for kind, texts := range c.documents {
		parse := policy.Parse
		switch kind {
		case policy.ResourcePolicy:
			parse = policy.ParseResource
		case policy.TrustPolicy:
			parse = policy.ParseTrust
		}
		for _, text := range texts {
			d, err := parse([]byte(text))
			if err != nil {
				return nil, err
			}
			sources = append(sources, policy.Source{Type: kind, Name: "p", Document: d})
		}
	}
	return sources, nil
}
