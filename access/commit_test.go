package access_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/audit"
	"github.com/octroi/octroi/principal"
)

// Whoever has committed finds its records in the file, whole, each once, and in the order of its own calls.
func TestCommittedRecordsAreInTheFile(t *testing.T) {
	const callers, calls = 32, 50
	folder := t.TempDir()
	path := filepath.Join(folder, "audit.jsonl")
	log, err := audit.Open(audit.Config{Folder: folder})
	if err != nil {
		t.Fatal(err)
	}
	control := &access.Control{Log: log, Now: time.Now}
	var all sync.WaitGroup
	for caller := range callers {
		all.Go(func() {
			for n := range calls {
				id := fmt.Sprintf("%d/%d", caller, n)
				if err := control.Permit(t.Context(), access.Call{RequestID: id}, principal.Principal{}, "", "", "a test"); err != nil {
					t.Error(err)
				}
				if err := control.Commit(t.Context()); err != nil {
					t.Error(err)
				}
				if text, err := os.ReadFile(path); err != nil || !bytes.Contains(text, []byte(`"`+id+`"`)) {
					t.Errorf("record %s was committed and is not in the file (%v)", id, err)
				}
			}
		})
	}
	all.Wait()
	if err := log.Close(); err != nil {
		t.Error(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	next := map[int]int{}
	for line := range bytes.Lines(text) {
		var r audit.Record
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		var caller, n int
		if _, err := fmt.Sscanf(r.RequestID, "%d/%d", &caller, &n); err != nil {
			t.Fatal(err)
		}
		if n != next[caller] {
			t.Errorf("caller %d: record %d stands where %d should", caller, n, next[caller])
		}
		next[caller] = n + 1
	}
	if len(next) != callers {
		t.Errorf("records of %d callers, want %d", len(next), callers)
	}
}
