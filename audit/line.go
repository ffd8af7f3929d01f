package audit

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// lineLimit bounds a line that is read, in bytes: a record is shorter than 16 KiB.
const lineLimit = 64 << 10

// wholeLines is the length of the file up to its last line feed before end, read backwards: the file can be large. An
// end below zero is the file's own.
func wholeLines(f *os.File, end int64) (int64, error) {
	if end < 0 {
		var err error
		if end, err = f.Seek(0, io.SeekEnd); err != nil {
			return 0, err
		}
	}
	const step = 64 << 10
	for end > 0 {
		from := max(end-step, 0)
		b := make([]byte, end-from)
		if _, err := f.ReadAt(b, from); err != nil {
			return 0, err
		}
		if i := bytes.LastIndexByte(b, '\n'); i >= 0 {
			return from + int64(i) + 1, nil
		}
		end = from
	}
	return 0, nil
}

// lastLink is the link of the last line of a file whose size is that of whole lines.
func lastLink(f *os.File, size int64) (link, error) {
	from, err := wholeLines(f, size-1)
	if err != nil {
		return link{}, err
	}
	if size-from > lineLimit {
		return link{}, fmt.Errorf("the last line of %s %w", f.Name(), errLine)
	}
	line := make([]byte, size-1-from)
	if _, err := f.ReadAt(line, from); err != nil {
		return link{}, err
	}
	_, l, err := split(line)
	if err != nil {
		return link{}, fmt.Errorf("the last line of %s %w", f.Name(), err)
	}
	return l, nil
}

func lastLinkOf(path string) (link, error) {
	f, err := os.Open(path)
	if err != nil {
		return link{}, err
	}
	defer f.Close()
	size, err := wholeLines(f, -1)
	if err != nil {
		return link{}, err
	}
	if size == 0 {
		return link{}, fmt.Errorf("%s holds no record", path)
	}
	return lastLink(f, size)
}

// firstRecord is the record that a file begins with.
func firstRecord(f *os.File) (r Record, err error) {
	line, err := bufio.NewReader(io.NewSectionReader(f, 0, lineLimit)).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &r)
	}
	if err != nil {
		return r, fmt.Errorf("the first line of %s %w", f.Name(), errLine)
	}
	return r, nil
}
