package awsconfig

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/octroi/octroi/wire"
)

// ssoProfile is a profile that signs in through IAM Identity Center: the plain form names a start URL, the newer
// one an sso-session.
type ssoProfile struct {
	startURL, region, account, role string
	session                         string
}

// sso is the token that `aws sso login` left in its cache, exchanged for a role's credentials.
func (s *Settings) sso(profile string) finder {
	return func(context.Context) (Source, error) {
		keys := s.files.profiles[profile]
		if !has(keys, "sso_role_name") && !has(keys, "sso_account_id") {
			return nil, nil
		}
		p, err := s.ssoProfile(profile, keys)
		if err != nil {
			return nil, err
		}
		return func(ctx context.Context) (Credentials, error) { return s.askSSO(ctx, p) }, nil
	}
}

func (s *Settings) ssoProfile(profile string, keys *section) (ssoProfile, error) {
	name, ok := keys.value["sso_session"]
	value := keys.value
	if ok {
		session := s.files.sessions[name]
		if session == nil {
			return ssoProfile{}, failed(`The specified sso-session does not exist: "` + name + `"`)
		}
		for key, v := range session.value {
			if own, both := value[key]; both && own != v {
				return ssoProfile{}, failed("The value for " + key + " is inconsistent between profile (" + own +
					") and sso-session (" + v + ").")
			}
		}
		value = merge(session, keys).value
	}
	var missing []string
	for _, key := range []string{"sso_role_name", "sso_account_id", "sso_start_url", "sso_region"} {
		if _, ok := value[key]; !ok {
			missing = append(missing, key)
		}
	}
	if missing != nil {
		return ssoProfile{}, failed(`The profile "` + profile + `" is configured to use SSO but is missing required configuration: ` +
			strings.Join(missing, ", "))
	}
	return ssoProfile{value["sso_start_url"], value["sso_region"], value["sso_account_id"], value["sso_role_name"], name}, nil
}

// ssoToken is a file in ~/.aws/sso/cache.
type ssoToken struct {
	AccessToken           string `json:"accessToken"`
	ExpiresAt             string `json:"expiresAt"`
	RefreshToken          string `json:"refreshToken,omitempty"`
	ClientID              string `json:"clientId,omitempty"`
	ClientSecret          string `json:"clientSecret,omitempty"`
	RegistrationExpiresAt string `json:"registrationExpiresAt,omitempty"`
	StartURL              string `json:"startUrl,omitempty"`
	Region                string `json:"region,omitempty"`
}

// ssoToken reads the cached token. The plain form leaves it to the service to refuse an expired one; the session
// form refreshes it in its last quarter of an hour.
func (s *Settings) ssoToken(ctx context.Context, p ssoProfile) (ssoToken, error) {
	name := p.startURL
	if p.session != "" {
		name = p.session
	}
	sum := sha1.Sum([]byte(name))
	path := s.under("sso", "cache", hex.EncodeToString(sum[:])+".json")
	var token ssoToken
	data, err := readRegular(path, maxFile)
	if err != nil || json.Unmarshal(data, &token) != nil {
		return token, failed("Error loading SSO Token: Token for " + name + " does not exist")
	}
	if token.AccessToken == "" || token.ExpiresAt == "" {
		return token, failed("Error loading SSO Token: Token for " + p.startURL + " is invalid")
	}
	if p.session == "" {
		return token, nil
	}
	expires, err := parseTime(token.ExpiresAt)
	if err != nil {
		return token, err
	}
	if left := expires.Sub(s.now()); left < roleWindow {
		if renewed, ok := s.renewSSO(ctx, p, token, path); ok {
			return renewed, nil
		}
		if left <= 0 {
			return token, failed("Error when retrieving token from sso: Token has expired and refresh failed")
		}
	}
	return token, nil
}

func (s *Settings) askSSO(ctx context.Context, p ssoProfile) (Credentials, error) {
	key := ssoCacheKey(p)
	if c, ok := s.cached("sso", key); ok {
		return c, nil
	}
	token, err := s.ssoToken(ctx, p)
	if err != nil {
		return Credentials{}, err
	}
	if !wire.ValidRegion(p.region) || p.region == "" {
		return Credentials{}, failed("Provided region_name '" + p.region + "' doesn't match a supported format.")
	}
	u, _, err := s.Endpoint(ssoService, p.region, nil)
	if err != nil {
		return Credentials{}, err
	}
	query := "role_name=" + queryEscape(p.role) + "&account_id=" + queryEscape(p.account)
	client, err := s.client(u.Join("/federation/credentials", query), ssoService, p.region, restFault)
	if err != nil {
		return Credentials{}, err
	}
	answer, err := client.Do(ctx, wire.Operation{
		Name: "GetRoleCredentials", Method: http.MethodGet,
		Header: []wire.Field{{Name: "x-amz-sso_bearer_token", Value: token.AccessToken}},
	})
	if err != nil {
		return Credentials{}, unauthorized(err)
	}
	c, err := ParseSSO(answer.Body)
	if err != nil {
		return Credentials{}, err
	}
	s.remember(key, c)
	return c, s.unexpired(c)
}

// queryEscape writes a space as %20, where net/url would write the form's "+".
func queryEscape(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }

func unauthorized(err error) error {
	if e, ok := err.(*wire.ServiceError); ok && e.Code == "UnauthorizedException" {
		return &Error{Cause: err, Message: "The SSO session associated with this profile has expired or is otherwise invalid. " +
			"To refresh this SSO session run aws sso login with the corresponding profile."}
	}
	return err
}

// restFault reads a refusal of a REST service: its code is in a header, or in the body as for other services.
func restFault(r wire.Response) (code, message string, err error) {
	code, message, err = wire.JSONFault(r)
	if name, _, _ := strings.Cut(r.Header.Get("X-Amzn-Errortype"), ":"); name != "" && err == nil {
		code = name
	}
	return code, message, err
}

// ParseSSO reads the answer to GetRoleCredentials. Its expiration is in milliseconds.
func ParseSSO(body []byte) (Credentials, error) {
	var answer struct {
		RoleCredentials struct {
			AccessKeyID     string `json:"accessKeyId"`
			SecretAccessKey string `json:"secretAccessKey"`
			SessionToken    string `json:"sessionToken"`
			Expiration      int64  `json:"expiration"`
		} `json:"roleCredentials"`
	}
	got := &answer.RoleCredentials
	if json.Unmarshal(body, &answer) != nil || got.AccessKeyID == "" || got.SecretAccessKey == "" || got.SessionToken == "" {
		return Credentials{}, retrieval("sso", "the answer holds no credentials")
	}
	c := credentials("sso", got.AccessKeyID, got.SecretAccessKey, got.SessionToken)
	c.Expires = time.UnixMilli(got.Expiration)
	return c, nil
}
