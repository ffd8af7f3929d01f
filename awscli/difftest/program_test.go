package difftest_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// result is what came out of a run.
type result struct {
	Exit           int
	Stdout, Stderr []byte // JSON has them in base64
	Requests       []request
}

// subject runs a program with these arguments and variables, in this folder.
type subject interface {
	run(args, env []string, dir string) (result, error)
}

// program is started anew for each run.
type program string

func (p program) run(args, env []string, dir string) (result, error) {
	c := exec.Command(string(p), args...)
	var stdout, stderr bytes.Buffer
	c.Env, c.Dir, c.Stdout, c.Stderr = env, dir, &stdout, &stderr
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return result{}, err
	}
	return result{Exit: c.ProcessState.ExitCode(), Stdout: stdout.Bytes(), Stderr: stderr.Bytes()}, nil
}

// forks is the AWS CLI in a process that forks for each run: testdata/forks.py.
type forks struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func startForks() (*forks, error) {
	script, err := filepath.Abs("testdata/forks.py")
	if err != nil {
		return nil, err
	}
	f := &forks{cmd: exec.Command("/usr/bin/python3", script)}
	f.cmd.Env, f.cmd.Stderr = []string{"PATH=/usr/bin:/bin", "HOME=/nonexistent"}, os.Stderr
	if f.in, err = f.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := f.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	f.out = bufio.NewReader(out)
	return f, f.cmd.Start()
}

// pool are forking AWS CLIs that are free; one of them is taken for a run.
type pool chan *forks

func (p pool) run(args, env []string, dir string) (result, error) {
	f := <-p
	defer func() { p <- f }()
	return f.run(args, env, dir)
}

func (f *forks) run(args, env []string, dir string) (r result, err error) {
	variables := map[string]string{}
	for _, v := range env {
		name, value, _ := strings.Cut(v, "=")
		variables[name] = value
	}
	question, err := json.Marshal(map[string]any{"args": args, "env": variables, "dir": dir})
	if err != nil {
		return r, err
	}
	if _, err := f.in.Write(append(question, '\n')); err != nil {
		return r, err
	}
	line, err := f.out.ReadBytes('\n')
	if err != nil {
		return r, fmt.Errorf("the forking AWS CLI has ended: %w", err)
	}
	return r, json.Unmarshal(line, &r)
}

func (f *forks) stop() {
	f.in.Close()
	f.cmd.Wait()
}

// runBoth runs the original, then octroi.
func (p place) runBoth(c invocation, original, ours subject) (want, got result, err error) {
	for _, side := range []struct {
		subject
		to *result
	}{{original, &want}, {ours, &got}} {
		args, env, err := p.prepare(c)
		if err != nil {
			return want, got, err
		}
		if *side.to, err = side.run(args, env, p.home); err != nil {
			return want, got, err
		}
		side.to.Requests = p.seen()
	}
	return want, got, nil
}
