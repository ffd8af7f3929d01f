package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"github.com/octroi/octroi/audit"
)

// killAtWork is RL1: kill -9 at random times while tokens are issued and revoked, keys rotated, images pushed and users
// changed, with an audit log of a million lines.
func killAtWork(ctx context.Context, r *run) ([]figure, error) {
	firsts, err := killFirstStarts(ctx, r, r.count(20))
	if err != nil {
		return nil, err
	}
	n, err := r.started(ctx, unlimited)
	if err != nil {
		return nil, err
	}
	w, err := hire(ctx, n)
	if err != nil {
		return nil, err
	}
	lines := r.count(1_000_000)
	if err := n.stop(); err != nil {
		return nil, err
	}
	if err := lengthen(ctx, n.data, lines, audit.DefaultMaxBytes); err != nil {
		return nil, err
	}
	r.say("an audit log of %d lines", lines)
	if err := n.start(ctx); err != nil {
		return nil, err
	}
	var found loss
	var slowest time.Duration
	records := recordReader{path: filepath.Join(n.data, "audit.jsonl"), allowed: map[string]int{}}
	if err := records.skip(); err != nil {
		return nil, err
	}
	w.tokens = nil
	kills := r.count(500)
	for i := range kills {
		stop := w.work(ctx, w.everything()...)
		time.Sleep(time.Duration(50+rand.IntN(400)) * time.Millisecond)
		n.kill()
		stop()
		records.compare(w.ledger, &found)
		if err := n.start(ctx); err != nil {
			return nil, fmt.Errorf("after kill %d: %w", i+1, err)
		}
		slowest = max(slowest, n.ready)
		w.check(ctx, w.caller(), 2, 2, &found)
		if i%100 == 99 {
			r.say("%d kills", i+1)
		}
	}
	w.check(ctx, w.caller(), len(w.blobs)+len(w.users)+len(w.tokens), 0, &found)
	w.caller().checkWhole(ctx, &found)
	if text, err := n.program(ctx, "audit", "verify"); err != nil {
		found.wrong("audit verify: %v %s", err, text)
	}
	return append(found.figures(), told("kills", fmt.Sprintf("%d at work, %d in the first start", kills, firsts)), told("acknowledged", w.sum()),
		must("acknowledged enough to prove something", len(w.tokens) >= kills && w.sways >= kills && len(w.images) >= kills/20),
		told("audit lines", lines), atMost("ready, slowest start after a kill", slowest, 2*time.Second)), nil
}

// killFirstStarts kills a service in its first start, and starts it again: there is one administrator, and its key works.
func killFirstStarts(ctx context.Context, r *run, times int) (int, error) {
	for range times {
		n, err := r.newNode(unlimited)
		if err != nil {
			return 0, err
		}
		if n.data, err = os.MkdirTemp(r.folder, "first-"); err != nil {
			return 0, err
		}
		if err := n.launch(); err != nil {
			return 0, err
		}
		time.Sleep(time.Duration(rand.IntN(200)) * time.Millisecond)
		n.kill()
		if err := n.start(ctx); err != nil {
			return 0, err
		}
		if _, err := hire(ctx, n); err != nil {
			return 0, fmt.Errorf("after a kill in the first start: %w", err)
		}
		n.kill()
	}
	return times, nil
}

// recordReader compares the records on disk with the tokens that have left, after each kill.
type recordReader struct {
	path    string
	at      int64
	tokens  int
	allowed map[string]int
}

func (r *recordReader) skip() error {
	info, err := os.Stat(r.path)
	if err == nil {
		r.at = info.Size()
	}
	return err
}

// compare expects the records of both decisions behind each token.
func (r *recordReader) compare(l *ledger, found *loss) {
	f, err := os.Open(r.path)
	if err != nil {
		found.wrong("the audit log: %v", err)
		return
	}
	defer f.Close()
	f.Seek(r.at, io.SeekStart)
	lines := bufio.NewReaderSize(f, 1<<20)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			break // a torn line: nothing of it was acknowledged
		}
		r.at += int64(len(line))
		var record audit.Record
		if err := json.Unmarshal(bytes.TrimSpace(line), &record); err != nil {
			found.wrong("a record that is none: %v", err)
		}
		if record.Outcome == audit.Allowed && (record.Action == "ecr-public:GetAuthorizationToken" || record.Action == "sts:GetServiceBearerToken") {
			r.allowed[record.RequestID]++
		}
	}
	for _, t := range l.tokens[r.tokens:] {
		if r.allowed[t.requestID] != 2 {
			found.gone("the token of request %s left with %d records", t.requestID, r.allowed[t.requestID])
		}
		delete(r.allowed, t.requestID)
	}
	r.tokens = len(l.tokens)
}
