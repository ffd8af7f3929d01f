package audit

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Report is what a verification found.
type Report struct {
	From, To uint64 // sequence numbers of the first and the last record; zero without records
	Head     Head   // the newest one
}

// Fault is the first record that is not as it was written.
type Fault struct {
	File     string
	Line     int
	Sequence uint64 // what the record should be
	Problem  string
}

func (f *Fault) Error() string {
	return fmt.Sprintf("record %d (%s, line %d) %s", f.Sequence, f.File, f.Line, f.Problem)
}

// Verifier checks a log against its chain and its head.
type Verifier struct {
	Folder     string
	PublicKey  string // hexadecimal digits, as PublicKey gives them
	Deployment string
}

// Verify reads the whole log, which may be written meanwhile. Errors: *Fault for the first record that was altered,
// removed or moved; ErrCut for records that are missing at the end; ErrNoHead.
func (v Verifier) Verify() (Report, error) {
	h, err := v.head()
	if err != nil {
		return Report{}, err
	}
	r := Report{Head: h}
	files, err := Files(v.Folder)
	if err != nil {
		return r, err
	}
	var last link
	for i, path := range files {
		if last, err = v.file(path, last, i == 0, &r); err != nil {
			return r, err
		}
	}
	r.To = last.sequence
	if r.From > 1 && r.From > h.Sequence+1 {
		return r, fmt.Errorf("%w: it begins after its head", ErrCut)
	}
	return r, h.agrees(last)
}

// head is read before the records: one that is written meanwhile would say more than was read.
func (v Verifier) head() (Head, error) {
	key, err := hex.DecodeString(v.PublicKey)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return Head{}, errors.New("the public key is not 64 hexadecimal digits")
	}
	f, err := os.Open(filepath.Join(v.Folder, HeadFile))
	if err != nil {
		return Head{}, fmt.Errorf("%w: %w", ErrNoHead, err)
	}
	defer f.Close()
	h, _, err := readHead(f, key, v.Deployment)
	return h, err
}

func (v Verifier) file(path string, last link, oldest bool, r *Report) (link, error) {
	f, err := os.Open(path)
	if err != nil {
		return last, err
	}
	defer f.Close()
	lines := bufio.NewReaderSize(f, lineLimit)
	for n := 1; ; n++ {
		line, err := lines.ReadSlice('\n')
		if errors.Is(err, io.EOF) {
			return last, nil // what is after the last line feed is being written, or was never acknowledged
		}
		fault := &Fault{filepath.Base(path), n, last.sequence + 1, errLine.Error()}
		if err != nil {
			return last, fault
		}
		if oldest && n == 1 {
			if last, err = anchor(line, fault); err != nil {
				return last, err
			}
			r.From = last.sequence + 1
		}
		if last, err = follow(bytes.TrimSuffix(line, []byte("\n")), last, fault); err != nil {
			return last, err
		}
		if r.Head.Sequence == last.sequence && r.Head.Hash != last.text() {
			fault.Problem = "is not the one that the head was signed for"
			return last, fault
		}
	}
}

// anchor is the link before the first record that is there: older files may have been put away elsewhere.
func anchor(line []byte, fault *Fault) (link, error) {
	body, claimed, err := split(bytes.TrimSuffix(line, []byte("\n")))
	if err != nil {
		return link{}, fault
	}
	before := link{sequence: claimed.sequence - 1}
	if before.hash, err = previous(body); err != nil {
		fault.Problem = err.Error()
		return link{}, fault
	}
	if before.sequence == 0 && before.hash != [32]byte{} {
		fault.Problem = "is not the first of a log"
		return link{}, fault
	}
	fault.Sequence = claimed.sequence
	return before, nil
}

// follow checks one line against the link before it.
func follow(line []byte, last link, fault *Fault) (link, error) {
	body, claimed, err := split(line)
	if err != nil || !json.Valid(line) {
		return last, fault
	}
	want := last.next(body)
	switch {
	case claimed.sequence > want.sequence:
		fault.Problem = fmt.Sprintf("is missing: record %d stands in its place", claimed.sequence)
	case claimed.sequence < want.sequence:
		fault.Problem = fmt.Sprintf("is not in its place: record %d stands there again", claimed.sequence)
	case claimed != want:
		fault.Problem = "was altered, or the one before it was"
	default:
		return want, nil
	}
	return last, fault
}
