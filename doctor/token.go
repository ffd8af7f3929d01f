package doctor

import (
	"context"
	"fmt"
)

// token asks for one. Whether it may is the next check's.
func token(ctx context.Context, v *visit) []Finding {
	if !v.reached || v.client.Signer == nil {
		return nil
	}
	got, _, err := v.lender.Ask(ctx, v.client)
	if err != nil {
		v.refused = err
		return v.noToken(err)
	}
	v.token = &got
	who := v.lender.Identity(ctx, v.client)
	if who == "" {
		who = "key " + v.client.Signer.AccessKeyID
	}
	return ok("token", fmt.Sprintf("%s gets one, until %s", who, got.Expires.UTC().Format("2006-01-02 15:04 UTC")))
}

// noToken explains every refusal but a denial.
func (v *visit) noToken(err error) []Finding {
	refused := refusal(err)
	if refused == nil {
		return wrong("token", err.Error(), "does the endpoint belong to this host, and is it an ECR Public service?")
	}
	if denied(refused) {
		return nil
	}
	fix := map[string]string{
		"UnrecognizedClientException": "this key is not known there: it is another account's or service's, or was deleted",
		"InvalidClientTokenId":        "this key is not known there: it is another account's or service's, or was deleted",
		"InvalidSignatureException":   "the secret does not belong to the key, or the clock is wrong",
		"SignatureDoesNotMatch":       "the secret does not belong to the key, or the clock is wrong",
		"ExpiredTokenException":       "the session has ended: get new credentials, as with aws sso login",
		"ExpiredToken":                "the session has ended: get new credentials, as with aws sso login",
		"UnsupportedCommandException": "this region gives no tokens: use us-east-1",
		"MissingAuthenticationToken":  "a proxy took the signature away: put the host into NO_PROXY",
		"ThrottlingException":         "too many have asked: wait, and let docker-credential-octroi keep the token",
		"RequestExpired":              "set the clock: timedatectl set-ntp true",
	}[refused.Code]
	if fix == "" && refused.Status >= 500 {
		fix = "the service fails: look at its log, or at https://health.aws.amazon.com"
	}
	if fix == "" && refused.Status >= 300 && refused.Status < 400 {
		fix = "it points elsewhere, and is not followed: correct the endpoint"
	}
	if fix == "" {
		fix = "look this code up where the service documents it"
	}
	return wrong("token", err.Error(), fix)
}
