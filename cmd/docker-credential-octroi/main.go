// Docker-credential-octroi answers docker, podman and the rest when they ask for a login to a registry; called
// octroi-credential-provider, it answers the kubelet. It is small, since it runs at every pull: it answers from the
// cache, and starts octroi when there is no answer.
//
// helper.go is docker's protocol, input.go its reader, inner.go another helper that answers for other hosts;
// provider.go is the kubelet's.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/octroi/octroi/hosts"
	"github.com/octroi/octroi/loan"
)

// process is what the program gets from outside.
type process struct {
	args    []string
	environ func(string) (string, bool)
	all     []string // the environment as a list
	self    string   // path of this program
	stdin   io.Reader
	stdout  io.Writer
	stderr  io.Writer
}

func main() {
	self, _ := os.Executable()
	p := process{os.Args[1:], os.LookupEnv, os.Environ(), self, os.Stdin, os.Stdout, os.Stderr}
	name := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
	if name == "octroi-credential-provider" {
		os.Exit(p.provider())
	}
	os.Exit(p.helper())
}

// desk opens the cache. One that cannot be used is said, and done without.
func (p process) desk(budget time.Duration) loan.Desk {
	folder, err := loan.Open(hosts.CacheFolder(p.environ))
	if err != nil {
		p.say("the cache is not used: " + err.Error())
		folder = nil
	}
	return loan.Desk{Folder: folder, Environ: p.all, Beside: p.self, Budget: budget, Now: time.Now}
}

// config is the user's configuration.
func (p process) config(d loan.Desk) (hosts.Config, error) {
	return d.Config(context.Background(), hosts.Path(p.environ))
}

// say writes one line for a person. It may quote what somebody else sent: nothing of it draws on the terminal.
func (p process) say(text string) {
	var line strings.Builder
	for _, r := range text {
		if r < ' ' || r >= 0x7f && r < 0xa0 || !strconv.IsPrint(r) {
			r = ' '
		}
		line.WriteRune(r)
	}
	fmt.Fprintf(p.stderr, "octroi: %s\n", strings.TrimSpace(line.String()))
}
