package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// stamp is what a release takes from its commit.
type stamp struct {
	version string    // 1.2.3 of a tag v1.2.3; else 0.0.0-20260131120000-0123456789ab, in the form of Go's pseudo-versions
	time    time.Time // of the commit: the time of everything in a release
}

// readStamp asks git. What is not committed is built, too, and the version says so.
func readStamp(ctx context.Context, source string) (stamp, error) {
	line, err := git(ctx, source, "log", "-1", "--format=%ct %H")
	if err != nil {
		return stamp{}, err
	}
	seconds, commit, _ := strings.Cut(line, " ")
	unix, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil || len(commit) < 12 {
		return stamp{}, fmt.Errorf("git log gave %q, and not a time and a commit", line)
	}
	s := stamp{time: time.Unix(unix, 0).UTC()}
	s.version = "0.0.0-" + s.time.Format("20060102150405") + "-" + commit[:12]
	if tag, err := git(ctx, source, "describe", "--exact-match", "--tags", "--match", "v[0-9]*"); err == nil {
		s.version = strings.TrimPrefix(tag, "v")
	}
	changed, err := git(ctx, source, "status", "--porcelain")
	if changed != "" {
		s.version += "-dirty"
	}
	return s, err
}

func git(ctx context.Context, source string, args ...string) (string, error) {
	text, err := output(exec.CommandContext(ctx, "git", append([]string{"-C", source}, args...)...))
	return strings.TrimSpace(text), err
}

// output runs a program; its error holds what the program said.
func output(c *exec.Cmd) (string, error) {
	text, err := c.Output()
	if failed := new(exec.ExitError); errors.As(err, &failed) {
		return string(text), fmt.Errorf("%s: %w: %s%s", strings.Join(c.Args, " "), err, text, failed.Stderr)
	}
	return string(text), err
}
