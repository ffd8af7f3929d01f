package store

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"strings"

	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
)

// OwnerKind is the kind of an entity that holds policies.
type OwnerKind string

// The kinds there are, in the words of messages.
const (
	OfUser  OwnerKind = "user"
	OfRole  OwnerKind = "role"
	OfGroup OwnerKind = "group"
)

// Owner is a user, role or group as the holder of inline policies, attachments and tags.
type Owner struct {
	Kind              OwnerKind
	Account, ID, Name string
	Path              string
}

// ARN is the owner's Amazon Resource Name.
func (o Owner) ARN() string {
	return "arn:" + principal.Partition + ":iam::" + o.Account + ":" + string(o.Kind) + o.Path + o.Name
}

// inlineSize is how long the inline policies of an owner may be together.
func (o Owner) inlineSize() policy.Size {
	switch o.Kind {
	case OfRole:
		return policy.RoleInlineSize
	case OfGroup:
		return policy.GroupInlineSize
	}
	return policy.UserInlineSize
}

// table is where owners of a kind are.
func (k OwnerKind) table() string {
	switch k {
	case OfRole:
		return "roles"
	case OfGroup:
		return "user_groups"
	}
	return "users"
}

// exists refuses to write for an owner that is gone.
func (o Owner) exists(ctx context.Context, tx *sql.Tx) error {
	var id string
	return one(tx.QueryRowContext(ctx, `SELECT id FROM `+o.Kind.table()+` WHERE id = $1`, o.ID).Scan(&id))
}

// remove deletes an owner with all that it holds.
func (o Owner) remove(ctx context.Context, tx *sql.Tx) error {
	if err := touched(tx.ExecContext(ctx, `DELETE FROM `+o.Kind.table()+` WHERE id = $1`, o.ID)); err != nil {
		return err
	}
	return dropHeld(ctx, tx, o.ID)
}

// dropHeld deletes what an owner held.
func dropHeld(ctx context.Context, tx *sql.Tx, owner string) error {
	for _, table := range []string{"inline_policies", "attachments", "tags"} {
		if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE owner = $1`, owner); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM last_uses WHERE id = $1`, owner)
	return err
}

// bare refuses to delete what still holds something: whoever deletes it is asked to take that first.
type bare struct{ count, what string }

var (
	noInline   = bare{`SELECT count(*) FROM inline_policies WHERE owner = $1`, "must delete policies first."}
	noAttached = bare{`SELECT count(*) FROM attachments WHERE owner = $1`, "must detach all policies first."}
	noKeys     = bare{`SELECT count(*) FROM access_keys WHERE user_id = $1`, "must delete access keys first."}
	noGroups   = bare{`SELECT count(*) FROM group_members WHERE user_id = $1`, "must remove users from group first."}
	noMembers  = bare{`SELECT count(*) FROM group_members WHERE group_id = $1`, "must remove users from group first."}
)

// removeBare deletes an owner that holds none of these. Errors: ErrInUse, ErrNotFound.
func (s *Store) removeBare(ctx context.Context, o Owner, rules ...bare) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		for _, r := range rules {
			n, err := count(ctx, tx, r.count, o.ID)
			if err != nil {
				return err
			}
			if n > 0 {
				return say(ErrInUse, "Cannot delete entity, %s", r.what)
			}
		}
		return o.remove(ctx, tx)
	})
}

func count(ctx context.Context, tx *sql.Tx, query string, args ...any) (n int, err error) {
	return n, tx.QueryRowContext(ctx, query, args...).Scan(&n)
}

// Forms of names, each with its longest.
//
// Source: IAM API Reference, the operations' UserName, RoleName, GroupName, PolicyName and Path.
var (
	nameForm = regexp.MustCompile(`^[A-Za-z0-9_+=,.@-]+$`)
	pathForm = regexp.MustCompile(`^/(?:[\x21-\x7E]{1,510}/)?$`)
)

const (
	maxUserName   = 64
	maxRoleName   = 64
	maxGroupName  = 128
	maxPolicyName = 128
)

// checkName refuses a name that IAM would not take; what says whose.
func checkName(what, name string, most int) error {
	if len(name) > most || !nameForm.MatchString(name) {
		return fmt.Errorf("%w %s name %q: it is 1 to %d of letters, digits and _+=,.@-", ErrInvalid, what, name, most)
	}
	return nil
}

func checkPath(path string) error {
	if !pathForm.MatchString(path) {
		return fmt.Errorf("%w path %q: it is / or begins and ends with /", ErrInvalid, path)
	}
	return nil
}

// entityParts takes the ARN of a user, role or group apart.
func entityParts(arn string) (kind OwnerKind, account, path, name string, ok bool) {
	a, err := principal.ParseARN(arn)
	if err != nil || a.Partition != principal.Partition || a.Service != "iam" || a.Region != "" {
		return "", "", "", "", false
	}
	first, rest, found := strings.Cut(a.Resource, "/")
	switch kind = OwnerKind(first); kind {
	case OfUser, OfRole, OfGroup:
		i := strings.LastIndexByte(rest, '/')
		return kind, a.Account, "/" + rest[:i+1], rest[i+1:], found
	}
	return "", "", "", "", false
}

// folded is the form in which IAM compares names.
func folded(name string) string { return strings.ToLower(name) }
