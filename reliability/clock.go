package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/octroi/octroi/issuer"
	"github.com/octroi/octroi/server"
	"github.com/octroi/octroi/token"
)

// movedClock is the service in this process, on a clock that is moved: a machine has one clock, and others live by it.
type movedClock struct {
	*workers
	running *server.Server
	ahead   atomic.Int64

	mu       sync.Mutex
	given    []given
	over     int // tokens that were taken after their time, or before it
	accepted int
	issued   int // since the last step
	failures int
	first    string
}

type given struct {
	login
	at time.Time // by the service's clock
}

func (m *movedClock) now() time.Time { return time.Now().Add(time.Duration(m.ahead.Load())) }

// moveClock is RL6: the clock goes an hour back, and forth, and thirteen hours forth twice, and back, under load.
func moveClock(ctx context.Context, r *run) ([]figure, error) {
	m := &movedClock{}
	log, err := os.Create(filepath.Join(r.folder, "octroid.log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	c := server.Defaults()
	c.Data, c.Listen = filepath.Join(r.folder, "data"), "127.0.0.1:0"
	c.Limits.RequestRate, c.Limits.FailureRate = 0, 0
	m.ahead.Store(int64(time.Hour)) // the first key has sealed for an hour when the clock goes back by one
	if m.running, err = server.Start(ctx, c, slog.New(slog.NewTextHandler(log, nil)), func() time.Time { return m.now() }); err != nil {
		return nil, err
	}
	defer m.running.Shutdown(context.WithoutCancel(ctx))
	n := &node{octroid: r.octroid, data: c.Data, host: m.running.Address()}
	m.ahead.Add(int64(2 * time.Hour))
	m.workers = &workers{ledger: &ledger{}, node: n}
	if m.key, err = n.administrator(); err != nil {
		return nil, err
	}
	base := m.ahead.Load()
	stop := m.work(ctx, m.issue, m.issue, m.redeem, m.redeem)
	var figures []figure
	step := func(what string, offset time.Duration, issues bool) {
		m.ahead.Store(base + int64(offset))
		time.Sleep(time.Second) // requests that were signed before
		m.mu.Lock()
		m.issued, m.failures = 0, 0
		m.mu.Unlock()
		time.Sleep(r.time(3 * time.Second))
		m.mu.Lock()
		ok := (m.issued > 0) == issues && (m.failures > 0) != issues
		m.mu.Unlock()
		figures = append(figures, must(fmt.Sprintf("%s: tokens are given out: %v", what, issues), ok),
			must(fmt.Sprintf("%s: /readyz is green: %v", what, issues), m.ready() == issues))
	}
	step("at first", 0, true)
	step("1 h back", -time.Hour, false)
	step("back in place", time.Minute, true)
	step("1 h on", time.Hour, true)
	step("13 h on", 13*time.Hour, true)
	step("26 h on", 26*time.Hour, true)
	keys := m.rotations(ctx, 2, 75*time.Second)
	step("13 h back", 13*time.Hour, false)
	step("26 h on again", 26*time.Hour+time.Minute, true)
	time.Sleep(r.time(65 * time.Second))
	again := m.rotations(ctx, 3, 0)
	stop()
	text, err := os.ReadFile(log.Name())
	if err != nil {
		return nil, err
	}
	panics := strings.Count(string(text), "a request failed by our mistake") + strings.Count(string(text), "panic")
	figures = append(figures, zero("tokens taken after their twelve hours, or before their time", m.over), told("tokens taken", m.accepted), zero("panics", panics),
		figure{"token keys after the day, and after it again", fmt.Sprint(keys, ", ", again), "2, 2", keys == 2 && again == 2})
	if m.first != "" {
		figures = append(figures, told("found first", m.first))
	}
	return figures, nil
}

// issue gets a token as the clock is.
func (m *movedClock) issue(ctx context.Context, c *caller) error {
	own := *c
	own.now = m.now
	at := m.now()
	l, err := own.token(ctx)
	m.mu.Lock()
	defer m.mu.Unlock()
	if err != nil {
		m.failures++
		time.Sleep(5 * time.Millisecond)
		return err
	}
	m.issued++
	if m.given = append(m.given, given{l, at}); len(m.given) > 3000 {
		m.given = m.given[1000:]
	}
	return nil
}

// redeem shows the registry some of the tokens of all times. The clock may move meanwhile: what is taken is over only if
// it is so by the clock of before and of after.
func (m *movedClock) redeem(ctx context.Context, c *caller) error {
	m.mu.Lock()
	all := some(m.given, 2, 10)
	m.mu.Unlock()
	for _, g := range all {
		before := m.now()
		err := c.works(ctx, g.login)
		after := m.now()
		if err != nil {
			continue
		}
		m.mu.Lock()
		m.accepted++
		if g.over(before) && g.over(after) {
			m.over++
			if m.first == "" {
				m.first = fmt.Sprintf("a token of %v is taken at %v", g.at, after)
			}
		}
		m.mu.Unlock()
	}
	time.Sleep(5 * time.Millisecond)
	return nil
}

func (g given) over(now time.Time) bool {
	return now.Sub(g.at) > issuer.Lifetime+time.Second || g.at.Sub(now) > token.Skew+time.Second
}

// rotations waits until there are so many keys, and tells how many there are.
func (m *movedClock) rotations(ctx context.Context, want int, limit time.Duration) int {
	for began := time.Now(); ; time.Sleep(200 * time.Millisecond) {
		s, err := server.OpenStore(ctx, m.node.data)
		if err != nil {
			return -1
		}
		all, err := s.TokenKeys(ctx)
		if errors.Join(err, s.Close()) != nil {
			return -1
		}
		if len(all) >= want || time.Since(began) > limit {
			return len(all)
		}
	}
}

func (m *movedClock) ready() bool {
	a, err := http.Get(m.running.URL() + "/readyz")
	if err != nil {
		return false
	}
	a.Body.Close()
	return a.StatusCode == http.StatusOK
}
