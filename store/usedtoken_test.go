package store_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/octroi/octroi/store"
)

// A token is taken once, whoever of many at once comes first; another one, or another provider's, is another one. And
// nothing is kept of a token that is over.
func TestUseOnce(t *testing.T) {
	ctx := t.Context()
	s, path := openNew(t)
	beside := openAt(t, path)
	before := must(s.Version(ctx))(t)
	until := time.Now().Add(time.Hour)
	var all sync.WaitGroup
	var mu sync.Mutex
	taken := 0
	for i := range 16 {
		all.Go(func() {
			by := s
			if i%2 == 1 {
				by = beside
			}
			err := by.UseOnce(ctx, "arn", "token", until)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				taken++
			} else if !errors.Is(err, store.ErrExists) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if taken != 1 {
		t.Errorf("taken %d times", taken)
	}
	check(t, s.UseOnce(ctx, "arn", "other", until))
	check(t, s.UseOnce(ctx, "other", "token", until))
	wantErr(t, "again", s.UseOnce(ctx, "other", "token", until), store.ErrExists)
	check(t, s.UseOnce(ctx, "arn", "over", time.Now().Add(-time.Minute)))
	check(t, s.UseOnce(ctx, "arn", "next", until))
	check(t, s.UseOnce(ctx, "arn", "over", until)) // was forgotten
	if after := must(s.Version(ctx))(t); after != before {
		t.Error("it makes a new version")
	}
}
