package hosts

import (
	"errors"
	"fmt"
	"strings"
)

// Config is the user's configuration. Its zero value knows Amazon's public registry.
type Config struct {
	Entries     []Entry `json:"entries,omitempty"`
	InnerHelper string  `json:"inner_helper,omitempty"` // docker-credential-NAME that answers for all other hosts
}

// maxEntries bounds a configuration.
const maxEntries = 1000

// Check finds what cannot be meant, in an entry or between them.
func (c Config) Check() error {
	if len(c.Entries) > maxEntries {
		return fmt.Errorf("more than %d hosts: use patterns", maxEntries)
	}
	seen := make(map[string]bool, len(c.Entries))
	for _, e := range c.Entries {
		if err := e.Check(); err != nil {
			return err
		}
		if seen[e.Host] {
			return fmt.Errorf("host %q: is there twice", e.Host)
		}
		seen[e.Host] = true
	}
	return CheckHelper(c.InnerHelper)
}

// ErrUnknown reports a host that nothing was configured for.
var ErrUnknown = errors.New("no entry for this host: add it to the configuration file, with `anonymous: true` when it needs no login")

// Match is what is configured for a host: the entry that names it, else the first pattern that fits, else Amazon's
// own when it is that. It fails for a host that is only reached in plaintext, unless its entry allows it.
func (c Config) Match(h Host) (Entry, error) {
	e, ok := c.find(h.Name)
	switch {
	case !ok && h.Amazon():
		e = Entry{Host: h.Name}
	case !ok:
		return Entry{}, ErrUnknown
	}
	if h.Scheme == "http" && !h.Loopback() && !e.Plaintext && e.InnerHelper == "" && !e.Anonymous {
		return Entry{}, ErrPlaintext
	}
	return e, nil
}

func (c Config) find(name string) (Entry, bool) {
	for _, e := range c.Entries {
		if e.Host == name {
			return e, true
		}
	}
	for _, e := range c.Entries {
		if !strings.Contains(e.Host, "*") {
			continue
		}
		if g, ok := parseGlob(e.Host); ok && g.match(name) {
			return e, true
		}
	}
	return Entry{}, false
}

// Service is where tokens for a host come from: the entry's endpoint, the host itself, or "" for wherever AWS tools
// would ask for Amazon's.
func (e Entry) Service(h Host) string {
	switch {
	case e.Endpoint != "":
		return strings.TrimSuffix(e.Endpoint, "/")
	case h.Amazon():
		return ""
	}
	return h.Origin()
}
