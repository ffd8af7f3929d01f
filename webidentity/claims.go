package webidentity

import (
	"fmt"
	"time"

	"github.com/octroi/octroi/internal/strictjson"
)

// claims are those of a token that every token has to have, and what it holds beside them.
type claims struct {
	issuer, subject string
	audience        []string
	party           string // azp
	id              string // jti
	issued, expires time.Time
	notBefore       time.Time // zero when it is not said
	session         Session
	texts           map[string][]string
}

// Bounds of claims. The subject's is that of OpenID Connect.
//
// Source: OpenID Connect Core 1.0 section 2, sub.
const (
	maxText      = 2048
	maxSubject   = 255
	maxAudiences = 50
)

var claimLimits = strictjson.Limits{Depth: 16, Members: 2000, String: maxToken}

// parseClaims reads the claims and their types. Whether they are right is check.go's.
func parseClaims(part string) (claims, error) {
	v, err := decodeObject(part, "payload", claimLimits)
	if err != nil {
		return claims{}, err
	}
	r := claimReader{object: v}
	c := claims{
		issuer: r.text("iss", required), subject: r.text("sub", required),
		audience: r.audiences(), party: r.text("azp", optional), id: r.text("jti", optional),
		issued: r.time("iat", required), expires: r.time("exp", required), notBefore: r.time("nbf", optional),
	}
	c.session, c.texts = r.session(), texts(v)
	return c, r.err
}

// need says whether a claim may be missing.
type need int

const (
	required need = iota
	optional
)

// claimReader reads claims and keeps the first thing that is wrong.
type claimReader struct {
	object strictjson.Value
	err    error
}

func (r *claimReader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = invalid(format, args...)
	}
}

// member is a claim, if it is there. A null is a claim of the wrong type: it is not the same as none.
func (r *claimReader) member(name string, n need) (strictjson.Value, bool) {
	v, ok := r.object.Member(name)
	if !ok && n == required {
		r.fail("Missing a required claim: %s", name)
	}
	return v, ok
}

func (r *claimReader) text(name string, n need) string {
	v, ok := r.member(name, n)
	if !ok {
		return ""
	}
	if v.Kind() != strictjson.String || v.Text() == "" || len(v.Text()) > maxText {
		r.fail("The claim %s is not a text of 1 to %d characters", name, maxText)
	}
	return v.Text()
}

// time reads a moment in whole seconds. A fraction or an exponent is refused, though RFC 7519 has them: AWS takes
// integers only, and 1e400 is no time.
//
// Source: STS API Reference, AssumeRoleWithWebIdentity: "Timestamps in the token must be formatted as either an integer
// or a long integer".
func (r *claimReader) time(name string, n need) time.Time {
	v, ok := r.member(name, n)
	if !ok {
		return time.Time{}
	}
	seconds, ok := v.Int64()
	if !ok || seconds <= 0 || seconds > maxSeconds {
		r.fail("The claim %s is not a time in whole seconds", name)
	}
	return time.Unix(seconds, 0)
}

const maxSeconds = 1 << 40 // of the year 36812: far from where arithmetic with times wraps

// audiences is aud: a text, or a list of texts.
func (r *claimReader) audiences() []string {
	v, ok := r.member("aud", optional)
	if !ok {
		r.fail("%s: the claim aud is missing", wrongAudience)
		return nil
	}
	all := []strictjson.Value{v}
	if v.Kind() == strictjson.Array {
		all = v.Elements()
	}
	if len(all) == 0 || len(all) > maxAudiences {
		r.fail("%s: the claim aud has %d values", wrongAudience, len(all))
		return nil
	}
	var texts []string
	for _, a := range all {
		if a.Kind() != strictjson.String || a.Text() == "" || len(a.Text()) > maxText {
			r.fail("%s: the claim aud is neither a text nor a list of texts", wrongAudience)
			return nil
		}
		texts = append(texts, a.Text())
	}
	return texts
}

// texts are the claims that conditions can ask for: texts, lists of texts, truth values and numbers as they were
// written. A list with anything else in it is left out: half of it would be another claim.
func texts(v strictjson.Value) map[string][]string {
	all := map[string][]string{}
	for _, m := range v.Members() {
		if text, ok := textOf(m.Value); ok {
			all[m.Name] = []string{text}
			continue
		}
		if m.Value.Kind() == strictjson.Array {
			if list, ok := list(m.Value); ok {
				all[m.Name] = list
			}
		}
	}
	return all
}

func list(v strictjson.Value) ([]string, bool) {
	var all []string
	for _, e := range v.Elements() {
		if e.Kind() != strictjson.String {
			return nil, false
		}
		all = append(all, e.Text())
	}
	return all, true
}

func textOf(v strictjson.Value) (string, bool) {
	switch v.Kind() {
	case strictjson.String:
		return v.Text(), true
	case strictjson.Number:
		return v.Number(), true
	case strictjson.Bool:
		return fmt.Sprint(v.Bool()), true
	}
	return "", false
}
