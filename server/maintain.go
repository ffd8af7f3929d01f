package server

import (
	"context"
	"time"
)

// maintainEvery is how often the ring of token keys and the list of revocations are looked after.
const maintainEvery = time.Minute

// certificateWarning is how long before its end a certificate is warned of, and how often.
const (
	certificateWarning = 14 * 24 * time.Hour
	certificateEvery   = 24 * time.Hour
)

// watchCertificate warns, once a day, of a certificate that ends soon.
func (s *Server) watchCertificate(ctx context.Context) {
	t := time.NewTicker(certificateEvery)
	defer t.Stop()
	for {
		if left := s.certificate.ends().Sub(s.now()); left < certificateWarning {
			s.log.Warn("the TLS certificate ends soon: put a new one in its place", "file", s.config.TLSCert, "left", left.Round(time.Hour))
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// maintain rotates token keys when they are due, until ctx ends. A failure is logged and tried again: tokens keep
// being sealed with the old key meanwhile.
func (s *Server) maintain(ctx context.Context) {
	t := time.NewTicker(maintainEvery)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			s.clockIsRight()
			if err := s.store.WriteLastUses(ctx); err != nil && ctx.Err() == nil {
				s.log.Error("noting when keys were used", "cause", err)
			}
			if err := s.issuer.Maintain(ctx); err != nil && ctx.Err() == nil {
				s.log.Error("looking after the token keys", "cause", err)
			}
		}
	}
}
