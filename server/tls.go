package server

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// certificate serves the pair of files, and reads them again when one has changed. A pair that does not load leaves
// the old one in place: a half-written renewal must not stop the service.
type certificate struct {
	cert, key string
	log       *slog.Logger

	mu      sync.Mutex
	loaded  *tls.Certificate
	changed [2]time.Time // of what is loaded
	refused [2]time.Time // of what did not load
	looked  time.Time
}

const certificateLook = 5 * time.Second

func newCertificate(cert, key string, log *slog.Logger) (*certificate, error) {
	c := &certificate{cert: cert, key: key, log: log}
	if err := c.load(); err != nil {
		return nil, fmt.Errorf("reading the TLS certificate: %w", err)
	}
	return c, nil
}

func (c *certificate) times() (at [2]time.Time, err error) {
	for i, path := range []string{c.cert, c.key} {
		info, err := os.Stat(path)
		if err != nil {
			return at, err
		}
		at[i] = info.ModTime()
	}
	return at, nil
}

func (c *certificate) load() error {
	at, err := c.times()
	if err != nil {
		return err
	}
	if err := notForAll(c.key); err != nil {
		return err
	}
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		return err
	}
	c.loaded, c.changed = &pair, at
	return nil
}

// notForAll refuses a key that everybody on this machine can read. A group may: what renews certificates is often
// another user, who hands them over by one.
func notForAll(path string) error {
	info, err := os.Stat(path)
	if err == nil && info.Mode().Perm()&0o007 != 0 {
		err = fmt.Errorf("%s can be read by everybody (mode %04o): run chmod o= %s", path, info.Mode().Perm(), path)
	}
	return err
}

func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Since(c.looked) > certificateLook {
		c.looked = time.Now()
		if at, err := c.times(); err == nil && at != c.changed {
			c.renew(at)
		}
	}
	return c.loaded, nil
}

// renew takes the new pair, or says, once, why it cannot; the old one stays then.
func (c *certificate) renew(at [2]time.Time) {
	if err := c.load(); err != nil && at != c.refused {
		c.refused = at
		c.log.Error("the new TLS certificate cannot be used, and the old one is served on", "cause", err)
	} else if err == nil {
		c.log.Info("serving the new TLS certificate", "file", c.cert, "ends", c.loaded.Leaf.NotAfter)
	}
}

// ends is when the certificate that is served does.
func (c *certificate) ends() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.loaded.Leaf.NotAfter
}

func (c *certificate) config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, CipherSuites: modern, GetCertificate: c.get, NextProtos: []string{"http/1.1"}}
}

// modern are the suites of TLS 1.2 that have forward secrecy and authenticated encryption; those of 1.3 all have. Go
// would speak CBC with SHA-1, too.
//
// Source: RFC 9325 section 4.2.
var modern = []uint16{
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
	tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
}
