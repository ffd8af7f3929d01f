package wire

import (
	"net"
	"syscall"
)

// quickAck asks the kernel not to hold back the acknowledgement of what comes next. A server that writes its
// header and its body apart, with Nagle's algorithm on, waits for it: 40 ms, several times the whole call.
// The kernel forgets the wish after a while, so it is repeated before each read.
func quickAck(c net.Conn) {
	tcp, ok := c.(*net.TCPConn)
	if !ok {
		return
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return
	}
	// Without it the call is slower and as right.
	_ = raw.Control(func(fd uintptr) {
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_QUICKACK, 1)
	})
}
