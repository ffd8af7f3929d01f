package credential_test

import (
	"testing"

	"github.com/octroi/octroi/credential"
)

// TestHosts is the rows C01 to C12, and the hosts of others.
func TestHosts(t *testing.T) {
	for _, c := range []struct{ id, text, name, origin string }{ // no name: refused
		{"C01", "public.ecr.aws", "public.ecr.aws", "https://public.ecr.aws"},
		{"C01", "https://public.ecr.aws", "public.ecr.aws", "https://public.ecr.aws"},
		{"C01", "public.ecr.aws/", "public.ecr.aws", "https://public.ecr.aws"},
		{"C01", "PUBLIC.ECR.AWS", "public.ecr.aws", "https://public.ecr.aws"},
		{"C01", "public.ecr.aws:443", "public.ecr.aws", "https://public.ecr.aws"},
		{"C01", "ecr-public.aws.com", "ecr-public.aws.com", "https://ecr-public.aws.com"},
		{id: "C03", text: "a.public.ecr.aws"},
		{id: "C03", text: "ecr.aws"},
		{id: "C03", text: "public.ecr.aws."},
		{id: "C04", text: "https://public.ecr.aws@evil.com"},
		{id: "C04", text: "evil.com@public.ecr.aws"},
		{id: "C04", text: "https://public.ecr.aws:x@evil.com/"},
		{id: "C05", text: "evil.com/public.ecr.aws"},
		{id: "C05", text: "evil.com#public.ecr.aws"},
		{id: "C05", text: "evil.com?public.ecr.aws"},
		{id: "C05", text: `evil.com\public.ecr.aws`},
		{id: "C05", text: "//public.ecr.aws"},
		{id: "C05", text: "https://https://public.ecr.aws"},
		{id: "C05", text: "public.ecr.aws//"},
		{id: "C06", text: "public.ecr.aws:5000"},
		{id: "C06", text: "public.ecr.aws:80"},
		{id: "C06", text: "public.ecr.aws:443x"},
		{id: "C06", text: "public.ecr.aws:00443"},
		{id: "C06", text: "public.ecr.aws:+443"},
		{id: "C06", text: "public.ecr.aws:99999"},
		{id: "C06", text: "public.ecr.aws:"},
		{id: "C06", text: "h:0"},
		{id: "C07", text: "public.ecr.aws\n.evil.com"},
		{id: "C07", text: "evil.com\npublic.ecr.aws"},
		{id: "C07", text: "evil.com\r\npublic.ecr.aws"},
		{id: "C07", text: "evil.com\u2028public.ecr.aws"},
		{id: "C07", text: "evil.com\x0bpublic.ecr.aws"},
		{id: "C07", text: "public.ecr.aws\n"},
		{id: "C08", text: "public.ecr.aws\x00.evil.com"},
		{id: "C08", text: "public.ecr.aws\t"},
		{id: "C08", text: "public .ecr.aws"},
		{id: "C08", text: "\x1b[31mpublic.ecr.aws"},
		{id: "C09", text: "public.ecr.aws%0a.evil.com"},
		{id: "C09", text: "%70ublic.ecr.aws"},
		{id: "C09", text: "https:%2f%2fpublic.ecr.aws"},
		{id: "C10", text: "рublic.ecr.aws"},
		{id: "C10", text: "public．ecr．aws"},
		{id: "C10", text: "PUBLİC.ECR.AWS"},
		{id: "C10", text: "public.ecr.aws\u212a"},
		{id: "C11", text: "http://public.ecr.aws"},
		{id: "C12", text: "123456789012.dkr.ecr.us-east-1.amazonaws.com"},
		{id: "C12", text: ".dkr.ecr..amazonaws.com"},
		{id: "C12", text: "123456789012.dkr.ecr.us-east-1.amazonaws.com\n"},
		{"own", "localhost:8787", "localhost:8787", "http://localhost:8787"},
		{"own", "127.0.0.1:8787", "127.0.0.1:8787", "http://127.0.0.1:8787"},
		{"own", "127.9.9.9", "127.9.9.9", "http://127.9.9.9"},
		{"own", "[::1]:8787", "[::1]:8787", "http://[::1]:8787"},
		{"own", "https://localhost:8787", "localhost:8787", "https://localhost:8787"},
		{"own", "registry.example.com", "registry.example.com", "https://registry.example.com"},
		{"own", "Registry.Example.com:5000", "registry.example.com:5000", "https://registry.example.com:5000"},
		{"own", "http://registry.example.com", "registry.example.com", "http://registry.example.com"},
		{"own", "localhost.example.com", "localhost.example.com", "https://localhost.example.com"},
		{id: "own", text: ""},
		{id: "own", text: "http://"},
		{id: "own", text: "-h"},
		{id: "own", text: "[1.2.3.4]"},
		{id: "own", text: "[::ffff:127.0.0.1]"},
		{id: "own", text: "[::1"},
		{id: "own", text: "ftp://h"},
	} {
		h, err := credential.ParseHost(c.text)
		if (err == nil) != (c.name != "") || h.Name != c.name || err == nil && h.Origin() != c.origin {
			t.Errorf("%s %q: %q %q %v", c.id, c.text, h.Name, h.Origin(), err)
		}
	}
	// C02, C10: names that are hosts, but not Amazon's: what is sent there is signed for them, and is not Amazon's.
	for _, text := range []string{"public.ecr.aws.evil.com", "xpublic.ecr.aws.example.com", "public.ecr.aws-evil.com", "xn--ublic-5ve.ecr.example.com"} {
		if h, err := credential.ParseHost(text); err != nil || h.Amazon {
			t.Errorf("C02 %q: %+v %v", text, h, err)
		}
	}
	if h, err := credential.ParseHost("xpublic.ecr.aws"); err == nil {
		t.Errorf("C02: %+v", h)
	}
}

func FuzzParseHost(f *testing.F) {
	for _, seed := range []string{"public.ecr.aws", "http://[::1]:1/", "a@b", "a:1:2", "https://"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		h, err := credential.ParseHost(text)
		if err != nil {
			return
		}
		again, err := credential.ParseHost(h.Name)
		if err != nil || again.Name != h.Name || again.Amazon != h.Amazon {
			t.Errorf("%q is %q, which is %q (%v)", text, h.Name, again.Name, err)
		}
	})
}
