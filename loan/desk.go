package loan

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/octroi/octroi/hosts"
)

const (
	negativeTime = 10 * time.Second // how long a failure is remembered
	renewTime    = 3 * time.Second  // how long a renewal may keep somebody waiting who has a login that is still good
)

// Desk lends: from the cache, or by asking octroi.
type Desk struct {
	Folder  *Folder  // nil for none
	Environ []string // as os.Environ
	Beside  string   // path of this program
	Budget  time.Duration
	Now     func() time.Time
}

// Borrow is a login for a source. At most one process at a time asks for it: the others wait and find the answer, or
// take the loan that is still good while it is renewed.
func (d Desk) Borrow(ctx context.Context, s Source, account *Account) (Loan, error) {
	ctx, cancel := context.WithTimeout(ctx, d.Budget)
	defer cancel()
	name := d.Folder.Name(s)
	l, cause := d.look(name, s)
	switch {
	case l.Fresh(d.Now()):
		return l, nil
	case l.Good(d.Now()):
		return d.renew(ctx, name, l, s, account), nil
	case cause != nil:
		return Loan{}, cause
	}
	unlock, err := d.Folder.Lock(ctx, "source", name)
	if errors.Is(err, errHeld) {
		return Loan{}, errTime
	}
	if err != nil {
		d.Folder, unlock = nil, func() {} // a lock that cannot be had is no reason to give nothing
	}
	defer unlock()
	if l, cause := d.look(name, s); l.Good(d.Now()) || cause != nil {
		return l, cause
	}
	return d.fetch(ctx, name, s, account, false)
}

// look is what the cache has: a loan that is good, or why there is none.
func (d Desk) look(name string, s Source) (Loan, error) {
	a, ok := d.Folder.Recall(name, d.Now())
	switch {
	case !ok:
		return Loan{}, nil
	case a.Cause != "" && a.Identity == "":
		return Loan{}, fmt.Errorf("%s (asked less than %d seconds ago)", a.Cause, int(negativeTime.Seconds()))
	}
	l, _ := d.Folder.Find(a.Identity, s.Host.Name, a.Endpoint, d.Now())
	return l, nil
}

// renew asks for a loan in the place of one that is still good, unless somebody does already or has just failed to.
func (d Desk) renew(ctx context.Context, name string, l Loan, s Source, account *Account) Loan {
	unlock, ok := d.Folder.TryLock("source", name)
	if !ok {
		return l
	}
	defer unlock()
	a, ok := d.Folder.Recall(name, d.Now())
	if again, _ := d.look(name, s); again.Fresh(d.Now()) {
		return again
	}
	if ok && a.Cause != "" && d.Now().Unix() < a.Retry {
		return l
	}
	d.Budget = min(d.Budget, renewTime)
	if fresh, err := d.fetch(ctx, name, s, account, true); err == nil && fresh.Good(d.Now()) {
		return fresh
	} else if err != nil {
		d.Folder.Remember(name, Answer{Identity: l.Identity, Endpoint: l.Endpoint, Cause: err.Error(), Retry: d.Now().Add(negativeTime).Unix()}, l.Expires)
	}
	return l
}

// fetch asks octroi, and remembers what it says.
func (d Desk) fetch(ctx context.Context, name string, s Source, account *Account, renew bool) (Loan, error) {
	budget := d.Budget
	if end, ok := ctx.Deadline(); ok {
		budget = min(budget, time.Until(end))
	}
	reply, err := d.ask(ctx, Request{Host: s.Host, Entry: s.Entry, Account: account, Renew: renew}, budget)
	if err != nil {
		if !renew {
			d.Folder.Remember(name, Answer{Cause: err.Error()}, d.Now().Add(negativeTime))
		}
		return Loan{}, err
	}
	l := reply.loan()
	if l.Host != s.Host.Name || l.Password == "" || !d.Now().Before(l.Expires) {
		return Loan{}, errProtocol
	}
	d.Folder.Remember(name, Answer{Identity: l.Identity, Endpoint: l.Endpoint}, l.Expires)
	return l, nil
}

// Forget forgets what a source was lent.
func (d Desk) Forget(ctx context.Context, s Source) error {
	name := d.Folder.Name(s)
	a, ok := d.Folder.Recall(name, d.Now())
	if !ok {
		return nil
	}
	d.Folder.Unlearn(name)
	if a.Identity == "" {
		return nil
	}
	return d.Folder.Forget(ctx, a.Identity, s.Host.Name, a.Endpoint, d.Now())
}

// Held are the hosts for which this user, as things are now, holds a good loan, with the user's name there. Nothing is
// asked.
func (d Desk) Held(c hosts.Config) map[string]string {
	held := map[string]string{}
	for _, l := range d.Folder.Loans(d.Now()) {
		h, err := hosts.Parse(l.Host)
		if err != nil {
			continue
		}
		e, err := c.Match(h)
		if err != nil || e.Anonymous || e.InnerHelper != "" {
			continue
		}
		if mine, _ := d.look(d.Folder.Name(Source{Host: h, Entry: e, Environ: d.Environ}), Source{Host: h}); mine.Good(d.Now()) {
			held[l.Host] = l.User
		}
	}
	return held
}

// Config is the user's configuration: as it was compiled, or compiled anew by octroi.
func (d Desk) Config(ctx context.Context, path string) (hosts.Config, error) {
	file, err := hosts.ReadFile(path)
	if err != nil || len(file) == 0 {
		return hosts.Config{}, err
	}
	if text, ok := d.Folder.Config(); ok {
		if c, err := hosts.Decompile(text, file); err == nil {
			return c, nil
		}
	}
	reply, err := d.ask(ctx, Request{Configuration: path}, d.Budget)
	if err != nil {
		return hosts.Config{}, err
	}
	c, err := hosts.Decompile(reply.Compiled, file)
	if err == nil {
		d.Folder.KeepConfig(reply.Compiled)
	}
	return c, err
}
