package audit_test

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

	"github.com/octroi/octroi/audit"
)

// configured is a log of its own in a folder.
func configured(folder string) audit.Config {
	return audit.Config{Folder: folder, Deployment: "test", Seed: [32]byte{1}}
}

func openLog(t *testing.T, folder string) *audit.Log {
	t.Helper()
	l, err := audit.Open(configured(folder))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// put records a refusal under an id.
func put(l *audit.Log, id string) error {
	return l.Append(&audit.Record{Time: time.Now().UTC().Format(time.RFC3339Nano), RequestID: id, Front: "aws", Outcome: audit.Refused, Code: "Code", Reason: "a reason"})
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
		var r audit.Record
		if err := json.Unmarshal([]byte(l), &r); err != nil || !strings.HasSuffix(l, "\n") {
			t.Fatalf("%.80q is no record: %v", l, err)
		}
		all = append(all, r.RequestID)
	}
	return all
}

// What a crash left half written is cut off, and the chain goes on where it was.
func TestOpenCutsATornLine(t *testing.T) {
	for name, torn := range map[string]string{
		"nothing": "", "a torn line": `{"eventVersion":"1.11",`, "one byte": "{",
		"torn over many blocks": strings.Repeat("x", 200<<10), "a block's length": strings.Repeat("x", 64<<10),
	} {
		for records := range 3 {
			t.Run(fmt.Sprint(name, " after ", records), func(t *testing.T) {
				folder := t.TempDir()
				path := filepath.Join(folder, "audit.jsonl")
				l := openLog(t, folder)
				want := []string{}
				for i := range records {
					want = append(want, fmt.Sprint(i))
					check(t, put(l, want[i]))
				}
				check(t, l.Close())
				text, err := os.ReadFile(path)
				check(t, errors.Join(err, os.WriteFile(path, append(text, torn...), 0o600)))
				l = openLog(t, folder)
				check(t, errors.Join(put(l, "new"), l.Close()))
				if diff := cmp.Diff(append(want, "new"), ids(t, path)); diff != "" {
					t.Error(diff)
				}
				verified(t, folder, 1, uint64(records)+1)
			})
		}
	}
}

// Whoever is told that records are on disk finds them there, however many ask at once.
func TestCommit(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "audit.jsonl")
	l := openLog(t, folder)
	var all sync.WaitGroup
	for w := range 16 {
		all.Go(func() {
			for i := range 20 {
				id := fmt.Sprintf("w%d-%d", w, i)
				if err := errors.Join(put(l, id), l.Sync(context.Background())); err != nil {
					t.Error(err)
				}
				if text, err := os.ReadFile(path); err != nil || !strings.Contains(string(text), `"requestID":"`+id+`"`) {
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
	folder := t.TempDir()
	path := filepath.Join(folder, "audit.jsonl")
	l := openLog(t, folder)
	if err := errors.Join(put(l, "1"), l.Close(), l.Close()); err != nil {
		t.Fatal(err)
	}
	if err := put(l, "2"); !errors.Is(err, audit.ErrLog) {
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
	l := stalled(t)
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer stop()
	err := l.Sync(ctx)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	// And what waits for such a disk is bounded.
	for n := 0; !errors.Is(err, audit.ErrLog); n++ {
		if n > audit.PendingLimit/100 {
			t.Fatal("takes records without a bound")
		}
		err = put(l, "more")
	}
}

// stalled is a log on a disk that takes nothing any more, until the test has ended.
func stalled(t *testing.T) *audit.Log {
	t.Helper()
	r, w, err := os.Pipe() // nobody reads: the write blocks
	if err != nil {
		t.Fatal(err)
	}
	l := audit.NewLog(w)
	for i := range 600 {
		if err := put(l, fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		r.Close()
		l.Close()
	})
	return l
}

// D17: a disk that does not answer is an error for whoever waits.
func TestHostileD17(t *testing.T) {
	l := stalled(t)
	if err := l.Sync(t.Context()); !errors.Is(err, audit.ErrLog) || !strings.Contains(err.Error(), "has not answered") {
		t.Errorf("a disk that stalls: %v", err)
	}
	if l.Lag() == 0 {
		t.Error("what is not on disk is not counted")
	}
}

// A flush that failed is never tried again and called good.
func TestFailedFlushIsForGood(t *testing.T) {
	r, w, err := os.Pipe() // takes writes, and cannot be flushed
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	l := audit.NewLog(w)
	if err := put(l, "1"); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := l.Sync(t.Context()); !errors.Is(err, audit.ErrLog) {
			t.Errorf("committed: %v", err)
		}
		if err := put(l, "2"); !errors.Is(err, audit.ErrLog) {
			t.Errorf("taken: %v", err)
		}
	}
	if l.Err() == nil {
		t.Error("the log says that it is well")
	}
	select {
	case <-l.Broken():
	default:
		t.Error("nobody is told that the log is broken")
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
	l := audit.NewLog(f)
	if err := put(l, "1"); err != nil {
		t.Fatal(err)
	}
	if err := l.Sync(t.Context()); !errors.Is(err, audit.ErrLog) {
		t.Errorf("committed: %v", err)
	}
	if err := errors.Join(put(l, "waits"), l.Sync(t.Context())); !errors.Is(err, audit.ErrLog) {
		t.Errorf("taken: %v", err)
	}
	l.Close()
}
