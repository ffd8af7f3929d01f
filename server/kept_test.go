package server

import (
	"bytes"
	"errors"
	"io"
	"testing"
)

// choosy takes some bytes of each piece and fails, as a connection does whose client is slow.
type choosy struct {
	bytes.Buffer
	takes int
}

func (c *choosy) Write(p []byte) (int, error) {
	n, _ := c.Buffer.Write(p[:min(c.takes, len(p))])
	if n < len(p) {
		return n, errors.New("late")
	}
	return n, nil
}

// What a write left over is given again, and nothing twice.
func TestKept(t *testing.T) {
	content := bytes.Repeat([]byte("0123456789abcdefg"), 10_000)
	for _, takes := range []int{1 << 20, 4096, 1000, 37 << 10} {
		k, to := &kept{from: bytes.NewReader(content)}, &choosy{takes: takes}
		for range 1000 {
			n, err := io.Copy(struct{ io.Writer }{to}, struct{ io.Reader }{io.LimitReader(k, 50_000)})
			k.sent(n)
			if n == 0 && err == nil {
				break
			}
		}
		if !bytes.Equal(to.Bytes(), content) {
			t.Errorf("%d at a time: %d of %d bytes", takes, to.Len(), len(content))
		}
	}
}
