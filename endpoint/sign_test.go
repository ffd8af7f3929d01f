package endpoint_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/octroi/octroi/servertest"
)

// signing is who signs a message, and for what.
type signing struct {
	id, secret, token string
	region, service   string
	at                time.Time
}

func as(k servertest.Key, service string, at time.Time) signing {
	return signing{k.ID, k.Secret, "", "us-east-1", service, at}
}

// sign signs with the AWS SDK's own signer.
func (s signing) sign(t *testing.T, m message) message {
	t.Helper()
	r, err := http.NewRequest(m.method, "http://"+m.value("Host")+m.uri, strings.NewReader(m.body))
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range m.lines {
		if l.name != "Host" {
			r.Header.Set(l.name, l.value)
		}
	}
	credentials := aws.Credentials{AccessKeyID: s.id, SecretAccessKey: s.secret, SessionToken: s.token}
	if err := v4.NewSigner().SignHTTP(t.Context(), credentials, r, hash(m.body), s.service, s.region, s.at); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"X-Amz-Date", "X-Amz-Security-Token", "Authorization"} {
		if v := r.Header.Get(name); v != "" {
			m = m.with(name, v)
		}
	}
	return m
}

// presign is the query that the SDK's signer makes of a message.
func (s signing) presign(t *testing.T, m message) string {
	t.Helper()
	r, err := http.NewRequest(m.method, "http://"+m.value("Host")+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	url, _, err := v4.NewSigner().PresignHTTP(t.Context(),
		aws.Credentials{AccessKeyID: s.id, SecretAccessKey: s.secret}, r, hash(m.body), s.service, s.region, s.at)
	if err != nil {
		t.Fatal(err)
	}
	_, query, _ := strings.Cut(url, "?")
	return query
}

// hand is what the SDK's signer would not do: it signs exactly these names for exactly this scope, with the right
// secret. The date of the string to sign is the message's.
type hand struct {
	names    string // joined with semicolons
	scope    string // /day/region/service/aws4_request; empty for the right one
	day      string // of the signing key; empty for the scope's
	path     string // as signed; empty for the message's
	query    string // as signed
	payload  string // hash as signed; empty for the body's
	idInside string // the key id as written; empty for the signer's
}

const basic = "20060102T150405Z"

func (s signing) byHand(m message, h hand) message {
	if !m.has("X-Amz-Date") && !m.has("Date") {
		m = m.with("X-Amz-Date", s.at.UTC().Format(basic))
	}
	date := m.value("X-Amz-Date")
	if date == "" {
		date = m.value("Date")
	}
	if t, err := time.Parse(http.TimeFormat, date); err == nil {
		date = t.Format(basic)
	}
	if h.scope == "" {
		h.scope = "/" + s.at.UTC().Format("20060102") + "/" + s.region + "/" + s.service + "/aws4_request"
	}
	if h.idInside == "" {
		h.idInside = s.id
	}
	field := append(strings.Split(h.scope, "/"), "", "", "", "")
	if h.day == "" {
		h.day = field[1]
	}
	key := []byte("AWS4" + s.secret)
	for _, part := range []string{h.day, field[2], field[3], "aws4_request"} {
		key = mac(key, part)
	}
	toSign := "AWS4-HMAC-SHA256\n" + date + "\n" + strings.TrimPrefix(h.scope, "/") + "\n" + hash(canonical(m, h))
	return m.with("Authorization", "AWS4-HMAC-SHA256 Credential="+h.idInside+h.scope+
		", SignedHeaders="+h.names+", Signature="+hex.EncodeToString(mac(key, toSign)))
}

func canonical(m message, h hand) string {
	if h.path == "" {
		h.path, _, _ = strings.Cut(m.uri, "?")
	}
	if h.payload == "" {
		h.payload = hash(m.body)
	}
	text := m.method + "\n" + h.path + "\n" + h.query + "\n"
	for name := range strings.SplitSeq(h.names, ";") {
		var values []string
		for _, l := range m.lines {
			if strings.EqualFold(l.name, name) {
				values = append(values, strings.TrimSpace(l.value))
			}
		}
		text += strings.ToLower(name) + ":" + strings.Join(values, ",") + "\n"
	}
	return text + "\n" + h.names + "\n" + h.payload
}

// names of the message's headers that a signer signs, and more.
func names(m message, more ...string) string {
	all := append([]string{"host", "x-amz-date"}, more...)
	for _, l := range m.lines {
		name := strings.ToLower(l.name)
		if name == "content-type" || strings.HasPrefix(name, "x-amz-") {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), ";")
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
