package testissuer

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"encoding/asn1"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"time"
)

// Claims are those of a token.
type Claims map[string]any

// With is a copy with other values; a nil value takes a claim away.
func (c Claims) With(name string, value any) Claims {
	other := maps.Clone(c)
	if other[name] = value; value == nil {
		delete(other, name)
	}
	return other
}

// Now are claims that are right: made now for an audience and a subject, for ten minutes.
func (i *Issuer) Now(now time.Time, audience, subject string) Claims {
	return Claims{"iss": i.URL, "aud": audience, "sub": subject, "iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(10 * time.Minute).Unix(),
		"jti": rand.Text()}
}

// Token is a token of these claims, with the usual header.
func (k *Key) Token(c Claims) string {
	return k.Sign(map[string]any{"alg": k.Algorithm, "kid": k.ID, "typ": "JWT"}, c)
}

// Sign is a token of any header, signed with the key as it would sign by itself.
func (k *Key) Sign(header map[string]any, c Claims) string {
	return k.SignTexts(jsonOf(header), jsonOf(c))
}

// SignTexts signs a header and a payload as they are.
func (k *Key) SignTexts(header, payload string) string {
	return k.SignParts(Encode([]byte(header)), Encode([]byte(payload)))
}

// SignParts signs two parts as they are.
func (k *Key) SignParts(header, payload string) string {
	signed := header + "." + payload
	return signed + "." + Encode(k.signature([]byte(signed)))
}

var hashes = map[string]crypto.Hash{"256": crypto.SHA256, "384": crypto.SHA384, "512": crypto.SHA512}

func (k *Key) signature(text []byte) []byte {
	hash := hashes[k.Algorithm[2:]]
	h := hash.New()
	h.Write(text)
	var options crypto.SignerOpts = hash
	if k.Algorithm[:2] == "PS" {
		options = &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: hash}
	}
	b, err := k.Private.Sign(rand.Reader, h.Sum(nil), options)
	if err != nil {
		panic(fmt.Sprintf("signing for a test: %v", err))
	}
	if private, ok := k.Private.(*ecdsa.PrivateKey); ok {
		return fixed(b, (private.Params().BitSize+7)/8)
	}
	return b
}

// fixed is an ECDSA signature as tokens have it: r and s, each of the curve's size.
func fixed(b []byte, size int) []byte {
	var pair struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(b, &pair); err != nil {
		panic(fmt.Sprintf("signing for a test: %v", err))
	}
	out := make([]byte, 2*size)
	pair.R.FillBytes(out[:size])
	pair.S.FillBytes(out[size:])
	return out
}

func jsonOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("signing for a test: %v", err))
	}
	return string(b)
}
