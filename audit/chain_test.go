package audit_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/octroi/octroi/audit"
)

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func verifier(folder string) audit.Verifier {
	return audit.Verifier{Folder: folder, PublicKey: audit.PublicKey([32]byte{1}), Deployment: "test"}
}

func verified(t *testing.T, folder string, from, to uint64) {
	t.Helper()
	r, err := verifier(folder).Verify()
	if err != nil || r.From != from || r.To != to || r.Head.Sequence > to {
		t.Errorf("verified %d to %d with head %d, want %d to %d: %v", r.From, r.To, r.Head.Sequence, from, to, err)
	}
}

// written is a log of n records in files of few each.
func written(t *testing.T, n int) string {
	t.Helper()
	folder := t.TempDir()
	c := configured(folder)
	c.MaxBytes = 1500
	l, err := audit.Open(c)
	check(t, err)
	for i := range n {
		check(t, errors.Join(put(l, fmt.Sprint(i)), l.Sync(t.Context())))
	}
	check(t, l.Close())
	return folder
}

// The chain goes over files that were put away, restarts, and files that are not there any more.
func TestRotation(t *testing.T) {
	folder := written(t, 10)
	files, err := audit.Files(folder)
	check(t, err)
	if len(files) < 3 {
		t.Fatalf("files: %q", files)
	}
	verified(t, folder, 1, 10)
	l := openLog(t, folder)
	check(t, errors.Join(put(l, "10"), l.Close()))
	verified(t, folder, 1, 11)

	seen := uint64(0)
	check(t, audit.Read(folder, func(r audit.Record) error {
		if seen++; r.Sequence != seen || r.RequestID != fmt.Sprint(seen-1) {
			t.Errorf("record %d is %+v", seen, r)
		}
		return nil
	}))
	check(t, audit.Backward(folder, func(r audit.Record) error {
		if r.Sequence != seen {
			t.Errorf("backward: record %d stands where %d should", r.Sequence, seen)
		}
		seen--
		if seen == 3 {
			return audit.ErrStop
		}
		return nil
	}))
	if seen != 3 {
		t.Errorf("backward ends at %d", seen)
	}

	check(t, os.Remove(files[0]))
	r, err := verifier(folder).Verify()
	if err != nil || r.From < 2 || r.To != 11 {
		t.Errorf("without the oldest file: %+v, %v", r, err)
	}
}

// A rotation that was cut off between putting the file away and beginning the next one is taken up again.
func TestRotationCutOff(t *testing.T) {
	folder := t.TempDir()
	l := openLog(t, folder)
	check(t, errors.Join(put(l, "0"), put(l, "1"), l.Close()))
	check(t, os.Rename(filepath.Join(folder, "audit.jsonl"), filepath.Join(folder, "audit-00000000000000000001.jsonl")))
	l = openLog(t, folder)
	check(t, errors.Join(put(l, "2"), l.Close()))
	verified(t, folder, 1, 3)
}

// A file that is old enough is put away, however small.
func TestRotationByAge(t *testing.T) {
	folder, begun := t.TempDir(), time.Now()
	var hours atomic.Int64 // later it is: the log's own goroutine asks
	c := configured(folder)
	c.MaxAge, c.Now = time.Hour, func() time.Time { return begun.Add(time.Duration(hours.Load()) * time.Hour) }
	l, err := audit.Open(c)
	check(t, err)
	check(t, errors.Join(put(l, "0"), l.Sync(t.Context())))
	hours.Add(1)
	check(t, errors.Join(put(l, "1"), l.Sync(t.Context()), l.Close()))
	if away, err := audit.Away(folder); err != nil || len(away) != 1 {
		t.Errorf("put away: %q, %v", away, err)
	}
	verified(t, folder, 1, 2)

	// The age is that of the first record, whatever was written since and however often the service was started.
	l, err = audit.Open(c)
	check(t, err)
	hours.Add(1)
	check(t, errors.Join(put(l, "2"), l.Close()))
	if away, err := audit.Away(folder); err != nil || len(away) != 2 {
		t.Errorf("put away after a restart: %q, %v", away, err)
	}
	verified(t, folder, 1, 3)
}

