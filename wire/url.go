package wire

import (
	"net"
	"strconv"
	"strings"
)

// URL is the address of an endpoint or a proxy. net/url is not used for it: that one decodes the path, and
// the path has to reach the wire and the signature as it was typed.
type URL struct {
	Scheme   string // "http" or "https"
	User     string // user information as typed, percent-encoded; never sent to an endpoint
	Host     string // name or address, without the brackets of IPv6
	Port     string // as typed; empty for the scheme's own
	Path     string // as typed; at least "/"
	Query    string // as typed, without "?"
	original string // for messages
}

// ParseURL reads scheme://[user@]host[:port][/path][?query][#fragment].
func ParseURL(text string) (URL, error) {
	scheme, rest, ok := strings.Cut(text, "://")
	u := URL{Scheme: strings.ToLower(scheme), original: text}
	if !ok || (u.Scheme != "http" && u.Scheme != "https") || hasControl(text) {
		return URL{}, invalidEndpoint(text)
	}
	rest, _, _ = strings.Cut(rest, "#")
	rest, u.Query, _ = strings.Cut(rest, "?")
	authority := rest
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		authority, u.Path = rest[:i], rest[i:]
	}
	if u.Path == "" {
		u.Path = "/"
	}
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		u.User, authority = authority[:i], authority[i+1:]
	}
	if !u.splitHost(authority) {
		return URL{}, invalidEndpoint(text)
	}
	return u, nil
}

func invalidEndpoint(text string) error {
	if i := strings.LastIndexByte(text, '@'); i >= 0 {
		text = maskUser(text)
	}
	return &Error{Message: "Invalid endpoint: " + text}
}

// splitHost takes host[:port] or [address][:port], and refuses what is neither a name nor an address.
func (u *URL) splitHost(authority string) bool {
	if strings.HasPrefix(authority, "[") {
		address, rest, ok := strings.Cut(authority[1:], "]")
		if !ok || net.ParseIP(address) == nil || !strings.Contains(address, ":") {
			return false
		}
		u.Host = address
		return rest == "" || u.setPort(strings.CutPrefix(rest, ":"))
	}
	host, port, found := strings.Cut(authority, ":")
	u.Host = strings.ToLower(host) // ASCII, or validHost refuses it
	if !validHost(host) {
		return false
	}
	return !found || u.setPort(port, true)
}

// setPort takes a port that can be written, also one that nothing listens on; an empty one is the scheme's own.
func (u *URL) setPort(port string, ok bool) bool {
	u.Port = port
	_, err := strconv.ParseUint(port, 10, 16)
	return ok && (port == "" || err == nil && port[0] != '+')
}

// validHost accepts dot-separated labels of letters, digits and inner hyphens, 1 to 63 characters each.
// A name with a second spelling of the dot or a percent sign is no host.
func validHost(host string) bool {
	host = strings.TrimSuffix(host, ".")
	if host == "" || len(host) > 255 {
		return false
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, c := range []byte(label) {
			if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-') {
				return false
			}
		}
	}
	return true
}

func hasControl(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return r < 0x20 || r == 0x7f })
}

// HostHeader is the Host field: the port is left out when it is the scheme's own.
func (u URL) HostHeader() string {
	host := u.Host
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if u.Port == "" || u.Port == defaultPort(u.Scheme) {
		return host
	}
	return host + ":" + u.Port
}

// Address is host:port to connect to.
func (u URL) Address() string {
	port := u.Port
	if port == "" {
		port = defaultPort(u.Scheme)
	}
	return net.JoinHostPort(u.Host, port)
}

func defaultPort(scheme string) string {
	if scheme == "https" {
		return "443"
	}
	return "80"
}

// Target is the path and query as they go on the request line: as typed, and what a request line cannot
// hold percent-encoded. A percent sign that is part of no encoding makes all of them data.
func (u URL) Target() string {
	target := u.Path
	if u.Query != "" {
		target += "?" + u.Query
	}
	return escapeTarget(target)
}

func escapeTarget(text string) string {
	const hex = "0123456789ABCDEF"
	escapeAll := !validPercents(text)
	var b strings.Builder
	for i, c := range []byte(text) {
		if i >= 1 && text[i-1] == '%' || i >= 2 && text[i-2] == '%' {
			c = upperHex(c, escapeAll)
		}
		if c == '%' && escapeAll || c <= 0x20 || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

// validPercents reports whether each percent sign is followed by two hexadecimal digits.
func validPercents(text string) bool {
	for {
		_, rest, found := strings.Cut(text, "%")
		if !found {
			return true
		}
		if len(rest) < 2 {
			return false
		}
		if _, err := strconv.ParseUint(rest[:2], 16, 8); err != nil || rest[0] == '+' {
			return false
		}
		text = rest
	}
}

// upperHex is a digit of an encoding in its normal form (RFC 3986, section 6.2.2.1).
func upperHex(c byte, data bool) byte {
	if !data && c >= 'a' && c <= 'f' {
		return c - 'a' + 'A'
	}
	return c
}

// String is the URL for a message: as typed, with at least "/" for a path, and without a user's password or
// the values of a query.
func (u URL) String() string {
	text, _, _ := strings.Cut(u.original, "#")
	text, _, _ = strings.Cut(text, "?")
	if rest := text[len(u.Scheme)+len("://"):]; !strings.Contains(rest, "/") {
		text += "/"
	}
	return maskUser(text)
}

// maskUser writes *** for each part of the user information.
func maskUser(text string) string {
	scheme, rest, ok := strings.Cut(text, "://")
	if !ok {
		return text
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	at := strings.LastIndexByte(rest[:end], '@')
	if at < 0 {
		return text
	}
	mask := "***"
	if strings.Contains(rest[:at], ":") {
		mask = "***:***"
	}
	return scheme + "://" + mask + rest[at:]
}

// Join is another path, with a query, below the URL's.
func (u URL) Join(path, query string) URL {
	base, _, _ := strings.Cut(u.original, "#")
	u.Path = strings.TrimSuffix(u.Path, "/") + path
	u.original = strings.TrimSuffix(base, "/") + path
	u.Query = query
	return u
}
