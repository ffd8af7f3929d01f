package server

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"
)

// shortestGrace is the least time that what nothing leads to is left alone.
const shortestGrace = 10 * time.Second

// collectFile is locked by whoever collects, and, together with others of its kind, by whoever has to find all that it
// has seen a link to.
const collectFile = "collect.lock"

// collect removes what nothing in the registry leads to, again and again, until ctx ends. The first time comes soon: a
// service that is started every day would never get there.
func (s *Server) collect(ctx context.Context) {
	every := s.config.Registry.CollectEvery
	if every <= 0 {
		return
	}
	next := time.NewTimer(max(every/24, time.Second))
	defer next.Stop()
	ages := newAges()
	for {
		select {
		case <-ctx.Done():
			return
		case <-next.C:
		}
		next.Reset(every)
		if !ages.right(s.config.Registry.CollectAfter) {
			s.log.Warn("the clock has jumped: nothing is collected this time, since nothing's age can be told")
		} else if err := s.collectOnce(ctx); err != nil && ctx.Err() == nil {
			s.log.Error("collecting what nothing in the registry leads to", "cause", err)
		}
	}
}

// collectOnce is one pass, unless a backup or a check is under way.
func (s *Server) collectOnce(ctx context.Context) error {
	alone, err := lockWhole(filepath.Join(s.config.Data, collectFile))
	if errors.Is(err, errLocked) {
		s.log.Info("nothing is collected now: a backup or a check is under way")
		return nil
	}
	if err != nil {
		return err
	}
	defer alone.Close()
	began := time.Now()
	did, err := s.engine.Collect(ctx, began)
	s.metrics.Collected(did.Blobs, did.Bytes)
	if did.Any() {
		s.log.Info("removed what nothing in the registry led to", "blobs", did.Blobs, "bytes", did.Bytes, "links", did.Links,
			"unfinishedTags", did.Tags, "unreadableManifests", did.Unreadable, "took", time.Since(began).Round(time.Millisecond))
	}
	return err
}

// ages tell whether the clock, by which files have their ages, went as time did.
type ages struct{ began time.Time }

func newAges() *ages { return &ages{time.Now()} }

// right compares the clock with what passed since it was last asked.
func (a *ages) right(most time.Duration) bool {
	now := time.Now()
	passed, clock := now.Sub(a.began), now.Round(0).Sub(a.began.Round(0))
	a.began = now
	return (clock - passed).Abs() < most/2
}

// keepAll keeps the service from collecting until the file is closed: for who reads links first, and then what they
// lead to.
func keepAll(data string) (*os.File, error) { return lockShared(filepath.Join(data, collectFile)) }
