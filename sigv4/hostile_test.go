package sigv4_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/sigv4"
)

const (
	basicNoon = "20260304T120000Z"
	scope     = "/20260304/us-east-1/ecr-public/aws4_request"
	allNames  = "content-type;host;x-amz-date;x-amz-target"
	mismatch  = "The request signature we calculated does not match"
)

// handmade is a request signed over exactly these names and this scope, with the right secret: what a
// careless or a hostile signer could send and the SDK's would not.
func handmade(t testing.TB, r *http.Request, names, scope string) *http.Request {
	t.Helper()
	if r.Header["X-Amz-Date"] == nil && r.Header["Date"] == nil {
		r.Header.Set("X-Amz-Date", basicNoon)
	}
	payload := sha256.Sum256([]byte(jsonBody))
	canonical, err := sigv4.Canonical(r, names, hex.EncodeToString(payload[:]))
	if err != nil {
		canonical = "cannot be canonical"
	}
	credential := string(userID) + scope
	signature := strings.Repeat("0", 64)
	if strings.Count(credential, "/") == 4 {
		signature = sigv4.Sign(secret.Reveal(), credential, basicNoon, canonical)
	}
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+credential+", SignedHeaders="+names+", Signature="+signature)
	return r
}

// edit is a well-signed request, with its Authorization header rewritten.
func edit(t *testing.T, replace func(header string) string) *http.Request {
	t.Helper()
	r := usual().sign(t, getToken())
	r.Header.Set("Authorization", replace(r.Header.Get("Authorization")))
	return r
}

func with(t *testing.T, name, value string) *http.Request {
	t.Helper()
	r := getToken()
	r.Header.Set(name, value)
	return usual().sign(t, r)
}

func TestHandmadeIsWellSigned(t *testing.T) { allow(t, handmade(t, getToken(), allNames, scope)) }

func TestHostileHeaderForms(t *testing.T) {
	t.Run("S01 no Authorization", func(t *testing.T) {
		deny(t, getToken(), sigv4.MissingAuthentication, "Missing Authentication Token")
	})
	for _, header := range []string{
		"", "Bearer x", "Basic QVdTOnNlY3JldA==", "AWS AKID:sig", "AWS4-ECDSA-P256-SHA256 Credential=a", "AWS4-HMAC-SHA256",
		"AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256 Credential", "AWS4-HMAC-SHA256 Credential=", "aws4-hmac-sha256 Credential=a",
		"AWS4-HMAC-SHA256\tCredential=a", "AWS4-HMAC-SHA256 Credential=a,Credential=a", "AWS4-HMAC-SHA256 X=y",
		"AWS4-HMAC-SHA256 " + strings.Repeat("a=", 1<<19), "AWS4-HMAC-SHA256 " + strings.Repeat(",", 1<<13),
	} {
		t.Run("S02 "+header[:min(len(header), 30)], func(t *testing.T) {
			r := getToken()
			r.Header.Set("Authorization", header)
			deny(t, r, sigv4.Incomplete, "Authorization header")
		})
	}
	t.Run("S02 a password at the wrong door is not repeated", func(t *testing.T) {
		r := getToken()
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 hunter2")
		if _, err := verify(verifier(), r, jsonBody); strings.Contains(err.Error(), "hunter2") {
			t.Error(err)
		}
	})
	t.Run("S03 invented signature", func(t *testing.T) {
		r := handmade(t, getToken(), allNames, scope)
		header, _, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
		r.Header.Set("Authorization", header+"Signature="+strings.Repeat("ab", 32))
		deny(t, r, sigv4.InvalidSignature, mismatch)
	})
	t.Run("S16 SignedHeaders", func(t *testing.T) {
		for _, names := range []string{
			"host;content-type;x-amz-date;x-amz-target", "Content-Type;host;x-amz-date;x-amz-target",
			"content-type;host;host;x-amz-date;x-amz-target", "content-type;;host;x-amz-date;x-amz-target",
			";content-type;host;x-amz-date;x-amz-target", "content-type;host;x-amz-date;x-amz-target;",
			"authorization;content-type;host;x-amz-date;x-amz-target",
		} {
			deny(t, handmade(t, getToken(), names, scope), sigv4.Incomplete, "SignedHeaders")
		}
		deny(t, handmade(t, getToken(), "accept;"+allNames, scope), sigv4.Incomplete,
			"'accept' is named as a SignedHeader, but it does not exist in the HTTP request.")
	})
	t.Run("S23 signature forms", func(t *testing.T) {
		for _, change := range []func(string) string{
			strings.ToUpper, func(s string) string { return s[1:] }, func(s string) string { return s + "0" },
			func(s string) string { return " " + s }, func(s string) string { return s[:63] + "g" },
		} {
			r := edit(t, func(h string) string { i := len(h) - 64; return h[:i] + change(h[i:]) })
			deny(t, r, sigv4.InvalidSignature, mismatch)
		}
	})
	t.Run("S24 key ids", func(t *testing.T) {
		for id, code := range map[string]sigv4.Code{
			"AKIA/EXAMPLEKEYOFSIXTEEN": sigv4.InvalidSignature, "AKIA,EXAMPLEKEYOFSIXTEEN": sigv4.Incomplete,
			"AKIA=EXAMPLEKEYOFSIXTEEN": sigv4.Unrecognized, "AKIA\x00EXAMPLEKEYOFSIXTEEN": sigv4.Unrecognized,
			"": sigv4.Unrecognized, "AKIAEXAMPLE1234": sigv4.Unrecognized, strings.Repeat("A", 129): sigv4.Unrecognized,
			"AKIAÉXAMPLEKEYOFSIXTEEN": sigv4.Unrecognized,
		} {
			r := edit(t, func(h string) string { return strings.Replace(h, string(userID), id, 1) })
			deny(t, r, code, "")
			if got := sigv4.ClaimedKeyID(r); got != "" {
				t.Errorf("claims %q", got)
			}
		}
	})
}

