package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/octroi/octroi/policy"
)

// What a condition makes of a request: both kinds of statement apply, neither does, or only a Deny, which
// is what becomes of a question that has no answer.
const (
	holds  = "holds"
	fails  = "fails"
	denied = "denies"
)

// asked are values of the request's key; absent is none at all.
type asked []string

var absent asked

// verdict asks a condition of a request through an Allow and through a Deny.
func verdict(t *testing.T, condition string, context policy.Context) string {
	t.Helper()
	req := policy.Request{Principal: alice, Action: put, Resource: team, Context: context}
	applies := func(effect string) bool {
		c := condition
		if effect == "Allow" && strings.Contains(c, "ForAllValues:") {
			c = c[:len(c)-1] + `,"Null":{"aws:TagKeys":"false"}}` // which such an Allow must have
		}
		sources := inForce(t, v2012(`{"Effect":"`+effect+`","Action":"*","Resource":"*","Condition":`+c+`}`))
		return policy.Evaluate(req, sources).Effect != policy.ImplicitDeny
	}
	switch allow, deny := applies("Allow"), applies("Deny"); {
	case allow && deny:
		return holds
	case deny:
		return denied
	case allow:
		return "allows what it does not deny"
	}
	return fails
}

func TestOperators(t *testing.T) {
	type condition struct {
		operator, values string
		request          asked
		want             string
	}
	for _, tc := range []condition{
		{"StringEquals", `"a"`, asked{"a"}, holds},
		{"StringEquals", `"a"`, asked{"A"}, fails},
		{"StringEquals", `["b","a"]`, asked{"a"}, holds},
		{"StringEquals", `"a*"`, asked{"ab"}, fails},
		{"StringEquals", `"a*"`, asked{"a*"}, holds},
		{"StringEquals", `""`, asked{""}, holds},
		{"StringEquals", `"a"`, asked{"a", "a"}, denied},
		{"StringEquals", `"a"`, absent, fails},
		{"StringNotEquals", `"a"`, asked{"a"}, fails},
		{"StringNotEquals", `"a"`, asked{"b"}, holds},
		{"StringNotEquals", `["b","a"]`, asked{"a"}, fails},
		{"StringNotEquals", `["b","a"]`, asked{"c"}, holds},
		{"StringNotEquals", `"a"`, asked{"b", "c"}, denied},
		{"StringNotEquals", `"a"`, absent, holds},
		{"StringEqualsIgnoreCase", `"aBc"`, asked{"AbC"}, holds},
		{"StringEqualsIgnoreCase", `"abc"`, asked{"abcd"}, fails},
		{"StringEqualsIgnoreCase", `"É"`, asked{"é"}, holds},
		{"StringEqualsIgnoreCase", `"a"`, absent, fails},
		{"StringNotEqualsIgnoreCase", `"aBc"`, asked{"AbC"}, fails},
		{"StringNotEqualsIgnoreCase", `"aBc"`, asked{"x"}, holds},
		{"StringNotEqualsIgnoreCase", `"a"`, absent, holds},
		{"StringLike", `"a*c?"`, asked{"a:/cd"}, holds},
		{"StringLike", `"a*c?"`, asked{"A:/cd"}, fails},
		{"StringLike", `"*"`, asked{""}, holds},
		{"StringLike", `["x","*y"]`, asked{"yy"}, holds},
		{"StringLike", `"*"`, absent, fails},
		{"StringNotLike", `"a*"`, asked{"ab"}, fails},
		{"StringNotLike", `"a*"`, asked{"ba"}, holds},
		{"StringNotLike", `["a*","b*"]`, asked{"bx"}, fails},
		{"StringNotLike", `"*"`, absent, holds},

		{"NumericEquals", `"5"`, asked{"5"}, holds},
		{"NumericEquals", `5.50`, asked{"5.5"}, holds},
		{"NumericEquals", `"5"`, asked{"5.000001"}, fails},
		{"NumericEquals", `["4","5"]`, asked{"5"}, holds},
		{"NumericEquals", `"5"`, absent, fails},
		{"NumericNotEquals", `"5"`, asked{"5"}, fails},
		{"NumericNotEquals", `["4","5"]`, asked{"5"}, fails},
		{"NumericNotEquals", `"5"`, asked{"6"}, holds},
		{"NumericNotEquals", `"5"`, absent, holds},
		{"NumericLessThan", `"5"`, asked{"4.9"}, holds},
		{"NumericLessThan", `"5"`, asked{"5"}, fails},
		{"NumericLessThan", `"-5"`, asked{"-6"}, holds},
		{"NumericLessThan", `"5"`, absent, fails},
		{"NumericLessThanEquals", `"5"`, asked{"5"}, holds},
		{"NumericLessThanEquals", `"5"`, asked{"5.1"}, fails},
		{"NumericLessThanEquals", `"5"`, asked{"-7"}, holds},
		{"NumericGreaterThan", `"5"`, asked{"5.1"}, holds},
		{"NumericGreaterThan", `"5"`, asked{"5"}, fails},
		{"NumericGreaterThan", `"10"`, asked{"9"}, fails},
		{"NumericGreaterThanEquals", `"5"`, asked{"5"}, holds},
		{"NumericGreaterThanEquals", `"5"`, asked{"6"}, holds},
		{"NumericGreaterThanEquals", `"5"`, asked{"4"}, fails},

		{"DateEquals", `"2026-01-01T00:00:00Z"`, asked{"2026-01-01T01:00:00+01:00"}, holds},
		{"DateEquals", `"2026-01-01"`, asked{"2026-01-01T00:00Z"}, holds},
		{"DateEquals", `1767225600`, asked{"2026-01-01T00:00:00Z"}, holds},
		{"DateEquals", `"2026-01-01T00:00:00Z"`, asked{"1767225600"}, holds},
		{"DateEquals", `"2026-01-01T00:00:00.5Z"`, asked{"2026-01-01T00:00:00Z"}, fails},
		{"DateEquals", `"2026-01-01"`, absent, fails},
		{"DateNotEquals", `"2026-01-01"`, asked{"2026-01-01T00:00:00Z"}, fails},
		{"DateNotEquals", `["2026-01-01","2026-01-02"]`, asked{"2026-01-03"}, holds},
		{"DateNotEquals", `"2026-01-01"`, absent, holds},
		{"DateLessThan", `"2026-01-01"`, asked{"2025-12-31T23:59:59Z"}, holds},
		{"DateLessThan", `"2026-01-01"`, asked{"2026-01-01"}, fails},
		{"DateLessThanEquals", `"2026-01-01"`, asked{"2026-01-01"}, holds},
		{"DateLessThanEquals", `"2026-01-01"`, asked{"2026-01-02"}, fails},
		{"DateLessThanEquals", `"2026-01-01T00:00-05:00"`, asked{"2026-01-01T04:00:00Z"}, holds},
		{"DateGreaterThan", `"2026-01-01"`, asked{"2026-01-02"}, holds},
		{"DateGreaterThan", `"2026-01-01"`, asked{"2026-01-01"}, fails},
		{"DateGreaterThanEquals", `"2026-01-01"`, asked{"2026-01-01"}, holds},
		{"DateGreaterThanEquals", `"2026-01-01"`, asked{"2025-12-31"}, fails},
		{"DateGreaterThanEquals", `"2026-01-01"`, asked{"2026-02-01"}, holds},

		{"Bool", `"true"`, asked{"true"}, holds},
		{"Bool", `true`, asked{"false"}, fails},
		{"Bool", `false`, asked{"false"}, holds},
		{"Bool", `["true","false"]`, asked{"false"}, holds},
		{"Bool", `"false"`, absent, fails},
		{"Bool", `"true"`, asked{"TRUE"}, denied},
		{"Bool", `"true"`, asked{"1"}, denied},
		{"BinaryEquals", `"YWJj"`, asked{"YWJj"}, holds},
		{"BinaryEquals", `"YWJj"`, asked{"YWJk"}, fails},
		{"BinaryEquals", `"YWJj"`, asked{"abc"}, denied},
		{"BinaryEquals", `"YQ=="`, asked{"YR=="}, denied},
		{"BinaryEquals", `"YWJj"`, absent, fails},

		{"IpAddress", `"10.0.0.0/8"`, asked{"10.255.0.1"}, holds},
		{"IpAddress", `"10.0.0.0/8"`, asked{"11.0.0.1"}, fails},
		{"IpAddress", `"10.9.9.9/8"`, asked{"10.1.1.1"}, holds},
		{"IpAddress", `"192.0.2.7"`, asked{"192.0.2.7"}, holds},
		{"IpAddress", `"192.0.2.7"`, asked{"192.0.2.8"}, fails},
		{"IpAddress", `"0.0.0.0/0"`, asked{"192.0.2.8"}, holds},
		{"IpAddress", `"0.0.0.0/0"`, asked{"2001:db8::1"}, fails},
		{"IpAddress", `"::/0"`, asked{"192.0.2.8"}, fails},
		{"IpAddress", `"2001:db8::/32"`, asked{"2001:db8:ffff::1"}, holds},
		{"IpAddress", `["192.0.2.0/24","10.0.0.0/8"]`, asked{"10.0.0.1"}, holds},
		{"IpAddress", `"10.0.0.0/8"`, absent, fails},
		{"NotIpAddress", `"10.0.0.0/8"`, asked{"10.0.0.1"}, fails},
		{"NotIpAddress", `["192.0.2.0/24","10.0.0.0/8"]`, asked{"10.0.0.1"}, fails},
		{"NotIpAddress", `["192.0.2.0/24","10.0.0.0/8"]`, asked{"11.0.0.1"}, holds},
		{"NotIpAddress", `"10.0.0.0/8"`, asked{"2001:db8::1"}, holds},
		{"NotIpAddress", `"10.0.0.0/8"`, absent, holds},

		{"ArnEquals", `"arn:aws:iam::1:user/*"`, asked{"arn:aws:iam::1:user/a/b:c"}, holds},
		{"ArnEquals", `"arn:aws:iam::1:user/a"`, asked{"arn:aws:iam::1:user/A"}, fails},
		{"ArnLike", `"arn:aws:*::1:user/?"`, asked{"arn:aws:iam::1:user/a"}, holds},
		{"ArnLike", `"arn:aws:*:1:user/a:b"`, asked{"arn:aws:iam::1:user/a:b"}, fails},
		{"ArnLike", `"arn:aws:iam::*:x"`, asked{"arn:aws:iam::1:y:x"}, fails},
		{"ArnLike", `["arn:aws:s3:::x","arn:*:*:*:*:*"]`, asked{"arn:aws:iam::1:user/a"}, holds},
		{"ArnLike", `"arn:*:*:*:*:*"`, asked{"user/a"}, denied},
		{"ArnLike", `"arn:*:*:*:*:*"`, asked{"urn:aws:iam::1:user/a"}, denied},
		{"ArnLike", `"arn:*:*:*:*:*"`, absent, fails},
		{"ArnNotEquals", `"arn:aws:iam::1:user/a"`, asked{"arn:aws:iam::1:user/b"}, holds},
		{"ArnNotEquals", `"arn:aws:iam::1:user/a"`, absent, holds},
		{"ArnNotLike", `"arn:aws:iam::1:*"`, asked{"arn:aws:iam::1:user/b"}, fails},
		{"ArnNotLike", `["arn:aws:iam::1:*","arn:aws:iam::2:*"]`, asked{"arn:aws:iam::3:user/b"}, holds},
		{"ArnNotLike", `"arn:aws:iam::1:*"`, asked{"user/b"}, denied},

		{"Null", `"true"`, absent, holds},
		{"Null", `true`, asked{"a"}, fails},
		{"Null", `"false"`, absent, fails},
		{"Null", `false`, asked{"a", "b"}, holds},
		{"Null", `"false"`, asked{""}, holds},
	} {
		var context policy.Context
		if tc.request != nil {
			context.Set("aws:PrincipalTag/X", tc.request...)
		}
		condition := fmt.Sprintf(`{%q:{"AWS:principaltag/x":%s}}`, tc.operator, tc.values)
		if got := verdict(t, condition, context); got != tc.want {
			t.Errorf("%s of %q: %s, want %s", condition, []string(tc.request), got, tc.want)
		}
		if tc.operator == "Null" {
			continue
		}
		// with IfExists nothing changes but for a key that is missing
		want := tc.want
		if tc.request == nil {
			want = holds
		}
		condition = fmt.Sprintf(`{%q:{"aws:PrincipalTag/x":%s}}`, tc.operator+"IfExists", tc.values)
		if got := verdict(t, condition, context); got != want {
			t.Errorf("%s of %q: %s, want %s", condition, []string(tc.request), got, want)
		}
	}
}

