package webidentity_test

import (
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"maps"
	"math/big"
	"testing"

	"github.com/octroi/octroi/internal/testissuer"
	"github.com/octroi/octroi/webidentity"
)

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// published is a copy of a key that publishes something else of itself. Changes are names and values; a nil value takes
// a member away.
func published(k *testissuer.Key, changes ...any) *testissuer.Key {
	other := *k
	other.JWK = maps.Clone(k.JWK)
	for i := 0; i < len(changes); i += 2 {
		name := changes[i].(string)
		if other.JWK[name] = changes[i+1]; changes[i+1] == nil {
			delete(other.JWK, name)
		}
	}
	return &other
}

func TestHostileW08(t *testing.T) {
	wide := testissuer.NewEC("wide", elliptic.P384())
	small := testissuer.NewRSA("small", 1024)
	private := mainKey().Private.Public().(*rsa.PublicKey)
	even := new(big.Int).Add(private.N, big.NewInt(1))
	for what, k := range map[string]*testissuer.Key{
		"alg of another kind": published(mainKey(), "alg", "ES256"), "alg HS256": published(mainKey(), "alg", "HS256"), "alg none": published(mainKey(), "alg", "none"),
		"alg of encryption": published(mainKey(), "alg", "RSA-OAEP"), "use enc": published(mainKey(), "use", "enc"), "use a list": published(mainKey(), "use", []string{"sig"}),
		"key_ops": published(mainKey(), "key_ops", []string{"encrypt"}), "RSA 1024": small, "e 1": published(mainKey(), "e", "AQ"), "e 3": published(mainKey(), "e", "Aw"),
		"e even": published(mainKey(), "e", "AQAA"), "e huge": published(mainKey(), "e", "AQAAAAAAAAAB"), "n even": published(mainKey(), "n", testissuer.Encode(even.Bytes())),
		"n padded": published(mainKey(), "n", testissuer.Encode(private.N.Bytes())+"=="), "no n": published(mainKey(), "n", nil), "no kty": published(mainKey(), "kty", nil),
		"kty oct": published(mainKey(), "kty", "oct"), "kty EC": published(mainKey(), "kty", "EC"), "shared secret": published(mainKey(), "kty", "oct", "k", "AAAA"),
		"private": published(mainKey(), "d", "AAAA"), "kid a number": published(mainKey(), "kid", 1), "kid empty": published(mainKey(), "kid", ""),
		"off the curve": published(curveKey(), "y", curveKey().JWK["x"]), "infinity": published(curveKey(), "x", testissuer.Encode(make([]byte, 32)), "y", testissuer.Encode(make([]byte, 32))),
		"short x": published(curveKey(), "x", "AAAA"), "P-384 for ES256": published(wide, "alg", "ES256"), "P-256 named P-384": published(curveKey(), "crv", "P-384", "alg", "ES384"),
		"secp256k1": published(curveKey(), "crv", "secp256k1"),
		"Ed25519":   published(curveKey(), "kty", "OKP", "crv", "Ed25519", "alg", "EdDSA", "x", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "y", nil),
	} {
		h := open(t, k, secondKey())
		h.refuse(t, what, k.Token(h.claims()), webidentity.Invalid, "")
		h.allow(t, what+": the key beside it", secondKey().Token(h.claims()))
	}
	// A key signs with its own algorithm only, whatever the header says.
	h := open(t, mainKey(), wide, curveKey())
	for _, c := range []struct {
		k   *testissuer.Key
		alg string
	}{{mainKey(), "RS384"}, {mainKey(), "PS256"}, {wide, "ES256"}, {curveKey(), "ES384"}} {
		k := *c.k
		k.Algorithm = c.alg
		h.refuse(t, c.alg, k.Token(h.claims()), webidentity.Invalid, "algorithm")
	}
	h.refuse(t, "ES256 with an RSA key's kid", curveKey().Sign(map[string]any{"alg": "ES256", "kid": "main"}, h.claims()), webidentity.Invalid, "algorithm")
}
