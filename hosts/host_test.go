package hosts_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/octroi/octroi/hosts"
)

// lends reports whether a login for public.ecr.aws would be lent for what a client handed over.
func lends(text string) bool {
	h, err := hosts.Parse(text)
	if err != nil {
		return false
	}
	_, err = hosts.Config{}.Match(h)
	return err == nil && h.Name == "public.ecr.aws"
}

// TestHostileHosts are the forms of a host's name (C01 to C12).
func TestHostileHosts(t *testing.T) {
	for _, row := range []struct {
		id    string
		want  bool
		texts []string
	}{
		{"C01", true, []string{"public.ecr.aws", "https://public.ecr.aws", "public.ecr.aws/", "PUBLIC.ECR.AWS", "public.ecr.aws:443"}},
		{"C02", false, []string{"public.ecr.aws.evil.com", "xpublic.ecr.aws", "public.ecr.aws-evil.com"}},
		{"C03", false, []string{"a.public.ecr.aws", "ecr.aws", "public.ecr.aws."}},
		{"C04", false, []string{"https://public.ecr.aws@evil.com", "evil.com@public.ecr.aws", "https://public.ecr.aws:x@evil.com/"}},
		{"C05", false, []string{"evil.com/public.ecr.aws", "evil.com#public.ecr.aws", "evil.com?public.ecr.aws", `evil.com\public.ecr.aws`, "//public.ecr.aws", "public.ecr.aws/x", "public.ecr.aws//"}},
		{"C06", false, []string{"public.ecr.aws:5000", "public.ecr.aws:80", "public.ecr.aws:443x", "public.ecr.aws:00443", "public.ecr.aws:+443", "public.ecr.aws:99999", "public.ecr.aws:"}},
		{"C07", false, []string{"public.ecr.aws\n.evil.com", "evil.com\npublic.ecr.aws", "evil.com\rpublic.ecr.aws", "evil.com\r\npublic.ecr.aws", "public.ecr.aws\u2028", "public.ecr.aws\v", "public.ecr.aws\n"}},
		{"C08", false, []string{"public.ecr.aws\x00.evil.com", "public.ecr.aws\t", "public. ecr.aws", " public.ecr.aws", "\x1b[31mpublic.ecr.aws"}},
		{"C09", false, []string{"public.ecr.aws%0a.evil.com", "%70ublic.ecr.aws", "https:%2f%2fpublic.ecr.aws"}},
		{"C10", false, []string{"\u0440ublic.ecr.aws", "public\uff0eecr\uff0eaws", "xn--ublic-4ve.ecr.aws", "publi\u212a.ecr.aws"}},
		{"C11", false, []string{"http://public.ecr.aws", "HTTP://public.ecr.aws", "HTTPS://public.ecr.aws", "http://public.ecr.aws:443"}},
		{"C12", false, []string{"123456789012.dkr.ecr.us-east-1.amazonaws.com.evil.com", "1234567890123.dkr.ecr.us-east-1.amazonaws.com", "123456789012.dkr.ecr..amazonaws.com", "123456789012.dkr.ecr.us-east-1.amazonaws.com\n"}},
	} {
		for _, text := range row.texts {
			if got := lends(text); got != row.want {
				t.Errorf("%s %q: lent %v", row.id, text, got)
			}
		}
	}
}

// TestPlaintext is C11: http is refused beyond loopback, unless the entry allows it.
func TestPlaintext(t *testing.T) {
	c := hosts.Config{Entries: []hosts.Entry{
		{Host: "registry.example.com:5000"}, {Host: "open.example.com:5000", Plaintext: true}, {Host: "127.0.0.1:5000"}, {Host: "[::1]:5000"},
	}}
	if err := c.Check(); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]error{
		"registry.example.com:5000": nil, "http://registry.example.com:5000": hosts.ErrPlaintext, "http://open.example.com:5000": nil,
		"127.0.0.1:5000": nil, "http://127.0.0.1:5000": nil, "[::1]:5000": nil, "[0:0::1]:5000": nil,
		"127.0.0.1:5001": hosts.ErrUnknown, "127.1:5000": hosts.ErrUnknown, "localhost:5000": hosts.ErrUnknown, "http://public.ecr.aws:443": hosts.ErrUnknown,
	} {
		h, err := hosts.Parse(text)
		if err == nil {
			_, err = c.Match(h)
		}
		if !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", text, err, want)
		}
	}
}

