package identity

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
)

// simulation is a question to the policies that is asked of nobody and recorded as such: what would they say?
type simulation struct {
	who       principal.Principal
	policies  []policy.Source
	kinds     map[string]types.PolicySourceType // of the policies, by name
	actions   []string
	resources []string
	owner     string // account of the resources
	context   policy.Context
	given     map[string]bool // condition keys, in lower case
	marker    *string
	limit     *int32
}

// maxAsked bounds a simulation: decisions cost the service, not the caller.
const maxAsked = 1000

// SimulatePrincipalPolicy says what a user, a group or a role may do by its policies of this moment.
//
// Source: IAM API Reference, SimulatePrincipalPolicy.
func (i *Identity) SimulatePrincipalPolicy(ctx context.Context, call access.Call, p principal.Principal, in *iam.SimulatePrincipalPolicyInput) (*iam.SimulatePrincipalPolicyOutput, error) {
	arn, err := required("policySourceArn", in.PolicySourceArn)
	if err != nil {
		return nil, err
	}
	if err := i.may(ctx, call, p, "SimulatePrincipalPolicy", arn); err != nil {
		return nil, err
	}
	if len(in.PolicyExclusionList) > 0 {
		return nil, invalid("policyExclusionList is not supported: leave it out")
	}
	s := simulation{actions: in.ActionNames, resources: in.ResourceArns, owner: value(in.ResourceOwner), marker: in.Marker, limit: in.MaxItems}
	if err := i.source(ctx, &s, p.Account, arn); err != nil {
		return nil, err
	}
	err = s.add(in.PolicyInputList, in.PermissionsBoundaryPolicyInputList, in.ResourcePolicy, in.ContextEntries)
	if err == nil && in.CallerArn != nil {
		err = i.caller(ctx, &s, p.Account, *in.CallerArn)
	}
	if err != nil {
		return nil, err
	}
	results, next, err := s.run()
	return &iam.SimulatePrincipalPolicyOutput{EvaluationResults: results, Marker: next, IsTruncated: next != nil}, err
}

// SimulateCustomPolicy says what policies would allow that nobody has yet.
//
// Source: IAM API Reference, SimulateCustomPolicy.
func (i *Identity) SimulateCustomPolicy(ctx context.Context, call access.Call, p principal.Principal, in *iam.SimulateCustomPolicyInput) (*iam.SimulateCustomPolicyOutput, error) {
	if err := i.may(ctx, call, p, "SimulateCustomPolicy", "*"); err != nil {
		return nil, err
	}
	if len(in.OrderedOrganizationPolicyInputList) > 0 {
		return nil, invalid("policies of organizations are not supported: leave orderedOrganizationPolicyInputList out")
	}
	s := simulation{actions: in.ActionNames, resources: in.ResourceArns, owner: value(in.ResourceOwner), marker: in.Marker, limit: in.MaxItems,
		who: principal.Principal{Kind: principal.User, Account: p.Account, Name: "simulated", Path: "/"}}
	err := s.add(in.PolicyInputList, in.PermissionsBoundaryPolicyInputList, in.ResourcePolicy, in.ContextEntries)
	if err == nil && in.CallerArn != nil {
		err = i.caller(ctx, &s, p.Account, *in.CallerArn)
	}
	if err != nil {
		return nil, err
	}
	results, next, err := s.run()
	return &iam.SimulateCustomPolicyOutput{EvaluationResults: results, Marker: next, IsTruncated: next != nil}, err
}

// source gathers the policies of an entity and says whose they are.
func (i *Identity) source(ctx context.Context, s *simulation, account, arn string) error {
	who, err := i.Store.IdentityByARN(ctx, account, arn)
	if errors.Is(err, store.ErrNotFound) {
		return noSuch("The user, group or role " + quoted(arn) + " cannot be found.")
	}
	if err != nil {
		return err
	}
	s.policies = append([]policy.Source{}, who.Policies...)
	s.who = who.Principal()
	for _, t := range who.Tags {
		s.set("aws:PrincipalTag/"+t.Key, t.Value)
	}
	s.kinds = map[string]types.PolicySourceType{}
	own := map[store.OwnerKind]types.PolicySourceType{store.OfUser: types.PolicySourceTypeUser, store.OfRole: types.PolicySourceTypeRole, store.OfGroup: types.PolicySourceTypeGroup}
	for _, source := range who.Policies {
		switch {
		case strings.HasPrefix(source.Name, "arn:aws:iam::aws:"):
			s.kinds[source.Name] = types.PolicySourceTypeAwsManaged
		case strings.HasPrefix(source.Name, "arn:"):
			s.kinds[source.Name] = types.PolicySourceTypeUserManaged
		case strings.Contains(source.Name, "/"):
			s.kinds[source.Name] = types.PolicySourceTypeGroup
		default:
			s.kinds[source.Name] = own[who.Kind]
		}
	}
	return nil
}

