package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"time"
)

// assault is what a hostile process is told to do. It goes to its standard input: it may hold credentials.
type assault struct {
	Kind     string        // a name among the attacks
	Host     string        // of the service
	Count    int           // connections that are open at a time
	Requests [][]byte      // what is sent on them, in turn
	Every    time.Duration // between two bytes, of those that trickle
	Receive  int           // size of the receive buffer in bytes, of those that do not read
	Rate     int           // requests a second, of those that are sent whole
	Again    bool          // connect again after being cut
}

// endless is an attack that goes on until it is stopped.
func (a assault) endless() bool { return a.Again || a.Rate > 0 }

func (a assault) niceness() int {
	if a.endless() {
		return 19
	}
	return 0 // when it is cut is to be seen at once
}

// sighting is what a hostile process has seen.
type sighting struct {
	Held    int           // connections that are open, as of now
	Most    int           // at a time
	Opened  int           // in all
	Cut     int           // by the service
	Longest time.Duration // that one was held before it was cut
	Sent    int           // whole requests
	Status  map[int]int   // answers to them, by status
	Seconds float64       // that it took
}

// attacks by name. Each returns when its context is done, or when it has nothing left to do.
var attacks = map[string]func(context.Context, assault, *tally){
	"trickle": trickle,
	"flood":   flood,
}

// attack is this program as a hostile process: an assault on standard input, then a line on standard output when all
// connections are open, and a report when the input ends.
func attack(in io.Reader, out io.Writer) error {
	lines := bufio.NewReader(in)
	first, err := lines.ReadBytes('\n')
	var a assault
	if err == nil {
		err = json.Unmarshal(first, &a)
	}
	do, known := attacks[a.Kind]
	if err != nil || !known {
		return errors.Join(err, fmt.Errorf("there is no attack %q", a.Kind))
	}
	ctx, stop := context.WithCancel(context.Background())
	go func() { io.Copy(io.Discard, lines); stop() }()
	t := newTally()
	ended := make(chan struct{})
	go func() { do(ctx, a, t); close(ended) }()
	for ready := false; !ready; {
		select {
		case <-t.full:
			ready = true
		case <-ended:
			ready = true
		case <-time.After(40 * time.Second): // the service takes no more
			ready = true
		}
	}
	answers := json.NewEncoder(out)
	if err := answers.Encode(t.now()); err != nil {
		return err
	}
	<-ended
	return answers.Encode(t.now())
}

// attacker is a hostile process. One that goes on and on is as nice as a process can be: what is measured is what the
// service does, not who gets the processors of this machine.
type attacker struct {
	command *exec.Cmd
	in      io.WriteCloser
	answers *json.Decoder
	ready   sighting // as of when its connections were open
}

// attack starts a hostile process and waits until it has opened what it opens.
func (r *run) attack(ctx context.Context, a assault) (*attacker, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &attacker{command: exec.CommandContext(ctx, "nice", "-n", strconv.Itoa(a.niceness()), self, attackArgument)}
	p.command.Stderr = r.log
	out, err := p.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if p.in, err = p.command.StdinPipe(); err != nil {
		return nil, err
	}
	if err := p.command.Start(); err != nil {
		return nil, err
	}
	p.answers = json.NewDecoder(out)
	if err := errors.Join(json.NewEncoder(p.in).Encode(a), p.answers.Decode(&p.ready)); err != nil {
		return nil, errors.Join(fmt.Errorf("the attack %s did not begin: %w", a.Kind, err), p.in.Close(), p.command.Wait())
	}
	return p, nil
}

// stop ends the attack, or waits that long until it has nothing left to do, and returns what it has seen.
func (p *attacker) stop(within time.Duration) (last sighting, err error) {
	late := time.AfterFunc(within, func() { p.in.Close() })
	defer late.Stop()
	err = p.answers.Decode(&last)
	p.in.Close() // may be closed already
	return last, errors.Join(err, p.command.Wait())
}
