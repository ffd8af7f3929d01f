package registry

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/registry/engine"
)

// Parameters of an upload's Location: the engine's state, and our proof of who started it.
const (
	stateParameter = "_state"
	ownerParameter = "_owner"
)

// owner is the proof that a principal started an upload in a repository. The engine lets anyone who knows
// an upload's id ask for its state; with this nobody else can name it.
func (f *Registry) owner(p principal.Principal, repository Repository, upload string) string {
	return ownerProof(f.uploadKey, p, repository.Path, upload)
}

func ownerProof(key []byte, p principal.Principal, repository, upload string) string {
	mac := hmac.New(sha256.New, key)
	for _, field := range []string{"octroi upload", p.Account, p.ID, repository, upload} {
		mac.Write(binary.BigEndian.AppendUint64(nil, uint64(len(field))))
		mac.Write([]byte(field))
	}
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// startUpload starts an upload, or mounts the blob instead.
func (f *Registry) startUpload(w http.ResponseWriter, r *http.Request, v *visit) error {
	in := inner{method: http.MethodPost, path: contentPath(v.request, "blobs", "uploads/")}
	if mount := v.request.Mount; mount != (Mount{}) {
		in.query = url.Values{"mount": {mount.Digest}, "from": {mount.From.Path}}.Encode()
		defer f.engine.Hold(v.request.Repository.Path, engine.Held{Blob: mount.Digest})()
		defer f.engine.Hold(mount.From.Path, engine.Held{Parts: []string{mount.Digest}})()
	}
	if !f.open.room(v.caller.principal, f.limits.Uploads) {
		return refuse(tooManyUploads)
	}
	return f.pass(w, r, in, func(status int) error {
		if status != http.StatusAccepted {
			return nil
		}
		if err := f.sign(w.Header(), v); err != nil {
			return err
		}
		return f.noteOwner(w.Header(), v)
	})
}

// sign adds the owner to a Location of an upload.
func (f *Registry) sign(h http.Header, v *visit) error {
	location := h.Get("Location")
	path, _, ok := strings.Cut(location, "?")
	_, upload := cutLast(path)
	if !ok || !validUploadID(upload) {
		return fault(internal, errors.New("the engine's Location names no upload"))
	}
	f.open.add(v.caller.principal, uploadName(v.request.Repository.Path, upload))
	h.Set("Location", location+"&"+ownerParameter+"="+f.owner(v.caller.principal, v.request.Repository, upload))
	return nil
}

// continueUpload appends to an upload, finishes it, tells how far it is or drops it: for who started it, and
// with one writer at a time. Who asks how far it is waits for nobody, and keeps nobody waiting.
func (f *Registry) continueUpload(w http.ResponseWriter, r *http.Request, v *visit) error {
	upload := v.request.Upload
	want := f.owner(v.caller.principal, v.request.Repository, upload.ID)
	if !hmac.Equal([]byte(want), []byte(upload.Owner)) {
		return refuse(uploadUnknown)
	}
	if v.request.Kind != UploadStatus {
		unlock, ok := f.uploads.try(uploadName(v.request.Repository.Path, upload.ID))
		if !ok {
			return refuse(uploadBusy)
		}
		defer unlock()
	}
	if err := f.engine.CheckUpload(v.request.Repository.Path, upload.ID); err != nil {
		return fault(internal, err)
	}
	if v.request.Kind == UploadCancel {
		return f.cancelUpload(w, r, v)
	}
	if v.request.Kind == UploadFinish {
		defer f.engine.Hold(v.request.Repository.Path, engine.Held{Blob: v.request.Digest})()
	}
	in, content, err := f.continuation(r, v)
	if err != nil {
		return err
	}
	err = f.pass(w, r, in, func(status int) error {
		if v.request.Kind == UploadAppend && offset(w.Header()) > f.limits.Blob {
			return refuse(blobTooLarge)
		}
		if status == http.StatusCreated {
			f.open.remove(uploadName(v.request.Repository.Path, upload.ID))
		}
		if h := w.Header(); h.Get("Location") != "" && status != http.StatusCreated {
			return f.sign(h, v)
		}
		return nil
	})
	return f.interrupted(r, v, content, err)
}

// continuation makes the engine's request of an upload's.
func (f *Registry) continuation(r *http.Request, v *visit) (inner, *content, error) {
	q := v.request
	in := inner{method: r.Method, path: contentPath(q, "blobs", "uploads/"+q.Upload.ID),
		query: stateParameter + "=" + url.QueryEscape(q.Upload.State)}
	if q.Kind == UploadFinish {
		in.query += "&digest=" + q.Digest
	}
	if q.Kind != UploadAppend && q.Kind != UploadFinish {
		return in, nil, nil
	}
	if r.ContentLength > f.limits.Blob {
		return in, nil, refuse(blobTooLarge)
	}
	body := &content{from: r.Body, left: f.limits.Blob}
	// Anything but octets is a form to the engine, which then reads its own parameters out of the blob.
	in.header = http.Header{"Content-Type": {"application/octet-stream"}}
	in.body, in.length = body, r.ContentLength
	if lines := r.Header["Content-Range"]; lines != nil {
		if err := checkContentRange(lines, r.ContentLength); err != nil {
			return in, nil, f.withOffset(r, v, err)
		}
		in.header["Content-Range"] = lines
		in.header.Set("Content-Length", strconv.FormatInt(r.ContentLength, 10))
	}
	return in, body, nil
}

// interrupted gives an upload's error its answer, and clears away what no request can use any more.
func (f *Registry) interrupted(r *http.Request, v *visit, body *content, err error) error {
	var refusal *Refusal
	if !errors.As(err, &refusal) {
		return err
	}
	switch {
	case body != nil && body.tooLong:
		refusal = refuse(blobTooLarge)
	case body != nil && body.err != nil:
		refusal = fault(sizeInvalid, body.err)
	}
	switch refusal.problem {
	case digestMismatch, blobTooLarge:
		// The client cannot use it any more. What is not dropped now is purged by its age.
		if err := f.drop(r, v); err != nil {
			f.log.Warn("an upload was not dropped", "requestId", v.call.RequestID, "cause", err)
		}
	case rangeInvalid:
		return f.withOffset(r, v, refusal)
	}
	return refusal
}

// withOffset adds to a refused range where the upload stands and goes on.
//
// Source: OCI distribution specification 1.1.1, "Pushing a blob in chunks".
func (f *Registry) withOffset(r *http.Request, v *visit, err error) error {
	var refusal *Refusal
	if !errors.As(err, &refusal) || refusal.problem != rangeInvalid {
		return err
	}
	if h, err := f.uploadState(r, v); err == nil && f.sign(h, v) == nil {
		refusal.ranges, refusal.location = h.Get("Range"), h.Get("Location")
	}
	return refusal
}

// cancelUpload drops an upload that is there.
func (f *Registry) cancelUpload(w http.ResponseWriter, r *http.Request, v *visit) error {
	if _, err := f.uploadState(r, v); err != nil {
		return err
	}
	if err := f.drop(r, v); err != nil {
		return fault(internal, err)
	}
	setCommon(w.Header())
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (f *Registry) drop(r *http.Request, v *visit) error {
	err := f.engine.DropUpload(context.WithoutCancel(r.Context()), v.request.Repository.Path, v.request.Upload.ID)
	if err == nil {
		f.open.remove(uploadName(v.request.Repository.Path, v.request.Upload.ID))
	}
	return err
}

// uploadState is what the engine says of an upload.
func (f *Registry) uploadState(r *http.Request, v *visit) (http.Header, error) {
	var w headers
	in := inner{method: http.MethodGet, path: contentPath(v.request, "blobs", "uploads/"+v.request.Upload.ID)}
	err := f.pass(&w, detached(r), in, nil)
	return w.Header(), err
}

// detached is r for a question of our own, asked also when the client is gone.
func detached(r *http.Request) *http.Request {
	return r.WithContext(context.WithoutCancel(r.Context()))
}
