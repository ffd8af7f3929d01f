package endpoint_test

import (
	"strings"
	"testing"
	"time"

	"github.com/octroi/octroi/audit"
)

// row is a request that must be refused, in awsJson, with status 400.
type row struct {
	name    string
	request message
	code    string
	message string
}

func (h *house) rows(t *testing.T, rows ...row) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) { h.refuse(t, r.request, 400, r.code, r.message) })
	}
}

const (
	isIncomplete   = "IncompleteSignatureException"
	isSignature    = "InvalidSignatureException"
	isUnrecognized = "UnrecognizedClientException"
)

func TestHostileS01(t *testing.T) {
	h := open(t)
	for _, f := range h.fronts() {
		status, code := missing.in(f)
		a := h.refuse(t, f.request, status, code, "Missing Authentication Token")
		if r := h.records(t, a.Header.Get("X-Amzn-Requestid")); r[0].Who() != "anonymous" || r[0].Code != code {
			t.Errorf("record: %+v", r[0])
		}
	}
}

func TestHostileS02(t *testing.T) {
	h := open(t)
	for _, header := range []string{
		"", "Bearer x", "Basic QVdTOnNlY3JldA==", "AWS AKIDEXAMPLE:c2ln", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=a",
		"AWS4-ECDSA-P256-SHA256 Credential=a/20260101/ecr-public/aws4_request, SignedHeaders=host, Signature=00", "hunter2secret",
	} {
		t.Run(header, func(t *testing.T) {
			a := h.refuse(t, h.getToken().with("X-Amz-Date", "20260101T000000Z").with("Authorization", header), 400, isIncomplete, "Authorization header")
			if strings.Contains(a.body, "hunter2") || strings.Contains(a.body, "QVdT") {
				t.Errorf("the header is repeated: %s", a.body)
			}
		})
	}
	t.Run("16 KiB", func(t *testing.T) {
		h.refuse(t, h.getToken().with("Authorization", "AWS4-HMAC-SHA256 "+strings.Repeat("a", 16<<10)), 431, "", "16384")
	})
	t.Run("1 MiB", func(t *testing.T) { // ended by net/http: there is no request to record
		if a := h.send(t, h.getToken().with("Authorization", strings.Repeat("a", 1<<20))); a.StatusCode != 431 || !a.closed {
			t.Errorf("got %d, closed: %v", a.StatusCode, a.closed)
		}
	})
}

func TestHostileS03(t *testing.T) {
	h := open(t)
	signed := h.signer().sign(t, h.getToken())
	invented := cutAt(signed.value("Authorization"), "Signature=") + "Signature=" + strings.Repeat("ab", 32)
	a := h.refuse(t, signed.with("Authorization", invented), 400, isSignature, mismatch)
	if r := h.records(t, a.Header.Get("X-Amzn-Requestid"))[0]; r.AccessKey != h.user.ID || r.Who() != "anonymous" || r.Outcome != audit.Refused {
		t.Errorf("the record takes a claim for a proof: %+v", r)
	}
}

func TestHostileQueryCredentials(t *testing.T) {
	h := open(t)
	presigned := "/?" + h.signer().presign(t, h.getToken())
	signed := h.signer().sign(t, h.getToken())
	claim := "/?X-Amz-Credential=" + h.user.ID + "%2F20260101%2Fus-east-1%2Fecr-public%2Faws4_request&X-Amz-Algorithm=AWS4-HMAC-SHA256"
	h.rows(t,
		row{"S04", h.getToken().at(claim), isIncomplete, "AWS query-string parameters must include 'X-Amz-Signature'. "},
		row{"S05", h.getToken().at(presigned), isIncomplete, "Query-string authentication is not offered here."},
		row{"S06 another's credential", signed.at(claim), isSignature,
			"Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."},
		row{"S06 one's own, presigned", signed.at(presigned), isSignature, "Found both"},
		row{"S06 only a token", signed.at("/?x-amz-security-token=a"), isSignature, "Found both"},
	)
	for _, r := range []struct{ name, uri string }{
		{"S08 twice", presigned + "&X-Amz-Credential=a"}, {"S08 in another case", presigned + "&x-amz-credential=a"},
		{"S21 -1", presigned + "&X-Amz-Expires=-1"}, {"S21 0", presigned + "&X-Amz-Expires=0"},
		{"S21 604801", presigned + "&X-Amz-Expires=604801"}, {"S21 absent", presigned},
	} {
		t.Run(r.name, func(t *testing.T) {
			h.refuse(t, h.whoAmI().at(r.uri), 400, "IncompleteSignature", "not offered")
			h.refuse(t, h.whoAmI().by("GET").carrying("").at(r.uri+"&Action=GetCallerIdentity&Version=2011-06-15"), 405, "InvalidAction", "POST")
		})
	}
}

