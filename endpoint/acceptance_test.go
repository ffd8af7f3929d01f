package endpoint_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/servertest"
	"github.com/octroi/octroi/store"
)

const (
	mismatch = "The request signature we calculated does not match the signature you provided. " +
		"Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
	noKey = "The security token included in the request is invalid."
)

// codes are the names of one refusal in the two protocols; awsJson answers 400 where Query answers 403.
type codes struct {
	json, query string
	queryStatus int
}

func (c codes) in(f front) (status int, code string) {
	if f.service == "sts" {
		return c.queryStatus, c.query
	}
	return 400, c.json
}

var (
	missing      = codes{"MissingAuthenticationTokenException", "MissingAuthenticationToken", 403}
	incomplete   = codes{"IncompleteSignatureException", "IncompleteSignature", 400}
	unrecognized = codes{"UnrecognizedClientException", "InvalidClientTokenId", 403}
	badSignature = codes{"InvalidSignatureException", "SignatureDoesNotMatch", 403}
)

func TestRightRequestIsAnswered(t *testing.T) {
	h := open(t)
	for _, f := range h.fronts() {
		h.allow(t, as(h.user, f.service, time.Now()).sign(t, f.request))
	}
}

// The answer of a token is what AWS's clients read: "AWS:" and a password in base64, and a time in epoch seconds.
func TestTokenAnswer(t *testing.T) {
	h := open(t)
	a := h.allow(t, h.signer().sign(t, h.getToken()))
	var got struct {
		AuthorizationData struct {
			AuthorizationToken string
			ExpiresAt          float64
		}
	}
	if err := json.Unmarshal([]byte(a.body), &got); err != nil {
		t.Fatal(err)
	}
	text, err := base64.StdEncoding.Strict().DecodeString(got.AuthorizationData.AuthorizationToken)
	left := time.Until(time.Unix(int64(got.AuthorizationData.ExpiresAt), 0))
	if err != nil || !strings.HasPrefix(string(text), "AWS:") || left > 12*time.Hour || left < 12*time.Hour-time.Minute {
		t.Errorf("got a token that lasts %v: %v", left, err)
	}
	if a.Header.Get("Content-Type") != "application/x-amz-json-1.1" || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers: %v", a.Header)
	}
}

func TestRefusedCredentials(t *testing.T) {
	h := open(t)
	wrong, unknown := h.user, h.user
	wrong.Secret = strings.Repeat("A", 40)
	unknown.ID = "AKIAUNKNOWNUNKNOWN22"
	off := h.AddUser("off", servertest.ToLogIn())
	gone := h.AddUser("gone", servertest.ToLogIn())
	for _, f := range h.fronts() {
		now := time.Now()
		h.allow(t, as(off, f.service, now).sign(t, f.request))
		for _, c := range []struct {
			name    string
			signer  signing
			codes   codes
			message string
		}{
			{"wrong secret", as(wrong, f.service, now), badSignature, mismatch},
			{"unknown key", as(unknown, f.service, now), unrecognized, noKey},
			{"S19 clock behind", as(h.user, f.service, now.Add(-16*time.Minute)), badSignature, "Signature expired: "},
			{"S19 clock ahead", as(h.user, f.service, now.Add(16*time.Minute)), badSignature, "Signature not yet current: "},
		} {
			t.Run(f.name+"/"+c.name, func(t *testing.T) {
				status, code := c.codes.in(f)
				h.refuse(t, c.signer.sign(t, f.request), status, code, c.message)
			})
		}
	}
	t.Run("S33", func(t *testing.T) {
		u, err := h.Store().UserByName(t.Context(), h.Account, "off")
		if err == nil {
			err = h.Store().SetAccessKeyStatus(t.Context(), u, principal.AccessKeyID(off.ID), store.Inactive)
		}
		if err == nil {
			err = h.Store().DeleteUser(t.Context(), h.Account, "gone")
		}
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second) // what the service promises
		for _, f := range h.fronts() {
			status, code := unrecognized.in(f)
			h.refuse(t, as(off, f.service, time.Now()).sign(t, f.request), status, code, noKey)
			h.refuse(t, as(gone, f.service, time.Now()).sign(t, f.request), status, code, noKey)
		}
	})
}

