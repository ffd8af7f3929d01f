package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// target is what load is put on: an address, and requests as they are on the wire, sent in turn.
type target struct {
	address  string
	requests [][]byte
	status   int // of the right answer
}

// speed is how fast a target was: requests a second, and requests for a second of the processors' time, the client's
// share in it. The second is what is left of the first on a machine with other things to do.
type speed struct{ rate, work float64 }

// run puts load on the target, on that many kept connections. Any answer but the right one ends it with an error: a
// refusal is cheap, and would look like speed.
func (t target) run(connections int, d time.Duration) (speed, error) {
	all := make([]*connection, connections)
	defer func() {
		for _, c := range all {
			if c != nil {
				c.Close()
			}
		}
	}()
	return during(connections, d, func(worker, n int) (err error) {
		if all[worker] == nil {
			if all[worker], err = dial(t.address); err != nil {
				return err
			}
		}
		// each connection begins with another request than its neighbours
		_, err = all[worker].exchange(t.requests[(worker*61+n)%len(t.requests)], t.status)
		return err
	})
}

// during has workers do something again and again for a time. The first error ends it.
func during(workers int, d time.Duration, do func(worker, n int) error) (speed, error) {
	var (
		stop   atomic.Bool
		total  atomic.Int64
		all    sync.WaitGroup
		mu     sync.Mutex
		failed error
	)
	began, used := time.Now(), processorTime()
	for worker := range workers {
		all.Go(func() {
			for n := 0; !stop.Load(); n++ {
				if err := do(worker, n); err != nil {
					mu.Lock()
					failed = errors.Join(failed, err)
					mu.Unlock()
					stop.Store(true)
					return
				}
				total.Add(1)
			}
		})
	}
	timer := time.AfterFunc(d, func() { stop.Store(true) })
	defer timer.Stop()
	all.Wait()
	n := float64(total.Load())
	return speed{n / time.Since(began).Seconds(), n / (processorTime() - used).Seconds()}, failed
}

// processorTime is what this process has used so far, of all processors.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// connection is a client of few instructions: it writes bytes that are ready, and reads of an answer its status and
// its length.
type connection struct {
	net.Conn
	space []byte
}

// answerTimeout bounds one answer: a bench that hangs measures nothing.
const answerTimeout = 30 * time.Second

func dial(address string) (*connection, error) {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	if err := c.SetDeadline(time.Now().Add(answerTimeout)); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return &connection{c, make([]byte, 64<<10)}, nil
}

// exchange sends a request and reads the whole answer. It returns the size of the body.
func (c *connection) exchange(request []byte, status int) (size int, err error) {
	body, size, err := c.begin(request, status)
	if err != nil {
		return 0, err
	}
	for have := len(body); have < size; {
		n, err := c.Read(c.space)
		if have += n; err != nil || have > size {
			return 0, fmt.Errorf("reading an answer: %d of %d bytes: %w", have, size, errors.Join(err, io.ErrUnexpectedEOF))
		}
	}
	return size, nil
}

// begin sends a request and reads up to the end of the answer's headers, and as much of the body as came with them.
func (c *connection) begin(request []byte, status int) (body []byte, size int, err error) {
	if _, err := c.Write(request); err != nil {
		return nil, 0, err
	}
	for n := 0; n < len(c.space); {
		read, err := c.Read(c.space[n:])
		if n += read; err != nil {
			return nil, 0, fmt.Errorf("reading an answer: %w", err)
		}
		if head, body, whole := bytes.Cut(c.space[:n], headEnd); whole {
			size, err := lengthOf(head, status)
			return body, size, err
		}
	}
	return nil, 0, errors.New("reading an answer: its headers have no end")
}

var (
	headEnd    = []byte("\r\n\r\n")
	lengthName = []byte("\r\nContent-Length: ")
)

// lengthOf is the length that the headers announce, when they are those of the right answer.
func lengthOf(head []byte, status int) (int, error) {
	line, _, _ := bytes.Cut(head, headEnd[:2])
	if len(line) < len("HTTP/1.1 200") || string(line[9:12]) != strconv.Itoa(status) {
		return 0, fmt.Errorf("the answer is %q, and not %d", line, status)
	}
	_, rest, ok := bytes.Cut(head, lengthName)
	if !ok {
		return 0, errors.New("the answer has no Content-Length")
	}
	digits, _, _ := bytes.Cut(rest, headEnd[:2])
	return strconv.Atoi(string(digits))
}
