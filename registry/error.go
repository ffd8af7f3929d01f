package registry

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// problem is a row of the table of answers. The zero problem is our own fault.
type problem int

const (
	internal problem = iota
	unavailable
	unnamed
	methodNotAllowed
	nameInvalid
	queryInvalid
	pageInvalid
	digestInvalid
	digestMismatch
	digestUnsupported
	tagMalformed
	tagImmutable
	nameUnknown
	manifestUnknown
	manifestInvalid
	manifestTooLarge
	manifestBlobUnknown
	blobUnknown
	contentDamaged
	blobTooLarge
	uploadUnknown
	uploadInvalid
	uploadBusy
	rangeInvalid
	rangeUnsatisfiable
	sizeInvalid
	deletesOff
	unauthenticated
	credentialInvalid
	tokenExpired
	tokenRevoked
	scopeInsufficient
	denied
	scopeInvalid
	formInvalid
	formTooLarge
	tooMany
	tooManyUploads
	quotaExceeded
)

// row is how a problem is answered. A recorded row is a refusal and goes into the audit record; the rest
// are answers to questions that the caller was allowed to ask.
type row struct {
	status   int
	code     string
	recorded bool
	message  string
}

// answers is the only place where a problem gets a status, a code and a text.
//
// Source: OCI distribution specification 1.1.1, "Error Codes", and the codes that Distribution adds.
var answers = [...]row{
	internal:            {500, "UNKNOWN", false, "internal error"},
	unavailable:         {503, "UNAVAILABLE", false, "the service is not available, try again"},
	unnamed:             {404, "UNSUPPORTED", true, "no such endpoint"},
	methodNotAllowed:    {405, "UNSUPPORTED", true, "the endpoint does not have this method"},
	nameInvalid:         {400, "NAME_INVALID", true, "invalid repository name: want <alias>/<name> of lower-case letters, digits and single separators"},
	queryInvalid:        {400, "UNSUPPORTED", true, "the query is malformed or has a parameter twice"},
	pageInvalid:         {400, "PAGINATION_NUMBER_INVALID", true, "n is not a number of entries or last not an entry"},
	digestInvalid:       {400, "DIGEST_INVALID", true, "want sha256: and 64 lower-case hexadecimal digits"},
	digestMismatch:      {400, "DIGEST_INVALID", true, "the content does not have the digest that was given"},
	digestUnsupported:   {400, "UNSUPPORTED", true, "this registry names content by sha256 only"},
	tagMalformed:        {400, "MANIFEST_INVALID", true, "a tag has 1 to 128 letters, digits, underscores, periods and hyphens, and begins with none of the last two"},
	tagImmutable:        {409, "TAG_INVALID", true, "the tag exists and cannot be overwritten because the repository is immutable"},
	nameUnknown:         {404, "NAME_UNKNOWN", false, "the repository does not exist"},
	manifestUnknown:     {404, "MANIFEST_UNKNOWN", false, "requested image not found"},
	manifestInvalid:     {400, "MANIFEST_INVALID", true, "manifest invalid"},
	manifestTooLarge:    {413, "MANIFEST_INVALID", true, "the manifest is too large"},
	manifestBlobUnknown: {404, "MANIFEST_BLOB_UNKNOWN", false, "the manifest references content that the repository does not have"},
	blobUnknown:         {404, "BLOB_UNKNOWN", false, "the repository does not have this blob"},
	contentDamaged:      {500, "UNKNOWN", true, "the registry's copy of this content is damaged: its operator has to look after it"},
	blobTooLarge:        {413, "SIZE_INVALID", true, "the blob is too large"},
	uploadUnknown:       {404, "BLOB_UPLOAD_UNKNOWN", true, "no such upload"},
	uploadInvalid:       {400, "BLOB_UPLOAD_INVALID", true, "the upload cannot be continued like this"},
	uploadBusy:          {409, "BLOB_UPLOAD_INVALID", true, "another request is writing to this upload"},
	rangeInvalid:        {416, "RANGE_INVALID", true, "the range does not continue what was uploaded"},
	rangeUnsatisfiable:  {416, "RANGE_INVALID", false, "the blob has no such range"},
	sizeInvalid:         {400, "SIZE_INVALID", true, "the length does not match the content"},
	deletesOff:          {405, "UNSUPPORTED", true, "deletes are disabled"},
	unauthenticated:     {401, "UNAUTHORIZED", true, "authentication required"},
	credentialInvalid:   {401, "UNAUTHORIZED", true, "your authorization token is invalid"},
	tokenExpired:        {401, "UNAUTHORIZED", true, "Your authorization token has expired. Reauthenticate and try again."},
	tokenRevoked:        {401, "UNAUTHORIZED", true, "Your authorization token is no longer valid. Reauthenticate and try again."},
	scopeInsufficient:   {401, "UNAUTHORIZED", true, "the token was requested for a narrower scope"},
	denied:              {403, "DENIED", true, "requested access to the resource is denied"},
	scopeInvalid:        {400, "UNSUPPORTED", true, "too many scopes, or too long"},
	formInvalid:         {400, "UNSUPPORTED", true, "malformed token request"},
	formTooLarge:        {413, "SIZE_INVALID", true, "the token request is too large"},
	tooMany:             {429, "TOOMANYREQUESTS", true, "Rate exceeded"},
	tooManyUploads:      {429, "TOOMANYREQUESTS", true, "too many open uploads: finish or cancel some"},
	quotaExceeded:       {403, "DENIED", true, "as many as there may be"},
}

