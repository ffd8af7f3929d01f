package access

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/session"
	"github.com/octroi/octroi/store"
)

// force is what decides about a principal at this moment: the policies in force, and what conditions can ask of it.
type force struct {
	policies    []policy.Source
	conditional bool // some policy asks for more than principal, action and resource
	tags        []store.Tag
	session     session.Session
	narrowing   *session.Narrowing // of a session; nil for who acts with a key of its own
}

// inForce gathers the policies of the identity, of its session, and of what the request is about. Who no longer
// exists, or was never in the store, has none: store.ErrNotFound.
func (c *Control) inForce(ctx context.Context, call *Call, p *principal.Principal) (force, error) {
	if p.Kind == principal.WebIdentity {
		f := force{}
		f.add(call.Policies)
		return f, nil
	}
	who, err := c.Store.Identity(ctx, p.Account, p.ID)
	if errors.Is(err, store.ErrNotFound) {
		return force{}, err
	}
	if err != nil {
		return force{}, fmt.Errorf("reading the policies of %s: %w", p.String(), err)
	}
	f := force{policies: who.Policies, conditional: who.Conditional, tags: who.Tags}
	if p.InSession() {
		if err := c.narrow(ctx, p, &f); err != nil {
			return force{}, err
		}
	}
	f.add(call.Policies)
	return f, nil
}

// narrow adds the policies of a session. A managed one that is gone, or that cannot be read, denies everything: what
// it would have allowed nobody can tell.
func (c *Control) narrow(ctx context.Context, p *principal.Principal, f *force) (err error) {
	if f.session, err = session.Unpack(p.Limits); err != nil {
		f.add([]policy.Source{{Type: policy.SessionPolicy, Name: session.PolicyName}})
		return nil
	}
	f.narrowing = c.sessions.Narrowing(f.session.Packed)
	f.policies = append(slices.Clip(f.policies), f.narrowing.Policies...)
	f.conditional = f.conditional || f.narrowing.Conditional
	for _, arn := range f.narrowing.PolicyARNs {
		source, err := c.Store.ManagedPolicySource(ctx, policy.SessionPolicy, arn)
		if err != nil {
			return fmt.Errorf("reading a policy of the session of %s: %w", p.String(), err)
		}
		f.add([]policy.Source{source})
	}
	return nil
}

func (f *force) add(sources []policy.Source) {
	f.policies = append(slices.Clip(f.policies), sources...)
	for _, s := range sources {
		f.conditional = f.conditional || s.Document != nil && s.Document.Conditional()
	}
}

// describe sets what conditions ask of the principal: its tags, which those of the session override, and how the
// session began.
//
// Source: IAM User Guide, "AWS global condition context keys", properties of the principal, and of a role session.
func (f *force) describe(keys *policy.Context) {
	for _, t := range f.tags {
		keys.SetPrincipalTag(t.Key, t.Value)
	}
	if f.narrowing == nil {
		return
	}
	for _, t := range f.narrowing.Tags {
		keys.SetPrincipalTag(t.Key, t.Value)
	}
	keys.SetTokenIssueTime(f.session.Begun)
	keys.SetSourceIdentity(f.session.SourceIdentity)
}
