package awscli_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/octroi/octroi/awscli"
	"github.com/octroi/octroi/internal/pyvalue"
)

// FuzzReadDate: a service's date is a text of one line, or an error.
func FuzzReadDate(f *testing.F) {
	for _, seed := range []string{"2026-01-31", "2026-01-31T12:00:00.5+01:00", "Sat, 31 Jan 2026 00:00:00 GMT", "20260131T120000Z", "", "0000-00-00", "2026-01-31T12:00 EST"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := awscli.ReadDate(text)
		if err != nil {
			return
		}
		if s, ok := got.(string); !ok || strings.ContainsAny(s, "\n\x1b") || len(s) < len("2026-01-31T12:00:00") {
			t.Fatalf("%q is %v", text, got)
		}
	})
}

// FuzzSplitWords: words that are quoted one by one are the same words.
func FuzzSplitWords(f *testing.F) {
	for _, seed := range []string{"less -R", `a "b c" 'd\e' f\ g`, `"`, `\`, `''`, `"\x"`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		words, err := awscli.SplitWords(line)
		if err != nil {
			return
		}
		var quoted []string
		for _, w := range words {
			quoted = append(quoted, "'"+strings.ReplaceAll(w, "'", `'\''`)+"'")
		}
		if again, err := awscli.SplitWords(strings.Join(quoted, " ")); err != nil || !slices.Equal(words, again) {
			t.Fatalf("%q, then %q %v", words, again, err)
		}
	})
}

// FuzzDecodeText: what is taken for text is text.
func FuzzDecodeText(f *testing.F) {
	for _, encoding := range []string{"", "ascii", "latin-1", "utf-8-sig", "utf-16", "rot13"} {
		f.Add([]byte("\xff\xfeh\x00\x00\xd8"), encoding)
		f.Add([]byte("\xef\xbb\xbf{}"), encoding)
	}
	f.Fuzz(func(t *testing.T, b []byte, encoding string) {
		text, ok, err := awscli.DecodeText(b, encoding)
		if err == nil && ok && !utf8.ValidString(text) && pyvalue.CheckUTF8([]byte(text)) != nil {
			t.Fatalf("%q in %s is %q", b, encoding, text)
		}
	})
}

// FuzzDecodeLenient: the lenient decoder of a token never makes more than it was given.
func FuzzDecodeLenient(f *testing.F) {
	for _, seed := range []string{"QVdTOnB3", "QVd TOnB3==", "Q", "====", "QVdTOnB3\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if b, err := awscli.DecodeLenient(text); err == nil && len(b) > len(text) {
			t.Fatalf("%d bytes of %d", len(b), len(text))
		}
	})
}
