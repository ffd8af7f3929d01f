package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
)

// Sizes of what is pushed and pulled.
const (
	smallBlob  = 64 << 10
	largeBlob  = 16 << 20
	manyLayers = 30
	tinyLayer  = 4 << 10
)

// stockTable measures octroid, with authentication and a policy decision for each request, beside the registry that
// Distribution ships, without authentication and with its cache: both as processes, on folders of their own.
func stockTable(out io.Writer, o options) (err error) {
	if _, err := os.Stat(o.stock); err != nil {
		fmt.Fprintf(out, "Distribution's registry: skipped: not built (%s; make bench builds it)\n", o.stock)
		return nil
	}
	var opened closeAll
	defer func() { err = errors.Join(err, opened.close()) }()
	folder, err := os.MkdirTemp("", "octroi-bench-")
	if err != nil {
		return err
	}
	opened.add(func() error { return os.RemoveAll(folder) })
	b, err := openBoth(o, folder, &opened)
	if err != nil {
		return err
	}
	limits, err := limitsOf(folder)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%-42s %9s  %12s %6s\n", "As processes", "octroid", "stock", "ratio")
	for _, table := range []func(io.Writer, options) error{b.pulls, b.pushes} {
		if err := table(out, o); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "limits of this machine: one flush %.2f ms (%.0f/s), %.0f MB/s into a file and flushed, %.0f MB/s from memory to memory\n",
		limits.flush.Seconds()*1e3, 1/limits.flush.Seconds(), limits.stored/1e6, limits.copied/1e6)
	return b.memory(out)
}

// both are the two registries with the same image in each.
type both struct {
	ours, theirs     *process
	pusher, stock    pusher
	small, large     content // of ours
	smalls, larges   content // of theirs
	bearerForPulling string
}

func openBoth(o options, folder string, opened *closeAll) (b both, err error) {
	var h *house
	if b.ours, h, err = openService(o.service, folder); err != nil {
		return b, err
	}
	opened.add(b.ours.Close)
	if b.theirs, err = openStock(o.stock, folder); err != nil {
		return b, err
	}
	opened.add(b.theirs.Close)
	login, err := h.authorization()
	if err != nil {
		return b, err
	}
	b.pusher, b.stock = newPusher(b.ours.host, "Basic "+login), newPusher(b.theirs.host, "")
	for _, push := range []struct {
		p    pusher
		into *content
		size int
	}{{b.pusher, &b.small, smallBlob}, {b.stock, &b.smalls, smallBlob}, {b.pusher, &b.large, largeBlob}, {b.stock, &b.larges, largeBlob}} {
		if *push.into, err = push.p.image(fmt.Sprint("v", push.size), 1, push.size); err != nil {
			return b, err
		}
	}
	b.bearerForPulling, err = h.bearer(login)
	return b, err
}

func (b both) pulls(out io.Writer, o options) error {
	tag := fmt.Sprint("manifests/v", smallBlob)
	for _, pull := range []struct{ name, ours, theirs string }{
		{"manifest by tag", tag, tag},
		{"manifest by digest", "manifests/" + b.small.manifest, "manifests/" + b.smalls.manifest},
		{"blob GET, 64 KiB", "blobs/" + b.small.blob, "blobs/" + b.smalls.blob},
		{"blob GET, 16 MiB", "blobs/" + b.large.blob, "blobs/" + b.larges.blob},
	} {
		accept := "Accept: " + manifestType
		ours := target{b.ours.host, get(b.ours.host, imagePath+pull.ours, "Bearer "+b.bearerForPulling, accept), http.StatusOK}
		theirs := target{b.theirs.host, get(b.theirs.host, imagePath+pull.theirs, "", accept), http.StatusOK}
		c, err := takeTurns(o, 16, side{"octroid", ours}, side{"stock", theirs})
		if err != nil {
			return fmt.Errorf("%s: %w", pull.name, err)
		}
		c.rates(out, pull.name+", 16 connections")
	}
	return nil
}

func (b both) pushes(out io.Writer, o options) error {
	o.round *= 5 // a push takes long
	for _, push := range []struct {
		name string
		do   func(pusher, int) error
	}{
		{"blob PUT, 64 KiB", func(p pusher, _ int) error { _, err := p.blob(p.fresh(smallBlob)); return err }},
		{"blob PUT, 16 MiB", func(p pusher, _ int) error { _, err := p.blob(p.fresh(largeBlob)); return err }},
		{fmt.Sprintf("image of %d layers of 4 KiB", manyLayers), func(p pusher, worker int) error {
			_, err := p.image(fmt.Sprint("w", worker), manyLayers, tinyLayer)
			return err
		}},
	} {
		of := func(p pusher) pushes { return func(worker int) error { return push.do(p, worker) } }
		c, err := takeTurns(o, 8, side{"octroid", of(b.pusher)}, side{"stock", of(b.stock)})
		if err != nil {
			return fmt.Errorf("%s: %w", push.name, err)
		}
		c.rates(out, push.name+", 8 at a time")
	}
	return nil
}

func (b both) memory(out io.Writer) error {
	ours, err := b.ours.peak()
	if err != nil {
		return err
	}
	theirs, err := b.theirs.peak()
	if err == nil {
		fmt.Fprintf(out, "peak memory of all that: octroid %.1f MB, stock %.1f MB\n", float64(ours)/1e6, float64(theirs)/1e6)
	}
	return err
}
