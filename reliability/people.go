package main

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// user is one that was made, with what was done to it since.
type user struct {
	name  string
	key   aws.Credentials
	login login // that it got, if it is revoked
	state state
}

// state is how a user was left.
type state int

const (
	active   state = iota
	disrobed       // its key was disabled
	revoked        // its tokens were
	removed        // it was
)

func (u user) check(ctx context.Context, c *caller, found *loss) {
	own := *c
	own.key = u.key
	_, err := own.token(ctx)
	no := new(refused)
	switch {
	case (u.state == disrobed || u.state == removed) && !(errors.As(err, &no) && no.status == http.StatusBadRequest):
		found.gone("the key of %s was disabled or removed, and: %v", u.name, err)
	case u.state != disrobed && u.state != removed && err != nil:
		found.gone("user %s: %v", u.name, err)
	case u.state == revoked:
		if err := c.works(ctx, u.login); !errors.As(err, &no) || no.status != http.StatusUnauthorized {
			found.gone("the token of %s was revoked, and: %v", u.name, err)
		}
	}
}

// toLogIn is a policy that allows tokens.
const toLogIn = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["ecr-public:GetAuthorizationToken","sts:GetServiceBearerToken"],"Resource":"*"}}`

func (w *workers) iam(c *caller) *iam.Client {
	return iam.New(iam.Options{Region: "us-east-1", BaseEndpoint: aws.String("http://" + c.host), Retryer: aws.NopRetryer{}, HTTPClient: c.client,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return c.key, nil })})
}

// add makes a user through IAM, with a key and the right to tokens.
func (w *workers) add(ctx context.Context, c *caller) (user, error) {
	u, api := user{name: w.next()}, w.iam(c)
	if _, err := api.CreateUser(ctx, &iam.CreateUserInput{UserName: &u.name}); err != nil {
		return u, err
	}
	k, err := api.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: &u.name})
	if err != nil {
		return u, err
	}
	u.key = aws.Credentials{AccessKeyID: *k.AccessKey.AccessKeyId, SecretAccessKey: *k.AccessKey.SecretAccessKey}
	_, err = api.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: &u.name, PolicyName: aws.String("p"), PolicyDocument: aws.String(toLogIn)})
	return u, err
}

// enlist makes a user as an operator does, with a program that may be cut off, and removes every second one.
func (w *workers) enlist(ctx context.Context, _ *caller) error {
	u := user{name: w.next()}
	text, err := w.node.program(ctx, "user", "add", u.name, "--allow", "push", "--repository", "team/*", "--json")
	if err != nil {
		return err
	}
	var made struct{ AccessKeyID, SecretAccessKey string }
	if err := json.Unmarshal([]byte(text), &made); err != nil {
		return err
	}
	u.key = aws.Credentials{AccessKeyID: made.AccessKeyID, SecretAccessKey: made.SecretAccessKey}
	if rand.IntN(2) == 0 {
		if _, err := w.node.program(ctx, "user", "remove", u.name); err != nil {
			return err
		}
		u.state = removed
	}
	w.note(func(l *ledger) { l.users = append(l.users, u) })
	return nil
}

// swayed is a user whose policy is changed again and again.
type swayed struct {
	user
	allowed bool // by the policy that was acknowledged last
	sure    bool // and no other one was sent since
}

// sway gives a user the right to tokens, or takes it away.
func (w *workers) sway(ctx context.Context, c *caller) (err error) {
	if w.swayed.name == "" {
		u, err := w.add(ctx, c)
		if err == nil {
			w.note(func(l *ledger) { l.swayed.user = u })
		}
		return err
	}
	allow, effect := rand.IntN(2) == 0, "Deny"
	if allow {
		effect = "Allow"
	}
	w.note(func(l *ledger) { l.swayed.sure = false })
	_, err = w.iam(c).PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: &w.swayed.name, PolicyName: aws.String("p"),
		PolicyDocument: aws.String(strings.Replace(toLogIn, "Allow", effect, 1))})
	if err == nil {
		w.note(func(l *ledger) { l.swayed.allowed, l.swayed.sure, l.sways = allow, true, l.sways+1 })
	}
	return err
}

// check has the service decide by the policy that it acknowledged last.
func (s swayed) check(ctx context.Context, c *caller, found *loss) {
	if !s.sure {
		return
	}
	own := *c
	own.key = s.key
	_, err := own.token(ctx)
	if no := new(refused); (err == nil) != s.allowed || !s.allowed && !(errors.As(err, &no) && strings.Contains(no.body, "AccessDenied")) {
		found.gone("the policy of %s allows tokens: %v, and: %v", s.name, s.allowed, err)
	}
}

// administer makes a user, and disables the key of every second one.
func (w *workers) administer(ctx context.Context, c *caller) error {
	u, err := w.add(ctx, c)
	if err != nil {
		return err
	}
	if rand.IntN(2) == 0 {
		_, err := w.iam(c).UpdateAccessKey(ctx, &iam.UpdateAccessKeyInput{UserName: &u.name, AccessKeyId: &u.key.AccessKeyID, Status: types.StatusTypeInactive})
		if err != nil {
			return err
		}
		u.state = disrobed
	}
	w.note(func(l *ledger) { l.users = append(l.users, u) })
	return nil
}

// revoke makes a user, gets a token for it and takes that back, as an operator does.
func (w *workers) revoke(ctx context.Context, c *caller) error {
	u, err := w.add(ctx, c)
	if err != nil {
		return err
	}
	own := *c
	own.key = u.key
	if u.login, err = own.token(ctx); err != nil {
		return err
	}
	if _, err = w.node.program(ctx, "token", "revoke", "--user", u.name); err != nil {
		return err
	}
	u.state = revoked
	w.note(func(l *ledger) { l.users = append(l.users, u) })
	return nil
}
