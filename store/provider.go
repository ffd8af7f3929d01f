package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/octroi/octroi/principal"
)

// Provider is an OpenID Connect provider that an account trusts.
type Provider struct {
	Account     string
	URL         string // without the scheme, which is https: as condition keys and ARNs have it
	ClientIDs   []string
	Thumbprints []string
	Internal    bool   // private addresses may be asked for its keys
	OneTime     bool   // a token is taken once
	JWKS        string // its keys, where they are not to be asked for
	CA          string // PEM: what its certificate is verified with, beside the system's
	CreatedAt   time.Time
}

// ARN is the provider's Amazon Resource Name.
func (p Provider) ARN() string { return ProviderARN(p.Account, p.URL) }

// ProviderARN is the ARN of an account's provider.
func ProviderARN(account, url string) string {
	return "arn:" + principal.Partition + ":iam::" + account + ":oidc-provider/" + url
}

// Tagged is what the provider's tags are on.
func (p Provider) Tagged() Tagged {
	return Tagged{"providers", `account || ' ' || url`, p.Account + " " + p.URL}
}

// CreateProvider begins to trust a provider. Errors: ErrExists. What the URL may be is the caller's matter.
func (s *Store) CreateProvider(ctx context.Context, p Provider, tags ...Tag) (Provider, error) {
	if err := checkTags(tags); err != nil {
		return p, err
	}
	p.CreatedAt = s.now()
	return p, s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO providers
			(account, url, client_ids, thumbprints, internal, one_time, jwks, ca, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			p.Account, p.URL, list(p.ClientIDs), list(p.Thumbprints), flag(p.Internal), flag(p.OneTime), p.JWKS, p.CA, millis(p.CreatedAt))
		if err != nil {
			return unique(err)
		}
		return putTags(ctx, tx, p.Tagged().id, tags)
	})
}

// UpdateProvider replaces all that may change of a provider. Errors: ErrNotFound.
func (s *Store) UpdateProvider(ctx context.Context, p Provider) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		return touched(tx.ExecContext(ctx, `UPDATE providers SET client_ids = $1, thumbprints = $2, internal = $3, one_time = $4, jwks = $5, ca = $6
			WHERE account = $7 AND url = $8`, list(p.ClientIDs), list(p.Thumbprints), flag(p.Internal), flag(p.OneTime), p.JWKS, p.CA, p.Account, p.URL))
	})
}

// DeleteProvider ends the trust in a provider. Errors: ErrNotFound.
func (s *Store) DeleteProvider(ctx context.Context, account, url string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if err := touched(tx.ExecContext(ctx, `DELETE FROM providers WHERE account = $1 AND url = $2`, account, url)); err != nil {
			return err
		}
		return dropHeld(ctx, tx, Provider{Account: account, URL: url}.Tagged().id)
	})
}

const providerColumns = `account, url, client_ids, thumbprints, internal, one_time, jwks, ca, created_at`

func scanProvider(row scanner) (Provider, error) {
	var p Provider
	var clients, thumbprints string
	var internal, once, created int64
	err := one(row.Scan(&p.Account, &p.URL, &clients, &thumbprints, &internal, &once, &p.JWKS, &p.CA, &created))
	if err != nil {
		return p, err
	}
	p.Internal, p.OneTime, p.CreatedAt = internal == 1, once == 1, fromMillis(created)
	if err := json.Unmarshal([]byte(clients), &p.ClientIDs); err != nil {
		return p, err
	}
	return p, json.Unmarshal([]byte(thumbprints), &p.Thumbprints)
}

// Provider finds a provider. Errors: ErrNotFound.
func (s *Store) Provider(ctx context.Context, account, url string) (Provider, error) {
	return cached(ctx, s, cacheKey{"provider", account, url}, func() (Provider, error) {
		return scanProvider(s.db.QueryRowContext(ctx, `SELECT `+providerColumns+` FROM providers WHERE account = $1 AND url = $2`, account, url))
	})
}

// Providers lists an account's providers by URL.
func (s *Store) Providers(ctx context.Context, account string) ([]Provider, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT `+providerColumns+` FROM providers WHERE account = $1 ORDER BY url`, account)
	if err != nil {
		return nil, err
	}
	return scanAll(rows, scanProvider)
}

func list(texts []string) string {
	if texts == nil {
		texts = []string{}
	}
	b, err := json.Marshal(texts)
	if err != nil {
		return "[]" // strings always marshal
	}
	return string(b)
}

func flag(set bool) int64 {
	if set {
		return 1
	}
	return 0
}
