package doctor

import (
	"context"
	"errors"
	"fmt"

	"github.com/octroi/octroi/awsconfig"
	"github.com/octroi/octroi/credential"
)

var errNoPrompt = errors.New("not here")

// credentials are those of AWS that ask for a token: found where, and whose role.
func credentials(ctx context.Context, v *visit) []Finding {
	const name = "credentials"
	if !v.lends() {
		return nil
	}
	settings, err := v.load()
	if err != nil {
		return wrong(name, err.Error(), "correct ~/.aws/config and ~/.aws/credentials, or name another profile")
	}
	v.settings = settings
	v.lender = credential.Login{
		Settings: settings, Entry: v.entry, Region: v.Region, Endpoint: v.Endpoint, UserAgent: v.UserAgent, Now: v.now, Debug: v.Debug,
	}
	if v.client, err = v.lender.Client(v.Host); err != nil {
		return wrong("endpoint", err.Error(), "correct the endpoint or the region: flags come before the configuration, and that before the environment")
	}
	got, err := v.lender.Credentials(ctx, v.client)
	if err != nil {
		return wrong(name, err.Error(), remedy(err))
	}
	v.client.Signer = &got.Credentials
	text := fmt.Sprintf("key %s, found in: %s", got.AccessKeyID, got.Source)
	if v.entry.RoleARN != "" {
		text += ", of the role " + v.entry.RoleARN
	}
	if !got.Expires.IsZero() {
		text += ", until " + got.Expires.UTC().Format("2006-01-02 15:04 UTC")
	}
	return ok(name, text)
}

func (v *visit) load() (*awsconfig.Settings, error) {
	profile := v.Profile
	if profile == nil && v.entry.Profile != "" {
		profile = &v.entry.Profile
	}
	settings, err := awsconfig.Load(awsconfig.Request{
		Environ: v.Environ, Home: v.Home, Profile: profile, Region: v.Region, Connect: connectTime, Read: readTime,
		UserAgent: v.UserAgent, Debug: v.Debug, Now: v.Now, Prompt: func(string) (string, error) { return "", errNoPrompt },
	})
	if err != nil {
		return nil, err
	}
	return settings, settings.CheckProfile()
}

func remedy(err error) string {
	switch refused := refusal(err); {
	case isKind(err, awsconfig.KindNoCredentials):
		return "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; for an octroi service AWS_SHARED_CREDENTIALS_FILE"
	case errors.Is(err, errNoPrompt):
		return "run octroi login, which asks for the MFA code"
	case refused != nil && refused.Operation == "AssumeRole":
		return "the role's trust policy must name who asks, and the external id must be the one that it wants"
	case refused != nil:
		return "get new credentials from whatever made these"
	}
	return "correct the source of credentials that it names"
}
