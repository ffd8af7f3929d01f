package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/octroi/octroi/store"
	"github.com/octroi/octroi/token"
)

// serveAdmin opens the port of the metrics, where one is configured. It has its own listener: a flood at the other one
// does not keep anybody from looking.
func (s *Server) serveAdmin() error {
	if s.config.AdminListen == "" {
		return nil
	}
	l, err := net.Listen("tcp", s.config.AdminListen)
	if err != nil {
		return fmt.Errorf("opening the port of the metrics: %w", err)
	}
	s.adminAddress = l.Addr().String()
	s.gauges()
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", s.metrics.Handler())
	for _, path := range []string{"/livez", "/readyz"} {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) { s.health(w, r, path) })
	}
	limits := s.config.Limits
	s.admin = &http.Server{Handler: mux, ReadHeaderTimeout: limits.HeaderTimeout, ReadTimeout: limits.RequestTimeout,
		WriteTimeout: limits.DownloadWindow, IdleTimeout: limits.IdleTimeout, MaxHeaderBytes: int(limits.HeaderBlock)}
	go func() {
		if err := s.admin.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("serving metrics ended", "cause", err)
		}
	}()
	return nil
}

// AdminAddress is where the metrics are, host:port; empty when they are not served.
func (s *Server) AdminAddress() string { return s.adminAddress }

// gauges are what is read when somebody asks.
func (s *Server) gauges() {
	m := s.metrics
	m.Gauge("connections", "Connections that are open.", func() float64 { return float64(s.listener.open()) })
	m.Gauge("audit_lag_records", "Records that are not on disk yet.", func() float64 { return float64(s.audit.Lag()) })
	m.Gauge("store_version_age_seconds", "How long ago the store was last asked whether it has changed; an idle service does not ask.",
		func() float64 { return s.store.VersionAge().Seconds() })
	m.Gauge("clock_behind_seconds", "How far the clock is behind the latest that it has shown; above 300 nothing is issued.",
		func() float64 { return s.issuer.ClockBehind().Seconds() })
	m.Gauge("keyring_age_seconds", "How long the token key that seals has sealed.", func() float64 { return s.sealed().Seconds() })
	m.Gauge("keyring_next_rotation_seconds", "Until the next token key seals.",
		func() float64 { return (token.SealFor - s.sealed()).Seconds() })
	if s.certificate != nil {
		m.Counter("handshakes_refused_total", "TLS connections that were closed because their network had too many.",
			func() float64 { return float64(s.handshakes.refused.Load()) })
		m.Gauge("certificate_expiry_seconds", "Until the TLS certificate ends; negative when it is over.",
			func() float64 { return s.certificate.ends().Sub(s.now()).Seconds() })
	}
}

// sealed is how long the newest key in use has sealed.
func (s *Server) sealed() time.Duration {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	keys, err := s.store.TokenKeys(ctx)
	if err != nil {
		return 0
	}
	var last store.TokenKey
	for _, k := range keys {
		if !k.ActivatedAt.After(s.now()) && k.ActivatedAt.After(last.ActivatedAt) {
			last = k
		}
	}
	return s.now().Sub(last.ActivatedAt)
}
