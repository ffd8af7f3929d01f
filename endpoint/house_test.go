package endpoint_test

import (
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/octroi/octroi/audit"
	"github.com/octroi/octroi/servertest"
)

// house is the real service, a user who may have a token, and what the answers so far must have left in the record.
type house struct {
	*servertest.Server
	user    servertest.Key
	ahead   *atomic.Int64 // of the service's clock, in nanoseconds
	refused map[string]string
}

func open(t *testing.T, options ...servertest.Option) *house {
	t.Helper()
	h := &house{ahead: new(atomic.Int64), refused: map[string]string{}}
	clock := servertest.Clock(func() time.Time { return time.Now().Add(time.Duration(h.ahead.Load())) })
	h.Server = servertest.Start(t, append([]servertest.Option{clock}, options...)...)
	h.user = h.AddUser("ci", servertest.ToLogIn())
	t.Cleanup(func() { h.settle(t) })
	return h
}

// getToken is the request of the AWS CLI, not yet signed.
func (h *house) getToken() message {
	return message{method: "POST", uri: "/", proto: "HTTP/1.1", body: "{}", lines: []line{
		{"Host", h.Host}, {"Content-Type", "application/x-amz-json-1.1"},
		{"X-Amz-Target", "SpencerFrontendService.GetAuthorizationToken"}}}
}

// whoAmI is the same for the Query protocol.
func (h *house) whoAmI() message {
	return message{method: "POST", uri: "/", proto: "HTTP/1.1", body: "Action=GetCallerIdentity&Version=2011-06-15", lines: []line{
		{"Host", h.Host}, {"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}}}
}

// front is one of the two protocols, with a request of it.
type front struct {
	name    string
	service string
	request message
}

func (h *house) fronts() []front {
	return []front{{"JSON", "ecr-public", h.getToken()}, {"Query", "sts", h.whoAmI()}}
}

func (h *house) signer() signing { return as(h.user, "ecr-public", time.Now()) }

func (h *house) send(t *testing.T, m message) answer {
	t.Helper()
	return exchange(t, h.Host, m.method, m.bytes())
}

// fault is what an error answer says, in either protocol.
type fault struct{ code, message string }

func (a answer) fault() fault {
	var j struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	if json.Unmarshal([]byte(a.body), &j) == nil {
		return fault{j.Type, j.Message}
	}
	var x struct {
		XMLName xml.Name `xml:"ErrorResponse"`
		Error   struct{ Type, Code, Message string }
	}
	if xml.Unmarshal([]byte(a.body), &x) == nil {
		return fault{x.Error.Code, x.Error.Message}
	}
	return fault{message: a.body}
}

// refuse sends a request that must be refused: with this status, code and (a part of the) message, under a request id,
// at a time, and with exactly one record.
func (h *house) refuse(t *testing.T, m message, status int, code, text string) answer {
	t.Helper()
	a := h.send(t, m)
	h.refusal(t, a, status, code, text)
	return a
}

func (h *house) refusal(t *testing.T, a answer, status int, code, text string) {
	t.Helper()
	got := a.fault()
	if a.Request.Method == "HEAD" {
		got = fault{code, text} // has no body
	}
	if a.StatusCode != status || got.code != code || !strings.Contains(got.message, text) {
		t.Errorf("got %d %s %q, want %d %s %q", a.StatusCode, got.code, got.message, status, code, text)
	}
	h.traceable(t, a)
	id := a.Header.Get("X-Amzn-Requestid")
	if found := h.records(t, id); len(found) == 0 {
		t.Errorf("no record of the refusal %d %s", a.StatusCode, got.code)
	}
	h.refused[id] = t.Name()
}

// traceable checks what every answer has.
func (h *house) traceable(t *testing.T, a answer) {
	t.Helper()
	if len(a.Header.Get("X-Amzn-Requestid")) != 36 || !strings.Contains(a.head, "\r\nx-amzn-RequestId: ") {
		t.Errorf("no x-amzn-RequestId in the answer: %q", a.head)
	}
	if _, err := time.Parse("Mon, 02 Jan 2006 15:04:05 GMT", a.Header.Get("Date")); err != nil {
		t.Errorf("no Date in the answer: %q", a.head)
	}
}

// allow sends a request that must be answered.
func (h *house) allow(t *testing.T, m message) answer {
	t.Helper()
	a := h.send(t, m)
	if a.StatusCode != 200 {
		t.Errorf("refused: %d %+v", a.StatusCode, a.fault())
	}
	h.traceable(t, a)
	return a
}

// records waits for the records of a request, which are written soon after its answer.
func (h *house) records(t *testing.T, id string) []audit.Record {
	t.Helper()
	return h.atLeast(t, 1, id)
}

// atLeast is records for a request that leaves more than one: they may come in two writes.
func (h *house) atLeast(t *testing.T, n int, id string) []audit.Record {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(2 * time.Millisecond) {
		if found := h.audit(t)[id]; len(found) >= n || time.Now().After(end) {
			return found
		}
	}
}

// audit is the whole record, by request id.
func (h *house) audit(t *testing.T) map[string][]audit.Record {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(h.Data, "audit.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]audit.Record{}
	for l := range strings.Lines(string(text)) {
		var r audit.Record
		if !strings.HasSuffix(l, "\n") {
			break // still being written
		}
		if err := json.Unmarshal([]byte(l), &r); err != nil {
			t.Fatalf("a record that is no JSON: %v", err)
		}
		all[r.RequestID] = append(all[r.RequestID], r)
	}
	return all
}

// settle checks, with all records written, that each refusal left one record of a refusal, not two.
func (h *house) settle(t *testing.T) {
	last := h.send(t, h.getToken()).Header.Get("X-Amzn-Requestid")
	h.records(t, last)
	all := h.audit(t)
	for id, name := range h.refused {
		refusals := 0
		for _, r := range all[id] {
			if r.Outcome == audit.Refused || r.Outcome == audit.Denied {
				refusals++
			}
		}
		if refusals != 1 {
			t.Errorf("%s: %d records of its refusal", name, refusals)
		}
	}
}
