package endpoint

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/octroi/octroi/internal/strictjson"
	"github.com/octroi/octroi/shape"
)

// Errors of a request that cannot be named. They are the caller's, and say what the endpoint takes.
var (
	errMethod   = errors.New("this endpoint takes POST")
	errTransfer = errors.New("send the body with Content-Length, not with Transfer-Encoding")
	errMedia    = errors.New("send Content-Type application/x-amz-json-1.1 or application/x-www-form-urlencoded, not encoded")
	errTooLarge = errors.New("the body is too large")
	errQuery    = errors.New("this endpoint takes no query string: parameters go into the body")
	errUnknown  = errors.New("no such operation here")
	errForm     = errors.New("the body is not a form of parameters, each given once")
)

// named is a request that has a name: which operation, in which protocol, and its body.
type named struct {
	protocol  shape.Protocol
	operation operation
	unsigned  bool // the operation needs no signature
	body      []byte
	input     input
}

// input is what a request brings for its operation: a JSON text, or the parameters of a form.
type input struct {
	json   []byte
	limits strictjson.Limits
	form   url.Values // nil for JSON
}

// read reads the input into an SDK struct.
func (i input) read(into any) error {
	if i.form != nil {
		return shape.DecodeQuery(i.form, into)
	}
	return shape.DecodeJSON(i.json, i.limits, into)
}

// protocolOf is the protocol that the content type announces; the zero Protocol for any other.
func protocolOf(r *http.Request) shape.Protocol {
	if types := r.Header["Content-Type"]; len(types) == 1 && types[0] == "application/x-amz-json-1.1" {
		return shape.JSON // as every AWS client spells it
	}
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || len(r.Header["Content-Type"]) != 1 || len(params) > 1 || len(params) == 1 && !strings.EqualFold(params["charset"], "utf-8") {
		return 0
	}
	switch media {
	case "application/x-amz-json-1.1":
		return shape.JSON
	case "application/x-www-form-urlencoded":
		return shape.Query
	}
	return 0
}

// framed reports whether the body's length stands in Content-Length and nowhere else. In HTTP/1.0 net/http takes
// Transfer-Encoding away: a body that was framed by it looks like none.
func framed(r *http.Request) bool {
	if len(r.TransferEncoding) > 0 || r.ContentLength < 0 {
		return false
	}
	return r.ProtoAtLeast(1, 1) || r.Header["Content-Length"] != nil
}

// name reads as much of the request as says what it asks for. It trusts nothing yet. What it found out before an
// error is in the answer, so that the refusal is written in the caller's protocol.
func (e *Endpoint) name(r *http.Request) (named, error) {
	n := named{protocol: protocolOf(r)}
	switch {
	case r.Method != http.MethodPost:
		return n, errMethod
	case !framed(r):
		return n, errTransfer
	case n.protocol == 0 || r.Header.Get("Content-Encoding") != "":
		return n, errMedia
	case r.ContentLength > e.limits.body(n.protocol):
		return n, fmt.Errorf("%w: at most %d bytes", errTooLarge, e.limits.body(n.protocol))
	}
	var err error
	if n.body, err = readBody(r); err != nil {
		return n, err
	}
	var t target
	if n.protocol == shape.JSON {
		t, err = jsonTarget(r)
		n.input = input{json: n.body, limits: e.limits.JSON}
	} else {
		var form url.Values
		form, err = parseForm(n.body)
		t = target{form.Get("Version"), form.Get("Action")}
		n.input = input{form: form}
	}
	if err != nil {
		return n, err
	}
	op, ok := e.operations[t]
	if !ok || op.protocol != n.protocol {
		return n, errUnknown
	}
	n.operation, n.unsigned = op, e.unsigned[t]
	return n, nil
}

// readBody reads as much as Content-Length says, and not a byte more.
func readBody(r *http.Request) ([]byte, error) {
	b := make([]byte, r.ContentLength)
	if _, err := io.ReadFull(r.Body, b); err != nil {
		return nil, fmt.Errorf("%w: it ended early", errForm)
	}
	return b, nil
}

// jsonTarget reads X-Amz-Target, Prefix.Operation, exactly once and exactly spelled.
func jsonTarget(r *http.Request) (target, error) {
	values := r.Header["X-Amz-Target"]
	if len(values) != 1 {
		return target{}, errUnknown
	}
	family, name, ok := strings.Cut(values[0], ".")
	if !ok {
		return target{}, errUnknown
	}
	return target{family, name}, nil
}

// parseForm reads a form in which no parameter stands twice: which of two would count is a question that nobody
// should have to ask.
func parseForm(b []byte) (url.Values, error) {
	form, err := url.ParseQuery(string(b))
	if err != nil {
		return nil, errForm
	}
	for _, values := range form {
		if len(values) != 1 {
			return nil, errForm
		}
	}
	return form, nil
}