func TestHostileQueryCredentials(t *testing.T) {
	const whole = "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a&X-Amz-Signature=b&X-Amz-SignedHeaders=host&X-Amz-Date=c"
	query := func(r *http.Request, text string) *http.Request { r.RequestURI = "/" + text; return r }
	t.Run("S04 no signature", func(t *testing.T) {
		deny(t, query(getToken(), "?X-Amz-Credential="+string(userID)+"&X-Amz-Algorithm=AWS4-HMAC-SHA256"), sigv4.Incomplete,
			"AWS query-string parameters must include 'X-Amz-Signature'. ")
	})
	t.Run("S05 S08 S21 presigned", func(t *testing.T) {
		deny(t, query(getToken(), whole), sigv4.Incomplete, "not offered")
		deny(t, query(getToken(), whole+"&x-amz-credential=other"), sigv4.Incomplete, "not offered")
		deny(t, query(getToken(), whole+"&X-Amz-Expires=-1"), sigv4.Incomplete, "not offered")
	})
	t.Run("S06 both", func(t *testing.T) {
		for _, text := range []string{whole, "?X-Amz-Credential=a", "?x-amz-security-token", "?x%2DAMZ-date=1"} {
			deny(t, query(usual().sign(t, getToken()), text), sigv4.InvalidSignature, "Found both 'X-Amz-Algorithm'")
		}
	})
	t.Run("S26 query forms", func(t *testing.T) {
		for text, canonical := range map[string]string{
			"a=1;b=2": "a=1%3Bb%3D2", "a&a": "a=&a=", "b=%3a&a=%20": "a=%20&b=%3A", "a=%7E&a=%2d": "a=-&a=~", "&": "=&=",
		} {
			r := query(getToken(), "?"+text)
			allow(t, handmade(t, r, allNames, scope))
			got, err := sigv4.Canonical(r, allNames, "")
			if err != nil || strings.Split(got, "\n")[2] != canonical {
				t.Errorf("%s: %v, canonical request is\n%s", text, err, got)
			}
		}
		for _, text := range []string{"?%zz", "?a=%zz", "?a=1+2", "?%", "?a=%2"} {
			deny(t, handmade(t, query(getToken(), text), allNames, scope), sigv4.Incomplete, "not percent-encoded")
		}
	})
}

