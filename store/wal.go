package store

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// LogDamage is a write-ahead log of which SQLite would leave out changes that were acknowledged: it reads as far as the sums
// are right and takes what follows for the remains of a crash, revocations too.
type LogDamage struct {
	Path  string
	Frame int   // the first that is not as it was written; 0 is the head
	Sound int64 // how many bytes before it are

	is [sha256.Size]byte // what stands there
}

// Problem says what is wrong.
func (d *LogDamage) Problem() string {
	what := fmt.Sprintf("frame %d is not as it was written", d.Frame)
	if d.Frame == 0 {
		what = "its head is not as it was written"
	}
	return what + ", and changes that were acknowledged come after it (revocations, perhaps): SQLite would leave them out without a word"
}

// Remedy says what to do.
func (d *LogDamage) Remedy() string {
	return fmt.Sprintf("keep a copy of the folder and see to the disk; then restore the newest backup (octroid restore), or give those changes up: "+
		"truncate -s %d %s, octroid token revoke --all, and look through users, keys and policies", d.Sound, d.Path)
}

func (d *LogDamage) Error() string {
	return fmt.Sprintf("the write-ahead log %s is damaged: %s: %s", d.Path, d.Problem(), d.Remedy())
}

// InspectLog looks at the write-ahead log of a store's file, which is there while it is served and after a crash. It returns nil
// for one that SQLite will read whole, or as far as a crash or a power loss could have let it come.
//
// Somebody may be writing. What is damaged stays as it is, so it is looked at again.
func InspectLog(path string) (*LogDamage, error) {
	var before LogDamage
	for range 3 {
		d, err := readLog(path + "-wal")
		if err != nil || d == nil {
			return nil, err
		}
		if *d == before {
			return d, nil
		}
		before = *d
		time.Sleep(20 * time.Millisecond)
	}
	return nil, nil
}

// soundLog refuses a damaged log: SQLite would begin without what it cannot read, and tokens that were revoked would be valid
// again.
func soundLog(path string) error {
	damage, err := InspectLog(path)
	if damage != nil {
		return damage
	}
	return err
}

// Parts of a write-ahead log.
//
// Source: SQLite, "Database File Format", section 4.
const (
	logHead    = 32
	frameHead  = 24
	logMagic   = 0x377f0682 // with the lowest bit set sums are of big-endian words
	logVersion = 3007000
	logSector  = 512 // what a disk writes whole or not at all
)

func readLog(path string) (*LogDamage, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	damage, err := walkLog(bufio.NewReaderSize(f, 1<<20))
	if damage != nil {
		damage.Path = path
	}
	return damage, err
}

func walkLog(in io.Reader) (*LogDamage, error) {
	head := make([]byte, logHead)
	if _, err := io.ReadFull(in, head); err != nil {
		return nil, cutOff(err)
	}
	w := newLogWalk(head)
	if w != nil {
		return w.frames(in)
	}
	if _, err := io.ReadFull(in, make([]byte, 1)); err != nil {
		return nil, cutOff(err)
	}
	return &LogDamage{is: sha256.Sum256(head)}, nil // it is flushed before the first frame is written
}

// cutOff is nil for the end of a file, also in the middle of something.
func cutOff(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}

// logSum is SQLite's checksum, which goes on over head and frames.
type logSum [2]uint32

func (s logSum) add(order binary.ByteOrder, text []byte) logSum {
	for ; len(text) >= 8; text = text[8:] {
		s[0] += order.Uint32(text) + s[1]
		s[1] += order.Uint32(text[4:]) + s[0]
	}
	return s
}

func storedSum(text []byte) logSum {
	return logSum{binary.BigEndian.Uint32(text), binary.BigEndian.Uint32(text[4:])}
}

// logEnd is a sum that the next frame may go on from, and whether a transaction was complete there.
type logEnd struct {
	sum    logSum
	commit bool
}

// logWalk goes through the frames of a log, past one that is not sound.
//
// A frame's sum goes on from the one before it. What is written before it is flushed can be lost in parts, but that is one
// transaction, the last: none is begun before the one before it is flushed. So a frame that goes on, soundly, from the
// end of a transaction proves that all before it was once on disk, and one of them that is not sound is damaged. Frames that
// follow and do not go on are remains: of a log that began anew (of other salts), or of a transaction that was given up.
//
// What cannot be told: damage in the last transaction, which is as one that a power loss tore; and in the last frame of the one
// before it, if its head lies across two sectors (one in twenty), or if its mark of the end is what was lost.
type logWalk struct {
	order    binary.ByteOrder
	pageSize int
	salts    []byte
	ends     []logEnd // of the frame before: as it says, and as it should say
	damage   *LogDamage
}

// newLogWalk begins after the head: nil if that is not sound.
func newLogWalk(head []byte) *logWalk {
	w := &logWalk{order: binary.LittleEndian, pageSize: int(binary.BigEndian.Uint32(head[8:])), salts: head[16:24]}
	magic := binary.BigEndian.Uint32(head)
	if magic&1 == 1 {
		w.order = binary.BigEndian
	}
	sum := storedSum(head[24:])
	if magic&^1 != logMagic || binary.BigEndian.Uint32(head[4:]) != logVersion || (logSum{}).add(w.order, head[:24]) != sum ||
		w.pageSize < 512 || w.pageSize > 1<<16 || w.pageSize&(w.pageSize-1) != 0 {
		return nil
	}
	w.ends = []logEnd{{sum: sum}}
	return w
}

// frames returns the damage when it is proven.
func (w *logWalk) frames(in io.Reader) (*LogDamage, error) {
	frame := make([]byte, frameHead+w.pageSize)
	for number := 1; ; number++ {
		if _, err := io.ReadFull(in, frame); err != nil {
			return nil, cutOff(err)
		}
		if w.frame(number, frame) {
			return w.damage, nil
		}
	}
}

// frame reports whether this one proves that one before it is damaged.
func (w *logWalk) frame(number int, frame []byte) bool {
	at := logHead + int64(number-1)*int64(len(frame))
	end := logEnd{storedSum(frame[16:]), binary.BigEndian.Uint32(frame[4:]) != 0}
	ours := bytes.Equal(frame[8:16], w.salts)
	var before *logEnd // the end that it goes on from
	var should logSum
	for i := range w.ends {
		if should = w.ends[i].sum.add(w.order, frame[:8]).add(w.order, frame[frameHead:]); should == end.sum {
			before = &w.ends[i]
			break
		}
	}
	if before != nil && before.commit && ours && w.damage != nil {
		return true
	}
	if w.damage == nil && (before == nil || !ours) {
		w.damage = &LogDamage{Frame: number, Sound: at, is: sha256.Sum256(frame)}
	}
	if before != nil {
		w.ends = []logEnd{end}
		return false
	}
	// Of a head in one sector the mark is as old as the sum; else the sum alone may be new.
	w.ends = []logEnd{{end.sum, end.commit && at/logSector == (at+frameHead-1)/logSector}, {should, end.commit}}
	return false
}
