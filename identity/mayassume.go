package identity

import (
	"context"
	"slices"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/session"
	"github.com/octroi/octroi/store"
)

// inherit adds what a session hands on to the one that it begins: its transitive tags, and its source identity. Neither
// can be replaced.
//
// Source: IAM User Guide, "Pass session tags in AWS STS", chaining roles; "Monitor and control actions taken with
// assumed roles".
func (a *assumption) inherit(p principal.Principal) error {
	if !p.InSession() {
		return nil
	}
	s, err := session.Unpack(p.Limits)
	if err != nil {
		return err
	}
	limits, err := session.UnpackLimits(s.Packed)
	if err != nil {
		return err
	}
	if s.SourceIdentity != "" {
		if a.sourceIdentity != "" && a.sourceIdentity != s.SourceIdentity {
			return denied("The source identity of a session cannot be changed: leave SourceIdentity out")
		}
		a.sourceIdentity = s.SourceIdentity
	}
	all := slices.Clone(a.limits.Tags)
	for _, t := range limits.Transitive() {
		if find(all, t.Key) != nil {
			return invalid("One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.")
		}
		all = append(all, t)
	}
	a.limits.Tags = all
	return nil
}

// mayAssume asks for each of the actions that the session needs: to begin it, to give it tags, to say who is behind it.
func (i *Identity) mayAssume(ctx context.Context, call access.Call, p principal.Principal, role store.Identity, a assumption, asked []session.Tag) error {
	actions := []string{a.action}
	if len(a.limits.Tags) > 0 {
		actions = append(actions, "sts:TagSession")
	}
	if a.sourceIdentity != "" {
		actions = append(actions, "sts:SetSourceIdentity")
	}
	if role.Role.ID != "" {
		call.Policies = []policy.Source{role.Trust}
	}
	call.Conditions = func(keys *policy.Context) {
		keys.SetSession(policy.Session{
			Name: a.name, ExternalID: a.externalID, SourceIdentity: a.sourceIdentity, TransitiveTagKeys: a.transitive})
		setRequestTags(keys, asked)
		for _, t := range role.Tags {
			keys.SetIdentityTag(t.Key, t.Value)
		}
		if a.claims != nil {
			a.claims(keys)
		}
	}
	for _, action := range actions {
		d, err := i.Access.Check(ctx, call, p, action, a.role)
		if err != nil {
			return err
		}
		if err := d.Err(); err != nil {
			return err
		}
	}
	return nil
}

// setRequestTags sets what conditions ask of the tags that a request would give.
func setRequestTags(keys *policy.Context, tags []session.Tag) {
	var names []string
	for _, t := range tags {
		keys.SetRequestTag(t.Key, t.Value)
		names = append(names, t.Key)
	}
	if len(names) > 0 {
		keys.SetTagKeys(names...)
	}
}
