package credential

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// maxConfig bounds config.json. Real ones have kilobytes.
const maxConfig = 4 << 20

// The file is written as a whole and renamed into place, and everything in it that is not ours stays. The tools
// take no lock; a lock of ours keeps parallel logins of this program from undoing each other.
//
// oras-go's credentials package does the same, but linking it costs every command, also those that log in
// nowhere, 0.7 of a Go hello-world in start-up. The tests read what is written here through it.

// Put keeps a login.
func (s Store) Put(ctx context.Context, h Host, t Token) error {
	return s.change(func(c *config) error {
		switch helper := c.helper(h.Name); helper {
		case "":
		case ownHelper:
			return nil // it gets a token of its own when it is asked
		default:
			return helperStore(ctx, helper, h.Name, t.User, t.Password)
		}
		login := base64.StdEncoding.EncodeToString([]byte(t.User + ":" + t.Password.Reveal()))
		return c.set(h.Name, map[string]string{"auth": login})
	})
}

// Remove forgets a login, and reports whether there was one.
func (s Store) Remove(ctx context.Context, h Host) (found bool, err error) {
	if _, err := os.Stat(s.path); errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	err = s.change(func(c *config) error {
		found = c.remove(h.Name)
		helper := c.helper(h.Name)
		if helper == "" {
			return nil
		}
		if helper == ownHelper { // it holds no login of the user's, but forgets what it has kept for its own use
			_, err := helperErase(ctx, helper, h.Name)
			if errors.Is(err, exec.ErrNotFound) {
				err = nil
			}
			return err
		}
		held, err := helperErase(ctx, helper, h.Name)
		found = found || held
		return err
	})
	return found, err
}

// change reads the file anew under the lock, so that what another process wrote before is seen, and writes it
// when the change changed it.
func (s Store) change(change func(*config) error) error {
	err := os.MkdirAll(filepath.Dir(s.path), 0o700)
	if err != nil {
		return s.failed(err)
	}
	path := s.path
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target // the rename must not put a file in the link's place
	}
	unlock, err := lock(path + ".lock")
	if err != nil {
		return s.failed(err)
	}
	defer unlock()
	c, err := readConfig(path, s.tool)
	if err != nil {
		return s.failed(err)
	}
	if err = change(c); err == nil && c.changed {
		err = c.write(path)
	}
	if err != nil {
		return s.failed(err)
	}
	return nil
}

func (s Store) failed(err error) error {
	return fmt.Errorf("cannot change the logins in %s: %w", s.path, err)
}

// config is config.json: the members that matter here, and all others as they were.
//
// Source: docker CLI reference, "Docker CLI configuration file (config.json) properties".
type config struct {
	member  map[string]json.RawMessage
	auths   map[string]json.RawMessage
	helpers map[string]string // credHelpers: a helper for one host
	usual   string            // credsStore: the helper for all others
	changed bool
}

// ownHelper is docker-credential-octroi.
const ownHelper = "octroi"

// readConfig reads a file as the tool does: podman knows no credsStore.
func readConfig(path, tool string) (*config, error) {
	c := &config{member: map[string]json.RawMessage{}, auths: map[string]json.RawMessage{}}
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxConfig+1))
	switch {
	case err != nil:
		return nil, err
	case len(data) > maxConfig:
		return nil, errors.New("it is longer than 4 MiB")
	case strings.TrimSpace(string(data)) == "":
		return c, nil
	}
	if err := json.Unmarshal(data, &c.member); err != nil || c.member == nil {
		return nil, errors.New("it is no JSON object: repair it, or move it away")
	}
	for name, into := range map[string]any{"auths": &c.auths, "credHelpers": &c.helpers, "credsStore": &c.usual} {
		if raw, ok := c.member[name]; ok && json.Unmarshal(raw, into) != nil {
			return nil, fmt.Errorf("its member %s has another form than docker's", name)
		}
	}
	if c.auths == nil { // "auths": null
		c.auths = map[string]json.RawMessage{}
	}
	if tool == Podman {
		c.usual = ""
	}
	return c, nil
}

// helper is the credential helper that holds a host's login, or "" when the file does.
func (c *config) helper(host string) string {
	if name, ok := c.helpers[host]; ok {
		return name
	}
	return c.usual
}

func (c *config) set(host string, login map[string]string) error {
	raw, err := json.Marshal(login)
	c.auths[host], c.changed = raw, true
	return err
}

// remove drops a host's logins under all the keys that docker looks at: the host, or a URL of it.
func (c *config) remove(host string) (found bool) {
	for key := range c.auths {
		bare := strings.TrimPrefix(strings.TrimPrefix(key, "http://"), "https://")
		if bare, _, _ = strings.Cut(bare, "/"); bare == host {
			delete(c.auths, key)
			c.changed, found = true, true
		}
	}
	return found
}

// write puts the file in place as a whole, for its owner only.
func (c *config) write(path string) error {
	if len(c.auths) > 0 || c.member["auths"] != nil {
		raw, err := json.Marshal(c.auths)
		if err != nil {
			return err
		}
		c.member["auths"] = raw
	}
	data, err := json.MarshalIndent(c.member, "", "\t")
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".config-*.json") // made with mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(append(data, '\n'))
	if synced := f.Sync(); err == nil {
		err = synced
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
