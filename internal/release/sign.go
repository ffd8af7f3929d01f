package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
)

// A signature is one of OpenSSH's: nearly every machine can check it, and a key in hardware can make it.
//
// Source: ssh-keygen(1), "-Y sign"; openssh's PROTOCOL.sshsig.
const (
	signer    = "release@octroi"
	namespace = "octroi-release"
)

// sign writes FILE.sig with a private key's file.
func sign(ctx context.Context, key, path string) error {
	if err := os.Remove(path + ".sig"); err != nil && !os.IsNotExist(err) {
		return err
	}
	_, err := output(exec.CommandContext(ctx, "ssh-keygen", "-q", "-Y", "sign", "-f", key, "-n", namespace, path))
	return err
}

// checkSignature is the command of docs/releases.md. The file of allowed signers is the reader's: a line
// "release@octroi ssh-ed25519 AAAA...".
func checkSignature(ctx context.Context, allowed, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	c := exec.CommandContext(ctx, "ssh-keygen", "-Y", "verify", "-f", allowed, "-I", signer, "-n", namespace, "-s", path+".sig")
	c.Stdin = f
	if _, err := output(c); err != nil {
		return fmt.Errorf("the signature of %s: %w", path, err)
	}
	return nil
}
