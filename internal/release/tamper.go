package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// tamper alters a copy of a release in each way, and sees the commands of docs/releases.md fail.
func tamper(ctx context.Context, release string) error {
	work, err := os.MkdirTemp("", "octroi-tamper-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	folder := filepath.Join(work, "release")
	if err := os.CopyFS(folder, os.DirFS(release)); err != nil {
		return err
	}
	if err := checkSums(ctx, folder); err != nil {
		return err
	}
	all, err := sums(folder)
	if err != nil {
		return err
	}
	for _, name := range sorted(all) {
		if err := detected(filepath.Join(folder, name), func() error { return checkSums(ctx, folder) }); err != nil {
			return err
		}
	}
	return tamperSigned(ctx, work, filepath.Join(folder, sumsFile))
}

// detected flips a bit of a file, and is an error when check does not mind.
func detected(path string, check func() error) error {
	text, err := os.ReadFile(path)
	if err != nil || len(text) == 0 {
		return errors.Join(err, fmt.Errorf("%s is empty", path))
	}
	text[len(text)/2] ^= 1
	err = os.WriteFile(path, text, 0o644)
	if err == nil && check() == nil {
		err = fmt.Errorf("%s was altered, and nothing notices", filepath.Base(path))
	}
	text[len(text)/2] ^= 1
	return errors.Join(err, os.WriteFile(path, text, 0o644))
}

// tamperSigned signs with a key of the moment.
func tamperSigned(ctx context.Context, work, list string) error {
	allowed := filepath.Join(work, "allowed")
	for _, name := range []string{"key", "other"} {
		if _, err := output(exec.CommandContext(ctx, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", signer, "-f", filepath.Join(work, name))); err != nil {
			return err
		}
	}
	public, err := os.ReadFile(filepath.Join(work, "key.pub"))
	if err == nil {
		err = os.WriteFile(allowed, []byte(signer+" "+strings.TrimSpace(string(public))+"\n"), 0o644)
	}
	if err == nil {
		err = sign(ctx, filepath.Join(work, "key"), list)
	}
	check := func() error { return checkSignature(ctx, allowed, list) }
	if err = errors.Join(err, check()); err != nil {
		return err
	}
	if err := errors.Join(detected(list, check), detected(list+".sig", check)); err != nil {
		return err
	}
	if err := sign(ctx, filepath.Join(work, "other"), list); err != nil {
		return err
	}
	if check() == nil {
		return errors.New("another key's signature is taken")
	}
	return nil
}
