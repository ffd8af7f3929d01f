package credential

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
)

// Answer is what a tool finds for a host in one of its files.
type Answer struct {
	Helper string // the NAME of docker-credential-NAME, or empty
	Held   *Held  // the login that the file holds, which counts when no helper does
}

// Answer looks a host up as the tool does. A file that is not there has nothing.
func (s Store) Answer(host string) (Answer, error) {
	c, err := readConfig(s.path, s.tool)
	if err != nil {
		return Answer{}, err
	}
	a := Answer{Helper: c.helper(host)}
	for key, raw := range c.auths {
		if held, ok := heldIn(key, raw); ok && held.Host == host {
			held.Tool, held.Where = s.tool, s.path
			a.Held = &held
		}
	}
	return a, nil
}

// Helpers are all the helpers that the file names.
func (s Store) Helpers() ([]string, error) {
	c, err := readConfig(s.path, s.tool)
	if err != nil {
		return nil, err
	}
	names := []string{c.usual}
	for _, name := range c.helpers {
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(name string) bool { return name == "" }), nil
}

// Lasting is the store of a tool where a setting is kept: podman's first file is emptied by a restart.
func Lasting(all []Store, tool string) Store {
	var found Store
	for _, s := range all {
		if s.tool == tool {
			found = s
		}
	}
	return found
}

// Change is one setting that was changed, or would be.
type Change struct {
	Name     string // as credHelpers["public.ecr.aws"]
	Old, New string // empty for none
}

// ErrNoUsual reports a tool that has no helper for all hosts.
var ErrNoUsual = errors.New("podman, buildah and skopeo know no credsStore: name the hosts")

// ErrHidden reports a file whose own logins nobody would look at any more.
var ErrHidden = errors.New("with a credsStore the logins in the file itself do not count any more: name the hosts instead, " +
	"or move these logins into a helper first")

// Delegation says who shall answer.
type Delegation struct {
	Hosts []string // for these, docker-credential-octroi
	All   bool     // and for all others
	Dry   bool     // only say what would change
}

// Delegate makes docker-credential-octroi answer, and says what changed. inner is the helper that answered for all
// hosts before.
func (s Store) Delegate(d Delegation) (changes []Change, inner string, err error) {
	if d.All && s.tool == Podman {
		return nil, "", ErrNoUsual
	}
	apply := func(c *config) error {
		if hidden := c.hidden(d); d.All && c.usual == "" && hidden != "" {
			return fmt.Errorf("%w: it holds one for %s", ErrHidden, hidden)
		}
		changes, inner = c.delegate(d)
		c.changed = len(changes) > 0
		return c.keepHelpers()
	}
	if d.Dry {
		c, err := readConfig(s.path, s.tool)
		if err == nil {
			err = apply(c)
		}
		if err != nil {
			return nil, "", s.failed(err)
		}
		return changes, inner, nil
	}
	return changes, inner, s.change(apply)
}

// hidden is a host whose login in the file would not be looked at any more, or "".
func (c *config) hidden(d Delegation) string {
	for key, raw := range c.auths {
		if held, ok := heldIn(key, raw); ok && c.helpers[held.Host] == "" && !slices.Contains(d.Hosts, held.Host) {
			return held.Host
		}
	}
	return ""
}

func (c *config) delegate(d Delegation) (changes []Change, inner string) {
	for _, host := range d.Hosts {
		if old := c.helpers[host]; old != ownHelper {
			changes = append(changes, Change{`credHelpers["` + host + `"]`, old, ownHelper})
		}
		if c.helpers == nil {
			c.helpers = map[string]string{}
		}
		c.helpers[host] = ownHelper
	}
	if d.All && c.usual != ownHelper {
		inner = c.usual
		changes = append(changes, Change{"credsStore", c.usual, ownHelper})
		c.usual = ownHelper
	}
	return changes, inner
}

// keepHelpers puts the helpers back among the file's members.
func (c *config) keepHelpers() error {
	if !c.changed {
		return nil
	}
	for name, value := range map[string]any{"credHelpers": c.helpers, "credsStore": c.usual} {
		raw, err := json.Marshal(value)
		if err != nil {
			return err
		}
		if string(raw) == `""` || string(raw) == "null" {
			continue // nothing was there, and nothing is
		}
		c.member[name] = raw
	}
	return nil
}

// Mode is the file's permission bits, and whether it is there.
func (s Store) Mode() (os.FileMode, bool) {
	info, err := os.Stat(s.path)
	if err != nil {
		return 0, false
	}
	return info.Mode().Perm(), true
}
