package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// streamed is what many streams move at once: blobs of which each is another one, made of the same bytes.
type streamed struct {
	node    *node
	caller  *caller
	login   login
	folder  string
	content []byte
	digests []string
}

const streamRepository = "local/team/streams"

// streams pushes and pulls a hundred large blobs at once, and copies as many files as large beside, in turns.
func streams(ctx context.Context, r *run) ([]figure, error) {
	n, err := r.started(ctx, unlimited)
	if err != nil {
		return nil, err
	}
	s, err := openStreams(ctx, r, n, 100, r.count(24)<<20, 0)
	if err != nil {
		return nil, err
	}
	before, err := resident(n.pid())
	if err != nil {
		return nil, err
	}
	memory := watch(n.pid())
	copied, err1 := s.timed(func(i int) error { return s.copyIn(ctx, i, nil) })
	digested, pushed, err2 := s.writeInTurns(ctx, 3)
	read, pulled, err3 := s.readInTurns(ctx, 4)
	grown := memory.end() - before
	if err := errors.Join(err1, err2, err3, ctx.Err()); err != nil {
		return nil, err
	}
	speed := func(d time.Duration) string {
		return fmt.Sprintf("%.0f MB/s", float64(len(s.content)*len(s.digests))/1e6/d.Seconds())
	}
	return []figure{
		told("streams at once", fmt.Sprintf("%d of %d MiB", len(s.digests), len(s.content)>>20)),
		mebibytes("memory grown", grown, 64<<20),
		told("push", fmt.Sprintf("%s; a copy to files, flushed: %s, digested too: %s", speed(mean(pushed)), speed(copied), speed(mean(digested)))),
		ratioAtLeast("push : copy with digest", mean(digested).Seconds()/mean(pushed).Seconds(), 0.7),
		told("a copy of files, digested", speed(mean(read))),
		told("pull into files, the first, which the service digests too", speed(pulled[0])),
		ratioAtLeast("first pull : copy with digest", mean(read).Seconds()/pulled[0].Seconds(), 0.25),
		told("pull into files, of what the service knows to be sound", speed(mean(pulled[1:]))),
		ratioAtLeast("pull : copy with digest", mean(read).Seconds()/mean(pulled[1:]).Seconds(), 0.7),
	}, nil
}

// writeInTurns copies to files and pushes, in turns. What is pushed again is read, digested, written and flushed as
// the first time.
func (s *streamed) writeInTurns(ctx context.Context, turns int) (digested, pushed []time.Duration, err error) {
	for range turns {
		d, err1 := s.timed(func(i int) error { return s.copyIn(ctx, i, sha256.New()) })
		p, err2 := s.timed(func(i int) error { return s.push(ctx, i) })
		if err := errors.Join(err1, err2); err != nil {
			return nil, nil, err
		}
		digested, pushed = append(digested, d), append(pushed, p)
	}
	return digested, pushed, nil
}

// readInTurns copies all files and pulls all blobs, in turns: how fast a system takes what it is to write by and by is
// another question from one moment to the next. What was written is removed before the next turn: a system that has too much
// to write makes whoever writes wait, and it would be the later one.
func (s *streamed) readInTurns(ctx context.Context, turns int) (read, pulled []time.Duration, err error) {
	for range turns {
		r, err1 := s.timed(func(i int) error { return s.copyOut(i, sha256.New()) })
		err2 := s.forget("out-*")
		p, err3 := s.timed(func(i int) error { return s.pull(ctx, i) })
		if err := errors.Join(err1, err2, err3, s.forget("pulled-*")); err != nil {
			return nil, nil, err
		}
		read, pulled = append(read, r), append(pulled, p)
	}
	return read, pulled, nil
}

// forget removes files.
func (s *streamed) forget(pattern string) error {
	names, err := filepath.Glob(filepath.Join(s.folder, pattern))
	for _, name := range names {
		err = errors.Join(err, os.Remove(name))
	}
	return err
}

func mean(all []time.Duration) (total time.Duration) {
	for _, d := range all {
		total += d
	}
	return total / time.Duration(len(all))
}

