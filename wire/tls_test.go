package wire_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/octroi/octroi/wire"
)

// authority signs certificates.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T, name string, parent *authority) authority {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: serial(t), Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	key := newKey(t)
	a := authority{template, key}
	if parent == nil {
		parent = &a
	}
	a.cert = issue(t, template, *parent, key)
	return a
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func serial(t *testing.T) *big.Int {
	t.Helper()
	n, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func issue(t *testing.T, template *x509.Certificate, by authority, key *ecdsa.PrivateKey) *x509.Certificate {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, by.cert, &key.PublicKey, by.key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

// leaf is a server certificate for 127.0.0.1, changed by change.
func leaf(t *testing.T, by authority, change func(*x509.Certificate)) tls.Certificate {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: serial(t), Subject: pkix.Name{CommonName: "leaf"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if change != nil {
		change(template)
	}
	key := newKey(t)
	return tls.Certificate{Certificate: [][]byte{issue(t, template, by, key).Raw}, PrivateKey: key}
}

// tlsServer answers {} and counts.
func tlsServer(t *testing.T, config *tls.Config) (wire.URL, *atomic.Int32) {
	t.Helper()
	var count atomic.Int32
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		count.Add(1)
		io.WriteString(w, "{}")
	}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = config
	s.StartTLS()
	t.Cleanup(s.Close)
	u, err := wire.ParseURL(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u, &count
}

func pemFile(t *testing.T, certs ...*x509.Certificate) string {
	t.Helper()
	var text strings.Builder
	text.WriteString("# roots\n")
	for _, c := range certs {
		pem.Encode(&text, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
	}
	path := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func call(t *testing.T, u wire.URL, roots wire.Roots) error {
	t.Helper()
	c := &wire.Client{
		Transport: &wire.Transport{Connect: 5 * time.Second, Read: 5 * time.Second, Roots: roots},
		Endpoint:  u, Attempts: 1, UserAgent: "test/1",
	}
	_, err := c.Do(t.Context(), getToken)
	return err
}

func TestHostileC35(t *testing.T) {
	known := newAuthority(t, "known", nil)
	other := newAuthority(t, "other", nil)
	// An authority of the known one's name and another key: it must not pass for it.
	twin := newAuthority(t, "known", nil)
	bundle := pemFile(t, other.cert, known.cert)
	for _, c := range []struct {
		name   string
		config *tls.Config
		roots  wire.Roots
		want   string // part of the message, "" for success
	}{
		{"good", serverConfig(leaf(t, known, nil)), wire.Roots{Bundle: bundle}, ""},
		{"good, unknown CA", serverConfig(leaf(t, known, nil)), wire.Roots{Bundle: pemFile(t, other.cert)}, "unable to get local issuer certificate"},
		{"twin CA", serverConfig(leaf(t, twin, nil)), wire.Roots{Bundle: bundle}, "CERTIFICATE_VERIFY_FAILED"},
		{"twin and known", serverConfig(leaf(t, known, nil)), wire.Roots{Bundle: pemFile(t, twin.cert, known.cert)}, ""},
		{"expired", serverConfig(leaf(t, known, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) })),
			wire.Roots{Bundle: bundle}, "certificate has expired"},
		{"wrong name", serverConfig(leaf(t, known, func(c *x509.Certificate) { c.IPAddresses = []net.IP{{127, 0, 0, 2}} })),
			wire.Roots{Bundle: bundle}, "IP address mismatch"},
		{"name only in CN", serverConfig(leaf(t, known, func(c *x509.Certificate) { c.IPAddresses, c.Subject.CommonName = nil, "127.0.0.1" })),
			wire.Roots{Bundle: bundle}, "CERTIFICATE_VERIFY_FAILED"},
		{"client certificate", serverConfig(leaf(t, known, func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} })),
			wire.Roots{Bundle: bundle}, "CERTIFICATE_VERIFY_FAILED"},
		{"self-signed", serverConfig(selfSigned(t)), wire.Roots{Bundle: bundle}, "self-signed certificate"},
		{"TLS 1.1", &tls.Config{Certificates: []tls.Certificate{leaf(t, known, nil)}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11},
			wire.Roots{Bundle: bundle}, "protocol version"},
		{"no bundle file", serverConfig(leaf(t, known, nil)), wire.Roots{Bundle: bundle + "x"}, "[Errno 2] No such file or directory"},
		{"empty bundle", serverConfig(leaf(t, known, nil)), wire.Roots{Bundle: pemFile(t)}, "[X509: NO_CERTIFICATE_OR_CRL_FOUND]"},
		{"bundle is a folder", serverConfig(leaf(t, known, nil)), wire.Roots{Bundle: t.TempDir()}, "[Errno 21] Is a directory"},
		{"unverified", serverConfig(selfSigned(t)), wire.Roots{Verify: wire.VerifyNever, Bundle: bundle + "x"}, ""},
		{"system", serverConfig(leaf(t, known, nil)), wire.Roots{}, "unable to get local issuer certificate"},
		{"SSL_CERT_FILE", serverConfig(leaf(t, known, nil)), wire.Roots{CertFile: bundle}, ""},
		{"SSL_CERT_FILE of another", serverConfig(leaf(t, known, nil)), wire.Roots{CertFile: pemFile(t, other.cert)}, "unable to get local issuer certificate"},
		{"SSL_CERT_DIR", serverConfig(leaf(t, known, nil)), wire.Roots{CertFile: "/nonexistent", CertDir: "/nonexistent:" + filepath.Dir(bundle)}, ""},
		{"chain with intermediate", serverConfig(chained(t, known)), wire.Roots{Bundle: bundle}, ""},
	} {
		t.Run("C35 "+c.name, func(t *testing.T) {
			u, count := tlsServer(t, c.config)
			err := call(t, u, c.roots)
			if c.want == "" {
				if err != nil || count.Load() != 1 {
					t.Errorf("%d requests, %v", count.Load(), err)
				}
				return
			}
			if count.Load() != 0 || err == nil || !strings.Contains(err.Error(), c.want) ||
				!strings.HasPrefix(err.Error(), "SSL validation failed for "+u.String()+" ") {
				t.Errorf("%d requests, %v", count.Load(), err)
			}
		})
	}
}

func serverConfig(c tls.Certificate) *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{c}}
}

