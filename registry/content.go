package registry

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/octroi/octroi/registry/engine"
)

// inner is a request to the engine. All of it is made here from what was read and checked; of the
// client's headers it has those that are named.
type inner struct {
	method, path, query string
	header              http.Header
	body                io.ReadCloser
	length              int64
}

// pass has the engine answer. before is that of engine.Serve.
func (f *Registry) pass(w http.ResponseWriter, r *http.Request, in inner, before func(status int) error) error {
	return engineRefusal(f.engine.Serve(w, request(r, in), before))
}

// request makes the engine's request of r's context and of in.
func request(r *http.Request, in inner) *http.Request {
	out := r.WithContext(r.Context()) // a copy, without the parts that are set below
	out.Method, out.URL, out.Header = in.method, &url.URL{Path: in.path, RawQuery: in.query}, in.header
	out.Host, out.RequestURI, out.RemoteAddr = "", in.path, ""
	out.Body, out.ContentLength, out.TransferEncoding, out.Trailer = in.body, in.length, nil, nil
	if in.header == nil {
		out.Header = http.Header{}
	}
	if in.body == nil {
		out.Body, out.ContentLength = http.NoBody, 0
	}
	return out
}

// engineProblems says what an error code of the engine is here. A code that is not here is our fault.
var engineProblems = map[string]problem{
	"BLOB_UNKNOWN":          blobUnknown,
	"BLOB_UPLOAD_INVALID":   uploadInvalid,
	"BLOB_UPLOAD_UNKNOWN":   uploadUnknown,
	"DIGEST_INVALID":        digestMismatch,
	"MANIFEST_BLOB_UNKNOWN": manifestBlobUnknown,
	"MANIFEST_INVALID":      manifestInvalid,
	"MANIFEST_UNKNOWN":      manifestUnknown,
	"NAME_UNKNOWN":          nameUnknown,
	"RANGE_INVALID":         rangeInvalid,
	"SIZE_INVALID":          sizeInvalid,
}

// engineRefusal turns an error of the engine into an answer of ours. Its texts stay in the log.
func engineRefusal(err error) error {
	var e *engine.Error
	if !errors.As(err, &e) {
		return err // none, or a fault
	}
	p, known := engineProblems[e.Code]
	if !known && e.Status == http.StatusRequestedRangeNotSatisfiable {
		p, known = rangeUnsatisfiable, true
	}
	switch {
	case !known && errors.Is(e, engine.ErrDisk):
		return fault(unavailable, e)
	case !known:
		return fault(internal, e)
	}
	refusal := fault(p, e)
	if p == manifestBlobUnknown && parseDigest(e.Detail) == nil {
		refusal.message = answers[p].message + ": " + e.Detail
	}
	return refusal
}

func contentPath(q Request, word, last string) string {
	return "/v2/" + q.Repository.Path + "/" + word + "/" + last
}

// reference is the tag or digest of a manifest.
func (q Request) reference() string {
	if q.Tag != "" {
		return q.Tag
	}
	return q.Digest
}

// Media types of manifests that are taken, and so of those that are there.
const (
	ociManifest    = "application/vnd.oci.image.manifest.v1+json"
	ociIndex       = "application/vnd.oci.image.index.v1+json"
	dockerManifest = "application/vnd.docker.distribution.manifest.v2+json"
	dockerList     = "application/vnd.docker.distribution.manifest.list.v2+json"
)

