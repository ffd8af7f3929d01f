package endpoint

import (
	"errors"
	"time"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/budget"
	"github.com/octroi/octroi/internal/strictjson"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/shape"
	"github.com/octroi/octroi/sigv4"
)

// Limits bound what a caller can ask of the endpoint.
type Limits struct {
	JSONBody, FormBody int64             // bytes; zero is 64 KiB
	JSON               strictjson.Limits // of a body, once it is read
	Requests           *budget.Table     // of a principal; nil: no limit
	Failures           *budget.Table     // wrong signatures of a network; nil: no limit
}

// usualBody is AWS's clients' longest: a web identity token has at most 20,000 characters, policies 6,144.
const usualBody = 64 << 10

func (l Limits) withDefaults() Limits {
	for _, n := range []*int64{&l.JSONBody, &l.FormBody} {
		if *n <= 0 {
			*n = usualBody
		}
	}
	return l
}

// body is how long a body may be.
func (l Limits) body(p shape.Protocol) int64 {
	if p == shape.JSON {
		return l.JSONBody
	}
	return l.FormBody
}

// throttledError is a caller who asks too often.
type throttledError struct {
	wait  time.Duration
	close bool // the connection: whoever goes on has to open another one
}

// Error is what AWS's services say.
func (*throttledError) Error() string { return "Rate exceeded" }

// spend takes one request out of the caller's budget.
func (l Limits) spend(call access.Call, p principal.Principal) error {
	key := p.Account + "/" + p.ID
	if p.ID == "" {
		key = budget.Peer(call.SourceAddress)
	}
	if wait, ok := l.Requests.Take(key); !ok {
		return &throttledError{wait: wait}
	}
	return nil
}

// failed takes a failure out of the budget of the network that it came from, and when there is nothing left says so in
// place of what was wrong. The budget is not the key's: then anybody could lock its owner out. And a signature that is
// right never comes here, so that the owner gets through from the same network, too.
func (l Limits) failed(call access.Call, err error) error {
	bad := new(sigv4.Error)
	if !errors.As(err, &bad) || bad.Code != sigv4.InvalidSignature && bad.Code != sigv4.Unrecognized {
		return err
	}
	if wait, ok := l.Failures.Take(budget.Peer(call.SourceAddress)); !ok {
		return &throttledError{wait, true}
	}
	return err
}