func selfSigned(t *testing.T) tls.Certificate {
	t.Helper()
	key := newKey(t)
	template := &x509.Certificate{
		SerialNumber: serial(t), Subject: pkix.Name{CommonName: "self"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	cert := issue(t, template, authority{template, key}, key)
	return tls.Certificate{Certificate: [][]byte{cert.Raw}, PrivateKey: key}
}

// chained is a certificate with the intermediate authority that signed it.
func chained(t *testing.T, root authority) tls.Certificate {
	t.Helper()
	middle := newAuthority(t, "middle", &root)
	c := leaf(t, middle, nil)
	c.Certificate = append(c.Certificate, middle.cert.Raw)
	return c
}

func TestHTTPSThroughProxy(t *testing.T) {
	known := newAuthority(t, "known", nil)
	u, count := tlsServer(t, serverConfig(leaf(t, known, nil)))
	var auth atomic.Value
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		auth.Store(r.Method + " " + r.Host + " " + r.Header.Get("Proxy-Authorization"))
		there, err := net.Dial("tcp", r.Host)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		here, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		io.WriteString(here, "HTTP/1.1 200 Connection established\r\n\r\n") // as it stands: net/http would keep some of its own
		go func() { io.Copy(there, here); there.Close() }()
		io.Copy(here, there)
		here.Close()
	}))
	defer proxy.Close()
	c := &wire.Client{
		Transport: &wire.Transport{
			Roots:   wire.Roots{Bundle: pemFile(t, known.cert)},
			Proxies: wire.Proxies{HTTPS: strings.Replace(proxy.URL, "//", "//u:p@", 1)},
		},
		Endpoint: u, Attempts: 1,
	}
	if _, err := c.Do(t.Context(), getToken); err != nil || count.Load() != 1 {
		t.Fatalf("%d requests, %v", count.Load(), err)
	}
	if got := auth.Load(); got != "CONNECT "+u.Address()+" Basic dTpw" {
		t.Error(got)
	}
	c.Endpoint.Port = "1"
	_, err := c.Do(t.Context(), getToken)
	if err == nil || !strings.HasPrefix(err.Error(), `Failed to connect to proxy URL: "http://***:***@`) {
		t.Error(err)
	}
}

func TestPlaintextServer(t *testing.T) {
	p := newPeer(t, answer("200 OK", "{}"))
	u, err := wire.ParseURL("https://" + p.url.Address())
	if err != nil {
		t.Fatal(err)
	}
	c := &wire.Client{Transport: &wire.Transport{}, Endpoint: u, Attempts: 1}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	_, err = c.Do(ctx, getToken)
	var failed *wire.Error
	if !errors.As(err, &failed) || len(p.requests()) != 0 {
		t.Error(err)
	}
}