// Refusal is an answer that is not what was asked for. Its message goes to the client.
type Refusal struct {
	problem  problem
	message  string        // in place of the table's
	settled  bool          // the audit record has it already
	ranges   string        // Range of a 416
	location string        // where the upload of a 416 goes on
	allow    string        // methods, of a 405
	wait     time.Duration // of a 429
	close    bool          // the connection
	cut      bool          // an answer has begun: nothing can be said but by cutting the connection
	cause    error         // for the log, never for the client
}

func refuse(p problem) *Refusal                    { return &Refusal{problem: p} }
func refuseBecause(p problem, why string) *Refusal { return &Refusal{problem: p, message: why} }
func fault(p problem, cause error) *Refusal        { return &Refusal{problem: p, cause: cause} }

// Error is the code and the message.
func (r *Refusal) Error() string {
	text := r.Code() + ": " + r.Message()
	if r.cause != nil {
		text += ": " + r.cause.Error()
	}
	return text
}

// Unwrap is the cause, for errors.Is.
func (r *Refusal) Unwrap() error { return r.cause }

// Status is the HTTP status.
func (r *Refusal) Status() int { return answers[r.problem].status }

// Code is the error code of the OCI distribution specification.
func (r *Refusal) Code() string { return answers[r.problem].code }

// Message is what a person sees.
func (r *Refusal) Message() string {
	if r.message != "" {
		return r.message
	}
	return answers[r.problem].message
}

func (r *Refusal) recorded() bool { return answers[r.problem].recorded && !r.settled }

// write sends the refusal. Headers that the engine may have left are not part of it.
func (r *Refusal) write(w http.ResponseWriter, challenge string) {
	h := w.Header()
	//lint:ignore SA1008 spelled as AWS spells it, and set so by the server
	had, id := h["Content-Range"], h[requestID]
	clear(h)
	h[requestID] = id
	setCommon(h)
	if r.problem == rangeUnsatisfiable && had != nil {
		h["Content-Range"] = had // bytes */<size>
	}
	h.Set("Content-Type", "application/json")
	switch r.Status() {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", challenge)
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", "5")
	case http.StatusTooManyRequests:
		h.Set("Retry-After", strconv.Itoa(int(r.wait/time.Second)+1))
	case http.StatusRequestEntityTooLarge:
		h.Set("Connection", "close") // what is still to come is not read
	}
	if r.close {
		h.Set("Connection", "close")
	}
	for name, value := range map[string]string{"Range": r.ranges, "Location": r.location, "Allow": r.allow} {
		if value != "" {
			h.Set(name, value)
		}
	}
	body := r.body()
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(r.Status())
	w.Write(body) // the client is gone when this fails
}

func (r *Refusal) body() []byte {
	type entry struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	body, err := json.Marshal(map[string][]entry{"errors": {{r.Code(), r.Message()}}})
	if err != nil { // two strings: cannot be
		return []byte(`{"errors":[{"code":"UNKNOWN","message":"internal error"}]}`)
	}
	return append(body, '\n')
}

// setCommon sets what every answer of ours carries.
func setCommon(h http.Header) {
	h["Docker-Distribution-Api-Version"] = apiVersion
	h["X-Content-Type-Options"] = nosniff
}

// Header values that never change: assigned, not made anew.
var (
	apiVersion = []string{"registry/2.0"}
	nosniff    = []string{"nosniff"}
	noStore    = []string{"no-store"}
)
