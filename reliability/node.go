package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// node is octroid serve as a process, on one data folder. It can be ended and started again.
type node struct {
	octroid, data string
	config        string   // file of --config
	wrap          []string // a program and arguments that start octroid, such as strace; empty: nothing
	arguments     []string // further ones of serve

	still sync.RWMutex // held for reading by a command that runs

	command *exec.Cmd
	output  *os.File      // what it prints, of all starts
	ended   chan struct{} // closed when the process is gone
	result  error         // of the process, once ended
	host    string        // where it listens
	began   time.Time     // of the process
	ready   time.Duration // from its start until the port was open
}

// unlimited is a configuration without rates: a scenario is one principal on one network.
const unlimited = "limits:\n  requestRate: 0\n  failureRate: 0\n"

// newNode prepares a node on folder/data with that configuration (YAML; unlimited, for most). It is not started.
func (r *run) newNode(config string) (*node, error) {
	n := &node{octroid: r.octroid, data: filepath.Join(r.folder, "data"), config: filepath.Join(r.folder, "config.yaml")}
	var err error
	if n.output, err = os.Create(filepath.Join(r.folder, "octroid.log")); err != nil {
		return nil, err
	}
	r.atEnd(func() error { n.kill(); return n.output.Close() })
	return n, os.WriteFile(n.config, []byte(config), 0o600)
}

// started is a node that serves.
func (r *run) started(ctx context.Context, config string) (*node, error) {
	n, err := r.newNode(config)
	if err != nil {
		return nil, err
	}
	return n, n.start(ctx)
}

// startTimeout bounds a start.
const startTimeout = 60 * time.Second

// start starts octroid and waits until its port is open.
func (n *node) start(ctx context.Context) error {
	if err := n.launch(); err != nil {
		return err
	}
	return n.opened(ctx)
}

// address is the file that gets the address once the port is open.
func (n *node) address() string { return n.config + ".address" }

// launch starts octroid and does not wait for it.
func (n *node) launch() error {
	address := n.address()
	if err := errors.Join(removeIfThere(address)); err != nil {
		return err
	}
	args := append([]string{"serve", "--config", n.config, "--data", n.data, "--listen", "127.0.0.1:0",
		"--address-file", address}, n.arguments...)
	argv := append(append([]string{}, n.wrap...), append([]string{n.octroid}, args...)...)
	n.command = exec.Command(argv[0], argv[1:]...)
	n.command.Stdout, n.command.Stderr = n.output, n.output
	n.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a wrapper and octroid end together
	n.began = time.Now()
	if err := n.command.Start(); err != nil {
		return err
	}
	n.ended = make(chan struct{})
	go func(c *exec.Cmd, ended chan struct{}) { n.result = c.Wait(); close(ended) }(n.command, n.ended)
	return nil
}

// opened waits until the port is open.
func (n *node) opened(ctx context.Context) error {
	for {
		if text, err := os.ReadFile(n.address()); err == nil {
			n.host, n.ready = string(text), time.Since(n.began)
			return nil
		}
		select {
		case <-n.ended:
			return fmt.Errorf("octroid serve ended by itself: %s", n.tail())
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(2 * time.Millisecond):
		}
		if time.Since(n.began) > startTimeout {
			return fmt.Errorf("octroid serve does not open its port: %s", n.tail())
		}
	}
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// tail is the end of what octroid printed.
func (n *node) tail() string {
	text, _ := os.ReadFile(n.output.Name())
	return strings.TrimSpace(string(text[max(0, len(text)-500):]))
}

// kill ends the node as the kernel does when memory is short.
func (n *node) kill() { n.end(syscall.SIGKILL) }

// stop ends it as an operator does, and returns how it ended.
func (n *node) stop() error { n.end(syscall.SIGTERM); return n.result }

func (n *node) end(signal syscall.Signal) {
	if n.command == nil || n.command.Process == nil {
		return
	}
	syscall.Kill(-n.command.Process.Pid, signal)
	<-n.ended
}

// pid is the process of octroid itself when nothing wraps it.
func (n *node) pid() int { return n.command.Process.Pid }

// administrator is the key that the first start wrote.
func (n *node) administrator() (aws.Credentials, error) {
	text, err := os.ReadFile(filepath.Join(n.data, "credentials"))
	var c aws.Credentials
	for line := range strings.Lines(string(text)) {
		switch name, value, _ := strings.Cut(strings.TrimSpace(line), " = "); name {
		case "aws_access_key_id":
			c.AccessKeyID = value
		case "aws_secret_access_key":
			c.SecretAccessKey = value
		}
	}
	return c, err
}

// program runs an octroid command on the node's data folder, and returns what it printed.
func (n *node) program(ctx context.Context, args ...string) (string, error) {
	n.still.RLock()
	defer n.still.RUnlock()
	c := exec.CommandContext(ctx, n.octroid, append(args, "--data", n.data)...)
	text, err := c.Output()
	if failed := new(exec.ExitError); errors.As(err, &failed) {
		err = fmt.Errorf("octroid %s: %w: %s", strings.Join(args, " "), err, failed.Stderr)
	}
	return string(text), err
}
