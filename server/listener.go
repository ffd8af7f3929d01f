package server

import (
	"net"
	"sync"
)

// limitedListener takes so many connections at a time. golang.org/x/net/netutil has one whose connections are no longer
// TCP's: the system would not send files by itself any more, and a refusal would be cut off by a reset.
type limitedListener struct {
	net.Listener
	free chan struct{}
	done chan struct{}
	once sync.Once
}

func limitListener(l net.Listener, connections int) *limitedListener {
	return &limitedListener{Listener: l, free: make(chan struct{}, connections), done: make(chan struct{})}
}

// Accept waits until there is room, and then for a connection.
func (l *limitedListener) Accept() (net.Conn, error) {
	select {
	case l.free <- struct{}{}:
	case <-l.done:
		return nil, net.ErrClosed
	}
	c, err := l.Listener.Accept()
	if err != nil {
		<-l.free
		return nil, err
	}
	release := sync.OnceFunc(func() { <-l.free })
	if tcp, ok := c.(*net.TCPConn); ok {
		return &limitedConnection{tcp, release}, nil
	}
	release() // is not TCP's: not counted
	return c, nil
}

// open is how many connections there are.
func (l *limitedListener) open() int { return len(l.free) }

// Close also wakes who waits for room.
func (l *limitedListener) Close() error {
	l.once.Do(func() { close(l.done) })
	return l.Listener.Close()
}

// limitedConnection gives its place back when it is closed.
type limitedConnection struct {
	*net.TCPConn
	release func()
}

// Close closes the connection.
func (c *limitedConnection) Close() error {
	defer c.release()
	return c.TCPConn.Close()
}
