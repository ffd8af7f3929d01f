package registry

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/registry/engine"
	"github.com/octroi/octroi/store"
)

// putManifest takes a manifest that is strictly one of the four types, whose content is there with the
// sizes it says, and whose tag may move.
func (f *Registry) putManifest(w http.ResponseWriter, r *http.Request, v *visit) error {
	body, err := f.readManifest(w, r)
	if err != nil {
		return err
	}
	types := r.Header["Content-Type"]
	if len(types) != 1 {
		return refuseBecause(manifestInvalid, "a manifest needs one Content-Type")
	}
	m, err := parseManifest(types[0], body, f.limits.JSON)
	if err != nil {
		return err
	}
	if v.request.Digest != "" && v.request.Digest != m.Digest {
		return refuse(digestMismatch)
	}
	defer f.manifests.share(v.request.Repository.Path)()
	defer f.engine.Hold(v.request.Repository.Path, m.held(v.request.Tag))()
	if err := f.checkSizes(r.Context(), v.request.Repository.Path, m); err != nil {
		return err
	}
	if v.request.Tag != "" {
		defer f.tags.lock(v.request.Repository.Path + ":" + v.request.Tag)()
		if err := f.mayMove(r.Context(), v, m.Digest); err != nil {
			return err
		}
	}
	in := inner{method: http.MethodPut, path: contentPath(v.request, "manifests", v.request.reference()),
		header: http.Header{"Content-Type": types}, body: io.NopCloser(bytes.NewReader(body)), length: int64(len(body))}
	return f.pass(w, r, in, func(int) error { return f.index(r.Context(), w.Header(), v, m) })
}

// held is what must not be collected while the manifest is put.
func (m manifest) held(tag string) engine.Held {
	h := engine.Held{Manifest: m.Digest, Tag: tag}
	for _, p := range m.parts {
		if !p.manifest {
			h.Parts = append(h.Parts, p.digest)
		}
	}
	return h
}

func (f *Registry) readManifest(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.ContentLength > f.limits.Manifest {
		return nil, refuse(manifestTooLarge)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, f.limits.Manifest))
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		return nil, refuse(manifestTooLarge)
	}
	if err != nil {
		return nil, fault(sizeInvalid, err)
	}
	return body, nil
}

// checkSizes holds the size of each part against what the repository has. What it does not have is for
// the engine to report: some layers need not be there.
func (f *Registry) checkSizes(ctx context.Context, repository string, m manifest) error {
	for _, part := range m.parts {
		look := f.engine.BlobSize
		if part.manifest {
			look = f.engine.ManifestSize
		}
		size, err := look(ctx, repository, part.digest)
		switch {
		case errors.Is(err, engine.ErrUnknown):
		case err != nil:
			return fault(unavailable, err)
		case size != part.size:
			return refuseBecause(manifestInvalid, "the manifest gives "+part.digest+" another size than it has")
		}
	}
	return nil
}

// mayMove decides whether a tag may be given a digest. The caller holds the tag's lock.
//
// Overwriting needs no permission of its own, as everywhere; a Deny of it makes a principal one that can
// only create tags.
func (f *Registry) mayMove(ctx context.Context, v *visit, digest string) error {
	now, err := f.engine.Tag(ctx, v.request.Repository.Path, v.request.Tag)
	switch {
	case errors.Is(err, engine.ErrUnknown):
		return f.mayTag(ctx, v.request.Repository.Path)
	case err == nil && now == digest:
		return nil
	case err != nil:
		return fault(unavailable, err)
	}
	name := v.request.Repository.Name
	if f.immutable(v.account, name) {
		return refuseBecause(tagImmutable, "The image tag '"+v.request.Tag+"' already exists in the '"+name+
			"' repository and cannot be overwritten because the repository is immutable.")
	}
	arn := principal.RepositoryARN(v.account, name)
	err = f.access.Undenied(ctx, v.call, v.caller.principal, actionOverwrite, arn)
	if no := new(access.DeniedError); errors.As(err, &no) {
		return &Refusal{problem: denied, message: no.Message, settled: true}
	}
	return settled(err)
}

// index notes a referrer before the client hears that it was taken: who asks after the answer finds it.
func (f *Registry) index(ctx context.Context, h http.Header, v *visit, m manifest) error {
	if m.Subject == "" {
		return nil
	}
	if err := f.store.PutReferrer(ctx, v.account, v.request.Repository.Name, m.Referrer); err != nil {
		return fault(unavailable, err)
	}
	h.Set("OCI-Subject", m.Subject)
	return nil
}

// deleteManifest removes a tag, or a manifest with all its tags.
func (f *Registry) deleteManifest(w http.ResponseWriter, r *http.Request, v *visit) error {
	q := v.request
	switch {
	case !f.deletes:
		return &Refusal{problem: deletesOff, allow: "GET, HEAD, PUT"}
	case q.Tag == "":
		return f.deleteWithTags(w, r, v)
	}
	defer f.tags.lock(q.Repository.Path + ":" + q.Tag)()
	return f.pass(w, r, inner{method: http.MethodDelete, path: contentPath(q, "manifests", q.Tag)}, nil)
}

// deleteWithTags removes a manifest while nobody puts one: a tag that is moved to another manifest meanwhile would be
// removed with those that name this one.
func (f *Registry) deleteWithTags(w http.ResponseWriter, r *http.Request, v *visit) error {
	repository := v.request.Repository
	defer f.manifests.lock(repository.Path)()
	// First, so that an attempt that is cut off can be made again: what is gone is answered with 404.
	if err := storeError(f.store.RemoveReferrer(r.Context(), v.account, repository.Name, v.request.Digest)); err != nil {
		return err
	}
	err := f.engine.DeleteManifest(r.Context(), repository.Path, v.request.Digest)
	switch {
	case errors.Is(err, engine.ErrUnknown):
		return refuse(manifestUnknown)
	case errors.Is(err, engine.ErrDisk):
		return fault(unavailable, err)
	case err != nil:
		return fault(internal, err)
	}
	setCommon(w.Header())
	w.WriteHeader(http.StatusAccepted)
	return nil
}

// storeError is for an answer of the store that was not a finding.
func storeError(err error) error {
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return fault(unavailable, err)
	}
	return nil
}
