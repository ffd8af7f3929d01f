package credential

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/octroi/octroi/awsconfig"
	"github.com/octroi/octroi/hosts"
	"github.com/octroi/octroi/loan"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/wire"
)

const (
	unknownSession = time.Hour       // what is believed of a session that does not say how long it lasts: STS's usual hour
	identityTime   = 2 * time.Second // how long a token waits to learn whose it is
)

// Lender gets logins for the small binary, and keeps them for it.
type Lender struct {
	Settings  *awsconfig.Settings
	Folder    *loan.Folder // nil for none
	UserAgent string
	Now       func() time.Time
	Debug     func(format string, args ...any)
}

// Lend is a login for what is asked: one that the same identity already has, from whatever credentials, or a new one.
func (l Lender) Lend(ctx context.Context, r loan.Request) (loan.Loan, error) {
	client, err := l.client(r.Host, r.Entry)
	if err != nil {
		return loan.Loan{}, err
	}
	got, err := l.borrower(ctx, r, sts(client))
	if err != nil {
		return loan.Loan{}, err
	}
	client.Signer = &got.Credentials
	endpoint := client.Endpoint.String()
	unlock, err := l.Folder.Lock(ctx, "service", r.Host.Name, endpoint)
	if err != nil {
		return loan.Loan{}, fmt.Errorf("waited for another process that asks %s", endpoint)
	}
	defer unlock()
	known := l.identity(ctx, got, sts(client))
	now := l.Now()
	if got.ARN != "" || l.anyFor(r.Host.Name, endpoint) {
		have, ok := l.Folder.Find(known(), r.Host.Name, endpoint, now)
		if ok && (!r.Renew || have.Fresh(now)) {
			return have, nil
		}
	}
	token, _, err := Login{Now: l.Now}.Ask(ctx, client)
	if err != nil {
		return loan.Loan{}, err
	}
	fresh := loan.Loan{
		Host: r.Host.Name, Identity: known(), Endpoint: endpoint, User: token.User, Password: loan.Password(token.Password.Reveal()),
		Issued: now, Expires: capped(token.Expires, got, now),
	}
	if err := l.Folder.Keep(ctx, fresh, now); err != nil && l.Debug != nil {
		l.Debug("the login could not be kept: %v", err)
	}
	l.Folder.Prune(now)
	return fresh, nil
}

// borrower finds the credentials: the service account's, or the profile's, exchanged for the entry's role.
func (l Lender) borrower(ctx context.Context, r loan.Request, at awsconfig.STS) (awsconfig.Credentials, error) {
	role := awsconfig.Role{ARN: r.Entry.RoleARN, ExternalID: r.Entry.ExternalID, STS: at}
	if a := r.Account; a != nil {
		role.ARN = a.Role
		return l.Settings.ExchangeToken(ctx, role, a.Session, principal.NewSecretFrom(a.Token))
	}
	if err := l.Settings.CheckProfile(); err != nil {
		return awsconfig.Credentials{}, err
	}
	got, err := l.Settings.Credentials(ctx)
	if err != nil || role.ARN == "" {
		return got, err
	}
	return l.Settings.Exchange(ctx, role, got)
}

// client calls the service that gives tokens for the host. Only for Amazon's own host the settings of AWS tools say
// where that is: a variable that points to one service is not meant for every host in the configuration.
func (l Lender) client(h hosts.Host, e hosts.Entry) (*wire.Client, error) {
	s := l.Settings
	attempts, mode, err := s.Retries()
	if err != nil {
		return nil, err
	}
	region := usualRegion
	if configured, ok := s.ConfiguredRegion(); ok && configured != "" && !h.Amazon() {
		region = configured
	}
	if e.Region != "" {
		region = e.Region
	}
	var given *string
	if service := e.Service(h); service != "" {
		given = &service
	}
	u, signing, err := s.Endpoint(awsconfig.ECRPublic, region, given)
	if err != nil {
		return nil, err
	}
	if !h.Amazon() && ofAmazon(u) {
		return nil, fmt.Errorf("%s gives tokens for Amazon's registry, and %s is not Amazon's", u.Host, h.Name)
	}
	return &wire.Client{
		Transport: s.Transport(), Endpoint: u, Service: awsconfig.ECRPublic.Signing, Region: signing,
		Attempts: attempts, Mode: mode, UserAgent: l.UserAgent, Now: l.Now, Debug: l.Debug,
	}, nil
}

func (l Lender) anyFor(host, endpoint string) bool {
	for _, have := range l.Folder.Loans(l.Now()) {
		if have.Host == host && have.Endpoint == endpoint {
			return true
		}
	}
	return false
}

// identity begins to ask whose credentials these are, and gives a function that waits for the answer. Where nothing
// is cached the token is asked for meanwhile, and the first pull waits for one round trip, not for two. When STS does
// not say, the access key stands for its owner.
func (l Lender) identity(ctx context.Context, got awsconfig.Credentials, at awsconfig.STS) (known func() string) {
	if got.ARN != "" {
		return func() string { return identityOf(got.ARN) }
	}
	answer := make(chan string, 1)
	go func() {
		ctx, cancel := context.WithTimeout(ctx, identityTime)
		defer cancel()
		arn, err := l.Settings.CallerIdentity(ctx, at, &got.Credentials)
		if err != nil {
			if l.Debug != nil {
				l.Debug("whose credentials these are is not known: %v", err)
			}
			arn = "access-key/" + got.AccessKeyID
		}
		answer <- identityOf(arn)
	}()
	var once string
	return func() string {
		if once == "" {
			once = <-answer
		}
		return once
	}
}

// madeUp are the beginnings of session names that tools invent, with a number or a random text behind them.
var madeUp = []string{"botocore-session-", "aws-go-sdk-", "aws-sdk-js-session-", "aws-sdk-java-", "aws-sdk-rust-", "octroi-session-"}

// identityOf is the principal that a loan belongs to. A session name that a tool made up is left out, so that each new
// key of a role finds what the one before was lent. One that somebody chose stays: such a session can have been
// narrowed, and what is lent to a wide session is not for a narrow one. Tools that make up names narrow nothing.
func identityOf(arn string) string {
	at := strings.LastIndexByte(arn, '/')
	if !strings.Contains(arn, ":assumed-role/") || at < 0 {
		return arn
	}
	for _, begin := range madeUp {
		if rest, ok := strings.CutPrefix(arn[at+1:], begin); ok && rest != "" {
			return arn[:at+1] + begin + "*"
		}
	}
	return arn
}

// capped is when the login ends: with the token, or with the session that asked for it, since a registry refuses what
// a session that has ended was given.
func capped(token time.Time, got awsconfig.Credentials, now time.Time) time.Time {
	end := now.Add(loan.MaxLife)
	if token.Before(end) {
		end = token
	}
	session := got.Expires
	if session.IsZero() && got.SessionToken.Reveal() != "" {
		session = now.Add(unknownSession)
	}
	if !session.IsZero() && session.Before(end) {
		end = session
	}
	return end.Truncate(time.Millisecond)
}
