package testissuer

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"math/big"
)

// Key is a signing key, and what is published of it.
type Key struct {
	ID        string
	Algorithm string // as RS256
	Private   crypto.Signer
	JWK       map[string]any // what is published; a test may change it
}

// NewRSA makes an RSA key.
func NewRSA(id string, bits int) *Key {
	private, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(fmt.Sprintf("making a key for a test: %v", err))
	}
	k := &Key{ID: id, Algorithm: "RS256", Private: private}
	k.JWK = map[string]any{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": id,
		"n": Encode(private.N.Bytes()), "e": Encode(big.NewInt(int64(private.E)).Bytes())}
	return k
}

// NewEC makes a key on a curve, for the algorithm that belongs to it.
func NewEC(id string, curve elliptic.Curve) *Key {
	private, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		panic(fmt.Sprintf("making a key for a test: %v", err))
	}
	point, err := private.PublicKey.Bytes()
	if err != nil {
		panic(fmt.Sprintf("making a key for a test: %v", err))
	}
	size := len(point) / 2
	k := &Key{ID: id, Private: private, Algorithm: map[int]string{32: "ES256", 48: "ES384", 66: "ES512"}[size]}
	k.JWK = map[string]any{"kty": "EC", "use": "sig", "alg": k.Algorithm, "kid": id, "crv": curve.Params().Name,
		"x": Encode(point[1 : 1+size]), "y": Encode(point[1+size:])}
	return k
}

// Set is a key set of these keys.
func Set(published ...*Key) map[string]any {
	all := []map[string]any{}
	for _, k := range published {
		all = append(all, k.JWK)
	}
	return map[string]any{"keys": all}
}

// Encode is base64url without padding.
func Encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