func TestSets(t *testing.T) {
	for _, tc := range []struct {
		operator, values string
		request          asked
		want             string
	}{
		{"ForAllValues:StringEquals", `["a","b"]`, asked{"a"}, holds},
		{"ForAllValues:StringEquals", `["a","b"]`, asked{"a", "b"}, holds},
		{"ForAllValues:StringEquals", `["a","b"]`, asked{"a", "c"}, fails},
		{"ForAllValues:StringEquals", `"a"`, asked{""}, denied},
		{"ForAllValues:StringEquals", `"a"`, asked{"b", ""}, fails},
		{"ForAllValues:StringEquals", `"a"`, asked{}, denied}, // it holds, and the guard of the Allow does not
		{"ForAllValues:StringEquals", `"a"`, absent, denied},
		{"ForAllValues:StringEqualsIfExists", `"a"`, absent, denied},
		{"ForAllValues:StringNotEquals", `["a","b"]`, asked{"c", "d"}, holds},
		{"ForAllValues:StringNotEquals", `["a","b"]`, asked{"c", "a"}, fails},
		{"ForAllValues:StringNotEquals", `"a"`, absent, denied},
		{"ForAllValues:StringLike", `"a*"`, asked{"a", "ab"}, holds},
		{"ForAllValues:NumericLessThan", `5`, asked{"4", "x"}, denied},
		{"ForAllValues:NumericLessThan", `5`, asked{"6", "x"}, fails},
		{"ForAnyValue:StringEquals", `["a","b"]`, asked{"c", "b"}, holds},
		{"ForAnyValue:StringEquals", `["a","b"]`, asked{"c", "d"}, fails},
		{"ForAnyValue:StringEquals", `"a"`, asked{}, fails},
		{"ForAnyValue:StringEquals", `"a"`, absent, fails},
		{"ForAnyValue:StringEqualsIfExists", `"a"`, asked{"a", "b"}, holds},
		{"ForAnyValue:StringEqualsIfExists", `"a"`, absent, denied},
		{"ForAnyValue:StringNotEquals", `["a","b"]`, asked{"a", "c"}, holds},
		{"ForAnyValue:StringNotEquals", `["a","b"]`, asked{"a", "b"}, fails},
		{"ForAnyValue:StringNotEquals", `"a"`, absent, fails},
		{"ForAnyValue:IpAddress", `"10.0.0.0/8"`, asked{"x", "10.0.0.1"}, holds},
		{"ForAnyValue:IpAddress", `"10.0.0.0/8"`, asked{"x", "11.0.0.1"}, denied},
	} {
		var context policy.Context
		if tc.request != nil {
			context.Set("aws:TagKeys", tc.request...)
		}
		condition := fmt.Sprintf(`{%q:{"aws:TagKeys":%s}}`, tc.operator, tc.values)
		if got := verdict(t, condition, context); got != tc.want {
			t.Errorf("%s of %q: %s, want %s", condition, []string(tc.request), got, tc.want)
		}
	}
}

