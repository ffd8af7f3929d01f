package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io/fs"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// fixedToken is what the interface answers; it has the length of a real one.
var fixedToken = strings.Repeat("QVdT", 180)

// fixedInterface answers every request with one token, over HTTP and HTTPS.
type fixedInterface struct {
	plain   *listening
	secure  *http.Server
	address string // of secure
}

func (f *fixedInterface) url(secure bool) string {
	if secure {
		return "https://" + f.address + "/"
	}
	return "http://" + f.plain.address + "/"
}

// Close ends both.
func (f *fixedInterface) Close() error { return errors.Join(f.plain.Close(), f.secure.Close()) }

func openInterface(folder string) (*fixedInterface, error) {
	h := bare([]byte(`{"authorizationData":{"authorizationToken":"`+fixedToken+`","expiresAt":1900000000}}`), "application/x-amz-json-1.1")
	certificate, err := selfMade(folder)
	if err != nil {
		return nil, err
	}
	plain, err := listen(h)
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(err, plain.Close())
	}
	s := &http.Server{Handler: h, TLSConfig: &tls.Config{Certificates: []tls.Certificate{certificate}}}
	go s.ServeTLS(l, "", "") // ends with Close
	return &fixedInterface{plain, s, l.Addr().String()}, nil
}

// rootsFile is the file of trusted roots: the machine's, as every client has to read them, and the bench's own.
const rootsFile = "roots.pem"

// machineRoots is where most distributions have theirs in one file.
const machineRoots = "/etc/ssl/certs/ca-certificates.crt"

// selfMade makes a certificate for this machine, and the file of roots that has it.
func selfMade(folder string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "octroi bench"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, err
	}
	roots, err := os.ReadFile(machineRoots)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return tls.Certificate{}, err
	}
	roots = append(roots, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})...)
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}, os.WriteFile(filepath.Join(folder, rootsFile), roots, 0o600)
}
