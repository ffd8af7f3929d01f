package audit_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/audit"
)

// keptLog is a folder with a log of a few records, and what its two files hold: the same in every process that fuzzes.
func keptLog(f *testing.F) (folder string, log, head []byte) {
	folder = f.TempDir()
	l, err := audit.Open(configured(folder))
	for i := range 3 {
		if err == nil {
			err = l.Append(&audit.Record{ID: fmt.Sprint("id", i), Time: "2026-01-02T03:04:05Z", RequestID: fmt.Sprint(i), Front: "aws", Outcome: audit.Refused, Code: "Code", Reason: "a \"reason\"\n"})
		}
		if err == nil {
			err = l.Sync(f.Context())
		}
	}
	if err == nil {
		err = l.Close()
	}
	if err == nil {
		log, err = os.ReadFile(filepath.Join(folder, "audit.jsonl"))
	}
	if err == nil {
		head, err = os.ReadFile(filepath.Join(folder, audit.HeadFile))
	}
	if err != nil {
		f.Fatal(err)
	}
	return folder, log, head
}

// FuzzVerify: no other text than the one that was written passes for the log (H06); and the readers, which check no
// chain, read the same records in both directions.
func FuzzVerify(f *testing.F) {
	folder, log, _ := keptLog(f)
	lines := bytes.SplitAfter(log, []byte("\n"))
	f.Add(log)
	f.Add(bytes.Join([][]byte{lines[0], lines[2], lines[1]}, nil))
	f.Add(bytes.Join(lines[1:], nil))
	f.Add(log[:len(log)-1])
	f.Add(append(bytes.Clone(log), lines[2]...))
	f.Add(bytes.Replace(log, []byte(`"Code"`), []byte(`"code"`), 1))
	f.Add(bytes.Repeat([]byte("x"), 70<<10))
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := os.WriteFile(filepath.Join(folder, "audit.jsonl"), text, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := verifier(folder).Verify(); err == nil && !bytes.HasPrefix(text, log) {
			t.Fatalf("verified: %q", text)
		}
		var forward, backward []uint64
		ferr := audit.Read(folder, func(r audit.Record) error { forward = append(forward, r.Sequence); return nil })
		berr := audit.Backward(folder, func(r audit.Record) error { backward = append([]uint64{r.Sequence}, backward...); return nil })
		if diff := cmp.Diff(forward, backward); ferr == nil && (berr != nil || diff != "") {
			t.Fatalf("backward %v: %s", berr, diff)
		}
	})
}

// FuzzHead: a head that this service did not sign is none, and one that it did says how far the log was.
func FuzzHead(f *testing.F) {
	folder, log, head := keptLog(f)
	f.Add(head)
	f.Add(head[:len(head)/2])
	f.Add(bytes.Replace(head, []byte(`"sequence":3`), []byte(`"sequence":2`), 1))
	f.Add([]byte(`{"sequence":1,"hash":"","time":"","signature":""}`))
	if err := os.WriteFile(filepath.Join(folder, "audit.jsonl"), log, 0o600); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := os.WriteFile(filepath.Join(folder, audit.HeadFile), text, 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := verifier(folder).Verify()
		if err != nil {
			if !errors.Is(err, audit.ErrNoHead) {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		if !bytes.Contains(head, []byte(r.Head.Hash)) || r.Head.Sequence < 1 || r.Head.Sequence > 3 {
			t.Fatalf("took %+v", r.Head)
		}
	})
}

// FuzzRecord: a line that is read is written again as one line that is read as the same record.
func FuzzRecord(f *testing.F) {
	_, log, _ := keptLog(f)
	for line := range bytes.Lines(log) {
		f.Add(line)
	}
	f.Add([]byte(`{"userIdentity":{"type":"AssumedRole","sessionContext":{"sessionIssuer":{"type":"Role","arn":"a"}}},"additionalEventData":{"outcome":"allowed","reason":"\u2028","statement":{}}}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		var r, again, third audit.Record
		if json.Unmarshal(line, &r) != nil {
			return
		}
		text, err := json.Marshal(r)
		if err != nil || bytes.ContainsAny(text, "\n\r\x1b") {
			t.Fatalf("%q is written as %q: %v", line, text, err)
		}
		if err := json.Unmarshal(text, &again); err != nil {
			t.Fatalf("%q is not read: %v", text, err)
		}
		// What never is in a record may change the first time: a name beside an anonymous identity.
		text, err = json.Marshal(again)
		if err == nil {
			err = json.Unmarshal(text, &third)
		}
		if diff := cmp.Diff(again, third); err != nil || diff != "" {
			t.Fatalf("%q: %v %s", text, err, diff)
		}
	})
}
