package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/octroi/octroi/hosts"
)

// FuzzInput: of what comes on standard input, only one line that is the host's name is a host of ours.
func FuzzInput(f *testing.F) {
	for _, seed := range []string{"public.ecr.aws", "https://public.ecr.aws/\n", "public.ecr.aws\n.evil.com", "\r\n", "public.ecr.aws\r\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		data, err := readInput(bytes.NewReader(input))
		if err != nil {
			return
		}
		text, err := server(data)
		if err != nil {
			return
		}
		h, _, err := find(hosts.Config{}, text)
		if err != nil {
			return
		}
		bare := strings.TrimRight(strings.ToLower(string(input)), "\r\n")
		bare = strings.TrimSuffix(strings.TrimSuffix(strings.TrimPrefix(bare, "https://"), "/"), ":443")
		if bare != h.Name || !h.Amazon() {
			t.Errorf("%q is taken for %+v", input, h)
		}
	})
}
