package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/octroi/octroi/backup"
	"github.com/octroi/octroi/registry/engine"
	"github.com/octroi/octroi/store"
)

// Backup copies a data folder to w, also while it is served. The root key is not copied.
func Backup(ctx context.Context, data string, w io.Writer) (backup.Report, error) {
	s, err := OpenStore(ctx, data)
	if err != nil {
		return backup.Report{}, err
	}
	defer s.Close()
	kept, err := keepAll(data)
	if err != nil {
		return backup.Report{}, err
	}
	defer kept.Close()
	return backup.Write(ctx, backup.Source{Data: data, Store: s, Database: databaseFile,
		Links: filepath.Join(engineFolder, engine.Links), Blobs: filepath.Join(engineFolder, engine.Blobs)}, w)
}

// Tokens is what a restore does with the tokens and sessions that were given before it.
type Tokens bool

// Some of them may have been revoked since the backup, which nobody can tell any more.
const (
	RevokeTokens Tokens = false
	KeepTokens   Tokens = true
)

// Restore makes a data folder of a backup, with the root key of the service that it is of. Unless they are to be kept,
// every token and session that was given until now is revoked.
func Restore(ctx context.Context, r io.Reader, data, rootKey string, tokens Tokens) (backup.Report, error) {
	restrictFileModes()
	root, err := store.ReadRootKey(rootKey)
	if err != nil {
		return backup.Report{}, err
	}
	if _, err := os.Lstat(data); !errors.Is(err, fs.ErrNotExist) {
		return backup.Report{}, fmt.Errorf("%s is there already: a backup is restored into a new folder, never over another one", data)
	}
	data = filepath.Clean(data)
	whole := data + ".restored" // until the key is in it and the tokens are revoked
	report, err := backup.Restore(r, whole)
	if err != nil {
		return report, err
	}
	if err := admit(ctx, whole, root, rootKey, tokens); err != nil {
		return report, errors.Join(err, os.RemoveAll(whole))
	}
	return report, os.Rename(whole, data)
}

// admit makes sure that the root key opens what was restored, and puts it there.
func admit(ctx context.Context, data string, root *store.RootKey, rootKey string, tokens Tokens) error {
	s, err := store.Open(ctx, store.Config{Path: filepath.Join(data, databaseFile), Root: root})
	if err != nil {
		return err
	}
	_, err = s.TokenKeys(ctx)
	if err == nil && tokens == RevokeTokens {
		err = s.Revoke(ctx, store.RevokeAll, "", time.Now().Add(time.Second))
	}
	if err = errors.Join(err, s.Close()); err != nil {
		return fmt.Errorf("opening what was restored: %w", err)
	}
	text, err := os.ReadFile(rootKey)
	if err != nil {
		return err
	}
	return WriteFile(filepath.Join(data, rootKeyFile), text)
}
