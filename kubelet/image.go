package kubelet

import (
	"strings"

	"github.com/octroi/octroi/hosts"
)

// Host is the registry that an image is on, and the text of it: what the kubelet compares the answer's keys with. An image
// without a registry's name is Docker Hub's, and no host of ours.
//
// Source: distribution/reference, the grammar: the first component is a domain when it has a dot, a colon, an upper-case
// letter, or is localhost.
func Host(image string) (h hosts.Host, ok bool) {
	name, rest, found := strings.Cut(image, "/")
	if !found || rest == "" || strings.Contains(image, "://") || strings.HasPrefix(rest, "/") || strings.Contains(rest, "//") || strings.HasSuffix(rest, "/") {
		return hosts.Host{}, false
	}
	for _, c := range []byte(rest) {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("._-/:@+=", c) >= 0) {
			return hosts.Host{}, false
		}
	}
	if !strings.ContainsAny(name, ".:") && name != "localhost" {
		return hosts.Host{}, false
	}
	// The key of the answer is compared with the image as it is written: a name in other letters, or with https's own
	// port, would not be matched by what we call it, and is no name that images have.
	h, err := hosts.Parse(name)
	return h, err == nil && h.Name == name
}