// openStreams makes that many blobs of a size; with another seed they are others.
func openStreams(ctx context.Context, r *run, n *node, count, size, seed int) (*streamed, error) {
	key, err := n.administrator()
	if err != nil {
		return nil, err
	}
	s := &streamed{node: n, caller: newCaller(n.host, key, 10*time.Minute), folder: filepath.Join(r.folder, "files"), content: make([]byte, size)}
	random := rand.NewChaCha8([32]byte{1, byte(seed), byte(seed >> 8)})
	random.Read(s.content)
	for i := range count {
		digest := sha256.New()
		io.Copy(digest, s.stream(i))
		s.digests = append(s.digests, fmt.Sprintf("sha256:%x", digest.Sum(nil)))
	}
	if s.login, err = s.caller.token(ctx); err != nil {
		return nil, err
	}
	return s, os.MkdirAll(s.folder, 0o700)
}

// stream is the content with a first line of its own.
func (s *streamed) stream(i int) io.Reader {
	line := fmt.Sprintf("%015d\n", i)
	return io.MultiReader(strings.NewReader(line), bytes.NewReader(s.content[len(line):]))
}

// timed does something for all streams at once.
func (s *streamed) timed(do func(i int) error) (time.Duration, error) {
	var wait sync.WaitGroup
	failed := make([]error, len(s.digests))
	began := time.Now()
	for i := range s.digests {
		wait.Go(func() { failed[i] = do(i) })
	}
	wait.Wait()
	return time.Since(began), errors.Join(failed...)
}

func (s *streamed) push(ctx context.Context, i int) error {
	_, h, err := s.caller.registry(ctx, http.MethodPost, "/v2/"+streamRepository+"/blobs/uploads/", s.login, nil, "")
	if err != nil {
		return err
	}
	place := strings.TrimPrefix(h.Get("Location"), "http://"+s.node.host) + "&digest=" + s.digests[i]
	r, err := http.NewRequestWithContext(ctx, http.MethodPut, "http://"+s.node.host+place, s.stream(i))
	if err != nil {
		return err
	}
	r.ContentLength = int64(len(s.content))
	r.Header.Set("Authorization", "Basic "+s.login.text)
	r.Header.Set("Content-Type", "application/octet-stream")
	_, _, err = s.caller.do(r)
	return err
}

// pull writes a blob to a file and digests it, as every client does.
func (s *streamed) pull(ctx context.Context, i int) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.node.host+"/v2/"+streamRepository+"/blobs/"+s.digests[i], nil)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Basic "+s.login.text)
	a, err := s.caller.client.Do(r)
	if err != nil {
		return err
	}
	defer a.Body.Close()
	if a.StatusCode != http.StatusOK {
		return &refused{a.StatusCode, "a pull"}
	}
	return s.into(fmt.Sprint("pulled-", i), a.Body, sha256.New(), s.digests[i], false)
}

// copyIn writes a file as large as the blob, on disk when it returns: so is a push.
func (s *streamed) copyIn(_ context.Context, i int, digest hash.Hash) error {
	name := fmt.Sprint("copied-", i)
	if digest == nil {
		return s.into(name, s.stream(i), nil, "", true)
	}
	return s.into(name, s.stream(i), digest, s.digests[i], true)
}

// copyOut copies the file that copyIn wrote.
func (s *streamed) copyOut(i int, digest hash.Hash) error {
	f, err := os.Open(filepath.Join(s.folder, fmt.Sprint("copied-", i)))
	if err != nil {
		return err
	}
	defer f.Close()
	return s.into(fmt.Sprint("out-", i), f, digest, s.digests[i], false)
}

// into copies a stream to a file by reading and writing.
func (s *streamed) into(name string, from io.Reader, digest hash.Hash, want string, flush bool) error {
	f, err := os.Create(filepath.Join(s.folder, name))
	if err != nil {
		return err
	}
	defer f.Close()
	var to io.Writer = struct{ io.Writer }{f}
	if digest != nil {
		to = io.MultiWriter(f, digest)
	}
	if _, err := io.CopyBuffer(to, struct{ io.Reader }{from}, make([]byte, 64<<10)); err != nil {
		return err
	}
	if digest != nil && fmt.Sprintf("sha256:%x", digest.Sum(nil)) != want {
		return fmt.Errorf("%s: other bytes came", name)
	}
	if flush {
		return f.Sync()
	}
	return nil
}
