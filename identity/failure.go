package identity

import (
	"strings"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/audit"
	"github.com/octroi/octroi/principal"
)

// The details as AWS writes them.
//
// Source: IAM User Guide, "Troubleshoot access denied error messages"; AWS STS API Reference, DecodeAuthorizationMessage.
type (
	items[T any] struct {
		Items []T `json:"items"`
	}
	failure struct {
		Allowed           bool                   `json:"allowed"`
		ExplicitDeny      bool                   `json:"explicitDeny"`
		MatchedStatements items[failedStatement] `json:"matchedStatements"`
		Failures          items[string]          `json:"failures"`
		Context           failureContext         `json:"context"`
		Advice            string                 `json:"advice"` // ours: what octroid policy explain says
	}
	failedStatement struct {
		ID         string `json:"statementId"`
		Effect     string `json:"effect"`
		Policy     string `json:"sourcePolicyId"`
		PolicyType string `json:"sourcePolicyType"`
	}
	failureContext struct {
		Principal  failedPrincipal        `json:"principal"`
		Action     string                 `json:"action"`
		Resource   string                 `json:"resource"`
		Conditions items[failedCondition] `json:"conditions"`
	}
	failedPrincipal struct {
		ID   string `json:"id"`
		Name string `json:"name,omitempty"`
		ARN  string `json:"arn"`
	}
	failedCondition struct {
		Key    string             `json:"key"`
		Values items[failedValue] `json:"values"`
	}
	failedValue struct {
		Value string `json:"value"`
	}
)

func failureOf(p principal.Principal, d *access.Decision) failure {
	req := d.Request()
	f := failure{ExplicitDeny: d.ExplicitDeny()}
	f.MatchedStatements.Items, f.Failures.Items = []failedStatement{}, []string{}
	if d.Policy != "" {
		f.MatchedStatements.Items = append(f.MatchedStatements.Items, failedStatement{
			ID: d.Statement, Effect: "DENY", Policy: d.Policy, PolicyType: d.PolicyType.String()})
	}
	f.Context = failureContext{Principal: failedPrincipal{p.UserID(), p.Name, p.ARN()}, Action: req.Action, Resource: req.Resource}
	f.Context.Conditions.Items = []failedCondition{}
	for _, key := range req.Context.Keys() {
		values, _ := req.Context.Get(key)
		c := failedCondition{Key: key}
		c.Values.Items = []failedValue{}
		for _, v := range values {
			c.Values.Items = append(c.Values.Items, failedValue{audit.Clip(strings.ToValidUTF8(v, "?"))})
		}
		f.Context.Conditions.Items = append(f.Context.Conditions.Items, c)
	}
	f.Advice = audit.Clip(d.Advice(req))
	return f
}
