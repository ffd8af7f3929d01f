package policy_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/octroi/octroi/policy"
)

func TestConditionsRefused(t *testing.T) {
	for _, tc := range []struct{ name, condition, want string }{
		{"P09 unknown operator", `{"StringMatches":{"aws:userid":"a"}}`, `there is no operator "StringMatches"`},
		{"P09 operator in another case", `{"stringEquals":{"aws:userid":"a"}}`, `there is no operator "stringEquals"; it is spelled StringEquals`},
		{"P09 operator with a prefix that is none", `{"ForSomeValues:StringEquals":{"aws:userid":"a"}}`, `there is no operator "ForSomeValues:StringEquals"`},
		{"P09 operator with two prefixes", `{"ForAnyValue:ForAllValues:StringEquals":{"aws:TagKeys":"a"}}`, `there is no operator "ForAnyValue:ForAllValues:StringEquals"`},
		{"P09 operator with two suffixes", `{"BoolIfExistsIfExists":{"aws:SecureTransport":"true"}}`, `there is no operator "BoolIfExistsIfExists"`},
		{"P09 NullIfExists", `{"NullIfExists":{"aws:userid":"true"}}`, `there is no operator "NullIfExists": Null stands alone`},
		{"P09 ForAnyValue:Null", `{"ForAnyValue:Null":{"aws:TagKeys":"true"}}`, `there is no operator "ForAnyValue:Null": Null stands alone`},
		{"P08 operator with an escape", `{"\u0042ool":{"aws:SecureTransport":"true"}}`, `the operator "Bool" is written with an escape`},
		{"P08 key with an escape", `{"Bool":{"\u0061ws:SecureTransport":"true"}}`, `the key "aws:SecureTransport" is written with an escape`},
		{"P08 key twice", `{"Bool":{"aws:SecureTransport":"true","aws:SecureTransport":"false"}}`, ``},
		{"P08 key twice in two cases", `{"Bool":{"aws:SecureTransport":"true","aws:securetransport":"false"}}`, `Bool has the key "aws:securetransport" twice: case means nothing in it`},
		{"P08 long s", `{"Bool":{"aws:ſecureTransport":"true"}}`, `there is no condition key "aws:\u017fecureTransport"`},
		{"P08 Kelvin sign", `{"ForAnyValue:StringEquals":{"aws:Tag` + "\u212A" + `eys":"true"}}`, `there is no condition key "aws:Tag\u212aeys"`},
		{"P09 unknown key", `{"Bool":{"aws:SecureTransprt":"true"}}`, `there is no condition key "aws:SecureTransprt"`},
		{"P09 unknown vendor", `{"StringLike":{"s3:prefix":"a"}}`, `there is no condition key "s3:prefix"`},
		{"P09 key without a vendor", `{"StringLike":{"prefix":"a"}}`, `there is no condition key "prefix"`},
		{"P09 tag without a name", `{"StringLike":{"aws:PrincipalTag":"a"}}`, `there is no condition key "aws:PrincipalTag"`},
		{"P09 tag with an empty name", `{"StringLike":{"aws:PrincipalTag/":"a"}}`, `there is no condition key "aws:PrincipalTag/"`},
		{"P09 tag with a variable", `{"StringLike":{"aws:PrincipalTag/${aws:userid}":"a"}}`, `there is no condition key "aws:PrincipalTag/${aws:userid}"`},
		{"P09 key with a name that has none", `{"StringLike":{"aws:userid/x":"a"}}`, `there is no condition key "aws:userid/x"`},
		{"P09 claim that is none", `{"StringLike":{"ci.example.com:subject":"a"}}`, `there is no condition key "ci.example.com:subject"`},
		{"P09 provider that is none", `{"StringLike":{"ci:sub":"a"}}`, `there is no condition key "ci:sub"`},
		{"P09 provider with a scheme", `{"StringLike":{"https//ci:sub":"a"}}`, `there is no condition key "https//ci:sub"`},
		{"P09 variable in a number", `{"NumericEquals":{"sts:DurationSeconds":"${aws:PrincipalTag/x}"}}`, `NumericEquals: there are no policy variables in its values, as in "${aws:PrincipalTag/x}"`},
		{"P09 variable in an address", `{"IpAddress":{"aws:SourceIp":"${aws:PrincipalTag/x}"}}`, `IpAddress: there are no policy variables in its values, as in "${aws:PrincipalTag/x}"`},
		{"P09 variable without an end", `{"StringLike":{"aws:userid":"${aws:username"}}`, `StringLike: a policy variable without its closing brace in "${aws:username"`},
		{"P09 variable without an end in an ARN", `{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::1:${aws:username"}}`, `ArnLike: a policy variable without its closing brace in "${aws:username"`},
		{"P09 variable for the account of an ARN", `{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::${aws:PrincipalAccount}:user/a"}}`, `ArnLike: the policy variable in "arn:aws:iam::${aws:PrincipalAccount}:user/a" stands before the fifth colon; it may only follow it`},
		{"P11 null", `null`, `it must be an object with an operator in it`},
		{"P11 empty", `{}`, `it must be an object with an operator in it`},
		{"P11 list", `[{"Bool":{"aws:SecureTransport":"true"}}]`, `it must be an object with an operator in it`},
		{"P11 operator without a key", `{"Bool":{}}`, `Bool must be an object with a condition key in it`},
		{"P11 operator with a text", `{"Bool":"true"}`, `Bool must be an object with a condition key in it`},
		{"P11 empty list", `{"StringEquals":{"aws:userid":[]}}`, `StringEquals: the list of values is empty`},
		{"P11 null value", `{"StringEquals":{"aws:userid":null}}`, `StringEquals: it is null and must be a string`},
		{"P11 object", `{"StringEquals":{"aws:userid":{"a":"b"}}}`, `StringEquals: it is an object and must be a string`},
		{"P11 list of a list", `{"StringEquals":{"aws:userid":[["a"]]}}`, `StringEquals: it is a list and must be a string`},
		{"P11 number for a string", `{"StringEquals":{"aws:PrincipalAccount":123456789012}}`, `StringEquals: it is a number and must be a string`},
		{"P11 boolean for a string", `{"StringEquals":{"aws:userid":true}}`, `StringEquals: it is a boolean and must be a string`},
		{"P11 number for a boolean", `{"Bool":{"aws:SecureTransport":1}}`, `Bool: it is a number and must be a string`},
		{"P10 control character", `{"StringEquals":{"aws:userid":"\u0000"}}`, `StringEquals: "\x00" holds a character outside of U+0020 to U+00FF`},
		{"P14 beyond Latin-1", `{"StringEquals":{"aws:userid":"а"}}`, `StringEquals: "\u0430" holds a character outside of U+0020 to U+00FF`},
		{"several values without a set", `{"StringEquals":{"aws:TagKeys":"a"}}`, `the key "aws:TagKeys" can have several values; say which of them are meant: ForAnyValue:StringEquals or ForAllValues:StringEquals`},
		{"Null of two minds", `{"Null":{"aws:userid":["true","false"]}}`, `the operator Null has one value: "true" or "false"`},
		{"Null of a text", `{"Null":{"aws:userid":"yes"}}`, `Null: "yes" is not "true" or "false"`},
		{"Bool in another case", `{"Bool":{"aws:SecureTransport":"True"}}`, `Bool: "True" is not "true" or "false"`},
		{"ARN that is none", `{"ArnLike":{"aws:PrincipalArn":"*"}}`, `ArnLike: "*" is not an ARN: want arn:partition:service:region:account:resource`},
		{"ARN with a star for arn", `{"ArnLike":{"aws:PrincipalArn":"*:*:*:*:*:*"}}`, `ArnLike: "*:*:*:*:*:*" is not an ARN: want arn:partition:service:region:account:resource`},
		{"base64 that is none", `{"BinaryEquals":{"aws:PrincipalTag/b":"YQ"}}`, `BinaryEquals: "YQ" is not base64`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			text := v2012(`{"Effect":"Deny","Action":"*","Resource":"*","Condition":` + tc.condition + `}`)
			d, err := policy.Parse([]byte(text))
			var e *policy.MalformedError
			if d != nil || !errors.As(err, &e) || tc.want != "" && err.Error() != "malformed policy document: statement 1: Condition: "+tc.want {
				t.Errorf("%s\n got %v\nwant %s", text, err, tc.want)
			}
		})
	}
	old := v2008(`{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:userid":"${aws:username}"}}}`)
	if _, err := policy.Parse([]byte(old)); err == nil || !strings.Contains(err.Error(), `needs "Version": "2012-10-17"`) {
		t.Errorf("P09 variable with 2008: %v", err)
	}
}

