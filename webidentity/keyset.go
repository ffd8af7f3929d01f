package webidentity

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// When keys are asked for. A key that its provider removed is taken for an hour at most while the provider answers, and
// for a day more while it does not. A key that nobody knows makes us ask, but not more than once a minute, however many
// tokens name one: they cost nothing to make. Without any keys yet, trying again soon is worth more.
const (
	freshFor    = time.Hour
	staleFor    = freshFor + 24*time.Hour
	askGap      = time.Minute
	firstGap    = 10 * time.Second
	maxWaiting  = 64
	unknownKey  = "the token names a key (kid) that its identity provider does not have"
	manyKeys    = "the token names no key (kid), and its identity provider has several"
	tooManyWait = "too many callers wait for the identity provider's keys"
)

// keySet keeps the keys of one provider. It is safe for concurrent use.
type keySet struct {
	ask  func(context.Context) (keys, error)
	now  func() time.Time
	log  *slog.Logger
	name string

	mu      sync.Mutex
	keys    keys      // the last good set, nil before the first
	got     time.Time // when it came
	asked   time.Time // when we last asked, whatever came of it
	failure error     // what came of it
	flight  chan struct{}
	waiting int
}

// find is the key of an id, asking the provider if that is due.
func (s *keySet) find(ctx context.Context, id string) (key, error) {
	s.mu.Lock()
	k, known := s.keys.of(id)
	if known && s.fresh() {
		s.mu.Unlock()
		return k, nil
	}
	if s.flight == nil && !s.due() {
		defer s.mu.Unlock()
		return s.settle(id)
	}
	if s.waiting >= maxWaiting {
		defer s.mu.Unlock()
		if known && s.usable() {
			return k, nil
		}
		return key{}, unreachable(errors.New(tooManyWait))
	}
	s.begin()
	landed := s.flight
	s.waiting++
	s.mu.Unlock()
	select {
	case <-landed:
	case <-ctx.Done():
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting--
	return s.settle(id)
}

// settle answers from what there is.
func (s *keySet) settle(id string) (key, error) {
	k, known := s.keys.of(id)
	switch {
	case known && s.usable():
		return k, nil
	case s.failure != nil || !s.usable():
		return key{}, unreachable(s.failure)
	case id == "":
		return key{}, invalid(manyKeys)
	}
	return key{}, invalid(unknownKey)
}

// fresh and usable say how old the set may be: while the provider answers, and while it does not. A set from the future
// says that the clock went back: how old it is cannot be told.
func (s *keySet) fresh() bool  { return s.youngerThan(freshFor) }
func (s *keySet) usable() bool { return s.youngerThan(staleFor) }

func (s *keySet) youngerThan(limit time.Duration) bool {
	age := s.now().Sub(s.got)
	return s.keys != nil && age <= limit && age >= -leeway
}

// due reports whether the provider may be asked again.
func (s *keySet) due() bool {
	gap := askGap
	if s.keys == nil {
		gap = firstGap
	}
	since := s.now().Sub(s.asked)
	return since >= gap || since < 0
}

// begin asks, unless somebody does already. The question outlives the caller who had it first: others wait for it.
func (s *keySet) begin() {
	if s.flight != nil {
		return
	}
	s.flight, s.asked = make(chan struct{}), s.now()
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), fetchTimeout)
		defer cancel()
		found, err := s.ask(ctx)
		s.land(found, err)
	}()
}

func (s *keySet) land(found keys, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failure = err; err == nil {
		s.keys, s.got = found, s.now()
	} else {
		s.log.Warn("an identity provider's keys cannot be had", "provider", s.name, "cause", err.Error())
	}
	close(s.flight)
	s.flight = nil
}
