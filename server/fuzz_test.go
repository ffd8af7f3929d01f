package server_test

import (
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/server"
)

// FuzzSource: a peer that is not listed is what it is, whatever it says of itself (S36); and what a listed one says is an
// address, spelled in one way.
func FuzzSource(f *testing.F) {
	for _, seed := range [][3]string{
		{"192.0.2.7:1234", "10.0.0.1", "https"}, {"10.0.0.1:1234", "203.0.113.9, 10.0.0.2", "https"}, {"[::ffff:10.0.0.1]:1", "203.0.113.9", "http"},
		{"10.0.0.1:1", "garbage", ""}, {"10.0.0.1:1", "203.0.113.9, garbage, 10.0.0.3", "HTTPS"}, {"10.0.0.1:1", "fe80::1%\x1b[31m", "https"}, {"10.0.0.1:1", ",,,", "https,http"}, {"", "", ""},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	trusted := netip.MustParsePrefix("10.0.0.0/8")
	f.Fuzz(func(t *testing.T, peer, forwarded, proto string) {
		r := &http.Request{RemoteAddr: peer, Header: http.Header{"X-Forwarded-For": strings.Split(forwarded, "\n"), "X-Forwarded-Proto": {proto}}}
		source, transport, err := server.SourceOf([]string{trusted.String()}, r)
		if err != nil {
			t.Fatal(err)
		}
		connected, err := netip.ParseAddrPort(peer)
		if err != nil {
			if source != "" || transport != policy.PlainText {
				t.Fatalf("%q is %q over %s", peer, source, transport)
			}
			return
		}
		listed := trusted.Contains(connected.Addr().Unmap())
		if !listed && (source != connected.Addr().Unmap().String() || transport != policy.PlainText) {
			t.Fatalf("%q says that it is %q over %s", peer, source, transport)
		}
		a, err := netip.ParseAddr(source)
		if err != nil || a.Unmap() != a || a.String() != source || listed && a.Zone() != "" && a != connected.Addr() {
			t.Fatalf("%q and %q are %q", peer, forwarded, source)
		}
	})
}

// FuzzConfig: a configuration that is read has only keys that there are, and none that Settings does not tell (H20).
func FuzzConfig(f *testing.F) {
	for _, seed := range []string{
		"", "listen: 127.0.0.1:0\nlimits:\n  blob: 10GiB\n  idleTimeout: 1m\n", "limits: {header: -1}", "limits: {header: 9223372036854775807GiB}", "limits: {header: 0x10}",
		"listen: a\nlisten: b", "a: b", "--- {}\n--- {}", "limits: &a {page: 1}\nregistry: *a", "limits: {<<: {page: 5}}", "limits:\n", "null", "[]", "data: !!binary aGk=", "registry: {private: [a, b/*, '**']}",
		"trustedProxies: [10.0.0.0/8, x]", "externalUrl: https://a/b", "? {a: b}\n: c", "limits: {header: !!int '5'}",
	} {
		f.Add([]byte(seed))
	}
	path := filepath.Join(f.TempDir(), "config.yaml")
	names := []string{}
	for _, s := range server.Settings(server.Defaults()) {
		names = append(names, s.Name)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		c := server.Defaults()
		if err := server.ReadConfig(path, &c); err != nil {
			return
		}
		c.Data = "data"
		if err := c.Check(); err == nil && (c.Limits.Header <= 0 || c.Limits.Blob <= 0 || c.Limits.IdleTimeout <= 0) {
			t.Fatalf("taken: %+v", c.Limits)
		}
		keys, err := server.FileKeys(path)
		if err != nil {
			t.Fatalf("read once, and then %v", err)
		}
		for key := range keys {
			if section := key == "limits" || key == "registry"; !section && !slices.Contains(names, key) {
				t.Errorf("%q is taken as a key", key)
			}
		}
	})
}
