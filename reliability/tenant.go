package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"
)

// tenant pushes, retags, deletes and pulls, and knows what it was told to be there. Nobody else touches its tags and
// manifests; the layers are everybody's.
type tenant struct {
	*estate
	name  string
	began time.Time
	mine  []held
	at    map[place]string // digest
}

// held is an image that is there, as far as its tenant knows.
type held struct{ repository, digest string }

// place is a tag.
type place struct{ repository, tag string }

// estates are the repositories that all share.
var estates = []string{"local/team/app", "local/team/other", "local/base"}

// turn does one thing.
func (t *tenant) turn(ctx context.Context, c *caller) error {
	switch dice := rand.IntN(10); {
	case dice < 4 || len(t.mine) == 0:
		return t.push(ctx, c, place{estates[rand.IntN(len(estates))], fmt.Sprintf("%s-%d", t.name, rand.IntN(4))})
	case dice < 5:
		return t.replace(ctx, c)
	case dice < 7:
		return t.remove(ctx, c, t.mine[rand.IntN(len(t.mine))])
	case dice < 8:
		return t.untag(ctx, c)
	default:
		t.pull(ctx, c, t.mine[rand.IntN(len(t.mine))])
		return nil
	}
}

// layers are contents that images of a time have in common: later they are in nobody's way any more. One number is
// always the same content.
func (t *tenant) layers(numbers *rand.Rand) (all [][]byte) {
	season := int(time.Since(t.began)/(8*time.Second)) * 10
	for range 2 + numbers.IntN(3) {
		n := uint64(season + numbers.IntN(25))
		bytes := rand.NewChaCha8([32]byte{byte(n), byte(n >> 8)})
		layer := make([]byte, 1+bytes.Uint64()%(128<<10))
		bytes.Read(layer)
		all = append(all, layer)
	}
	return all
}

// image makes a manifest and what it names. A tenant makes the same ones again and again.
func (t *tenant) image() (manifest []byte, parts [][]byte) {
	n := rand.Uint64N(12)
	numbers := rand.New(rand.NewPCG(n, uint64(t.name[1])))
	parts = append(t.layers(numbers), []byte(fmt.Sprintf(`{"architecture":"amd64","os":"linux","n":%d}`, n)))
	layers := len(parts) - 1
	return manifestOf(map[string]string{"tenant": t.name}, parts[layers], parts[:layers]...), parts
}

// push pushes an image, as clients do: what is there already is not sent again.
func (t *tenant) push(ctx context.Context, c *caller, to place) error {
	manifest, parts := t.image()
	began := time.Now()
	for _, p := range parts {
		if err := t.offer(ctx, c, to.repository, p); err != nil {
			return err
		}
	}
	if rand.IntN(12) == 0 { // a long layer, or a slow line
		t.wait(ctx, rand.N(shortestAge-time.Second))
	}
	delete(t.at, to) // until it is acknowledged nobody knows
	_, _, err := c.registry(ctx, http.MethodPut, "/v2/"+to.repository+"/manifests/"+to.tag, t.login, manifest, manifestType)
	if missing(err) {
		t.did.note(func(d *deeds) {
			if time.Since(began) < shortestAge {
				d.early++
			} else {
				d.late++
			}
		})
		return nil
	}
	if err != nil {
		return err
	}
	digest := digestOf(manifest)
	t.at[to] = digest
	if one := (held{to.repository, digest}); !slices.Contains(t.mine, one) {
		t.mine = append(t.mine, one)
	}
	t.did.note(func(d *deeds) { d.pushed++ })
	return nil
}

// offer asks for a blob, or mounts it, or sends it.
func (t *tenant) offer(ctx context.Context, c *caller, repository string, content []byte) error {
	digest := digestOf(content)
	if rand.IntN(2) == 0 {
		if _, _, err := c.registry(ctx, http.MethodHead, "/v2/"+repository+"/blobs/"+digest, t.login, nil, ""); !missing(err) {
			return err
		}
	}
	if from := estates[rand.IntN(len(estates))]; from != repository {
		_, h, err := c.registry(ctx, http.MethodPost, "/v2/"+repository+"/blobs/uploads/?mount="+digest+"&from="+from, t.login, nil, "")
		if err != nil || h.Get("Range") == "" { // else it is an upload that began
			return err
		}
	}
	_, err := c.pushBlob(ctx, t.login, repository, content)
	return err
}

// replace moves a tag to another image while somebody cleans up the one that it had.
func (t *tenant) replace(ctx context.Context, c *caller) error {
	for at, digest := range t.at {
		var removed error
		var both sync.WaitGroup
		t.mine = slices.DeleteFunc(t.mine, func(h held) bool { return h == held{at.repository, digest} })
		for other, d := range t.at {
			if d == digest && other.repository == at.repository {
				delete(t.at, other)
			}
		}
		both.Go(func() { removed = t.delete(ctx, c, at.repository, digest) })
		pushed := t.push(ctx, c, at)
		both.Wait()
		if t.at[at] == digest { // the very image that was removed meanwhile: which of the two was first nobody knows
			delete(t.at, at)
			t.mine = slices.DeleteFunc(t.mine, func(h held) bool { return h == held{at.repository, digest} })
		}
		t.did.note(func(d *deeds) { d.moved++ })
		return errors.Join(pushed, removed)
	}
	return nil
}

// remove deletes an image with its tags.
func (t *tenant) remove(ctx context.Context, c *caller, h held) error {
	t.mine = slices.DeleteFunc(t.mine, func(other held) bool { return other == h })
	for at, digest := range t.at {
		if digest == h.digest && at.repository == h.repository {
			delete(t.at, at)
		}
	}
	return t.delete(ctx, c, h.repository, h.digest)
}

func (t *tenant) untag(ctx context.Context, c *caller) error {
	for at := range t.at {
		delete(t.at, at)
		return t.delete(ctx, c, at.repository, at.tag)
	}
	return nil
}

// delete deletes a manifest or a tag, of which the tenant believes nothing any more.
func (t *tenant) delete(ctx context.Context, c *caller, repository, reference string) error {
	_, _, err := c.registry(ctx, http.MethodDelete, "/v2/"+repository+"/manifests/"+reference, t.login, nil, "")
	if err == nil {
		t.did.note(func(d *deeds) { d.deleted++ })
	}
	if missing(err) {
		return nil // an attempt that was cut off had done it
	}
	return err
}

// pull pulls an image with all that it names, by its digest, and by a tag of it.
func (t *tenant) pull(ctx context.Context, c *caller, h held) {
	references := []string{h.digest}
	for at, digest := range t.at {
		if digest == h.digest && at.repository == h.repository {
			references = append(references, at.tag)
		}
	}
	for _, reference := range references {
		t.pullOne(ctx, c, h.repository, reference, h.digest)
	}
	t.did.note(func(d *deeds) { d.pulled++ })
}

// missing reports an answer of 404.
func missing(err error) bool {
	no := new(refused)
	return errors.As(err, &no) && no.status == http.StatusNotFound
}
