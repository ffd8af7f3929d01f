package wire

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Client calls one service.
type Client struct {
	Transport *Transport
	Endpoint  URL
	Service   string       // signing name, as "ecr-public"
	Region    string       // signing region
	Signer    *Credentials // nil sends unsigned
	Attempts  int          // in all; at least 1
	Mode      Mode
	UserAgent string
	Fault     Fault // nil for JSONFault

	Now   func() time.Time                           // nil for time.Now
	Pause func(context.Context, time.Duration) error // nil for a real pause
	Debug func(format string, args ...any)           // nil for silence
}

// Operation is one call.
type Operation struct {
	Name   string  // as GetAuthorizationToken, for messages
	Method string  // empty for POST
	Header []Field // Content-Type, X-Amz-Target and the like
	Body   []byte
}

// Do sends the operation until it is answered, refused for good, or out of attempts. Each attempt is signed
// anew. The answer of a call that succeeds has a status below 301; what the body means is the caller's
// business. Its errors are *ServiceError for a refusal and *Error for everything else.
func (c *Client) Do(ctx context.Context, op Operation) (Response, error) {
	limit := max(c.Attempts, 1)
	var offset time.Duration
	corrected := false
	for n := 1; ; n++ {
		answer, err := c.attempt(ctx, op, c.now().Add(offset))
		var refusal *ServiceError
		if err == nil {
			if refusal, err = c.refusal(op, answer); refusal == nil && err == nil {
				return answer, nil
			}
		}
		if refusal != nil {
			refusal.Attempts, refusal.Max = n, limit
			err = refusal
			if d, ok := skew(refusal, answer, c.now()); ok && !corrected {
				c.debug("the clock is %v off the server's: signing with the server's time", d.Round(time.Second))
				offset, corrected = d, true
				limit = max(limit, n+1)
				continue
			}
		}
		if n >= limit || !again(err) {
			return Response{}, err
		}
		d := c.Mode.delay(n, refusal)
		c.debug("attempt %d failed, next one in %v: %v", n, d.Round(time.Millisecond), err)
		if c.pause(ctx, d) != nil {
			return Response{}, err
		}
	}
}

func again(err error) bool {
	var refusal *ServiceError
	if errors.As(err, &refusal) {
		return retryable(refusal)
	}
	var failed *Error
	return errors.As(err, &failed) && failed.Retry
}

func (c *Client) attempt(ctx context.Context, op Operation, now time.Time) (Response, error) {
	r := Request{Method: op.Method, URL: c.Endpoint, Body: op.Body}
	if r.Method == "" {
		r.Method = http.MethodPost
	}
	r.Header = append(r.Header, Field{"Host", c.Endpoint.HostHeader()}, Field{"Accept-Encoding", "identity"})
	r.Header = append(r.Header, op.Header...)
	r.Header = append(r.Header, Field{"User-Agent", c.UserAgent})
	if c.Signer != nil {
		fields, err := sign(ctx, *c.Signer, r, c.Service, c.Region, now)
		if err != nil {
			return Response{}, err
		}
		r.Header = append(r.Header, fields...)
	}
	c.debug("%s %s", r.Method, c.Endpoint)
	answer, err := c.Transport.RoundTrip(ctx, r)
	if err != nil {
		c.debug("no answer: %v", cause(err))
		return Response{}, err
	}
	c.debug("status %d, %d bytes, request %q", answer.Status, len(answer.Body), answer.Header.Get("X-Amzn-Requestid"))
	return answer, nil
}

// refusal reads an answer that is not a success. Status 300 succeeds for the parser and fails for the
// caller, so it has neither code nor message.
func (c *Client) refusal(op Operation, answer Response) (*ServiceError, error) {
	if answer.Status < 300 {
		return nil, nil
	}
	e := &ServiceError{Code: "Unknown", Message: "Unknown", Operation: op.Name, Status: answer.Status}
	if answer.Status == 300 {
		return e, nil
	}
	var ok bool
	if e.Code, e.Message, ok = generic(answer); ok {
		return e, nil
	}
	fault := c.Fault
	if fault == nil {
		fault = JSONFault
	}
	var err error
	if e.Code, e.Message, err = fault(answer); err != nil {
		return nil, err
	}
	return e, nil
}

func cause(err error) error {
	var failed *Error
	if errors.As(err, &failed) && failed.Cause != nil {
		return fmt.Errorf("%w: %w", err, failed.Cause)
	}
	return err
}

func (c *Client) now() time.Time {
	if c.Now != nil {
		return c.Now()
	}
	return time.Now()
}

func (c *Client) pause(ctx context.Context, d time.Duration) error {
	if c.Pause != nil {
		return c.Pause(ctx, d)
	}
	return pause(ctx, d)
}

func (c *Client) debug(format string, args ...any) {
	if c.Debug != nil {
		c.Debug(format, args...)
	}
}
