package webidentity_test

import (
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"hash"
	"net"
	"strings"
	"testing"

	"github.com/octroi/octroi/internal/testissuer"
	"github.com/octroi/octroi/webidentity"
)

// A right token is taken, whatever of the algorithms signed it.
func TestRightToken(t *testing.T) {
	h := open(t, mainKey(), curveKey())
	who := h.allow(t, "RS256", mainKey().Token(h.claims().With("environment", "prod").With("amr", []string{"a", "b"}).With("n", 7)))
	if who.Subject != subject || who.Issuer != h.issuer.URL || who.Client != ours || who.ID == "" || who.Claims["environment"][0] != "prod" ||
		len(who.Claims["amr"]) != 2 || who.Claims["n"][0] != "7" {
		t.Errorf("got %+v", who)
	}
	h.allow(t, "ES256", curveKey().Token(h.claims()))
	delete(mainKey().JWK, "alg")
	defer func() { mainKey().JWK["alg"] = "RS256" }()
	plain := open(t, mainKey())
	for _, algorithm := range []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"} {
		k := *mainKey()
		k.Algorithm = algorithm
		plain.allow(t, algorithm, k.Token(plain.claims()))
	}
	plain.allow(t, "no kid, one key", mainKey().Sign(map[string]any{"alg": "RS256"}, plain.claims()))
}

func TestHostileW01(t *testing.T) {
	h := open(t, mainKey())
	for _, alg := range []any{"none", "None", "nOnE", "", nil, 256, []string{"RS256"}, "RS256 ", "rs256", "EdDSA"} {
		header := map[string]any{"alg": alg, "kid": "main", "typ": "JWT"}
		if alg == nil {
			delete(header, "alg")
		}
		signed := mainKey().Sign(header, h.claims())
		h.refuse(t, "signed", signed, webidentity.Invalid, "algorithm")
		unsigned := signed[:strings.LastIndexByte(signed, '.')+1]
		h.refuse(t, "unsigned", unsigned, webidentity.Invalid, "not a valid JWT")
	}
	right := mainKey().Token(h.claims())
	h.refuse(t, "without its signature", right[:strings.LastIndexByte(right, '.')+1], webidentity.Invalid, "not a valid JWT")
	h.refuse(t, "another signature", right[:len(right)-8]+"AAAAAAAA", webidentity.Invalid, "")
}

// The public key, in every form in which somebody may have taken it for a secret.
func TestHostileW02(t *testing.T) {
	h := open(t, mainKey())
	public := mainKey().Private.Public().(*rsa.PublicKey)
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	encoded := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	secrets := map[string][]byte{"DER": der, "PEM": encoded, "trimmed": []byte(strings.TrimSpace(string(encoded))), "PKCS1": x509.MarshalPKCS1PublicKey(public),
		"modulus": public.N.Bytes(), "client secret": []byte("client-secret"), "empty": {}}
	for what, secret := range secrets {
		for alg, sum := range map[string]func() hash.Hash{"HS256": sha256.New, "HS384": sha512.New384, "HS512": sha512.New} {
			header, _ := json.Marshal(map[string]any{"alg": alg, "kid": "main", "typ": "JWT"})
			payload, _ := json.Marshal(h.claims())
			text := testissuer.Encode(header) + "." + testissuer.Encode(payload)
			m := hmac.New(sum, secret)
			m.Write([]byte(text))
			h.refuse(t, what+" "+alg, text+"."+testissuer.Encode(m.Sum(nil)), webidentity.Invalid, "algorithm")
		}
	}
}

func TestHostileW03(t *testing.T) {
	h := open(t, mainKey())
	attacker := testissuer.NewRSA("main", 2048) // the trusted kid
	h.refuse(t, "another key of that kid", attacker.Token(h.claims()), webidentity.Invalid, "signature")
	for name, value := range map[string]any{"jwk": attacker.JWK, "x5c": []string{"MIIB"}} {
		h.refuse(t, name, attacker.Sign(map[string]any{"alg": "RS256", "kid": "main", name: value}, h.claims()), webidentity.Invalid, name)
		h.refuse(t, name+" in a genuine token", mainKey().Sign(map[string]any{"alg": "RS256", "kid": "main", name: value}, h.claims()), webidentity.Invalid, name)
	}
}

