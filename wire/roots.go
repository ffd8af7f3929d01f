package wire

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
)

// Verify says whether a server has to prove who it is. The zero value demands it.
type Verify int

const (
	// VerifyAlways is the only way to send a credential safely.
	VerifyAlways Verify = iota
	// VerifyNever is --no-verify-ssl.
	VerifyNever
)

// Roots are the authorities to trust: those of a bundle, or the system's.
type Roots struct {
	Bundle   string // PEM file; empty for the system's roots
	Verify   Verify
	CertFile string // SSL_CERT_FILE: stands for the system's bundle file
	CertDir  string // SSL_CERT_DIR: stands for its folders, separated by colons
}

// Where Linux distributions keep their roots. The first file that exists is read, and all folders.
//
// Source: crypto/x509, root_linux.go, which reads and parses all of it before the first verification. On
// Debian that is each root twice, for more time than the whole call takes.
var (
	certFiles = []string{
		"/etc/ssl/certs/ca-certificates.crt",
		"/etc/pki/tls/certs/ca-bundle.crt",
		"/etc/ssl/ca-bundle.pem",
		"/etc/pki/tls/cacert.pem",
		"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
		"/etc/ssl/cert.pem",
	}
	certFolders = []string{"/etc/ssl/certs", "/etc/pki/tls/certs"}
)

// systemBundle is the system's bundle file, or nil.
func (r Roots) systemBundle() []byte {
	files := certFiles
	if r.CertFile != "" {
		files = []string{r.CertFile}
	}
	for _, name := range files {
		if data, err := os.ReadFile(name); err == nil {
			return data
		}
	}
	return nil
}

// folderFiles calls yield with each file of the system's certificate folders.
func (r Roots) folderFiles(yield func([]byte)) {
	folders := certFolders
	if r.CertDir != "" {
		folders = strings.Split(r.CertDir, ":")
	}
	for _, folder := range folders {
		entries, err := os.ReadDir(folder)
		if err != nil {
			continue
		}
		for _, entry := range entries {
			if data, err := os.ReadFile(filepath.Join(folder, entry.Name())); err == nil {
				yield(data)
			}
		}
	}
}

// blocks decodes the certificates of a bundle without parsing them. encoding/pem is not used: it takes twice as long,
// and a block that needs its lenience is still found by the verification against all.
func blocks(bundle []byte) (all [][]byte) {
	space := make([]byte, 0, base64.StdEncoding.DecodedLen(len(bundle)))
	for {
		_, rest, opened := bytes.Cut(bundle, []byte("-----BEGIN CERTIFICATE-----"))
		block, rest, closed := bytes.Cut(rest, []byte("-----END CERTIFICATE-----"))
		if !opened || !closed {
			return all
		}
		bundle = rest
		from := len(space)
		longer, err := base64.StdEncoding.AppendDecode(space, block)
		if err != nil {
			continue
		}
		space = longer
		all = append(all, space[from:len(space):len(space)])
	}
}

// issuers adds to pool the certificates that can be a root of the chain: those whose subject is the issuer, or the
// subject, of a certificate in it. No other root can end a path from the chain, so a verification against these has
// the result of one against all, at the price of parsing one or two.
//
// Only what holds one of the names somewhere is parsed; the name's place is then checked on the parsed certificate.
func issuers(pool *x509.CertPool, certificates [][]byte, chain []*x509.Certificate) (found int) {
	names := make([][]byte, 0, 2*len(chain))
	for _, c := range chain {
		names = append(names, c.RawIssuer, c.RawSubject)
	}
	for _, der := range certificates {
		if !containsAny(der, names) {
			continue
		}
		root, err := x509.ParseCertificate(bytes.Clone(der))
		if err == nil && equalsAny(root.RawSubject, names) {
			pool.AddCert(root)
			found++
		}
	}
	return found
}

func containsAny(der []byte, names [][]byte) bool {
	for _, name := range names {
		if bytes.Contains(der, name) {
			return true
		}
	}
	return false
}

func equalsAny(name []byte, names [][]byte) bool {
	for _, n := range names {
		if bytes.Equal(name, n) {
			return true
		}
	}
	return false
}
