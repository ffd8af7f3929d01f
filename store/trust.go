package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
)

// UnknownPrincipalError names a user or role of a trust policy that does not exist.
type UnknownPrincipalError struct{ Name string }

func (e *UnknownPrincipalError) Error() string {
	return fmt.Sprintf("Invalid principal in policy: %q:%q", "AWS", e.Name)
}

// UpdateTrust replaces the trust policy of a role. Errors: as CreateRole.
func (s *Store) UpdateTrust(ctx context.Context, r Role, document string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		ids, err := trustIDs(ctx, tx, document)
		if err != nil {
			return err
		}
		return touched(tx.ExecContext(ctx, `UPDATE roles SET trust = $1, trust_ids = $2 WHERE id = $3`, document, ids, r.ID))
	})
}

// trustIDs finds the unique ids of those whom a trust policy names, by the texts that name them: JSON.
func trustIDs(ctx context.Context, tx *sql.Tx, document string) (string, error) {
	d, err := policy.ParseTrust([]byte(document))
	if err != nil {
		return "", err
	}
	ids := map[string]string{}
	for _, name := range append(d.Principals(), d.UniqueIDs()...) {
		id, err := idOf(ctx, tx, name)
		if errors.Is(err, ErrNotFound) {
			return "", &UnknownPrincipalError{name}
		}
		if err != nil {
			return "", err
		}
		ids[name] = id
	}
	text, err := json.Marshal(ids)
	return string(text), err
}

// idOf is the unique id of whom a text names: the ARN of a user, a role or a session of one, or the id itself. Errors:
// ErrNotFound.
func idOf(ctx context.Context, q reader, text string) (id string, err error) {
	if !strings.HasPrefix(text, "arn:") {
		o, err := ownerOf(ctx, q, text)
		return o.ID, err
	}
	if arn, err := principal.ParseARN(text); err == nil && arn.Service == "sts" {
		role, _, _ := strings.Cut(strings.TrimPrefix(arn.Resource, "assumed-role/"), "/")
		err = one(q.QueryRowContext(ctx, `SELECT id FROM roles WHERE account = $1 AND name = $2`, arn.Account, role).Scan(&id))
		return id, err
	}
	kind, account, path, name, ok := entityParts(text)
	if !ok {
		return "", ErrNotFound
	}
	err = one(q.QueryRowContext(ctx, `SELECT id FROM `+kind.table()+` WHERE account = $1 AND name = $2 AND path = $3`, account, name, path).Scan(&id))
	return id, err
}

// ownerOf is the user or role of a unique id. Errors: ErrNotFound.
func ownerOf(ctx context.Context, q reader, id string) (Owner, error) {
	o := Owner{Kind: OfUser}
	if strings.HasPrefix(id, principal.PrefixRole) {
		o.Kind = OfRole
	}
	err := one(q.QueryRowContext(ctx, `SELECT account, id, name, path FROM `+o.Kind.table()+` WHERE id = $1`, id).
		Scan(&o.Account, &o.ID, &o.Name, &o.Path))
	return o, err
}

// trust is the compiled trust policy. One that cannot be read trusts nobody.
func (r Role) trust() policy.Source {
	source := policy.Source{Type: policy.TrustPolicy, Name: r.Name}
	var ids map[string]string
	d, err := policy.ParseTrust([]byte(r.Trust))
	if err == nil && json.Unmarshal([]byte(r.trustIDs), &ids) == nil {
		source.Document = d.Bound(ids)
	}
	return source
}

// ShownTrust is the trust policy as it reads now: whoever was renamed stands there under the name of this moment, and who
// is gone by the unique id, which nobody will have again. That is what decides, so it is what is shown.
//
// Source: IAM User Guide, "AWS JSON policy elements: Principal": the ARN of a principal that was deleted is shown as its id.
func (s *Store) ShownTrust(ctx context.Context, r Role) (string, error) {
	var ids map[string]string
	if err := json.Unmarshal([]byte(r.trustIDs), &ids); err != nil {
		return r.Trust, nil // it trusts nobody: see trust
	}
	names := map[string]string{}
	for text, id := range ids {
		o, err := ownerOf(ctx, s.db, id)
		switch {
		case errors.Is(err, ErrNotFound):
			names[text] = id
		case err != nil:
			return "", err
		case !strings.Contains(text, ":assumed-role/"): // a session keeps its role's name: roles have no other
			names[text] = o.ARN()
		}
	}
	return renamed(r.Trust, names), nil
}

// renamed is a document with other names of its principals, and every other byte as it was written: who reads it
// compares it with what was put there.
func renamed(document string, names map[string]string) string {
	var out strings.Builder
	var keys []string // of the containers that are open, the member that is being read; "" in a list
	var objects []bool
	name, written := false, 0 // whether a name of a member comes next, and how much of the document is in out
	dec := json.NewDecoder(strings.NewReader(document))
	for {
		from := int(dec.InputOffset())
		token, err := dec.Token()
		if err != nil {
			return out.String() + document[written:]
		}
		switch v := token.(type) {
		case json.Delim:
			if v == '{' || v == '[' {
				keys, objects, name = append(keys, ""), append(objects, v == '{'), v == '{'
				continue
			}
			keys, objects = keys[:len(keys)-1], objects[:len(objects)-1]
		case string:
			if name {
				keys[len(keys)-1], name = v, false
				continue
			}
			if to, ok := names[v]; ok && (slices.Contains(keys, "Principal") || slices.Contains(keys, "NotPrincipal")) {
				out.WriteString(document[written:from+strings.IndexByte(document[from:], '"')] + strconv.Quote(to))
				written = int(dec.InputOffset())
			}
		}
		name = len(objects) > 0 && objects[len(objects)-1]
	}
}
