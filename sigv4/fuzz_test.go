package sigv4_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/octroi/octroi/sigv4"
)

// FuzzVerify reads any bytes as a request. Nothing may panic, and what verifies must be the request that was
// signed: the seed, or the seed with something changed that the signature does not cover.
func FuzzVerify(f *testing.F) {
	signed := usual().sign(f, getToken())
	var seed bytes.Buffer
	if err := signed.Write(&seed); err != nil {
		f.Fatal(err)
	}
	f.Add(seed.Bytes())
	f.Add([]byte("POST /?X-Amz-Credential=a HTTP/1.1\r\nHost: " + host + "\r\n\r\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw)))
		if err != nil {
			t.Skip()
		}
		body, err := io.ReadAll(io.LimitReader(r.Body, 1<<16))
		if err != nil {
			t.Skip()
		}
		got, err := verify(verifier(), r, string(body))
		var refusal *sigv4.Error
		switch {
		case err == nil:
			if r.Method != http.MethodPost || r.Host != host || string(body) != jsonBody ||
				r.Header.Get("X-Amz-Target") != signed.Header.Get("X-Amz-Target") || got.KeyID != userID {
				t.Fatalf("proved %+v by %q", got, raw)
			}
		case !errors.As(err, &refusal) || refusal.Code == 0 || refusal.Message == "" || got != (sigv4.Verified{}):
			t.Fatalf("refused with %v, %+v", err, got)
		}
	})
}

// FuzzAuthorization: what the parser accepts, it has split at every comma, equals sign and slash; a key id
// that it names has none of them.
func FuzzAuthorization(f *testing.F) {
	f.Add(usual().sign(f, getToken()).Header.Get("Authorization"))
	f.Add("AWS4-HMAC-SHA256 Credential=AKIA/EXAMPLE/20260304/us-east-1/ecr-public/aws4_request,Signature=")
	f.Fuzz(func(t *testing.T, header string) {
		r := getToken()
		r.Header["Authorization"] = []string{header}
		id := sigv4.ClaimedKeyID(r)
		if id != "" && (!id.Valid() || strings.Count(header, "Credential="+string(id)+"/") != 1) {
			t.Fatalf("%q claims %q", header, id)
		}
	})
}
