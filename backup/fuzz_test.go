package backup_test

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/octroi/octroi/backup"
)

// FuzzRestore: whatever a file holds that somebody calls a backup, it is restored whole, with the hashes that its list
// says and inside its folder, or nothing of it is anywhere.
func FuzzRestore(f *testing.F) {
	list := func(name, text string) string {
		return fmt.Sprintf(`{"version":1,"files":[{"name":%q,"size":%d,"sha256":"%x"}]}`, name, len(text), sha256.Sum256([]byte(text)))
	}
	for _, name := range []string{"octroi.db", "registry/a/b", "../out", "/out", "a/../b", "a//b", "backup.json", "", ".", "a/.", `a\b`, "a\x00b", "..", "a/..", "é", ".restore-"} {
		f.Add(name, byte(tar.TypeReg), []byte("x"), []byte(list(name, "x")))
	}
	f.Add("link", byte(tar.TypeSymlink), []byte(""), []byte(list("link", "")))
	f.Add("octroi.db", byte(tar.TypeReg), []byte("x"), []byte(`{"Version":1,"files":[{"Name":"octroi.db","size":1}]}`))
	f.Add("octroi.db", byte(tar.TypeReg), []byte("x"), []byte(`{"version":1,"files":null} {}`))
	f.Fuzz(func(t *testing.T, name string, kind byte, text, list []byte) {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		for _, m := range []member{{name, kind, string(text)}, {"backup.json", tar.TypeReg, string(list)}} {
			h := &tar.Header{Name: m.name, Typeflag: m.kind, Size: int64(len(m.text)), Mode: 0o600, Linkname: "/etc/passwd"}
			if m.kind != tar.TypeReg {
				h.Size, m.text = 0, ""
			}
			if w.WriteHeader(h) != nil {
				return // no file of this form
			}
			if _, err := w.Write([]byte(m.text)); err != nil {
				return
			}
		}
		if w.Close() != nil {
			return
		}
		restoredOrNothing(t, b.Bytes())
	})
}

// FuzzTar is the same with the bytes of the file itself.
func FuzzTar(f *testing.F) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, m := range []member{{"a", tar.TypeReg, "x"}, {"backup.json", tar.TypeReg, fmt.Sprintf(`{"version":1,"files":[{"name":"a","size":1,"sha256":"%x"}]}`, sha256.Sum256([]byte("x")))}} {
		if w.WriteHeader(&tar.Header{Name: m.name, Typeflag: m.kind, Size: int64(len(m.text)), Mode: 0o600}) != nil {
			f.Fatal("header")
		}
		if _, err := w.Write([]byte(m.text)); err != nil {
			f.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add(b.Bytes()[:700])
	f.Fuzz(restoredOrNothing)
}

func restoredOrNothing(t *testing.T, text []byte) {
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "inner"), 0o700); err != nil {
		t.Fatal(err)
	}
	report, err := backup.Restore(bytes.NewReader(text), filepath.Join(folder, "inner", "new"))
	files := 0
	walked := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || d.IsDir():
			return err
		case !d.Type().IsRegular():
			t.Errorf("%s is a %s", path, d.Type())
		}
		files++
		return nil
	})
	if walked != nil {
		t.Fatal(walked)
	}
	left, rerr := os.ReadDir(filepath.Join(folder, "inner"))
	above, aerr := os.ReadDir(folder)
	switch {
	case rerr != nil || aerr != nil || len(above) != 1:
		t.Fatalf("outside: %v %v %v", above, rerr, aerr)
	case err != nil && len(left) != 0:
		t.Fatalf("%v, and left %v", err, left)
	case err == nil && (len(left) != 1 || files != report.Files):
		t.Fatalf("restored %d of %d files, and left %v", files, report.Files, left)
	}
}
