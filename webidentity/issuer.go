package webidentity

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// ErrIssuer reports a URL that no identity provider may be registered under.
var ErrIssuer = errors.New("not the URL of an identity provider")

const (
	scheme    = "https://"
	maxIssuer = 255 // of AWS's Url
)

// Issuer is the URL of an identity provider, read.
type Issuer struct {
	Name string // without the scheme, as ARNs and condition keys have it: token.actions.githubusercontent.com
	Host string // host[:port]
}

// URL is what the claim iss must be, to the letter.
func (i Issuer) URL() string { return scheme + i.Name }

// ParseIssuer reads the URL of a provider. There is one way to write it, since tokens are compared with it to the
// letter: https, a host in lower case, perhaps a port and a path, and no slash at the end.
//
// Source: OpenID Connect Discovery 1.0 section 3, issuer; IAM API Reference, CreateOpenIDConnectProvider, Url.
func ParseIssuer(text string) (Issuer, error) {
	name, ok := strings.CutPrefix(text, scheme)
	if !ok {
		return Issuer{}, fmt.Errorf("%w: it begins with https://", ErrIssuer)
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || len(text) > maxIssuer || u.Host == "" || u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || u.Opaque != "":
		return Issuer{}, fmt.Errorf("%w: it is https://HOST[:PORT][/PATH], without user, query and fragment", ErrIssuer)
	case u.Host+u.Path != name || !wellSpelled(u.Host, "abcdefghijklmnopqrstuvwxyz0123456789.-:") || strings.HasSuffix(u.Host, ":"):
		return Issuer{}, fmt.Errorf("%w: write its host in lower case, with letters, digits, '.' and '-' (an internationalised one in its xn-- form, no IPv6 address)", ErrIssuer)
	case !strings.Contains(u.Hostname(), ".") && u.Hostname() != "localhost":
		return Issuer{}, fmt.Errorf("%w: no condition key can begin with %q: use a name with a dot", ErrIssuer, u.Host)
	case !wellPlaced(u.Path):
		return Issuer{}, fmt.Errorf("%w: its path has letters, digits and -._~ between single slashes, and does not end with one", ErrIssuer)
	}
	return Issuer{Name: name, Host: u.Host}, nil
}

func wellSpelled(text, of string) bool { return strings.Trim(text, of) == "" }

func wellPlaced(path string) bool {
	if path == "" {
		return true
	}
	for part := range strings.SplitSeq(path[1:], "/") {
		if part == "" || part == "." || part == ".." ||
			!wellSpelled(part, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~") {
			return false
		}
	}
	return true
}

// Reach is where a provider may be.
type Reach int

// A provider is on the Internet, or inside: at an address that is not public. The zero Reach is the Internet.
const (
	Public Reach = iota
	Internal
)

// Register reads the URL of a provider that somebody wants to register, and says where it may be. One that is not on
// the Internet is refused unless private names its host (host, or host:port) exactly: else whoever may register
// providers could make this service call what only it can reach.
func Register(text string, private []string) (Issuer, Reach, error) {
	i, err := ParseIssuer(text)
	if err != nil {
		return Issuer{}, Public, err
	}
	name, _, _ := strings.Cut(i.Host, ":")
	if slices.Contains(private, name) || slices.Contains(private, i.Host) {
		return i, Internal, nil
	}
	if !publicName(name) {
		return Issuer{}, Public, fmt.Errorf("%w: %s is no host on the Internet; if it is meant, an operator names it with octroid serve --allow-private-issuer %s", ErrIssuer, name, name)
	}
	return i, Public, nil
}

// privateNames are the ends of names that never are on the Internet.
//
// Source: RFC 6761, 6762, 8375; the reserved name internal (ICANN, 2024).
var privateNames = []string{"localhost", "local", "internal", "lan", "home.arpa", "test", "invalid", "onion"}

// publicName reports whether a host can be on the Internet: a public address in its usual spelling, or a name with a
// dot that is not reserved. What else ends in a number is an address too, for some resolvers (2130706433, 0x7f.1,
// 127.1). Where a name leads is seen when it is dialled.
func publicName(name string) bool {
	if a, err := netip.ParseAddr(name); err == nil {
		return a.String() == name && public(a)
	}
	last := name[strings.LastIndexByte(name, '.')+1:]
	if !strings.Contains(name, ".") || strings.HasPrefix(last, "0x") || wellSpelled(last, "0123456789") {
		return false
	}
	return !slices.ContainsFunc(privateNames, func(end string) bool { return name == end || strings.HasSuffix(name, "."+end) })
}
