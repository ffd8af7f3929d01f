package credential

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"time"
)

// Logins are those that the store's file holds, by their key. A file that is not there holds none.
func (s Store) Logins() (all []Held, err error) {
	c, err := readConfig(s.path, s.tool)
	if err != nil {
		return nil, err
	}
	for key, raw := range c.auths {
		if held, ok := heldIn(key, raw); ok {
			held.Tool, held.Where = s.tool, s.path
			all = append(all, held)
		}
	}
	slices.SortFunc(all, func(a, b Held) int { return strings.Compare(a.Key, b.Key) })
	return all, nil
}

// Prune removes the logins that have ended: those of the file, and those of the helper that it names. wanted chooses
// among them.
func (s Store) Prune(ctx context.Context, now time.Time, wanted func(host string) bool) (removed []Held, err error) {
	if _, err := os.Stat(s.path); errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	var helpers []string
	err = s.change(func(c *config) error {
		for key, raw := range c.auths {
			held, ok := heldIn(key, raw)
			if ok && held.Stale(now) && wanted(held.Host) {
				held.Tool, held.Where = s.tool, s.path
				delete(c.auths, key)
				c.changed, removed = true, append(removed, held)
			}
		}
		helpers = c.foreign()
		return nil
	})
	for _, name := range helpers {
		if err == nil {
			var more []Held
			more, err = s.pruneHelper(ctx, name, now, wanted)
			removed = append(removed, more...)
		}
	}
	slices.SortFunc(removed, func(a, b Held) int { return strings.Compare(a.Key, b.Key) })
	return removed, err
}

// foreign are the helpers that keep logins; ours keeps none that has ended.
func (c *config) foreign() (names []string) {
	for _, name := range c.helpers {
		names = append(names, name)
	}
	names = append(names, c.usual)
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(name string) bool { return name == "" || name == ownHelper })
}

// pruneHelper asks a helper for its logins. One that cannot list them keeps them: it may not even be meant to keep
// any.
func (s Store) pruneHelper(ctx context.Context, name string, now time.Time, wanted func(string) bool) (removed []Held, err error) {
	users, err := helperList(ctx, name)
	if err != nil {
		return nil, nil
	}
	for key, user := range users {
		if user != loginUser || !wanted(hostOf(key)) {
			continue
		}
		password, err := helperGet(ctx, name, key)
		if err != nil {
			continue
		}
		held := Held{Tool: s.tool, Where: "docker-credential-" + name, Key: key, Host: hostOf(key), User: user}
		held.Expires, held.Dated = Expiry(user, password.Reveal())
		if !held.Stale(now) {
			continue
		}
		if _, err := helperErase(ctx, name, key); err != nil {
			return removed, err
		}
		removed = append(removed, held)
	}
	return removed, nil
}
