package awsconfig

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"time"

	"github.com/octroi/octroi/wire"
)

// loginWindow is how much life cached credentials of a login must have left to be used as they are.
const loginWindow = 5 * time.Minute

// loginToken is a file in ~/.aws/login/cache, as `aws login` writes it. Members that are not ours to know stay in
// rest, and are written back.
type loginToken struct {
	Access  loginAccess
	Refresh string
	Key     string // PEM
	Client  string
	rest    map[string]json.RawMessage
}

type loginAccess struct {
	AccessKeyID     string `json:"accessKeyId"`
	SecretAccessKey string `json:"secretAccessKey"`
	SessionToken    string `json:"sessionToken"`
	AccountID       string `json:"accountId"`
	ExpiresAt       string `json:"expiresAt"`
}

// login is what `aws login` left: credentials that live a quarter of an hour, and what is needed to renew them.
//
// Source: the AWS CLI since 2.32.0; the file, its name and the request are those of botocore 1.43.
func (s *Settings) login(profile string) finder {
	return func(context.Context) (Source, error) {
		keys := s.files.profiles[profile]
		if !has(keys, "login_session") {
			return nil, nil
		}
		path := s.loginPath(keys.value["login_session"])
		token, err := readLogin(path, keys.value["login_session"])
		if err != nil {
			return nil, err
		}
		return func(ctx context.Context) (Credentials, error) { return s.useLogin(ctx, token, path) }, nil
	}
}

func (s *Settings) loginPath(session string) string {
	folder := s.under("login", "cache")
	if named, ok := s.request.Environ("AWS_LOGIN_CACHE_DIRECTORY"); ok {
		folder = s.expandHome(s.expandVariables(named))
	}
	sum := sha256.Sum256([]byte(session))
	return filepath.Join(folder, hex.EncodeToString(sum[:])+".json")
}

func loginFailed(reason string) error {
	return failed("Error loading login session token: " + reason)
}

func readLogin(path, session string) (loginToken, error) {
	data, err := readRegular(path, maxFile)
	if err != nil {
		return loginToken{}, loginFailed("Unable to load a existing login session for session " + session +
			". Please reauthenticate with 'aws login'.")
	}
	var t loginToken
	if json.Unmarshal(data, &t.rest) != nil {
		return loginToken{}, loginFailed("the cached token is no JSON object. Please reauthenticate with 'aws login'.")
	}
	var missing []string
	for _, m := range []struct {
		name string
		into any
	}{{"accessToken", &t.Access}, {"refreshToken", &t.Refresh}, {"dpopKey", &t.Key}, {"clientId", &t.Client}} {
		if raw, ok := t.rest[m.name]; !ok || json.Unmarshal(raw, m.into) != nil {
			missing = append(missing, m.name)
		}
	}
	if missing != nil {
		return loginToken{}, loginFailed("Failed to load access token from token cache, missing required fields: " +
			strings.Join(missing, ", ") + ".")
	}
	return t, nil
}

func (s *Settings) useLogin(ctx context.Context, t loginToken, path string) (Credentials, error) {
	expires, err := parseTime(t.Access.ExpiresAt)
	if err != nil {
		return Credentials{}, err
	}
	if expires.Sub(s.now()) <= loginWindow {
		if t, err = s.renewLogin(ctx, t); err != nil {
			return Credentials{}, err
		}
		if err := t.write(path); err != nil {
			s.debug("the renewed login could not be kept: %v", err)
		}
		if expires, err = parseTime(t.Access.ExpiresAt); err != nil {
			return Credentials{}, err
		}
	}
	c := credentials("login", t.Access.AccessKeyID, t.Access.SecretAccessKey, t.Access.SessionToken)
	c.Expires = expires
	return c, s.unexpired(c)
}