// H06: whatever is done to the records, the first one that is not as it was written is named.
func TestHostileH06(t *testing.T) {
	whole := written(t, 3)
	name := "audit.jsonl"
	lines := func(text string) []string { return strings.SplitAfter(strings.TrimSuffix(text, "\n"), "\n") }
	for what, tc := range map[string]struct {
		do   func([]string) []string
		want string
	}{
		"untouched":      {func(l []string) []string { return l }, ""},
		"a byte altered": {func(l []string) []string { l[1] = strings.Replace(l[1], "a reason", "A reason", 1); return l }, "record 2 (audit.jsonl, line 2) was altered"},
		"the first one altered": {func(l []string) []string { l[0] = strings.Replace(l[0], "a reason", "A reason", 1); return l },
			"record 1 (audit.jsonl, line 1) was altered"},
		"one deleted":     {func(l []string) []string { return append(l[:1], l[2:]...) }, "record 2 (audit.jsonl, line 2) is missing"},
		"two changed":     {func(l []string) []string { l[1], l[2] = l[2], l[1]; return l }, "record 2 (audit.jsonl, line 2) is missing"},
		"one twice":       {func(l []string) []string { return append(l[:2:2], l[1:]...) }, "record 3 (audit.jsonl, line 3) is not in its place"},
		"the last cut":    {func(l []string) []string { return l[:4] }, "missing at the end"},
		"all cut":         {func([]string) []string { return nil }, "missing at the end"},
		"garbage":         {func(l []string) []string { l[2] = "{}\n"; return l }, "record 3 (audit.jsonl, line 3) is no record"},
		"another's chain": {func(l []string) []string { return chained(t, len(l)) }, "is not the one that the head was signed for"},
		"the same again":  {func(l []string) []string { return append(l, l...) }, "is not in its place"},
	} {
		t.Run(what, func(t *testing.T) {
			folder := t.TempDir()
			l := openLog(t, folder)
			for i := range 5 {
				check(t, put(l, fmt.Sprint(i)))
			}
			check(t, l.Close())
			path := filepath.Join(folder, name)
			text, err := os.ReadFile(path)
			check(t, err)
			check(t, os.WriteFile(path, []byte(strings.Join(tc.do(lines(string(text)+"\n")), "")), 0o600))
			_, err = verifier(folder).Verify()
			if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
			again, err := audit.Open(configured(folder))
			if err == nil {
				again.Close()
			}
			if strings.Contains(tc.want, "missing at the end") && !errors.Is(err, audit.ErrCut) {
				t.Errorf("a log that was cut is appended to: %v", err)
			}
		})
	}
	verified(t, whole, 1, 3)
}

// chained is a log that somebody made anew, with a chain that holds in itself.
func chained(t *testing.T, n int) []string {
	t.Helper()
	folder := t.TempDir()
	c := configured(folder)
	c.Seed = [32]byte{2}
	l, err := audit.Open(c)
	check(t, err)
	for i := range n {
		check(t, put(l, fmt.Sprint("other", i)))
	}
	check(t, l.Close())
	text, err := os.ReadFile(filepath.Join(folder, "audit.jsonl"))
	check(t, err)
	return []string{string(text)}
}

// Nobody without the key can make a head, and a log with records has one.
func TestHead(t *testing.T) {
	for what, do := range map[string]func(path string) error{
		"removed":   os.Remove,
		"emptied":   func(path string) error { return os.Truncate(path, 0) },
		"rewritten": func(path string) error { return os.WriteFile(path, []byte(strings.Repeat("{}\n", 400)), 0o600) },
	} {
		folder := written(t, 2)
		check(t, do(filepath.Join(folder, "audit.head")))
		if _, err := verifier(folder).Verify(); !errors.Is(err, audit.ErrNoHead) {
			t.Errorf("%s: verified: %v", what, err)
		}
		if _, err := audit.Open(configured(folder)); !errors.Is(err, audit.ErrNoHead) {
			t.Errorf("%s: opened: %v", what, err)
		}
	}
	folder := written(t, 2)
	other := verifier(folder)
	other.Deployment = "other"
	if _, err := other.Verify(); !errors.Is(err, audit.ErrNoHead) {
		t.Errorf("of another deployment: %v", err)
	}
	torn := filepath.Join(folder, "audit.head")
	text, err := os.ReadFile(torn)
	check(t, err)
	for slot := range 2 { // one of the two is always left
		b := append([]byte{}, text...)
		copy(b[slot*512:], "torn")
		check(t, os.WriteFile(torn, b, 0o600))
		if _, err := verifier(folder).Verify(); err != nil {
			t.Errorf("slot %d torn: %v", slot, err)
		}
	}
}
