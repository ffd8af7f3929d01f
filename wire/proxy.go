package wire

import (
	"encoding/base64"
	"net/url"
	"strings"
)

// Proxies are the proxy settings of the environment. The zero value uses none.
type Proxies struct {
	HTTP, HTTPS string // proxy for endpoints of that scheme; empty for none
	No          string // hosts that are reached directly
}

// ProxiesFrom reads http_proxy, https_proxy and no_proxy; the lower-case name wins, also when it is empty.
// HTTP_PROXY is not believed under CGI, where a client of the web server can set it (httpoxy).
func ProxiesFrom(environ func(string) (string, bool)) Proxies {
	get := func(name string) string {
		if value, ok := environ(name); ok {
			return value
		}
		value, _ := environ(strings.ToUpper(name))
		return value
	}
	p := Proxies{HTTP: get("http_proxy"), HTTPS: get("https_proxy"), No: get("no_proxy")}
	if _, cgi := environ("REQUEST_METHOD"); cgi {
		p.HTTP, _ = environ("http_proxy")
	}
	return p
}

// For is the proxy for an endpoint, or nil.
func (p Proxies) For(u URL) (*URL, error) {
	text := p.HTTP
	if u.Scheme == "https" {
		text = p.HTTPS
	}
	if text == "" || p.bypass(u) {
		return nil, nil
	}
	switch lower := strings.ToLower(text); {
	case strings.HasPrefix(lower, "http:"), strings.HasPrefix(lower, "https:"):
	case strings.HasPrefix(text, "//"):
		text = "http:" + text
	default:
		text = "http://" + text
	}
	proxy, err := ParseURL(text)
	if err != nil {
		return nil, &Error{Message: proxyMessage(maskUser(text)), Cause: err}
	}
	return &proxy, nil
}

// bypass matches the host, with and without its port, against each name: equal, or below it.
func (p Proxies) bypass(u URL) bool {
	if p.No == "*" {
		return true
	}
	host := strings.ToLower(u.Host)
	full := strings.ToLower(u.HostHeader())
	for name := range strings.SplitSeq(p.No, ",") {
		name = strings.ToLower(strings.TrimLeft(strings.TrimSpace(name), "."))
		if name == "" {
			continue
		}
		if host == name || full == name || strings.HasSuffix(host, "."+name) || strings.HasSuffix(full, "."+name) {
			return true
		}
	}
	return false
}

func proxyMessage(shown string) string {
	return `Failed to connect to proxy URL: "` + shown + `"`
}

// shown is the proxy's URL for a message: as typed, the user information masked.
func (u URL) shown() string { return maskUser(u.original) }

// proxyAuthorization is the Basic credential of a proxy's URL, or "". It needs both a name and a password.
func (u URL) proxyAuthorization() string {
	name, password, ok := strings.Cut(u.User, ":")
	if !ok || name == "" || password == "" {
		return ""
	}
	n, err1 := url.PathUnescape(name)
	w, err2 := url.PathUnescape(password)
	if err1 != nil || err2 != nil {
		n, w = name, password
	}
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(n+":"+w))
}