// caller makes the simulation one of another user: what the resource's policy says of it counts.
func (i *Identity) caller(ctx context.Context, s *simulation, account, arn string) error {
	who, err := i.Store.IdentityByARN(ctx, account, arn)
	if errors.Is(err, store.ErrNotFound) || err == nil && who.Kind != store.OfUser {
		return invalid("Invalid Input: CallerArn must be the ARN of a user of this account.")
	}
	s.who = who.Principal()
	return err
}

// add parses what the request brings along.
func (s *simulation) add(identity, boundaries []string, resource *string, entries []types.ContextEntry) error {
	for n, text := range identity {
		d, err := policy.Parse([]byte(text))
		if err != nil {
			return told(err, "", "")
		}
		s.policies = append(s.policies, policy.Source{Type: policy.IdentityPolicy, Name: fmt.Sprintf("PolicyInputList.%d", n+1), Document: d})
	}
	for n, text := range boundaries {
		d, err := policy.Parse([]byte(text))
		if err != nil {
			return told(err, "", "")
		}
		if n == 0 { // they take the place of the boundary that there is
			s.policies = slices.DeleteFunc(s.policies, func(p policy.Source) bool { return p.Type == policy.PermissionsBoundary })
		}
		s.policies = append(s.policies, policy.Source{Type: policy.PermissionsBoundary, Name: fmt.Sprintf("PermissionsBoundaryPolicyInputList.%d", n+1), Document: d})
	}
	if resource != nil {
		d, err := policy.ParseResource([]byte(*resource))
		if err != nil {
			return told(err, "", "")
		}
		s.policies = append(s.policies, policy.Source{Type: policy.ResourcePolicy, Name: "ResourcePolicy", Document: d})
	}
	for _, e := range entries {
		s.set(value(e.ContextKeyName), e.ContextKeyValues...)
	}
	return nil
}

func (s *simulation) set(key string, values ...string) {
	if s.given == nil {
		s.given = map[string]bool{}
	}
	s.given[strings.ToLower(key)] = true
	s.context.Set(key, values...)
}

// run decides a page of the questions: every action on every resource.
func (s *simulation) run() ([]types.EvaluationResult, *string, error) {
	if len(s.actions) == 0 {
		return nil, nil, invalid("1 validation error detected: Value at 'actionNames' failed to satisfy constraint: Member must not be null")
	}
	if len(s.resources) == 0 {
		s.resources = []string{"*"}
	}
	if len(s.actions)*len(s.resources) > maxAsked {
		return nil, nil, invalid("a simulation is of at most %d actions on resources", maxAsked)
	}
	type question struct{ key, action, resource string }
	var all []question
	for _, a := range s.actions {
		for _, r := range s.resources {
			all = append(all, question{fmt.Sprintf("%06d", len(all)), a, r})
		}
	}
	page, next, err := paged(all, func(q question) string { return q.key }, s.marker, s.limit)
	results := []types.EvaluationResult{}
	for _, q := range page {
		results = append(results, s.ask(q.action, q.resource))
	}
	return results, next, err
}

func (s *simulation) ask(action, resource string) types.EvaluationResult {
	d := policy.Evaluate(policy.Request{Principal: s.who, Action: action, Resource: resource, ResourceAccount: s.owner, Context: s.context}, s.policies)
	out := types.EvaluationResult{EvalActionName: &action, EvalResourceName: &resource, EvalDecision: types.PolicyEvaluationDecisionType(d.Effect.String()),
		MatchedStatements: []types.Statement{}, MissingContextValues: s.missing()}
	if d.Policy != "" {
		out.MatchedStatements = append(out.MatchedStatements, types.Statement{SourcePolicyId: &d.Policy, SourcePolicyType: s.kind(d)})
	}
	if slices.ContainsFunc(s.policies, func(p policy.Source) bool { return p.Type == policy.PermissionsBoundary }) {
		out.PermissionsBoundaryDecisionDetail = &types.PermissionsBoundaryDecisionDetail{
			AllowedByPermissionsBoundary: d.Allowed() || d.PolicyType != policy.PermissionsBoundary}
	}
	return out
}

// kind is what AWS calls where a statement stands.
func (s *simulation) kind(d policy.Decision) types.PolicySourceType {
	if d.PolicyType == policy.ResourcePolicy {
		return types.PolicySourceTypeResource
	}
	if kind, ok := s.kinds[d.Policy]; ok {
		return kind
	}
	return "IAM Policy"
}

// missing are the condition keys that the policies ask for and that the request does not say.
func (s *simulation) missing() []string {
	keys := []string{}
	for _, p := range s.policies {
		if p.Document == nil {
			continue
		}
		for _, key := range p.Document.ConditionKeys() {
			if !s.given[key] && !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	slices.Sort(keys)
	return keys
}
