package store

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
)

// ManagedPolicy is a customer's managed policy, or one of AWS's.
type ManagedPolicy struct {
	Account           string // empty for AWS's
	ID, Name, Path    string
	Description       string
	DefaultVersion    int
	CreatedAt, Update time.Time
}

// ARN is the policy's Amazon Resource Name.
func (p ManagedPolicy) ARN() string {
	account := p.Account
	if account == "" {
		account = "aws"
	}
	return "arn:" + principal.Partition + ":iam::" + account + ":policy" + p.Path + p.Name
}

// PolicyVersion is a version of a managed policy.
type PolicyVersion struct {
	Version   int
	Document  string
	CreatedAt time.Time
}

// Quotas of managed policies.
//
// Source: IAM User Guide, "IAM and AWS STS quotas".
const (
	VersionsPerPolicy = 5
	AttachedPerOwner  = 10
)

// CreatePolicy makes a managed policy with its first version. Errors: ErrExists, ErrInvalid, *policy.MalformedError.
func (s *Store) CreatePolicy(ctx context.Context, p ManagedPolicy, document string, tags ...Tag) (ManagedPolicy, error) {
	if err := checkName("policy", p.Name, maxPolicyName); err != nil {
		return p, err
	}
	if err := checkPath(p.Path); err != nil {
		return p, err
	}
	if err := checkTags(tags); err != nil {
		return p, err
	}
	if _, err := policy.Parse([]byte(document)); err != nil {
		return p, err
	}
	p.ID, p.DefaultVersion, p.CreatedAt = principal.NewID(principal.PrefixPolicy), 1, s.now()
	p.Update = p.CreatedAt
	return p, s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO managed_policies
			(id, account, name, name_key, path, description, default_version, last_version, created_at, updated_at)
			VALUES ($1, $2, $3, $4, $5, $6, 1, 1, $7, $7)`,
			p.ID, p.Account, p.Name, folded(p.Name), p.Path, p.Description, millis(p.CreatedAt))
		if err != nil {
			return unique(err)
		}
		if err := putTags(ctx, tx, p.ID, tags); err != nil {
			return err
		}
		return insertVersion(ctx, tx, p.ID, PolicyVersion{1, document, p.CreatedAt})
	})
}

func insertVersion(ctx context.Context, tx *sql.Tx, id string, v PolicyVersion) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO policy_versions (policy_id, version, document, created_at) VALUES ($1, $2, $3, $4)`,
		id, v.Version, v.Document, millis(v.CreatedAt))
	return err
}