func TestHostileS07(t *testing.T) {
	h := open(t)
	for _, name := range []string{"Authorization", "X-Amz-Date", "X-Amz-Security-Token"} {
		t.Run(name, func(t *testing.T) {
			s := h.signer()
			s.token = "a token"
			signed := s.sign(t, h.getToken())
			h.refuse(t, signed.and(name, signed.value(name)), 400, isIncomplete, "Found more than one '"+name+"' HTTP header.")
			h.refuse(t, signed.and(name, "x"), 400, isIncomplete, "Found more than one '"+name+"' HTTP header.")
		})
	}
	t.Run("X-Amz-Target", func(t *testing.T) { // two names are no name
		signed := h.signer().sign(t, h.getToken())
		h.refuse(t, signed.and("X-Amz-Target", signed.value("X-Amz-Target")), 400, "UnknownOperationException", "")
	})
	t.Run("Content-Type", func(t *testing.T) {
		signed := h.signer().sign(t, h.getToken())
		h.refuse(t, signed.and("Content-Type", "application/x-www-form-urlencoded"), 415, "UnsupportedMediaTypeException", "")
	})
}

func TestHostilePayload(t *testing.T) {
	h := open(t)
	const said = "x-amz-content-sha256"
	claiming := func(what string) message { return h.signer().sign(t, h.getToken().with(said, what)) }
	for _, what := range []string{"UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
		"STREAMING-UNSIGNED-PAYLOAD-TRAILER"} {
		m := h.getToken().with(said, what)
		h.rows(t,
			row{"S09 " + what, claiming(what), isSignature, said},
			row{"S09 signed as said " + what, h.signer().byHand(m.with("X-Amz-Date", time.Now().UTC().Format(basic)),
				hand{names: names(m), payload: what}), isSignature, said})
	}
	signed := h.signer().sign(t, h.getToken())
	h.rows(t,
		row{"S10", claiming(hash("{ }")), isSignature, said},
		row{"S11 altered", signed.carrying("[]"), isSignature, mismatch},
		row{"S11 appended", signed.carrying("{} "), isSignature, mismatch},
		row{"S11 cut", signed.carrying("{"), isSignature, mismatch},
		row{"S11 emptied", signed.carrying(""), isSignature, mismatch},
	)
	h.allow(t, claiming(hash("{}")))
}

func TestHostileSignedHeaders(t *testing.T) {
	h := open(t)
	now := time.Now().UTC().Format(basic)
	full := h.getToken().with("X-Amz-Date", now).with("X-Amz-Security-Token", "t").with("X-Amz-Other", "o")
	for name, id := range map[string]string{"host": "S12", "x-amz-date": "S13", "x-amz-target": "S13", "content-type": "S13",
		"x-amz-security-token": "S14", "x-amz-other": "S15"} {
		list := strings.Split(names(full), ";")
		var rest []string
		for _, n := range list {
			if n != name {
				rest = append(rest, n)
			}
		}
		t.Run(id+" "+name, func(t *testing.T) {
			a := h.refuse(t, h.signer().byHand(full, hand{names: strings.Join(rest, ";")}), 400, isSignature, "must be a 'SignedHeader' in the AWS Authorization.")
			if !strings.Contains(strings.ToLower(a.body), "'"+name+"'") {
				t.Errorf("does not name %s: %s", name, a.body)
			}
		})
	}
	for _, list := range []string{
		"x-amz-target;x-amz-date;host;content-type", "Content-Type;host;x-amz-date;x-amz-target", "content-type;host;host;x-amz-date;x-amz-target",
		"content-type;;host;x-amz-date;x-amz-target", "content-type;host;x-amz-date;x-amz-target;", "authorization;content-type;host;x-amz-date;x-amz-target",
		"accept;content-type;host;x-amz-date;x-amz-target", "content-type;host;x-amz-date;x-amz-target; ",
	} {
		t.Run("S16 "+list, func(t *testing.T) {
			h.refuse(t, h.signer().byHand(h.getToken(), hand{names: list}), 400, isIncomplete, "SignedHeader")
		})
	}
	// The signer by hand is right when it is asked to be.
	h.allow(t, h.signer().byHand(h.getToken(), hand{names: names(h.getToken())}))
}

