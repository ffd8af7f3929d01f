package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/octroi/octroi/server"
)

func demoCommand(s streams) *cobra.Command {
	var octroi string
	c := &cobra.Command{
		Use: "demo", Short: "Walk the whole path once, in a temporary folder, and explain each step", Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error { return runDemo(cmd.Context(), s.out, octroi) },
	}
	c.Flags().StringVar(&octroi, "octroi", "", "the octroi program (default: beside octroid, or on PATH)")
	return c
}

// demo is one walk: the service runs in this process, everything else is done as a user would do it.
type demo struct {
	out            io.Writer
	octroi, folder string
	running        *server.Server
	host           string
	user           newUser
}

func runDemo(ctx context.Context, out io.Writer, octroi string) (err error) {
	if octroi, err = findOctroi(octroi); err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "octroid-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	d := &demo{out: out, octroi: octroi, folder: folder}
	config := server.Defaults()
	config.Data, config.Listen = filepath.Join(folder, "data"), "127.0.0.1:0"
	d.running, err = server.Start(ctx, config, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.running.Shutdown(context.WithoutCancel(ctx))) }()
	d.host = d.running.Address()
	return d.walk(ctx)
}

// findOctroi is the command that the demo shows: ours, never a stand-in.
func findOctroi(path string) (string, error) {
	if path != "" {
		return path, nil
	}
	if self, err := os.Executable(); err == nil {
		beside := filepath.Join(filepath.Dir(self), "octroi")
		if _, err := os.Stat(beside); err == nil {
			return beside, nil
		}
	}
	path, err := exec.LookPath("octroi")
	if err != nil {
		return "", errors.New("the demo shows the octroi command, which is neither beside octroid nor on PATH: run make build, or give --octroi FILE")
	}
	return path, nil
}

func (d *demo) walk(ctx context.Context) error {
	steps := []struct {
		title string
		do    func(context.Context) error
	}{
		{"The service starts on an empty folder: store, keys, account and administrator are made", d.showService},
		{"A user who may push and pull team/*, and nothing else", d.addUser},
		{"The command asks for a token: the request is signed, two permissions are checked, the token is sealed", d.getToken},
		{"Log in: the token goes where docker, podman and helm look for it", d.logIn},
		{"Push an image that is made here, layer by layer", d.push},
		{"A push that no policy allows is refused, and the answer says why", d.pushRefused},
		{"Anybody may pull a public repository, without any credential", d.pullAnonymously},
		{"The audit record has a line for every decision; the last six", d.showAudit},
	}
	for i, step := range steps {
		fmt.Fprintf(d.out, "\n%d. %s\n", i+1, step.title)
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("step %d of the demo: %w", i+1, err)
		}
	}
	fmt.Fprintln(d.out, "\nDone. Nothing is left behind. Serve for real with: octroid serve --data DIR")
	return nil
}

func (d *demo) say(format string, args ...any) { fmt.Fprintf(d.out, "   "+format+"\n", args...) }

func (d *demo) showService(context.Context) error {
	d.say("$ octroid serve --data DIR --listen 127.0.0.1:0")
	d.say("%s answers the AWS endpoint (POST /), /token/ and /v2/", d.running.URL())
	return nil
}

func (d *demo) addUser(ctx context.Context) (err error) {
	d.say("$ octroid user add ci --allow push,pull --repository 'team/*'")
	p := place{data: filepath.Join(d.folder, "data")}
	d.user, err = addUser(ctx, nil, p, grant{allow: []string{"push", "pull"}, repositories: []string{"team/*"}}, "ci")
	d.say("%s  %s", d.user.ARN, d.user.AccessKeyID)
	return err
}

// run runs octroi with the user's key and a home of the demo's own, and returns what it printed.
func (d *demo) run(ctx context.Context, args ...string) (string, error) {
	c := exec.CommandContext(ctx, d.octroi, args...)
	c.Env = []string{
		"HOME=" + d.folder, "DOCKER_CONFIG=" + d.dockerConfig(), "PATH=" + os.Getenv("PATH"), "AWS_REGION=us-east-1",
		"AWS_ACCESS_KEY_ID=" + d.user.AccessKeyID, "AWS_SECRET_ACCESS_KEY=" + d.user.SecretAccessKey,
		"AWS_ENDPOINT_URL_ECR_PUBLIC=" + d.running.URL(),
	}
	var stderr strings.Builder
	c.Stderr = &stderr
	text, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("octroi %s: %w: %s", args[0], err, strings.TrimSpace(stderr.String()))
	}
	return strings.TrimSpace(string(text)), nil
}

func (d *demo) dockerConfig() string { return filepath.Join(d.folder, "docker") }

func (d *demo) getToken(ctx context.Context) error {
	d.say("$ export AWS_REGION=us-east-1 AWS_ENDPOINT_URL_ECR_PUBLIC=%s AWS_ACCESS_KEY_ID=... AWS_SECRET_ACCESS_KEY=...", d.running.URL())
	query := []string{"ecr-public", "get-authorization-token", "--output", "text", "--query"}
	d.say("$ octroi %s 'authorizationData.[length(authorizationToken), expiresAt]'", strings.Join(query, " "))
	text, err := d.run(ctx, append(query, "authorizationData.[length(authorizationToken), expiresAt]")...)
	d.say("%s", text)
	return err
}

func (d *demo) logIn(ctx context.Context) error {
	d.say("$ octroi login %s", d.host)
	text, err := d.run(ctx, "login", d.host)
	d.say("%s", text)
	return err
}

func (d *demo) showAudit(context.Context) error {
	folder := filepath.Join(d.folder, "data")
	var lines []string
	// A record that nobody waits for is written a moment after its answer.
	for range 100 {
		var err error
		if lines, err = lastLines(folder, 6); err != nil {
			return err
		}
		if strings.HasSuffix(lines[len(lines)-1], " anonymous") {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	for _, l := range lines {
		d.say("%s", l)
	}
	return nil
}
