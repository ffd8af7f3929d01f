package registry

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/registry/engine"
	"github.com/octroi/octroi/store"
)

// listTags lists the tags of a repository. One that nothing was pushed to has none.
func (f *Registry) listTags(w http.ResponseWriter, r *http.Request, v *visit) error {
	page, path := v.request.Page, v.request.Repository.Path
	tags, more, err := f.engine.Tags(r.Context(), path, page.Last, page.Size)
	if err != nil && !errors.Is(err, engine.ErrUnknown) {
		return fault(unavailable, err)
	}
	if more && len(tags) > 0 {
		next := url.Values{"n": {strconv.Itoa(page.Size)}, "last": {tags[len(tags)-1]}}
		w.Header().Set("Link", "<"+contentPath(v.request, "tags", "list")+"?"+next.Encode()+`>; rel="next"`)
	}
	if tags == nil {
		tags = []string{}
	}
	return writeJSON(w, "application/json", struct {
		Name string   `json:"name"`
		Tags []string `json:"tags"`
	}{path, tags})
}

// listCatalog lists the repositories of the caller's account that the caller may pull from.
func (f *Registry) listCatalog(w http.ResponseWriter, r *http.Request, v *visit) error {
	v.need.Action = actionManifest
	switch {
	case v.caller.principal.Kind == principal.Anonymous:
		return refuse(unauthenticated)
	case !coversCatalog(v.caller.scope):
		return refuse(scopeInsufficient)
	}
	alias, err := f.alias(r.Context(), v.caller.principal.Account)
	if err != nil {
		return err
	}
	names, more, err := f.catalog(r.Context(), v, alias)
	if err != nil {
		return err
	}
	if more {
		next := url.Values{"n": {strconv.Itoa(v.request.Page.Size)}, "last": {names[len(names)-1]}}
		w.Header().Set("Link", "</v2/_catalog?"+next.Encode()+`>; rel="next"`)
	}
	return writeJSON(w, "application/json", struct {
		Repositories []string `json:"repositories"`
	}{names})
}

// alias is the one that stands for an account.
func (f *Registry) alias(ctx context.Context, account string) (string, error) {
	all, err := f.store.Accounts(ctx)
	if err != nil {
		return "", fault(unavailable, err)
	}
	for _, a := range all {
		if a.ID == account {
			return a.Alias, nil
		}
	}
	return "", fault(unavailable, errors.New("the caller's account has no alias"))
}

// catalog reads names until a page is full or there are no more.
func (f *Registry) catalog(ctx context.Context, v *visit, alias string) (names []string, more bool, err error) {
	names = []string{}
	after, size := catalogStart(v.request.Page.Last, alias), v.request.Page.Size
	for len(names) < size {
		found, err := f.store.Repositories(ctx, v.caller.principal.Account, after, maxPage)
		if err != nil {
			return nil, false, fault(unavailable, err)
		}
		may, err := f.mayPull(ctx, v, found)
		if err != nil {
			return nil, false, err
		}
		for i, repository := range found {
			if may[i] && len(names) == size {
				return names, true, nil
			}
			if may[i] {
				names = append(names, alias+"/"+repository.Name)
			}
		}
		if len(found) < maxPage {
			return names, false, nil
		}
		after = found[len(found)-1].Name
	}
	return names, size > 0, nil
}

// catalogStart is the name after which a page begins; a last of another alias sorts before or after all
// of this one's.
func catalogStart(last, alias string) string {
	before, name, _ := strings.Cut(last, "/")
	switch {
	case before == alias:
		return name
	case before > alias:
		return "\U0010FFFF"
	}
	return ""
}

// mayPull decides on many repositories, with one record.
func (f *Registry) mayPull(ctx context.Context, v *visit, found []store.Repository) ([]bool, error) {
	arns := make([]string, len(found))
	for i, r := range found {
		arns[i] = principal.RepositoryARN(r.Account, r.Name)
	}
	may, err := f.access.Filter(ctx, v.call, v.caller.principal, actionManifest, arns)
	if err != nil {
		return nil, fault(unavailable, err)
	}
	for i, r := range found {
		may[i] = may[i] || f.public(r.Account, r.Name)
	}
	return may, nil
}
