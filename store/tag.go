package store

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"strings"
)

// Tag is a name and a value on a user, role, policy or provider.
type Tag struct{ Key, Value string }

// TagsPerOwner is how many tags an entity may have.
//
// Source: IAM User Guide, "Tags for AWS Identity and Access Management resources".
const TagsPerOwner = 50

// Forms of tags: letters, digits, spaces and a few signs, of any alphabet.
//
// Source: IAM API Reference, Tag.
var tagForm = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)

// checkTags refuses tags that IAM would not take, and two of one key.
func checkTags(tags []Tag) error {
	seen := map[string]bool{}
	for _, t := range tags {
		switch key := folded(t.Key); {
		case t.Key == "" || len([]rune(t.Key)) > 128 || !tagForm.MatchString(t.Key):
			return fmt.Errorf("%w tag key %q: it is 1 to 128 letters, digits, spaces and _.:/=+-@", ErrInvalid, t.Key)
		case len([]rune(t.Value)) > 256 || !tagForm.MatchString(t.Value):
			return fmt.Errorf("%w value of tag %q: it is at most 256 letters, digits, spaces and _.:/=+-@", ErrInvalid, t.Key)
		case strings.HasPrefix(key, "aws:"):
			return fmt.Errorf("%w tag key %q: keys that begin with aws: are AWS's", ErrInvalid, t.Key)
		case seen[key]:
			return say(ErrInvalid, "Duplicate tag keys found. Please note that Tag keys are case insensitive.")
		default:
			seen[key] = true
		}
	}
	return nil
}

func putTags(ctx context.Context, tx *sql.Tx, owner string, tags []Tag) error {
	for _, t := range tags {
		_, err := tx.ExecContext(ctx, `INSERT INTO tags (owner, tag_key, name, value) VALUES ($1, $2, $3, $4)
			ON CONFLICT (owner, tag_key) DO UPDATE SET name = excluded.name, value = excluded.value`, owner, folded(t.Key), t.Key, t.Value)
		if err != nil {
			return err
		}
	}
	n, err := count(ctx, tx, `SELECT count(*) FROM tags WHERE owner = $1`, owner)
	if err == nil && n > TagsPerOwner {
		err = say(ErrLimit, "The number of tags has reached the maximum limit of %d", TagsPerOwner)
	}
	return err
}

// Tagged is the table and id of what can have tags beside its owner's id.
type Tagged struct{ table, column, id string }

// Tags are put on users and roles, on managed policies, and on providers.
func (o Owner) Tagged() Tagged         { return Tagged{o.Kind.table(), "id", o.ID} }
func (p ManagedPolicy) Tagged() Tagged { return Tagged{"managed_policies", "id", p.ID} }

// PutTags sets tags, in place of those of the same keys. Errors: ErrInvalid, ErrLimit, ErrNotFound.
func (s *Store) PutTags(ctx context.Context, on Tagged, tags ...Tag) error {
	if err := checkTags(tags); err != nil {
		return err
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		n, err := count(ctx, tx, `SELECT count(*) FROM `+on.table+` WHERE `+on.column+` = $1`, on.id)
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrNotFound
		}
		return putTags(ctx, tx, on.id, tags)
	})
}

// RemoveTags takes tags away; those that are not there are none.
func (s *Store) RemoveTags(ctx context.Context, on Tagged, keys ...string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		for _, key := range keys {
			if _, err := tx.ExecContext(ctx, `DELETE FROM tags WHERE owner = $1 AND tag_key = $2`, on.id, folded(key)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Tags lists the tags of something by key.
func (s *Store) Tags(ctx context.Context, on Tagged) ([]Tag, error) { return tagsOf(ctx, s.db, on.id) }

func tagsOf(ctx context.Context, q reader, owner string) ([]Tag, error) {
	rows, err := q.QueryContext(ctx, `SELECT name, value FROM tags WHERE owner = $1 ORDER BY tag_key`, owner)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(t *Tag) []any { return []any{&t.Key, &t.Value} })
}
