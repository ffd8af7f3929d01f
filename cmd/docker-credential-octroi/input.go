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

// readInput reads standard input to its end. It gives up on what is too long, or does not end: the caller then
// answers, and the program ends with the reading.
func readInput(from io.Reader) ([]byte, error) {
	type result struct {
		data []byte
		err  error
	}
	done := make(chan result, 1)
	go func() {
		data, err := io.ReadAll(io.LimitReader(from, maxInput+1))
		done <- result{data, err}
	}()
	select {
	case r := <-done:
		if r.err == nil && len(r.data) > maxInput {
			r.err = errInput
		}
		return r.data, r.err
	case <-time.After(inputTime):
		return nil, errInput
	}
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
