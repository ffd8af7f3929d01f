package sigv4

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"path"
	"slices"
	"strings"
)

// normalPath is the path as services other than S3 sign it: without empty, "." and ".." segments. The text
// begins with a slash.
//
// Source: RFC 3986 section 6, as the SigV4 documentation demands it.
func normalPath(text string) string {
	clean := path.Clean(text)
	if clean != "/" && strings.HasSuffix(text, "/") {
		clean += "/"
	}
	return clean
}

// canonicalQuery sorts the parameters by their encoded names, then values, in the one encoding that is signed.
// A plus sign is refused: half of the world's readers take it for a space, and a signature must not mean
// two things.
func canonicalQuery(query string) (string, *Error) {
	if query == "" {
		return "", nil
	}
	type parameter struct{ name, value string }
	var list []parameter
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		name, errName := url.PathUnescape(name)
		value, errValue := url.PathUnescape(value)
		if errName != nil || errValue != nil || strings.Contains(pair, "+") {
			return "", refuse(Incomplete, sentenceEncoding)
		}
		list = append(list, parameter{string(appendEncoded(nil, name, "")), string(appendEncoded(nil, value, ""))})
	}
	slices.SortFunc(list, func(a, b parameter) int {
		if c := strings.Compare(a.name, b.name); c != 0 {
			return c
		}
		return strings.Compare(a.value, b.value)
	})
	var b strings.Builder
	for i, p := range list {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(p.name + "=" + p.value)
	}
	return b.String(), nil
}

// appendCanonical appends the canonical request up to its last line, the hash of the payload. The path is
// percent-encoded once more as it is, without decoding it first: that is the rule for every service but S3.
// names is what SignedHeaders says.
func appendCanonical(b []byte, method, path, query, names string, signed []header) []byte {
	b = append(b, method...)
	b = append(b, '\n')
	b = appendEncoded(b, path, "/")
	b = append(b, '\n')
	b = append(b, query...)
	b = append(b, '\n')
	for _, h := range signed {
		b = append(b, h.name...)
		b = append(b, ':')
		b = appendSingleSpaced(b, h.value)
		for _, value := range h.more {
			b = appendSingleSpaced(append(b, ','), value)
		}
		b = append(b, '\n')
	}
	b = append(b, '\n')
	b = append(b, names...)
	return append(b, '\n')
}

// appendStringToSign appends what the signature is made of.
func appendStringToSign(b []byte, c credential, at string, request [sha256.Size]byte) []byte {
	b = append(b, algorithm+"\n"...)
	b = append(b, at...)
	b = append(b, '\n')
	b = append(b, c.day...)
	b = append(b, '/')
	b = append(b, c.region...)
	b = append(b, '/')
	b = append(b, c.service...)
	b = append(b, "/"+terminator+"\n"...)
	return hex.AppendEncode(b, request[:])
}

// appendSingleSpaced appends the value trimmed, with each run of spaces as one.
func appendSingleSpaced(b []byte, value string) []byte {
	value = strings.Trim(value, " ")
	if !strings.Contains(value, "  ") { // nearly always, and session tokens are long
		return append(b, value...)
	}
	for i := range len(value) {
		if value[i] == ' ' && value[i-1] == ' ' {
			continue
		}
		b = append(b, value[i])
	}
	return b
}

// appendEncoded percent-encodes every byte but the unreserved ones of RFC 3986 and those in keep.
func appendEncoded(b []byte, text, keep string) []byte {
	const digits = "0123456789ABCDEF"
	for i := range len(text) {
		switch c := text[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9',
			c == '-', c == '.', c == '_', c == '~', strings.IndexByte(keep, c) >= 0:
			b = append(b, c)
		default:
			b = append(b, '%', digits[c>>4], digits[c&15])
		}
	}
	return b
}
