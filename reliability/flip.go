package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"time"
)

// flipped is a file of which one bit is another one.
type flipped struct {
	path, kind string
	at         int64
	was, is    byte
	info       fs.FileInfo
}

func (c *flipped) String() string {
	return fmt.Sprintf("byte %d of %s, %02x for %02x", c.at, c.path, c.is, c.was)
}

// flipper is what RL22 works with.
type flipper struct {
	*run
	*workers
	dice      *rand.Rand
	manifests map[string]bool     // digests
	files     map[string][]string // by kind
	flips     map[string]int      // by kind
	idle      map[string]int      // of them those that change nothing to anybody
	elsewhere int                 // seen, and another file is named
	torn      int                 // in the last change of the write-ahead log: as a power loss leaves it
	unseen    map[string]int      // by kind
	first     string
}

// flip changes one bit of a random byte of a random file of a kind.
func (f *flipper) flip(kind string) (*flipped, error) {
	all := f.files[kind]
	c := &flipped{path: all[f.dice.IntN(len(all))], kind: kind}
	var err error
	if c.info, err = os.Stat(c.path); err != nil {
		return nil, err
	}
	c.at = f.dice.Int64N(c.info.Size())
	return c, f.flipAt(c)
}

// flipAt changes a bit of that byte.
func (f *flipper) flipAt(c *flipped) error {
	file, err := os.OpenFile(c.path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	b := make([]byte, 1)
	if _, err = file.ReadAt(b, c.at); err == nil {
		c.was, c.is = b[0], b[0]^1<<f.dice.IntN(8)
		_, err = file.WriteAt([]byte{c.is}, c.at)
	}
	return errors.Join(err, file.Close())
}

// undo puts the byte back, and the file's time.
func (c *flipped) undo() error {
	file, err := os.OpenFile(c.path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = file.WriteAt([]byte{c.was}, c.at)
	return errors.Join(err, file.Close(), os.Chtimes(c.path, c.info.ModTime(), c.info.ModTime()))
}

// flipBytes is RL22: single bits of every kind of file are changed. Of a service that does not run octroid fsck, or the
// start, tells; of one that runs no answer with wrong bytes ends as a whole one.
func flipBytes(ctx context.Context, r *run) ([]figure, error) {
	n, err := r.started(ctx, unlimited)
	if err != nil {
		return nil, err
	}
	w, err := hire(ctx, n)
	if err != nil {
		return nil, err
	}
	seed := uint64(time.Now().UnixNano())
	r.say("seed %d", seed)
	f := &flipper{run: r, workers: w, dice: rand.New(rand.NewPCG(seed, 0)), manifests: map[string]bool{}, flips: map[string]int{}, idle: map[string]int{}, unseen: map[string]int{}}
	if err := f.fill(ctx); err != nil {
		return nil, err
	}
	strangers, err := f.atRest(ctx)
	if err != nil {
		return nil, err
	}
	r.say("at rest: %d flips", inAll(f.flips))
	if err := n.start(ctx); err != nil {
		return nil, err
	}
	pulls, err := f.pulls(ctx, r.count(100))
	if err != nil {
		return nil, err
	}
	if err := n.stop(); err != nil {
		return nil, err
	}
	text, damaged := n.program(ctx, "fsck")
	if damaged != nil {
		f.first += text
	}
	figures := append(append([]figure{told("seed", seed), zero("files of no kind", len(strangers))}, f.figures()...), pulls...)
	figures = append(figures, must("put back, nothing is damaged", damaged == nil))
	return append(figures, firsts("not seen, first", f.first, "of no kind, first", strings.Join(strangers, " "))...), nil
}

// atRest flips bits of a service that is not running: after a kill, and after an orderly end. It returns the files of no
// kind.
func (f *flipper) atRest(ctx context.Context) (strangers []string, err error) {
	f.node.kill() // its write-ahead log stays
	if err := f.afterCrash(ctx, f.count(40)); err != nil {
		return nil, err
	}
	if err := f.node.start(ctx); err != nil {
		return nil, err
	}
	if err := errors.Join(f.node.stop(), lengthen(ctx, f.node.data, 300, 40_000)); err != nil {
		return nil, err
	}
	if strangers, err = f.find(); err != nil {
		return nil, err
	}
	for range f.count(12) {
		if err := f.round(ctx); err != nil {
			return nil, err
		}
	}
	return strangers, nil
}

// figures are what was seen at rest.
func (f *flipper) figures() []figure {
	return []figure{
		told("kinds of files", len(f.flips)),
		zero("kinds of which there was none", len(fileKinds)+1-len(f.flips)),
		told("flips, at rest", inAll(f.flips)),
		told("of them of no consequence: space of the store that holds nothing, a second of an upload's age", inAll(f.idle)),
		told("of the last change in the write-ahead log, as a power loss leaves it", f.torn),
		zero("of all others not seen", inAll(f.unseen)),
		told("seen, and not named by octroid fsck: it names another file, or the start refuses", f.elsewhere),
	}
}

// round flips one bit of a file of each kind. Those below the registry are flipped all at once: a look at one says
// nothing of another.
func (f *flipper) round(ctx context.Context) error {
	var together []*flipped
	for _, k := range fileKinds {
		if len(f.files[k.name]) == 0 {
			continue
		}
		c, err := f.flip(k.name)
		if err != nil {
			return err
		}
		if strings.HasPrefix(c.path, f.node.registryFolder()) {
			together = append(together, c)
			continue
		}
		if err := f.look(ctx, c); err != nil {
			return err
		}
	}
	return f.look(ctx, together...)
}

// look counts what is seen of some flips, and undoes them.
func (f *flipper) look(ctx context.Context, all ...*flipped) error {
	findings, err := f.fsck(ctx)
	if err != nil {
		return err
	}
	for _, c := range all {
		f.flips[c.kind]++
		seen := len(findings) > 0 && len(all) == 1
		named := slices.ContainsFunc(findings, func(n finding) bool { return n.names(c.path, f.node.registryFolder()) })
		switch {
		case named:
		case f.harmless(ctx, c):
			f.idle[c.kind]++
		case len(all) == 1 && f.refuses(ctx):
			f.elsewhere++
		case seen:
			f.elsewhere++
		case c.kind == wal && inLastChange(c):
			f.torn++
		default:
			f.unseen[c.kind]++
			if f.first == "" {
				f.first = c.String()
			}
		}
	}
	for _, c := range all {
		err = errors.Join(err, c.undo())
	}
	return err
}
