package kubelet

import (
	"errors"
	"fmt"

	"github.com/octroi/octroi/internal/strictjson"
)

// MaxRequest bounds a request. A token and some annotations have kilobytes.
const MaxRequest = 1 << 20

const (
	group       = "credentialprovider.kubelet.k8s.io/"
	kind        = "CredentialProviderRequest"
	maxImage    = 4096
	maxToken    = 64 << 10
	annotations = "serviceAccountAnnotations"
)

// Request is a CredentialProviderRequest.
type Request struct {
	APIVersion  string // as it came: the answer has the same
	Image       string
	Token       string // of the pod's service account; empty when the kubelet hands none over
	Annotations map[string]string
}

var errForm = errors.New("not a CredentialProviderRequest of " + group + "v1 or v1beta1")

// ParseRequest reads a request, and nothing that is almost one.
func ParseRequest(text []byte) (Request, error) {
	if len(text) > MaxRequest {
		return Request{}, fmt.Errorf("%w: longer than 1 MiB", errForm)
	}
	v, err := strictjson.Parse(text, strictjson.Limits{Depth: 4, Members: 10_000})
	if err != nil {
		return Request{}, fmt.Errorf("%w: %w", errForm, err)
	}
	if v.Kind() != strictjson.Object {
		return Request{}, errForm
	}
	var r Request
	named := ""
	for _, m := range v.Members() {
		into := map[string]*string{"apiVersion": &r.APIVersion, "kind": &named, "image": &r.Image, "serviceAccountToken": &r.Token}[m.Name]
		switch {
		case into != nil && m.Value.Kind() == strictjson.String:
			*into = m.Value.Text()
		case m.Name == annotations:
			if r.Annotations, err = texts(m.Value); err != nil {
				return Request{}, err
			}
		default:
			return Request{}, fmt.Errorf("%w: member %q", errForm, m.Name)
		}
	}
	if named != kind || r.APIVersion != group+"v1" && r.APIVersion != group+"v1beta1" {
		return Request{}, errForm
	}
	if len(r.Image) > maxImage || len(r.Token) > maxToken {
		return Request{}, fmt.Errorf("%w: its image or token is longer than one can be", errForm)
	}
	return r, nil
}

func texts(v strictjson.Value) (map[string]string, error) {
	if v.Kind() == strictjson.Null {
		return nil, nil
	}
	all := map[string]string{}
	for _, m := range v.Members() {
		if m.Value.Kind() != strictjson.String {
			return nil, fmt.Errorf("%w: annotation %q", errForm, m.Name)
		}
		all[m.Name] = m.Value.Text()
	}
	if v.Kind() != strictjson.Object {
		return nil, fmt.Errorf("%w: member %q", errForm, annotations)
	}
	return all, nil
}
