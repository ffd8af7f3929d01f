package backup

import "os"

// piece is how much of a copy is written before it is flushed, in bytes.
const piece = 128 << 10

// Steady is a file that is flushed as it is written. What a system keeps back until the end it flushes at once, and
// whoever flushes another file of the disk meanwhile waits for all of it: a service that records before it answers.
type Steady struct {
	File  *os.File
	owing int // what was written and not flushed
}

func (s *Steady) Write(p []byte) (n int, err error) {
	for len(p) > 0 && err == nil {
		var wrote int
		wrote, err = s.File.Write(p[:min(len(p), piece-s.owing)])
		p, n, s.owing = p[wrote:], n+wrote, s.owing+wrote
		if s.owing == piece && err == nil {
			s.owing, err = 0, writeBack(s.File)
		}
	}
	return n, err
}
