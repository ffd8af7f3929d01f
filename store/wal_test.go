package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/octroi/octroi/store"
)

const frameSize = 24 + 4096

// crashed copies a store's file and its log as they are at this moment, which is what kill -9 leaves.
func crashed(t *testing.T, path string) (copied string, log []byte) {
	t.Helper()
	copied = filepath.Join(t.TempDir(), "octroi.db")
	check(t, os.WriteFile(copied, must(os.ReadFile(path))(t), 0o600))
	log = must(os.ReadFile(path + "-wal"))(t)
	check(t, os.WriteFile(copied+"-wal", log, 0o600))
	return copied, log
}

// change makes a change that is one transaction.
func change(t *testing.T, s *store.Store, n int) {
	t.Helper()
	check(t, s.Revoke(context.WithoutCancel(t.Context()), store.RevokeToken, fmt.Sprint("token ", n), time.Now()))
}

// busyLog is a store after a crash with changes in its log.
func busyLog(t *testing.T) (path string, log []byte) {
	t.Helper()
	s, live := openNew(t)
	for n := range 6 {
		change(t, s, n)
	}
	return crashed(t, live)
}

// transactions are where those of a log end, in bytes; the head is the first.
func transactions(log []byte) (ends []int) {
	ends = []int{32}
	for at := 32; at+frameSize <= len(log) && bytes.Equal(log[at+8:at+16], log[16:24]); at += frameSize {
		if binary.BigEndian.Uint32(log[at+4:]) != 0 {
			ends = append(ends, at+frameSize)
		}
	}
	return ends
}

// RL22: a flipped byte in the log of a store that was killed is found, in whatever change that others follow.
func TestLogDamageIsFound(t *testing.T) {
	_, log := busyLog(t)
	if d := must(store.DamageOf(log))(t); d != nil {
		t.Fatal(d)
	}
	ends := transactions(log)
	last := ends[len(ends)-2] // where the last transaction begins
	step := 29
	if testing.Short() {
		step = 499
	}
	for at := 0; at < last; at++ {
		inHead := at < 32 || (at-32)%frameSize < 24
		if !inHead && (at-32)%step != 0 {
			continue
		}
		change := byte(1 + rand.IntN(255))
		log[at] ^= change
		if must(store.DamageOf(log))(t) == nil && !unclear(log, at, last) {
			t.Errorf("byte %d of %d (frame %d, byte %d of it) is another one, and nothing is found", at, last, (at-32)/frameSize+1, (at-32)%frameSize)
		}
		log[at] ^= change
	}
}

// unclear reports the last frame before the last transaction, where its head lies across two sectors or has lost its mark.
func unclear(text []byte, at, last int) bool {
	head := last - frameSize
	return at >= head && (head/512 != (head+23)/512 || binary.BigEndian.Uint32(text[head+4:]) == 0)
}

// A store does not begin on a damaged log, which SQLite would read to the damage. It begins after what the error says to do, with
// the changes from before.
func TestDamagedLogIsRefused(t *testing.T) {
	path, log := busyLog(t)
	ends := transactions(log)
	text := bytes.Clone(log)
	text[ends[len(ends)-4]+2000] ^= 1 // in the third change from the end
	check(t, os.WriteFile(path+"-wal", text, 0o600))
	_, err := store.Open(t.Context(), store.Config{Path: path, Root: root})
	var found *store.LogDamage
	if !errors.As(err, &found) || found.Sound != int64(ends[len(ends)-4]) {
		t.Fatalf("%v, want damage at %d", err, ends[len(ends)-4])
	}
	if now := must(os.ReadFile(path + "-wal"))(t); !bytes.Equal(now, text) {
		t.Error("the log was changed")
	}
	check(t, os.Truncate(path+"-wal", found.Sound))
	s := openAt(t, path)
	for n, there := range []bool{true, true, true, false, false, false} {
		if at := must(s.Revoked(t.Context(), store.RevokeToken, fmt.Sprint("token ", n)))(t); at.IsZero() == there {
			t.Errorf("change %d is there: %v, want %v", n, !there, there)
		}
	}
}

