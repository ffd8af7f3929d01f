package identity

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/session"
	"github.com/octroi/octroi/store"
)

// How long the session of a role may be. One that a role's session begins (role chaining) has an hour, whatever the
// role says.
//
// Source: AWS STS API Reference, AssumeRole, DurationSeconds.
const (
	shortest  = 15 * time.Minute
	usualRole = time.Hour
	chained   = time.Hour
)

// assumption is a request for a session of a role, checked for its form.
type assumption struct {
	action         string // sts:AssumeRole, sts:AssumeRoleWithWebIdentity
	role           string // ARN
	name           string
	lifetime       time.Duration
	limits         session.Limits
	sourceIdentity string
	externalID     string
	transitive     []string
	claims         func(*policy.Context) // what an identity provider says; nil for none
}

// AssumeRole begins a session of a role. The role's trust policy must name the caller; when it names the caller's
// account only, the caller's own policies must allow it too. Whether there is such a role is told to nobody whom it
// does not trust.
//
// Source: AWS STS API Reference, AssumeRole.
func (i *Identity) AssumeRole(ctx context.Context, call access.Call, p principal.Principal, in *sts.AssumeRoleInput) (*sts.AssumeRoleOutput, error) {
	a, err := assumptionOf(in)
	if err != nil {
		return nil, err
	}
	a.action = "sts:AssumeRole"
	b, err := i.assume(ctx, call, p, a)
	if err != nil {
		return nil, err
	}
	return &sts.AssumeRoleOutput{
		//lint:ignore SA1019 older clients read PackedPolicySize
		AssumedRoleUser: b.user, Credentials: b.credentials, PackedPolicySize: b.packed, SessionTokenSize: b.size,
		SessionTokenUtilization: b.utilization, SourceIdentity: b.sourceIdentity}, nil
}

func assumptionOf(in *sts.AssumeRoleInput) (a assumption, err error) {
	if len(in.ProvidedContexts) > 0 {
		return a, invalid("this service has no trusted context providers: leave ProvidedContexts out")
	}
	if err = unsupported(in.MinimumSessionTokenSize, in.SerialNumber, in.TokenCode); err != nil {
		return a, err
	}
	if a.role, err = roleOf(in.RoleArn); err != nil {
		return a, err
	}
	if a.name, err = sessionName.needed(in.RoleSessionName); err != nil {
		return a, err
	}
	if a.lifetime, err = seconds(in.DurationSeconds, usualRole, shortest, store.MaxMaxSession); err != nil {
		return a, err
	}
	if a.externalID, err = externalID.optional(in.ExternalId); err != nil {
		return a, err
	}
	if a.sourceIdentity, err = sourceIdentity.optional(in.SourceIdentity); err != nil {
		return a, err
	}
	a.transitive = in.TransitiveTagKeys
	a.limits, err = limitsOf(in.Policy, in.PolicyArns, in.Tags, in.TransitiveTagKeys)
	return a, err
}

// assume asks the policies, and begins the session. The records are on disk before the credentials leave.
func (i *Identity) assume(ctx context.Context, call access.Call, p principal.Principal, a assumption) (begun, error) {
	role, err := i.role(ctx, a.role)
	if err != nil {
		return begun{}, err
	}
	asked := a.limits.Tags
	if err := a.inherit(p); err != nil {
		return begun{}, err
	}
	if err := i.mayAssume(ctx, call, p, role, a, asked); err != nil {
		return begun{}, err
	}
	switch {
	case a.lifetime > chained && p.Kind == principal.AssumedRole:
		return begun{}, invalid("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining")
	case a.lifetime > role.Role.MaxSession:
		return begun{}, invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	}
	s := session.Session{Kind: principal.AssumedRole, Name: a.name, Parent: p.AccessKey, SourceIdentity: a.sourceIdentity}
	if p.Kind == principal.WebIdentity {
		s.Provider = p.Provider
	}
	who := principal.Principal{Kind: principal.AssumedRole, Account: role.Role.Account, ID: role.Role.ID, Name: role.Role.Name, Path: role.Role.Path, Session: a.name}
	b, err := i.begin(ctx, beginning{call: call, caller: p, who: who, session: s, lifetime: a.lifetime, limits: a.limits})
	if err != nil {
		return begun{}, err
	}
	arn, id := who.ARN(), who.UserID()
	b.user, b.sourceIdentity = &types.AssumedRoleUser{Arn: &arn, AssumedRoleId: &id}, text(a.sourceIdentity)
	return b, nil
}

// role finds the role of an ARN. One that is not there has no trust policy, so that nobody may assume it.
func (i *Identity) role(ctx context.Context, arn string) (store.Identity, error) {
	r, err := i.Store.RoleByARN(ctx, arn)
	if err == nil {
		var who store.Identity
		if who, err = i.Store.Identity(ctx, r.Account, r.ID); err == nil {
			return who, nil
		}
	}
	if errors.Is(err, store.ErrNotFound) {
		return store.Identity{}, nil
	}
	return store.Identity{}, err
}
