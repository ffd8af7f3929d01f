package policy_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/octroi/octroi/internal/strictjson"
	"github.com/octroi/octroi/policy"
)

// statementWith is a sound statement with one element set, or, without a value, left out.
func statementWith(element, value string) string {
	set := map[string]string{"Effect": `"Allow"`, "Action": `"ecr-public:PutImage"`, "Resource": `"*"`, element: value}
	if strings.HasPrefix(element, "Not") {
		delete(set, element[len("Not"):])
	}
	var text []string
	for _, name := range []string{"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition", element} {
		if set[name] != "" {
			text = append(text, fmt.Sprintf("%q:%s", name, set[name]))
			delete(set, name)
		}
	}
	return "{" + strings.Join(text, ",") + "}"
}

func TestRefused(t *testing.T) {
	one := func(element, value string) string { return v2012(statementWith(element, value)) }
	const full = `"Action":"*","Resource":"*"}`
	for _, tc := range []struct{ name, text, want string }{
		{"P08 Effect twice", v2012(`{"Effect":"Deny","Effect":"Allow",` + full), `the element "Effect" stands there twice, at byte 54 again`},
		{"P08 effect beside Effect", v2012(`{"Effect":"Deny","effect":"Allow",` + full), `statement 1: there is no element "effect"; it is spelled Effect`},
		{"P08 escaped name", v2012(`{"\u0045ffect":"Allow",` + full), `statement 1: the name of the element "Effect" is written with an escape`},
		{"P08 escaped name beside Effect", v2012(`{"Effect":"Deny","\u0045ffect":"Allow",` + full), `the element "Effect" stands there twice, at byte 54 again`},
		{"P08 long s", `{"Version":"2012-10-17","ſtatement":[` + allows("*", "*") + `]}`, `there is no element "\u017ftatement"; it is spelled Statement`},
		{"P09 unknown element", one("Efect", `"Deny"`), `statement 1: there is no element "Efect"`},
		{"P09 unknown element of the document", `{"Statment":[]}`, `there is no element "Statment"`},
		{"P09 unknown operator", one("Condition", `{"NoSuch":{"a:b":"c"}}`), `statement 1: Condition: there is no operator "NoSuch"`},
		{"P09 unknown condition key", v2012(allows("*", "*"), `{"Sid":"B","Condition":{"Bool":{"aws:SecureTransprt":"true"}},"Effect":"Allow",`+full), `statement 2 (B): Condition: there is no condition key "aws:SecureTransprt"`},
		{"empty Condition", one("Condition", `{}`), `statement 1: Condition: it must be an object with an operator in it`},
		{"null Condition", one("Condition", `null`), `statement 1: Condition: it must be an object with an operator in it`},
		{"P09 Version", `{"Version":"2012-10-18","Statement":[` + allows("*", "*") + `]}`, `Version: "2012-10-18" is neither "2012-10-17" nor "2008-10-17"`},
		{"P09 Version is a number", `{"Version":2012,"Statement":[` + allows("*", "*") + `]}`, `Version: it is a number and must be a string`},
		{"P09 variable with 2008", v2008(allows("*", repository("${aws:username}"))), `statement 1: Resource: the policy variable in "arn:aws:ecr-public::123456789012:repository/${aws:username}" needs "Version": "2012-10-17"`},
		{"P09 variable without Version", `{"Statement":` + allows("*", repository("${*}")) + `}`, `statement 1: Resource: the policy variable in "arn:aws:ecr-public::123456789012:repository/${*}" needs "Version": "2012-10-17"`},
		{"P10 trailing data", v2012(allows("*", "*")) + "x", "not JSON: something after the value at byte 85"},
		{"P10 second document", v2012(allows("*", "*")) + "{}", "not JSON: something after the value at byte 85"},
		{"P10 comment", "/**/" + v2012(allows("*", "*")), "not JSON: no value at byte 0"},
		{"P10 BOM", "\uFEFF" + v2012(allows("*", "*")), "not valid Unicode: byte order mark at byte 0"},
		{"P10 invalid UTF-8", v2012(simple("De", "*", "*")[:11] + "\xff" + `ny","Action":"*","Resource":"*"}`), "not valid Unicode: invalid UTF-8 at byte 48"},
		{"P10 NUL", v2012(allows("*", "*")) + "\x00", "not JSON: something after the value at byte 85"},
		{"P10 NUL by escape", one("Resource", `"arn:aws:ecr-public::1:repository/a\u0000"`), `statement 1: Resource: "arn:aws:ecr-public::1:repository/a\x00" holds a character outside of U+0020 to U+00FF`},
		{"P10 DEL", one("Resource", `"arn:aws:ecr-public::1:repository/a\u007f"`), `statement 1: Resource: "arn:aws:ecr-public::1:repository/a\x7f" holds a character outside of U+0020 to U+00FF`},
		{"P10 empty", "", "not JSON: no value at byte 0"},
		{"P11 null", "null", "it is null and must be an object"},
		{"P11 list", "[]", "it is a list and must be an object"},
		{"P11 no Statement", "{}", "it has no Statement"},
		{"P11 Statement null", `{"Statement":null}`, "statement 1: it is null and must be an object"},
		{"P11 Statement string", `{"Statement":"*"}`, "statement 1: it is a string and must be an object"},
		{"P11 Statement empty", `{"Statement":[]}`, "Statement: the list is empty"},
		{"P11 Statement of a list", `{"Statement":[[]]}`, "statement 1: it is a list and must be an object"},
		{"P11 empty statement", `{"Statement":{}}`, "statement 1: Effect: it is missing"},
		{"P11 Id", `{"Id":7,"Statement":[` + allows("*", "*") + `]}`, "Id: it is a number and must be a string"},
		{"P11 Id NUL", `{"Id":"\u0000","Statement":[` + allows("*", "*") + `]}`, `Id: "\x00" holds a character outside of U+0020 to U+00FF`},
		{"P11 Effect missing", one("Effect", ""), "statement 1: Effect: it is missing"},
		{"P11 Effect null", one("Effect", "null"), "statement 1: Effect: it is null and must be a string"},
		{"P11 Effect list", one("Effect", `["Allow"]`), "statement 1: Effect: it is a list and must be a string"},
		{"P11 Effect bool", one("Effect", `true`), "statement 1: Effect: it is a boolean and must be a string"},
		{"P11 Effect lower case", one("Effect", `"allow"`), `statement 1: Effect: "allow" is neither "Allow" nor "Deny"`},
		{"P11 Effect look-alike", one("Effect", `"Аllow"`), `statement 1: Effect: "\u0410llow" holds a character outside of U+0020 to U+00FF`},
		{"P11 Action missing", one("Action", ""), "statement 1: Action: it is missing, as is NotAction; a statement has one of them"},
		{"P11 Action null", one("Action", "null"), "statement 1: Action: it is null and must be a string"},
		{"P11 Action empty list", one("Action", "[]"), "statement 1: Action: the list is empty"},
		{"P11 NotAction empty list", one("NotAction", "[]"), "statement 1: NotAction: the list is empty"},
		{"P11 Action of a list", one("Action", `[["*"]]`), "statement 1: Action: it is a list and must be a string"},
		{"P11 Action with a null", one("Action", `["*",null]`), "statement 1: Action: it is null and must be a string"},
		{"P11 Action number", one("Action", "1"), "statement 1: Action: it is a number and must be a string"},
		{"P11 Action object", one("Action", `{"a":"*"}`), "statement 1: Action: it is an object and must be a string"},
		{"P11 Resource missing", one("Resource", ""), "statement 1: Resource: it is missing, as is NotResource; a statement has one of them"},
		{"P11 Resource null", one("Resource", "null"), "statement 1: Resource: it is null and must be a string"},
		{"P11 Resource empty list", one("Resource", "[]"), "statement 1: Resource: the list is empty"},
		{"P11 NotResource empty list", one("NotResource", "[]"), "statement 1: NotResource: the list is empty"},
		{"P11 Resource bool", one("Resource", "true"), "statement 1: Resource: it is a boolean and must be a string"},
		{"Action and NotAction", v2012(`{"Effect":"Allow","NotAction":"a:b",` + full), "statement 1: Action: it stands beside NotAction; a statement has one of them"},
		{"Resource and NotResource", v2012(`{"Effect":"Allow","NotResource":"*",` + full), "statement 1: Resource: it stands beside NotResource; a statement has one of them"},
		{"Principal", one("Principal", `"*"`), "statement 1: Principal: an identity policy applies to whom it is attached to, and names no principal"},
		{"P06 NotPrincipal", one("NotPrincipal", `"*"`), "statement 1: NotPrincipal: an identity policy applies to whom it is attached to, and names no principal"},
		{"Sid with a space", one("Sid", `"a b"`), `statement 1: Sid: "a b" holds a character that is no letter or digit`},
		{"Sid with a dash", one("Sid", `"a-b"`), `statement 1: Sid: "a-b" holds a character that is no letter or digit`},
		{"Sid is a number", one("Sid", `1`), `statement 1: Sid: it is a number and must be a string`},
		{"Sid twice", v2012(statementWith("Sid", `"A"`), allows("*", "*"), statementWith("Sid", `"A"`)), `statement 3 (A): Sid: statement 1 has the same; a Sid names one statement`},
		{"action without a vendor", one("Action", `"PutImage"`), `statement 1: Action: "PutImage" is not an action: want vendor:name, as ecr-public:PutImage, or "*"`},
		{"action without a name", one("Action", `"ecr-public:"`), `statement 1: Action: "ecr-public:" is not an action: want vendor:name, as ecr-public:PutImage, or "*"`},
		{"action with an empty vendor", one("NotAction", `":PutImage"`), `statement 1: NotAction: ":PutImage" is not an action: want vendor:name, as ecr-public:PutImage, or "*"`},
		{"empty action", one("Action", `["*",""]`), `statement 1: Action: "" is not an action: want vendor:name, as ecr-public:PutImage, or "*"`},
		{"two stars", one("Action", `"**"`), `statement 1: Action: "**" is not an action: want vendor:name, as ecr-public:PutImage, or "*"`},
		{"P03 wildcard in the vendor", one("Action", `"ecr-*:*"`), `statement 1: Action: the vendor of "ecr-*:*" holds a wildcard; wildcards may only follow the colon`},
		{"action with two colons", one("Action", `"a:b:c"`), `statement 1: Action: "a:b:c" is not an action: it holds a character that is no letter, digit, '-', '_' or '.'`},
		{"action with a variable", one("Action", `"a:${aws:username}"`), `statement 1: Action: "a:${aws:username}" is not an action: it holds a character that is no letter, digit, '-', '_' or '.'`},
		{"action with a space", one("Action", `"a: b"`), `statement 1: Action: "a: b" is not an action: it holds a character that is no letter, digit, '-', '_' or '.'`},
		{"resource that is no ARN", one("Resource", `"team/*"`), `statement 1: Resource: "team/*" is not an ARN: want arn:partition:service:region:account:resource, or "*"`},
		{"two stars of a resource", one("Resource", `"**"`), `statement 1: Resource: "**" is not an ARN: want arn:partition:service:region:account:resource, or "*"`},
		{"star before the ARN", one("Resource", `"*:aws:ecr-public::1:repository/x"`), `statement 1: Resource: "*:aws:ecr-public::1:repository/x" is not an ARN: want arn:partition:service:region:account:resource, or "*"`},
		{"ARN cut short", one("Resource", `"arn:aws:ecr-public::1"`), `statement 1: Resource: "arn:aws:ecr-public::1" is not an ARN: want arn:partition:service:region:account:resource, or "*"`},
		{"ARN without a service", one("NotResource", `"arn:aws::::x"`), `statement 1: NotResource: "arn:aws::::x" has no service, and matches nothing`},
		{"ARN without a resource", one("Resource", `"arn:aws:ecr-public::1:"`), `statement 1: Resource: "arn:aws:ecr-public::1:" has no resource, and matches nothing`},
		{"empty resource", one("Resource", `""`), `statement 1: Resource: "" is not an ARN: want arn:partition:service:region:account:resource, or "*"`},
		{"variable for the account", one("Resource", `"arn:aws:ecr-public::${aws:PrincipalAccount}:repository/x"`), `statement 1: Resource: the policy variable in "arn:aws:ecr-public::${aws:PrincipalAccount}:repository/x" stands before the fifth colon; it may only follow it`},
		{"variable for everything", one("Resource", `"${aws:username}"`), `statement 1: Resource: the policy variable in "${aws:username}" stands before the fifth colon; it may only follow it`},
		{"variable without an end", one("Resource", `"`+repository("${aws:username")+`"`), `statement 1: Resource: a policy variable without its closing brace in "repository/${aws:username"`},
		{"empty variable", one("Resource", `"`+repository("${}")+`"`), `statement 1: Resource: "${}" is not a policy variable: want ${vendor:key} or ${vendor:key, 'default'}`},
		{"variable without a vendor", one("Resource", `"`+repository("${username}")+`"`), `statement 1: Resource: "${username}" is not a policy variable: want ${vendor:key} or ${vendor:key, 'default'}`},
		{"variable without a key", one("Resource", `"`+repository("${aws:}")+`"`), `statement 1: Resource: "${aws:}" is not a policy variable: want ${vendor:key} or ${vendor:key, 'default'}`},
		{"variable with a space", one("Resource", `"`+repository("${ aws:username}")+`"`), `statement 1: Resource: "${ aws:username}" is not a policy variable: want ${vendor:key} or ${vendor:key, 'default'}`},
		{"variable with a wildcard", one("Resource", `"`+repository("${aws:user*}")+`"`), `statement 1: Resource: "${aws:user*}" is not a policy variable: want ${vendor:key} or ${vendor:key, 'default'}`},
		{"variable in a variable", one("Resource", `"`+repository("${aws:${x}}")+`"`), `statement 1: Resource: "${aws:${x}" is not a policy variable: want ${vendor:key} or ${vendor:key, 'default'}`},
		{"default without quotes", one("Resource", `"`+repository("${a:b, c}")+`"`), `statement 1: Resource: the default in "${a:b, c}" must be a text in single quotes without *, ?, $ and {`},
		{"empty default", one("Resource", `"`+repository("${a:b, ''}")+`"`), `statement 1: Resource: the default in "${a:b, ''}" must be a text in single quotes without *, ?, $ and {`},
		{"wildcard in a default", one("Resource", `"`+repository("${a:b, '*'}")+`"`), `statement 1: Resource: the default in "${a:b, '*'}" must be a text in single quotes without *, ?, $ and {`},
		{"default with a quote", one("Resource", `"`+repository("${a:b, 'c'd'}")+`"`), `statement 1: Resource: the default in "${a:b, 'c'd'}" must be a text in single quotes without *, ?, $ and {`},
		{"long text is cut", one("Resource", `"`+strings.Repeat("a", 500)+`"`), `statement 1: Resource: "` + strings.Repeat("a", 80) + `"... is not an ARN: want arn:partition:service:region:account:resource, or "*"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d, err := policy.Parse([]byte(tc.text))
			var e *policy.MalformedError
			if d != nil || !errors.As(err, &e) || err.Error() != "malformed policy document: "+tc.want {
				t.Errorf("%s\n got %v, %v\nwant %s", tc.text, d, err, tc.want)
			}
		})
	}
}

func TestAccepted(t *testing.T) {
	for name, text := range map[string]string{
		"statement that is no list": `{"Statement":` + allows("*", "*") + `}`,
		"all elements":              `{"Version":"2008-10-17","Id":"any text é","Statement":[` + statementWith("Sid", `"Abc123"`) + `]}`,
		"order of elements":         `{"Statement":{"Resource":"*","Action":"a:b","Effect":"Deny","Sid":""},"Version":"2012-10-17"}`,
		"empty Sids":                v2012(statementWith("Sid", `""`), statementWith("Sid", `""`)),
		"white space":               " \n\t" + v2012(allows("*", "*")) + "\r\n",
		"escape in a value":         v2012(`{"Effect":"\u0041llow","Action":"*","Resource":"*"}`),
		"dollar with 2008":          v2008(allows("*", repository("a$b}"))),
	} {
		t.Run(name, func(t *testing.T) { document(t, text) })
	}
}

func TestHostileP23(t *testing.T) {
	sized := func(n int) string {
		text := v2012(allows("ecr-public:PutImage", repository("x")))
		return strings.Replace(text, "repository/x", "repository/"+strings.Repeat("x", n-len(text)+1), 1)
	}
	resources := make([]string, 10_000)
	statements := make([]string, 1_000)
	for i := range resources {
		resources[i] = fmt.Sprintf("%q", repository(fmt.Sprint(i)))
	}
	for i := range statements {
		statements[i] = allows("*", "*")
	}
	for _, tc := range []struct {
		name, text string
		want       error
	}{
		{"P23 6,144 characters", sized(6144), nil},
		{"P23 6,144 characters and white space", sized(6144) + strings.Repeat(" \n\t\r", 1000), nil},
		{"P23 6,144 characters of two bytes", strings.Replace(sized(6144), strings.Repeat("x", 3000), strings.Repeat("é", 3000), 1), nil},
		{"P23 6,145 characters", sized(6145), policy.ErrTooLarge},
		{"P23 white space without end", sized(6144) + strings.Repeat(" ", 131_072), policy.ErrTooLarge},
		{"P23 1,000 statements", v2012(statements...), policy.ErrTooLarge},
		{"P23 10,000 resources", v2012(statementWith("Resource", "["+strings.Join(resources, ",")+"]")), policy.ErrTooLarge},
		{"P23 depth", strings.Repeat("[", 10_000), policy.ErrTooLarge},
		{"P23 depth of 6,144", strings.Repeat("[", 6_144), strictjson.ErrLimit},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := policy.Parse([]byte(tc.text))
			if tc.want == nil && err != nil || !errors.Is(err, tc.want) {
				t.Errorf("%.200v, want %v", err, tc.want)
			}
		})
	}
}

func TestWrite(t *testing.T) {
	text, err := policy.Write(policy.Grant{Actions: []string{"ecr-public:Get*", put}, Resources: []string{repository("team/*"), repository(`"${aws:username}"`)}})
	if err != nil {
		t.Fatal(err)
	}
	judge(t, alice, policy.Context{}, []row{{"written", []string{string(text)}, []outcome{
		allow(put, repository("team/a")), allow(token, repository("team/a")), none(put, team), none(token, "*"), allow(put, repository(`"alice"`)),
	}}})
	for _, tc := range []struct{ actions, resources []string }{
		{nil, []string{"*"}},
		{[]string{"*"}, nil},
		{[]string{"push"}, []string{"*"}},
		{[]string{"*"}, []string{"team/*"}},
		{[]string{"*"}, []string{"arn:aws:ecr-public::1:repository/\xff"}},
	} {
		if text, err := policy.Write(policy.Grant{Actions: tc.actions, Resources: tc.resources}); err == nil {
			t.Errorf("%v on %v: %s", tc.actions, tc.resources, text)
		}
	}
}
