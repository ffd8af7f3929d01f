package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/octroi/octroi/awscli"
	"github.com/octroi/octroi/awsconfig"
	"github.com/octroi/octroi/wire"
)

const usualTimeout = 60 * time.Second

// backend gives the grammar its settings and its network.
type backend struct {
	environ func(string) (string, bool)
	stderr  io.Writer
	loaded  *awsconfig.Settings
}

// settings reads the user's files, once.
func (b *backend) settings(g awscli.Globals) (*awsconfig.Settings, error) {
	if b.loaded != nil {
		return b.loaded, nil
	}
	var err error
	b.loaded, err = awsconfig.Load(awsconfig.Request{
		Environ: b.environ, Home: process{environ: b.environ}.home(), Profile: g.Profile, Region: g.Region,
		Connect: timeout(g.ConnectTimeout), Read: timeout(g.ReadTimeout),
		UserAgent: b.userAgent(""), Prompt: askSecretly, Debug: b.debug(g),
	})
	return b.loaded, err
}

// Settings are those that decide how to print.
func (b *backend) Settings(g awscli.Globals) (awscli.Settings, error) {
	s, err := b.settings(g)
	if err != nil {
		return awscli.Settings{}, failure(err)
	}
	if s.CheckProfile() != nil {
		return awscli.Settings{}, nil
	}
	get := func(key string) *string {
		if value, ok := s.Get(key); ok {
			return &value
		}
		return nil
	}
	return awscli.Settings{
		Output: get("output"), TimestampFormat: get("cli_timestamp_format"),
		BinaryFormat: get("cli_binary_format"), Pager: get("cli_pager"), ErrorFormat: get("cli_error_format"),
	}, nil
}

// Client checks the settings in the AWS CLI's order and finds the credentials' source.
func (b *backend) Client(ctx context.Context, g awscli.Globals) (awscli.Client, error) {
	c, err := b.client(ctx, g)
	if err != nil {
		return nil, failure(err)
	}
	return c, nil
}

func (b *backend) client(ctx context.Context, g awscli.Globals) (*client, error) {
	s, err := b.settings(g)
	if err != nil {
		return nil, err
	}
	if err := s.CheckProfile(); err != nil {
		return nil, err
	}
	region, missing := s.Region(ctx)
	if missing != nil && !errors.Is(missing, awsconfig.ErrNoRegion) {
		return nil, missing
	}
	c := &client{backend: b, region: region}
	if c.signed = !g.NoSignRequest; c.signed {
		c.source, err = s.Resolve(ctx)
	} else {
		err = s.CheckCredentials(ctx)
	}
	if err = cmp.Or(err, missing); err != nil { // what is wrong with the credentials comes first
		return nil, err
	}
	c.wire.Debug = b.debug(g)
	if c.wire.Attempts, c.wire.Mode, err = s.Retries(); err != nil {
		return nil, err
	}
	if c.wire.Endpoint, c.wire.Region, err = s.Endpoint(awsconfig.ECRPublic, region, g.EndpointURL); err != nil {
		return nil, err
	}
	if err := checkTimeouts(g); err != nil {
		return nil, err
	}
	c.wire.Service = awsconfig.ECRPublic.Signing
	c.wire.Transport = s.Transport()
	if g.CABundle != nil && *g.CABundle != "" {
		c.wire.Transport.Roots.Bundle = *g.CABundle
	}
	if g.NoVerifySSL {
		c.wire.Transport.Roots.Verify = wire.VerifyNever
	}
	return c, nil
}

// client sends operations.
type client struct {
	backend *backend
	wire    wire.Client
	region  string
	signed  bool
	source  awsconfig.Source
}

// Call signs and sends one operation.
func (c *client) Call(ctx context.Context, op awscli.Operation) ([]byte, error) {
	if c.signed {
		if c.source == nil {
			return nil, failure(awsconfig.ErrNoCredentials)
		}
		got, err := c.source(ctx)
		if err != nil {
			return nil, failure(err)
		}
		c.wire.Signer = &got.Credentials
	}
	if c.wire.Transport.Roots.Verify == wire.VerifyNever && c.wire.Endpoint.Scheme == "https" {
		fmt.Fprintf(c.backend.stderr, "octroi: warning: the certificate of %s is not verified (--no-verify-ssl)\n", c.wire.Endpoint.Host)
	}
	c.wire.UserAgent = c.backend.userAgent(op.Command)
	answer, err := c.wire.Do(ctx, wire.Operation{
		Name: op.Name,
		Header: []wire.Field{
			{Name: "X-Amz-Target", Value: "SpencerFrontendService." + op.Name},
			{Name: "Content-Type", Value: "application/x-amz-json-1.1"},
		},
		Body: op.Body,
	})
	if err != nil {
		c.hint(err)
		return nil, failure(err)
	}
	return answer.Body, nil
}

// hint explains, under --debug, the usual reason why an endpoint cannot be reached: Amazon has ECR Public in two
// regions.
func (c *client) hint(err error) {
	var refused *wire.ServiceError
	if c.wire.Debug == nil || errors.As(err, &refused) || c.region == "us-east-1" || c.region == "us-west-2" {
		return
	}
	c.wire.Debug("Amazon answers ECR Public in us-east-1 only, and the region here is %q: try --region us-east-1", c.region)
}

// userAgent names this program, and the command that sends.
func (b *backend) userAgent(command string) string {
	agent := product()
	if where, _ := b.environ("AWS_EXECUTION_ENV"); where != "" {
		agent += " exec-env/" + oneLine(where)
	}
	agent += " prompt/off"
	if command != "" {
		agent += " command/" + command
	}
	return agent
}

func (b *backend) debug(g awscli.Globals) func(string, ...any) { return b.trace(g.Debug) }

// trace writes lines of --debug, or is nil.
func (b *backend) trace(on bool) func(string, ...any) {
	if !on {
		return nil
	}
	return func(format string, args ...any) {
		fmt.Fprintf(b.stderr, "octroi: debug: %s\n", oneLine(fmt.Sprintf(format, args...)))
	}
}

func timeout(seconds *int) time.Duration {
	if seconds == nil {
		return usualTimeout
	}
	return time.Duration(*seconds) * time.Second
}

func checkTimeouts(g awscli.Globals) error {
	for _, t := range []struct {
		name  string
		value *int
	}{{"connect", g.ConnectTimeout}, {"read", g.ReadTimeout}} {
		if t.value != nil && *t.value < 0 {
			return &awscli.Failure{Message: "Attempted to set " + t.name + " timeout to " + strconv.Itoa(*t.value) +
				", but the timeout cannot be set to a value less than or equal to 0."}
		}
	}
	return nil
}

// failure turns an error of the packages below into the grammar's.
func failure(err error) error {
	var refused *wire.ServiceError
	var setting *awsconfig.Error
	switch {
	case errors.As(err, &setting):
		// Before the service's refusal, which may be its cause.
		return &awscli.Failure{Exit: setting.ExitCode(), Kind: setting.Kind, Message: setting.Message}
	case errors.As(err, &refused):
		return &awscli.ServiceError{
			Code: refused.Code, Message: refused.Message, Operation: refused.Operation,
			ReachedRetries: refused.Attempts == refused.Max, Retries: refused.Attempts - 1,
		}
	}
	return err
}
