package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// copies is how often an image is copied until nothing was written meanwhile.
const copies = 50

// snapshot copies the image of a mounted disk as it is at one moment, and says how often it had to begin again. Nobody may
// be at work on the disk; but what the file system itself writes by and by, from its journal, would make a copy of two
// moments, which is no crash: names in it lead to what is not there. So a copy counts only if the disk was not written to
// while it was made.
func snapshot(ctx context.Context, disk, at, to string) (again int, err error) {
	counter, err := writesOf(at)
	if err != nil {
		return 0, err
	}
	for again := range copies {
		before, err := counter()
		if err == nil {
			err = exec.CommandContext(ctx, "cp", "--sparse=always", disk, to).Run()
		}
		after, countErr := counter()
		if err := errors.Join(err, countErr); err != nil {
			return again, err
		}
		if before == after {
			return again, nil
		}
	}
	return copies, fmt.Errorf("the disk was written to during each of %d copies", copies)
}

// writesOf counts what was written to the device that is mounted there, and what is on its way.
//
// Source: the kernel's Documentation/block/stat.rst: fields 5 and 7 are writes and sectors written, 9 is in flight.
func writesOf(at string) (counter func() (string, error), err error) {
	text, err := exec.Command("findmnt", "--noheadings", "--output", "SOURCE", "--target", at).Output()
	if err != nil {
		return nil, fmt.Errorf("which device %s is: %w", at, err)
	}
	path := filepath.Join("/sys/block", filepath.Base(strings.TrimSpace(string(text))), "stat")
	return func() (string, error) {
		text, err := os.ReadFile(path)
		fields := strings.Fields(string(text))
		if err == nil && len(fields) < 9 {
			err = fmt.Errorf("%s has %d fields", path, len(fields))
		}
		if err != nil {
			return "", err
		}
		return strings.Join([]string{fields[4], fields[6], fields[8]}, " "), nil
	}, nil
}