func TestPatterns(t *testing.T) {
	for pattern, rows := range map[string]string{
		"*.registry.example.com":  "a.registry.example.com -registry.example.com -a.b.registry.example.com -a.registry.example.com:5000 -a.registry.example.com.evil.com",
		"node-*.example.com:5000": "node-1.example.com:5000 -node-.example.com:5000 -node-1.example.com -node-1.evil.example.com:5000 -xnode-1.example.com:5000",
		"*.localhost:5000":        "a.localhost:5000 -localhost:5000",
		"*":                       "", "*.com": "", "a.*.example.com": "", "*.*.example.com": "", "**.example.com": "", "*.example.com:443": "", "*.example.com:*": "",
		"*.EXAMPLE.com": "", "https://*.example.com": "", "*:5000": "", "*.com:5000": "", "x@*.example.com": "", "*.example.com/": "",
	} {
		c := hosts.Config{Entries: []hosts.Entry{{Host: pattern}}}
		if err := c.Check(); (err == nil) != (rows != "") {
			t.Errorf("%s: %v", pattern, err)
			continue
		}
		for _, text := range strings.Fields(rows) {
			name, refused := strings.CutPrefix(text, "-")
			h, err := hosts.Parse(name)
			if err != nil {
				continue
			}
			if _, err := c.Match(h); (err != nil) != refused {
				t.Errorf("%s and %s: %v", pattern, name, err)
			}
		}
	}
}

func TestEntries(t *testing.T) {
	const role = "arn:aws:iam::123456789012:role/pull"
	for _, e := range []hosts.Entry{
		{Host: "public.ecr.aws", Profile: "a b"}, {Host: "public.ecr.aws", Endpoint: "https://api.example.com"},
		{Host: "registry.example.com", Endpoint: "https://api.example.com:8443/", RoleARN: role, ExternalID: "xy"},
		{Host: "registry.example.com", Anonymous: true}, {Host: "registry.example.com", InnerHelper: "pass"},
		{Host: "123456789012.dkr.ecr.us-east-1.amazonaws.com", InnerHelper: "ecr-login"},
		{Host: "localhost:5000", Endpoint: "http://127.0.0.1:8787"},
		{Host: "r.example.com", Endpoint: "http://r.example.com", Plaintext: true},
	} {
		if err := e.Check(); err != nil {
			t.Error(err)
		}
	}
	for _, e := range []hosts.Entry{
		{}, {Host: "https://registry.example.com"}, {Host: "Registry.example.com"}, {Host: "registry.example.com:443"},
		{Host: "123456789012.dkr.ecr.us-east-1.amazonaws.com"}, {Host: "*.ecr.us-east-1.amazonaws.com"},
		{Host: "registry.example.com", Endpoint: "https://api.ecr-public.us-east-1.amazonaws.com"},
		{Host: "registry.example.com", Endpoint: "http://api.example.com"}, {Host: "registry.example.com", Endpoint: "https://api.example.com/x"},
		{Host: "registry.example.com", Endpoint: "https://u:p@api.example.com"}, {Host: "registry.example.com", Endpoint: "api.example.com"},
		{Host: "registry.example.com", Region: "us-east-1.evil.com"}, {Host: "registry.example.com", Profile: "a\nb"},
		{Host: "registry.example.com", RoleARN: "arn:aws:iam::1:role/x"}, {Host: "registry.example.com", ExternalID: "xy"},
		{Host: "registry.example.com", InnerHelper: "../x"}, {Host: "registry.example.com", InnerHelper: "octroi"},
		{Host: "registry.example.com", InnerHelper: "pass", Profile: "x"}, {Host: "registry.example.com", InnerHelper: "pass", Anonymous: true},
	} {
		if e.Check() == nil {
			t.Errorf("%+v is accepted", e)
		}
	}
}

// TestMatchOrder: the entry that names the host comes before patterns, and the user's before the built-in.
func TestMatchOrder(t *testing.T) {
	c := hosts.Config{Entries: []hosts.Entry{
		{Host: "*.example.com", Profile: "pattern"}, {Host: "a.example.com", Profile: "named"}, {Host: "public.ecr.aws", Profile: "mine"},
	}}
	for name, want := range map[string]string{"a.example.com": "named", "b.example.com": "pattern", "public.ecr.aws": "mine", "ecr-public.aws.com": ""} {
		if e, err := c.Match(hosts.Host{Name: name, Scheme: "https"}); err != nil || e.Profile != want {
			t.Errorf("%s: %q, %v", name, e.Profile, err)
		}
	}
}
