package store

import (
	"context"
	"database/sql"
	"encoding/json"
)

// Referrer is a manifest that names another one, its subject.
//
// Source: OCI Distribution Specification 1.1, "Listing Referrers".
type Referrer struct {
	Subject, Digest, MediaType, ArtifactType string
	Size                                     int64
	Annotations                              map[string]string
}

// PutReferrer notes a referrer of a repository; the same one again changes nothing.
func (s *Store) PutReferrer(ctx context.Context, account, repository string, r Referrer) error {
	notes, err := json.Marshal(r.Annotations)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO referrers
			(account, repository, subject, digest, media_type, artifact_type, size, annotations) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (account, repository, subject, digest) DO UPDATE SET media_type = excluded.media_type`,
			account, repository, r.Subject, r.Digest, r.MediaType, r.ArtifactType, r.Size, string(notes))
		return err
	})
}

// Referrers lists what refers to a subject, by digest.
func (s *Store) Referrers(ctx context.Context, account, repository, subject string) ([]Referrer, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT digest, media_type, artifact_type, size, annotations FROM referrers
		WHERE account = $1 AND repository = $2 AND subject = $3 ORDER BY digest`, account, repository, subject)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := []Referrer{}
	for rows.Next() {
		r := Referrer{Subject: subject}
		var notes string
		if err := rows.Scan(&r.Digest, &r.MediaType, &r.ArtifactType, &r.Size, &notes); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(notes), &r.Annotations); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

// RemoveReferrer forgets a manifest as a referrer of anything in its repository. That it was none is no error.
func (s *Store) RemoveReferrer(ctx context.Context, account, repository, digest string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx,
			`DELETE FROM referrers WHERE account = $1 AND repository = $2 AND digest = $3`, account, repository, digest)
		return err
	})
}
