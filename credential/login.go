package credential

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/octroi/octroi/awsconfig"
	"github.com/octroi/octroi/hosts"
	"github.com/octroi/octroi/wire"
)

// Login is what a login needs to know beside its host.
type Login struct {
	Settings  *awsconfig.Settings // of the profile that is configured for the host, or given
	Entry     hosts.Entry         // what is configured for the host; the zero value for nothing
	Region    *string             // as given; nil for the entry's, or the settings' one
	Endpoint  *string             // --endpoint-url, or nil
	Stores    []Store             // where it is kept
	UserAgent string
	Now       func() time.Time // nil for time.Now
	Debug     func(format string, args ...any)
}

// Result says what a login achieved.
type Result struct {
	Host     string
	User     string
	Identity string // the ARN of whoever this is, or empty where the service does not say
	Key      string // access key id that was used
	Source   string // where it was found
	Expires  time.Time
	Kept     []string // the tools that find it now
	Token    Token
}

// Do gets a token for h, tries it at h, and keeps it. A token that h refuses is not kept: it would replace one that
// works. Nor is one for a registry that has its logins sent elsewhere.
func (l Login) Do(ctx context.Context, h Host) (Result, error) {
	r, err := l.Get(ctx, h)
	if err != nil {
		return Result{}, err
	}
	for _, s := range l.Stores {
		if err := s.Put(ctx, h, r.Token); err != nil {
			return Result{}, err
		}
		r.Kept = append(r.Kept, s.Tool())
	}
	return r, nil
}

// Get gets a token for h and tries it at h.
func (l Login) Get(ctx context.Context, h Host) (Result, error) {
	switch {
	case l.Entry.Anonymous:
		return Result{}, errors.New("is configured as anonymous: take `anonymous` out of its entry to log in")
	case l.Entry.InnerHelper != "":
		return Result{}, fmt.Errorf("is configured to be answered by docker-credential-%s: log in with that", l.Entry.InnerHelper)
	}
	client, err := l.Client(h)
	if err != nil {
		return Result{}, err
	}
	got, err := l.Credentials(ctx, client)
	if err != nil {
		return Result{}, err
	}
	client.Signer = &got.Credentials
	token, _, err := l.Ask(ctx, client)
	if err != nil {
		return Result{}, err
	}
	if err := l.try(ctx, client.Transport, h, token); err != nil {
		return Result{}, fmt.Errorf("got a token, but %w", err)
	}
	return Result{
		Host: h.Name, User: token.User, Identity: l.Identity(ctx, client), Key: got.AccessKeyID, Source: got.Source,
		Expires: token.Expires, Token: token,
	}, nil
}

func (l Login) try(ctx context.Context, transport *wire.Transport, h Host, t Token) error {
	r := Registry{transport, h, l.UserAgent}
	if _, err := r.Ping(ctx); err != nil {
		return err
	}
	return r.Try(ctx, t)
}

// Line is the result for a person.
func (r Result) Line() string {
	who := r.User
	if r.Identity != "" {
		who = r.Identity
	}
	line := fmt.Sprintf("%s: logged in as %s with key %s (%s), until %s",
		r.Host, who, r.Key, r.Source, r.Expires.UTC().Format("2006-01-02 15:04 UTC"))
	if len(r.Kept) > 1 {
		line += ", for " + strings.Join(r.Kept, " and ")
	}
	return line
}

// Advice adds what to do to an error that does not say so.
func Advice(err error) error {
	var refused *wire.ServiceError
	var missing *awsconfig.Error
	var unproved *tls.CertificateVerificationError
	switch {
	case errors.As(err, &unproved):
		return fmt.Errorf("%w (octroi doctor HOST says what is wrong with the certificate; one of an authority of your own is trusted by AWS_CA_BUNDLE=FILE)", err)
	case errors.As(err, &missing) && missing.Kind == awsconfig.KindNoCredentials:
		return fmt.Errorf("%w For an octroi service, set AWS_SHARED_CREDENTIALS_FILE to its credentials file", err)
	case errors.As(err, &refused) && strings.HasPrefix(refused.Code, "AccessDenied") && refused.Operation == "AssumeRole":
		return fmt.Errorf("%w (the role's trust policy must name who asks, and the external id must be the one that it wants)", err)
	case errors.As(err, &refused) && strings.HasPrefix(refused.Code, "AccessDenied"):
		return fmt.Errorf("%w (a login needs ecr-public:GetAuthorizationToken and sts:GetServiceBearerToken)", err)
	case errors.As(err, &refused) && (refused.Code == "ExpiredToken" || refused.Code == "ExpiredTokenException"):
		return fmt.Errorf("%w (get new credentials: aws sso login, or whatever made these)", err)
	}
	return err
}