func TestHostileW04(t *testing.T) {
	h := open(t, mainKey())
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	called := make(chan struct{}, 1)
	go func() {
		if c, err := l.Accept(); err == nil {
			c.Close()
			called <- struct{}{}
		}
	}()
	for _, name := range []string{"jku", "x5u"} {
		h.refuse(t, name, secondKey().Sign(map[string]any{"alg": "RS256", "kid": "second", name: "https://" + l.Addr().String() + "/keys"}, h.claims()),
			webidentity.Invalid, name)
	}
	l.Close()
	select {
	case <-called:
		t.Error("the address in the token was called")
	default:
	}
}

func TestHostileW05(t *testing.T) {
	h := open(t, mainKey(), secondKey())
	h.allow(t, "warm", mainKey().Token(h.claims()))
	for what, kid := range map[string]any{"path": "../../etc/passwd", "SQL": "' OR 1=1--", "null": nil, "list": []string{"main"}, "empty": "",
		"long": strings.Repeat("k", 10_000), "other case": "MAIN", "NUL": "main\x00", "number": 1} {
		h.refuse(t, what, mainKey().Sign(map[string]any{"alg": "RS256", "kid": kid}, h.claims()), webidentity.Invalid, "(kid)")
	}
	h.refuse(t, "1 MiB", mainKey().Sign(map[string]any{"alg": "RS256", "kid": strings.Repeat("k", 1<<20)}, h.claims()), webidentity.Malformed, "20000")
	h.refuse(t, "none with two keys", mainKey().Sign(map[string]any{"alg": "RS256"}, h.claims()), webidentity.Invalid, "several")
}

// W06: two issuers with keys of the same id, each behind a warm cache.
func TestHostileW06(t *testing.T) {
	a := open(t, mainKey())
	imitation := testissuer.NewRSA("main", 2048)
	issuer := testissuer.Start(imitation)
	t.Cleanup(issuer.Close)
	b := &house{Verifier: a.Verifier, issuer: issuer, at: a.now(),
		provider: webidentity.Provider{Issuer: issuer.URL, Audiences: []string{ours}, Reach: webidentity.Internal, CA: issuer.CA}}
	a.allow(t, "A's own", mainKey().Token(a.claims()))
	b.allow(t, "B's own", imitation.Token(b.claims()))
	a.refuse(t, "B's key for A", imitation.Token(a.claims()), webidentity.Invalid, "signature")
	b.refuse(t, "A's key for B", mainKey().Token(b.claims()), webidentity.Invalid, "signature")
}

func TestHostileW07(t *testing.T) {
	h := open(t, mainKey())
	right := mainKey().Token(h.claims())
	for what, token := range map[string]string{"dots": strings.Repeat(".", 10_000_000), "20,001": strings.Repeat("a", 20_001), "empty": "", "three": "a.b"} {
		h.refuse(t, what, token, webidentity.Malformed, "webIdentityToken")
		spent := testing.Benchmark(func(b *testing.B) {
			for b.Loop() {
				_, _ = webidentity.Parse(token)
			}
		})
		if spent.AllocedBytesPerOp() > 64<<10 || spent.NsPerOp() > 1_000_000 {
			t.Errorf("%s: %d bytes, %d ns", what, spent.AllocedBytesPerOp(), spent.NsPerOp())
		}
	}
	for what, token := range map[string]string{"2 segments": "aaaa.bbbb", "4 segments": right + ".AAAA", "5 segments": right + ".AAAA.AAAA",
		"20,000 dots": strings.Repeat(".", 20_000), "only dots": "...."} {
		h.refuse(t, what, token, webidentity.Invalid, "three parts")
	}
	h.refuse(t, "zip", mainKey().Sign(map[string]any{"alg": "RS256", "kid": "main", "zip": "DEF"}, h.claims()), webidentity.Invalid, "zip")
}

