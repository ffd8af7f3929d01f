package store

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// LogDamage is a write-ahead log of which SQLite would leave out changes that were acknowledged: it reads as far as the sums
// are right and takes what follows for the remains of a crash, revocations too.
type LogDamage struct {
	Path  string
	Frame int   // the first that is not as it was written; 0 is the head
	Sound int64 // how many bytes before it are

	is [sha256.Size]byte // what stands there
}

// Problem says what is wrong.
func (d *LogDamage) Problem() string {
	what := fmt.Sprintf("frame %d is not as it was written", d.Frame)
	if d.Frame == 0 {
		what = "its head is not as it was written"
	}
	return what + ", and changes that were acknowledged come after it (revocations, perhaps): SQLite would leave them out without a word"
}

// Remedy says what to do.
func (d *LogDamage) Remedy() string {
	return fmt.Sprintf("keep a copy of the folder and see to the disk; then restore the newest backup (octroid restore), or give those changes up: "+
		"truncate -s %d %s, octroid token revoke --all, and look through users, keys and policies", d.Sound, d.Path)
}

func (d *LogDamage) Error() string {
	return fmt.Sprintf("the write-ahead log %s is damaged: %s: %s", d.Path, d.Problem(), d.Remedy())
}

// InspectLog looks at the write-ahead log of a store's file, which is there while it is served and after a crash. It returns nil
// for one that SQLite will read whole, or as far as a crash or a power loss could have let it come.
//
// Somebody may be writing. What is damaged stays as it is, so it is looked at again.
func InspectLog(path string) (*LogDamage, error) {
	var before LogDamage
	for range 3 {
		d, err := readLog(path + "-wal")
		if err != nil || d == nil {
			return nil, err
		}
		if *d == before {
			return d, nil
		}
		before = *d
		time.Sleep(20 * time.Millisecond)
	}
	return nil, nil
}

// soundLog refuses a damaged log: SQLite would begin without what it cannot read, and tokens that were revoked would be valid
// again.
func soundLog(path string) error {
	damage, err := InspectLog(path)
	if damage != nil {
		return damage
	}
	return err
}

func readLog(path string) (*LogDamage, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	damage, err := walkLog(bufio.NewReaderSize(f, 1<<20))
	if damage != nil {
		damage.Path = path
	}
	return damage, err
}
