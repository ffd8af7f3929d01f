package webidentity

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"math/big"
	"slices"
	"strings"

	"github.com/octroi/octroi/internal/strictjson"
)

// key is a key of a provider, and the algorithms that it may have signed with.
type key struct {
	id         string // empty for a key without one
	algorithms []string
	public     crypto.PublicKey
}

// Bounds of RSA keys. A modulus of 8,192 bits takes a millisecond to verify with; more only takes time.
const (
	minModulus  = 2048
	maxModulus  = 8192
	minExponent = 1<<16 + 1
	maxExponent = 1<<31 - 1
)

var errKey = errors.New("a key that is not taken")

// parseKey reads one key of a set. It refuses a key that is not for signatures, that says with its other members
// something else than its kind does, that is weak, or that is a private key: who published that has lost it.
//
// Source: RFC 7517 section 4; RFC 7518 section 6.
func parseKey(v strictjson.Value) (key, error) {
	for _, private := range []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"} {
		if _, ok := v.Member(private); ok {
			return key{}, errKey
		}
	}
	if !forSignatures(v) {
		return key{}, errKey
	}
	k, err := publicKey(v)
	if err != nil {
		return key{}, err
	}
	if alg, ok := v.Member("alg"); ok {
		if !slices.Contains(k.algorithms, alg.Text()) {
			return key{}, errKey
		}
		k.algorithms = []string{alg.Text()}
	}
	k.id, err = keyID(v)
	return k, err
}

func forSignatures(v strictjson.Value) bool {
	if use, ok := v.Member("use"); ok && use.Text() != "sig" {
		return false
	}
	operations, ok := v.Member("key_ops")
	return !ok || slices.ContainsFunc(operations.Elements(), func(o strictjson.Value) bool { return o.Text() == "verify" })
}

func publicKey(v strictjson.Value) (key, error) {
	kind, _ := v.Member("kty")
	switch kind.Text() {
	case "RSA":
		return rsaKey(v)
	case "EC":
		return curveKey(v)
	}
	return key{}, errKey
}

func rsaKey(v strictjson.Value) (key, error) {
	n, e := integer(v, "n"), integer(v, "e")
	if n == nil || e == nil || n.BitLen() < minModulus || n.BitLen() > maxModulus || n.Bit(0) == 0 ||
		!e.IsInt64() || e.Int64() < minExponent || e.Int64() > maxExponent || e.Bit(0) == 0 {
		return key{}, errKey
	}
	return key{algorithms: algorithms[:6], public: &rsa.PublicKey{N: n, E: int(e.Int64())}}, nil
}

// curves are those of RFC 7518, each with the one algorithm that it is for.
var curves = map[string]struct {
	curve     elliptic.Curve
	algorithm string
	size      int
}{
	"P-256": {elliptic.P256(), "ES256", 32},
	"P-384": {elliptic.P384(), "ES384", 48},
	"P-521": {elliptic.P521(), "ES512", 66},
}

func curveKey(v strictjson.Value) (key, error) {
	name, _ := v.Member("crv")
	c, ok := curves[name.Text()]
	x, y := octets(v, "x"), octets(v, "y")
	if !ok || len(x) != c.size || len(y) != c.size {
		return key{}, errKey
	}
	public, err := ecdsa.ParseUncompressedPublicKey(c.curve, slices.Concat([]byte{4}, x, y)) // refuses what is not on the curve
	if err != nil {
		return key{}, errKey
	}
	return key{algorithms: []string{c.algorithm}, public: public}, nil
}

func octets(v strictjson.Value, name string) []byte {
	member, _ := v.Member(name)
	if strings.ContainsAny(member.Text(), "\r\n") {
		return nil
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(member.Text())
	if err != nil || len(b) == 0 {
		return nil
	}
	return b
}

func integer(v strictjson.Value, name string) *big.Int {
	b := octets(v, name)
	if b == nil {
		return nil
	}
	return new(big.Int).SetBytes(b)
}