// Every header that a signature covers, altered, doubled, or taken away.
func TestAlteredHeaders(t *testing.T) {
	h := open(t)
	for _, f := range h.fronts() {
		signed := as(h.user, f.service, time.Now()).sign(t, f.request)
		later := time.Now().Add(time.Second).UTC().Format(basic)
		for _, c := range []struct {
			name    string
			altered message
			codes   codes
			message string
		}{
			{"X-Amz-Date", signed.with("X-Amz-Date", later), badSignature, mismatch},
			{"X-Amz-Date of another day", signed.with("X-Amz-Date", "20200101T000000Z"), badSignature, "Date in Credential scope does not match"},
			{"no X-Amz-Date", signed.without("X-Amz-Date"), incomplete,
				"Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "},
			{"Content-Type", signed.with("Content-Type", strings.ToUpper(signed.value("Content-Type"))), badSignature, mismatch},
			{"Host", signed.with("Host", strings.Replace(h.Host, "127.0.0.1", "localhost", 1)), badSignature, mismatch},
			{"another Host", signed.with("Host", "registry.example.com"), badSignature, "'Host'"},
			{"body", signed.carrying(alteredBody(signed.body)), badSignature, mismatch},
			{"X-Amz-Security-Token added", signed.with("X-Amz-Security-Token", "x"), badSignature,
				"'X-Amz-Security-Token' must be a 'SignedHeader' in the AWS Authorization."},
			{"no Authorization", signed.without("Authorization"), missing, "Missing Authentication Token"},
			{"signature", signed.with("Authorization", flipLast(signed.value("Authorization"))), badSignature, mismatch},
			{"no signature", signed.with("Authorization", cutAt(signed.value("Authorization"), ", Signature=")), incomplete,
				"Authorization header requires 'Signature' parameter. "},
			{"no SignedHeaders", signed.with("Authorization", strings.Replace(signed.value("Authorization"), "SignedHeaders=", "Signed=", 1)),
				incomplete, "Authorization header must have"},
			{"region", signed.with("Authorization", strings.Replace(signed.value("Authorization"), "us-east-1", "eu-west-1", 1)), badSignature, mismatch},
		} {
			t.Run(f.name+"/"+c.name, func(t *testing.T) {
				status, code := c.codes.in(f)
				h.refuse(t, c.altered, status, code, c.message)
			})
		}
	}
	t.Run("JSON/X-Amz-Target", func(t *testing.T) {
		signed := h.signer().sign(t, h.getToken().target("SpencerFrontendService.DeleteRepository"))
		h.refuse(t, signed.target("SpencerFrontendService.GetAuthorizationToken"), 400, "InvalidSignatureException", mismatch)
	})
	t.Run("Query/Action", func(t *testing.T) {
		signed := as(h.user, "sts", time.Now()).sign(t, h.whoAmI().carrying("Action=GetAccessKeyInfo&Version=2011-06-15"))
		h.refuse(t, signed.carrying(h.whoAmI().body), 403, "SignatureDoesNotMatch", mismatch)
	})
}

func TestDenied(t *testing.T) {
	h := open(t)
	half := h.AddUser("half", servertest.Grant{Actions: []string{"ecr-public:GetAuthorizationToken"}, Resources: []string{"*"}})
	a := h.refuse(t, as(half, "ecr-public", time.Now()).sign(t, h.getToken()), 400, "AccessDeniedException",
		"User: arn:aws:iam::"+h.Account+":user/half is not authorized to perform: sts:GetServiceBearerToken on resource: * "+
			"because no identity-based policy allows the sts:GetServiceBearerToken action")
	r := h.atLeast(t, 2, a.Header.Get("X-Amzn-Requestid"))
	if len(r) != 2 || r[0].Outcome != "allow" || r[1].Outcome != "deny" || r[1].Who() != "arn:aws:iam::"+h.Account+":user/half" {
		t.Errorf("records: %+v", r)
	}
}

func flipLast(text string) string {
	last := byte('0')
	if text[len(text)-1] == '0' {
		last = '1'
	}
	return text[:len(text)-1] + string(last)
}

func alteredBody(body string) string {
	if body == "{}" {
		return "{ }"
	}
	return body + "&X=y"
}

func cutAt(text, at string) string { head, _, _ := strings.Cut(text, at); return head }

// H07: what an operation refuses before it asks any policy has a record, too.
func TestHostileH07(t *testing.T) {
	h := open(t)
	m := h.operation("iam", "CreateUser", "")
	h.refuse(t, as(h.user, "iam", time.Now()).sign(t, m), 400, "ValidationError", "userName")
	m = h.operation("sts", "AssumeRole", "RoleArn=x&RoleSessionName=a")
	h.refuse(t, as(h.user, "sts", time.Now()).sign(t, m), 400, "ValidationError", "")
}
