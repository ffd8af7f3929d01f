package engine

import (
	"os"
	"sync"
	"time"
)

// verdict is what a blob's file was found to be: as its digest says, or not.
type verdict struct {
	file  identity
	at    time.Time
	sound bool
}

// verdicts remember which files have been hashed. Without them every pull would cost as much for its hash as for
// everything else together.
//
// A verdict holds for a file that nobody has changed since, by the time of change that the file system keeps and no
// program sets, and for a while: what happens to a disk beneath its file system shows in no such time.
type verdicts struct {
	mu sync.Mutex
	of map[string]verdict
}

const (
	verdictHolds = 10 * time.Minute
	mostVerdicts = 20_000

	// settled is how long a file has to have been left alone: two changes within one tick of the file system's clock
	// look like one.
	settled = time.Second
)

// find is what is known of a file in this state.
func (v *verdicts) find(blob string, file identity, known bool) (sound, found bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	last, ok := v.of[blob]
	if !ok || !known || last.file != file || time.Since(last.at) >= verdictHolds {
		return false, false
	}
	return last.sound, true
}

// note remembers what was found, where the file can be told from a later state of it.
func (v *verdicts) note(blob string, file identity, known, sound bool) {
	if !known || time.Since(file.changed) < settled {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.of == nil {
		v.of = map[string]verdict{}
	}
	for old := range v.of {
		if len(v.of) < mostVerdicts {
			break
		}
		delete(v.of, old) // whichever: it is hashed again when it is asked for
	}
	v.of[blob] = verdict{file, time.Now(), sound}
}

// identity tells a state of a file from every other one.
type identity struct {
	device, inode     uint64
	size              int64
	modified, changed time.Time
}

// same reports whether an open file is still in the state that it was in.
func (i identity) same(f *os.File) bool {
	now, known := identify(f)
	return known && now == i
}