func TestHostileAmbiguity(t *testing.T) {
	t.Run("S07 twice", func(t *testing.T) {
		for name, code := range map[string]sigv4.Code{
			"Authorization": sigv4.Incomplete, "X-Amz-Date": sigv4.Incomplete, "X-Amz-Target": sigv4.Incomplete,
			"Content-Type": sigv4.Incomplete,
		} {
			r := getToken()
			if name != "Authorization" {
				r.Header.Set("X-Amz-Date", basicNoon)
				r.Header.Add(name, r.Header.Get(name))
			}
			handmade(t, r, allNames, scope)
			if name == "Authorization" {
				r.Header.Add(name, r.Header.Get(name))
			}
			deny(t, r, code, "Found more than one '"+name+"' HTTP header.")
		}
		r := getToken()
		r.Header["X-Amz-Security-Token"] = []string{"a", "b"}
		deny(t, handmade(t, r, "content-type;host;x-amz-date;x-amz-security-token;x-amz-target", scope), sigv4.Incomplete, "more than one")
	})
	t.Run("S12 S13 S14 S15 not signed", func(t *testing.T) {
		r := getToken()
		r.Header.Set("X-Amz-Security-Token", "t")
		r.Header.Set("X-Amz-Whatever", "w")
		full := strings.Split("content-type;host;x-amz-date;x-amz-security-token;x-amz-target;x-amz-whatever", ";")
		for i, name := range full {
			names := strings.Join(append(append([]string{}, full[:i]...), full[i+1:]...), ";")
			deny(t, handmade(t, r, names, scope), sigv4.InvalidSignature,
				"'"+http.CanonicalHeaderKey(name)+"' must be a 'SignedHeader' in the AWS Authorization.")
		}
	})
	t.Run("S27 another deployment", func(t *testing.T) {
		r := getToken()
		r.Host = "registry.example.com"
		deny(t, usual().sign(t, r), sigv4.InvalidSignature, "Host")
	})
	t.Run("S25 path forms", func(t *testing.T) {
		for _, path := range []string{"//", "/./", "/%2e", "/%2F", "/x", "/%00", "/é", "*", "x", "", "/..", "/x/..", "http://h"} {
			r := handmade(t, getToken(), allNames, scope)
			r.RequestURI = path
			if path == "" {
				r.URL.Path, r.URL.RawPath = "", ""
			}
			deny(t, r, sigv4.InvalidSignature, "")
		}
		for _, path := range []string{"//", "/./", "/a/../", "/a//b"} { // signed just so, as a signer for S3 would
			r := getToken()
			r.RequestURI, r.URL.Path = "", path
			deny(t, usual().sign(t, r), sigv4.InvalidSignature, "path")
		}
		r := handmade(t, getToken(), allNames, scope)
		r.RequestURI = "http://" + host + "/"
		allow(t, r)
	})
}

func TestHostilePayload(t *testing.T) {
	t.Run("S09 unsigned and streamed", func(t *testing.T) {
		for _, said := range []string{
			"UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
			"STREAMING-UNSIGNED-PAYLOAD-TRAILER", "",
		} {
			deny(t, with(t, "X-Amz-Content-Sha256", said), sigv4.InvalidSignature, "x-amz-content-sha256")
		}
		deny(t, with(t, "Content-Encoding", "aws-chunked"), sigv4.InvalidSignature, "x-amz-content-sha256")
	})
	t.Run("S10 another hash", func(t *testing.T) {
		other := sha256.Sum256([]byte("{ }"))
		deny(t, with(t, "X-Amz-Content-Sha256", hex.EncodeToString(other[:])), sigv4.InvalidSignature, "x-amz-content-sha256")
		right := sha256.Sum256([]byte(jsonBody))
		allow(t, with(t, "X-Amz-Content-Sha256", hex.EncodeToString(right[:])))
		deny(t, with(t, "X-Amz-Content-Sha256", strings.ToUpper(hex.EncodeToString(right[:]))), sigv4.InvalidSignature, "")
	})
	t.Run("S11 altered", func(t *testing.T) {
		for _, body := range []string{"", "{", "{} ", "[]"} {
			got, err := verify(verifier(), usual().sign(t, getToken()), body)
			denied(t, got, err, sigv4.InvalidSignature, mismatch)
		}
	})
	t.Run("any signed header altered", func(t *testing.T) {
		for name, value := range map[string]string{
			"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "SpencerFrontendService.DeleteRepository",
			"X-Amz-Date": "20260304T120001Z",
		} {
			r := usual().sign(t, getToken())
			r.Header.Set(name, value)
			deny(t, r, sigv4.InvalidSignature, mismatch)
		}
		r := usual().sign(t, getToken())
		r.Method = http.MethodPut
		deny(t, r, sigv4.InvalidSignature, mismatch)
	})
}

