package strictjson

import (
	"encoding/binary"
	"encoding/json"
	"strings"
)

// AppendString appends a JSON string as encoding/json writes it. What needs no escape it is not asked for.
func AppendString(b []byte, text string) []byte {
	start := len(b)
	b = append(b, '"')
	b = append(b, text...)
	if !plain(b[start+1:]) {
		return appendQuoted(b[:start], text)
	}
	return append(b, '"')
}

// appendQuoted gives encoding/json a copy, since it keeps off the stack whatever it is given: everything that is ever
// written would have to lie on the heap for the few texts that are quoted.
func appendQuoted(b []byte, text string) []byte {
	quoted, err := json.Marshal(strings.Clone(text))
	if err != nil {
		return append(b, `""`...) // a string always marshals
	}
	return append(b, quoted...)
}

// plain reports whether encoding/json writes all of text as it is. Most of what the service writes are tokens and
// records, and it is asked for every byte of them: eight at a time, and what is left with some that were asked for
// already. A short text has nothing before it that could be, and is filled up.
func plain(text []byte) bool {
	if len(text) < 8 {
		word := uint64(blanks)
		for _, c := range text {
			word = word<<8 | uint64(c)
		}
		return plainWord(word)
	}
	last := text[len(text)-8:]
	for ; len(text) > 8; text = text[8:] {
		if !plainWord(binary.LittleEndian.Uint64(text)) {
			return false
		}
	}
	return plainWord(binary.LittleEndian.Uint64(last))
}

// A byte in each of the eight places of a word.
const (
	each   = 0x0101010101010101
	high   = 0x80 * each
	blanks = 0x20 * each
)

// plainWord is plain of eight bytes: none beyond ASCII, none below the space, none of " & < > \ and DEL.
func plainWord(w uint64) bool {
	odd := w | (w - ' '*each) // the high bit of a byte beyond ASCII, or of one below the space
	odd |= zero((w | 4*each) ^ '&'*each)
	odd |= zero((w | 2*each) ^ '>'*each)
	odd |= zero(w^'\\'*each) | zero(w^0x7f*each)
	return odd&high == 0
}

// zero has a high bit set if a byte of w is zero, and none if no byte is.
func zero(w uint64) uint64 { return (w - each) &^ w }