// CreatePolicyVersion adds a version. asDefault makes it the one in force. Errors: ErrLimit, ErrNotFound,
// *policy.MalformedError.
func (s *Store) CreatePolicyVersion(ctx context.Context, p ManagedPolicy, document string, asDefault bool) (PolicyVersion, error) {
	if _, err := policy.Parse([]byte(document)); err != nil {
		return PolicyVersion{}, err
	}
	v := PolicyVersion{Document: document, CreatedAt: s.now()}
	return v, s.write(ctx, func(tx *sql.Tx) error {
		n, err := count(ctx, tx, `SELECT count(*) FROM policy_versions WHERE policy_id = $1`, p.ID)
		if err != nil {
			return err
		}
		if n >= VersionsPerPolicy {
			return say(ErrLimit, "A managed policy can have up to %d versions. Before you create a new version, you must delete an existing version.", VersionsPerPolicy)
		}
		err = one(tx.QueryRowContext(ctx, `UPDATE managed_policies SET last_version = last_version + 1, updated_at = $1
			WHERE id = $2 RETURNING last_version`, millis(v.CreatedAt), p.ID).Scan(&v.Version))
		if err != nil {
			return err
		}
		if err := insertVersion(ctx, tx, p.ID, v); err != nil || !asDefault {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE managed_policies SET default_version = $1 WHERE id = $2`, v.Version, p.ID)
		return err
	})
}

// SetDefaultPolicyVersion puts another version in force. Errors: ErrNotFound.
func (s *Store) SetDefaultPolicyVersion(ctx context.Context, p ManagedPolicy, version int) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		return touched(tx.ExecContext(ctx, `UPDATE managed_policies SET default_version = $1, updated_at = $2
			WHERE id = $3 AND EXISTS (SELECT 1 FROM policy_versions WHERE policy_id = $3 AND version = $1)`, version, millis(s.now()), p.ID))
	})
}

// DeletePolicyVersion removes a version that is not in force. Errors: ErrInUse, ErrNotFound.
func (s *Store) DeletePolicyVersion(ctx context.Context, p ManagedPolicy, version int) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		n, err := count(ctx, tx, `SELECT count(*) FROM managed_policies WHERE id = $1 AND default_version = $2`, p.ID, version)
		if err != nil {
			return err
		}
		if n > 0 {
			return say(ErrInUse, "Cannot delete the default version of a policy.")
		}
		return touched(tx.ExecContext(ctx, `DELETE FROM policy_versions WHERE policy_id = $1 AND version = $2`, p.ID, version))
	})
}

// DeletePolicy removes a managed policy that nobody has and that has one version. Errors: ErrInUse, ErrNotFound.
func (s *Store) DeletePolicy(ctx context.Context, p ManagedPolicy) error {
	arn := p.ARN()
	return s.write(ctx, func(tx *sql.Tx) error {
		for _, r := range []bare{
			{`SELECT count(*) FROM attachments WHERE arn = $1`, "a policy attached to entities."},
			{`SELECT count(*) FROM users WHERE boundary = $1`, "a policy attached to entities."},
			{`SELECT count(*) FROM roles WHERE boundary = $1`, "a policy attached to entities."},
		} {
			n, err := count(ctx, tx, r.count, arn)
			if err != nil {
				return err
			}
			if n > 0 {
				return say(ErrInUse, "Cannot delete %s", r.what)
			}
		}
		n, err := count(ctx, tx, `SELECT count(*) FROM policy_versions WHERE policy_id = $1`, p.ID)
		if err != nil {
			return err
		}
		if n > 1 {
			return say(ErrInUse, "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.")
		}
		if err := dropHeld(ctx, tx, p.ID); err != nil {
			return err
		}
		return touched(tx.ExecContext(ctx, `DELETE FROM managed_policies WHERE id = $1`, p.ID))
	})
}

const policyColumns = `account, id, name, path, description, default_version, created_at, updated_at`

func scanPolicy(row scanner) (ManagedPolicy, error) {
	var p ManagedPolicy
	var created, updated int64
	err := one(row.Scan(&p.Account, &p.ID, &p.Name, &p.Path, &p.Description, &p.DefaultVersion, &created, &updated))
	p.CreatedAt, p.Update = fromMillis(created), fromMillis(updated)
	return p, err
}

// policyParts takes the ARN of a managed policy apart.
func policyParts(arn string) (account, path, name string, ok bool) {
	a, err := principal.ParseARN(arn)
	rest, found := strings.CutPrefix(a.Resource, "policy/")
	if err != nil || !found || a.Partition != principal.Partition || a.Service != "iam" || a.Region != "" {
		return "", "", "", false
	}
	i := strings.LastIndexByte(rest, '/')
	return a.Account, "/" + rest[:i+1], rest[i+1:], true
}

// Policy finds a managed policy by its ARN, for somebody of an account: its own, or AWS's. Errors: ErrNotFound.
func (s *Store) Policy(ctx context.Context, account, arn string) (ManagedPolicy, error) {
	owner, path, name, ok := policyParts(arn)
	if !ok {
		return ManagedPolicy{}, ErrNotFound
	}
	if owner == "aws" {
		p, _, err := awsPolicy(arn)
		return p, err
	}
	if owner != account {
		return ManagedPolicy{}, ErrNotFound
	}
	p, err := scanPolicy(s.db.QueryRowContext(ctx,
		`SELECT `+policyColumns+` FROM managed_policies WHERE account = $1 AND name_key = $2 AND path = $3`, owner, folded(name), path))
	if err == nil && p.Name != name {
		err = ErrNotFound // an ARN is compared with case
	}
	return p, err
}

// Policies lists an account's managed policies by name, without AWS's.
func (s *Store) Policies(ctx context.Context, account string) ([]ManagedPolicy, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT `+policyColumns+` FROM managed_policies WHERE account = $1 ORDER BY name_key`, account)
	if err != nil {
		return nil, err
	}
	return scanAll(rows, scanPolicy)
}

// PolicyVersions lists the versions of a managed policy, the newest first.
func (s *Store) PolicyVersions(ctx context.Context, p ManagedPolicy) ([]PolicyVersion, error) {
	if p.Account == "" {
		_, v, err := awsPolicy(p.ARN())
		return []PolicyVersion{v}, err
	}
	rows, err := s.db.QueryContext(ctx, `SELECT version, document, created_at FROM policy_versions WHERE policy_id = $1 ORDER BY version DESC`, p.ID)
	if err != nil {
		return nil, err
	}
	return scanAll(rows, func(row scanner) (PolicyVersion, error) {
		var v PolicyVersion
		var created int64
		err := row.Scan(&v.Version, &v.Document, &created)
		v.CreatedAt = fromMillis(created)
		return v, err
	})
}

// document is the one in force of a managed policy.
func documentOf(ctx context.Context, q reader, arn string) (string, error) {
	owner, path, name, ok := policyParts(arn)
	if !ok {
		return "", ErrNotFound
	}
	if owner == "aws" {
		_, v, err := awsPolicy(arn)
		return v.Document, err
	}
	var text string
	err := one(q.QueryRowContext(ctx, `SELECT v.document FROM managed_policies p
		JOIN policy_versions v ON v.policy_id = p.id AND v.version = p.default_version
		WHERE p.account = $1 AND p.name = $2 AND p.path = $3`, owner, name, path).Scan(&text))
	return text, err
}
