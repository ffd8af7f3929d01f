package audit

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Files of a log. A file that was put away is named after the sequence number of its first record.
const (
	currentFile = "audit.jsonl"
	HeadFile    = "audit.head"
	awayForm    = "audit-%020d.jsonl"
	awayGlob    = "audit-[0-9]*.jsonl"
)

// disk is the files of a log and where their chain stands. It is for one goroutine.
type disk struct {
	config Config
	file   *os.File
	size   int64     // of what is whole, to cut a torn write off
	torn   bool      // something stands behind it that could not be cut off yet
	first  uint64    // sequence number of the file's first record; what is next for an empty file
	since  time.Time // when the file was begun
	last   link
	linked []byte // the buffer of a batch as it goes to the file
	links  linker
	head   headFile
}

func openDisk(c Config) (*disk, error) {
	d := &disk{config: c, links: newLinker(), head: headFile{key: signingKey(c.Seed), deployment: c.Deployment}}
	if err := d.open(); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

func (d *disk) open() (err error) {
	if d.file, err = os.OpenFile(d.path(currentFile), os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return err
	}
	if d.head.file, err = os.OpenFile(d.path(HeadFile), os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return err
	}
	if d.size, err = wholeLines(d.file, -1); err != nil {
		return err
	}
	if err := errors.Join(d.file.Truncate(d.size), seek(d.file, d.size)); err != nil {
		return err
	}
	if err := d.resume(); err != nil {
		return err
	}
	if err := d.begin(); err != nil {
		return err
	}
	return d.syncFolder() // a crash may have come between the renaming of the last file and the first line of this one
}

// resume finds where the chain stands: at the last line of the newest file that has one.
func (d *disk) resume() error {
	if d.size > 0 {
		last, err := lastLink(d.file, d.size)
		if err != nil {
			return err
		}
		first, err := firstRecord(d.file)
		if err != nil {
			return err
		}
		d.last, d.first = last, first.Sequence
		d.since, err = time.Parse(time.RFC3339Nano, first.Time)
		return err
	}
	d.since = d.config.Now()
	away, err := Away(d.config.Folder)
	if err != nil {
		return err
	}
	if len(away) > 0 {
		if d.last, err = lastLinkOf(away[len(away)-1]); err != nil {
			return err
		}
	}
	d.first = d.last.sequence + 1
	return nil
}

// begin reads the head and compares, or signs the first one of a log that has no record yet.
func (d *disk) begin() error {
	info, err := d.head.file.Stat()
	if err != nil {
		return err
	}
	if info.Size() == 0 && d.last.sequence == 0 {
		return errors.Join(d.head.write(d.last, d.config.Now()), d.head.file.Sync())
	}
	h, slot, err := readHead(d.head.file, d.head.key.Public().(ed25519.PublicKey), d.head.deployment)
	if err == nil {
		err = h.agrees(d.last)
	}
	if err != nil {
		return fmt.Errorf("%w. Run octroid audit verify. To begin a new log, move the files audit* out of the folder and keep them", err)
	}
	d.head.slot = 1 - slot
	return nil
}

func (d *disk) path(name string) string { return filepath.Join(d.config.Folder, name) }

// append writes a batch of open records, linked. One that did not fit whole is cut off again, so that the file stays
// lines and the chain stays where it was.
func (d *disk) append(batch []byte, now time.Time) error {
	if len(batch) == 0 {
		return nil
	}
	if err := errors.Join(d.mend(), d.rotate(int64(len(batch)), now)); err != nil {
		return err
	}
	last := d.last
	d.linked = d.linked[:0]
	for line := range bytes.Lines(batch) {
		first := d.size == 0 && len(d.linked) == 0
		d.linked, last = appendLinked(d.linked, bytes.TrimSuffix(line, []byte("\n")), last, first, d.links)
	}
	if _, err := d.file.Write(d.linked); err != nil {
		d.torn = true
		return errors.Join(err, d.mend())
	}
	d.size += int64(len(d.linked))
	d.last = last
	if cap(d.linked) > spareLimit {
		d.linked = nil
	}
	return nil
}

// mend cuts off what a write that failed has left. Until it can, nothing is written behind it.
func (d *disk) mend() error {
	if !d.torn {
		return nil
	}
	err := errors.Join(d.file.Truncate(d.size), seek(d.file, d.size))
	d.torn = err != nil
	return err
}

// errFlush is a flush that failed: what the system did with the pages nobody can know, so that it is not tried again.
var errFlush = errors.New("the disk did not keep what it had taken")

// flush returns when all that was appended is on disk, and then signs that it is. A head that cannot be written is
// no reason to say that the records are not there: the next one covers them. Errors: errFlush.
func (d *disk) flush(now time.Time) error {
	if err := d.file.Sync(); err != nil {
		return fmt.Errorf("%w: %w", errFlush, err)
	}
	_ = d.head.write(d.last, now)
	return nil
}

// rotate puts the file away when it would grow too large, or is too old. It is whole on disk by then.
func (d *disk) rotate(more int64, now time.Time) error {
	if d.size == 0 || d.size+more <= d.config.MaxBytes && now.Sub(d.since) < d.config.MaxAge {
		return nil
	}
	if err := d.flush(now); err != nil {
		return err
	}
	current, away := d.path(currentFile), d.path(fmt.Sprintf(awayForm, d.first))
	if err := os.Rename(current, away); err != nil {
		return err
	}
	next, err := os.OpenFile(current, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return errors.Join(err, os.Rename(away, current))
	}
	err = errors.Join(d.file.Close(), d.syncFolder())
	d.file, d.size, d.first, d.since = next, 0, d.last.sequence+1, now
	return err
}

func (d *disk) syncFolder() error {
	folder, err := os.Open(d.config.Folder)
	if err != nil {
		return err
	}
	if err := folder.Sync(); err != nil {
		return errors.Join(fmt.Errorf("%w: %w", errFlush, err), folder.Close())
	}
	return folder.Close()
}

func (d *disk) close() (err error) {
	for _, f := range []*os.File{d.file, d.head.file} {
		if f != nil {
			err = errors.Join(err, f.Close())
		}
	}
	return err
}

// Away lists the files of a log that were put away, the oldest first.
func Away(folder string) ([]string, error) {
	all, err := filepath.Glob(filepath.Join(folder, awayGlob)) // the names sort by their numbers
	slices.Sort(all)
	return all, err
}

// Files lists all files of a log that are there, the oldest first.
func Files(folder string) ([]string, error) {
	all, err := Away(folder)
	if err != nil {
		return nil, err
	}
	current := filepath.Join(folder, currentFile)
	if _, err := os.Stat(current); err == nil {
		return append(all, current), nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return all, nil
}

func seek(f *os.File, at int64) error {
	_, err := f.Seek(at, io.SeekStart)
	return err
}
