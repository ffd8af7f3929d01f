package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/octroi/octroi/hosts"
	"github.com/octroi/octroi/kubelet"
	"github.com/octroi/octroi/loan"
)

// providerBudget is how long the kubelet waits at most: it ends a provider after a minute.
const providerBudget = 50 * time.Second

// provider answers the kubelet. On a failure standard output stays empty and the exit code says so: the kubelet writes
// what is on standard error into its log, and pulls without a login.
func (p process) provider() int {
	response, err := p.provide()
	var text []byte
	if err == nil {
		text, err = response.Text()
	}
	if err == nil {
		_, err = p.stdout.Write(append(text, '\n'))
	}
	if err != nil {
		p.say(err.Error())
		return 1
	}
	return 0
}

func (p process) provide() (kubelet.Response, error) {
	if len(p.args) != 0 {
		return kubelet.Response{}, errors.New("octroi-credential-provider takes no arguments: the kubelet starts it (octroi configure kubelet shows how)")
	}
	input, err := io.ReadAll(io.LimitReader(p.stdin, kubelet.MaxRequest+1))
	if err != nil {
		return kubelet.Response{}, err
	}
	r, err := kubelet.ParseRequest(input)
	if err != nil {
		return kubelet.Response{}, err
	}
	h, ok := kubelet.Host(r.Image)
	if !ok {
		return r.Nothing(), nil
	}
	d := p.desk(providerBudget)
	defer d.Folder.Close()
	c, err := p.config(d)
	if err != nil {
		return kubelet.Response{}, err
	}
	e, err := c.Match(h)
	switch {
	case errors.Is(err, hosts.ErrUnknown), err == nil && (e.Anonymous || e.InnerHelper != ""):
		return r.Nothing(), nil
	case err != nil:
		return kubelet.Response{}, err
	}
	account, key, err := r.Account(e, p.environ, time.Now())
	if err != nil {
		return kubelet.Response{}, fmt.Errorf("no login for %s: %w", h.Name, err)
	}
	l, err := d.Borrow(context.Background(), loan.Source{Host: h, Entry: e, Environ: p.all, Account: key}, account)
	if err != nil {
		return kubelet.Response{}, fmt.Errorf("no login for %s: %w", h.Name, err)
	}
	return r.Lend(h.Name, l, time.Now()), nil
}
