package policy_test

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/octroi/octroi/policy"
)

// explanation is the first difference between the two evaluators, of those that docs/divergences.md
// names, that the case has in it. Empty: there is none, and they should agree.
func (c *simulation) explanation() string {
	found := map[string]bool{}
	for _, kind := range []policy.Type{policy.IdentityPolicy, policy.PermissionsBoundary, policy.SessionPolicy, policy.ResourcePolicy, policy.TrustPolicy} {
		for _, text := range c.documents[kind] {
			c.explain(text, found)
		}
	}
	for _, why := range []string{"a list of NotPrincipal that is not full", "a variable without a value", "a value that cannot be compared", "ForAnyValue with IfExists", "an empty value under ForAllValues"} {
		if found[why] {
			return why
		}
	}
	return ""
}

func (c *simulation) explain(text string, found map[string]bool) {
	for _, name := range []string{"${aws:username}", "${aws:PrincipalTag/team}", "${aws:PrincipalTag/star}", "${aws:PrincipalTag/none}"} {
		key := name[2 : len(name)-1]
		values := c.context[key]
		value := strings.Join(values, "")
		if key == "aws:username" && c.request.Principal.RoleARN() == "" {
			value = c.request.Principal.Name
		}
		if value == "" && strings.Contains(text, name) {
			found["a variable without a value"] = true
		}
	}
	var d struct {
		Statement []struct {
			NotPrincipal any
			Condition    map[string]map[string]any
		}
	}
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		panic(err)
	}
	for _, st := range d.Statement {
		if st.NotPrincipal != nil {
			found["a list of NotPrincipal that is not full"] = true
		}
		for operator, keys := range st.Condition {
			for key := range keys {
				c.explainCondition(operator, key, found)
			}
		}
	}
}

func (c *simulation) explainCondition(operator, key string, found map[string]bool) {
	values, _ := c.request.Context.Get(key)
	missing := len(values) == 0
	if strings.HasPrefix(operator, "ForAnyValue:") && strings.HasSuffix(operator, "IfExists") && missing {
		found["ForAnyValue with IfExists"] = true
	}
	if strings.HasPrefix(operator, "ForAllValues:") && slices.Contains(values, "") {
		found["an empty value under ForAllValues"] = true
	}
	base := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(operator, "ForAnyValue:"), "ForAllValues:"), "IfExists")
	for _, f := range families {
		fits := slices.ContainsFunc(f.keys, func(k string) bool { return strings.EqualFold(k, key) })
		odd := len(values) > 1 && base == operator || slices.Contains(values, "many") || slices.Contains(values, "none")
		if slices.Contains(f.operators, base) && (!fits || odd) && base != "Null" {
			found["a value that cannot be compared"] = true
		}
	}
}
