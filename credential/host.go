package credential

import (
	"errors"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/octroi/octroi/wire"
)

// Amazon's public registry, by both its names.
//
// Source: Amazon ECR Public User Guide, "Registry authentication".
var amazonHosts = []string{"public.ecr.aws", "ecr-public.aws.com"}

// amazonDomains are Amazon's, and everything below them but amazonHosts is no registry for this program.
var amazonDomains = []string{"ecr.aws", "ecr-public.aws.com", "amazonaws.com", "amazonaws.com.cn", "api.aws"}

// Reasons why a text is not a host to log in to. Each says what to do.
var (
	ErrHost      = errors.New("not a registry host: want HOST or HOST:PORT, in plain ASCII, as in public.ecr.aws or registry.example.com:8787")
	ErrPrivate   = errors.New("a host of Amazon's that is not its public registry: for a private ECR use `aws ecr get-login-password`")
	ErrPlaintext = errors.New("a host of Amazon's, which is reached by https only: leave http:// out")
)

// Host is a registry. The zero Host is none.
type Host struct {
	Name   string // host[:port] in lower case, without https's own port: the key that docker keeps it under
	Amazon bool
	scheme string
}

// ParseHost reads HOST[:PORT], with http:// or https:// before it or "/" after it. It is plain http only where
// nobody can listen in, on loopback, or where http:// says so; https otherwise.
func ParseHost(text string) (Host, error) {
	rest, scheme := text, ""
	for _, s := range []string{"https", "http"} {
		if after, ok := strings.CutPrefix(text, s+"://"); ok {
			rest, scheme = after, s
			break
		}
	}
	// Beyond ASCII there are letters whose lower case is in it: they would pass for another name.
	if strings.ContainsFunc(rest, func(r rune) bool { return r > '~' }) {
		return Host{}, ErrHost
	}
	name, port, ok := splitHost(strings.ToLower(strings.TrimSuffix(rest, "/")))
	if !ok {
		return Host{}, ErrHost
	}
	h := Host{Name: name, scheme: scheme}
	if scheme == "" {
		h.scheme = "https"
		if loopback(name) {
			h.scheme = "http"
		}
	}
	if slices.Contains(amazonHosts, name) {
		if h.Amazon = true; h.scheme != "https" {
			return Host{}, ErrPlaintext
		}
		if port != "" && port != "443" {
			return Host{}, ErrHost
		}
	} else if belowAny(name, amazonDomains) {
		return Host{}, ErrPrivate
	}
	if port != "" && !(h.scheme == "https" && port == "443") {
		h.Name += ":" + port
	}
	return h, nil
}

// splitHost takes apart name[:port] and [address][:port]. Everything that has a second spelling is refused: a
// port with a sign or leading zero, a name with an empty label or a trailing dot.
func splitHost(text string) (name, port string, ok bool) {
	name, port, found := strings.Cut(text, ":")
	if strings.HasPrefix(text, "[") {
		address, rest, closed := strings.Cut(text[1:], "]")
		ip := net.ParseIP(address)
		if !closed || ip == nil || ip.To4() != nil {
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

func loopback(name string) bool {
	ip := net.ParseIP(strings.Trim(name, "[]"))
	return name == "localhost" || ip != nil && ip.IsLoopback()
}

func belowAny(name string, domains []string) bool {
	for _, d := range domains {
		if name == d || strings.HasSuffix(name, "."+d) {
			return true
		}
	}
	return false
}

// Origin is scheme://host[:port], where a host of ours answers both as registry and as service.
func (h Host) Origin() string { return h.scheme + "://" + h.Name }

// lends reports whether a token of the service at u may be shown to h. Amazon's token is for Amazon; ours may
// go to a host by Amazon's name, since in a closed network that is ours too.
func (h Host) lends(u wire.URL) bool {
	return h.Amazon || !belowAny(strings.ToLower(u.Host), amazonDomains)
}
