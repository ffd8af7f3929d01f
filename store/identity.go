package store

import (
	"context"
	"strings"

	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
)

// Identity is a user or role with the policies of this moment, compiled.
type Identity struct {
	Kind OwnerKind
	User User // of a user
	Role Role // of a role

	Group Group // of a group, which is nobody: it is only asked about

	Policies []policy.Source // of its own, of managed policies, of its groups, and its permissions boundary
	Trust    policy.Source   // of a role: held to the unique ids that its users and roles had when it was written
	Tags     []Tag

	// Conditional tells that some policy asks for more than principal, action and resource.
	Conditional bool
}

// Identity is the user or role of a unique id. Errors: ErrNotFound.
func (s *Store) Identity(ctx context.Context, account, id string) (Identity, error) {
	return cached(ctx, s, cacheKey{"identity", account, id}, func() (who Identity, err error) {
		err = s.read(ctx, func(q snapshot) error {
			switch {
			case strings.HasPrefix(id, principal.PrefixRole):
				who, err = s.roleIdentity(ctx, q, account, id)
			case strings.HasPrefix(id, principal.PrefixGroup):
				who, err = s.groupIdentity(ctx, q, account, id)
			default:
				who, err = s.userIdentity(ctx, q, account, id)
			}
			return err
		})
		return who, err
	})
}

// IdentityByARN is the user, role or group of an ARN. Errors: ErrNotFound.
func (s *Store) IdentityByARN(ctx context.Context, account, arn string) (Identity, error) {
	kind, of, path, name, ok := entityParts(arn)
	if !ok || of != account {
		return Identity{}, ErrNotFound
	}
	var id string
	err := one(s.db.QueryRowContext(ctx, `SELECT id FROM `+kind.table()+` WHERE account = $1 AND name = $2 AND path = $3`, of, name, path).Scan(&id))
	if err != nil {
		return Identity{}, err
	}
	return s.Identity(ctx, account, id)
}

// Principal is who acts with this identity: the user, a session of the role that has no name, or of a group a member that
// has none.
func (i Identity) Principal() principal.Principal {
	switch i.Kind {
	case OfRole:
		return principal.Principal{Kind: principal.AssumedRole, Account: i.Role.Account, ID: i.Role.ID, Name: i.Role.Name, Path: i.Role.Path}
	case OfGroup:
		return principal.Principal{Kind: principal.User, Account: i.Group.Account, Path: "/"}
	}
	return i.User.Principal()
}

func (s *Store) groupIdentity(ctx context.Context, q snapshot, account, id string) (Identity, error) {
	g, err := scanGroup(q.QueryRowContext(ctx, `SELECT `+groupColumns+` FROM user_groups WHERE account = $1 AND id = $2`, account, id))
	if err != nil {
		return Identity{}, err
	}
	who := Identity{Kind: OfGroup, Group: g}
	err = s.gather(ctx, q, &who, id, "")
	return who, err
}

func (s *Store) userIdentity(ctx context.Context, q snapshot, account, id string) (Identity, error) {
	u, err := scanUser(q.QueryRowContext(ctx, `SELECT `+userColumns+` FROM users WHERE account = $1 AND id = $2`, account, id))
	if err != nil {
		return Identity{}, err
	}
	who := Identity{Kind: OfUser, User: u}
	groups, err := groupsOf(ctx, q, u)
	if err != nil {
		return Identity{}, err
	}
	if err := s.gather(ctx, q, &who, id, ""); err != nil {
		return Identity{}, err
	}
	for _, g := range groups {
		if err := s.gather(ctx, q, &who, g.ID, g.Name+"/"); err != nil {
			return Identity{}, err
		}
	}
	err = s.finish(ctx, q, &who, id, u.Boundary)
	return who, err
}

func (s *Store) roleIdentity(ctx context.Context, q snapshot, account, id string) (Identity, error) {
	r, err := scanRole(q.QueryRowContext(ctx, `SELECT `+roleColumns+` FROM roles WHERE account = $1 AND id = $2`, account, id))
	if err != nil {
		return Identity{}, err
	}
	who := Identity{Kind: OfRole, Role: r, Trust: r.trust()}
	if err := s.gather(ctx, q, &who, id, ""); err != nil {
		return Identity{}, err
	}
	err = s.finish(ctx, q, &who, id, r.Boundary)
	return who, err
}

// gather adds the inline and the managed policies of an owner; before stands before the names of a group's.
func (s *Store) gather(ctx context.Context, q snapshot, who *Identity, owner, before string) error {
	inline, err := inlinePolicies(ctx, q, owner)
	if err != nil {
		return err
	}
	for _, p := range inline {
		who.add(compile(policy.IdentityPolicy, before+p.Name, p.Document, policy.RoleInlineSize))
	}
	attached, err := attachedPolicies(ctx, q, owner)
	if err != nil {
		return err
	}
	for _, arn := range attached {
		source, err := s.managed(ctx, q, policy.IdentityPolicy, arn)
		if err != nil {
			return err
		}
		who.add(source)
	}
	return nil
}

// finish adds what is not a group's: the boundary, and the tags.
func (s *Store) finish(ctx context.Context, q snapshot, who *Identity, id, boundary string) (err error) {
	if boundary != "" {
		source, err := s.managed(ctx, q, policy.PermissionsBoundary, boundary)
		if err != nil {
			return err
		}
		who.add(source)
	}
	who.Tags, err = tagsOf(ctx, q, id)
	return err
}

// add keeps a policy that does not parse as one without a document: it may have held a Deny, so that package policy
// denies everything for it.
func (i *Identity) add(source policy.Source) {
	i.Policies = append(i.Policies, source)
	i.Conditional = i.Conditional || source.Document != nil && source.Document.Conditional()
}

// ManagedPolicySource is a managed policy in force, compiled, in the part that a session gives it. One that is gone has
// no document: it denies everything.
func (s *Store) ManagedPolicySource(ctx context.Context, kind policy.Type, arn string) (policy.Source, error) {
	source, err := cached(ctx, s, cacheKey{"session policy", "", arn}, func() (source policy.Source, err error) {
		err = s.read(ctx, func(q snapshot) error {
			source, err = s.managed(ctx, q, kind, arn)
			return err
		})
		return source, err
	})
	source.Type = kind
	return source, err
}

// managed is a managed policy as it is in a snapshot, compiled once for all who have it in that version of the store.
func (s *Store) managed(ctx context.Context, q snapshot, kind policy.Type, arn string) (source policy.Source, err error) {
	load := func() (policy.Source, error) {
		text, err := documentOf(ctx, q, arn)
		if err == ErrNotFound {
			return policy.Source{Name: arn}, nil
		}
		return compile(policy.IdentityPolicy, arn, text, policy.ManagedSize), err
	}
	if g := s.current.Load(); g.version == q.version {
		source, err = kept(g, cacheKey{"policy", "", arn}, load)
	} else {
		source, err = load()
	}
	source.Type = kind
	return source, err
}

func compile(kind policy.Type, name, document string, most policy.Size) policy.Source {
	source := policy.Source{Type: kind, Name: name}
	if parsed, err := policy.ParseIdentity([]byte(document), most); err == nil {
		source.Document = parsed
	}
	return source
}
