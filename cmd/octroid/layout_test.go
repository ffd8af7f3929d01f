package main_test

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"runtime"

	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/specs-go"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/content/oci"
)

// writeLayout makes an OCI image layout that holds one image of one file with the given text.
func writeLayout(folder, tag, text string) error {
	ctx := context.Background()
	s, err := oci.New(folder)
	if err != nil {
		return err
	}
	var layer bytes.Buffer
	t := tar.NewWriter(&layer)
	err = t.WriteHeader(&tar.Header{Name: "hello.txt", Mode: 0o644, Size: int64(len(text))})
	_, werr := t.Write([]byte(text))
	if err = errors.Join(err, werr, t.Close()); err != nil {
		return err
	}
	describe := func(mediaType string, b []byte) ocispec.Descriptor {
		return ocispec.Descriptor{MediaType: mediaType, Digest: digest.FromBytes(b), Size: int64(len(b))}
	}
	config, err := json.Marshal(ocispec.Image{
		Platform: ocispec.Platform{OS: "linux", Architecture: runtime.GOARCH},
		RootFS:   ocispec.RootFS{Type: "layers", DiffIDs: []digest.Digest{digest.FromBytes(layer.Bytes())}}})
	if err != nil {
		return err
	}
	m := ocispec.Manifest{Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: ocispec.MediaTypeImageManifest,
		Config: describe(ocispec.MediaTypeImageConfig, config), Layers: []ocispec.Descriptor{describe(ocispec.MediaTypeImageLayer, layer.Bytes())}}
	manifest, err := json.Marshal(m)
	if err != nil {
		return err
	}
	root := describe(m.MediaType, manifest)
	return errors.Join(s.Push(ctx, m.Layers[0], bytes.NewReader(layer.Bytes())), s.Push(ctx, m.Config, bytes.NewReader(config)),
		s.Push(ctx, root, bytes.NewReader(manifest)), s.Tag(ctx, root, tag))
}
