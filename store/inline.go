package store

import (
	"context"
	"database/sql"
	"unicode"

	"github.com/octroi/octroi/policy"
)

// InlinePolicy is an inline policy of a user, role or group: the document as it was written.
type InlinePolicy struct{ Name, Document string }

// PutInlinePolicy writes or replaces an inline policy. A document that does not parse is refused here, so that it is
// never a question later. Errors: ErrInvalid, *policy.MalformedError, ErrLimit for all of an owner's together, ErrNotFound
// when the owner is gone.
func (s *Store) PutInlinePolicy(ctx context.Context, o Owner, p InlinePolicy) error {
	if err := p.check(o); err != nil {
		return err
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		if err := o.exists(ctx, tx); err != nil {
			return err
		}
		return putInline(ctx, tx, o, p)
	})
}

// check refuses a policy that could not be read later.
func (p InlinePolicy) check(o Owner) error {
	if err := checkName("policy", p.Name, maxPolicyName); err != nil {
		return err
	}
	_, err := policy.ParseIdentity([]byte(p.Document), o.inlineSize())
	return err
}

func putInline(ctx context.Context, tx *sql.Tx, o Owner, p InlinePolicy) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO inline_policies (owner, name, document) VALUES ($1, $2, $3)
		ON CONFLICT (owner, name) DO UPDATE SET document = excluded.document`, o.ID, p.Name, p.Document)
	if err != nil {
		return err
	}
	all, err := inlinePolicies(ctx, tx, o.ID)
	if err != nil {
		return err
	}
	size := 0
	for _, p := range all {
		size += characters(p.Document)
	}
	if size > int(o.inlineSize()) {
		return say(ErrLimit, "Maximum policy size of %d bytes exceeded for %s %s", o.inlineSize(), o.Kind, o.Name)
	}
	return nil
}

// characters is a document's length as IAM's quotas count it: without white space.
func characters(document string) (n int) {
	for _, r := range document {
		if !unicode.IsSpace(r) {
			n++
		}
	}
	return n
}

// DeleteInlinePolicy removes an inline policy. Errors: ErrNotFound.
func (s *Store) DeleteInlinePolicy(ctx context.Context, o Owner, name string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		return touched(tx.ExecContext(ctx, `DELETE FROM inline_policies WHERE owner = $1 AND name = $2`, o.ID, name))
	})
}

// InlinePolicies lists the inline policies of an owner by name.
func (s *Store) InlinePolicies(ctx context.Context, owner string) ([]InlinePolicy, error) {
	return inlinePolicies(ctx, s.db, owner)
}

func inlinePolicies(ctx context.Context, q reader, owner string) ([]InlinePolicy, error) {
	rows, err := q.QueryContext(ctx, `SELECT name, document FROM inline_policies WHERE owner = $1 ORDER BY name`, owner)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(p *InlinePolicy) []any { return []any{&p.Name, &p.Document} })
}
