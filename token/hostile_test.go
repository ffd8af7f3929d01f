package token_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/octroi/octroi/token"
)

var raw = base64.RawURLEncoding

func TestHostileK01(t *testing.T) {
	r := ring(t, key(1, noon))
	text, password := seal(t, r, token.Bearer, bearer()), sealPassword(t, r, login())
	bits, err := raw.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	open := func(b []byte) {
		c, err := r.Open(token.Bearer, raw.EncodeToString(b), noon)
		forged(t, c, err)
	}
	for i := range len(bits) * 8 {
		flipped := bytes.Clone(bits)
		flipped[i/8] ^= 1 << (i % 8)
		open(flipped)
	}
	for i := range bits {
		open(bits[:i])
		open(bits[i+1:])
	}
	open(append(bytes.Clone(bits), 0))
	for i := range len(password) {
		c, err := r.OpenPassword(password[:i], noon)
		forged(t, c, err)
	}
	envelope, err := base64.StdEncoding.DecodeString(password)
	if err != nil {
		t.Fatal(err)
	}
	for i := range len(envelope) * 8 {
		flipped := bytes.Clone(envelope)
		flipped[i/8] ^= 1 << (i % 8)
		c, err := r.OpenPassword(base64.StdEncoding.EncodeToString(flipped), noon)
		forged(t, c, err)
	}
}

func TestHostileK02(t *testing.T) {
	r := ring(t, key(1, noon))
	scoped := bearer()
	for _, scoped.Scope = range []string{"", "x", "xx"} { // the last character carries 6, 4 or 2 bits
		text := seal(t, r, token.Bearer, scoped)
		bits, _ := raw.DecodeString(text)
		for _, other := range []string{
			base64.StdEncoding.EncodeToString(bits), base64.URLEncoding.EncodeToString(bits) + "=", text + "=", text + "\n", "\n" + text,
			text[:9] + "\r\n" + text[9:], " " + text, text + " ", text + "A", text + "\x00",
		} {
			if other != text {
				c, err := r.Open(token.Bearer, other, noon)
				forged(t, c, err)
			}
		}
		for _, last := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" {
			if other := text[:len(text)-1] + string(last); other != text {
				c, err := r.Open(token.Bearer, other, noon)
				forged(t, c, err)
			}
		}
	}
	c, err := r.Open(token.Bearer, strings.Repeat("A", 1<<20), noon)
	forged(t, c, err)
	password := sealPassword(t, r, login())
	envelope, _ := base64.StdEncoding.DecodeString(password)
	for _, other := range []string{
		strings.TrimRight(password, "="), password + "=", password + "\n", password[:8] + "\n" + password[8:], " " + password,
		base64.StdEncoding.EncodeToString(append(envelope, ' ')), base64.StdEncoding.EncodeToString(append(envelope, '\n')),
		recode(envelope, `"version":"1"`, `"version":"2"`), recode(envelope, `"version"`, `"Version"`), recode(envelope, `,"type"`, `, "type"`),
		recode(envelope, `"datakey":"1"`, `"datakey":"01"`), recode(envelope, `"datakey":"1"`, `"datakey":"2"`),
		recode(envelope, `"expiration":1`, `"expiration":2`), recode(envelope, `{`, `{"x":1,`), recode(envelope, `}`, `,"x":1}`),
		recode(envelope, `"DATA_KEY"`, `"DATA\u005fKEY"`), recode(envelope, `{"payload":"`, `{"payload":"","payload":"`),
		base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("x"), 1<<20)), "", "hunter2", password + "\n",
	} {
		if other != password {
			c, err := r.OpenPassword(other, noon)
			forged(t, c, err)
		}
	}
}

func recode(envelope []byte, old, new string) string {
	return base64.StdEncoding.EncodeToString(bytes.Replace(envelope, []byte(old), []byte(new), 1))
}

func TestHostileK03(t *testing.T) {
	here, there := ring(t, key(1, noon)), ringOf(t, "dep-another", key(1, noon))
	text := seal(t, here, token.Bearer, bearer())
	c, err := there.Open(token.Bearer, text, noon)
	forged(t, c, err)
	for _, p := range []token.Purpose{token.Login, 0, 3, 255} {
		c, err := here.Open(p, text, noon)
		forged(t, c, err)
	}
	c, err = here.Open(token.Bearer, seal(t, here, token.Login, login()), noon)
	forged(t, c, err)
	// A bearer in a login's envelope.
	envelope, _ := base64.StdEncoding.DecodeString(sealPassword(t, here, login()))
	payload := strings.Split(string(envelope), `"`)[3]
	swapped := recode(envelope, payload, text)
	c, err = here.OpenPassword(swapped, noon)
	forged(t, c, err)
	// A raw login is no password either.
	c, err = here.OpenPassword(seal(t, here, token.Login, login()), noon)
	forged(t, c, err)
}

