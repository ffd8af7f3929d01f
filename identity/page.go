package identity

import (
	"encoding/base64"
	"sort"
	"strings"
	"unicode/utf8"
)

// Bounds of a page.
//
// Source: IAM API Reference, MaxItems.
const (
	usualItems = 100
	maxItems   = 1000
)

// required is a member that must be there.
func required(name string, value *string) (string, error) {
	if value == nil || *value == "" {
		return "", invalid("1 validation error detected: Value at '%s' failed to satisfy constraint: Member must not be null", name)
	}
	return *value, nil
}

// pageAfter is after which key a page begins, none for the first one, and how many items it may have.
func pageAfter(marker *string, limit *int32) (after string, n int, err error) {
	n = usualItems
	if limit != nil {
		n = int(*limit)
	}
	if n < 1 || n > maxItems {
		return "", 0, invalid("1 validation error detected: Value '%d' at 'maxItems' failed to satisfy constraint: Member must be between 1 and %d", n, maxItems)
	}
	if marker == nil {
		return "", n, nil
	}
	key, err := base64.RawURLEncoding.Strict().DecodeString(*marker)
	if err != nil || len(key) == 0 || !utf8.Valid(key) || strings.ContainsAny(*marker, "\r\n") { // which the decoder ignores
		return "", 0, invalid("Invalid Marker.")
	}
	return string(key), n, nil
}

// paged cuts one page out of a list that is sorted by key. The marker holds the last key of the page before, not an
// offset: what is added or removed meanwhile shifts nothing.
func paged[T any](all []T, key func(T) string, marker *string, limit *int32) (page []T, next *string, err error) {
	after, n, err := pageAfter(marker, limit)
	if err != nil {
		return nil, nil, err
	}
	from := 0
	if after != "" {
		from = sort.Search(len(all), func(i int) bool { return key(all[i]) > after })
	}
	page = append([]T{}, all[from:min(from+n, len(all))]...)
	if from+n < len(all) {
		text := base64.RawURLEncoding.EncodeToString([]byte(key(page[len(page)-1])))
		next = &text
	}
	return page, next, nil
}

// sortBy sorts by the key that paged pages by.
func sortBy[T any](all []T, key func(T) string) {
	sort.Slice(all, func(i, j int) bool { return key(all[i]) < key(all[j]) })
}