func TestHostileP07(t *testing.T) {
	for _, tc := range []struct{ name, condition, want string }{
		{"P07 StringEquals", `{"StringEquals":{"aws:PrincipalTag/x":"a"}}`, fails},
		{"P07 StringNotEquals", `{"StringNotEquals":{"aws:PrincipalTag/x":"a"}}`, holds},
		{"P07 StringEqualsIfExists", `{"StringEqualsIfExists":{"aws:PrincipalTag/x":"a"}}`, holds},
		{"P07 Null true", `{"Null":{"aws:PrincipalTag/x":"true"}}`, holds},
		{"P07 Null false", `{"Null":{"aws:PrincipalTag/x":"false"}}`, fails},
		{"P07 Bool", `{"Bool":{"aws:SecureTransport":"false"}}`, fails},
		{"P07 Bool of a second factor", `{"Bool":{"aws:MultiFactorAuthPresent":"false"}}`, fails},
		{"P07 BoolIfExists of a second factor", `{"BoolIfExists":{"aws:MultiFactorAuthPresent":"true"}}`, holds},
		{"P07 ForAllValues", `{"ForAllValues:StringEquals":{"aws:TagKeys":"a"}}`, denied}, // an Allow needs the guard, which fails
		{"P07 ForAnyValue", `{"ForAnyValue:StringEquals":{"aws:TagKeys":"a"}}`, fails},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var context policy.Context
			context.Set("aws:MultiFactorAuthPresent", "true") // which nobody can say
			if got := verdict(t, tc.condition, context); got != tc.want {
				t.Errorf("%s, want %s", got, tc.want)
			}
		})
	}
	refused := func(name, statement string, ok bool) {
		t.Run(name, func(t *testing.T) {
			if _, err := policy.Parse([]byte(v2012(statement))); (err == nil) != ok {
				t.Error(err)
			}
		})
	}
	with := func(effect, condition string) string {
		return `{"Effect":"` + effect + `","Action":"*","Resource":"*","Condition":` + condition + `}`
	}
	const set = `"ForAllValues:StringEquals":{"aws:TagKeys":"a"}`
	refused("P07 ForAllValues, Allow", with("Allow", `{`+set+`}`), false)
	refused("P07 ForAllValues with IfExists, Allow", with("Allow", `{"ForAllValues:StringEqualsIfExists":{"aws:TagKeys":"a"}}`), false)
	refused("P07 ForAllValues of a key with one value, Allow", with("Allow", `{"ForAllValues:StringEquals":{"aws:PrincipalTag/a":"a"}}`), false)
	refused("P07 ForAllValues, Allow, guard of another key", with("Allow", `{`+set+`,"Null":{"aws:UserAgent":"false"}}`), false)
	refused("P07 ForAllValues, Allow, the opposite of a guard", with("Allow", `{`+set+`,"Null":{"aws:TagKeys":"true"}}`), false)
	refused("P07 ForAllValues, Allow, guard", with("Allow", `{"Null":{"AWS:TagKeys":"false"},`+set+`}`), true)
	refused("P07 ForAllValues, Deny", with("Deny", `{`+set+`}`), true)
}

