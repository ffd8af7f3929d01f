package server

import (
	"net/http"

	"github.com/octroi/octroi/policy"
)

// SourceOf is where a request came from and how, behind these proxies.
func SourceOf(trusted []string, r *http.Request) (string, policy.Transport, error) {
	p, err := parseProxies(trusted)
	if err != nil {
		return "", "", err
	}
	return p.source(r, peerOf(r)), p.transport(r, peerOf(r)), nil
}
