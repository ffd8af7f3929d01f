package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"time"
)

// collecting is a configuration that collects all the time, with the least age that it may have.
const collecting = unlimited + "  uploadIdle: 10s\nregistry:\n  collectEvery: 1s\n  collectAfter: 10s\n"

// shortestAge is collectAfter there.
const shortestAge = 10 * time.Second

// collectAtWork is RL23: garbage is collected every second while tenants push, retag, delete and pull, and the service is
// killed in the middle of a collection. What they were told is there, is; and when all is quiet the disk holds what
// something leads to, and nothing else.
func collectAtWork(ctx context.Context, r *run) ([]figure, error) {
	n, err := r.started(ctx, collecting)
	if err != nil {
		return nil, err
	}
	w, err := hire(ctx, n)
	if err != nil {
		return nil, err
	}
	e := newEstate(r, w)
	work, kills := max(r.time(90*time.Second), 2*shortestAge), r.count(3)
	hits, err := e.killed(ctx, work, kills)
	if err != nil {
		return nil, err
	}
	e.checkAll(ctx)
	if err := e.everyTag(ctx); err != nil {
		return nil, err
	}
	images, tags := e.size()
	r.say("quiet: %d images and %d tags are to be there", images, tags)
	left, kept, err := e.quiet(ctx)
	if err != nil {
		return nil, err
	}
	e.checkAll(ctx) // again, after a collection of what had been left alone
	text, damaged := n.program(ctx, "fsck")
	if damaged != nil {
		e.found.wrong("octroid fsck: %v: %s", damaged, text)
	}
	if err := e.deleteAll(ctx); err != nil {
		return nil, err
	}
	empty, _, err := e.quiet(ctx)
	if err != nil {
		return nil, err
	}
	return append([]figure{
		{"killed in the middle of a collection", fmt.Sprint(hits), fmt.Sprint(kills), hits == kills},
		told("kept", kept),
	}, e.figures(left, empty)...), nil
}

// figures are what the tenants found, and what was left when it was quiet: after their work, and after all was deleted.
func (e *estate) figures(left, empty leftovers) []figure {
	return append([]figure{
		told("tenants did", e.did.String()),
		told("collected meanwhile", e.node.collected()),
		zero("missing: of what was acknowledged, or of what a tag or digest leads to", e.found.lost),
		zero("not as it was", e.found.corrupt),
		zero("manifests refused for a layer that was there less than collectAfter ago", e.did.early),
		zero("leaked bytes, when it was quiet for the collection's age", int(left.bytes)),
		zero("leaked files and folders", len(left.names)),
		zero("leaked bytes after everything was deleted", int(empty.bytes)),
		zero("leaked files and folders after it", len(empty.names)),
	}, firsts("found first", e.found.first, "leaked, first", left.first(), "leaked after the deletes, first", empty.first())...)
}

// killed has the tenants work for a time, in which the service is killed a few times in the middle of a collection. It
// tells how often that was hit.
func (e *estate) killed(ctx context.Context, d time.Duration, kills int) (hits int, err error) {
	end := time.Now().Add(d)
	for tries := 0; ; tries++ {
		rest := e.work(ctx)
		if hits == kills || tries == 5*kills {
			e.wait(ctx, time.Until(end))
			rest()
			return hits, ctx.Err()
		}
		e.wait(ctx, time.Until(end)/time.Duration(kills-hits+1))
		e.awaitSweep(ctx)
		e.node.kill()
		rest()
		if e.sweeping() {
			hits++
		}
		if err := errors.Join(ctx.Err(), e.node.start(ctx)); err != nil {
			return hits, err
		}
		e.checkAll(ctx)
		e.run.say("killed, and started again: %s", e.did)
	}
}

// registryFolder is a folder below the registry's.
func (n *node) registryFolder(parts ...string) string {
	return filepath.Join(append([]string{n.data, "registry"}, parts...)...)
}

// sweeping reports whether a collection is under way: what it removes has left its place, and is not gone yet.
func (e *estate) sweeping() bool {
	_, err := os.Stat(e.node.registryFolder("swept"))
	return err == nil
}

// awaitSweep waits for the middle of a collection.
func (e *estate) awaitSweep(ctx context.Context) {
	for end := time.Now().Add(2 * shortestAge); !e.sweeping() && time.Now().Before(end) && ctx.Err() == nil; {
		time.Sleep(50 * time.Microsecond)
	}
}

func (e *estate) wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// collectedLine is what the service says of a collection that removed something.
var collectedLine = regexp.MustCompile(`removed what nothing in the registry led to.*?\bblobs=(\d+) bytes=(\d+) links=(\d+)`)

// collected sums up what the service said.
func (n *node) collected() string {
	text, _ := os.ReadFile(n.output.Name())
	var passes, blobs, bytes, links int
	for _, m := range collectedLine.FindAllStringSubmatch(string(text), -1) {
		passes++
		for i, sum := range []*int{&blobs, &bytes, &links} {
			number, _ := strconv.Atoi(m[i+1])
			*sum += number
		}
	}
	return fmt.Sprintf("%d blobs of %.1f MiB and %d links, in %d passes that found something", blobs, float64(bytes)/(1<<20), links, passes)
}