// TestAllMustHold: the keys of an operator and the operators of a condition.
func TestAllMustHold(t *testing.T) {
	var context policy.Context
	context.Set("aws:PrincipalTag/a", "1")
	context.Set("aws:PrincipalTag/b", "2")
	context.Set("aws:PrincipalTag/odd", "x", "y")
	for condition, want := range map[string]string{
		`{"StringEquals":{"aws:PrincipalTag/a":"1","aws:PrincipalTag/b":"2"}}`:                                      holds,
		`{"StringEquals":{"aws:PrincipalTag/a":"1","aws:PrincipalTag/b":"1"}}`:                                      fails,
		`{"StringEquals":{"aws:PrincipalTag/a":"1"},"NumericLessThan":{"aws:PrincipalTag/b":"3"}}`:                  holds,
		`{"StringEquals":{"aws:PrincipalTag/a":"1"},"NumericLessThan":{"aws:PrincipalTag/b":"2"}}`:                  fails,
		`{"StringEquals":{"aws:PrincipalTag/a":"2"},"NumericLessThan":{"aws:PrincipalTag/b":"3"}}`:                  fails,
		`{"StringEquals":{"aws:PrincipalTag/a":"1"},"StringLike":{"aws:PrincipalTag/odd":"x"}}`:                     denied,
		`{"StringEquals":{"aws:PrincipalTag/a":"2"},"StringLike":{"aws:PrincipalTag/odd":"x"}}`:                     fails,
		`{"StringLike":{"aws:PrincipalTag/odd":"x"},"StringEquals":{"aws:PrincipalTag/a":"2"}}`:                     fails,
		`{"StringNotEquals":{"aws:PrincipalTag/none":"x"},"Null":{"aws:PrincipalTag/none":"true"}}`:                 holds,
		`{"StringEqualsIfExists":{"aws:PrincipalTag/none":"x"},"Null":{"aws:PrincipalTag/a":"false"}}`:              holds,
		`{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/*"},"StringEquals":{"aws:userid":"` + alice.ID + `"}}`: holds,
	} {
		if got := verdict(t, condition, context); got != want {
			t.Errorf("%s: %s, want %s", condition, got, want)
		}
	}
}

