package registry

import (
	"net/http"

	"github.com/octroi/octroi/store"
)

// referrersIndex is an OCI image index.
type referrersIndex struct {
	SchemaVersion int          `json:"schemaVersion"`
	MediaType     string       `json:"mediaType"`
	Manifests     []descriptor `json:"manifests"`
}

type descriptor struct {
	MediaType    string            `json:"mediaType"`
	Digest       string            `json:"digest"`
	Size         int64             `json:"size"`
	ArtifactType string            `json:"artifactType,omitempty"`
	Annotations  map[string]string `json:"annotations,omitempty"`
}

// listReferrers lists what refers to a manifest of the repository. One that nothing refers to, or that is
// not there, has an empty list.
//
// Source: OCI distribution specification 1.1.1, "Listing Referrers".
func (f *Registry) listReferrers(w http.ResponseWriter, r *http.Request, v *visit) error {
	q := v.request
	found, err := f.store.Referrers(r.Context(), v.account, q.Repository.Name, q.Digest)
	if err != nil {
		return fault(unavailable, err)
	}
	if q.ArtifactType != "" {
		w.Header().Set("OCI-Filters-Applied", "artifactType")
	}
	return writeJSON(w, ociIndex, referrersIndex{2, ociIndex, descriptors(found, q.ArtifactType)})
}

func descriptors(found []store.Referrer, artifactType string) []descriptor {
	list := []descriptor{}
	for _, r := range found {
		if artifactType == "" || artifactType == r.ArtifactType {
			list = append(list, descriptor{r.MediaType, r.Digest, r.Size, r.ArtifactType, r.Annotations})
		}
	}
	return list
}
