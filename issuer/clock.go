package issuer

import (
	"errors"
	"sync/atomic"
	"time"
)

// MaxStepBack is how far the clock may go back before nothing is issued: further than a time service moves it when it
// corrects what it has kept itself.
const MaxStepBack = 5 * time.Minute

// ErrClock reports that the clock has gone back too far. What were issued now would be older than it is, so that a
// revocation of before the step would catch it, and one after it might not; nobody can tell which of the two times
// is right. It ends when the clock is where it was, or the service is started again by somebody who has looked.
var ErrClock = errors.New("the clock has gone back: nothing is issued until it is where it was, or the service is started again")

// clock is the service's clock, and the latest that it has ever shown. Wall time only: the process's own, which never
// goes back, stands still while the machine sleeps.
type clock struct {
	now    func() time.Time
	latest atomic.Int64 // nanoseconds
}

// read reads the clock, and tells how far it is behind what it showed before.
func (c *clock) read() (now time.Time, behind time.Duration) {
	now = c.now()
	n := now.UnixNano()
	for {
		latest := c.latest.Load()
		if n <= latest {
			return now, time.Duration(latest - n)
		}
		if c.latest.CompareAndSwap(latest, n) {
			return now, 0
		}
	}
}

// issuing is the time at which something is issued now. Errors: ErrClock.
func (c *clock) issuing() (time.Time, error) {
	now, behind := c.read()
	if behind > MaxStepBack {
		return time.Time{}, ErrClock
	}
	return now, nil
}

// right is nil when something may be issued. Errors: ErrClock.
func (c *clock) right() error {
	_, err := c.issuing()
	return err
}

// ClockBehind reads the clock and tells how far it is behind the latest that it has shown. It is asked now and then,
// also when nobody wants a token: a step is seen only from a time that was read.
func (i *Issuer) ClockBehind() time.Duration {
	_, behind := i.clock.read()
	return behind
}
