package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"github.com/octroi/octroi/server"
)

// rotateOne runs octroid keyring rotate with a plan.
func (h *harmer) rotateOne(ctx context.Context, p plan) (report, error) {
	if !h.alive() {
		if err := h.start(ctx); err != nil {
			return report{}, err
		}
	}
	before, err := h.keys(ctx)
	if err != nil {
		return report{}, err
	}
	self, err := os.Executable()
	if err != nil {
		return report{}, err
	}
	t := traced{h.traced.node, h.socket + "-rotation"}
	if err := t.leave(p); err != nil {
		return report{}, err
	}
	text, failed := exec.CommandContext(ctx, self, traceWord, t.socket, h.octroid(), "keyring", "rotate", "--data", h.data).CombinedOutput()
	met, err := t.last()
	if err != nil {
		return met, fmt.Errorf("%w: %s", err, text)
	}
	after, err := h.keys(ctx)
	switch {
	case err != nil:
		h.found.wrong("the keys: %v", err)
	case failed == nil && after != before+1:
		h.found.gone("rotated, and there are %d keys after %d", after, before)
	case after != before && after != before+1:
		h.found.wrong("%d keys after %d", after, before)
	}
	c := h.caller()
	if _, err := c.token(ctx); err != nil {
		h.found.gone("no token after a rotation: %v", err)
	}
	if err := c.works(ctx, h.login); err != nil {
		h.found.gone("a token of before a rotation: %v", err)
	}
	if _, err := h.program(ctx, "keyring", "rotate"); err != nil {
		h.stuck++
		h.found.say("the same rotation again: %v", err)
	}
	return met, nil
}

func (h *harmer) octroid() string { return h.traced.node.octroid }

// keys is how many token keys there are.
func (h *harmer) keys(ctx context.Context) (int, error) {
	s, err := server.OpenStore(ctx, h.data)
	if err != nil {
		return 0, err
	}
	all, err := s.TokenKeys(ctx)
	return len(all), errors.Join(err, s.Close())
}
