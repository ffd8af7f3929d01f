package endpoint

import (
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/identity"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/shape"
	"github.com/octroi/octroi/sigv4"
)

// fault is an error as the two protocols write it.
type fault struct {
	json, query             string
	jsonStatus, queryStatus int
}

// The table of faults. awsJson services answer 400 where Query services answer 403.
var (
	faultMissing       = fault{"MissingAuthenticationTokenException", "MissingAuthenticationToken", 400, 403}
	faultIncomplete    = fault{"IncompleteSignatureException", "IncompleteSignature", 400, 400}
	faultUnrecognized  = fault{"UnrecognizedClientException", "InvalidClientTokenId", 400, 403}
	faultSignature     = fault{"InvalidSignatureException", "SignatureDoesNotMatch", 400, 403}
	faultExpired       = fault{"ExpiredTokenException", "ExpiredToken", 400, 403}
	faultDenied        = fault{"AccessDeniedException", "AccessDenied", 400, 403}
	faultUnknown       = fault{"UnknownOperationException", "InvalidAction", 400, 400}
	faultMethod        = fault{"UnknownOperationException", "InvalidAction", 405, 405}
	faultMedia         = fault{"UnsupportedMediaTypeException", "UnsupportedMediaType", 415, 415}
	faultTransfer      = fault{"SerializationException", "MalformedHttpRequest", 400, 400}
	faultSerialization = fault{"SerializationException", "MalformedQueryString", 400, 400}
	faultShape         = fault{"SerializationException", "ValidationError", 400, 400}
	faultTooLarge      = fault{"RequestEntityTooLargeException", "RequestEntityTooLarge", 413, 413}
	faultNoSuchEntity  = fault{"NoSuchEntityException", "NoSuchEntity", 400, 404}
	faultExists        = fault{"EntityAlreadyExistsException", "EntityAlreadyExists", 400, 409}
	faultConflict      = fault{"DeleteConflictException", "DeleteConflict", 400, 409}
	faultLimit         = fault{"LimitExceededException", "LimitExceeded", 400, 409}
	faultPolicy        = fault{"MalformedPolicyDocumentException", "MalformedPolicyDocument", 400, 400}
	faultPacked        = fault{"PackedPolicyTooLargeException", "PackedPolicyTooLarge", 400, 400}
	faultMessage       = fault{"InvalidAuthorizationMessageException", "InvalidAuthorizationMessageException", 400, 400}
	faultWebToken      = fault{"InvalidIdentityTokenException", "InvalidIdentityToken", 400, 400}
	faultWebExpired    = fault{"ExpiredTokenException", "ExpiredTokenException", 400, 400}
	faultProvider      = fault{"IDPCommunicationErrorException", "IDPCommunicationError", 400, 400}
	faultValidation    = fault{"ValidationException", "ValidationError", 400, 400}
	faultThrottled     = fault{"ThrottlingException", "Throttling", 400, 400}
	faultUnavailable   = fault{"ServiceUnavailableException", "ServiceUnavailable", 503, 503}
)

// signatureFaults maps what the verifier found.
var signatureFaults = map[sigv4.Code]fault{
	sigv4.MissingAuthentication: faultMissing,
	sigv4.Incomplete:            faultIncomplete,
	sigv4.Unrecognized:          faultUnrecognized,
	sigv4.InvalidSignature:      faultSignature,
	sigv4.Expired:               faultExpired,
}

// identityFaults maps what STS and IAM refuse.
var identityFaults = map[identity.Kind]fault{
	identity.NoSuchEntity:        faultNoSuchEntity,
	identity.EntityAlreadyExists: faultExists,
	identity.DeleteConflict:      faultConflict,
	identity.LimitExceeded:       faultLimit,
	identity.MalformedPolicy:     faultPolicy,
	identity.Validation:          faultValidation,

	identity.PackedPolicyTooLarge:        faultPacked,
	identity.InvalidAuthorizationMessage: faultMessage,
	identity.InvalidIdentityToken:        faultWebToken,
	identity.ExpiredToken:                faultWebExpired,
	identity.ProviderUnreachable:         faultProvider,
}

// requestFaults maps what cannot be named.
var requestFaults = []struct {
	err   error
	fault fault
}{
	{errMethod, faultMethod},
	{errTransfer, faultTransfer},
	{errMedia, faultMedia},
	{errTooLarge, faultTooLarge},
	{errQuery, faultIncomplete},
	{errUnknown, faultUnknown},
	{errForm, faultSerialization},
	{shape.ErrDecode, faultShape},
}

// faultOf is the row of an error and what the caller may read of it. What is in no table is unavailable: the store or
// the audit log failed, and its words are for the log only.
func faultOf(err error) (fault, string) {
	if denied := new(access.DeniedError); errors.As(err, &denied) {
		return faultDenied, denied.Message
	}
	if bad := new(sigv4.Error); errors.As(err, &bad) {
		if f, ok := signatureFaults[bad.Code]; ok {
			return f, bad.Message
		}
	}
	if no := new(identity.Error); errors.As(err, &no) {
		if f, ok := identityFaults[no.Kind]; ok {
			return f, no.Message
		}
	}
	if often := new(throttledError); errors.As(err, &often) {
		return faultThrottled, often.Error()
	}
	for _, row := range requestFaults {
		if errors.Is(err, row.err) {
			return row.fault, err.Error()
		}
	}
	return faultUnavailable, "the service cannot answer now: try again"
}

func (f fault) code(p shape.Protocol) (string, int) {
	if p == shape.Query {
		return f.query, f.queryStatus
	}
	return f.json, f.jsonStatus
}

// refuse writes a refusal that no policy made: to the audit log, to the log, and to the caller.
func (e *Endpoint) refuse(w http.ResponseWriter, r *http.Request, n named, call access.Call, p principal.Principal, err error) {
	f, message := faultOf(err)
	code, _ := f.code(n.protocol)
	action := ""
	if n.operation.name != "" {
		action = n.operation.service + ":" + n.operation.name
	}
	if failed := e.access.Refuse(r.Context(), call, p, action, "", code, message); failed != nil {
		err = failed
	}
	e.fail(w, n, call, p, err)
}

// fail writes an error to the caller.
func (e *Endpoint) fail(w http.ResponseWriter, n named, call access.Call, p principal.Principal, err error) {
	f, message := faultOf(err)
	code, status := f.code(n.protocol)
	cause := slog.String("cause", message)
	if f == faultUnavailable {
		cause = slog.String("cause", err.Error())
	}
	if denied := new(access.DeniedError); errors.As(err, &denied) && denied.Sealed != "" {
		message += ". Encoded authorization failure message: " + denied.Sealed
	}
	e.log.Info("request refused", "requestId", call.RequestID, "operation", call.Operation, "principal", p.String(), "code", code, cause)
	switch f {
	case faultMethod:
		w.Header().Set("Allow", http.MethodPost)
	case faultTransfer, faultTooLarge:
		w.Header().Set("Connection", "close")
	case faultThrottled:
		throttled(w.Header(), err)
	case faultUnavailable:
		w.Header().Set("Retry-After", "1")
	}
	answerError(w, n, call.RequestID, status, code, message)
}

// throttled says when to come again, in whole seconds.
func throttled(h http.Header, err error) {
	often := new(throttledError)
	if !errors.As(err, &often) {
		return
	}
	h.Set("Retry-After", strconv.Itoa(int(often.wait/time.Second)+1))
	if often.close {
		h.Set("Connection", "close")
	}
}
