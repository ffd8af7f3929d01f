package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os/exec"
	"time"

	"github.com/octroi/octroi/hosts"
)

const (
	innerTime   = 2 * time.Minute // it may ask its user for a passphrase
	maxInner    = 1 << 20
	innerMarker = "OCTROI_INNER" // set for inner helpers: one that calls us again would go round for ever
)

// innerOf is the helper that answers for a host in our place, or "": that of its entry, or the general one when the
// host is none of ours. A text that only looks like one of our hosts is none of ours either.
func innerOf(c hosts.Config, e hosts.Entry, err error) string {
	switch {
	case err == nil:
		return e.InnerHelper
	case errors.Is(err, hosts.ErrPlaintext):
		return ""
	}
	return c.InnerHelper
}

// inner hands a question on as it came, and the answer back as it is.
func (p process) inner(name, verb string, input []byte) int {
	said, code, err := p.run(name, verb, input)
	if err != nil {
		return p.none(err)
	}
	p.stdout.Write(said)
	return code
}

func (p process) run(name, verb string, input []byte) (said []byte, code int, err error) {
	if _, inside := p.environ(innerMarker); inside {
		return nil, 1, errors.New("the inner helper " + name + " calls octroi again: leave one of the two out")
	}
	ctx, cancel := context.WithTimeout(context.Background(), innerTime)
	defer cancel()
	c := exec.CommandContext(ctx, "docker-credential-"+name, verb)
	out := &limited{}
	c.Stdin, c.Stdout, c.Stderr, c.Env = bytes.NewReader(input), out, p.stderr, append(p.all, innerMarker+"=1")
	c.WaitDelay = time.Second
	err = c.Run()
	var failed *exec.ExitError
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return nil, 1, errors.New("the inner helper docker-credential-" + name + " is not on PATH")
	case ctx.Err() != nil:
		return nil, 1, errors.New("the inner helper docker-credential-" + name + " did not answer in two minutes")
	case errors.As(err, &failed):
		return out.Bytes(), 1, nil
	case err != nil || out.full:
		return nil, 1, errors.New("the inner helper docker-credential-" + name + " did not answer in docker's protocol")
	}
	return out.Bytes(), 0, nil
}

// innerList is what an inner helper lists; one that fails has nothing to list.
func (p process) innerList(name string) map[string]string {
	all := map[string]string{}
	said, code, err := p.run(name, "list", nil)
	if err == nil && (code != 0 || json.Unmarshal(said, &all) != nil) {
		err = errors.New("the inner helper docker-credential-" + name + " cannot list what it has")
	}
	if err != nil {
		p.say(err.Error())
	}
	if all == nil { // null
		all = map[string]string{}
	}
	return all
}

// limited takes so much, and remembers that there was more.
type limited struct {
	bytes.Buffer
	full bool
}

func (l *limited) Write(b []byte) (int, error) {
	l.full = l.full || l.Len()+len(b) > maxInner
	if !l.full {
		l.Buffer.Write(b)
	}
	return len(b), nil
}
