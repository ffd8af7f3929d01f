package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"time"

	"github.com/octroi/octroi/awsconfig"
	"github.com/octroi/octroi/configfile"
	"github.com/octroi/octroi/credential"
	"github.com/octroi/octroi/hosts"
	"github.com/octroi/octroi/loan"
)

const (
	maxLendRequest = 1 << 20
	lendConnect    = 10 * time.Second
	// lendMetadata is how long an instance's metadata address may take. On a machine that is none it is waited for at
	// every pull, and an instance answers in a few milliseconds.
	lendMetadata = 450 * time.Millisecond
)

// lend is what docker-credential-octroi starts when its cache has no answer: it reads a request and writes a reply, one
// JSON text each. It is no command for people, and not in the help.
func (p process) lend(ctx context.Context, args []string) error {
	text, err := io.ReadAll(io.LimitReader(p.stdin, maxLendRequest))
	if err != nil {
		return err
	}
	if len(args) != 0 {
		return &usageError{"lend takes no arguments: it is for docker-credential-octroi"}
	}
	r, err := loan.ParseRequest(text)
	if err != nil {
		return &usageError{err.Error()}
	}
	if r.Configuration != "" {
		return p.replyConfiguration(r.Configuration)
	}
	if r.Budget > 0 {
		limited, cancel := context.WithTimeout(ctx, time.Duration(r.Budget)*time.Millisecond)
		defer cancel()
		ctx = limited
	}
	l, err := p.lendTo(ctx, r)
	if err != nil {
		err = errors.New(oneLine(credential.Advice(err).Error()))
	}
	return p.reply(loan.NewReply(l, err))
}

func (p process) lendTo(ctx context.Context, r loan.Request) (loan.Loan, error) {
	b := &backend{environ: p.environ, stderr: p.stderr}
	q := awsconfig.Request{
		Environ: p.environ, Home: p.home(), Connect: lendConnect, Read: usualTimeout, Metadata: lendMetadata, UserAgent: b.userAgent(""),
	}
	if r.Entry.Profile != "" {
		q.Profile = &r.Entry.Profile
	}
	if r.Entry.Region != "" {
		q.Region = &r.Entry.Region
	}
	settings, err := awsconfig.Load(q)
	if err != nil {
		return loan.Loan{}, err
	}
	folder, err := loan.Open(hosts.CacheFolder(p.environ))
	if err == nil {
		defer folder.Close()
	} // else without: the small binary has said why
	return credential.Lender{Settings: settings, Folder: folder, UserAgent: b.userAgent("octroi.lend"), Now: time.Now}.Lend(ctx, r)
}

func (p process) replyConfiguration(path string) error {
	file, err := hosts.ReadFile(path)
	var read configfile.File
	if err == nil {
		read, err = configfile.Parse(path, file)
	}
	var compiled []byte
	if err == nil {
		compiled, err = hosts.Compile(read.Config, file)
	}
	if err != nil {
		return p.reply(loan.NewReply(loan.Loan{}, errors.New(oneLine(err.Error()))))
	}
	return p.reply(loan.NewConfigurationReply(compiled))
}

func (p process) reply(r loan.Reply) error {
	text, err := json.Marshal(r)
	if err == nil {
		_, err = p.stdout.Write(append(text, '\n'))
	}
	return err
}
