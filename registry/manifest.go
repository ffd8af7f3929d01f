package registry

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/octroi/octroi/internal/strictjson"
	"github.com/octroi/octroi/store"
)

// manifest is what a manifest says that the front acts on.
type manifest struct {
	store.Referrer // Subject is empty for one that refers to nothing
	parts          []part
}

// part is content that a manifest is made of.
type part struct {
	digest   string
	size     int64
	manifest bool // of an index
}

// maxParts bounds how many questions one manifest makes us ask the storage.
const maxParts = 10_000

// parseManifest reads body as contentType, or refuses it. It is stricter than the engine, whose reader
// would take "Layers" for layers and the last of two: what is accepted here says one thing only. A
// manifest without a mediaType of its own is one of the OCI types, by its shape: helm pushes such.
//
// Source: OCI image specification 1.1.1, "Image Manifest" and "Image Index"; Docker image manifest
// version 2, schema 2.
func parseManifest(contentType string, body []byte, limits strictjson.Limits) (manifest, error) {
	index := contentType == ociIndex || contentType == dockerList
	if !index && contentType != ociManifest && contentType != dockerManifest {
		return manifest{}, invalid("unsupported manifest type")
	}
	root, err := strictjson.Parse(body, limits)
	if err != nil {
		return manifest{}, invalid(err.Error())
	}
	sum := sha256.Sum256(body)
	m := manifest{Referrer: store.Referrer{Digest: "sha256:" + hex.EncodeToString(sum[:]), MediaType: contentType, Size: int64(len(body))}}
	if err := checkRoot(root, contentType, index); err != nil {
		return manifest{}, err
	}
	if index {
		err = m.readIndex(root)
	} else {
		err = m.readImage(root)
	}
	if err == nil {
		err = m.readReferrer(root)
	}
	return m, err
}

func invalid(why string) error { return refuseBecause(manifestInvalid, "manifest invalid: "+why) }

// rootNames are the members that somebody reads, and those of schema 1, which nobody may any more.
var rootNames = []string{"schemaVersion", "mediaType", "artifactType", "config", "layers", "manifests", "subject", "annotations",
	"fsLayers", "signatures", "history"}

func checkRoot(root strictjson.Value, contentType string, index bool) error {
	if root.Kind() != strictjson.Object {
		return invalid("not an object")
	}
	if err := oneSpelling(root, rootNames); err != nil {
		return err
	}
	if n, ok := member(root, "schemaVersion").Int64(); !ok || n != 2 {
		return invalid("schemaVersion is not 2")
	}
	switch mediaType := member(root, "mediaType"); {
	case mediaType.Kind() == strictjson.None && (contentType == ociManifest || contentType == ociIndex):
	case mediaType.Kind() != strictjson.String || mediaType.Text() != contentType:
		return invalid("mediaType is not the Content-Type")
	}
	foreign := []string{"manifests", "fsLayers", "signatures", "history"}
	if index {
		foreign = []string{"config", "layers", "fsLayers", "signatures", "history"}
	}
	for _, name := range foreign {
		if _, there := root.Member(name); there {
			return invalid("a manifest of this type has no " + name)
		}
	}
	return nil
}

// oneSpelling refuses a member that a reader who folds case would take for one of names.
func oneSpelling(object strictjson.Value, names []string) error {
	for _, m := range object.Members() {
		for _, name := range names {
			if m.Name != name && strings.EqualFold(m.Name, name) {
				return invalid("a member is spelled almost like " + name)
			}
		}
	}
	return nil
}

func member(object strictjson.Value, name string) strictjson.Value {
	v, _ := object.Member(name)
	return v
}

func (m *manifest) readImage(root strictjson.Value) error {
	config := member(root, "config")
	if err := m.add(config, false); err != nil {
		return err
	}
	m.ArtifactType = member(config, "mediaType").Text()
	return m.addAll(root, "layers", false)
}

func (m *manifest) readIndex(root strictjson.Value) error { return m.addAll(root, "manifests", true) }

func (m *manifest) addAll(root strictjson.Value, name string, manifests bool) error {
	list := member(root, name)
	if list.Kind() != strictjson.Array {
		return invalid(name + " is not a list")
	}
	if len(list.Elements()) > maxParts {
		return invalid("too many " + name)
	}
	for _, element := range list.Elements() {
		if err := m.add(element, manifests); err != nil {
			return err
		}
	}
	return nil
}

func (m *manifest) add(descriptor strictjson.Value, isManifest bool) error {
	p, err := readDescriptor(descriptor)
	p.manifest = isManifest
	m.parts = append(m.parts, p)
	return err
}

// readReferrer reads what an index of referrers says of the manifest.
func (m *manifest) readReferrer(root strictjson.Value) error {
	if subject, there := root.Member("subject"); there {
		p, err := readDescriptor(subject)
		if err != nil {
			return err
		}
		m.Subject = p.digest
	}
	if artifactType, there := root.Member("artifactType"); there {
		if !isMediaType(artifactType.Text()) {
			return invalid("artifactType is not a media type")
		}
		m.ArtifactType = artifactType.Text()
	}
	var err error
	m.Annotations, err = readAnnotations(root)
	return err
}
