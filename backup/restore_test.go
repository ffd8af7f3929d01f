package backup_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/octroi/octroi/backup"
)

// member is one of a tar file that somebody made.
type member struct {
	name string
	kind byte
	text string
}

func made(t *testing.T, members ...member) *bytes.Reader {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, m := range members {
		h := &tar.Header{Name: m.name, Typeflag: m.kind, Size: int64(len(m.text)), Mode: 0o600, Linkname: "/etc/passwd"}
		if m.kind != tar.TypeReg {
			h.Size = 0
		}
		err := w.WriteHeader(h)
		if err == nil && m.kind == tar.TypeReg {
			_, err = w.Write([]byte(m.text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(b.Bytes())
}

// Whatever somebody put into a file and calls a backup: nothing of it lands anywhere.
func TestRestoreRefuses(t *testing.T) {
	const empty = `{"version":1,"files":[]}`
	for name, members := range map[string][]member{
		"nothing":          nil,
		"no list":          {{"octroi.db", tar.TypeReg, "x"}},
		"a way out":        {{"../out", tar.TypeReg, "x"}, {"backup.json", tar.TypeReg, empty}},
		"a hidden way out": {{"a/../../out", tar.TypeReg, "x"}, {"backup.json", tar.TypeReg, empty}},
		"an absolute path": {{"/tmp/out", tar.TypeReg, "x"}, {"backup.json", tar.TypeReg, empty}},
		"a symbolic link":  {{"link", tar.TypeSymlink, ""}, {"link/out", tar.TypeReg, "x"}, {"backup.json", tar.TypeReg, empty}},
		"a hard link":      {{"link", tar.TypeLink, ""}, {"backup.json", tar.TypeReg, empty}},
		"a folder":         {{"folder/", tar.TypeDir, ""}, {"backup.json", tar.TypeReg, empty}},
		"one too many":     {{"octroi.db", tar.TypeReg, "x"}, {"backup.json", tar.TypeReg, empty}},
		"one twice":        {{"octroi.db", tar.TypeReg, "x"}, {"octroi.db", tar.TypeReg, "y"}, {"backup.json", tar.TypeReg, empty}},
		"another format":   {{"backup.json", tar.TypeReg, `{"version":2}`}},
		"a list that lies": {{"octroi.db", tar.TypeReg, "x"}, {"backup.json", tar.TypeReg, `{"version":1,"files":[{"name":"octroi.db","size":1,"sha256":"00"}]}`}},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			if _, err := backup.Restore(made(t, members...), filepath.Join(folder, "inner", "new")); err == nil {
				t.Error("restored into a folder whose parent is not there")
			}
			if err := os.Mkdir(filepath.Join(folder, "inner"), 0o700); err != nil {
				t.Fatal(err)
			}
			_, err := backup.Restore(made(t, members...), filepath.Join(folder, "inner", "new"))
			if err == nil {
				t.Error("restored")
			}
			left, rerr := os.ReadDir(filepath.Join(folder, "inner"))
			above, aerr := os.ReadDir(folder)
			if errors.Join(rerr, aerr) != nil || len(left) != 0 || len(above) != 1 {
				t.Errorf("left behind: %v, %v (%v)", left, above, err)
			}
		})
	}
}
