package awsconfig

import (
	"context"
	"encoding/json"
	"time"

	"github.com/octroi/octroi/wire"
)

// renewSSO exchanges a token's refresh token for a new one and puts it in the token's place. A failure is no
// error: the token may still be good for minutes, and the caller says so when it is not.
func (s *Settings) renewSSO(ctx context.Context, p ssoProfile, old ssoToken, path string) (ssoToken, bool) {
	registered, err := parseTime(old.RegistrationExpiresAt)
	if err != nil || !s.now().Before(registered) || old.RefreshToken == "" || old.ClientID == "" || old.ClientSecret == "" {
		return old, false
	}
	u, _, err := s.Endpoint(oidcService, p.region, nil)
	if err != nil {
		return old, false
	}
	client, err := s.client(u.Join("/token", ""), oidcService, p.region, restFault)
	if err != nil {
		return old, false
	}
	body, err := json.Marshal(map[string]string{
		"grantType": "refresh_token", "clientId": old.ClientID, "clientSecret": old.ClientSecret, "refreshToken": old.RefreshToken,
	})
	if err != nil {
		return old, false
	}
	answer, err := client.Do(ctx, wire.Operation{
		Name: "CreateToken", Header: []wire.Field{{Name: "Content-Type", Value: "application/json"}}, Body: body,
	})
	if err != nil {
		s.debug("the SSO token could not be refreshed: %v", err)
		return old, false
	}
	var got struct {
		AccessToken  string `json:"accessToken"`
		ExpiresIn    int64  `json:"expiresIn"`
		RefreshToken string `json:"refreshToken"`
	}
	if json.Unmarshal(answer.Body, &got) != nil || got.AccessToken == "" || got.ExpiresIn <= 0 {
		return old, false
	}
	renewed := old
	renewed.AccessToken, renewed.RefreshToken = got.AccessToken, got.RefreshToken
	renewed.ExpiresAt = s.now().Add(time.Duration(got.ExpiresIn) * time.Second).UTC().Format(time.RFC3339)
	if data, err := json.Marshal(renewed); err == nil {
		if err := writePrivate(path, data); err != nil {
			s.debug("the refreshed SSO token could not be kept: %v", err)
		}
	}
	return renewed, true
}
