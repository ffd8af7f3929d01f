package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io/fs"
	"net/url"
	"os"

	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
)

// Inspection is a store that is looked at and not changed: not even its schema is brought up to date.
type Inspection struct {
	db   *sql.DB
	root *RootKey // nil when none of those given seals the store
}

// Inspect opens a store to look at it, also while it is served. The keys may be missing: then no secret is opened.
func Inspect(path string, keys ...*RootKey) (*Inspection, error) {
	q := url.Values{"mode": {"ro"}, "immutable": {atRest(path)}, "_pragma": {"busy_timeout(5000)", "query_only(1)"}}
	db, err := openFile((&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}).String())
	if err != nil {
		return nil, err
	}
	i := &Inspection{db: db}
	var id string
	if db.QueryRow(`SELECT root_key FROM meta WHERE id = 1`).Scan(&id) == nil { // what cannot be read is a problem by itself
		for _, k := range keys {
			if k.ID() == id {
				i.root = k
			}
		}
	}
	return i, nil
}

// atRest is 1 when nobody has the store open and nothing waits to be written into it: then no file is made beside it.
func atRest(path string) string {
	if _, err := os.Stat(path + "-wal"); errors.Is(err, fs.ErrNotExist) {
		return "1"
	}
	return "0"
}

// Close closes it.
func (i *Inspection) Close() error { return i.db.Close() }

// Deployment is the store's name.
func (i *Inspection) Deployment(ctx context.Context) (name string, err error) {
	err = i.db.QueryRowContext(ctx, `SELECT deployment FROM meta WHERE id = 1`).Scan(&name)
	return name, err
}

// Problems lists what is wrong with the file and with the rows in it. An error says that it cannot be read at all.
//
// What no check tells is a byte that nothing reads: in the room of a page that holds no row, and two numbers in the file's
// head, of how often the schema has changed and which version of SQLite wrote it.
func (i *Inspection) Problems(ctx context.Context) (all []string, err error) {
	for _, check := range []func(context.Context) ([]string, error){i.pages, i.head, i.sums, i.references, i.names, i.secrets, i.documents} {
		found, err := check(ctx)
		if all = append(all, found...); err != nil {
			return all, err
		}
	}
	return all, nil
}

// pages is SQLite's own check of the file, and of every index against its table.
func (i *Inspection) pages(ctx context.Context) (all []string, err error) {
	lines, err := i.lines(ctx, `PRAGMA integrity_check`)
	for _, l := range lines {
		if l != "ok" {
			all = append(all, l)
		}
	}
	return all, err
}

func (i *Inspection) references(ctx context.Context) ([]string, error) {
	return i.lines(ctx, `SELECT 'a row of ' || "table" || ' belongs to one of ' || parent || ' that is not there' FROM pragma_foreign_key_check`)
}

// names are texts that have one form, or two that must agree.
func (i *Inspection) names(ctx context.Context) (all []string, err error) {
	for _, query := range []string{
		`SELECT 'user ' || id || ' has a name that its key is not of' FROM users WHERE lower(name) <> name_key`,
		`SELECT 'role ' || id || ' has a name that its key is not of' FROM roles WHERE lower(name) <> name_key`,
		`SELECT 'group ' || id || ' has a name that its key is not of' FROM user_groups WHERE lower(name) <> name_key`,
		`SELECT 'access key ' || id || ' is neither active nor inactive' FROM access_keys WHERE status NOT IN ('Active', 'Inactive')`,
		`SELECT 'account ' || id || ' has an id of another form' FROM accounts WHERE length(id) <> 12 OR id GLOB '*[^0-9]*'`,
		`SELECT 'trigger ' || name || ' has a page, and none is its own' FROM sqlite_schema WHERE type = 'trigger' AND rootpage <> 0`,
		`SELECT 'policy ' || id || ' has no version that holds' FROM managed_policies p WHERE NOT EXISTS
			(SELECT 1 FROM policy_versions v WHERE v.policy_id = p.id AND v.version = p.default_version)`,
	} {
		found, err := i.lines(ctx, query)
		if all = append(all, found...); err != nil {
			return all, err
		}
	}
	return all, nil
}

// secrets opens each, bound to its row as it is.
func (i *Inspection) secrets(ctx context.Context) (all []string, err error) {
	if i.root == nil {
		return []string{"it is sealed with a root key that is not the one given"}, nil
	}
	for _, t := range wrappedTables {
		found, err := i.secretsOf(ctx, t)
		if all = append(all, found...); err != nil {
			return all, err
		}
	}
	return all, nil
}

