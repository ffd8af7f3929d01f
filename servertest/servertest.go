// Package servertest starts the real service for a Go test: on a folder of the test's own, on a free port of this
// machine, and gone when the test ends. Nothing in it is simulated.
//
//	s := servertest.Start(t)
//	key := s.AddUser("ci", servertest.ToLogIn(), s.On([]string{"ecr-public:*"}, "team/*"))
//	// point an AWS SDK at s.URL, or docker at s.Host
package servertest

import (
	"context"
	"encoding/json"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/server"
	"github.com/octroi/octroi/store"
)

// Server is a running service.
type Server struct {
	URL     string // of the AWS endpoint and the registry
	Host    string // host:port, as docker names a registry
	Data    string // its folder
	Account string // twelve digits
	Alias   string // the first part of every repository's path

	tb      testing.TB
	config  server.Config
	now     func() time.Time
	log     *slog.Logger
	running *server.Server
	store   *store.Store // a second opening, as octroid's commands make one
}

// Key is an access key, in clear: it opens nothing but this test's service.
type Key struct {
	UserName, ID, Secret string
}

// Option changes the service before it starts.
type Option func(*Server)

// Configure changes the configuration.
func Configure(change func(*server.Config)) Option { return func(s *Server) { change(&s.config) } }

// Clock gives the service another clock.
func Clock(now func() time.Time) Option { return func(s *Server) { s.now = now } }

// Log gives the service a log; without one it is discarded.
func Log(log *slog.Logger) Option { return func(s *Server) { s.log = log } }

// Start starts a service. It ends the test when the service does not start.
func Start(tb testing.TB, options ...Option) *Server {
	tb.Helper()
	s := &Server{tb: tb, Data: filepath.Join(tb.TempDir(), "data"), config: server.Defaults(), log: slog.New(slog.DiscardHandler)}
	s.config.Data, s.config.Listen = s.Data, "127.0.0.1:0"
	s.config.Limits.RequestRate, s.config.Limits.FailureRate = 0, 0 // a test is one principal on one network: Configure sets them
	for _, o := range options {
		o(s)
	}
	s.start()
	tb.Cleanup(s.stop)
	return s
}

func (s *Server) start() {
	s.tb.Helper()
	ctx := context.Background()
	var err error
	if s.running, err = server.Start(ctx, s.config, s.log, s.now); err != nil {
		s.tb.Fatalf("starting the service: %v", err)
	}
	s.URL, s.Host = s.running.URL(), s.running.Address()
	if s.store, err = s.config.RootKeys.OpenStore(ctx, s.Data); err != nil {
		s.tb.Fatalf("opening the service's store: %v", err)
	}
	all, err := s.store.Accounts(ctx)
	if err != nil {
		s.tb.Fatalf("reading the account: %v", err)
	}
	s.Account, s.Alias = all[0].ID, all[0].Alias
}

func (s *Server) stop() {
	if err := s.store.Close(); err != nil {
		s.tb.Errorf("closing the store: %v", err)
	}
	if err := s.running.Shutdown(context.Background()); err != nil {
		s.tb.Errorf("stopping the service: %v", err)
	}
}

// AdminURL is where the metrics are, when Configure gave them a port.
func (s *Server) AdminURL() string { return "http://" + s.running.AdminAddress() }

// Restart stops the service and starts it again on the same folder, on another port.
func (s *Server) Restart() {
	s.tb.Helper()
	s.stop()
	s.start()
}

// Reopen stops the service and starts it on another folder, on another port: one that a backup was restored to.
func (s *Server) Reopen(data string) {
	s.tb.Helper()
	s.stop()
	s.Data, s.config.Data = data, data
	s.start()
}

// Store is the service's store: what is changed in it the service obeys.
func (s *Server) Store() *store.Store { return s.store }

// Grant allows actions on resources.
type Grant = policy.Grant

// ToLogIn allows getting a token, and nothing else.
func ToLogIn() Grant {
	return Grant{Actions: []string{"ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"}, Resources: []string{"*"}}
}

// On allows actions on the account's repositories of these names, which may hold wildcards.
func (s *Server) On(actions []string, repositories ...string) Grant {
	g := Grant{Actions: actions}
	for _, r := range repositories {
		g.Resources = append(g.Resources, principal.RepositoryARN(s.Account, r))
	}
	return g
}

// AddUser makes a user with these rights and an access key.
func (s *Server) AddUser(name string, grants ...Grant) Key {
	s.tb.Helper()
	ctx := context.Background()
	u, err := s.store.CreateUser(ctx, s.Account, name)
	if err == nil && len(grants) > 0 {
		var document []byte
		if document, err = policy.Write(grants...); err == nil {
			err = s.store.PutInlinePolicy(ctx, u.Owner(), store.InlinePolicy{Name: "test", Document: string(document)})
		}
	}
	if err != nil {
		s.tb.Fatalf("adding user %s: %v", name, err)
	}
	k, secret, err := s.store.CreateAccessKey(ctx, u)
	if err != nil {
		s.tb.Fatalf("adding a key of user %s: %v", name, err)
	}
	return Key{UserName: name, ID: string(k.ID), Secret: secret.Reveal()}
}

// AddRole makes a role that these may assume, AWS principals of a trust policy (an account, the ARN of a user or role),
// with these rights. It answers the role's ARN.
func (s *Server) AddRole(name string, trusted []string, grants ...Grant) string {
	s.tb.Helper()
	trust, err := json.Marshal(map[string]any{"Version": policy.Version2012, "Statement": map[string]any{
		"Effect": "Allow", "Principal": map[string]any{"AWS": trusted},
		"Action": []string{"sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"}}})
	if err != nil {
		s.tb.Fatal(err)
	}
	return s.AddRoleTrusting(name, string(trust), grants...)
}

// AddRoleTrusting makes a role with this trust policy and these rights. It answers the role's ARN.
func (s *Server) AddRoleTrusting(name, trust string, grants ...Grant) string {
	s.tb.Helper()
	ctx := context.Background()
	r, err := s.store.CreateRole(ctx, store.Role{Account: s.Account, Name: name, Path: "/", Trust: trust})
	if err == nil && len(grants) > 0 {
		var document []byte
		if document, err = policy.Write(grants...); err == nil {
			err = s.store.PutInlinePolicy(ctx, r.Owner(), store.InlinePolicy{Name: "test", Document: string(document)})
		}
	}
	if err != nil {
		s.tb.Fatalf("adding role %s: %v", name, err)
	}
	return r.ARN()
}
