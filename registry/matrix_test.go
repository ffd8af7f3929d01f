package registry_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/octroi/octroi/registry"
)

// asked is a request of a kind and the actions that it takes on its repository.
type asked struct {
	kind               registry.Kind
	method, path, body string // the path is the one within the repository
	needs              []string
}

// matrix has a row for every kind that asks for something on a repository, and two where it depends on the request.
var matrix = []asked{
	{registry.TagsList, "GET", "tags/list", "", []string{"BatchGetImage"}},
	{registry.ReferrersList, "GET", "referrers/" + digest64, "", []string{"BatchGetImage"}},
	{registry.ManifestGet, "GET", "manifests/v1", "", []string{"BatchGetImage"}},
	{registry.ManifestGet, "HEAD", "manifests/" + digest64, "", []string{"BatchGetImage"}},
	{registry.BlobGet, "GET", "blobs/" + digest64, "", []string{"GetDownloadUrlForLayer"}},
	{registry.BlobGet, "HEAD", "blobs/" + digest64, "", []string{"GetDownloadUrlForLayer"}},
	{registry.ManifestPut, "PUT", "manifests/v2", "{}", []string{"PutImage"}},
	{registry.ManifestDelete, "DELETE", "manifests/" + digest64, "", []string{"BatchDeleteImage"}},
	{registry.BlobDelete, "DELETE", "blobs/" + digest64, "", []string{"BatchDeleteImage"}},
	{registry.UploadStart, "POST", "blobs/uploads/", "", []string{"InitiateLayerUpload"}},
	{registry.UploadStatus, "GET", "blobs/uploads/" + uploadID, "", []string{"UploadLayerPart"}},
	{registry.UploadAppend, "PATCH", "blobs/uploads/" + uploadID, "part", []string{"UploadLayerPart"}},
	{registry.UploadFinish, "PUT", "blobs/uploads/" + uploadID + "?digest=" + digest64, "", []string{"CompleteLayerUpload"}},
	{registry.UploadFinish, "PUT", "blobs/uploads/" + uploadID + "?digest=" + digest64, "part", []string{"CompleteLayerUpload", "UploadLayerPart"}},
	{registry.UploadCancel, "DELETE", "blobs/uploads/" + uploadID, "", []string{"UploadLayerPart"}},
}

// unasked are the kinds on no repository. What they answer is cut to what the policies allow.
var unasked = []registry.Kind{registry.Ping, registry.Exchange, registry.Catalog}

// P21: every kind of request is refused to those who have not shown who they are, to those who may do everything but what
// it takes, and to those who may do any one other thing; it is not refused to those who may do that and nothing else. A kind
// without a row fails.
func TestHostileP21(t *testing.T) {
	h := open(t)
	h.push(h.user("owner", everything("*")), "acme/private/app", "v1", "one")
	known := slices.Clone(unasked)
	for _, a := range matrix {
		known = append(known, a.kind)
	}
	for _, k := range registry.Kinds() {
		if !slices.Contains(known, k) {
			t.Errorf("a request %v has no row in this test: what does it need?", k)
		}
	}
	actions := slices.Concat(pulls, pushes, deletes, []string{"DescribeRepositories", "OverwriteImageTag", "GetAuthorizationToken"})
	everyAction := h.each("only", actions, func(action string) []string { return []string{action} })
	without := h.each("without", actions, func(action string) []string {
		return slices.DeleteFunc(clone(actions), func(a string) bool { return a == action })
	})
	for _, a := range matrix {
		status := func(auth string) int {
			return h.do(auth, a.method, "/v2/acme/private/app/"+a.path, strings.NewReader(a.body), "Content-Type: "+ociType).StatusCode
		}
		if s := status(""); s != http.StatusUnauthorized {
			t.Errorf("%v to nobody: %d", a.kind, s)
		}
		for _, action := range actions {
			if s := status(without[action]); (s == http.StatusForbidden) != slices.Contains(a.needs, action) {
				t.Errorf("%s %s to who may everything but %s: %d", a.method, a.path, action, s)
			}
			if s := status(everyAction[action]); (s != http.StatusForbidden) != (len(a.needs) == 1 && a.needs[0] == action) {
				t.Errorf("%s %s to who may %s only: %d", a.method, a.path, action, s)
			}
		}
	}
}

// each makes a user for each action, and logs in.
func (h *house) each(prefix string, actions []string, may func(action string) []string) map[string]string {
	all := map[string]string{}
	for _, action := range actions {
		all[action] = h.user(prefix+"-"+action, allow("*", may(action)...))
	}
	return all
}