func TestHostileP14(t *testing.T) {
	for _, tc := range []struct {
		name, operator, value, request, want string
	}{
		{"P14 Cyrillic a", "StringLike", "admin*", "аdmin", fails},
		{"P14 combining mark", "StringLike", "café", "cafe\u0301", fails},
		{"P14 combining mark after", "StringEquals", "cafe", "cafe\u0301", fails},
		{"P14 case", "StringLike", "admin", "Admin", fails},
		{"P14 full width", "StringEqualsIgnoreCase", "admin", "ａdmin", fails},
		{"P14 IgnoreCase", "StringEqualsIgnoreCase", "admin", "ADMIN", holds},
		{"P14 Kelvin sign", "StringEqualsIgnoreCase", "k", "\u212A", denied},
		{"P14 long s", "StringEqualsIgnoreCase", "s", "ſ", denied},
		{"P14 long s, negated", "StringNotEqualsIgnoreCase", "s", "ſ", denied},
		{"P14 bytes that are no text", "StringLike", "*", "\xff\xfe", holds},
		{"P14 the byte that is a star", "StringLike", "a", "\xff", fails},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var context policy.Context
			context.SetPrincipalTag("x", tc.request)
			if got := verdict(t, fmt.Sprintf(`{%q:{"aws:PrincipalTag/x":%q}}`, tc.operator, tc.value), context); got != tc.want {
				t.Errorf("%s, want %s", got, tc.want)
			}
		})
	}
}

