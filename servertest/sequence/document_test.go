package sequence_test

import (
	"encoding/json"
	"strings"

	"pgregory.net/rapid"
)

// statement is one of a policy, in the part of the language that the model knows.
type statement struct {
	Deny      bool
	Actions   []string
	Resources []string
	OnlyUser  string // a condition on aws:username, empty for none
}

// document is a policy.
type document []statement

func (d document) text() string {
	var all []map[string]any
	for _, s := range d {
		one := map[string]any{"Effect": "Allow", "Action": s.Actions, "Resource": s.Resources}
		if s.Deny {
			one["Effect"] = "Deny"
		}
		if s.OnlyUser != "" {
			one["Condition"] = map[string]any{"StringEquals": map[string]string{"aws:username": s.OnlyUser}}
		}
		all = append(all, one)
	}
	text, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": all})
	if err != nil {
		panic(err) // texts and lists
	}
	return string(text)
}

// asks is a request as statements see it. user is the name of a user, empty for everybody else.
type asks struct{ action, resource, user string }

// says is what a document says to a request: an Allow, a Deny, both or nothing.
func (d document) says(a asks) (allow, deny bool) {
	for _, s := range d {
		if !s.applies(a) {
			continue
		}
		allow, deny = allow || !s.Deny, deny || s.Deny
	}
	return allow, deny
}

func (s statement) applies(a asks) bool {
	// A key that is missing meets no StringEquals, in an Allow and in a Deny.
	if s.OnlyUser != "" && a.user != s.OnlyUser {
		return false
	}
	action, resource := false, false
	for _, p := range s.Actions {
		action = action || like(strings.ToLower(p), strings.ToLower(a.action))
	}
	for _, p := range s.Resources {
		switch {
		case !strings.Contains(p, variable):
		case a.user != "":
			p = strings.ReplaceAll(p, variable, a.user)
		case s.Deny: // some value would make it apply
			p = strings.ReplaceAll(p, variable, "*")
		default:
			continue
		}
		resource = resource || like(p, a.resource)
	}
	return action && resource
}

const variable = "${aws:username}"

// like matches a pattern in which only * is special. The patterns here end with their *, or have one in the middle of a part.
func like(pattern, text string) bool {
	before, after, found := strings.Cut(pattern, "*")
	if !found {
		return pattern == text
	}
	if !strings.HasPrefix(text, before) {
		return false
	}
	for rest := text[len(before):]; ; rest = rest[1:] {
		if like(after, rest) {
			return true
		}
		if rest == "" {
			return false
		}
	}
}

var (
	someActions = []string{"*", "ecr-public:*", "ecr-public:Get*", "ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken", "sts:*", "sts:AssumeRole", "ecr-public:BatchGetImage",
		"ecr-public:GetDownloadUrlForLayer", "ECR-Public:putimage", "ecr-public:*Layer*", "ecr-public:CreateRepository", "ecr-public:DescribeRepositories", "ecr-public:OverwriteImageTag",
		"ecr-public:BatchDeleteImage", "iam:*", "iam:Create*", "iam:*User", "iam:*Policy", "iam:*AccessKey", "sts:Get*"}
	someResources = []string{"*", "*", "*", "repository/team/*", "repository/team/a", "repository/*/a", "repository/pub/" + variable, "user/u0", "user/*", "user/" + variable, "role/r*", "group/*", "policy/p1"}
	wide          = document{{Actions: []string{"*"}, Resources: []string{"*"}}}
	toLogIn       = []string{"ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"}
)

// document draws a policy. Every second one lets its owner log in, or most sequences would end there.
func (m *machine) document(t *rapid.T) document {
	var d document
	if rapid.IntRange(0, 1).Draw(t, "logs in") == 1 {
		d = append(d, statement{Actions: toLogIn, Resources: []string{"*"}})
	}
	for range rapid.IntRange(1, 2).Draw(t, "statements") {
		s := statement{Deny: rapid.IntRange(0, 4).Draw(t, "deny") == 0}
		s.Actions = rapid.SliceOfN(rapid.SampledFrom(someActions), 1, 3).Draw(t, "actions")
		for _, r := range rapid.SliceOfN(rapid.SampledFrom(someResources), 1, 2).Draw(t, "resources") {
			s.Resources = append(s.Resources, m.arn(r))
		}
		if rapid.IntRange(0, 7).Draw(t, "condition") == 0 {
			s.OnlyUser = rapid.SampledFrom(userNames).Draw(t, "only")
		}
		d = append(d, s)
	}
	return d
}

// arn is the ARN of a thing of the account.
func (m *machine) arn(resource string) string {
	switch {
	case resource == "*":
		return resource
	case strings.HasPrefix(resource, "repository/"):
		return "arn:aws:ecr-public::" + m.Account + ":" + resource
	case strings.HasPrefix(resource, "federated-user/"):
		return "arn:aws:sts::" + m.Account + ":" + resource
	}
	return "arn:aws:iam::" + m.Account + ":" + resource
}
