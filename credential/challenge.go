package credential

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/octroi/octroi/wire"
)

// Challenge is what a registry asks for, in WWW-Authenticate.
//
// Source: RFC 9110, section 11.6.1; Distribution's "Token Authentication Specification".
type Challenge struct {
	Scheme string // basic or bearer, in lower case; empty for none
	Realm  string // as sent
}

// ErrRealm reports a registry that has its logins sent to another host.
var ErrRealm = errors.New("refused: a login is shown to the registry that it is for, and to nobody else")

// ParseChallenges reads the challenges of an answer: several can stand in one field, and in several.
func ParseChallenges(header http.Header) (all []Challenge) {
	for _, text := range header.Values("Www-Authenticate") {
		for rest := text; rest != ""; {
			var name, value string
			name, rest = word(rest)
			if after, ok := strings.CutPrefix(strings.TrimLeft(rest, " \t"), "="); ok {
				value, rest = parameterValue(strings.TrimLeft(after, " \t"))
				if n := len(all); n > 0 && name == "realm" && all[n-1].Realm == "" {
					all[n-1].Realm = value
				}
			} else if name != "" {
				all = append(all, Challenge{Scheme: name})
			}
			rest = strings.TrimLeft(rest, " \t,")
		}
	}
	return all
}

// word is the token at the start, in lower case; what is no part of one is passed over.
func word(text string) (name, rest string) {
	end := strings.IndexAny(text, " \t,=\"")
	switch {
	case end < 0:
		return strings.ToLower(text), ""
	case end == 0:
		return "", text[1:]
	}
	return strings.ToLower(text[:end]), text[end:]
}

// parameterValue is a token or a quoted string.
func parameterValue(text string) (value, rest string) {
	if strings.HasPrefix(text, `"`) {
		return quoted(text[1:])
	}
	end := strings.IndexAny(text, " \t,")
	if end < 0 {
		return text, ""
	}
	return text[:end], text[end:]
}

// quoted reads a quoted string whose first quote is gone.
func quoted(text string) (value, rest string) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			return b.String(), text[i+1:]
		case c == '\\' && i+1 < len(text):
			i++
			b.WriteByte(text[i])
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), ""
}

// Check refuses a Bearer challenge whose realm is anywhere else than at the registry, by its name, port and scheme.
// docker, podman and helm would send the login there; most of them follow every realm.
func (c Challenge) Check(h Host) error {
	if c.Scheme != "bearer" {
		return nil
	}
	own, err := wire.ParseURL(h.Origin())
	if err != nil {
		return err
	}
	realm, err := wire.ParseURL(c.Realm)
	switch {
	case err != nil:
		return fmt.Errorf("the registry at %s names %q as its realm, which is no URL: %w", h.Name, c.Realm, ErrRealm)
	case realm.HostHeader() != own.HostHeader() || realm.User != "":
		return fmt.Errorf("the registry at %s would have the login sent to %s, its realm: %w", h.Name, realm.HostHeader(), ErrRealm)
	case realm.Scheme != own.Scheme:
		return fmt.Errorf("the registry at %s would have the login sent by %s to %s, its realm: %w", h.Name, realm.Scheme, realm.HostHeader(), ErrRealm)
	}
	return nil
}