func TestHostileScope(t *testing.T) {
	h := open(t)
	now := time.Now().UTC()
	day, before := now.Format("20060102"), now.AddDate(0, 0, -1).Format("20060102")
	all := names(h.getToken())
	for _, c := range []struct{ name, scope, message string }{
		{"S17 date", "/" + before + "/us-east-1/ecr-public/aws4_request", "Date in Credential scope does not match YYYYMMDD"},
		{"S17 no region", "/" + day + "//ecr-public/aws4_request", "Credential should be scoped to a valid region, not ''. "},
		{"S17 region", "/" + day + "/US/ecr-public/aws4_request", "Credential should be scoped to a valid region, not 'US'. "},
		{"S17 service", "/" + day + "/us-east-1/sts/aws4_request", "Credential should be scoped to correct service: 'ecr-public'. "},
		{"S17 terminator", "/" + day + "/us-east-1/ecr-public/aws4_request2", "terminator"},
		{"S17 4 fields", "/" + day + "/us-east-1/ecr-public", "exactly 5 slash-delimited elements"},
		{"S17 6 fields", "/" + day + "/us-east-1/ecr-public/aws4_request/", "exactly 5 slash-delimited elements"},
	} {
		h.rows(t, row{c.name, h.signer().byHand(h.getToken(), hand{names: all, scope: c.scope}), isSignature, c.message})
	}
	t.Run("S17 ecr-public on STS", func(t *testing.T) {
		h.refuse(t, h.signer().sign(t, h.whoAmI()), 403, "SignatureDoesNotMatch", "Credential should be scoped to correct service: 'sts'. ")
	})
	h.rows(t, row{"S34", h.signer().byHand(h.getToken(), hand{names: all, day: before}), isSignature, mismatch})
}

func TestHostileSignatureForms(t *testing.T) {
	h := open(t)
	signed := h.signer().sign(t, h.getToken())
	header := signed.value("Authorization")
	signature := header[len(header)-64:]
	for _, text := range []string{strings.ToUpper(signature), signature[1:], signature + "0", signature[:63] + "g", " " + signature, signature[:32] + " " + signature[33:]} {
		h.rows(t, row{"S23 " + text, signed.with("Authorization", header[:len(header)-64]+text), isSignature, mismatch})
	}
	for id, code := range map[string]string{
		"AKIA/EXAMPLEKEYOFSIXTEEN": isSignature, "AKIA,EXAMPLEKEYOFSIXTEEN": isIncomplete, "AKIA=EXAMPLEKEYOFSIXTEEN": isUnrecognized,
		"": isUnrecognized, "AKIAEXAMPLE1234": isUnrecognized, strings.Repeat("A", 129): isUnrecognized, "AKIAÉXAMPLEKEYOFSIXTEEN": isUnrecognized,
	} {
		h.rows(t, row{"S24 " + id, signed.with("Authorization", strings.Replace(header, h.user.ID, id, 1)), code, ""})
	}
	t.Run("S24 NUL", func(t *testing.T) { // ended by net/http: it is no header
		if a := h.send(t, signed.with("Authorization", strings.Replace(header, h.user.ID, "AKIA\x00EXAMPLEKEYOFSIXTEEN", 1))); a.StatusCode != 400 || !a.closed {
			t.Errorf("got %d, closed: %v", a.StatusCode, a.closed)
		}
	})
}

func TestHostileS31(t *testing.T) {
	h := open(t)
	session := h.signer()
	session.token = "IQoJb3JpZ2luX2VjEXAMPLE"
	temporary := h.signer()
	temporary.id = "ASIA" + h.user.ID[4:]
	h.rows(t,
		row{"a user's key with a session token", session.sign(t, h.getToken()), isUnrecognized, noKey},
		row{"with an empty one", h.signer().byHand(h.getToken().with("X-Amz-Security-Token", ""), hand{
			names: names(h.getToken(), "x-amz-security-token")}), isUnrecognized, noKey},
		row{"a session's key without a token", temporary.sign(t, h.getToken()), isUnrecognized, noKey},
	)
}
