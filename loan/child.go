package loan

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

const (
	maxReply = 1 << 20
	grace    = 500 * time.Millisecond // for octroi to say itself that its time is over
)

var errTime = errors.New("no answer in time: is the service, or what leads to the credentials, reachable? `octroi doctor` looks")

// ask starts octroi.
func (d Desk) ask(ctx context.Context, r Request, budget time.Duration) (Reply, error) {
	path, err := d.program()
	if err != nil {
		return Reply{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, budget)
	defer cancel()
	r.Version, r.Budget = protocol, max(budget-grace, budget/2).Milliseconds()
	input, err := json.Marshal(r)
	if err != nil {
		return Reply{}, err
	}
	stdout, stderr := &bounded{most: maxReply}, &bounded{most: 4 << 10}
	c := exec.CommandContext(ctx, path, "lend")
	c.Stdin, c.Stdout, c.Stderr, c.Env = bytes.NewReader(input), stdout, stderr, d.Environ
	c.WaitDelay = 100 * time.Millisecond // what it started may still hold the pipes
	err = c.Run()
	if ctx.Err() != nil {
		return Reply{}, errTime
	}
	var reply Reply
	if bad := strict(stdout.Bytes(), &reply); bad != nil || reply.Version != protocol {
		if line, _, _ := strings.Cut(strings.TrimSpace(stderr.String()), "\n"); err != nil && line != "" {
			return Reply{}, fmt.Errorf("%s lend: %s (%w)", path, line, errProtocol)
		}
		return Reply{}, errProtocol
	}
	if reply.Error != "" {
		return Reply{}, errors.New(reply.Error)
	}
	return reply, nil
}

// program is octroi: the one that lies beside this program, else the one on PATH.
func (d Desk) program() (string, error) {
	name := "octroi"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	if d.Beside != "" {
		path := filepath.Join(filepath.Dir(d.Beside), name)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path, nil
		}
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return "", errors.New("octroi is neither beside this program nor on PATH: install it there")
	}
	return path, nil
}

// bounded takes so much, and drops the rest.
type bounded struct {
	bytes.Buffer
	most int
}

func (b *bounded) Write(p []byte) (int, error) {
	b.Buffer.Write(p[:min(len(p), max(b.most-b.Len(), 0))])
	return len(p), nil
}