func TestHostileP22(t *testing.T) {
	refused := map[string][]string{
		"NumericEquals": {"NaN", "Inf", "-Infinity", "1e400", "1e3", "0x10", "0b1", "1_000", "+5", "5.", ".5", "", " 5", "5 ", "--5", "1,5", "007", "1234567890123456", "0.1234567890123456", "٥"},
		"DateEquals": {
			"2026-02-30", "2026-13-01", "2026-1-1", "2026", "2026-01", "20260101", "2026-01-01T00:00:00", "2026-01-01T24:00:00Z", "2026-01-01T00:60Z", "2026-01-01T00:00:61Z", "2026-01-01T0:00:00Z",
			"2026-01-01T00:00:00,5Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.1234567890Z", "2026-01-01T00:00.5Z", "2026-01-01 00:00:00Z", "2026-01-01t00:00:00z", "2026-01-01T00:00:00+0100", "2026-01-01T00:00:00+1:00",
			"2026-01-01T00:00:00-01", "2026-01-01Z", "2026-01-01+01:00", "today", "", "-1", "0", "1767225600000", "017672256000", "1767225600.5", "Z", "+01:00", "2026-01-01T00:00:00Zx",
		},
		"IpAddress": {
			"1.2.3.4/33", "1.2.3.4/-1", "1.2.3.4/08", "1.2.3.4/", "/8", "1.2.3", "1.2.3.4.5", "01.2.3.4", "0x1.2.3.4", "1.2.3.256", "::1/129", "fe80::1%eth0", "fe80::%eth0/64", "::ffff:10.0.0.1", "::ffff:10.0.0.0/104", "10.0.0.0-10.0.0.9", "*", "", "localhost",
		},
		"BinaryEquals": {"YQ", "YR==", "Y Q==", "YQ==\n", "-_-_"},
	}
	for operator, values := range refused {
		for _, v := range values {
			for _, name := range []string{operator, "ForAnyValue:" + operator, operator + "IfExists"} {
				text := v2012(fmt.Sprintf(`{"Effect":"Deny","Action":"*","Resource":"*","Condition":{%q:{"aws:PrincipalTag/x":["5",%q]}}}`, name, v))
				if operator != "NumericEquals" {
					text = strings.Replace(text, `"5",`, "", 1)
				}
				if _, err := policy.Parse([]byte(text)); err == nil {
					t.Errorf("P22 accepted: %s", text)
				}
			}
			// in a request it is an error: an Allow does not hold, a Deny does
			good := map[string]string{"NumericEquals": `"5"`, "DateEquals": `"2026-01-01"`, "IpAddress": `"10.0.0.0/8"`, "BinaryEquals": `"YWJj"`}[operator]
			not := map[string]string{"NumericEquals": "NumericNotEquals", "DateEquals": "DateNotEquals", "IpAddress": "NotIpAddress", "BinaryEquals": "BinaryEqualsIfExists"}[operator]
			var context policy.Context
			context.SetPrincipalTag("x", v)
			for _, name := range []string{operator, not} {
				if got := verdict(t, fmt.Sprintf(`{%q:{"aws:PrincipalTag/x":%s}}`, name, good), context); got != denied && !(operator == "BinaryEquals" && v == "") {
					t.Errorf("P22 %s of %q: %s", name, v, got)
				}
			}
		}
	}
	for _, number := range []string{`1e400`, `1e3`, `-0.5e1`, `1234567890123456`} {
		if _, err := policy.Parse([]byte(v2012(`{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"NumericEquals":{"aws:EpochTime":` + number + `}}}`))); err == nil {
			t.Errorf("P22 accepted: %s", number)
		}
	}
}