// What a power loss may leave is no damage, however often it comes: of the last transaction any sector may be an old one, or
// what the disk held there before, and nothing may be there from some place on.
func TestTornLogIsNoDamage(t *testing.T) {
	s, path := openNew(t)
	change(t, s, 0)
	n := 1
	rapid.Check(t, func(rt *rapid.T) {
		copied, log := crashed(t, path)
		ends := transactions(log)
		from, to := ends[len(ends)-2], ends[len(ends)-1]
		for sector := (from + 511) / 512 * 512; sector < to; sector += 512 {
			part := log[sector:min(sector+512, len(log))]
			switch rapid.IntRange(0, 5).Draw(rt, "sector") {
			case 0:
				clear(part)
			case 1:
				copy(part, rapid.SliceOfN(rapid.Byte(), len(part), len(part)).Draw(rt, "garbage"))
			case 2:
				copy(part, log[:len(part)])
			}
		}
		if rapid.Bool().Draw(rt, "cut off") {
			log = log[:rapid.IntRange(from, len(log)).Draw(rt, "length")]
		}
		check(t, os.WriteFile(copied+"-wal", log, 0o600))
		if d := must(store.DamageOf(log))(t); d != nil {
			rt.Fatal(d)
		}
		next := openAt(t, copied) // the next one goes on from there, over the remains
		for range rapid.IntRange(1, 4).Draw(rt, "changes") {
			n++
			change(t, next, n)
		}
		check(t, s.Close())
		s, path = next, copied
	})
}

// A frame's head that lies across two sectors may be of two times. Then its mark of a transaction's end is nobody's word: here
// all frames but the last are of one transaction that was never flushed.
func TestTornHeadIsNoDamage(t *testing.T) {
	s, path := openNew(t)
	change(t, s, 0)
	db := must(sql.Open("sqlite", "file:"+path))(t)
	defer db.Close()
	must(db.Exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
		INSERT INTO tags (owner, tag_key, name, value) SELECT 'x', i, 'x', printf('%3500d', i) FROM n`))(t)
	_, log := crashed(t, path)
	ends := transactions(log)
	torn := 0
	for head := ends[len(ends)-2]; head < ends[len(ends)-1]-frameSize; head += frameSize {
		if split := 512 - head%512; split >= 8 && split < 24 {
			torn++
			text := bytes.Clone(log)
			text[head+7]++ // as of a frame that stood there before
			if d := must(store.DamageOf(text))(t); d != nil {
				t.Error(d)
			}
		}
	}
	if torn == 0 {
		t.Error("no head lies across two sectors")
	}
}

// Transactions that do not fit into memory are written before they end, and may be given up; a log begins anew over an old one.
// Nothing of it is damage, at any moment.
func TestLogOfLargeTransactions(t *testing.T) {
	s, path := openNew(t)
	must(s.CreateUser(t.Context(), account, "ci"))(t)
	db := must(sql.Open("sqlite", "file:"+path+"?_txlock=immediate&_pragma=cache_size(10)&_pragma=cache_spill(10)"))(t)
	defer db.Close()
	rapid.Check(t, func(rt *rapid.T) {
		switch rapid.IntRange(0, 4).Draw(rt, "what") {
		case 0:
			must(db.Exec(`PRAGMA wal_checkpoint(RESTART)`))(t)
		case 1:
			change(t, s, rapid.Int().Draw(rt, "n"))
		default:
			tx := must(db.Begin())(t)
			for i := range rapid.IntRange(1, 60).Draw(rt, "rows") {
				_, err := tx.Exec(`INSERT INTO tags (owner, tag_key, name, value) VALUES ('x', $1, 'x', $2) ON CONFLICT DO UPDATE SET value = excluded.value`,
					i, bytes.Repeat([]byte{byte(rapid.IntRange(0, 255).Draw(rt, "value"))}, 3000))
				check(t, err)
				unharmed(rt, path)
			}
			if rapid.Bool().Draw(rt, "commit") {
				check(t, tx.Commit())
			} else {
				check(t, tx.Rollback())
			}
		}
		unharmed(rt, path)
	})
	if p := problems(t, path); len(p) > 0 {
		t.Error(p)
	}
}

func unharmed(t *rapid.T, path string) {
	t.Helper()
	log, err := os.ReadFile(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	if d, err := store.DamageOf(log); err != nil || d != nil {
		t.Fatal(d, err)
	}
}

// The log may be looked at while somebody writes it and begins it anew.
func TestLogIsLookedAtWhileItIsWritten(t *testing.T) {
	s, path := openNew(t)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		db := must(sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)"))(t)
		defer db.Close()
		for n := 0; ctx.Err() == nil; n++ {
			change(t, s, n)
			if n%40 == 39 {
				must(db.Exec(`PRAGMA wal_checkpoint(RESTART)`))(t)
			}
		}
	}()
	looks := 400
	if testing.Short() {
		looks = 50
	}
	for range looks {
		if d := must(store.InspectLog(path))(t); d != nil {
			t.Error(d)
		}
	}
	stop()
	<-done
}