func TestHostileK04(t *testing.T) {
	r := ring(t, key(1, noon))
	text := seal(t, r, token.Bearer, bearer())
	end := bearer().ExpiresAt
	if _, err := r.Open(token.Bearer, text, end.Add(-time.Second)); err != nil {
		t.Error(err)
	}
	for _, late := range []time.Duration{0, time.Second, 20 * 24 * time.Hour} {
		c, err := r.Open(token.Bearer, text, end.Add(late))
		if err != token.ErrExpired || c != bearer() {
			t.Errorf("after %v: %+v, %v, want ErrExpired with the claims", late, c, err)
		}
	}
	c, err := r.OpenPassword(sealPassword(t, r, login()), noon.Add(12*time.Hour))
	if err != token.ErrExpired || c != login() {
		t.Errorf("password: %+v, %v, want ErrExpired with the claims", c, err)
	}
	if c, err := r.Open(token.Bearer, text, noon.Add(-token.Skew-time.Second)); err != token.ErrNotYet || c != (token.Claims{}) {
		t.Errorf("from the future: %+v, %v", c, err)
	}
	if _, err := r.Open(token.Bearer, text, noon.Add(-token.Skew)); err != nil {
		t.Errorf("within the skew: %v", err)
	}
	// What is not authentic is not even expired.
	c, err = r.Open(token.Bearer, text[:len(text)-2]+"AA", end.Add(time.Hour))
	forged(t, c, err)
}

func TestHostileK06(t *testing.T) {
	one, both := ring(t, key(1, noon)), ring(t, key(1, noon), key(2, noon.Add(-time.Hour)), key(math.MaxUint32, noon.Add(-2*time.Hour)))
	early := bearer()
	early.IssuedAt = noon.Add(-90 * time.Minute)
	text := seal(t, both, token.Bearer, early)
	c, err := one.Open(token.Bearer, text, noon)
	forged(t, c, err)
	if _, err := both.Open(token.Bearer, text, noon); err != nil {
		t.Error(err)
	}
	// A known key's token under the id of another key, known or not.
	bits, _ := raw.DecodeString(seal(t, one, token.Bearer, bearer()))
	for _, id := range [][]byte{{0, 0, 0, 0}, {0, 0, 0, 2}, {255, 255, 255, 255}, {0, 0, 1, 0}} {
		copy(bits[1:], id)
		for _, r := range []*token.Ring{one, both} {
			c, err := r.Open(token.Bearer, raw.EncodeToString(bits), noon)
			forged(t, c, err)
		}
	}
	// An unknown key costs the same allocations as a wrong token of a known one.
	unknown, wrong := raw.EncodeToString(bits), ""
	copy(bits[1:], []byte{0, 0, 0, 1})
	bits[len(bits)-1] ^= 1
	wrong = raw.EncodeToString(bits)
	least := func(text string) float64 { // a pool may forget, and does so under the race detector
		n := math.Inf(1)
		for range 100 {
			n = min(n, testing.AllocsPerRun(1, func() { one.Open(token.Bearer, text, noon) }))
		}
		return n
	}
	if a, b := least(unknown), least(wrong); a != b {
		t.Errorf("an unknown key allocates %v times, a wrong token %v", a, b)
	}
}

func TestHostileK07(t *testing.T) {
	// A text that is valid under two AES-GCM keys satisfies the cipher and not the commitment: one HMAC-SHA256
	// is no other key's. So: the commitment refuses what the cipher accepts, in each of its bytes, and the
	// cipher what the commitment accepts.
	r := ring(t, key(1, noon))
	text := seal(t, r, token.Bearer, bearer())
	bits, _ := raw.DecodeString(text)
	for i := token.HeaderSize; i < token.BoxAt; i++ {
		bits[i] ^= 0x80
		other := raw.EncodeToString(bits)
		if _, err := r.Opened(token.Bearer, 1, other); err != nil {
			t.Fatal("the cipher looks at the commitment; this test shows nothing")
		}
		c, err := r.Open(token.Bearer, other, noon)
		forged(t, c, err)
		bits[i] ^= 0x80
	}
	recommitted := r.Recommit(token.Bearer, text, func(box []byte) { box[20] ^= 1 })
	c, err := r.Open(token.Bearer, recommitted, noon)
	forged(t, c, err)
	if c, err := r.Open(token.Bearer, r.Recommit(token.Bearer, text, func([]byte) {}), noon); err != nil || c != bearer() {
		t.Errorf("the same box, committed again: %v", err)
	}
}

