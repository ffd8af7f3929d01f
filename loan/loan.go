package loan

import (
	"fmt"
	"io"
	"time"
)

// MaxLife is how long a login can be good.
//
// Source: Amazon ECR Public API Reference, GetAuthorizationToken.
const MaxLife = 12 * time.Hour

// margin is how long a loan must still be good to be lent: the client has to use it first.
const margin = 30 * time.Second

// future is how far in the future a loan may have been made, before it is a clock that was set back.
const future = 5 * time.Minute

// Password does not print itself.
type Password string

// Format redacts, whatever the verb.
func (Password) Format(w fmt.State, _ rune) { io.WriteString(w, "***") }

// Loan is a registry login, lent until a time.
type Loan struct {
	Host     string // host[:port], as hosts.Host.Name
	Identity string // ARN of the principal that it was lent to
	Endpoint string // of the service that gave it
	User     string
	Password Password
	Issued   time.Time
	Expires  time.Time
}

// Good reports whether the loan may be lent on: it has not ended, and will not before it is used.
func (l Loan) Good(now time.Time) bool {
	return l.Password != "" && now.Before(l.Expires.Add(-margin)) && now.Add(future).After(l.Issued) && l.Expires.Sub(l.Issued) <= MaxLife
}

// Fresh reports whether the first half of its life is not over. After it the loan is renewed.
func (l Loan) Fresh(now time.Time) bool { return l.Good(now) && now.Before(l.Half()) }

// Half is when half of its life is over.
func (l Loan) Half() time.Time { return l.Issued.Add(l.Expires.Sub(l.Issued) / 2) }
