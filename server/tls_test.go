package server_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/octroi/octroi/server"
	"github.com/octroi/octroi/servertest"
)

// writeCertificate writes a certificate of 127.0.0.1 that ends at a time, and its key.
func writeCertificate(t *testing.T, folder string, ends time.Time) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serial, _ := rand.Int(rand.Reader, big.NewInt(1<<60))
	template := &x509.Certificate{SerialNumber: serial, NotBefore: time.Now().Add(-time.Hour), NotAfter: ends, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: keyDER}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

func handshake(host string, c *tls.Config) (tls.ConnectionState, error) {
	c.InsecureSkipVerify = true
	conn, err := tls.Dial("tcp", host, c)
	if err != nil {
		return tls.ConnectionState{}, err
	}
	defer conn.Close()
	return conn.ConnectionState(), nil
}

// What is old is not spoken: TLS 1.0 and 1.1, and of TLS 1.2 what has no forward secrecy or no authenticated encryption.
func TestTLSIsModern(t *testing.T) {
	cert, key := writeCertificate(t, t.TempDir(), time.Now().Add(time.Hour))
	s := servertest.Start(t, servertest.Configure(func(c *server.Config) { c.TLSCert, c.TLSKey = cert, key }))
	for name, c := range map[string]*tls.Config{
		"TLS 1.0": {MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10}, "TLS 1.1": {MinVersion: tls.VersionTLS11, MaxVersion: tls.VersionTLS11},
		"CBC":    {MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA}},
		"RSA":    {MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_AES_128_GCM_SHA256}},
		"HTTP/2": {NextProtos: []string{"h2"}},
	} {
		if state, err := handshake(s.Host, c); err == nil {
			t.Errorf("%s is spoken: %+v", name, state.Version)
		}
	}
	if state, err := handshake(s.Host, &tls.Config{}); err != nil || state.Version != tls.VersionTLS13 {
		t.Errorf("%v, %v; want TLS 1.3", state.Version, err)
	}
	if _, err := handshake(s.Host, &tls.Config{MaxVersion: tls.VersionTLS12}); err != nil {
		t.Errorf("TLS 1.2: %v", err)
	}
}

// A certificate that is renewed is served within seconds, without a restart; half a renewal changes nothing.
func TestTLSReload(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for the files to be looked at again")
	}
	folder := t.TempDir()
	cert, key := writeCertificate(t, folder, time.Now().Add(time.Hour))
	s := servertest.Start(t, servertest.Configure(func(c *server.Config) { c.TLSCert, c.TLSKey = cert, key }))
	ends := func() time.Time {
		state, err := handshake(s.Host, &tls.Config{})
		if err != nil {
			t.Fatal(err)
		}
		return state.PeerCertificates[0].NotAfter
	}
	first := ends()
	if err := os.WriteFile(cert, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	time.Sleep(6 * time.Second)
	if again := ends(); !again.Equal(first) {
		t.Error("half a renewal is served")
	}
	writeCertificate(t, folder, first.Add(24*time.Hour))
	for end := time.Now().Add(10 * time.Second); !ends().After(first); time.Sleep(200 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the renewed certificate is not served")
		}
	}
}

// H17, for the certificate's key: one that everybody can read is refused, at the start and when it is renewed; one for a
// group is taken.
func TestTLSKeyMode(t *testing.T) {
	cert, key := writeCertificate(t, t.TempDir(), time.Now().Add(time.Hour))
	c := server.Defaults()
	c.Data, c.Listen, c.TLSCert, c.TLSKey = filepath.Join(t.TempDir(), "data"), "127.0.0.1:0", cert, key
	for mode, refused := range map[os.FileMode]bool{0o600: false, 0o640: false, 0o400: false, 0o644: true, 0o604: true, 0o602: true} {
		if err := os.Chmod(key, mode); err != nil {
			t.Fatal(err)
		}
		s, err := server.Start(context.Background(), c, slog.New(slog.DiscardHandler), nil)
		if (err != nil) != refused || refused && !strings.Contains(err.Error(), "run chmod o= "+key) {
			t.Errorf("mode %04o: %v", mode, err)
		}
		if err == nil {
			s.Shutdown(context.Background())
		}
	}
}
