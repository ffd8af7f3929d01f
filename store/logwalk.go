package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
)

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
