package backup

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"
)

// listName is the last member of a copy.
const listName = "backup.json"

// version of the format.
const version = 1

// entry is a file of a copy.
type entry struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// list is what a copy holds.
type list struct {
	Version    int       `json:"version"`
	Deployment string    `json:"deployment"`
	MadeAt     time.Time `json:"madeAt"`
	RootKey    string    `json:"rootKey,omitempty"` // id of the one that seals the secrets of the copy
	Files      []entry   `json:"files"`
}

// report sums a list up, without itself.
func (l list) report() Report {
	r := Report{Files: len(l.Files), MadeAt: l.MadeAt, RootKey: l.RootKey}
	for _, f := range l.Files {
		r.Bytes += f.Size
	}
	return r
}

// ErrDamaged is a copy that is not whole, or not as it was written.
var ErrDamaged = errors.New("the backup is damaged")

func readList(text []byte) (list, error) {
	var l list
	if err := json.Unmarshal(text, &l); err != nil {
		return l, fmt.Errorf("%w: its list is no JSON", ErrDamaged)
	}
	if l.Version != version {
		return l, fmt.Errorf("the backup has format %d, and this program reads %d", l.Version, version)
	}
	return l, nil
}

// safe refuses names that would leave the folder.
func safe(name string) bool {
	return name != "" && path.Clean(name) == name && !path.IsAbs(name) && name != ".." && !strings.HasPrefix(name, "../") && !strings.ContainsAny(name, "\\\x00")
}
