package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// root runs a command that only root may run. Errors: *cannotRun when it is not root, or the command fails.
func (r *run) root(name string, args ...string) (string, error) {
	if os.Geteuid() != 0 {
		return "", &cannotRun{"needs root, for " + name}
	}
	text, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		return "", &cannotRun{fmt.Sprintf("%s %v: %v: %s", name, args, err, text)}
	}
	return string(text), nil
}

// fillDisk is RL4: the data folder is a file system of 64 MiB, and it is filled by pushes, then to the last byte.
func fillDisk(ctx context.Context, r *run) ([]figure, error) {
	n, err := r.newNode(unlimited)
	if err != nil {
		return nil, err
	}
	if err := os.Mkdir(n.data, 0o700); err != nil {
		return nil, err
	}
	if _, err := r.root("mount", "-t", "tmpfs", "-o", "size=64m,mode=0700", "tmpfs", n.data); err != nil {
		return nil, err
	}
	r.atEnd(func() error { n.kill(); return exec.Command("umount", n.data).Run() })
	if err := n.start(ctx); err != nil {
		return nil, err
	}
	w, err := hire(ctx, n)
	if err != nil {
		return nil, err
	}
	if err := w.push(ctx, w.caller()); err != nil {
		return nil, err
	}
	reserve := filepath.Join(n.data, "reserve") // what is there again when somebody has made room
	if err := os.WriteFile(reserve, make([]byte, 16<<20), 0o600); err != nil {
		return nil, err
	}
	pid := n.pid()
	var pushes, refusals, others int
	for others+refusals < 3 && pushes < 1000 {
		i := image{tag: w.next()}
		layer := content(2 << 20)
		i.layers = []string{digestOf(layer)}
		pushes++
		switch i.digest, err = w.caller().pushImage(ctx, w.login, repository, i.tag, layer); {
		case err == nil:
			w.images = append(w.images, i)
		case unavailable(err):
			refusals++
		default:
			others++
			r.say("a push on a full disk: %v", err)
		}
	}
	filler := filepath.Join(n.data, "filler")
	if err := fill(filler); err != nil {
		return nil, err
	}
	a := asked{}
	for range 300 { // the last page of the log takes some records yet
		if a = w.ask(ctx, time.Second); a.given == 0 {
			break
		}
	}
	var found loss
	w.check(ctx, w.caller(), 0, 0, &found)
	for _, b := range w.blobs {
		w.caller().checkContent(ctx, "blobs", b, b, &found)
	}
	for _, i := range w.images {
		w.caller().checkContent(ctx, "manifests", i.tag, i.digest, &found)
	}
	w.caller().checkWhole(ctx, &found)
	if err := errors.Join(os.Remove(filler), os.Remove(reserve)); err != nil {
		return nil, err
	}
	back, err := w.backAfter(ctx, 5*time.Second)
	if err != nil {
		return nil, fmt.Errorf("with room again: %w", err)
	}
	first := w.images[0]
	if _, _, err := w.caller().registry(ctx, "DELETE", "/v2/"+repository+"/manifests/"+first.tag, w.login, nil, ""); err != nil {
		return nil, fmt.Errorf("with room again, deleting: %w", err)
	}
	w.images = w.images[1:]
	began := time.Now()
	for err = errors.New("none yet"); err != nil && time.Since(began) < 20*time.Second; time.Sleep(50 * time.Millisecond) {
		_, err = w.caller().pushImage(ctx, w.login, repository, "after", []byte("small"))
	}
	pushed := time.Since(began)
	w.check(ctx, w.caller(), 1000, 0, &found)
	return append(found.figures(), told("pushes until it was full", pushes), must("pushes refused with 503, and nothing else", refusals > 0 && others == 0),
		zero("tokens given out on a full disk", a.given), told("answers of 503 to who wanted one", a.refused), zero("answers of another kind", a.other), zero("pulls refused", a.unpulled),
		atMost("tokens again after", back, 5*time.Second), atMost("pushes again after", pushed, 5*time.Second), must("without a restart", n.alive() && n.pid() == pid)), nil
}

// fill writes a file until nothing fits any more.
func fill(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	for size := 1 << 20; size > 0; {
		if _, err := f.Write(make([]byte, size)); err != nil {
			size /= 2
		}
	}
	return nil
}
