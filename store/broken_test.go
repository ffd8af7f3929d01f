package store_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/octroi/octroi/store"
)

// coded is an error as the database's driver has them.
type coded int

func (c coded) Error() string { return fmt.Sprintf("disk I/O error (%d)", int(c)) }
func (c coded) Code() int     { return int(c) }

// A full disk, and one that is locked, are over some time; after a flush that failed nothing is written any more.
func TestFlushThatFails(t *testing.T) {
	h := open(t)
	for _, code := range []coded{5, 13, 10, 10 | 3<<8, 10 | 12<<8} {
		if err := h.Judge(fmt.Errorf("committing: %w", code)); errors.Is(err, store.ErrBroken) {
			t.Errorf("broken for good by code %d", code)
		}
	}
	if _, err := h.CreateUser(t.Context(), account, "before"); err != nil {
		t.Fatal(err)
	}
	if err := h.Judge(fmt.Errorf("committing: %w", coded(1034))); !errors.Is(err, store.ErrBroken) {
		t.Errorf("a flush that failed: %v", err)
	}
	select {
	case <-h.Broken():
	default:
		t.Error("nobody is told")
	}
	if _, err := h.CreateUser(t.Context(), account, "after"); !errors.Is(err, store.ErrBroken) {
		t.Errorf("afterwards: %v", err)
	}
	if _, err := h.UserByName(t.Context(), account, "before"); err != nil {
		t.Errorf("what is there cannot be read: %v", err)
	}
}
