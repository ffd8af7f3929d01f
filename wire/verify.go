package wire

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// config is the TLS configuration for u.
//
// crypto/tls would verify with a pool that is complete before the handshake. The pool here is made when the
// server's chain is known, so its own verification is switched off and the same one, by crypto/x509, is made
// in VerifyConnection, which runs in every handshake and before the first byte of a request.
func (r Roots) config(u URL) (*tls.Config, error) {
	config := &tls.Config{ServerName: u.Host, InsecureSkipVerify: true}
	if r.Verify == VerifyNever {
		return config, nil
	}
	var verify func(name string, chain []*x509.Certificate) error
	switch {
	case r.Bundle != "":
		data, err := os.ReadFile(r.Bundle)
		if err != nil {
			return nil, bundleError(u, err)
		}
		if !bytes.Contains(data, []byte("-----BEGIN CERTIFICATE-----")) {
			return nil, sslError(u, "[X509: NO_CERTIFICATE_OR_CRL_FOUND] no certificate or crl found (_ssl.c:4123)", nil)
		}
		decoded := beside(func() [][]byte { return blocks(data) })
		verify = func(name string, chain []*x509.Certificate) error { return verifyBundle(data, decoded(), name, chain) }
	case runtime.GOOS != "linux":
		return &tls.Config{ServerName: u.Host}, nil // the platform's own verifier knows its roots
	default:
		decoded := beside(func() [][]byte { return blocks(r.systemBundle()) })
		verify = func(name string, chain []*x509.Certificate) error { return r.system(decoded(), name, chain) }
	}
	config.VerifyConnection = func(state tls.ConnectionState) error {
		if len(state.PeerCertificates) == 0 {
			return errors.New("the server has no certificate")
		}
		if err := verify(u.Host, state.PeerCertificates); err != nil {
			return &tls.CertificateVerificationError{UnverifiedCertificates: state.PeerCertificates, Err: err}
		}
		return nil
	}
	return config, nil
}

// beside does its work while the connection is made and the server is waited for, and returns how to get the result.
func beside(work func() [][]byte) func() [][]byte {
	result := sync.OnceValue(work)
	go result()
	return result
}

func verifyBundle(data []byte, decoded [][]byte, name string, chain []*x509.Certificate) error {
	pool := x509.NewCertPool()
	issuers(pool, decoded, chain)
	err := verifyChain(pool, name, chain)
	if !isUnknownAuthority(err) {
		return err
	}
	all := x509.NewCertPool()
	all.AppendCertsFromPEM(data)
	return verifyChain(all, name, chain)
}

// system verifies against the system's roots: those of the bundle file that fit; if they do not do, those of
// the folders that fit; if they do not do either, all that crypto/x509 itself finds.
func (r Roots) system(bundle [][]byte, name string, chain []*x509.Certificate) error {
	pool := x509.NewCertPool()
	if issuers(pool, bundle, chain) > 0 {
		if err := verifyChain(pool, name, chain); !isUnknownAuthority(err) {
			return err
		}
	}
	found := 0
	r.folderFiles(func(data []byte) { found += issuers(pool, blocks(data), chain) })
	if found > 0 {
		if err := verifyChain(pool, name, chain); !isUnknownAuthority(err) {
			return err
		}
	}
	all, err := x509.SystemCertPool()
	if err != nil {
		return err
	}
	return verifyChain(all, name, chain)
}

// verifyChain is crypto/tls's own verification of a server.
func verifyChain(roots *x509.CertPool, name string, chain []*x509.Certificate) error {
	options := x509.VerifyOptions{DNSName: name, Roots: roots, Intermediates: x509.NewCertPool()}
	for _, c := range chain[1:] {
		options.Intermediates.AddCert(c)
	}
	_, err := chain[0].Verify(options)
	return err
}

func isUnknownAuthority(err error) bool {
	var unknown x509.UnknownAuthorityError
	return errors.As(err, &unknown)
}

func sslError(u URL, reason string, cause error) error {
	return &Error{Message: "SSL validation failed for " + u.String() + " " + reason, Cause: cause}
}

func bundleError(u URL, err error) error {
	reason := "the CA bundle cannot be read"
	var number syscall.Errno
	if errors.As(err, &number) {
		text := number.Error()
		reason = "[Errno " + strconv.Itoa(int(number)) + "] " + strings.ToUpper(text[:1]) + text[1:]
	}
	return sslError(u, reason, err)
}

// handshakeError gives a failed handshake OpenSSL's words, which people search for.
func handshakeError(u URL, err error) error {
	var failed *tls.CertificateVerificationError
	if errors.As(err, &failed) {
		return sslError(u, verifyFailed+verifyReason(failed, u.Host)+" (_ssl.c:992)", err)
	}
	var header tls.RecordHeaderError
	if errors.As(err, &header) {
		return sslError(u, "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:992)", err)
	}
	var op *net.OpError
	if errors.As(err, &op) && (op.Op == "remote error" || op.Op == "local error") { // a TLS alert
		return sslError(u, "[SSL] "+op.Err.Error(), err)
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() || isContext(err) {
		return &Error{Message: "Connect timeout on endpoint URL: " + quote(u), Retry: true, Cause: err}
	}
	if errors.As(err, &timeout) || isClosed(err) {
		return &Error{Message: "Could not connect to the endpoint URL: " + quote(u), Retry: true, Cause: err}
	}
	return sslError(u, "[SSL] "+err.Error(), err)
}

const verifyFailed = "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: "

func verifyReason(failed *tls.CertificateVerificationError, host string) string {
	var (
		name    x509.HostnameError
		invalid x509.CertificateInvalidError
		chain   = failed.UnverifiedCertificates
		last    = chain[len(chain)-1]
	)
	switch {
	case errors.As(failed, &name) && net.ParseIP(host) != nil:
		return "IP address mismatch, certificate is not valid for '" + host + "'."
	case errors.As(failed, &name):
		return "Hostname mismatch, certificate is not valid for '" + host + "'."
	case errors.As(failed, &invalid) && invalid.Reason == x509.Expired:
		return "certificate has expired"
	case !isUnknownAuthority(failed):
		return failed.Err.Error()
	case string(last.RawIssuer) != string(last.RawSubject):
		return "unable to get local issuer certificate"
	case len(chain) == 1:
		return "self-signed certificate"
	}
	return "self-signed certificate in certificate chain"
}
