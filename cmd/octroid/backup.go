package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/octroi/octroi/backup"
	"github.com/octroi/octroi/internal/priority"
	"github.com/octroi/octroi/server"
)

func backupCommand(s streams) *cobra.Command {
	p := s.place()
	c := &cobra.Command{Use: "backup FILE --data DIR", Short: "Copy everything but the root key to a file, also while the service runs (FILE - is standard output)", Args: exactly(1),
		Long: "Copy everything but the root key to a file, also while the service runs.\n\n" +
			"Keep a copy of the root key elsewhere: without it a backup opens nothing, and with it whoever has both has every key.",
		RunE: func(cmd *cobra.Command, args []string) error {
			data, err := p.folder()
			if err != nil {
				return err
			}
			priority.Yield()
			if args[0] == "-" {
				_, err := p.keys.Backup(cmd.Context(), data, s.out)
				return err
			}
			return backupTo(cmd, s, p, data, args[0])
		}}
	return p.flags(c)
}

// backupTo writes the file beside its place first: half a backup is none.
func backupTo(cmd *cobra.Command, s streams, p place, data, path string) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%s is there already: a backup is never written over another file", path)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".backup-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	r, err := p.keys.Backup(cmd.Context(), data, &backup.Steady{File: f})
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return done(s, p, fmt.Sprintf("wrote %s: %d files, %d bytes; it is sealed with root key %s, which is not in it: keep that elsewhere", path, r.Files, r.Bytes, r.RootKey))
}

func restoreCommand(s streams) *cobra.Command {
	p := s.place()
	var rootKey string
	var keep bool
	c := &cobra.Command{Use: "restore FILE --data DIR [--root-key FILE]", Short: "Make a new data folder of a backup; every token and session given before is revoked", Args: exactly(1),
		Long: "Make a new data folder of a backup, and of the root key of the service that it is of.\n\n" +
			"Tokens and sessions that were given before are revoked, since some may have been revoked after the backup was made. So\n" +
			"may have been access keys and users: look through them before the service is reached again.",
		RunE: func(cmd *cobra.Command, args []string) error {
			data, err := p.folder()
			if err != nil {
				return err
			}
			var from io.Reader = s.in
			if args[0] != "-" {
				f, err := os.Open(args[0])
				if err != nil {
					return err
				}
				defer f.Close()
				from = f
			}
			r, err := p.keys.Restore(cmd.Context(), from, data, rootKey, server.Tokens(keep))
			if err != nil {
				return err
			}
			tokens := "every token and session given before is refused: clients log in again"
			if keep {
				tokens = "tokens and sessions given before are taken"
			}
			return done(s, p, fmt.Sprintf("restored %s: %d files, %d bytes, as of %s; %s", data, r.Files, r.Bytes, r.MadeAt.Format("2006-01-02T15:04:05Z"), tokens))
		}}
	c.Flags().StringVar(&rootKey, "root-key", "", "file with the root key of the service that the backup is of; not needed when OCTROID_ROOT_KEY or a credential gives it")
	c.Flags().BoolVar(&keep, "keep-tokens", false, "leave tokens and sessions valid that were given before")
	return p.flags(c)
}
