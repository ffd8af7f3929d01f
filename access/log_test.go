package access_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/principal"
)

// control writes to a log of its own; its records need no store.
func control(l *access.Log) *access.Control {
	return &access.Control{Log: l, Now: func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }}
}

func openLog(t *testing.T, path string) *access.Log {
	t.Helper()
	l, err := access.OpenLog(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// put records a refusal under an id.
func put(c *access.Control, id string) error {
	return c.Refuse(context.Background(), access.Call{RequestID: id, Front: "aws"}, principal.Principal{}, "", "", "Code", "a reason")
}

// ids are the request ids of a file of records, each of which must be whole.
func ids(t *testing.T, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for l := range strings.Lines(string(text)) {
		var r access.Record
		if err := json.Unmarshal([]byte(l), &r); err != nil || !strings.HasSuffix(l, "\n") {
			t.Fatalf("%.80q is no record: %v", l, err)
		}
		all = append(all, r.RequestID)
	}
	return all
}

func TestOpenCutsATornLine(t *testing.T) {
	const whole = `{"requestId":"1"}` + "\n"
	for name, c := range map[string]struct{ before, kept string }{
		"nothing":               {"", ""},
		"whole lines":           {whole + whole, whole + whole},
		"a torn last line":      {whole + whole[:7], whole},
		"only a torn line":      {whole[:7], ""},
		"one byte":              {"{", ""},
		"torn over many blocks": {whole + strings.Repeat("x", 200<<10), whole},
		"a block's length":      {strings.Repeat("x", 64<<10-1) + "\n", strings.Repeat("x", 64<<10-1) + "\n"},
		"just over a block":     {whole + strings.Repeat("x", 64<<10), whole},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "audit.jsonl")
			if err := os.WriteFile(path, []byte(c.before), 0o600); err != nil {
				t.Fatal(err)
			}
			l := openLog(t, path)
			if err := errors.Join(put(control(l), "new"), l.Close()); err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			rest, ok := strings.CutPrefix(string(got), c.kept)
			if !ok || !strings.HasPrefix(rest, `{"time":`) || strings.Count(rest, "\n") != 1 {
				t.Errorf("after the %d bytes to be kept: %.100q", len(c.kept), rest)
			}
		})
	}
}

// Whoever is told that records are on disk finds them there, however many ask at once.
func TestCommit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	l := openLog(t, path)
	c := control(l)
	var all sync.WaitGroup
	for w := range 16 {
		all.Go(func() {
			for i := range 20 {
				id := fmt.Sprintf("w%d-%d", w, i)
				if err := errors.Join(put(c, id), c.Commit(context.Background())); err != nil {
					t.Error(err)
				}
				if text, err := os.ReadFile(path); err != nil || !strings.Contains(string(text), `"requestId":"`+id+`"`) {
					t.Errorf("%s is not in the file: %v", id, err)
				}
			}
		})
	}
	all.Wait()
	got := ids(t, path)
	last := map[string]int{}
	for _, id := range got {
		var w, i int
		fmt.Sscanf(id, "w%d-%d", &w, &i)
		if key := fmt.Sprint(w); i != last[key] {
			t.Fatalf("record %s is out of order", id)
		} else {
			last[key] = i + 1
		}
	}
	if len(got) != 320 {
		t.Errorf("%d records, want 320", len(got))
	}
}

func TestClosedLogTakesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	l := openLog(t, path)
	c := control(l)
	if err := errors.Join(put(c, "1"), l.Close(), l.Close()); err != nil {
		t.Fatal(err)
	}
	if err := put(c, "2"); !errors.Is(err, access.ErrLog) {
		t.Errorf("got %v", err)
	}
	if diff := cmp.Diff([]string{"1"}, ids(t, path)); diff != "" {
		t.Error(diff)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v: %v", info.Mode(), err)
	}
}

func TestCommitEndsWithItsContext(t *testing.T) {
	r, w, err := os.Pipe() // nobody reads: the write blocks
	if err != nil {
		t.Fatal(err)
	}
	l := access.NewLog(w)
	c := control(l)
	for i := range 600 {
		if err := put(c, fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer stop()
	if err := c.Commit(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	// And what waits for such a disk is bounded.
	for n := 0; err == nil; n++ {
		if n > access.PendingLimit/100 {
			t.Fatal("takes records without a bound")
		}
		err = put(c, "more")
	}
	if !errors.Is(err, access.ErrLog) {
		t.Errorf("got %v", err)
	}
	r.Close()
	l.Close()
}

// A flush that failed is never tried again and called good.
func TestFailedFlushIsForGood(t *testing.T) {
	r, w, err := os.Pipe() // takes writes, and cannot be flushed
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	l := access.NewLog(w)
	c := control(l)
	if err := put(c, "1"); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := c.Commit(t.Context()); !errors.Is(err, access.ErrLog) {
			t.Errorf("committed: %v", err)
		}
		if err := put(c, "2"); !errors.Is(err, access.ErrLog) {
			t.Errorf("taken: %v", err)
		}
	}
	if l.Err() == nil {
		t.Error("the log says that it is well")
	}
	if err := l.Close(); err == nil {
		t.Error("closed as if all was on disk")
	}
}

func TestFileThatCannotBeWritten(t *testing.T) {
	f, err := os.Open(filepath.Join(t.TempDir(), ".")) // a folder
	if err != nil {
		t.Fatal(err)
	}
	l := access.NewLog(f)
	c := control(l)
	if err := put(c, "1"); err != nil {
		t.Fatal(err)
	}
	if err := c.Commit(t.Context()); !errors.Is(err, access.ErrLog) {
		t.Errorf("committed: %v", err)
	}
	if err := put(c, "2"); !errors.Is(err, access.ErrLog) {
		t.Errorf("taken: %v", err)
	}
	l.Close()
}
