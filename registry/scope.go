package registry

import (
	"slices"
	"strings"
)

// Bounds of what one token may be asked for.
const (
	maxScopes     = 100
	maxScopeBytes = 8 << 10
)

// unnarrowed is the scope of a token that was asked for nothing in particular. The empty scope covers
// nothing: a request for scopes that all were dropped must not end as a request for none.
const unnarrowed = "*"

// awsScope is the constant that ECR Public's challenge has as its scope, and that its clients echo.
const awsScope = "aws"

// catalogScope is what a catalog needs.
const catalogScope = "registry:catalog:*"

// verb is what a scope calls an action.
type verb int

const (
	pull verb = 1 << iota
	push
	remove
)

// verbs are the spellings, in canonical order.
var verbs = []struct {
	name string
	verb verb
}{{"delete", remove}, {"pull", pull}, {"push", push}}

// scopes are what a token is asked for: the verbs of each repository, and the catalog.
type scopes struct {
	repositories []repositoryVerbs // each repository once; a hundred at most
	catalog      bool
	narrowed     bool // something was asked for, if only what we do not know
}

type repositoryVerbs struct {
	repository Repository
	asked      verb
}

// parseScopes reads scope parameters: each is a list with spaces between, and all of them are joined. An
// item is repository:<alias>/<name>:<actions> or registry:catalog:*; an item or action that is neither is
// dropped, and covers nothing. The name is all that stands between the first and the last colon, so that
// no other reading of an item names another repository.
//
// Source: Docker Registry token scope documentation.
func parseScopes(values []string) (scopes, error) {
	s := scopes{}
	count, size := 0, 0
	for _, value := range values {
		size += len(value)
		for item := range strings.SplitSeq(value, " ") {
			if item == "" || item == awsScope {
				continue
			}
			if count++; count > maxScopes || size > maxScopeBytes {
				return scopes{}, refuse(scopeInvalid)
			}
			s.narrowed = true
			s.add(item)
		}
	}
	if size > maxScopeBytes {
		return scopes{}, refuse(scopeInvalid)
	}
	return s, nil
}

func (s *scopes) add(item string) {
	if item == catalogScope {
		s.catalog = true
		return
	}
	kind, rest, _ := strings.Cut(item, ":")
	colon := strings.LastIndexByte(rest, ':')
	if kind != "repository" || colon < 0 {
		return
	}
	repository, ok := parseRepository(rest[:colon])
	asked := parseVerbs(rest[colon+1:])
	if !ok || asked == 0 {
		return
	}
	for i := range s.repositories {
		if s.repositories[i].repository == repository {
			s.repositories[i].asked |= asked
			return
		}
	}
	s.repositories = append(s.repositories, repositoryVerbs{repository, asked})
}

func parseVerbs(list string) (asked verb) {
	for name := range strings.SplitSeq(list, ",") {
		if name == "*" {
			return pull | push | remove
		}
		for _, v := range verbs {
			if name == v.name {
				asked |= v.verb
			}
		}
	}
	return asked
}

// pullOnly reports whether something is asked for, all of it is a pull, and each from a repository that
// may accepts.
func (s scopes) pullOnly(may func(Repository) bool) bool {
	for _, r := range s.repositories {
		if r.asked != pull || !may(r.repository) {
			return false
		}
	}
	return len(s.repositories) > 0 && !s.catalog
}

// String is the canonical text: sorted, each repository and verb once.
func (s scopes) String() string {
	if !s.narrowed {
		return unnarrowed
	}
	var items []string
	for _, r := range s.repositories {
		items = append(items, repositoryScope(r.repository, r.asked))
	}
	if s.catalog {
		items = append(items, catalogScope)
	}
	slices.Sort(items)
	return strings.Join(items, " ")
}

// repositoryScope is one item.
func repositoryScope(repository Repository, asked verb) string {
	var names []string
	for _, v := range verbs {
		if asked&v.verb != 0 {
			names = append(names, v.name)
		}
	}
	return "repository:" + repository.Path + ":" + strings.Join(names, ",")
}

// covers reports whether a canonical scope has a verb of a repository. It runs at every request, and
// makes nothing.
func covers(scope string, repository Repository, asked verb) bool {
	if scope == unnarrowed {
		return true
	}
	for item := range strings.SplitSeq(scope, " ") {
		rest, ok := strings.CutPrefix(item, "repository:")
		if !ok {
			continue
		}
		if rest, ok = strings.CutPrefix(rest, repository.Path); !ok || rest == "" || rest[0] != ':' {
			continue
		}
		return parseVerbs(rest[1:])&asked == asked
	}
	return false
}

// coversCatalog reports whether a canonical scope has the catalog.
func coversCatalog(scope string) bool {
	return scope == unnarrowed || slices.Contains(strings.Split(scope, " "), catalogScope)
}
