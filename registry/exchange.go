package registry

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/octroi/octroi/internal/strictjson"
	"github.com/octroi/octroi/issuer"
)

// secretParameters may not stand in a URL, where logs and histories keep them.
var secretParameters = []string{"password", "access_token", "refresh_token", "token", "secret"}

// asked is a token request: for what, and with which password, empty for an anonymous one.
type asked struct {
	password string
	scopes   scopes
}

// exchange gives a short bearer for a login, or for nobody: what the challenge of the registry sends
// clients for. A bearer is never given for a bearer, so that none outlives its login.
//
// Source: Docker Registry token authentication, "Token Authentication Specification" and "OAuth2".
func (f *Registry) exchange(w http.ResponseWriter, r *http.Request, v *visit) error {
	ask, err := f.readAsked(w, r)
	if err != nil {
		return f.limits.failed(v.call, err)
	}
	login, reason, err := f.login(r.Context(), ask)
	v.caller.principal, v.call.Token = login.Principal, login.Token
	if err == nil {
		err = f.limits.spend(v.call, login.Principal)
	}
	if err != nil {
		return f.limits.failed(v.call, err)
	}
	text, expires, err := f.issuer.Bearer(r.Context(), login, ask.scopes.String())
	if err != nil {
		return tokenRefusal(err)
	}
	if err := f.access.Permit(r.Context(), v.call, login.Principal, "", ask.scopes.String(), reason); err != nil {
		return fault(unavailable, err)
	}
	if err := f.access.Commit(r.Context()); err != nil {
		return fault(unavailable, err)
	}
	w.Header()["Cache-Control"] = noStore
	writeBody(w, "application/json", bearerAnswer(text, expires, f.now()))
	return nil
}

// bearerAnswer has the token under both of its names: clients read one or the other.
func bearerAnswer(text string, expires, now time.Time) []byte {
	b := make([]byte, 0, 2*len(text)+128)
	b = strictjson.AppendString(append(b, `{"token":`...), text)
	b = strictjson.AppendString(append(b, `,"access_token":`...), text)
	b = strconv.AppendInt(append(b, `,"expires_in":`...), int64(expires.Sub(now)/time.Second), 10)
	b = now.UTC().AppendFormat(append(b, `,"issued_at":"`...), time.RFC3339)
	return append(b, `"}`...)
}

// login finds out who asks. Somebody whose password is ours but no longer valid gets, for repositories
// that anybody may pull from, what anybody gets: a stale login must not be worse than none. To any other
// question the answer is that it is stale, so that docker login says so.
func (f *Registry) login(ctx context.Context, ask asked) (issuer.Login, string, error) {
	if ask.password == "" {
		return issuer.Login{}, "anyone may have an anonymous bearer", nil
	}
	login, err := f.issuer.Redeem(ctx, ask.password)
	if err == nil {
		return login, "a login was exchanged", nil
	}
	if !errors.Is(err, issuer.ErrExpired) && !errors.Is(err, issuer.ErrRevoked) {
		return issuer.Login{}, "", tokenRefusal(err)
	}
	var failed error
	grace := ask.scopes.pullOnly(func(repository Repository) bool {
		account, err := f.account(ctx, repository.Alias)
		failed = errors.Join(failed, err)
		return err == nil && f.public(account, repository.Name)
	})
	switch {
	case failed != nil:
		return issuer.Login{}, "", failed
	case !grace:
		return login, "", tokenRefusal(err)
	}
	return issuer.Login{}, "a stale login: an anonymous bearer for public repositories", nil
}

// readAsked reads a token request of either form.
func (f *Registry) readAsked(w http.ResponseWriter, r *http.Request) (asked, error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return asked{}, refuse(queryInvalid)
	}
	for _, name := range secretParameters {
		if query.Has(name) {
			return asked{}, refuseBecause(formInvalid, "credentials do not belong into a URL")
		}
	}
	shown, err := readCredential(r.Header)
	if err != nil {
		return asked{}, err
	}
	if r.Method == http.MethodPost {
		return f.readForm(w, r, query, shown)
	}
	if shown.bearer != "" {
		return asked{}, refuse(credentialInvalid)
	}
	s, err := parseScopes(query["scope"])
	return asked{shown.password, s}, err
}

// readForm reads the OAuth2 form, whose only place for a credential and a scope is the body. A refresh
// token is what docker calls a password that a credential helper gave it as an identity token.
func (f *Registry) readForm(w http.ResponseWriter, r *http.Request, query url.Values, shown credential) (asked, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" || len(query) > 0 || shown != (credential{}) {
		return asked{}, refuse(formInvalid)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, f.limits.Form))
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		return asked{}, refuse(formTooLarge)
	}
	if err != nil {
		return asked{}, fault(formInvalid, err)
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return asked{}, refuse(formInvalid)
	}
	p := &parameters{values: form}
	password := ""
	switch p.get("grant_type") {
	case "password":
		if p.get("username") != userName {
			return asked{}, refuse(credentialInvalid)
		}
		password = p.get("password")
	case "refresh_token":
		password = p.get("refresh_token")
	default:
		return asked{}, refuse(formInvalid)
	}
	if p.twice || !sealedText(password) {
		return asked{}, refuse(credentialInvalid)
	}
	s, err := parseScopes(form["scope"])
	return asked{password, s}, err
}
