package server

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"time"

	"github.com/octroi/octroi/audit"
	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/store"
)

// Files of a data folder.
const (
	rootKeyFile     = "root.key"
	databaseFile    = "octroi.db"
	databaseLogFile = databaseFile + "-wal" // while it is served, and after a crash
	engineFolder    = "registry"
	credentialsFile = "credentials"
	lockFile        = "lock"
)

// Administrator is the name of the user that the first start makes.
const Administrator = "administrator"

// prepare makes what a first start makes, or finds all of it. Each step can be cut off anywhere: the
// next start takes it up again.
func prepare(ctx context.Context, c Config, now func() time.Time) (*store.Store, error) {
	source, err := c.RootKeys.firstSource(c.Data)
	if err != nil {
		return nil, err
	}
	s, err := source.open(ctx, c.Data, store.Config{Now: now})
	if err != nil {
		return nil, err
	}
	if err := settle(ctx, c, s); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// AuditVerifier is what checks the audit log of a data folder.
func (r RootKeys) AuditVerifier(ctx context.Context, data string) (audit.Verifier, error) {
	s, err := r.OpenStore(ctx, data)
	if err != nil {
		return audit.Verifier{}, err
	}
	defer s.Close()
	c, err := auditConfig(ctx, data, s, nil)
	return audit.Verifier{Folder: data, PublicKey: audit.PublicKey(c.Seed), Deployment: c.Deployment}, err
}

// auditConfig is where the audit log of a data folder is, and what signs its head.
func auditConfig(ctx context.Context, data string, s *store.Store, now func() time.Time) (audit.Config, error) {
	seed, err := s.PurposeKey(ctx, store.AuditHead)
	return audit.Config{Folder: data, Seed: seed, Deployment: s.Deployment(), Now: now}, err
}

// takeFolder makes the data folder and keeps every other service off it until the file is closed.
func takeFolder(path string) (*os.File, error) {
	restrictFileModes()
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("making the data folder: %w", err)
	}
	if err := closedFolder(path); err != nil {
		return nil, err
	}
	return lock(filepath.Join(path, lockFile))
}

func closedFolder(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("the data folder %s is open to others (mode %04o): run chmod 700 %s", path, info.Mode().Perm(), path)
	}
	return nil
}

// settle makes the account and hands the administrator's key over.
func settle(ctx context.Context, c Config, s *store.Store) error {
	settled, err := s.Settled(ctx)
	if err != nil || settled {
		return err
	}
	account, err := firstAccount(ctx, c, s)
	if err != nil {
		return fmt.Errorf("making the account: %w", err)
	}
	if err := firstAdministrator(ctx, c, s, account); err != nil {
		return fmt.Errorf("making the administrator: %w", err)
	}
	return s.Settle(ctx)
}

func firstAccount(ctx context.Context, c Config, s *store.Store) (store.Account, error) {
	all, err := s.Accounts(ctx)
	if err != nil || len(all) > 0 {
		if len(all) > 0 {
			return all[0], nil
		}
		return store.Account{}, err
	}
	a := store.Account{ID: c.Account, Alias: c.Alias}
	if a.ID == "" {
		n, err := rand.Int(rand.Reader, big.NewInt(900_000_000_000))
		if err != nil {
			return a, err
		}
		a.ID = fmt.Sprint(n.Int64() + 100_000_000_000)
	}
	return a, s.CreateAccount(ctx, a)
}

// firstAdministrator makes the user with one key, in a file. Keys of an attempt that was cut off are dropped: nobody
// has seen them.
func firstAdministrator(ctx context.Context, c Config, s *store.Store, a store.Account) error {
	u, err := s.CreateUser(ctx, a.ID, Administrator)
	if errors.Is(err, store.ErrExists) {
		u, err = s.UserByName(ctx, a.ID, Administrator)
	}
	if err != nil {
		return err
	}
	keys, err := s.AccessKeys(ctx, u)
	if err != nil {
		return err
	}
	for _, k := range keys {
		if err := s.DeleteAccessKey(ctx, u, k.ID); err != nil {
			return err
		}
	}
	all, err := policy.Write(policy.Grant{Actions: []string{"*"}, Resources: []string{"*"}})
	if err == nil {
		err = s.PutInlinePolicy(ctx, u.Owner(), store.InlinePolicy{Name: Administrator, Document: string(all)})
	}
	if err != nil {
		return err
	}
	key, secret, err := s.CreateAccessKey(ctx, u)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n", key.ID, secret.Reveal())
	return WriteFile(filepath.Join(c.Data, credentialsFile), []byte(text))
}

// WriteFile writes a file of this user's only, whole or not at all, and on disk before it returns.
func WriteFile(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}
