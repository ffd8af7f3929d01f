package endpoint_test

import (
	"strings"
	"testing"
	"time"
)

// at moves the service's clock.
func (h *house) at(d time.Duration) { h.ahead.Store(int64(d)) }

func TestHostileS19(t *testing.T) {
	h := open(t)
	m := as(h.user, "sts", time.Now()).sign(t, h.whoAmI()) // needs no token key, which is not there before the first start
	signed, err := time.Parse(basic, m.value("X-Amz-Date"))
	if err != nil {
		t.Fatal(err)
	}
	stamp := func(d time.Duration) string { return signed.Add(d).Format(basic) }
	defer h.at(0)
	for _, c := range []struct {
		name string
		now  time.Duration // after the signature
		want string
	}{
		{"14:58 late", 14*time.Minute + 58*time.Second, ""},
		{"14:58 early", -14*time.Minute - 58*time.Second, ""},
		{"late", 15*time.Minute + 2*time.Second, "Signature expired: " + stamp(0) + " is now earlier than "},
		{"early", -15*time.Minute - 2*time.Second, "Signature not yet current: " + stamp(0) + " is still later than "},
	} {
		t.Run(c.name, func(t *testing.T) {
			h.at(time.Until(signed.Add(c.now)))
			if c.want == "" {
				h.allow(t, m)
				return
			}
			a := h.refuse(t, m, 403, "SignatureDoesNotMatch", c.want)
			if !strings.Contains(a.body, "15 min.)") {
				t.Errorf("does not say by how much: %s", a.body)
			}
		})
	}
}

func TestHostileS20(t *testing.T) {
	h := open(t)
	now := time.Now().UTC()
	for _, date := range []string{"20260101T000000", "2026-01-01T00:00:00Z", "20261231T235960Z", "٢٠٢٦0101T000000Z", "20260101t000000z", "", "now"} {
		m := h.getToken().with("X-Amz-Date", date)
		h.rows(t, row{date, h.signer().byHand(m, hand{names: names(m)}), isIncomplete, "Date must be in ISO-8601 'basic format'."})
	}
	for _, date := range []string{"00000101T000000Z", "99991231T235959Z"} {
		m := h.getToken().with("X-Amz-Date", date)
		h.rows(t, row{date, h.signer().byHand(m, hand{names: names(m), scope: "/" + date[:8] + "/us-east-1/ecr-public/aws4_request"}), isSignature, "Signature "})
	}
	const dated = "content-type;date;host;x-amz-target"
	m := h.getToken().with("Date", now.Format("Mon, 02 Jan 2006 15:04:05 GMT"))
	h.allow(t, h.signer().byHand(m, hand{names: dated}))
	h.rows(t,
		row{"Date unsigned", h.signer().byHand(m, hand{names: "content-type;host;x-amz-target"}), isSignature, "'Date' must be a 'SignedHeader'"},
		row{"no date", h.signer().sign(t, h.getToken()).without("X-Amz-Date"), isIncomplete, "either a 'X-Amz-Date' or a 'Date' header. "},
	)
}

func TestHostileS22(t *testing.T) {
	h := open(t)
	defer h.at(0)
	m := h.signer().sign(t, h.getToken())
	var hashes []string
	for _, d := range []time.Duration{0, time.Minute} {
		h.at(d)
		r := h.records(t, h.allow(t, m).Header.Get("X-Amzn-Requestid"))
		if len(r) != 2 {
			t.Fatalf("records: %+v", r)
		}
		hashes = append(hashes, r[0].Signature, r[1].Signature)
	}
	for _, text := range hashes {
		if text != hashes[0] || len(text) != 32 || strings.Contains(m.value("Authorization"), text) {
			t.Errorf("signature hashes: %q", hashes)
		}
	}
	h.at(16 * time.Minute)
	h.refuse(t, m, 400, isSignature, "Signature expired: ")
}
