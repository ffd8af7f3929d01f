package main

import (
	"strings"
	"unicode"
)

// printableLine keeps what callers wrote from drawing on a terminal: everything that is not a printed character is
// shown as a question mark in its place.
func printableLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, text)
}
