package registry

import (
	"net/http"
	"net/url"
	"strconv"
)

// maxPage is the most entries of a list in one answer, and their number when none is asked for.
const maxPage = 1000

// parseQuery reads the parameters that q's Kind has. Others are ignored: clients add some (ns, service),
// and none of them reaches the engine.
func (q *Request) parseQuery(r *http.Request) error {
	if q.Kind == UploadFinish {
		q.HasBody = r.ContentLength != 0 // unknown is -1
	}
	switch q.Kind {
	case Ping, Exchange, ManifestGet, BlobGet, ManifestPut, ManifestDelete, BlobDelete:
		return nil
	}
	p, err := readParameters(r.URL.RawQuery)
	if err != nil {
		return err
	}
	switch q.Kind {
	case TagsList, Catalog:
		err = q.parsePage(p)
	case ReferrersList:
		q.ArtifactType = p.get("artifactType")
	case UploadStart:
		q.parseMount(p)
	case UploadFinish:
		if q.Digest = p.get("digest"); parseDigest(q.Digest) != nil {
			err = parseDigest(q.Digest)
		}
		fallthrough
	case UploadStatus, UploadAppend, UploadCancel:
		q.Upload.State, q.Upload.Owner = p.get(stateParameter), p.get(ownerParameter)
	}
	if p.twice {
		return refuse(queryInvalid)
	}
	return err
}

// parameters are those of a query. A parameter that is read and stands there twice is an error: another
// reader might take the other.
type parameters struct {
	values url.Values
	twice  bool
}

func readParameters(query string) (*parameters, error) {
	if query == "" {
		return &parameters{}, nil
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, refuse(queryInvalid)
	}
	return &parameters{values: values}, nil
}

func (p *parameters) get(name string) string {
	p.twice = p.twice || len(p.values[name]) > 1
	return p.values.Get(name)
}

// parsePage reads n and last. A size above maxPage is the largest page, as the specification lets a
// registry do; what is not a number is refused.
func (q *Request) parsePage(p *parameters) error {
	q.Page = Page{Size: maxPage, Last: p.get("last")}
	if _, ok := parseRepository(q.Page.Last); q.Page.Last != "" && !validTag(q.Page.Last) && !ok {
		return refuse(pageInvalid)
	}
	text := p.get("n")
	if text == "" {
		return nil
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return refuse(pageInvalid)
	}
	q.Page.Size = int(min(n, maxPage))
	return nil
}

// parseMount takes a mount that names a blob and where it is, and forgets any other: an upload, which is
// the answer to a mount that cannot be, does the same for the client.
func (q *Request) parseMount(p *parameters) {
	digest := p.get("mount")
	from, ok := parseRepository(p.get("from"))
	if ok && parseDigest(digest) == nil {
		q.Mount = Mount{digest, from}
	}
}
