package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"

	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/specs-go"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2"
	"oras.land/oras-go/v2/content/memory"
	"oras.land/oras-go/v2/registry/remote"
	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/credentials"
	"oras.land/oras-go/v2/registry/remote/errcode"
)

// demoImage makes an image of one file, without a daemon and without the internet.
func demoImage(ctx context.Context, tag string) (*memory.Store, ocispec.Descriptor, error) {
	s := memory.New()
	layer, diffID, err := demoLayer()
	if err != nil {
		return nil, ocispec.Descriptor{}, err
	}
	config, err := json.Marshal(ocispec.Image{
		Platform: ocispec.Platform{OS: "linux", Architecture: runtime.GOARCH},
		RootFS:   ocispec.RootFS{Type: "layers", DiffIDs: []digest.Digest{diffID}},
	})
	if err != nil {
		return nil, ocispec.Descriptor{}, err
	}
	m := ocispec.Manifest{
		Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: ocispec.MediaTypeImageManifest,
		Config: descriptor(ocispec.MediaTypeImageConfig, config),
		Layers: []ocispec.Descriptor{descriptor(ocispec.MediaTypeImageLayerGzip, layer)},
	}
	manifest, err := json.Marshal(m)
	if err != nil {
		return nil, ocispec.Descriptor{}, err
	}
	root := descriptor(m.MediaType, manifest)
	err = errors.Join(s.Push(ctx, m.Layers[0], bytes.NewReader(layer)), s.Push(ctx, m.Config, bytes.NewReader(config)),
		s.Push(ctx, root, bytes.NewReader(manifest)), s.Tag(ctx, root, tag))
	return s, root, err
}

func descriptor(mediaType string, b []byte) ocispec.Descriptor {
	return ocispec.Descriptor{MediaType: mediaType, Digest: digest.FromBytes(b), Size: int64(len(b))}
}

func demoLayer() (compressed []byte, diffID digest.Digest, err error) {
	text := []byte("hello from octroid demo\n")
	var plain, packed bytes.Buffer
	t := tar.NewWriter(&plain)
	err = t.WriteHeader(&tar.Header{Name: "hello.txt", Mode: 0o644, Size: int64(len(text))})
	_, werr := t.Write(text)
	if err = errors.Join(err, werr, t.Close()); err != nil {
		return nil, "", err
	}
	z := gzip.NewWriter(&packed)
	_, err = z.Write(plain.Bytes())
	return packed.Bytes(), digest.FromBytes(plain.Bytes()), errors.Join(err, z.Close())
}

// repository is a repository of the demo's registry, with the credential that octroi login stored, or without any.
func (d *demo) repository(name string, credential auth.CredentialFunc) (*remote.Repository, error) {
	r, err := remote.NewRepository(d.host + "/local/" + name)
	if err != nil {
		return nil, err
	}
	r.PlainHTTP = true
	r.Client = &auth.Client{Credential: credential}
	return r, nil
}

func (d *demo) stored() (auth.CredentialFunc, error) {
	s, err := credentials.NewStore(filepath.Join(d.dockerConfig(), "config.json"), credentials.StoreOptions{})
	if err != nil {
		return nil, err
	}
	return credentials.Credential(s), nil
}

func (d *demo) push(ctx context.Context) error {
	credential, err := d.stored()
	if err != nil {
		return err
	}
	to, err := d.repository("team/hello", credential)
	if err != nil {
		return err
	}
	image, root, err := demoImage(ctx, "v1")
	if err != nil {
		return err
	}
	d.say("as docker push %s/local/team/hello:v1 does", d.host)
	if _, err := oras.Copy(ctx, image, "v1", to, "v1", oras.DefaultCopyOptions); err != nil {
		return err
	}
	d.say("v1: digest: %s size: %d", root.Digest, root.Size)
	return nil
}

func (d *demo) pushRefused(ctx context.Context) error {
	credential, err := d.stored()
	if err != nil {
		return err
	}
	to, err := d.repository("other/hello", credential)
	if err != nil {
		return err
	}
	image, _, err := demoImage(ctx, "v1")
	if err != nil {
		return err
	}
	d.say("as docker push %s/local/other/hello:v1 does", d.host)
	_, err = oras.Copy(ctx, image, "v1", to, "v1", oras.DefaultCopyOptions)
	refused := new(errcode.ErrorResponse)
	if !errors.As(err, &refused) {
		return fmt.Errorf("the push was not refused: %w", err)
	}
	for _, e := range refused.Errors {
		d.say("%d %s", refused.StatusCode, e.Error())
	}
	return nil
}

func (d *demo) pullAnonymously(ctx context.Context) error {
	from, err := d.repository("team/hello", nil)
	if err != nil {
		return err
	}
	d.say("as docker pull %s/local/team/hello:v1 does after docker logout", d.host)
	got, err := oras.Copy(ctx, from, "v1", memory.New(), "v1", oras.DefaultCopyOptions)
	if err != nil {
		return err
	}
	d.say("pulled %s", got.Digest)
	return nil
}

// lastLines tells the last n records of the audit log in a line each.
func lastLines(folder string, n int) ([]string, error) {
	records, err := lastRecords(folder, n)
	var told []string
	for _, r := range records {
		told = append(told, fmt.Sprintf("%s %-6s %-33s %s", r.Time[11:19], r.Outcome, r.What(), r.Who()))
	}
	return told, err
}
