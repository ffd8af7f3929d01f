//go:build unix

package audit_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/octroi/octroi/audit"
	"github.com/octroi/octroi/internal/fulldisk"
)

// On a full disk nothing is said to be recorded; the file stays lines; with room again the log takes records by
// itself, and what it had taken before is not lost.
func TestFullDisk(t *testing.T) {
	if !fulldisk.Apart(t) {
		return
	}
	folder := t.TempDir()
	path := filepath.Join(folder, "audit.jsonl")
	l := openLog(t, folder)
	var want []string
	if err := errors.Join(put(l, "before"), l.Sync(t.Context())); err != nil {
		t.Fatal(err)
	}
	want = append(want, "before")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	empty := fulldisk.Beyond(t, info.Size()+100) // a write is torn
	if err := put(l, "full"); err != nil {
		t.Fatal(err)
	}
	want = append(want, "full")
	if err := l.Sync(t.Context()); !errors.Is(err, audit.ErrLog) {
		t.Fatalf("committed on a full disk: %v", err)
	}
	if err := put(l, "waits"); err != nil || l.Err() == nil {
		t.Errorf("a record does not wait for room: %v", err)
	}
	want = append(want, "waits")
	if err := l.Sync(t.Context()); !errors.Is(err, audit.ErrLog) {
		t.Fatalf("committed on a full disk: %v", err)
	}
	for began := time.Now(); ; time.Sleep(time.Millisecond) { // the log tries again, and cuts off again what did not fit
		if now, err := os.Stat(path); err == nil && now.Size() == info.Size() {
			break
		}
		if time.Since(began) > 5*time.Second {
			t.Fatal("a torn line stays in the file")
		}
	}
	empty()
	for began, i := time.Now(), 0; ; i++ {
		id := fmt.Sprint("after", i)
		if err := put(l, id); err != nil {
			t.Fatal(err)
		}
		want = append(want, id)
		if l.Sync(t.Context()) == nil {
			break
		}
		if time.Since(began) > 5*time.Second {
			t.Fatal("does not take records again")
		}
		time.Sleep(10 * time.Millisecond)
	}
	if err := l.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, ids(t, path)); diff != "" {
		t.Error(diff)
	}
	verified(t, folder, 1, uint64(len(want)))
}