func TestHostileScope(t *testing.T) {
	for _, c := range []struct{ name, scope, message string }{
		{"date", "/20260303/us-east-1/ecr-public/aws4_request", "'20260303' != '20260304', from '20260304T120000Z'."},
		{"region", "/20260304/US_EAST/ecr-public/aws4_request", "Credential should be scoped to a valid region, not 'US_EAST'. "},
		{"no region", "/20260304//ecr-public/aws4_request", "Credential should be scoped to a valid region, not ''. "},
		{"long region", "/20260304/" + strings.Repeat("a", 64) + "/ecr-public/aws4_request", "valid region"},
		{"service", "/20260304/us-east-1/sts/aws4_request", "Credential should be scoped to correct service: 'ecr-public'. "},
		{"terminator", "/20260304/us-east-1/ecr-public/aws4_request2", "terminator: 'aws4_request', not 'aws4_request2'"},
		{"4 fields", "/20260304/us-east-1/ecr-public", "exactly 5 slash-delimited elements"},
		{"6 fields", "/20260304/us-east-1/ecr-public/aws4_request/", "exactly 5 slash-delimited elements"},
	} {
		t.Run("S17 "+c.name, func(t *testing.T) {
			deny(t, handmade(t, getToken(), allNames, c.scope), sigv4.InvalidSignature, c.message)
		})
	}
	t.Run("S17 the verifier's region", func(t *testing.T) {
		v := verifier()
		v.Region = "us-west-2"
		got, err := verify(v, usual().sign(t, getToken()), jsonBody)
		denied(t, got, err, sigv4.InvalidSignature, "not 'us-east-1'. ")
	})
	t.Run("S17 no service", func(t *testing.T) {
		r := handmade(t, getToken(), allNames, "/20260304/us-east-1//aws4_request")
		got, err := verifier().Verify(r, []byte(jsonBody), "", known.lookup)
		denied(t, got, err, sigv4.InvalidSignature, "correct service")
	})
	t.Run("S34 yesterday's signing key", func(t *testing.T) {
		r := handmade(t, getToken(), allNames, scope)
		canonical, _ := sigv4.Canonical(r, allNames, "")
		old := sigv4.Sign(secret.Reveal(), string(userID)+"/20260303/us-east-1/ecr-public/aws4_request", basicNoon, canonical)
		header := r.Header.Get("Authorization")
		r.Header.Set("Authorization", header[:len(header)-64]+old)
		deny(t, r, sigv4.InvalidSignature, mismatch)
	})
}

func TestHostileClock(t *testing.T) {
	at := func(t *testing.T, d time.Duration) *http.Request {
		s := usual()
		s.at = noon.Add(d)
		return s.sign(t, getToken())
	}
	t.Run("S19 skew", func(t *testing.T) {
		deny(t, at(t, -15*time.Minute-time.Second), sigv4.InvalidSignature,
			"Signature expired: 20260304T114459Z is now earlier than 20260304T114500Z (20260304T120000Z - 15 min.)")
		deny(t, at(t, 15*time.Minute+time.Second), sigv4.InvalidSignature,
			"Signature not yet current: 20260304T121501Z is still later than 20260304T121500Z (20260304T120000Z + 15 min.)")
		allow(t, at(t, -15*time.Minute+time.Second))
		allow(t, at(t, 15*time.Minute-time.Second))
		v := verifier()
		v.Skew = 30 * time.Second
		got, err := verify(v, at(t, -time.Minute), jsonBody)
		denied(t, got, err, sigv4.InvalidSignature, "- 30s)")
	})
	t.Run("S20 date forms", func(t *testing.T) {
		for _, text := range []string{
			"20260304T120000", "2026-03-04T12:00:00Z", "20260304T115960Z", "٢٠٢٦0304T120000Z", "20260304t120000z", "20260304T1200.5Z", "20260304T120000.0Z", "2026034T1200.50Z", "+0260304T120000Z", "20260304T120000z",
			"", "Wed, 04 Mar 2026 12:00:00 GMT",
		} {
			r := getToken()
			r.Header.Set("X-Amz-Date", text)
			deny(t, handmade(t, r, allNames, scope), sigv4.Incomplete, "Date must be in ISO-8601 'basic format'.")
		}
		for _, text := range []string{"00000304T120000Z", "99991231T235959Z"} {
			r := getToken()
			r.Header.Set("X-Amz-Date", text)
			deny(t, handmade(t, r, allNames, "/"+text[:8]+"/us-east-1/ecr-public/aws4_request"), sigv4.InvalidSignature, "Signature ")
		}
	})
	t.Run("S20 Date instead", func(t *testing.T) {
		const names = "content-type;date;host;x-amz-target"
		for _, text := range []string{"Wed, 04 Mar 2026 12:00:00 GMT", basicNoon} {
			r := getToken()
			r.Header.Set("Date", text)
			allow(t, handmade(t, r, names, scope))
			deny(t, handmade(t, r, "content-type;host;x-amz-target", scope), sigv4.InvalidSignature, "'Date' must be a 'SignedHeader'")
		}
		for _, text := range []string{"Wed, 04 Mar 2026 12:00:00 UTC", "wed, 04 mar 2026 12:00:00 GMT", "Thu, 04 Mar 2026 12:00:00 GMT", ""} {
			r := getToken()
			r.Header.Set("Date", text)
			deny(t, handmade(t, r, names, scope), sigv4.Incomplete, "Date must be")
		}
		// An empty X-Amz-Date must not open the door to a Date that nobody signed.
		r := getToken()
		r.Header.Set("X-Amz-Date", "")
		r.Header.Set("Date", basicNoon)
		deny(t, handmade(t, r, allNames, scope), sigv4.Incomplete, "Date must be")
		// Neither is there.
		r = usual().sign(t, getToken())
		r.Header.Del("X-Amz-Date")
		deny(t, r, sigv4.Incomplete, "requires existence of either a 'X-Amz-Date' or a 'Date' header. ")
	})
	t.Run("S22 replay", func(t *testing.T) {
		r, v := usual().sign(t, getToken()), verifier()
		one, err := verify(v, r, jsonBody)
		if err != nil {
			t.Fatal(err)
		}
		v.Now = func() time.Time { return noon.Add(time.Minute) }
		two, err := verify(v, r, jsonBody)
		if err != nil || one != two {
			t.Errorf("replay: %+v, %v, want %+v", two, err, one)
		}
		v.Now = func() time.Time { return noon.Add(16 * time.Minute) }
		got, err := verify(v, r, jsonBody)
		denied(t, got, err, sigv4.InvalidSignature, "Signature expired")
	})
}

