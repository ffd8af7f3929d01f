package access

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/octroi/octroi/audit"
	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/session"
	"github.com/octroi/octroi/store"
)

// DeniedError is a policy's no, in the words a caller may read.
type DeniedError struct {
	Message  string
	Decision *Decision // nil for a no that is no policy's
	Sealed   string    // the details, for a caller who may have them opened; not for a log
}

func (e *DeniedError) Error() string { return e.Message }

// Control decides by the policies of this moment and writes the record.
type Control struct {
	Store *store.Store
	Log   *audit.Log
	Now   func() time.Time

	Observe func(audit.Summary) // is told of each record; nil: nobody is

	sessions session.Memory
}

// Decision is a policy decision with the request that it answers.
type Decision struct {
	policy.Decision
	request policy.Request
	nobody  bool // anonymous, or gone: there were no policies to ask
}

// Message is the sentence for a caller who was denied.
func (d Decision) Message() string { return d.Sentence(d.request) }

// ExplicitDeny reports a no that a statement says, unlike one for want of an Allow.
func (d Decision) ExplicitDeny() bool { return d.Effect == policy.ExplicitDeny }

// Err is nil for a yes and a *DeniedError for everything else.
func (d Decision) Err() error {
	if d.Allowed() {
		return nil
	}
	return denied(d)
}

// denied is apart from Err so that a yes costs nothing.
func denied(d Decision) *DeniedError { return &DeniedError{Message: d.Message(), Decision: &d} }

// Request is what was decided.
func (d Decision) Request() policy.Request { return d.request }

// Check decides whether p may do action on resource, and records the decision. An error means that nothing was
// decided: the store or the log failed.
func (c *Control) Check(ctx context.Context, call Call, p principal.Principal, action, resource string) (Decision, error) {
	d, err := c.decide(ctx, &call, &p, action, resource)
	if err != nil {
		return Decision{}, err
	}
	r := c.record(&call, &p, action, resource)
	decided(&r, &d)
	return d, c.keep(&r)
}

// Would tells whether p may do action on resource, for a word to p and for nothing else: it leaves no record.
func (c *Control) Would(ctx context.Context, call Call, p principal.Principal, action, resource string) (bool, error) {
	d, err := c.decide(ctx, &call, &p, action, resource)
	return d.Allowed(), err
}

// Undenied decides an action that needs no Allow: only a Deny that a statement says forbids it, to somebody who is
// still there. Its decision is recorded as what it comes to.
func (c *Control) Undenied(ctx context.Context, call Call, p principal.Principal, action, resource string) error {
	d, err := c.decide(ctx, &call, &p, action, resource)
	if err != nil {
		return err
	}
	r := c.record(&call, &p, action, resource)
	if d.nobody || d.ExplicitDeny() {
		decided(&r, &d)
		return errors.Join(d.Err(), c.keep(&r))
	}
	r.Outcome, r.Reason = audit.Allowed, "no statement denies it"
	return c.keep(&r)
}

// Filter decides the same action on many resources, for a list that shows only what may be seen. It leaves one record,
// with how many of them were allowed.
func (c *Control) Filter(ctx context.Context, call Call, p principal.Principal, action string, resources []string) ([]bool, error) {
	may := make([]bool, len(resources))
	allowed := 0
	for i, resource := range resources {
		d, err := c.decide(ctx, &call, &p, action, resource)
		if err != nil {
			return nil, err
		}
		if d.Allowed() {
			may[i] = true
			allowed++
		}
	}
	r := c.record(&call, &p, action, fmt.Sprintf("%d of %d resources", allowed, len(resources)))
	r.Outcome, r.Reason = audit.Filtered, "a list, cut to what the policies allow"
	return may, c.keep(&r)
}

// Permit records a yes that needs no policy, with its reason: what everybody may do.
func (c *Control) Permit(_ context.Context, call Call, p principal.Principal, action, resource, reason string) error {
	r := c.record(&call, &p, action, resource)
	r.Outcome, r.Reason = audit.Allowed, reason
	return c.keep(&r)
}

// Refuse records a no that was said before any policy was read: a bad credential, an unnamed request.
func (c *Control) Refuse(_ context.Context, call Call, p principal.Principal, action, resource, code, reason string) error {
	r := c.record(&call, &p, action, resource)
	r.Outcome, r.Code, r.Reason = audit.Refused, code, reason
	return c.keep(&r)
}

// Commit returns when all that was recorded before it is on disk.
func (c *Control) Commit(ctx context.Context) error { return c.Log.Sync(ctx) }

// decide evaluates the policies of this moment. Who no longer exists may do nothing.
func (c *Control) decide(ctx context.Context, call *Call, p *principal.Principal, action, resource string) (Decision, error) {
	d := Decision{request: policy.Request{Principal: *p, Action: action, Resource: resource}, nobody: true}
	if p.Kind == principal.Anonymous {
		return d, nil
	}
	f, err := c.inForce(ctx, call, p)
	if errors.Is(err, store.ErrNotFound) {
		return d, nil
	}
	if err != nil {
		return Decision{}, err
	}
	if f.conditional {
		d.request.Context = c.context(call)
		f.describe(&d.request.Context)
	}
	d.Decision, d.nobody = policy.Evaluate(d.request, f.policies), false
	if !f.conditional && !d.Allowed() { // for the details of a denial
		d.request.Context = c.context(call)
		f.describe(&d.request.Context)
	}
	return d, nil
}

// keep records, and tells whoever counts.
func (c *Control) keep(r *audit.Record) error {
	if c.Observe != nil {
		c.Observe(r.Summary())
	}
	return c.Log.Append(r)
}
