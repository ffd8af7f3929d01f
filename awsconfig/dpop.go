package awsconfig

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"time"
)

// possessionProof is a DPoP proof for a POST to url: a JWT that carries the public key and is signed with the
// private one.
//
// Source: RFC 9449, section 4.2; ES256 is RFC 7518, section 3.4.
func possessionProof(key, url string, now time.Time) (string, error) {
	private, err := loginKey(key)
	if err != nil {
		return "", err
	}
	point, err := private.PublicKey.Bytes() // 0x04, X, Y
	if err != nil || len(point) != 65 {
		return "", loginFailed("Unable to load private key from cached token.")
	}
	encode := base64.RawURLEncoding.EncodeToString
	header, err := json.Marshal(map[string]any{
		"typ": "dpop+jwt", "alg": "ES256",
		"jwk": map[string]string{"kty": "EC", "crv": "P-256", "x": encode(point[1:33]), "y": encode(point[33:])},
	})
	if err != nil {
		return "", err
	}
	claims, err := json.Marshal(map[string]any{"jti": rand.Text(), "htm": "POST", "htu": url, "iat": now.Unix()})
	if err != nil {
		return "", err
	}
	signed := encode(header) + "." + encode(claims)
	hash := sha256.Sum256([]byte(signed))
	r, s, err := ecdsa.Sign(rand.Reader, private, hash[:])
	if err != nil {
		return "", err
	}
	var signature [64]byte
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	return signed + "." + encode(signature[:]), nil
}

// loginKey reads the key of a login: P-256, in SEC 1 or PKCS #8 form.
func loginKey(text string) (*ecdsa.PrivateKey, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, loginFailed("Unable to load private key from cached token.")
	}
	if key, err := x509.ParseECPrivateKey(block.Bytes); err == nil && key.Curve.Params().BitSize == 256 {
		return key, nil
	}
	if parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
		if key, ok := parsed.(*ecdsa.PrivateKey); ok && key.Curve.Params().BitSize == 256 {
			return key, nil
		}
	}
	return nil, loginFailed("Unable to load private key from cached token.")
}
