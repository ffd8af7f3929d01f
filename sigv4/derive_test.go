package sigv4_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/sigv4"
)

// TestHostileS35 shows that an unknown key costs what a known one does: the same derivation, remembered under
// its own id, the same HMAC, the same allocations. (BenchmarkVerify shows the time.)
func TestHostileS35(t *testing.T) {
	v := verifier()
	const stranger principal.AccessKeyID = "AKIAQ7EXAMPLEOFAKEY3"
	wrong, unknown := usual(), usual()
	wrong.secret = "not the secret"
	unknown.id = string(stranger)
	knownRequest, unknownRequest := wrong.sign(t, getToken()), unknown.sign(t, getToken())

	if _, err := verify(v, knownRequest, jsonBody); err == nil {
		t.Fatal("wrong secret proved")
	}
	if n, found := v.Remembered(userID); n != 1 || !found {
		t.Errorf("after a known key: %d remembered, found %v", n, found)
	}
	if _, err := verify(v, unknownRequest, jsonBody); err == nil {
		t.Fatal("unknown key proved")
	}
	if n, found := v.Remembered(stranger); n != 2 || !found {
		t.Errorf("after an unknown key: %d remembered, found %v", n, found)
	}
	a := testing.AllocsPerRun(100, func() { verify(v, knownRequest, jsonBody) })
	b := testing.AllocsPerRun(100, func() { verify(v, unknownRequest, jsonBody) })
	if a != b || a > 1 { // the refusal
		t.Errorf("a known key allocates %v times, an unknown one %v; want one each", a, b)
	}
	if n, _ := v.Remembered(""); n != 2 {
		t.Errorf("%d remembered after the same requests again", n)
	}
}

// TestUnknownKeySignedWithAnything: no signature, whatever it was made with, proves an unknown key.
func TestUnknownKeySignedWithAnything(t *testing.T) {
	unknown := usual()
	unknown.id = "AKIAQ7EXAMPLEOFAKEY3"
	for _, unknown.secret = range []string{"", "***", secret.Reveal()} {
		deny(t, unknown.sign(t, getToken()), sigv4.Unrecognized, "")
	}
}

func TestChangedSecretNeverFindsTheOldKey(t *testing.T) {
	v, current := verifier(), keys{userID: {ID: userID, Secret: secret}}
	ask := func(s signing) error {
		_, err := v.Verify(s.sign(t, getToken()), []byte(jsonBody), service, current.lookup)
		return err
	}
	if err := ask(usual()); err != nil {
		t.Fatal(err)
	}
	current[userID] = sigv4.Key{ID: userID, Secret: principal.NewSecretFrom("rotated")}
	if err := ask(usual()); err == nil {
		t.Error("the old secret still signs")
	}
	rotated := usual()
	rotated.secret = "rotated"
	if err := ask(rotated); err != nil {
		t.Errorf("the new secret does not sign: %v", err)
	}
}

func TestRememberedKeysAreBounded(t *testing.T) {
	v := verifier()
	everybody := func(_ context.Context, id principal.AccessKeyID, _ string) (sigv4.Key, error) {
		if strings.HasPrefix(string(id), "AKIASTRANGER") {
			return sigv4.Key{}, sigv4.ErrUnknownKey
		}
		return sigv4.Key{ID: id, Secret: secret}, nil
	}
	mine := usual().sign(t, getToken())
	for i := range 3 * sigv4.Generation {
		r := edit(t, func(h string) string {
			return strings.Replace(h, string(userID), fmt.Sprintf("AKIASTRANGER%04d", i), 1)
		})
		if _, err := v.Verify(r, []byte(jsonBody), service, everybody); err == nil {
			t.Fatal("a stranger was let in")
		}
		if i%500 != 0 {
			continue
		}
		if _, err := v.Verify(mine, []byte(jsonBody), service, everybody); err != nil {
			t.Fatal(err)
		}
	}
	if n, found := v.Remembered(userID); n > 2*sigv4.Generation || !found {
		t.Errorf("%d remembered, and the key in use is among them: %v", n, found)
	}
	long := edit(t, func(h string) string { return strings.Replace(h, string(userID), strings.Repeat("A", 9999), 1) })
	if _, err := v.Verify(long, []byte(jsonBody), service, everybody); err == nil {
		t.Fatal("an endless id was let in")
	}
	if _, found := v.Remembered(principal.AccessKeyID(strings.Repeat("A", 9999))); found {
		t.Error("an endless id is remembered")
	}
}

func BenchmarkVerify(b *testing.B) {
	wrong, unknown, session := usual(), usual(), usual()
	wrong.secret = "not the secret"
	unknown.id = "AKIAQ7EXAMPLEOFAKEY3"
	session.token = strings.Repeat("t", 600)
	anyToken := func(_ context.Context, id principal.AccessKeyID, _ string) (sigv4.Key, error) {
		return known.lookup(b.Context(), id, "")
	}
	for _, c := range []struct {
		name   string
		signed signing
		right  bool
	}{{"known", usual(), true}, {"wrong secret", wrong, false}, {"unknown", unknown, false}, {"session", session, true}} {
		b.Run(c.name, func(b *testing.B) {
			v, r, body := verifier(), c.signed.sign(b, getToken()), []byte(jsonBody)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := v.Verify(r, body, service, anyToken); (err == nil) != c.right {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestSignatureIsHMAC holds the signature against the library, for texts of any length around that of a block and of
// what fits on the stack.
func TestSignatureIsHMAC(t *testing.T) {
	for n := range 512 {
		key, text := sha256.Sum256([]byte{byte(n)}), []byte(rand.Text() + strings.Repeat("x", n))[:n]
		mac := hmac.New(sha256.New, key[:])
		mac.Write(text)
		if got := sigv4.Signature(key, text); !bytes.Equal(got[:], mac.Sum(nil)) {
			t.Fatalf("of %d bytes: %x", n, got)
		}
	}
}
