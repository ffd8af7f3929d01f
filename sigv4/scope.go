package sigv4

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/octroi/octroi/principal"
)

// Layouts of time in SigV4.
const (
	layoutBasic = "20060102T150405Z"
	layoutDay   = "20060102"
)

// credential is the key id and the scope that a signature is made for.
type credential struct {
	id                   principal.AccessKeyID
	day, region, service string
	terminator           string
}

// parseCredential splits at every slash and wants exactly five fields. A key id that holds a slash shifts no
// field: there are then six.
func parseCredential(text string) (credential, *Error) {
	var field [5]string
	n := 0
	for part := range strings.SplitSeq(text, "/") {
		if n < len(field) {
			field[n] = part
		}
		n++
	}
	if n != len(field) {
		return credential{}, refuse(InvalidSignature, "Credential must have exactly 5 slash-delimited elements, "+
			"e.g. keyid/date/region/service/term, got "+strconv.Itoa(n)+".")
	}
	return credential{principal.AccessKeyID(field[0]), field[1], field[2], field[3], field[4]}, nil
}

// inScope refuses a credential for another service, region, day or end than this request's, and names all
// that differs in one answer. An empty region accepts any region that has the form of one; at is the signing time in the basic layout.
func (c credential) inScope(region, service, at string) *Error {
	var wrong strings.Builder
	if !regionForm(c.region) || region != "" && c.region != region {
		wrong.WriteString("Credential should be scoped to a valid region, not " + quoted(c.region) + ". ")
	}
	if service == "" || c.service != service {
		wrong.WriteString("Credential should be scoped to correct service: " + quoted(service) + ". ")
	}
	if c.terminator != terminator {
		wrong.WriteString("Credential should be scoped with a valid terminator: '" + terminator + "', not " +
			quoted(c.terminator) + ". ")
	}
	if day := at[:len(layoutDay)]; c.day != day {
		wrong.WriteString("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: " +
			quoted(c.day) + " != '" + day + "', from '" + at + "'. ")
	}
	if wrong.Len() == 0 {
		return nil
	}
	return refuse(InvalidSignature, wrong.String())
}

// regionForm reports whether text looks like a region: what is cached by it must stay small.
func regionForm(text string) bool {
	if text == "" || len(text) > 63 {
		return false
	}
	for i := range len(text) {
		if c := text[i]; c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}

// signingTime is when the request says that it was signed, also in the basic layout: X-Amz-Date, or Date in
// its absence.
func signingTime(h http.Header) (t time.Time, at string, refusal *Error) {
	text, layout := first(h["X-Amz-Date"]), layoutBasic
	if h["X-Amz-Date"] == nil { // absent, not merely empty: only then is Date known to be signed
		text = first(h["Date"])
		if len(text) != len(layoutBasic) {
			layout = http.TimeFormat
		}
	}
	t, err := time.Parse(layout, text)
	// time.Parse reads more than one spelling: fractions that the layout has not (a basic time is then longer),
	// names in any case.
	if layout == layoutBasic && len(text) != len(layout) || layout != layoutBasic && t.Format(layout) != text || err != nil {
		return time.Time{}, "", refuse(Incomplete, "Date must be in ISO-8601 'basic format'. Got "+quoted(text)+".")
	}
	if layout != layoutBasic {
		text = t.Format(layoutBasic)
	}
	return t, text, nil
}

// current refuses a signature older than the skew, and one from as far in the future.
func current(signed, now time.Time, skew time.Duration) *Error {
	now = now.UTC().Truncate(time.Second)
	oldest, newest := now.Add(-skew), now.Add(skew)
	if signed.Before(oldest) {
		return refuse(InvalidSignature, "Signature expired: "+signed.Format(layoutBasic)+" is now earlier than "+
			oldest.Format(layoutBasic)+" ("+now.Format(layoutBasic)+" - "+minutes(skew)+")")
	}
	if signed.After(newest) {
		return refuse(InvalidSignature, "Signature not yet current: "+signed.Format(layoutBasic)+" is still later than "+
			newest.Format(layoutBasic)+" ("+now.Format(layoutBasic)+" + "+minutes(skew)+")")
	}
	return nil
}

func minutes(d time.Duration) string {
	if d%time.Minute != 0 {
		return d.String()
	}
	return strconv.Itoa(int(d/time.Minute)) + " min."
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}
