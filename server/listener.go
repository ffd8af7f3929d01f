package server

import (
	"container/list"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
)

// limitedListener takes so many connections at a time. golang.org/x/net/netutil has one whose connections are no longer
// TCP's: the system would not send files by itself any more, and a refusal would be cut off by a reset.
//
// When there is no room, the connection goes that has been without a request for longest: one whose headers do not
// come, or that is only kept. To have newcomers wait instead until some time limit ends one would leave the service to
// whoever opens most connections. A connection with a request under way is never cut for another.
type limitedListener struct {
	net.Listener
	room int
	done chan struct{}
	once sync.Once

	mu      sync.Mutex
	taken   int
	waiting *list.List    // of *limitedConnection without a request, the longest first
	changed chan struct{} // gets a value when one is closed, or comes to wait
}

func limitListener(l net.Listener, connections int) *limitedListener {
	return &limitedListener{Listener: l, room: connections, done: make(chan struct{}), waiting: list.New(), changed: make(chan struct{}, 1)}
}

// Accept waits for a connection, and then until there is room for it.
func (l *limitedListener) Accept() (net.Conn, error) { return l.accept(anybody) }

// anybody may come.
func anybody(net.Addr) (begun func(), ok bool) { return func() {}, true }

// accept is Accept for whom may lets in; of somebody else the connection is closed, and there is none and no error.
// What may gives is called at the first request, or when the connection is closed without one.
func (l *limitedListener) accept(may func(net.Addr) (begun func(), ok bool)) (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	begun, ok := may(c.RemoteAddr())
	if !ok {
		c.Close()
		return nil, nil
	}
	tcp, ok := c.(*net.TCPConn)
	if !ok {
		begun()
		return c, nil // is not TCP's: not counted
	}
	admitted := &limitedConnection{TCPConn: tcp, from: l, begun: begun}
	for !l.admit(admitted) {
		select {
		case <-l.changed:
		case <-l.done:
			begun()
			tcp.Close()
			return nil, net.ErrClosed
		}
	}
	return admitted, nil
}

// admit takes a connection in when there is room, or can be made.
func (l *limitedListener) admit(c *limitedConnection) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.taken >= l.room {
		longest := l.waiting.Front()
		if longest == nil {
			return false
		}
		out := longest.Value.(*limitedConnection)
		l.release(out)
		out.TCPConn.Close() // its server reads that it is closed, and goes too
	}
	l.taken++
	c.place = l.waiting.PushBack(c)
	return true
}

// release gives a connection's place back, once. The caller holds the lock.
func (l *limitedListener) release(c *limitedConnection) {
	if c.gone {
		return
	}
	c.gone = true
	c.begun()
	l.taken--
	l.busy(c)
}

// busy takes a connection off the list of those that wait. The caller holds the lock.
func (l *limitedListener) busy(c *limitedConnection) {
	if c.place != nil {
		l.waiting.Remove(c.place)
		c.place = nil
	}
}

// state is for http.Server.ConnState. A connection is active from when its headers have been read until it is answered.
func (l *limitedListener) state(c net.Conn, state http.ConnState) {
	if secure, ok := c.(*tls.Conn); ok {
		c = secure.NetConn()
	}
	ours, ok := c.(*limitedConnection)
	if !ok {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case ours.gone:
	case state == http.StateActive:
		ours.begun()
		l.busy(ours)
	case state == http.StateIdle && ours.place == nil:
		ours.place = l.waiting.PushBack(ours)
		l.nudge()
	}
}

// nudge wakes whoever waits for room, if it is not awake.
func (l *limitedListener) nudge() {
	select {
	case l.changed <- struct{}{}:
	default:
	}
}

// open is how many connections there are.
func (l *limitedListener) open() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.taken
}

// Close also wakes who waits for room.
func (l *limitedListener) Close() error {
	l.once.Do(func() { close(l.done) })
	return l.Listener.Close()
}

// limitedConnection gives its place back when it is closed.
type limitedConnection struct {
	*net.TCPConn
	from  *limitedListener
	begun func() // there is a request, or there will be none

	// The listener's, under its lock.
	place *list.Element // among those that wait; nil with a request under way
	gone  bool
}

// Close closes the connection.
func (c *limitedConnection) Close() error {
	err := c.TCPConn.Close()
	c.from.mu.Lock()
	defer c.from.mu.Unlock()
	c.from.release(c)
	c.from.nudge()
	return err
}