func (i *Inspection) secretsOf(ctx context.Context, t wrappedTable) (all []string, err error) {
	rows, err := i.db.QueryContext(ctx, `SELECT CAST(`+t.column+` AS text), `+t.other+`, secret FROM `+t.name)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id, other, wrapped string
		if err := rows.Scan(&id, &other, &wrapped); err != nil {
			return all, err
		}
		if _, err := i.root.unwrap(wrapped, t.row(id, other)); err != nil {
			all = append(all, "a secret of "+t.name+" does not open: "+id)
		}
	}
	return all, rows.Err()
}

// PurposeKey is the key of a purpose. Errors: ErrUnwrap, ErrNotFound.
func (i *Inspection) PurposeKey(ctx context.Context, p Purpose) (key [32]byte, err error) {
	var wrapped string
	if err := one(i.db.QueryRowContext(ctx, `SELECT secret FROM purpose_keys WHERE purpose = $1`, string(p)).Scan(&wrapped)); err != nil {
		return key, err
	}
	if i.root == nil {
		return key, ErrUnwrap
	}
	secret, err := i.root.unwrap(wrapped, purposeRow(p))
	if err != nil || copy(key[:], secret) != len(key) {
		return key, errors.Join(err, ErrUnwrap)
	}
	return key, nil
}

// documents reads every policy as a decision would, and every list.
func (i *Inspection) documents(ctx context.Context) (all []string, err error) {
	isJSON := func(text string) error {
		if !json.Valid([]byte(text)) {
			return errors.New("no JSON")
		}
		return nil
	}
	identity := func(text string) error {
		_, err := policy.ParseIdentity([]byte(text), policy.RoleInlineSize)
		return err
	}
	trust := func(text string) error { _, err := policy.ParseTrust([]byte(text)); return err }
	for _, kind := range []struct {
		query string
		check func(string) error
	}{
		{`SELECT 'policy ' || name || ' of ' || owner, document FROM inline_policies`, identity},
		{`SELECT 'version ' || version || ' of policy ' || policy_id, document FROM policy_versions`, identity},
		{`SELECT 'the trust policy of role ' || id, trust FROM roles`, trust},
		{`SELECT 'what role ' || id || ' trusts', trust_ids FROM roles`, isJSON},
		{`SELECT 'the audiences of provider ' || url, client_ids FROM providers`, isJSON},
		{`SELECT 'the thumbprints of provider ' || url, thumbprints FROM providers`, isJSON},
		{`SELECT 'the annotations of referrer ' || digest, annotations FROM referrers`, isJSON},
	} {
		texts, err := collectPairs(ctx, i.db, kind.query)
		if err != nil {
			return all, err
		}
		for name, text := range texts {
			if err := kind.check(text); err != nil {
				all = append(all, name+" cannot be read")
			}
		}
	}
	return all, nil
}

// Secret is the secret of an access key, active or not. Errors: ErrNotFound, ErrUnwrap.
func (i *Inspection) Secret(ctx context.Context, id principal.AccessKeyID) (principal.Secret, error) {
	var user, wrapped string
	err := one(i.db.QueryRowContext(ctx, `SELECT user_id, secret FROM access_keys WHERE id = $1`, string(id)).Scan(&user, &wrapped))
	if err != nil {
		return principal.Secret{}, err
	}
	if i.root == nil {
		return principal.Secret{}, ErrUnwrap
	}
	secret, err := i.root.unwrap(wrapped, secretRow(id, user))
	if err != nil {
		return principal.Secret{}, err
	}
	return principal.NewSecretFrom(string(secret)), nil
}

func (i *Inspection) lines(ctx context.Context, query string) ([]string, error) {
	return lines(ctx, i.db, query)
}

// lines are the rows of a query that answers texts.
func lines(ctx context.Context, q reader, query string, args ...any) (all []string, err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var l string
		if err := rows.Scan(&l); err != nil {
			return all, err
		}
		all = append(all, l)
	}
	return all, rows.Err()
}

func collectPairs(ctx context.Context, db *sql.DB, query string) (map[string]string, error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[string]string{}
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return all, err
		}
		all[name] = text
	}
	return all, rows.Err()
}