func TestPrincipalsRefused(t *testing.T) {
	const broken = ` is no principal of the kind `
	for _, tc := range []struct{ name, statement, want string }{
		{"none", `{"Effect":"Allow","Action":"a:b"}`, `Principal: it is missing`},
		{"P06 NotPrincipal with Allow", `{"Effect":"Allow","NotPrincipal":{"AWS":"123456789012"},"Action":"a:b"}`, `NotPrincipal: an Allow for everybody but a few is an Allow for strangers; name whom it is for in Principal`},
		{"both", `{"Effect":"Deny","Principal":"*","NotPrincipal":"*","Action":"a:b"}`, `Principal: it stands beside NotPrincipal; a statement has one of them`},
		{"NotPrincipal everybody", `{"Effect":"Deny","NotPrincipal":"*","Action":"a:b"}`, `NotPrincipal: everybody but everybody is nobody`},
		{"P11 text", granting(`"123456789012"`, "a:b"), `Principal: "123456789012" is neither "*" nor an object, as {"AWS": "123456789012"}`},
		{"P11 null", granting(`null`, "a:b"), `Principal: it is null and must be an object`},
		{"P11 list", granting(`["*"]`, "a:b"), `Principal: it is a list and must be an object`},
		{"P11 empty", granting(`{}`, "a:b"), `Principal: it names nobody`},
		{"P11 empty list", granting(`{"AWS":[]}`, "a:b"), `Principal: the list is empty`},
		{"P11 number", granting(`{"AWS":123456789012}`, "a:b"), `Principal: it is a number and must be a string`},
		{"P09 another kind", granting(`{"CanonicalUser":"x"}`, "a:b"), `Principal: there is no element "CanonicalUser"`},
		{"P08 kind in another case", granting(`{"aws":"*"}`, "a:b"), `Principal: there is no element "aws"; it is spelled AWS`},
		{"wildcard", granting(aws("arn:aws:iam::123456789012:user/*"), "a:b"), `Principal: "arn:aws:iam::123456789012:user/*"` + broken + `AWS`},
		{"wildcard for the account", granting(aws("arn:aws:iam::*:root"), "a:b"), `Principal: "arn:aws:iam::*:root"` + broken + `AWS`},
		{"variable", granting(aws("arn:aws:iam::123456789012:user/${aws:username}"), "a:b"), `Principal: "arn:aws:iam::123456789012:user/${aws:username}"` + broken + `AWS`},
		{"account of eleven digits", granting(aws("12345678901"), "a:b"), `Principal: "12345678901"` + broken + `AWS`},
		{"account of letters", granting(aws("12345678901a"), "a:b"), `Principal: "12345678901a"` + broken + `AWS`},
		{"group", granting(aws("arn:aws:iam::123456789012:group/a"), "a:b"), `Principal: "arn:aws:iam::123456789012:group/a"` + broken + `AWS`},
		{"user without a name", granting(aws("arn:aws:iam::123456789012:user/"), "a:b"), `Principal: "arn:aws:iam::123456789012:user/"` + broken + `AWS`},
		{"role that is a path", granting(aws("arn:aws:iam::123456789012:role/a/"), "a:b"), `Principal: "arn:aws:iam::123456789012:role/a/"` + broken + `AWS`},
		{"session without a name", granting(aws("arn:aws:sts::123456789012:assumed-role/a"), "a:b"), `Principal: "arn:aws:sts::123456789012:assumed-role/a"` + broken + `AWS`},
		{"session with two", granting(aws("arn:aws:sts::123456789012:assumed-role/a/b/c"), "a:b"), `Principal: "arn:aws:sts::123456789012:assumed-role/a/b/c"` + broken + `AWS`},
		{"federated user without a name", granting(aws("arn:aws:sts::123456789012:federated-user/"), "a:b"), `Principal: "arn:aws:sts::123456789012:federated-user/"` + broken + `AWS`},
		{"session of IAM", granting(aws("arn:aws:iam::123456789012:assumed-role/a/b"), "a:b"), `Principal: "arn:aws:iam::123456789012:assumed-role/a/b"` + broken + `AWS`},
		{"another partition", granting(aws("arn:aws-cn:iam::123456789012:root"), "a:b"), `Principal: "arn:aws-cn:iam::123456789012:root"` + broken + `AWS`},
		{"region", granting(aws("arn:aws:iam:us-east-1:123456789012:root"), "a:b"), `Principal: "arn:aws:iam:us-east-1:123456789012:root"` + broken + `AWS`},
		{"no ARN", granting(aws("alice"), "a:b"), `Principal: "alice"` + broken + `AWS`},
		{"id of a group", granting(aws("AGPAAAAAAAAAAAAAAAAAA"), "a:b"), `Principal: "AGPAAAAAAAAAAAAAAAAAA"` + broken + `AWS`},
		{"everybody by a provider", granting(`{"Federated":"*"}`, "a:b"), `Principal: "*"` + broken + `Federated`},
		{"provider that is no ARN", granting(`{"Federated":"accounts.google.com"}`, "a:b"), `Principal: "accounts.google.com"` + broken + `Federated`},
		{"SAML", granting(`{"Federated":"arn:aws:iam::123456789012:saml-provider/x"}`, "a:b"), `Principal: "arn:aws:iam::123456789012:saml-provider/x"` + broken + `Federated`},
		{"provider without a host", granting(`{"Federated":"arn:aws:iam::123456789012:oidc-provider/x"}`, "a:b"), `Principal: "arn:aws:iam::123456789012:oidc-provider/x"` + broken + `Federated`},
		{"provider with a star", granting(`{"Federated":"arn:aws:iam::123456789012:oidc-provider/*.example.com"}`, "a:b"), `Principal: "arn:aws:iam::123456789012:oidc-provider/*.example.com"` + broken + `Federated`},
		{"provider of another account's form", granting(`{"Federated":"arn:aws:iam::1:oidc-provider/ci.example.com"}`, "a:b"), `Principal: "arn:aws:iam::1:oidc-provider/ci.example.com"` + broken + `Federated`},
		{"everybody as a service", granting(`{"Service":"*"}`, "a:b"), `Principal: "*"` + broken + `Service`},
		{"Sid that looks like a number", `{"Sid":"#2","Effect":"Allow","Principal":"*","Action":"a:b"}`, `Sid: "#2" holds a character that is no letter or digit`},
		{"resource that is no ARN", `{"Effect":"Allow","Principal":"*","Action":"a:b","Resource":"team"}`, `Resource: "team" is not an ARN: want arn:partition:service:region:account:resource, or "*"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := policy.ParseResource([]byte(v2012(tc.statement)))
			if err == nil || !strings.HasSuffix(err.Error(), ": "+tc.want) {
				t.Errorf("%s\n got %v\nwant %s", tc.statement, err, tc.want)
			}
		})
	}
}

func TestSizes(t *testing.T) {
	sized := func(n int, statement string) []byte {
		text := v2012(statement)
		return []byte(strings.Replace(text, `"Statement"`, `"Id":"`+strings.Repeat("x", n-len(text)-len(`"Id":"",`))+`","Statement"`, 1))
	}
	identity, resource := allows("*", "*"), granting(`"*"`, "sts:*")
	of := func(size policy.Size) func([]byte) (*policy.Document, error) {
		return func(text []byte) (*policy.Document, error) { return policy.ParseIdentity(text, size) }
	}
	for _, tc := range []struct {
		name      string
		parse     func([]byte) (*policy.Document, error)
		most      policy.Size
		statement string
		white     bool // white space counts
	}{
		{"P23 managed", policy.Parse, 6144, identity, false},
		{"P23 user", of(policy.UserInlineSize), 2048, identity, false},
		{"P23 group", of(policy.GroupInlineSize), 5120, identity, false},
		{"P23 role", of(policy.RoleInlineSize), 10_240, identity, false},
		{"P23 session", policy.ParseSession, 2048, identity, true},
		{"P23 resource", policy.ParseResource, 10_240, resource, true},
		{"P23 trust", policy.ParseTrust, 2048, resource, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if _, err := tc.parse(sized(int(tc.most), tc.statement)); err != nil {
				t.Errorf("at the limit: %v", err)
			}
			if _, err := tc.parse(sized(int(tc.most)+1, tc.statement)); !errors.Is(err, policy.ErrTooLarge) {
				t.Errorf("one more: %v", err)
			}
			if _, err := tc.parse(append(sized(int(tc.most), tc.statement), ' ')); errors.Is(err, policy.ErrTooLarge) != tc.white {
				t.Errorf("white space: %v", err)
			}
		})
	}
}
