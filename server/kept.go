package server

import "io"

// kept reads on, and keeps what it gave last: what of it was not sent is given again.
type kept struct {
	from  io.Reader
	space [32 << 10]byte
	held  []byte // of space: what is to be given yet
	last  int    // how much of space was filled
	given int64  // since the last call of sent
	err   error  // of from, once what is held has gone
}

// Read gives what is held, or reads on. A caller that could not send something has asked for nothing since.
func (k *kept) Read(p []byte) (int, error) {
	if len(k.held) == 0 && k.err == nil {
		k.last, k.err = k.from.Read(k.space[:])
		k.held = k.space[:k.last]
	}
	if len(k.held) == 0 {
		return 0, k.err
	}
	n := copy(p, k.held)
	k.held = k.held[n:]
	k.given += int64(n)
	return n, nil
}

// sent says how much of what was given since the last time went out.
func (k *kept) sent(n int64) {
	begin := k.last - len(k.held) - int(k.given-n)
	if begin < 0 { // more than the last piece: it is not held any more
		k.held, k.given, k.err = nil, 0, io.ErrUnexpectedEOF
		return
	}
	k.held, k.given = k.space[begin:k.last], 0
}
