package webidentity

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Bounds of times. A provider's clock may be off by the leeway; a token is taken within a day of its making, as AWS
// does; and one that says it is good for more than a year was not meant to be one.
const (
	leeway   = time.Minute
	maxAge   = 24 * time.Hour
	maxValid = 366 * 24 * time.Hour
)

// check holds the claims to a provider and a moment. It runs before the signature is looked at: it is the cheaper of
// the two, and it tells a caller nothing but what his token says.
func (c *claims) check(p Provider, now time.Time) error {
	if c.issuer != p.Issuer {
		return Unknown(c.issuer)
	}
	if err := c.checkTimes(now); err != nil {
		return err
	}
	if err := c.checkAudience(p.Audiences); err != nil {
		return err
	}
	return c.checkSubject()
}

// checkTimes: a token that was good once is told from one that never was.
func (c *claims) checkTimes(now time.Time) error {
	switch {
	case c.expires.Before(c.issued):
		return invalid("the token expires (exp) before it was issued (iat)")
	case c.issued.After(now.Add(leeway)):
		return invalid("the token was issued (iat) in the future: look after the clocks of the identity provider and of this service")
	case c.notBefore.After(now.Add(leeway)):
		return invalid("the token is not valid yet (nbf)")
	case c.expires.After(now.Add(maxValid)):
		return invalid("the token is valid (exp) for more than a year")
	case !c.expires.After(now.Add(-leeway)):
		return &Error{Kind: Expired, Message: fmt.Sprintf(
			"Token expired: current date/time %d must be before the expiration date/time %d", now.Unix(), c.expires.Unix())}
	case !c.issued.After(now.Add(-maxAge - leeway)):
		return invalid("Token must be issued within 24 hours of use")
	}
	return nil
}

// checkAudience: the token must be for us and for nobody else. A token that others may show too could have been taken
// to them first; so of several audiences the provider must say (azp) that it made the token for us.
//
// Source: OpenID Connect Core 1.0 section 3.1.3.7, steps 3 to 5.
func (c *claims) checkAudience(ours []string) error {
	switch {
	case !slices.ContainsFunc(c.audience, func(a string) bool { return slices.Contains(ours, a) }):
		return invalid(wrongAudience)
	case c.party != "" && !slices.Contains(ours, c.party):
		return invalid("%s: the authorized party (azp) is another one", wrongAudience)
	case len(c.audience) > 1 && c.party == "":
		return invalid("%s: of several audiences the token must name the authorized party (azp)", wrongAudience)
	}
	return nil
}

// checkSubject refuses what could be taken for a pattern, or what draws on a screen.
func (c *claims) checkSubject() error {
	if len(c.subject) > maxSubject || !visible(c.subject) || strings.Contains(c.subject, "*") {
		return invalid("the token's subject (sub) is not 1 to %d visible ASCII characters without *", maxSubject)
	}
	return nil
}

// client is for whom the token was made: who is authorized, or else the audience.
//
// Source: IAM User Guide, "IAM and AWS STS condition context keys", AWS OIDC federation: aud is the claim azp, or aud
// where there is no azp; oaud is the claim aud.
func (c *claims) client() string {
	if c.party != "" {
		return c.party
	}
	return c.audience[0]
}

// Unknown is what is said of an issuer that nobody registered.
func Unknown(issuer string) error {
	if len(issuer) > 255 || !visible(issuer) {
		issuer = "the token's issuer"
	}
	return &Error{Kind: Unregistered, Message: "No OpenIDConnect provider found in your account for " + issuer}
}
