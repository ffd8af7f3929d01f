package main

import (
	"embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// sources are the programs that are built for the table: they import the standard library only.
//
//go:embed testdata
var sources embed.FS

// build builds a program of testdata as a release is built: static and stripped.
func build(folder, name string) (path string, err error) {
	text, err := sources.ReadFile("testdata/" + name + "/main.go")
	if err != nil {
		return "", err
	}
	source := filepath.Join(folder, "src-"+name)
	err = errors.Join(os.Mkdir(source, 0o700), os.WriteFile(filepath.Join(source, "main.go"), text, 0o600),
		os.WriteFile(filepath.Join(source, "go.mod"), []byte("module bench/"+name+"\n\ngo 1.26\n"), 0o600))
	if err != nil {
		return "", err
	}
	path = filepath.Join(folder, name)
	c := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, ".")
	c.Dir, c.Env = source, append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
	if text, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building %s: %w: %s", name, err, text)
	}
	return path, nil
}

// awsV2 is the first AWS CLI of version 2: on PATH, or where distributions put it.
func awsV2() (path, version string) {
	var places []string
	for _, folder := range filepath.SplitList(os.Getenv("PATH")) {
		places = append(places, filepath.Join(folder, "aws"))
	}
	for _, path := range append(places, "/usr/bin/aws", "/usr/local/bin/aws") {
		text, err := exec.Command(path, "--version").Output()
		if version, _, _ := strings.Cut(string(text), " "); err == nil && strings.HasPrefix(version, "aws-cli/2.") {
			return path, version
		}
	}
	return "", ""
}

// launcher starts programs from a small process, in an environment of its own.
type launcher struct {
	path        string
	environment []string
}

func newLauncher(folder string) (launcher, error) {
	path, err := build(folder, "launch")
	roots := filepath.Join(folder, rootsFile)
	return launcher{path, []string{
		"HOME=" + folder, "PATH=" + os.Getenv("PATH"), "SSL_CERT_FILE=" + roots, "AWS_CA_BUNDLE=" + roots,
		"AWS_ACCESS_KEY_ID=AKIAQ7EXAMPLEOFAKEY2", "AWS_SECRET_ACCESS_KEY=for-the-bench-only", "AWS_EC2_METADATA_DISABLED=true",
	}}, err
}

// slowRounds is how many rounds a slow program has: no more are needed to see that it is slow.
const slowRounds = 3

// measure has the programs take turns, over HTTP and HTTPS. Each must print what it should before it is measured.
func (l launcher) measure(o options, api *fixedInterface, programs []*measured) error {
	for _, p := range programs {
		p.peak = map[bool][]int64{}
		for _, secure := range []bool{false, true} {
			c := exec.Command(p.path, p.args(api.url(secure))...)
			c.Env = l.environment
			text, err := c.Output()
			if failed := new(exec.ExitError); errors.As(err, &failed) {
				err = fmt.Errorf("%w: %s", err, failed.Stderr)
			}
			if got := strings.TrimSpace(string(text)); err != nil || got != p.output {
				return fmt.Errorf("%s printed %q: %w", p.name, got, errors.Join(err, errors.New("not what it should")))
			}
		}
	}
	for round := range o.rounds {
		for _, secure := range []bool{false, true} {
			for _, p := range programs {
				if p.runs == 1 && round >= slowRounds {
					continue
				}
				if err := l.round(p, api, secure); err != nil {
					return fmt.Errorf("%s: %w", p.name, err)
				}
			}
		}
	}
	return nil
}

func (l launcher) round(p *measured, api *fixedInterface, secure bool) error {
	url := ""
	if api != nil {
		url = api.url(secure)
	}
	c := exec.Command(l.path, append([]string{fmt.Sprint(p.runs), p.path}, p.args(url)...)...)
	c.Env = l.environment
	text, err := c.Output()
	if err != nil {
		return err
	}
	var walls []time.Duration
	for line := range strings.Lines(string(text)) {
		var wall time.Duration
		var peak int64
		if _, err := fmt.Sscan(line, (*int64)(&wall), &peak); err != nil {
			return err
		}
		walls = append(walls, wall)
		p.peak[secure] = append(p.peak[secure], peak)
	}
	if secure {
		p.secure = append(p.secure, median(walls))
	} else {
		p.wall = append(p.wall, median(walls))
	}
	return nil
}
