package doctor

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// pull asks for a repository: its tags, or the manifest of one. Nothing in that is followed: neither a redirect, nor the
// addresses of layers.
func pull(ctx context.Context, v *visit) []Finding {
	const name = "pull"
	if v.registry == nil || v.lends() && !v.tried {
		return nil
	}
	if v.Repository == "" {
		return ok(name, fmt.Sprintf("not tried: octroi doctor %s/REPOSITORY tries one", v.Host.Name))
	}
	login := ""
	if v.token != nil {
		login = v.token.Whole.Reveal()
	}
	repository, path := v.target()
	answer, err := v.registry.Get(ctx, http.MethodGet, path, login)
	if err != nil {
		return wrong(name, err.Error(), reach(err))
	}
	switch {
	case answer.Status == http.StatusOK:
		return ok(name, repository+" can be pulled")
	case answer.Status == http.StatusNotFound:
		return wrong(name, repository+" is not there, or may not be seen", "correct the name: it begins with the registry's alias")
	case answer.Status == http.StatusForbidden || answer.Status == http.StatusUnauthorized:
		return wrong(name, fmt.Sprintf("%s may not be pulled (status %d)", repository, answer.Status),
			"allow ecr-public:BatchGetImage and ecr-public:GetDownloadUrlForLayer on it")
	case answer.Status >= 300 && answer.Status < 400:
		return wrong(name, fmt.Sprintf("the registry points to %s, and is not followed", redirected(answer.Header)), "a registry that lends logins must answer by itself")
	}
	return wrong(name, fmt.Sprintf("%s: status %d", repository, answer.Status), "look at the registry's log")
}

// target is the repository, and what to ask for.
func (v *visit) target() (repository, path string) {
	repository, reference := v.Repository, ""
	if name, digest, ok := strings.Cut(repository, "@"); ok {
		repository, reference = name, digest
	} else if i := strings.LastIndexByte(repository, ':'); i > strings.LastIndexByte(repository, '/') {
		repository, reference = repository[:i], repository[i+1:]
	}
	if reference == "" {
		return repository, "/v2/" + repository + "/tags/list?n=1"
	}
	return repository, "/v2/" + repository + "/manifests/" + reference
}

func redirected(h http.Header) string {
	if u, err := url.Parse(h.Get("Location")); err == nil && u.Host != "" {
		return u.Host
	}
	return "another address"
}
