package main

import (
	"bytes"
	"errors"
	"io"
	"time"
)

const (
	maxInput  = 64 << 10        // of what docker hands over
	inputTime = 5 * time.Second // it has it ready; a crowded machine can be slow to pass it on
)

var (
	errNoServer = errors.New("no credentials server URL")
	errInput    = errors.New("what came on standard input is no registry's host")
)

// readInput reads standard input to its end. What is too long is refused, and when the end does not come, late is called
// from another goroutine: it ends the program. (Waiting for a reading goroutine instead would start another thread at
// every pull.)
func readInput(from io.Reader, late func()) ([]byte, error) {
	timer := time.AfterFunc(inputTime, late)
	defer timer.Stop()
	data, err := io.ReadAll(io.LimitReader(from, maxInput+1))
	if err == nil && len(data) > maxInput {
		err = errInput
	}
	return data, err
}

// server is the host that docker asks for: the whole input, but for one line break at its end, which people leave who
// try it by hand. docker's own library reads line by line and joins the lines, and so takes two hosts for a third.
func server(input []byte) (string, error) {
	text := bytes.TrimSuffix(bytes.TrimSuffix(input, []byte("\n")), []byte("\r"))
	if len(text) == 0 {
		return "", errNoServer
	}
	return string(text), nil
}
