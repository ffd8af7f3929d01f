package store

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ReadCredentialKey reads a root key that systemd put into a folder of credentials.
//
// Such files are not what Private takes: they belong to root, with an access list for the unit's user that shows as
// the group's right to read, or to the unit's user where the file system has no access lists. Exactly that is taken,
// in a folder that nobody can write to: a mode of 0440 anywhere else is a file that a group reads.
//
// Source: systemd.exec(5), "Credentials"; systemd's exec-credential.c, write_credential and acquire_credentials.
func ReadCredentialKey(folder, name string) (*RootKey, error) {
	path := filepath.Join(folder, name)
	if err := credential(folder, path); err != nil {
		return nil, fmt.Errorf("reading the root key: %w", err)
	}
	return readRootKey(path)
}

func credential(folder, path string) error {
	if !filepath.IsAbs(folder) {
		return fmt.Errorf("the folder of credentials %q is no absolute path", folder)
	}
	if err := credentialMode(folder, fs.ModeDir, 0o550); err != nil {
		return err
	}
	return credentialMode(path, 0, 0o440)
}

// credentialMode wants this type and at most these rights; the group's only of root's group, of what is root's.
func credentialMode(path string, kind, most fs.FileMode) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	uid, gid, ok := owner(info)
	mode := info.Mode()
	switch {
	case mode.Type() != kind:
		return fmt.Errorf("%s is not of systemd's making: it is a %v", path, mode.Type())
	case mode.Perm()&^most != 0:
		return fmt.Errorf("%s is not of systemd's making: its mode is %04o, and not %04o at most", path, mode.Perm(), most)
	case !ok || uid != 0 && uid != os.Geteuid():
		return fmt.Errorf("%s is not of systemd's making: it belongs to another user than root and this one", path)
	case mode.Perm()&0o070 != 0 && (uid != 0 || gid != 0):
		return fmt.Errorf("%s is not of systemd's making: a group can read it", path)
	}
	return nil
}