func TestVariablesInConditions(t *testing.T) {
	var context policy.Context
	context.SetPrincipalTag("team", "red")
	context.SetPrincipalTag("star", "*")
	context.SetPrincipalTag("yes", "true")
	context.SetRepositoryTag("team", "red")
	context.SetRepositoryTag("name", "Alice")
	context.Set("aws:TagKeys", "a", "b")
	context.SetTransport(policy.TLS)
	for _, tc := range []struct{ name, operator, key, value, want string }{
		{"equal tags", "StringEquals", "ecr-public:ResourceTag/team", "${aws:PrincipalTag/team}", holds},
		{"equal tags, negated", "StringNotEquals", "aws:ResourceTag/team", "${aws:PrincipalTag/team}", fails},
		{"in a text", "StringLike", "aws:PrincipalArn", "*/${aws:username}", holds},
		{"a value is no pattern", "StringLike", "aws:ResourceTag/team", "${aws:PrincipalTag/star}", fails},
		{"a star is one", "StringLike", "aws:PrincipalTag/star", "${*}", holds},
		{"a star is one in StringEquals", "StringEquals", "aws:PrincipalTag/star", "${*}", holds},
		{"a pattern in StringEquals is none", "StringEquals", "aws:ResourceTag/team", "r*${aws:PrincipalTag/star}", fails},
		{"without case", "StringEqualsIgnoreCase", "aws:ResourceTag/name", "${aws:username}", holds},
		{"without case, another", "StringEqualsIgnoreCase", "aws:ResourceTag/team", "${aws:username}", fails},
		{"without case, no value", "StringEqualsIgnoreCase", "aws:ResourceTag/team", "${aws:PrincipalTag/none}", denied},
		{"ARN", "ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:user/team/${aws:username}", holds},
		{"ARN, another", "ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:user/${aws:PrincipalTag/team}", fails},
		{"P13 default", "StringEquals", "aws:ResourceTag/team", "${aws:PrincipalTag/none, 'red'}", holds},
		{"P13 no value", "StringEquals", "aws:ResourceTag/team", "${aws:PrincipalTag/none}", denied},
		{"P13 no value, negated", "StringNotEquals", "aws:ResourceTag/team", "${aws:PrincipalTag/none}", denied},
		{"P13 no value that would do", "StringEquals", "aws:ResourceTag/team", "x${aws:PrincipalTag/none}", fails},
		{"P13 no value that would do, negated", "StringNotEquals", "aws:ResourceTag/team", "x${aws:PrincipalTag/none}", denied},
		{"P13 several values", "StringEquals", "aws:ResourceTag/team", "${aws:TagKeys}", denied},
		{"Bool", "Bool", "aws:SecureTransport", "${aws:PrincipalTag/yes}", holds},
		{"Bool, no boolean", "Bool", "aws:SecureTransport", "${aws:PrincipalTag/team}", denied},
		{"Bool, no value", "Bool", "aws:SecureTransport", "${aws:PrincipalTag/none}", denied},
		{"Bool, the other", "Bool", "aws:PrincipalIsAWSService", "${aws:PrincipalTag/yes}", fails},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := verdict(t, fmt.Sprintf(`{%q:{%q:%q}}`, tc.operator, tc.key, tc.value), context); got != tc.want {
				t.Errorf("%s, want %s", got, tc.want)
			}
		})
	}
}
