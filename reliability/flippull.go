package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// pulled counts what became of pulls of what is damaged.
type pulled struct {
	flips, cut, refused int
	whole               int // answers that ended as whole ones, with other bytes
	lame                int // pulls of what had been mended, that failed
	first               string
}

// target is what is pulled, and the file that its bytes come from, or that leads to it.
type target struct{ path, digest, file string }

// pulls flips bits of blobs, manifests and links of a service that runs, and pulls them, as often as that.
func (f *flipper) pulls(ctx context.Context, times int) ([]figure, error) {
	targets, err := f.targets(ctx)
	if err != nil {
		return nil, err
	}
	var p pulled
	for range times {
		t := targets[f.dice.IntN(len(targets))]
		if f.dice.IntN(3) == 0 { // it was found sound, and that is remembered: what was written a second ago is not
			time.Sleep(1100 * time.Millisecond)
			if got := f.get(ctx, t, nil); got != right {
				p.lame++
				p.say("%s, mended: %v", t.path, got)
			}
		}
		if err := f.flipLive(ctx, t, &p); err != nil {
			return nil, err
		}
	}
	for _, t := range targets {
		if got := f.get(ctx, t, nil); got != right {
			p.lame++
			p.say("%s, mended: %v", t.path, got)
		}
	}
	return append([]figure{told("flips of what is served", fmt.Sprintf("%d: %d answers were cut off, %d refused", p.flips, p.cut, p.refused)),
		zero("answers of wrong bytes that ended as whole ones", p.whole), zero("pulls that failed of what had been put back", p.lame)},
		firsts("of the pulls, first", p.first)...), nil
}

func (p *pulled) say(format string, args ...any) {
	if p.first == "" {
		p.first = fmt.Sprintf(format, args...)
	}
}

// targets are the blobs and manifests, by digest and by tag.
func (f *flipper) targets(ctx context.Context) (all []target, err error) {
	links := "docker/registry/v2/repositories/" + repository
	file := func(digest string) string {
		digits := strings.TrimPrefix(digest, "sha256:")
		return f.node.registryFolder("docker/registry/v2/blobs/sha256", digits[:2], digits, "data")
	}
	for _, b := range f.blobs {
		all = append(all, target{"/blobs/" + b, b, file(b)}, target{"/blobs/" + b, b, file(b)},
			target{"/blobs/" + b, b, f.node.registryFolder(links, "_layers/sha256", strings.TrimPrefix(b, "sha256:"), "link")})
	}
	for m := range f.manifests {
		all = append(all, target{"/manifests/" + m, m, file(m)},
			target{"/manifests/" + m, m, f.node.registryFolder(links, "_manifests/revisions/sha256", strings.TrimPrefix(m, "sha256:"), "link")})
	}
	for _, i := range f.images {
		all = append(all, target{"/manifests/" + i.tag, i.digest, file(i.digest)},
			target{"/manifests/" + i.tag, i.digest, f.node.registryFolder(links, "_manifests/tags", i.tag, "current/link")})
	}
	return all, ctx.Err()
}

// flipLive flips a bit of a target, before it is pulled or while it is.
func (f *flipper) flipLive(ctx context.Context, t target, p *pulled) (err error) {
	c := &flipped{path: t.file}
	if c.info, err = os.Stat(t.file); err != nil {
		return err
	}
	c.at = f.dice.Int64N(c.info.Size())
	flip := func() { err = f.flipAt(c) }
	if c.info.Size() < 1<<20 || f.dice.IntN(2) == 0 {
		flip()
		flip = nil
	}
	got := f.get(ctx, t, flip)
	if err != nil {
		return err
	}
	p.flips++
	switch got {
	case wrong:
		p.whole++
		p.say("%s of %s: %v", t.path, t.file, c)
	case cut:
		p.cut++
	case no:
		p.refused++
	}
	return c.undo()
}

// got is what became of a pull.
type got string

const (
	right got = "what was asked for" // also when the flip came after it
	wrong got = "other bytes, and whole"
	cut   got = "cut off"
	no    got = "refused"
)

// get pulls. meanwhile, when given, is called after the first piece.
func (f *flipper) get(ctx context.Context, t target, meanwhile func()) got {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+f.node.host+"/v2/"+repository+t.path, nil)
	if err != nil {
		return no
	}
	a, err := (&http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
	if err != nil {
		return cut
	}
	defer a.Body.Close()
	sum, first := sha256.New(), make([]byte, 64<<10)
	n, err := io.ReadFull(a.Body, first)
	sum.Write(first[:n])
	if meanwhile != nil {
		meanwhile()
	}
	if err == nil {
		_, err = io.Copy(sum, a.Body)
	} else if err == io.EOF || err == io.ErrUnexpectedEOF && int64(n) == a.ContentLength {
		err = nil // it is shorter than a piece
	}
	switch {
	case a.StatusCode != http.StatusOK:
		return no
	case err != nil:
		return cut
	case "sha256:"+hex.EncodeToString(sum.Sum(nil)) == t.digest:
		return right
	}
	return wrong
}
