package policy_test

import (
	"testing"

	"github.com/octroi/octroi/policy"
)

func TestVariables(t *testing.T) {
	var context policy.Context
	context.Set("aws:PrincipalTag/team", "red")
	context.Set("aws:SourceIp", "10.0.0.1")
	context.Set("example:many", "a", "b")
	context.Set("example:none")
	context.Set("example:empty", "")
	context.Set("example:broken", "\xff") // the byte that is a star in a compiled pattern
	context.Set("aws:username", "mallory")
	context.Set("aws:PrincipalArn", "mallory")
	on := func(name string) []string { return []string{v2012(allows("*", repository(name)))} }
	on2 := func(deny string) []string { return []string{v2012(allows("*", "*"), denies("*", repository(deny)))} }
	judge(t, alice, context, []row{
		{"username", on("${aws:username}/*"), []outcome{allow(put, repository("alice/x")), none(put, repository("alice")), none(put, repository("mallory/x")), none(put, repository("*/x"))}},
		{"key in any case", on("${AWS:UserName}"), []outcome{allow(put, repository("alice"))}},
		{"value keeps its case", on("${aws:userid}"), []outcome{allow(put, repository("AIDAALICE")), none(put, repository("aidaalice"))}},
		{"account", on("${aws:PrincipalAccount}"), []outcome{allow(put, repository(account))}},
		{"type", on("${aws:PrincipalType}"), []outcome{allow(put, repository("User"))}},
		{"ARN", on("${aws:PrincipalArn}"), []outcome{allow(put, repository(alice.ARN())), none(put, repository("mallory"))}},
		{"context", on("${aws:principaltag/TEAM}/${aws:sourceip}"), []outcome{allow(put, repository("red/10.0.0.1"))}},
		{"beside wildcards", on("*/${aws:username}?${aws:username}*"), []outcome{allow(put, repository("x/alice-alice")), allow(put, repository("x/alice-alice/y")), none(put, repository("x/alicealice"))}},
		{"P13 star", on("a${*}"), []outcome{allow(put, repository("a*")), none(put, repository("ab"))}},
		{"P13 question mark", on("a${?}"), []outcome{allow(put, repository("a?")), none(put, repository("ab"))}},
		{"P13 dollar", on("a${$}{aws:username}"), []outcome{allow(put, repository("a${aws:username}")), none(put, repository("aalice"))}},
		{"P13 all of them", on("${*}*${?}?${$}"), []outcome{allow(put, repository("*abc?d$")), none(put, repository("xabc?d$"))}},
		{"P13 default not needed", on("${aws:username, 'nobody'}"), []outcome{allow(put, repository("alice")), none(put, repository("nobody"))}},
		{"P13 default", on("${example:absent, 'company wide'}/*"), []outcome{allow(put, repository("company wide/x")), none(put, repository("x/x"))}},
		{"P13 default without a space", on("${example:absent,'d'}"), []outcome{allow(put, repository("d"))}},
		{"P13 default of an empty value", on("${example:empty, 'd'}"), []outcome{allow(put, repository("d"))}},
		{"P13 unknown, Allow", on("${example:absent}/*"), []outcome{none(put, repository("x/y")), none(put, repository("/y"))}},
		{"P13 unknown, Deny", on2("${example:absent}/*"), []outcome{deny(put, repository("x/y")), allow(put, repository("x")), allow(token, "*")}},
		{"P13 unknown beside a star, Deny", on2("*${example:absent}*"), []outcome{deny(put, repository("")), deny(put, repository("x"))}},
		{"P13 several values, Allow", on("${example:many}"), []outcome{none(put, repository("a")), none(put, repository("b"))}},
		{"P13 several values, Deny", on2("${example:many}"), []outcome{deny(put, repository("a")), deny(put, repository("c"))}},
		{"P13 no values", on("${example:none}x"), []outcome{none(put, repository("x"))}},
		{"P13 broken, Allow", on("${example:broken, 'd'}"), []outcome{none(put, repository("x")), none(put, repository("d"))}},
		{"P13 broken, Deny", on2("x${example:broken}"), []outcome{deny(put, repository("xy"))}},
		{"P13 unknown, Allow NotResource", []string{v2012(`{"Effect":"Allow","Action":"*","NotResource":"` + repository("${example:absent}/*") + `"}`)}, []outcome{none(put, repository("x/y")), none(put, repository("x"))}},
		{"P13 unknown, Deny NotResource", []string{v2012(allows("*", "*"), `{"Effect":"Deny","Action":"*","NotResource":"`+repository("${example:absent}/*")+`"}`)}, []outcome{deny(put, repository("x/y")), deny(put, repository("x"))}},
	})
}

func TestHostileP12(t *testing.T) {
	policies := []string{v2012(allows("*", repository("${aws:username}/*")))}
	for _, name := range []string{"*", "?", "${aws:userid}", "a/../b", "**", "${*}", "\xff", "\xfe", "a:b", `"`} {
		who := alice
		who.Name = name
		outcomes := []outcome{none(put, repository("bob/x")), none(put, repository("b/x")), none(put, repository("AIDAALICE/x"))}
		if name[0] < 0x80 {
			outcomes = append(outcomes, allow(put, repository(name+"/x")))
		}
		judge(t, who, policy.Context{}, []row{{"P12 " + name, policies, outcomes}})
	}
}

func TestContext(t *testing.T) {
	var c policy.Context
	if _, ok := c.Get("aws:SourceIp"); ok {
		t.Error("the zero context has a key")
	}
	c.Set("aws:SourceIp", "10.0.0.1")
	c.Set("AWS:SOURCEIP", "10.0.0.2", "10.0.0.3")
	if v, ok := c.Get("aws:sourceip"); !ok || len(v) != 2 {
		t.Errorf("%v, %v", v, ok)
	}
	c.Set("example:none")
	if v, ok := c.Get("example:none"); !ok || len(v) != 0 {
		t.Errorf("a key without values: %v, %v", v, ok)
	}
	if _, ok := c.Get("aws:ſourceip"); ok {
		t.Error("the long s is an s")
	}
}
