package sequence_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"pgregory.net/rapid"

	"github.com/octroi/octroi/audit"
)

// answer is what came back.
type answer struct {
	status int
	code   string // of a refusal
	body   string
	header http.Header
	id     string // of the request
}

// element is the text of the first XML element of a name.
func (a answer) element(name string) string {
	_, rest, _ := strings.Cut(a.body, "<"+name+">")
	text, _, _ := strings.Cut(rest, "</"+name+">")
	return text
}

var codes = regexp.MustCompile(`<Code>(\w+)</Code>|"__type":"(\w+)"|^\{"errors":\[\{"code":"(\w+)"`)

// send sends a request and holds its answer to what every answer has: no failure of the service, a request id, a record.
func (m *machine) send(t *rapid.T, r *http.Request) answer {
	t.Helper()
	got, err := m.client.Do(r)
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	a := answer{status: got.StatusCode, body: string(body), header: got.Header, id: got.Header.Get("X-Amzn-Requestid")}
	if found := codes.FindStringSubmatch(a.body); found != nil && a.status >= 400 {
		a.code = found[1] + found[2] + found[3]
	}
	if a.status >= 500 {
		t.Fatalf("the service failed: %s %s: %d %s", r.Method, r.URL, a.status, a.body)
	}
	if len(a.id) != 36 {
		t.Fatalf("%s %s: %d without a request id", r.Method, r.URL, a.status)
	}
	if a.status == 401 || a.status == 403 || strings.HasPrefix(a.code, "AccessDenied") {
		m.recorded(t, a, 1)
	}
	m.answered[a.id] = r.Method + " " + r.URL.Path
	return a
}

// signed sends a signed request to the AWS endpoint.
func (m *machine) signed(t *rapid.T, s signer, service, contentType, target, body string) answer {
	t.Helper()
	r, err := http.NewRequest("POST", m.URL+"/", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", contentType)
	if target != "" {
		r.Header.Set("X-Amz-Target", target)
	}
	sum := sha256.Sum256([]byte(body))
	credentials := aws.Credentials{AccessKeyID: s.id, SecretAccessKey: s.secret, SessionToken: s.token}
	if err := v4.NewSigner().SignHTTP(r.Context(), credentials, r, hex.EncodeToString(sum[:]), service, "us-east-1", m.now()); err != nil {
		t.Fatal(err)
	}
	return m.send(t, r)
}

// query calls an operation of IAM or STS.
func (m *machine) query(t *rapid.T, s signer, service, operation string, parameters map[string]string) answer {
	t.Helper()
	form := url.Values{"Action": {operation}, "Version": {map[string]string{"iam": "2010-05-08", "sts": "2011-06-15"}[service]}}
	for name, value := range parameters {
		form.Set(name, value)
	}
	return m.signed(t, s, service, "application/x-www-form-urlencoded; charset=utf-8", "", form.Encode())
}

// registry sends a request to the registry, with a credential or none.
func (m *machine) registry(t *rapid.T, l *login, method, path string, body []byte, header ...string) answer {
	t.Helper()
	target := path
	if !strings.HasPrefix(path, "http") {
		target = m.URL + path
	}
	r, err := http.NewRequest(method, target, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	switch {
	case l == nil:
	case l.Bearer != "":
		r.Header.Set("Authorization", "Bearer "+l.Bearer)
	default:
		r.SetBasicAuth("AWS", l.Password)
	}
	return m.send(t, r)
}

// recorded waits for the records of an answer, which come soon after it.
func (m *machine) recorded(t *rapid.T, a answer, least int) []audit.Record {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		m.follow(t)
		if found := m.records[a.id]; len(found) >= least {
			return found
		}
		if time.Now().After(end) {
			t.Fatalf("%d records of %s, whose answer was %d %s", len(m.records[a.id]), m.answered[a.id], a.status, a.code)
		}
	}
}

// follow reads what was added to the log since it was read last.
func (m *machine) follow(t *rapid.T) {
	f, err := os.Open(filepath.Join(m.Data, "audit.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.NewSectionReader(f, m.read, 1<<30))
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(text) {
		if !bytes.HasSuffix(line, []byte("\n")) {
			return
		}
		var r audit.Record
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatalf("%q is no record: %v", line, err)
		}
		m.read += int64(len(line))
		m.records[r.RequestID] = append(m.records[r.RequestID], r)
	}
}

// settle checks that every answer so far has a record.
func (m *machine) settle(t *rapid.T) {
	t.Helper()
	for id := range m.answered {
		m.recorded(t, answer{id: id}, 1)
	}
	clear(m.answered)
}
