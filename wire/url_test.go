package wire_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/wire"
)

func TestParseURL(t *testing.T) {
	for _, c := range []struct {
		text, host, address, target, shown string // all empty: refused
	}{
		{"http://h", "h", "h:80", "/", "http://h/"},
		{"https://h", "h", "h:443", "/", "https://h/"},
		{"HTTP://H:80/", "h", "h:80", "/", "HTTP://H:80/"},
		{"http://h:", "h", "h:80", "/", "http://h:/"},
		{"http://h:0", "h:0", "h:0", "/", "http://h:0/"},
		{"http://h/%2fa", "h", "h:80", "/%2Fa", "http://h/%2fa"},
		{"http://h/%zz%2f", "h", "h:80", "/%25zz%252f", "http://h/%zz%2f"},
		{"https://h:443/a/../b", "h", "h:443", "/a/../b", "https://h:443/a/../b"},
		{"https://h:8443/a%20b", "h:8443", "h:8443", "/a%20b", "https://h:8443/a%20b"},
		{"http://h/a b", "h", "h:80", "/a%20b", "http://h/a b"},
		{"http://h/é", "h", "h:80", "/%C3%A9", "http://h/é"},
		{"http://h/#f", "h", "h:80", "/", "http://h/"},
		{"http://h?x=secret", "h", "h:80", "/?x=secret", "http://h/"},
		{"http://[::1]:99/p", "[::1]:99", "[::1]:99", "/p", "http://[::1]:99/p"},
		{"http://user:pw@h:1/p", "h:1", "h:1", "/p", "http://***:***@h:1/p"},
		{"http://user@h", "h", "h:80", "/", "http://***@h/"},
		{text: "http://"},
		{text: "ftp://h"},
		{text: "h:80"},
		{text: "http://h:65536"},
		{text: "http://h:+1"},
		{text: "http://-h"},
		{text: "http://h-"},
		{text: "http://a..b"},
		{text: "http://h\n.evil"},
		{text: "http://h\tx"},
		{text: "http://h%2eevil"},
		{text: "http://h_x"},
		{text: "http://[1.2.3.4]"},
		{text: "http://[::1"},
		{text: "http://[::1]x"},
		{text: "http://рublic.ecr.aws"},
	} {
		u, err := wire.ParseURL(c.text)
		if c.host == "" {
			if err == nil {
				t.Errorf("%q: taken as %s", c.text, u)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		got := []string{u.HostHeader(), u.Address(), u.Target(), u.String()}
		if d := cmp.Diff([]string{c.host, c.address, c.target, c.shown}, got); d != "" {
			t.Errorf("%q: %s", c.text, d)
		}
	}
}

func FuzzParseURL(f *testing.F) {
	for _, seed := range []string{"http://h", "https://u:p@[::1]:1/a?b#c", "http://h:", "://", "http://@"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		u, err := wire.ParseURL(text)
		if err != nil {
			return
		}
		for _, c := range []byte(u.Target() + u.HostHeader()) {
			if c <= ' ' || c >= 0x7f {
				t.Errorf("%q: %q in what goes on the wire", text, c)
			}
		}
		_ = u.String()
	})
}

func TestEndpoint(t *testing.T) {
	for _, c := range []struct {
		region        string
		variant       wire.Variant
		host, signing string
	}{
		{"us-east-1", wire.Variant{}, "api.ecr-public.us-east-1.amazonaws.com", "us-east-1"},
		{"mars-central-1", wire.Variant{}, "api.ecr-public.mars-central-1.amazonaws.com", "mars-central-1"},
		{"us-gov-west-1", wire.Variant{}, "api.ecr-public.us-gov-west-1.amazonaws.com", "us-gov-west-1"},
		{"cn-north-1", wire.Variant{}, "api.ecr-public.cn-north-1.amazonaws.com.cn", "cn-north-1"},
		{"us-iso-east-1", wire.Variant{}, "api.ecr-public.us-iso-east-1.c2s.ic.gov", "us-iso-east-1"},
		{"us-isob-east-1", wire.Variant{}, "api.ecr-public.us-isob-east-1.sc2s.sgov.gov", "us-isob-east-1"},
		{"us-east-1", wire.Variant{FIPS: true}, "api.ecr-public-fips.us-east-1.amazonaws.com", "us-east-1"},
		{"us-east-1", wire.Variant{DualStack: true}, "api.ecr-public.us-east-1.api.aws", "us-east-1"},
		{"us-east-1", wire.Variant{FIPS: true, DualStack: true}, "api.ecr-public-fips.us-east-1.api.aws", "us-east-1"},
		{"fips-us-east-1", wire.Variant{}, "api.ecr-public-fips.us-east-1.amazonaws.com", "us-east-1"},
		{"us-east-1-fips", wire.Variant{}, "api.ecr-public-fips.us-east-1.amazonaws.com", "us-east-1"},
		{"us-iso-east-1", wire.Variant{DualStack: true}, "", ""},
		{"", wire.Variant{}, "", ""},
	} {
		u, signing, err := wire.Endpoint("api.ecr-public", c.region, c.variant)
		if (err != nil) != (c.host == "") || u.Host != c.host || signing != c.signing {
			t.Errorf("%+v: %q %q %v", c, u.Host, signing, err)
		}
	}
}

func TestHostileC40Region(t *testing.T) {
	for region, want := range map[string]bool{
		"us-east-1": true, "aws-global": true, "": true, "../x": false, "a\nb": false, "evil.com/": false,
		"us-east-1.evil.com#": false, "us-east-1\n": false, "123": false, "-x": false, "x-": false, "a b": false,
		"é": false, "us_east": false, "a@b": false,
	} {
		if got := wire.ValidRegion(region); got != want {
			t.Errorf("C40 %q: %v", region, got)
		}
	}
}

func TestProxies(t *testing.T) {
	env := func(pairs ...string) func(string) (string, bool) {
		m := map[string]string{}
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i]] = pairs[i+1]
		}
		return func(name string) (string, bool) { v, ok := m[name]; return v, ok }
	}
	for _, c := range []struct {
		name string
		env  func(string) (string, bool)
		url  string
		want string // proxy as shown, "" for none
	}{
		{"none", env(), "http://h", ""},
		{"upper", env("HTTP_PROXY", "http://p:1"), "http://h", "http://p:1/"},
		{"lower wins", env("HTTP_PROXY", "http://p:1", "http_proxy", "http://q:2"), "http://h", "http://q:2/"},
		{"empty lower wins", env("HTTP_PROXY", "http://p:1", "http_proxy", ""), "http://h", ""},
		{"by scheme", env("HTTPS_PROXY", "http://p:1"), "http://h", ""},
		{"without scheme", env("HTTPS_PROXY", "p:1"), "https://h", "http://p:1/"},
		{"slashes", env("HTTPS_PROXY", "//p:1"), "https://h", "http://p:1/"},
		{"all is ignored", env("ALL_PROXY", "http://p:1"), "https://h", ""},
		{"loopback too", env("HTTP_PROXY", "p:1"), "http://127.0.0.1:9", "http://p:1/"},
		{"cgi", env("HTTP_PROXY", "p:1", "REQUEST_METHOD", "GET"), "http://h", ""},
		{"star", env("HTTP_PROXY", "p:1", "NO_PROXY", "*"), "http://h", ""},
		{"star among others", env("HTTP_PROXY", "p:1", "NO_PROXY", "x,*"), "http://h", "http://p:1/"},
		{"exact", env("HTTP_PROXY", "p:1", "NO_PROXY", " x , H "), "http://h", ""},
		{"with port", env("HTTP_PROXY", "p:1", "NO_PROXY", "h:9"), "http://h:9", ""},
		{"suffix", env("HTTP_PROXY", "p:1", "NO_PROXY", "example.test"), "http://api.example.test", ""},
		{"dotted suffix", env("HTTP_PROXY", "p:1", "NO_PROXY", ".example.test"), "http://example.test", ""},
		{"no suffix", env("HTTP_PROXY", "p:1", "NO_PROXY", "notexample.test"), "http://example.test", "http://p:1/"},
	} {
		u, err := wire.ParseURL(c.url)
		if err != nil {
			t.Fatal(err)
		}
		got, err := wire.ProxiesFrom(c.env).For(u)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if shown := ""; got != nil {
			if shown = got.String(); shown != c.want {
				t.Errorf("%s: %q, want %q", c.name, shown, c.want)
			}
		} else if c.want != "" {
			t.Errorf("%s: none, want %q", c.name, c.want)
		}
	}
}
