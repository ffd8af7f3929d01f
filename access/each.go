package access

import (
	"context"
	"time"

	"github.com/octroi/octroi/audit"
	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
)

// Asked is one of the actions that an operation needs, and what its decision and its record have that those of the others
// have not.
type Asked struct {
	Action       string
	Conditions   func(*policy.Context) // as Call's
	Token        string
	TokenExpires time.Time
}

// CheckEach is Check for each action in turn, up to the first that is denied: the decision is that one, or the last. It
// asks once who p is and what is in force about it, where as many Checks would ask each time, and might be answered
// differently in the middle of one request.
func (c *Control) CheckEach(ctx context.Context, call Call, p principal.Principal, resource string, asked []Asked) (Decision, error) {
	f, err := c.standing(ctx, &call, &p)
	if err != nil || len(asked) == 0 { // nothing asked is nothing allowed
		return Decision{}, err
	}
	var d Decision
	begun := about(&call, &p, resource)
	for i := range asked {
		call.Conditions = asked[i].Conditions
		d = c.evaluate(&call, &p, &f, asked[i].Action, resource)
		r := begun
		r.Time, r.Action = c.timestamp(), audit.Clip(asked[i].Action)
		r.Token, r.TokenExpires = asked[i].Token, expiry(asked[i].TokenExpires)
		decided(&r, &d)
		if err := c.keep(&r); err != nil || !d.Allowed() {
			return d, err
		}
	}
	return d, nil
}