// renewLogin asks AWS Sign-In for the next quarter of an hour. The request proves possession of the key that the
// login was made with.
func (s *Settings) renewLogin(ctx context.Context, t loginToken) (loginToken, error) {
	u, err := s.signInEndpoint(ctx)
	if err != nil {
		return t, err
	}
	proof, err := possessionProof(t.Key, u.String(), s.now())
	if err != nil {
		return t, err
	}
	body, err := json.Marshal(map[string]string{
		"clientId": t.Client, "grantType": "refresh_token", "refreshToken": t.Refresh,
	})
	if err != nil {
		return t, err
	}
	client, err := s.client(u, Service{}, "", signInFault)
	if err != nil {
		return t, err
	}
	answer, err := client.Do(ctx, wire.Operation{
		Name:   "CreateOAuth2Token",
		Header: []wire.Field{{Name: "Content-Type", Value: "application/json"}, {Name: "DPoP", Value: proof}},
		Body:   body,
	})
	if err != nil {
		return t, signInRefused(err)
	}
	return t.renewed(answer.Body, s.now())
}

func (t loginToken) renewed(body []byte, now time.Time) (loginToken, error) {
	var got struct {
		Access  loginAccess `json:"accessToken"`
		Expires int64       `json:"expiresIn"`
		Refresh string      `json:"refreshToken"`
	}
	if json.Unmarshal(body, &got) != nil || got.Access.AccessKeyID == "" || got.Access.SecretAccessKey == "" ||
		got.Access.SessionToken == "" || got.Expires <= 0 || got.Expires > 24*3600 || got.Refresh == "" {
		return t, loginFailed("Unable to refresh access token due to an invalid service response. " +
			"Please try running 'aws login' again.")
	}
	got.Access.AccountID = t.Access.AccountID
	got.Access.ExpiresAt = now.Add(time.Duration(got.Expires) * time.Second).UTC().Format(time.RFC3339)
	t.Access, t.Refresh = got.Access, got.Refresh
	return t, nil
}

func (t loginToken) write(path string) error {
	for name, value := range map[string]any{"accessToken": t.Access, "refreshToken": t.Refresh} {
		raw, err := json.Marshal(value)
		if err != nil {
			return err
		}
		t.rest[name] = raw
	}
	data, err := json.Marshal(t.rest)
	if err != nil {
		return err
	}
	return writePrivate(path, data)
}

// signInEndpoint is AWS Sign-In's token address, in the domain that the partition has for people.
func (s *Settings) signInEndpoint(ctx context.Context) (wire.URL, error) {
	if text := s.ConfiguredEndpoint(Service{ID: "signin"}); text != "" && !ignored(text) {
		u, err := wire.ParseURL(text)
		return u.Join("/v1/token", ""), err
	}
	region, err := s.Region(ctx)
	if err != nil {
		return wire.URL{}, err
	}
	domain := ".signin.aws.amazon.com"
	switch {
	case strings.HasPrefix(region, "cn-"):
		domain = ".signin.amazonaws.cn"
	case strings.HasPrefix(region, "us-gov-"):
		domain = ".signin.amazonaws-us-gov.com"
	}
	return wire.ParseURL("https://" + region + domain + "/v1/token")
}

// signInFault reads a refusal of AWS Sign-In, whose error member says more than its code.
func signInFault(r wire.Response) (code, message string, err error) {
	code, message, err = restFault(r)
	var body struct {
		Error string `json:"error"`
	}
	if err == nil && json.Unmarshal(r.Body, &body) == nil && body.Error != "" {
		code = body.Error
	}
	return code, message, err
}

func signInRefused(err error) error {
	var refused *wire.ServiceError
	if !errors.As(err, &refused) {
		return err
	}
	switch refused.Code {
	case "TOKEN_EXPIRED", "USER_CREDENTIALS_CHANGED":
		return &Error{Cause: err, Message: "Your session has expired or credentials have changed. Please reauthenticate using 'aws login'."}
	case "INSUFFICIENT_PERMISSIONS":
		return &Error{Cause: err, Message: "Unable to create or refresh login credentials due to insufficient permissions. " +
			"You may be missing permission for the 'signin:CreateOAuth2Token' action."}
	}
	return err
}
