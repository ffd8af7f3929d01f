package server

import (
	"container/list"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
	"time"
)

// limitedListener takes so many connections at a time. golang.org/x/net/netutil has one whose connections are no longer
// TCP's: the system would not send files by itself any more, and a refusal would be cut off by a reset.
//
// When there is no room, the connection goes that has been without a request for longest: one whose headers do not
// come, or that is only kept. To have newcomers wait instead until some time limit ends one would leave the service to
// whoever opens most connections. A connection with a request under way is cut for another in one case: there is no
// other, more than half of them are of one network, and the newcomer is of another one. Else a network could hold all
// of them with bodies and readers that are just fast enough. That network's own newcomers are then closed at once: those
// behind them would wait. A listed proxy brings everybody's, and limits them itself.
type limitedListener struct {
	net.Listener
	room    int
	trusted proxies
	done    chan struct{}
	once    sync.Once

	mu      sync.Mutex
	taken   int
	waiting *list.List     // of *limitedConnection without a request, the longest first
	working *list.List     // of those with one, the longest first
	of      map[string]int // how many of those there are of a network; one without any has no entry
	crowd   string         // the network that more than half of the room is taken by, with requests; empty: none is
	last    string         // the network of who came in last,
	mixed   time.Time      // and when it was another one than that of who came before
	changed chan struct{}  // gets a value when one is closed, or comes to wait
}

func limitListener(l net.Listener, connections int, trusted proxies) *limitedListener {
	return &limitedListener{Listener: l, room: connections, trusted: trusted, done: make(chan struct{}),
		waiting: list.New(), working: list.New(), of: map[string]int{}, changed: make(chan struct{}, 1)}
}

// Accept waits for a connection, and then until there is room for it.
func (l *limitedListener) Accept() (net.Conn, error) {
	for {
		if c, err := l.accept(anybody); c != nil || err != nil {
			return c, err
		}
	}
}

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
	admitted := &limitedConnection{TCPConn: tcp, from: l, begun: begun, network: l.network(tcp.RemoteAddr())}
	for !l.admit(admitted) {
		if l.crowds(admitted) {
			begun()
			tcp.Close()
			return nil, nil
		}
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
		out := l.makesRoom(c)
		if out == nil {
			return false
		}
		l.release(out)
		out.TCPConn.Close() // its server reads that it is closed, and goes too
	}
	l.taken++
	c.place = l.waiting.PushBack(c)
	if l.last != "" && c.network != l.last {
		l.mixed = time.Now()
	}
	l.last = c.network
	return true
}

// makesRoom is the connection that goes for a newcomer, or nil: then it waits. The caller holds the lock.
func (l *limitedListener) makesRoom(newcomer *limitedConnection) *limitedConnection {
	if longest := l.waiting.Front(); longest != nil {
		return longest.Value.(*limitedConnection)
	}
	if l.crowd == "" || l.crowd == newcomer.network {
		return nil
	}
	for e := l.working.Front(); e != nil; e = e.Next() { // more than every second one is
		if c := e.Value.(*limitedConnection); c.network == l.crowd {
			return c
		}
	}
	return nil
}

// release gives a connection's place back, once. The caller holds the lock.
func (l *limitedListener) release(c *limitedConnection) {
	if c.gone {
		return
	}
	c.gone = true
	c.begun()
	l.taken--
	if c.working {
		l.working.Remove(c.place)
		l.count(c, -1)
	} else {
		l.waiting.Remove(c.place)
	}
}

// work notes that a connection has a request. The caller holds the lock.
func (l *limitedListener) work(c *limitedConnection) {
	if !c.working {
		l.waiting.Remove(c.place)
		c.place, c.working = l.working.PushBack(c), true
		l.count(c, +1)
	}
}

// wait notes that it has none. The caller holds the lock.
func (l *limitedListener) wait(c *limitedConnection) {
	if c.working {
		l.working.Remove(c.place)
		c.place, c.working = l.waiting.PushBack(c), false
		l.count(c, -1)
		l.nudge()
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
		l.work(ours)
	case state == http.StateIdle:
		l.wait(ours)
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
	from    *limitedListener
	begun   func() // there is a request, or there will be none
	network string

	// The listener's, under its lock.
	place   *list.Element // among those that work or wait
	working bool          // a request is under way
	gone    bool
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
