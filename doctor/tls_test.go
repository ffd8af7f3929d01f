package doctor_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
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

	"github.com/octroi/octroi/doctor"
)

// identity is a certificate with its key.
type identity struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// issue makes a certificate for 127.0.0.1, or what change makes of it; by itself when by is nil.
func issue(t *testing.T, by *identity, change func(*x509.Certificate)) identity {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: serial.String()}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	change(template)
	parent := identity{template, key}
	if by != nil {
		parent = *by
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent.cert, &key.PublicKey, parent.key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return identity{cert, key}
}

func authority(t *testing.T) identity {
	return issue(t, nil, func(c *x509.Certificate) {
		c.IsCA, c.BasicConstraintsValid, c.KeyUsage = true, true, x509.KeyUsageCertSign
	})
}

// TestHostileC35: a server that cannot prove who it is gets nothing, and doctor says what to do about it.
func TestHostileC35(t *testing.T) {
	root, stranger := authority(t), authority(t)
	same := func(*x509.Certificate) {}
	bundle := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(bundle, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.cert.Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name   string
		server identity
		most   uint16
		fix    string // empty: it is trusted
	}{
		{"C35 good", issue(t, &root, same), 0, ""},
		{"C35 expired", issue(t, &root, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }), 0, "renew it"},
		{"C35 self-signed", issue(t, nil, same), 0, "AWS_CA_BUNDLE"},
		{"C35 wrong name", issue(t, &root, func(c *x509.Certificate) { c.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 2)} }), 0, "for another name"},
		{"C35 name in CN only", issue(t, &root, func(c *x509.Certificate) { c.IPAddresses, c.Subject.CommonName = nil, "127.0.0.1" }), 0, "to fix it"},
		{"C35 unknown authority", issue(t, &stranger, same), 0, "AWS_CA_BUNDLE"},
		{"C35 TLS 1.1", issue(t, &root, same), tls.VersionTLS11, "to fix it"},
	} {
		t.Run(row.name, func(t *testing.T) {
			var asked atomic.Int32
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { asked.Add(1) }))
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			server.TLS = &tls.Config{
				Certificates: []tls.Certificate{{Certificate: [][]byte{row.server.cert.Raw}, PrivateKey: row.server.key}},
				MinVersion:   tls.VersionTLS10, MaxVersion: row.most,
			}
			server.StartTLS()
			defer server.Close()
			found := examine(t, "https://"+server.Listener.Addr().String(), "", map[string]string{
				"AWS_ACCESS_KEY_ID": "AKIAEXAMPLEEXAMPLE22", "AWS_SECRET_ACCESS_KEY": "canary", "AWS_CA_BUNDLE": bundle, "AWS_MAX_ATTEMPTS": "1",
			})
			at := find(found, "endpoint")
			if trusted := row.fix == ""; (at.Level == doctor.OK) != trusted || (asked.Load() > 0) != trusted || !strings.Contains(at.String(), row.fix) {
				t.Errorf("%v, asked %d times", at, asked.Load())
			}
		})
	}
}
