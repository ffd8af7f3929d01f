package audit

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Read calls do with every record of a log, the oldest first, until do returns an error, which Read returns.
func Read(folder string, do func(Record) error) error {
	files, err := Files(folder)
	if err != nil {
		return err
	}
	for _, path := range files {
		if err := readFile(path, do); err != nil {
			return err
		}
	}
	return nil
}

func readFile(path string, do func(Record) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewReaderSize(f, lineLimit)
	for n := 1; ; n++ {
		line, err := lines.ReadSlice('\n')
		if errors.Is(err, io.EOF) {
			return nil // what is after the last line feed is being written
		}
		var r Record
		if err == nil {
			err = json.Unmarshal(line, &r)
		}
		if err != nil {
			return fmt.Errorf("%s, line %d: %w", filepath.Base(path), n, err)
		}
		if err := do(r); err != nil {
			return err
		}
	}
}

// ErrStop ends Backward without an error.
var ErrStop = errors.New("stop")

// Backward calls do with every record of a log, the newest first, until do returns an error; ErrStop is none.
func Backward(folder string, do func(Record) error) error {
	files, err := Files(folder)
	if err != nil {
		return err
	}
	for i := len(files) - 1; i >= 0; i-- {
		if err := backward(files[i], do); err != nil {
			if errors.Is(err, ErrStop) {
				return nil
			}
			return err
		}
	}
	return nil
}

func backward(path string, do func(Record) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	end, err := wholeLines(f, -1)
	for err == nil && end > 0 {
		var from int64
		if from, err = wholeLines(f, end-1); err != nil {
			return err
		}
		var r Record
		if err := json.NewDecoder(io.NewSectionReader(f, from, end-from)).Decode(&r); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
		if err := do(r); err != nil {
			return err
		}
		end = from
	}
	return err
}
