package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// crashSystem is RL2: the data folder is on an ext4 of its own on a loop device, whose image is copied while everybody
// works, mounted and checked: this is a kernel that crashes, or a machine that is reset. What a disk loses that lies about
// its cache it does not show; beside it the calls of one push are held against the rule that a file, and its name in the
// folder, count only once they are flushed.
func crashSystem(ctx context.Context, r *run) ([]figure, error) {
	n, err := r.newNode(unlimited)
	if err != nil {
		return nil, err
	}
	disk, err := r.loop(filepath.Join(r.folder, "disk"), n.data)
	if err != nil {
		return nil, err
	}
	if err := n.start(ctx); err != nil {
		return nil, err
	}
	w, err := hire(ctx, n)
	if err != nil {
		return nil, err
	}
	w.tokens = nil
	var found loss
	crashes, torn := r.count(50), 0
	for i := range crashes {
		stop := w.work(ctx, w.everything()...)
		time.Sleep(time.Duration(100+rand.IntN(500)) * time.Millisecond)
		copied := filepath.Join(r.folder, "copy")
		mark, again, err := w.freeze(ctx, disk, copied)
		stop()
		torn += again
		if err == nil {
			err = r.lookAt(ctx, copied, w, mark, &found)
		}
		if err != nil {
			return nil, fmt.Errorf("crash %d: %w", i+1, err)
		}
	}
	figures := append(found.figures(), told("crashes", crashes), told("copies of two moments, made again", torn), told("acknowledged", w.sum()))
	if err := n.stop(); err != nil {
		return nil, err
	}
	loose, err := r.unflushed(ctx)
	if cannot := new(cannotRun); errors.As(err, &cannot) {
		return append(figures, told("calls against the rule", err)), nil
	}
	if err != nil {
		return nil, err
	}
	figures = append(figures, zero("files and names of an acknowledged push that were not flushed", len(loose)))
	if len(loose) > 0 {
		figures = append(figures, told("found first", loose[0]))
	}
	return figures, nil
}

// freeze copies the disk's image while the service stands still and no command of it runs, and returns what was
// acknowledged before.
func (w *workers) freeze(ctx context.Context, disk, copied string) (mark *ledger, again int, err error) {
	w.node.still.Lock()
	defer w.node.still.Unlock()
	mark = w.copy()
	syscall.Kill(w.node.pid(), syscall.SIGSTOP)
	defer syscall.Kill(w.node.pid(), syscall.SIGCONT)
	again, err = snapshot(ctx, disk, w.node.data, copied)
	return mark, again, err
}

// loop makes a file system in a file and mounts it.
func (r *run) loop(file, at string) (string, error) {
	f, err := os.Create(file)
	if err == nil {
		err = errors.Join(f.Truncate(768<<20), f.Close())
	}
	if err != nil {
		return "", err
	}
	if _, err := r.root("mkfs.ext4", "-q", "-F", "-m", "0", file); err != nil {
		return "", err
	}
	return file, r.mount(file, at)
}

func (r *run) mount(file, at string) error {
	if err := os.MkdirAll(at, 0o700); err != nil {
		return err
	}
	if _, err := r.root("mount", "-o", "loop", file, at); err != nil {
		return err
	}
	r.atEnd(func() error {
		if exec.Command("mountpoint", "-q", at).Run() != nil {
			return nil // is not mounted any more
		}
		return exec.Command("umount", at).Run()
	})
	return os.Chmod(at, 0o700)
}

// lookAt mounts a copy, starts a service on it, and looks for what was acknowledged before it was made.
func (r *run) lookAt(ctx context.Context, file string, w *workers, mark *ledger, found *loss) error {
	after := &node{octroid: r.octroid, data: filepath.Join(r.folder, "after"), config: filepath.Join(r.folder, "after.yaml"), output: w.node.output}
	if err := errors.Join(r.mount(file, after.data), os.WriteFile(after.config, []byte(unlimited), 0o600)); err != nil {
		return err
	}
	if err := after.start(ctx); err != nil {
		return err
	}
	c := newCaller(after.host, w.key, 20*time.Second)
	mark.check(ctx, c, 6, 6, found)
	c.checkWhole(ctx, found)
	if text, err := after.program(ctx, "audit", "verify"); err != nil {
		found.wrong("audit verify: %v %s", err, text)
	}
	after.kill()
	_, err := r.root("umount", after.data)
	return errors.Join(err, os.Remove(file))
}

// unflushed lists what of an acknowledged push the calls of the service have left unflushed.
func (r *run) unflushed(ctx context.Context) ([]string, error) {
	t, w, err := r.tracedHouse(ctx, "strict")
	if err != nil {
		return nil, err
	}
	if _, err := t.order(&plan{Calls: []string{"write", "fsync", "create", "rename", "mkdir"}}); err != nil {
		return nil, err
	}
	if _, err := w.caller().pushImage(ctx, w.login, repository, "strict", content(5000)); err != nil {
		return nil, err
	}
	met, err := t.order(&plan{})
	if err != nil {
		return nil, err
	}
	t.kill()
	return loose(met.Met), nil
}

// loose goes through calls and lists the files and names that no flush covers, of those that stay. Left out are uploads,
// which begin again; the audit log, which is flushed at once before a secret leaves, and else a second later; and what SQLite keeps beside
// its log until a checkpoint.
func loose(calls []string) (all []string) {
	content, name := map[string]bool{}, map[string]bool{}
	for _, call := range calls {
		kind, path, _ := strings.Cut(call, " ")
		switch kind {
		case "write":
			content[path] = true
		case "create", "mkdir":
			name[path] = true
		case "rename":
			from, to, _ := strings.Cut(path, renamedTo)
			content[to], name[to] = content[from], true
			delete(content, from)
			delete(name, from)
		case "fsync":
			delete(content, path)
			for p := range name {
				if filepath.Dir(p) == path {
					delete(name, p)
				}
			}
		}
	}
	for what, paths := range map[string]map[string]bool{"the content of ": content, "the name of ": name} {
		for path, yes := range paths {
			if yes && !strings.Contains(path, "/_uploads") && !strings.Contains(filepath.Base(path), "audit.") && !strings.HasSuffix(path, ".db") && !strings.HasSuffix(path, "-shm") {
				all = append(all, what+path)
			}
		}
	}
	return all
}
