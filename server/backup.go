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
func (r RootKeys) Backup(ctx context.Context, data string, w io.Writer) (backup.Report, error) {
	s, err := r.OpenStore(ctx, data)
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

// Restore makes a data folder of a backup, with the root key of the service that it is of: in a file, which is put into
// the folder, or given from outside, where it stays. Unless they are to be kept, every token and session that was given
// until now is revoked.
func (r RootKeys) Restore(ctx context.Context, from io.Reader, data, rootKey string, tokens Tokens) (backup.Report, error) {
	restrictFileModes()
	source, err := r.restoreSource(rootKey)
	if err != nil {
		return backup.Report{}, err
	}
	if _, err := os.Lstat(data); !errors.Is(err, fs.ErrNotExist) {
		return backup.Report{}, fmt.Errorf("%s is there already: a backup is restored into a new folder, never over another one", data)
	}
	data = filepath.Clean(data)
	whole := data + ".restored" // until the key is in it and the tokens are revoked
	report, err := backup.Restore(from, whole)
	if err != nil {
		return report, err
	}
	if err := admit(ctx, whole, source, rootKey, tokens); err != nil {
		return report, errors.Join(err, os.RemoveAll(whole))
	}
	return report, os.Rename(whole, data)
}

// restoreSource is the one place that the root key of a restore comes from.
func (r RootKeys) restoreSource(rootKey string) (RootKeySource, error) {
	outside, err := onlyOne(r.outside())
	switch {
	case rootKey == "" && errors.Is(err, ErrNoRootKey):
		return outside, errors.New("say where the root key is: --root-key FILE")
	case rootKey == "":
		return outside, err
	case !errors.Is(err, ErrNoRootKey):
		return outside, errors.Join(err, fmt.Errorf("the root key is given more than once (%s, --root-key %s): leave one of them", outside.Name, rootKey))
	}
	root, err := store.ReadRootKey(rootKey)
	return RootKeySource{rootKey, func() ([]*store.RootKey, error) { return []*store.RootKey{root}, nil }}, err
}

// admit makes sure that the root key opens what was restored, and puts it there when it came from a file.
func admit(ctx context.Context, data string, source RootKeySource, rootKey string, tokens Tokens) error {
	s, err := source.open(ctx, data, store.Config{})
	if errors.Is(err, store.ErrUnwrap) {
		return fmt.Errorf("%w. A backup needs the root key of the time when it was made: octroid keyring rewrap left it in root.key.ID", err)
	}
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
	if rootKey == "" {
		return nil
	}
	keys, err := source.read()
	if err != nil {
		return err
	}
	return keys[0].WriteFile(filepath.Join(data, rootKeyFile))
}
