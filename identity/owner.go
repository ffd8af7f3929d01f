package identity

import (
	"context"
	"errors"
	"strings"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
)

// thing is what an operation acts on: its ARN, and what conditions may ask of it.
type thing struct {
	arn      string
	tags     []store.Tag // that it has
	boundary string      // that it has, or is to have
	policy   string      // ARN of the managed policy that is attached or detached
	request  []store.Tag // that the request sets
	keys     []string    // of the tags that the request removes
}

// asked is the call with the condition keys of the thing.
//
// Source: Service Authorization Reference, "AWS Identity and Access Management (IAM)", condition keys.
func (t thing) asked(call access.Call) access.Call {
	call.Conditions = func(c *policy.Context) {
		for _, tag := range t.tags {
			c.SetIdentityTag(tag.Key, tag.Value)
		}
		keys := append([]string{}, t.keys...)
		for _, tag := range t.request {
			c.SetRequestTag(tag.Key, tag.Value)
			keys = append(keys, tag.Key)
		}
		if len(keys) > 0 {
			c.SetTagKeys(keys...)
		}
		c.SetPolicyARN(t.policy)
		c.SetPermissionsBoundary(t.boundary)
	}
	return call
}

// mayWith asks the policies for an action on a thing.
func (i *Identity) mayWith(ctx context.Context, call access.Call, p principal.Principal, operation string, t thing) error {
	return i.may(ctx, t.asked(call), p, operation, t.arn)
}

// mayMake is mayWith for an operation that makes a thing: one that is given tags needs the action for tags too.
func (i *Identity) mayMake(ctx context.Context, call access.Call, p principal.Principal, operation, tagging string, t thing) error {
	if err := i.mayWith(ctx, call, p, operation, t); err != nil || len(t.request) == 0 {
		return err
	}
	return i.mayWith(ctx, call, p, tagging, t)
}

// held is an owner with what decisions about it need.
type held struct {
	owner    store.Owner
	boundary string
	user     store.User
	role     store.Role
	group    store.Group
}

// find is the owner of a kind and name. One that is not there has no id.
func (i *Identity) find(ctx context.Context, account string, kind store.OwnerKind, name string) (h held, err error) {
	switch kind {
	case store.OfRole:
		h.role, err = i.Store.RoleByName(ctx, account, name)
		h.owner, h.boundary = h.role.Owner(), h.role.Boundary
	case store.OfGroup:
		h.group, err = i.Store.GroupByName(ctx, account, name)
		h.owner = h.group.Owner()
	default:
		h.user, err = i.Store.UserByName(ctx, account, name)
		h.owner, h.boundary = h.user.Owner(), h.user.Boundary
	}
	if errors.Is(err, store.ErrNotFound) {
		h.owner, err = store.Owner{Kind: kind, Account: account, Name: name, Path: "/"}, nil
	}
	return h, err
}

// members are what a request says beside the name of the owner that conditions ask about.
type members struct {
	policy, boundary string
	request          []store.Tag
	keys             []string
}

// owned finds the owner that an operation is about, and asks whether the caller may. The question comes before the
// answer that there is no such owner.
func (i *Identity) owned(ctx context.Context, call access.Call, p principal.Principal, operation string, kind store.OwnerKind, name *string, with ...members) (held, error) {
	text, err := required(string(kind)+"Name", name)
	if err != nil {
		return held{}, err
	}
	h, err := i.find(ctx, p.Account, kind, text)
	if err != nil {
		return held{}, err
	}
	t := thing{arn: h.owner.ARN(), boundary: h.boundary}
	for _, m := range with {
		t.policy, t.request, t.keys = m.policy, m.request, m.keys
		if m.boundary != "" {
			t.boundary = m.boundary
		}
	}
	if h.owner.ID != "" {
		if t.tags, err = i.Store.Tags(ctx, h.owner.Tagged()); err != nil {
			return held{}, err
		}
	}
	if err := i.mayWith(ctx, call, p, operation, t); err != nil {
		return held{}, err
	}
	if h.owner.ID == "" {
		return held{}, gone(kind, text)
	}
	return h, nil
}

// gone says that there is no such owner.
func gone(kind store.OwnerKind, name string) error {
	return noSuch("The " + string(kind) + " with name " + quoted(name) + " cannot be found.")
}

// under is the ARN of all entities of a kind below a path, as list operations are asked about.
func under(account, kind string, prefix *string) (arn, path string) {
	path = orElse(prefix, "/")
	return "arn:" + principal.Partition + ":iam::" + account + ":" + kind + path, path
}

// below keeps what is under a path.
func below[T any](all []T, path string, of func(T) string) []T {
	kept := []T{}
	for _, t := range all {
		if strings.HasPrefix(of(t), path) {
			kept = append(kept, t)
		}
	}
	return kept
}
