package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/octroi/octroi/hosts"
	"github.com/octroi/octroi/internal/version"
	"github.com/octroi/octroi/loan"
)

// helperBudget is how long docker waits for an answer at most.
const helperBudget = 30 * time.Second

// notFound is what docker matches to go on without a login.
//
// Source: docker-credential-helpers, credentials.NewErrCredentialsNotFound.
const notFound = "credentials not found in native keychain"

const usage = `usage: docker-credential-octroi get|store|erase|list

Answers docker, podman, buildah, skopeo, helm and others that have it as "credHelpers" or "credsStore" in their
configuration. Logins are for public.ecr.aws and for the hosts in ~/.config/octroi/config.yaml.
`

// helper is docker's protocol: a verb, a host or a login on standard input, the answer on standard output.
//
// Source: docker CLI reference, "Credential helper protocol".
func (p process) helper() int {
	if len(p.args) != 1 {
		fmt.Fprint(p.stderr, usage)
		return 1
	}
	switch p.args[0] {
	case "get":
		return p.get()
	case "store":
		return p.store()
	case "erase":
		return p.erase()
	case "list":
		return p.list()
	case "version":
		fmt.Fprintln(p.stdout, "docker-credential-octroi (octroi) "+version.String())
		return 0
	case "-h", "--help", "help":
		fmt.Fprint(p.stdout, usage)
		return 0
	}
	p.say("unknown verb " + strconv.QuoteToASCII(p.args[0]) + ": want get, store, erase or list")
	return 1
}

// none answers that there is no login, so that docker goes on without one, and says why where people look.
func (p process) none(cause error) int {
	if cause != nil {
		p.say(cause.Error())
	}
	fmt.Fprintln(p.stdout, notFound)
	return 1
}

// late ends the program when standard input does not end.
func (p process) late() { os.Exit(p.none(errInput)) }

func (p process) get() int {
	input, err := readInput(p.stdin, p.late)
	if err != nil {
		return p.none(err)
	}
	text, err := server(input)
	if errors.Is(err, errNoServer) {
		fmt.Fprintln(p.stdout, err)
		return 1
	}
	d := p.desk(helperBudget)
	defer d.Folder.Close()
	c, err := p.config(d)
	if err != nil {
		return p.none(err)
	}
	h, e, err := find(c, text)
	switch {
	case innerOf(c, e, err) != "":
		return p.inner(innerOf(c, e, err), "get", input)
	case err != nil && dockerHub(text):
		return p.none(nil) // every pull without a host asks for it
	case err != nil:
		return p.none(fmt.Errorf("%s: %w", strconv.QuoteToASCII(shortened(text)), err))
	case e.Anonymous:
		return p.none(nil)
	}
	l, err := d.Borrow(context.Background(), loan.Source{Host: h, Entry: e, Environ: p.all}, nil)
	if err != nil {
		return p.none(fmt.Errorf("no login for %s: %w", h.Name, err))
	}
	return p.answer(struct{ ServerURL, Username, Secret string }{text, l.User, string(l.Password)})
}

func (p process) answer(of any) int {
	text, err := json.Marshal(of)
	if err == nil {
		_, err = p.stdout.Write(append(text, '\n'))
	}
	if err != nil {
		return 1
	}
	return 0
}

// find is what is configured for the text that a client handed over.
func find(c hosts.Config, text string) (hosts.Host, hosts.Entry, error) {
	h, err := hosts.Parse(text)
	if err != nil {
		return hosts.Host{}, hosts.Entry{}, err
	}
	e, err := c.Match(h)
	return h, e, err
}

// store succeeds and keeps nothing for hosts of ours: docker login stores what it was given, and what is lent here is
// newer. Other hosts' logins go to the inner helper; without one they are refused by a warning, not silently lost.
func (p process) store() int {
	input, err := readInput(p.stdin, p.late)
	var login struct{ ServerURL, Username, Secret string }
	if err != nil || json.Unmarshal(input, &login) != nil || login.ServerURL == "" {
		p.say("store: what came on standard input is no login")
		return 1
	}
	return p.change("store", login.ServerURL, input)
}

// erase forgets what was lent for a host of ours: the next get asks anew.
func (p process) erase() int {
	input, err := readInput(p.stdin, p.late)
	if err != nil {
		return p.none(err)
	}
	text, err := server(input)
	if err != nil {
		fmt.Fprintln(p.stdout, err)
		return 1
	}
	return p.change("erase", text, input)
}

func (p process) change(verb, text string, input []byte) int {
	d := p.desk(helperBudget)
	defer d.Folder.Close()
	c, err := p.config(d)
	if err != nil {
		p.say(err.Error())
		return 1
	}
	h, e, err := find(c, text)
	switch name := innerOf(c, e, err); {
	case name != "":
		return p.inner(name, verb, input)
	case err != nil && verb == "store":
		p.say("the login for " + strconv.QuoteToASCII(shortened(text)) + " is not kept: set inner_helper in " + hosts.Path(p.environ) + " to a helper that keeps it")
	case err == nil && verb == "erase" && !e.Anonymous:
		if err := d.Forget(context.Background(), loan.Source{Host: h, Entry: e, Environ: p.all}); err != nil {
			p.say("what was lent for " + h.Name + " could not be forgotten: " + err.Error())
		}
	}
	return 0
}

// list is the hosts that a good login is cached for, and those of the inner helper. Nobody is asked.
func (p process) list() int {
	d := p.desk(helperBudget)
	defer d.Folder.Close()
	c, err := p.config(d)
	if err != nil {
		p.say(err.Error())
		return 1
	}
	all := map[string]string{}
	if c.InnerHelper != "" {
		all = p.innerList(c.InnerHelper)
	}
	for host, user := range d.Held(c) {
		all[host] = user
	}
	d.Folder.Prune(time.Now())
	return p.answer(all)
}

// dockerHub reports the names that docker has for its own registry.
func dockerHub(text string) bool {
	h, err := hosts.Parse(text)
	return text == "https://index.docker.io/v1/" || err == nil && (h.Name == "index.docker.io" || h.Name == "docker.io" || h.Name == "registry-1.docker.io")
}

func shortened(text string) string {
	const most = 100
	if len(text) > most {
		return text[:most] + "..."
	}
	return text
}
