package server

import (
	"context"
	"time"
)

// maintainEvery is how often the ring of token keys and the list of revocations are looked after.
const maintainEvery = time.Minute

// maintain rotates token keys when they are due, until ctx ends. A failure is logged and tried again: tokens keep
// being sealed with the old key meanwhile.
func (s *Server) maintain(ctx context.Context) {
	t := time.NewTicker(maintainEvery)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			if err := s.store.WriteLastUses(ctx); err != nil && ctx.Err() == nil {
				s.log.Error("noting when keys were used", "cause", err)
			}
			if err := s.issuer.Maintain(ctx); err != nil && ctx.Err() == nil {
				s.log.Error("looking after the token keys", "cause", err)
			}
		}
	}
}
