package kubelet

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/octroi/octroi/hosts"
	"github.com/octroi/octroi/internal/strictjson"
	"github.com/octroi/octroi/loan"
)

// roleAnnotations are where a service account says which role its pods pull with: what Amazon's own provider reads, and
// what EKS has for the pods themselves. The kubelet hands over those that its configuration names.
var roleAnnotations = []string{"eks.amazonaws.com/ecr-role-arn", "eks.amazonaws.com/role-arn"}

// RoleAnnotations are these names, for the kubelet's configuration: it hands over those that it lists.
func RoleAnnotations() []string { return slices.Clone(roleAnnotations) }

// Account is the service account of a request that asks for itself, or nil when the request has no token or nobody says
// a role; then the node's own credentials count. key is what tells one account from another, without the token, which
// changes every hour.
func (r Request) Account(e hosts.Entry, environ func(string) (string, bool), now time.Time) (a *loan.Account, key string, err error) {
	role := r.role(e, environ)
	if r.Token == "" || role == "" {
		return nil, "", nil
	}
	if !hosts.ValidRole(role) {
		return nil, "", fmt.Errorf("the service account's role %s is no role's ARN: want arn:aws:iam::123456789012:role/NAME", strconv.QuoteToASCII(role))
	}
	c, err := parseClaims(r.Token)
	if err != nil {
		return nil, "", err
	}
	audience := e.Audience
	if audience == "" {
		audience = hosts.UsualAudience
	}
	switch {
	case !c.isFor(audience):
		return nil, "", fmt.Errorf("the service account's token is not for the audience %s: set serviceAccountTokenAudience in the CredentialProviderConfig, or audience in the host's entry", audience)
	case now.Unix() >= c.expires:
		return nil, "", errors.New("the service account's token has ended")
	}
	key = strings.Join([]string{c.issuer, c.subject, c.uid, role}, "\x00")
	return &loan.Account{Token: r.Token, Role: role, Session: session(c)}, key, nil
}

func (r Request) role(e hosts.Entry, environ func(string) (string, bool)) string {
	for _, name := range roleAnnotations {
		if role := r.Annotations[name]; role != "" {
			return role
		}
	}
	if role, _ := environ("AWS_ECR_ROLE_ARN"); role != "" {
		return role
	}
	return e.RoleARN
}

// claims are what is read of a token.
type claims struct {
	issuer, subject, uid string
	audience             []string
	expires              int64
}

func (c claims) isFor(audience string) bool {
	for _, a := range c.audience {
		if a == audience {
			return true
		}
	}
	return false
}

var errToken = errors.New("the service account's token is no JWT")

// parseClaims reads the middle of a JWT.
//
// Source: RFC 7519; Kubernetes, "Service account token volume projection".
func parseClaims(token string) (c claims, err error) {
	part := strings.Split(token, ".")
	if len(part) != 3 {
		return c, errToken
	}
	for _, encoded := range part {
		// Strict is not strict about line breaks.
		if _, err := base64.RawURLEncoding.Strict().DecodeString(encoded); err != nil || encoded == "" || strings.ContainsAny(encoded, "\r\n") {
			return c, errToken
		}
	}
	text, err := base64.RawURLEncoding.DecodeString(part[1])
	if err != nil {
		return c, errToken
	}
	v, err := strictjson.Parse(text, strictjson.Limits{Depth: 8, Members: 1000})
	if err != nil {
		return c, errToken
	}
	c.issuer, c.subject, c.uid = at(v, "iss").Text(), at(v, "sub").Text(), at(v, "kubernetes.io", "serviceaccount", "uid").Text()
	var whole bool
	c.expires, whole = at(v, "exp").Int64()
	switch aud := at(v, "aud"); aud.Kind() {
	case strictjson.String:
		c.audience = []string{aud.Text()}
	case strictjson.Array:
		for _, a := range aud.Elements() {
			c.audience = append(c.audience, a.Text())
		}
	}
	if !whole || c.issuer == "" || c.subject == "" || strings.Contains(c.issuer+c.subject+c.uid, "\x00") {
		return c, errToken
	}
	return c, nil
}

func at(v strictjson.Value, path ...string) strictjson.Value {
	for _, name := range path {
		v, _ = v.Member(name)
	}
	return v
}

// session is the name of the session: it says in the service's records which account pulled. What a session's name
// cannot hold is replaced, and a hash keeps two accounts apart.
//
// Source: STS API Reference, RoleSessionName: [\w+=,.@-]{2,64}.
func session(c claims) string {
	sum := sha256.Sum256([]byte(c.issuer + "\x00" + c.subject + "\x00" + c.uid))
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_=,.@-", r) {
			return r
		}
		return '.'
	}, strings.TrimPrefix(c.subject, "system:serviceaccount:"))
	return name[:min(len(name), 51)] + "-" + hex.EncodeToString(sum[:6])
}
