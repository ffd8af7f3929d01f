package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/audit"
	"github.com/octroi/octroi/budget"
	"github.com/octroi/octroi/endpoint"
	"github.com/octroi/octroi/identity"
	"github.com/octroi/octroi/issuer"
	"github.com/octroi/octroi/metric"
	"github.com/octroi/octroi/registry"
	"github.com/octroi/octroi/registry/engine"
	"github.com/octroi/octroi/sigv4"
	"github.com/octroi/octroi/store"
)

// Server is the running service.
type Server struct {
	config     Config
	log        *slog.Logger
	now        func() time.Time
	folder     *os.File // locked
	store      *store.Store
	audit      *audit.Log
	access     *access.Control
	issuer     *issuer.Issuer
	endpoint   *endpoint.Endpoint
	engine     *engine.Engine
	registry   *registry.Registry
	requests   *budget.Table // of principals
	failures   *budget.Table // of networks
	proxies    proxies
	names      names
	listener   *limitedListener
	handshakes *handshakes
	http       *http.Server

	metrics      *metric.Set
	certificate  *certificate // nil without TLS
	admin        *http.Server // nil without a port of its own
	adminAddress string

	draining atomic.Bool
	broken   chan struct{}      // closed after a flush that failed
	stop     context.CancelFunc // of maintenance
}

// Start opens the data folder and the port, and serves until Shutdown. A nil now is time.Now.
func Start(ctx context.Context, c Config, log *slog.Logger, now func() time.Time) (*Server, error) {
	if now == nil {
		now = time.Now
	}
	if err := c.Check(); err != nil {
		return nil, err
	}
	s := &Server{config: c, log: log, now: now, metrics: metric.New(), broken: make(chan struct{}),
		requests: budget.New(c.Limits.RequestRate, c.Limits.RequestBurst),
		failures: budget.New(c.Limits.FailureRate, c.Limits.FailureBurst)}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *Server) open(ctx context.Context) (err error) {
	if s.proxies, err = parseProxies(s.config.TrustedProxies); err != nil {
		return err
	}
	if s.folder, err = takeFolder(s.config.Data); err != nil {
		return err
	}
	if s.store, err = prepare(ctx, s.config, s.now); err != nil {
		return err
	}
	log, err := auditConfig(ctx, s.config.Data, s.store, s.now)
	if err != nil {
		return err
	}
	log.Flushed = s.metrics.Flushed
	if s.audit, err = audit.Open(log); err != nil {
		return err
	}
	if err := s.listen(); err != nil {
		return err
	}
	if err := s.mount(ctx); err != nil {
		return err
	}
	return s.serve()
}

// mount is the one place where the parts meet.
func (s *Server) mount(ctx context.Context) (err error) {
	s.access = &access.Control{Store: s.store, Log: s.audit, Now: s.now, Observe: s.metrics.Decided}
	if s.issuer, err = issuer.New(ctx, issuer.Config{Store: s.store, Access: s.access, Now: s.now}); err != nil {
		return err
	}
	s.endpoint = endpoint.New(endpoint.Config{
		Store: s.store, Access: s.access, Issuer: s.issuer, Sessions: s.issuer.Sessions(), Log: s.log,
		Identity: &identity.Identity{Access: s.access, Store: s.store, Sessions: s.issuer.Sessions(), Tokens: s.tokens(),
			Audience: s.names.external, PrivateIssuers: s.config.PrivateIssuers},
		Verifier: &sigv4.Verifier{Now: s.now, Hosts: s.names.accepts}, Limits: s.config.Limits.endpoint(s.requests, s.failures),
	})
	return s.openRegistry(ctx)
}

func (s *Server) listen() error {
	l, err := net.Listen("tcp", s.config.Listen)
	if err != nil {
		return fmt.Errorf("opening the port: %w", err)
	}
	s.listener = limitListener(l, s.connections(), s.proxies)
	s.handshakes = newHandshakes(s.config.Limits, s.proxies)
	s.names = newNames(s.config, l.Addr())
	return nil
}

func (s *Server) serve() error {
	s.http = &http.Server{
		Handler: s, ReadHeaderTimeout: s.config.Limits.HeaderTimeout, IdleTimeout: s.config.Limits.IdleTimeout,
		MaxHeaderBytes: int(s.config.Limits.HeaderBlock),
		ErrorLog:       slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
		ConnState:      s.listener.state,

		DisableGeneralOptionsHandler: true, // it would answer OPTIONS * without a record
	}
	var l net.Listener = s.listener
	if s.config.TLSCert != "" {
		c, err := newCertificate(s.config.TLSCert, s.config.TLSKey, s.log)
		if err != nil {
			return err
		}
		s.certificate, l = c, &secureListener{s.listener, c.config(), s.handshakes}
	}
	if s.config.AddressFile != "" {
		if err := WriteFile(s.config.AddressFile, []byte(s.listener.Addr().String())); err != nil {
			return fmt.Errorf("writing the address file: %w", err)
		}
	}
	if err := s.serveAdmin(); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	go s.maintain(ctx)
	go s.watchDisk(ctx)
	go s.collect(ctx)
	if s.certificate != nil {
		go s.watchCertificate(ctx)
	}
	go s.registry.RemoveIdleUploadsUntil(ctx, func(err error) { s.log.Error("removing idle uploads", "cause", err) })
	go func() {
		if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("serving ended", "cause", err)
		}
	}()
	return nil
}

// Address is where the service listens, host:port.
func (s *Server) Address() string { return s.listener.Addr().String() }

// URL is how clients reach the service.
func (s *Server) URL() string { return s.names.external }

// Broken is closed when a flush of the audit log, the database or the registry has failed: the disk did not keep what
// it had taken. Nothing is written there any more, and the service should be ended.
func (s *Server) Broken() <-chan struct{} { return s.broken }

// watchDisk closes broken, once.
func (s *Server) watchDisk(ctx context.Context) {
	what := "the audit log"
	select {
	case <-ctx.Done():
		return
	case <-s.audit.Broken():
	case <-s.store.Broken():
		what = "the database"
	case <-s.engine.Broken():
		what = "the registry"
	}
	s.log.Error("the disk did not keep what it had taken", "of", what)
	close(s.broken)
}

// Shutdown takes no new requests, lets those under way finish, and closes the store last.
func (s *Server) Shutdown(ctx context.Context) error {
	s.draining.Store(true)
	ctx, cancel := context.WithTimeout(ctx, s.config.Limits.DrainTimeout)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, s.http.Close())
	}
	return errors.Join(err, s.close())
}

func (s *Server) close() (err error) {
	if s.stop != nil {
		s.stop()
	}
	if s.admin != nil {
		err = errors.Join(err, s.admin.Close())
	}
	if s.listener != nil {
		s.listener.Close() // closed twice after Shutdown, which is no error of ours
	}
	if s.engine != nil {
		err = errors.Join(err, s.engine.Close())
	}
	if s.audit != nil {
		err = errors.Join(err, s.audit.Close())
	}
	if s.store != nil {
		err = errors.Join(err, s.store.WriteLastUses(context.Background()), s.store.Close())
	}
	if s.folder != nil {
		err = errors.Join(err, s.folder.Close())
	}
	return err
}
