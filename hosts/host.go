package hosts

import (
	"errors"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Amazon's public registry, by both its names. They need no entry.
//
// Source: Amazon ECR Public User Guide, "Registry authentication".
var amazonHosts = []string{"public.ecr.aws", "ecr-public.aws.com"}

// amazonDomains are Amazon's, and everything below them but amazonHosts is no registry for this program.
var amazonDomains = []string{"ecr.aws", "ecr-public.aws.com", "amazonaws.com", "amazonaws.com.cn", "api.aws"}

// Reasons why a text is not a host to lend to. Each says what to do.
var (
	ErrHost      = errors.New("not a registry host: want HOST or HOST:PORT, in plain ASCII, as in public.ecr.aws or registry.example.com:8787")
	ErrPlaintext = errors.New("refuses to send a login over plaintext: use https, or say `plaintext: true` in the host's entry")
)

// maxHost is the length of the longest name and port, with a scheme before it.
const maxHost = 253 + len("https://:65535/")

// Host is a registry. The zero Host is none.
type Host struct {
	Name   string // host[:port] in lower case, without https's own port: the key that docker keeps it under
	Scheme string // https, or http where the text says so and on loopback
}

// Parse reads HOST[:PORT], with https:// or http:// before it or "/" after it: the forms in which docker, podman and
// the kubelet name a registry. It is plain http on loopback, where nobody can listen in, and https otherwise.
func Parse(text string) (Host, error) {
	if len(text) > maxHost || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return Host{}, ErrHost
	}
	rest, scheme := text, ""
	for _, s := range []string{"https", "http"} {
		if after, ok := strings.CutPrefix(text, s+"://"); ok {
			rest, scheme = after, s
			break
		}
	}
	name, port, ok := splitHost(strings.ToLower(strings.TrimSuffix(rest, "/")))
	if !ok {
		return Host{}, ErrHost
	}
	h := Host{Name: name, Scheme: scheme}
	if scheme == "" {
		h.Scheme = "https"
		if loopback(name) {
			h.Scheme = "http"
		}
	}
	if port != "" && !(h.Scheme == "https" && port == "443") {
		h.Name += ":" + port
	}
	return h, nil
}

// splitHost takes apart name[:port] and [address][:port]. Everything that has a second spelling is refused: a port
// with a sign or leading zero, a name with an empty label or a trailing dot.
func splitHost(text string) (name, port string, ok bool) {
	name, port, found := strings.Cut(text, ":")
	if strings.HasPrefix(text, "[") {
		address, rest, closed := strings.Cut(text[1:], "]")
		ip, err := netip.ParseAddr(address)
		if !closed || err != nil || !ip.Is6() || ip.Is4In6() || ip.Zone() != "" {
			return "", "", false
		}
		name, port, found = "["+ip.String()+"]", strings.TrimPrefix(rest, ":"), rest != ""
		if found && rest[0] != ':' {
			return "", "", false
		}
	} else if !validName(name) {
		return "", "", false
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return name, port, !found || err == nil && n > 0 && strconv.FormatUint(n, 10) == port
}

// validName accepts dot-separated labels of a-z, 0-9 and inner hyphens.
func validName(name string) bool {
	if name == "" || len(name) > 253 {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, c := range []byte(label) {
			if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-') {
				return false
			}
		}
	}
	return true
}

// Bare is the name without its port.
func (h Host) Bare() string {
	if i := strings.LastIndexByte(h.Name, ':'); i > strings.LastIndexByte(h.Name, ']') {
		return h.Name[:i]
	}
	return h.Name
}

// Loopback reports whether the host is this machine, by a name that cannot mean another one.
func (h Host) Loopback() bool { return loopback(h.Bare()) }

func loopback(name string) bool {
	ip, err := netip.ParseAddr(strings.Trim(name, "[]"))
	return name == "localhost" || err == nil && ip.IsLoopback()
}

// Amazon reports whether the host is Amazon's public registry.
func (h Host) Amazon() bool { return slices.Contains(amazonHosts, h.Name) }

// Origin is scheme://host[:port], where a host of ours answers both as registry and as service.
func (h Host) Origin() string { return h.Scheme + "://" + h.Name }

// OfAmazon reports whether a name, without a port, is below one of Amazon's domains.
func OfAmazon(name string) bool {
	for _, d := range amazonDomains {
		if name == d || strings.HasSuffix(name, "."+d) {
			return true
		}
	}
	return false
}

// AmazonHosts are the names of Amazon's public registry.
func AmazonHosts() []string { return slices.Clone(amazonHosts) }