// getManifest serves a manifest as it was pushed, whatever the client accepts.
func (f *Registry) getManifest(w http.ResponseWriter, r *http.Request, v *visit) error {
	digest, err := v.request.Digest, error(nil)
	if v.request.Tag != "" {
		digest, err = f.engine.Tag(r.Context(), v.request.Repository.Path, v.request.Tag)
	}
	var m engine.Manifest
	if err == nil {
		m, err = f.engine.Manifest(r.Context(), v.request.Repository.Path, digest)
	}
	switch {
	case errors.Is(err, engine.ErrUnknown):
		return refuse(manifestUnknown)
	case err != nil:
		return contentError(err)
	}
	etag := `"` + m.Digest + `"`
	h := w.Header()
	setCommon(h)
	h["Docker-Content-Digest"], h["Etag"] = []string{m.Digest}, []string{etag}
	if known := r.Header["If-None-Match"]; len(known) == 1 && known[0] == etag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h["Content-Type"], h["Content-Length"] = []string{m.MediaType}, []string{strconv.Itoa(len(m.Content))}
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		w.Write(m.Content) // the client is gone when this fails
	}
	return nil
}

// Headers that keep a browser from running what somebody pushed.
var (
	attachment = []string{"attachment"}
	sandbox    = []string{"default-src 'none'; sandbox"}
)

// getBlob serves a blob or one range of it. A list of ranges is not worth its cost: the whole blob is the
// answer that HTTP allows.
func (f *Registry) getBlob(w http.ResponseWriter, r *http.Request, v *visit) error {
	if r.Method == http.MethodHead { // a push asks so, and then relies on the answer
		defer f.engine.Hold(v.request.Repository.Path, engine.Held{Parts: []string{v.request.Digest}})()
	}
	header := http.Header{}
	keep(header, r.Header, "If-None-Match")
	if ranges := r.Header["Range"]; len(ranges) == 1 && !strings.Contains(ranges[0], ",") && !nothing(ranges[0]) {
		keep(header, r.Header, "Range")
		keep(header, r.Header, "If-Range")
	}
	h := w.Header()
	setCommon(h)
	h["Content-Disposition"], h["Content-Security-Policy"] = attachment, sandbox
	err := f.engine.ServeBlob(w, request(r, inner{method: r.Method, header: header}), v.request.Repository.Path, v.request.Digest)
	if errors.Is(err, engine.ErrUnknown) {
		return refuse(blobUnknown)
	}
	return contentError(err)
}

// contentError is an error of the engine with content. What is damaged is said to be: the client may have what it wants
// from elsewhere. When part of it has gone out nothing can be said any more.
func contentError(err error) error {
	damage := new(engine.DamagedError)
	if !errors.As(err, &damage) {
		return engineRefusal(err)
	}
	refusal := fault(contentDamaged, err)
	refusal.cut = damage.Begun
	return refusal
}

// nothing reports the range of the last zero bytes, which net/http answers with one that ends before it begins.
//
// Source: RFC 9110 section 14.1.2: such a range is unsatisfiable; to ignore it is allowed.
func nothing(ranges string) bool {
	digits, suffix := strings.CutPrefix(strings.ReplaceAll(ranges, " ", ""), "bytes=-")
	return suffix && digits != "" && strings.Trim(digits, "0") == ""
}

// deleteBlob unlinks a blob from the repository.
func (f *Registry) deleteBlob(w http.ResponseWriter, r *http.Request, v *visit) error {
	if !f.deletes {
		return &Refusal{problem: deletesOff, allow: "GET, HEAD"}
	}
	return f.pass(w, r, inner{method: r.Method, path: contentPath(v.request, "blobs", v.request.Digest)}, nil)
}

// keep copies a header that is there.
func keep(to, from http.Header, name string) {
	if lines := from[name]; lines != nil {
		to[name] = lines
	}
}

// writeJSON sends an answer of the front's own.
func writeJSON(w http.ResponseWriter, contentType string, value any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return fault(internal, err)
	}
	writeBody(w, contentType, body)
	return nil
}

func writeBody(w http.ResponseWriter, contentType string, body []byte) {
	h, values := w.Header(), [2]string{contentType, strconv.Itoa(len(body))}
	setCommon(h)
	h["Content-Type"], h["Content-Length"] = values[0:1:1], values[1:2:2]
	w.WriteHeader(http.StatusOK)
	w.Write(body) // the client is gone when this fails
}