func TestHostileW09(t *testing.T) {
	h := open(t, mainKey())
	for name, value := range map[string]any{"crit": []string{"exp"}, "b64": false, "cty": "JWT", "enc": "A256GCM"} {
		h.refuse(t, name, mainKey().Sign(map[string]any{"alg": "RS256", "kid": "main", name: value}, h.claims()), webidentity.Invalid, name)
	}
	for _, typ := range []any{"at+jwt", "application/at+jwt", "logout+jwt", "", nil, 1, "JWT "} {
		h.refuse(t, "typ", mainKey().Sign(map[string]any{"alg": "RS256", "kid": "main", "typ": typ}, h.claims()), webidentity.Invalid, "typ")
	}
	for _, typ := range []any{"jwt", "JWT", "application/jwt"} {
		h.allow(t, "typ", mainKey().Sign(map[string]any{"alg": "RS256", "kid": "main", "typ": typ}, h.claims()))
	}
}

func TestHostileW10(t *testing.T) {
	h := open(t, mainKey())
	c, _ := json.Marshal(h.claims())
	header, payload := `{"alg":"RS256","kid":"main"}`, string(c)
	h.allow(t, "as it should be", mainKey().SignTexts(header, payload))
	encode := testissuer.Encode
	for what, token := range map[string]string{
		"padding":                  mainKey().SignParts(encode([]byte(header))+"==", encode([]byte(payload))),
		"padding of the signature": mainKey().SignTexts(header, payload) + "==",
		"standard alphabet":        mainKey().SignParts(encode([]byte(header)), base64.RawStdEncoding.EncodeToString([]byte(payload+"   \xc3\xbf\xc3\xbe"))),
		"a line feed":              mainKey().SignParts(encode([]byte(header))[:8]+"\n"+encode([]byte(header))[8:], encode([]byte(payload))),
		"a space at the end":       mainKey().SignTexts(header, payload) + " ",
		"trailing bits":            trailing(mainKey().SignParts(encode([]byte(header)), encode([]byte(payload)))),
		"alg twice":                mainKey().SignTexts(`{"alg":"RS256","alg":"RS256","kid":"main"}`, payload),
		"sub twice":                mainKey().SignTexts(header, `{"sub":"admin",`+payload[1:]),
		"aud twice, escaped":       mainKey().SignTexts(header, `{"\u0061ud":"`+ours+`",`+payload[1:]),
		"a second object":          mainKey().SignTexts(header, payload+"{}"),
		"a list":                   mainKey().SignTexts(header, "["+payload+"]"),
		"not UTF-8":                mainKey().SignTexts(header, `{"x":"`+"\xff"+`",`+payload[1:]),
		"a byte order mark":        mainKey().SignTexts(header, "\ufeff"+payload),
		"a deep header":            mainKey().SignTexts(`{"alg":"RS256","kid":"main","x":`+strings.Repeat("[", 1000)+strings.Repeat("]", 1000)+`}`, payload),
	} {
		h.refuse(t, what, token, webidentity.Invalid, "not a valid JWT")
	}
	h.refuse(t, "another case", mainKey().SignTexts(`{"Alg":"RS256","kid":"main"}`, payload), webidentity.Invalid, "algorithm")
	h.refuse(t, "a claim in another case", mainKey().SignTexts(header, strings.Replace(payload, `"sub"`, `"Sub"`, 1)), webidentity.Invalid, "required claim: sub")
}

// trailing sets a bit of the signature's last character that counts for nothing: 256 bytes leave four of them.
func trailing(token string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, token[len(token)-1])
	return token[:len(token)-1] + string(alphabet[last|1])
}