func TestHostileSessions(t *testing.T) {
	const session principal.AccessKeyID = "ASIAQ7EXAMPLEOFAKEY2"
	lookup := func(_ context.Context, id principal.AccessKeyID, token string) (sigv4.Key, error) {
		if id == session && token == "the token" {
			return sigv4.Key{ID: id, Secret: secret, Expires: noon.Add(time.Second)}, nil
		}
		return known.lookup(t.Context(), id, token)
	}
	check := func(v *sigv4.Verifier, id, token string) (sigv4.Verified, error) {
		s := usual()
		s.id, s.token = id, token
		return v.Verify(s.sign(t, getToken()), []byte(jsonBody), service, lookup)
	}
	t.Run("S31 token and key belong together", func(t *testing.T) {
		if got, err := check(verifier(), string(session), "the token"); err != nil || !got.HasSessionToken {
			t.Errorf("got %+v, %v", got, err)
		}
		for _, c := range [][2]string{{string(session), "the tokeN"}, {string(session), ""}, {string(userID), "the token"}} {
			got, err := check(verifier(), c[0], c[1])
			denied(t, got, err, sigv4.Unrecognized, "The security token included in the request is invalid.")
		}
		r := getToken()
		r.Header.Set("X-Amz-Security-Token", "")
		deny(t, handmade(t, r, "content-type;host;x-amz-date;x-amz-security-token;x-amz-target", scope), sigv4.Unrecognized, "")
	})
	t.Run("S32 session over", func(t *testing.T) {
		v := verifier()
		v.Now = func() time.Time { return noon.Add(time.Second) }
		got, err := check(v, string(session), "the token")
		denied(t, got, err, sigv4.Expired, "The security token included in the request is expired")
	})
	t.Run("S33 unknown and disabled are one answer", func(t *testing.T) {
		other := usual()
		other.id = "AKIAQ7EXAMPLEOFAKEY3"
		deny(t, other.sign(t, getToken()), sigv4.Unrecognized, "The security token included in the request is invalid.")
	})
	t.Run("a lookup that answers nothing, or another key", func(t *testing.T) {
		for _, key := range []sigv4.Key{{}, {ID: userID}, {ID: session, Secret: secret}} {
			got, err := verifier().Verify(usual().sign(t, getToken()), []byte(jsonBody), service,
				func(context.Context, principal.AccessKeyID, string) (sigv4.Key, error) { return key, nil })
			denied(t, got, err, sigv4.Unrecognized, "")
		}
	})
}
