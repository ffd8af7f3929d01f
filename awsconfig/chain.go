package awsconfig

import (
	"context"
	"time"

	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/wire"
)

// Credentials are what a source lends.
type Credentials struct {
	wire.Credentials
	Expires time.Time // zero when they do not say
	Source  string    // the AWS CLI's name of the source, as shared-credentials-file
	ARN     string    // whose they are; empty when the source does not say
}

// Source lends credentials when they are needed: reading a file has been done by then, asking a service not.
type Source func(context.Context) (Credentials, error)

// finder looks in one place. It returns nil when there is nothing there, and an error when there is something
// that cannot be used.
type finder func(context.Context) (Source, error)

// Resolve finds the source that counts: the first one that has anything. It returns nil when none has.
//
// Source: recorded runs of the AWS CLI 2.9.19. A profile asked for by flag takes the environment out of the chain, one asked
// for by variable does not.
func (s *Settings) Resolve(ctx context.Context) (Source, error) {
	if err := s.checkMetadata(); err != nil {
		return nil, err
	}
	name, environment := s.profileName(), trusted
	var chain []finder
	if s.flagged {
		environment = ignoredEnvironment
	} else {
		chain = append(chain, s.env)
	}
	chain = append(append(chain, s.role(name)), s.profileChain(name, environment)...)
	return firstOf(ctx, append(chain, s.legacyFile, s.boto, s.container, s.metadata))
}

// CheckCredentials finds what is wrong with the credentials that are written down, as Resolve would, for a call
// that needs none: nothing is run and nobody is asked.
func (s *Settings) CheckCredentials(ctx context.Context) error {
	name := s.profileName()
	chain := []finder{s.role(name), s.sharedFile(name), s.configFile(name)}
	if !s.flagged {
		chain = append([]finder{s.env}, chain...)
	}
	_, err := firstOf(ctx, chain)
	return err
}

// environmentUse says whether a profile's sources may also look at the environment.
type environmentUse int

const (
	ignoredEnvironment environmentUse = iota
	trusted
)

// profileChain is the sources that a profile of settings can hold, in order.
func (s *Settings) profileChain(name string, e environmentUse) []finder {
	return []finder{
		s.webIdentity(name, e), s.sso(name), s.sharedFile(name), s.login(name), s.process(name), s.configFile(name),
	}
}

func firstOf(ctx context.Context, chain []finder) (Source, error) {
	for _, find := range chain {
		if source, err := find(ctx); source != nil || err != nil {
			return source, err
		}
	}
	return nil, nil
}

// Credentials resolves the source and asks it. Nothing found is ErrNoCredentials.
func (s *Settings) Credentials(ctx context.Context) (Credentials, error) {
	source, err := s.Resolve(ctx)
	if err != nil {
		return Credentials{}, err
	}
	if source == nil {
		return Credentials{}, ErrNoCredentials
	}
	return source(ctx)
}

// always is a source of credentials that are already there, and checked for expiry.
func (s *Settings) always(c Credentials) (Source, error) {
	s.debug("credentials found: %s", c.Source)
	if err := s.unexpired(c); err != nil {
		return func(context.Context) (Credentials, error) { return Credentials{}, err }, nil
	}
	return func(context.Context) (Credentials, error) { return c, nil }, nil
}

func (s *Settings) unexpired(c Credentials) error {
	if !c.Expires.IsZero() && !s.now().Before(c.Expires) {
		return failed("Credentials were refreshed, but the refreshed credentials are still expired.")
	}
	return nil
}

func credentials(source, id, secret, token string) Credentials {
	return Credentials{
		Credentials: wire.Credentials{
			AccessKeyID:  id,
			Secret:       principal.NewSecretFrom(secret),
			SessionToken: principal.NewSecretFrom(token),
		},
		Source: source,
	}
}