func TestHostileK08(t *testing.T) {
	a, b := login(), login()
	a.Account, a.PrincipalID = "12", "345"
	b.Account, b.PrincipalID = "123", "45"
	if bytes.Equal(token.Encoded(a), token.Encoded(b)) {
		t.Error("two claims, one encoding")
	}
	// A deployment that ends as another's context goes on.
	one, two := ringOf(t, "a", key(1, noon)), ringOf(t, "a\x01", key(1, noon))
	c, err := two.Open(token.Bearer, seal(t, one, token.Bearer, bearer()), noon)
	forged(t, c, err)
	// Sealed with the right key, and yet not the claims of anybody.
	good, expiry := token.Encoded(bearer()), bearer().ExpiresAt.Unix()
	if c, err := one.Open(token.Bearer, one.SealRaw(1, token.Bearer, 1, expiry, good), noon); err != nil || c != bearer() {
		t.Fatalf("SealRaw seals something else: %v", err)
	}
	for i := range good {
		c, err := one.Open(token.Bearer, one.SealRaw(1, token.Bearer, 1, expiry, good[:i]), noon)
		forged(t, c, err)
	}
	c, err = one.Open(token.Bearer, one.SealRaw(1, token.Bearer, 1, expiry, append(good, 0)), noon)
	forged(t, c, err)
	c, err = one.Open(token.Bearer, one.SealRaw(1, token.Bearer, 1, math.MaxInt64, good), noon)
	forged(t, c, err)
	c, err = one.OpenPassword(passwordOf(one.SealRaw(1, token.Login, 1, expiry, good), "1"), noon)
	forged(t, c, err) // a bearer's claims, with the purpose of a login
}

// passwordOf puts a payload into the envelope of bearer's expiry.
func passwordOf(payload, id string) string {
	return base64.StdEncoding.EncodeToString([]byte(`{"payload":"` + payload + `","datakey":"` + id +
		`","version":"1","type":"DATA_KEY","expiration":1772625900}`))
}

func TestHostileK09(t *testing.T) {
	t.Parallel()
	tokens := 1 << 20
	if testing.Short() {
		tokens = 1 << 14
	}
	r, c := ring(t, key(1, noon)), bearer()
	nonces := make([][12]byte, tokens)
	var bits [1024]byte
	for i := range nonces {
		text := seal(t, r, token.Bearer, c)
		n, err := raw.Decode(bits[:], []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		copy(nonces[i][:], bits[token.BoxAt:])
		if i > 0 {
			continue
		}
		for _, claim := range []string{c.ID, c.Account, c.PrincipalID, string(c.AccessKey), c.Scope} {
			if bytes.Contains(bits[:n], []byte(claim)) {
				t.Errorf("%q is visible", claim)
			}
		}
	}
	slices.SortFunc(nonces, func(a, b [12]byte) int { return bytes.Compare(a[:], b[:]) })
	if got := len(slices.Compact(nonces)); got != tokens {
		t.Errorf("%d nonces in %d tokens", got, tokens)
	}
}

func TestPasswordsFitWhereClientsKeepThem(t *testing.T) {
	r := ring(t, key(math.MaxUint32, noon))
	long := login()
	long.Session, long.AccessKey = strings.Repeat("S", 300), "ASIAQ7EXAMPLEOFAKEY2"
	longest := long
	longest.Session = strings.Repeat("S", token.MaxSession)
	for name, c := range map[string]token.Claims{"user": login(), "session": long, "session with as much as there may be": longest} {
		password := sealPassword(t, r, c)
		text := token.AuthorizationToken(password)
		t.Logf("%s: password of %d characters, authorization token of %d", name, len(password), len(text))
		if len(text) > token.MaxAuthorizationToken {
			t.Errorf("%s: %d characters", name, len(text))
		}
		if strings.Trim(password, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=._-") != "" {
			t.Errorf("%s: alphabet of %q", name, password)
		}
		got, err := token.SplitAuthorizationToken(text)
		if err != nil || got != password {
			t.Errorf("%s: split %q, %v", name, got, err)
		}
		text, err = r.SealAuthorizationToken(c)
		if err != nil || len(text) != len(token.AuthorizationToken(password)) {
			t.Errorf("%s: sealed at once, an authorization token of %d characters, %v", name, len(text), err)
		}
		if password, err = token.SplitAuthorizationToken(text); err != nil || strings.HasPrefix(password, token.User) {
			t.Errorf("%s: sealed at once, split %q, %v", name, password, err)
		}
		if got, err := r.OpenPassword(password, noon); err != nil || got != c {
			t.Errorf("%s: sealed at once, opened %+v, %v", name, got, err)
		}
	}
}

func TestSplitAuthorizationTokenIsStrict(t *testing.T) {
	encode := base64.StdEncoding.EncodeToString
	for _, text := range []string{
		"", "AWS:x", encode([]byte("AWS")), encode([]byte("AWS:")), encode([]byte("aws:x")), encode([]byte("root:x")), encode([]byte(":x")),
		encode([]byte("AWS\x00:x")), encode([]byte("AWS:x:y")), encode([]byte("AWS:x\n")), encode([]byte("AWS:x y")), encode([]byte("AWS:é")),
		encode([]byte("AWS:xy")) + "\n", "\r\n" + encode([]byte("AWS:xy")), encode([]byte("AWS:abcd"))[:11], encode([]byte("AWS:abc"))[:9] + "R=",
	} {
		if got, err := token.SplitAuthorizationToken(text); !errors.Is(err, token.ErrForged) || got != "" {
			t.Errorf("%q: got %q, %v", text, got, err)
		}
	}
}
