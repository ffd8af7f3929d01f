package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	must(t, err)
	return text
}

// X01: what is published is static, stripped and without C, and what is not is found.
func TestHostileX01(t *testing.T) {
	folder := t.TempDir()
	linux := target{"linux", "amd64"}
	path := filepath.Join(folder, "good")
	must(t, compile(t.Context(), "../..", helper, linux, "1.2.3", path))
	must(t, inspect("good", read(t, path)))
	if !bytes.Contains(read(t, path), []byte("1.2.3")) {
		t.Error("the version is not in it")
	}
	for name, args := range map[string][]string{
		"not stripped": {"-trimpath", "-buildvcs=false", "-ldflags=-buildid="}, "with paths": {"-buildvcs=false", "-ldflags=-s -w -buildid="},
		"with a build id": {"-trimpath", "-buildvcs=false", "-ldflags=-s -w"}, "with a loader": {"-trimpath", "-buildmode=pie", "-buildvcs=false", "-ldflags=-s -w -buildid="},
	} {
		path := filepath.Join(folder, "bad")
		c := exec.Command("go", append(append([]string{"build"}, args...), "-o", path, "../../cmd/"+helper)...)
		c.Env = linux.environment()
		if text, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		if inspect(name, read(t, path)) == nil {
			t.Errorf("a program %s is taken", name)
		}
	}
}

// X02, of the smallest program: its bytes do not say in which folder, time zone or umask it was built.
func TestHostileX02(t *testing.T) {
	var built [][]byte
	for _, where := range []struct{ folder, zone, umask string }{{"a", "UTC", "022"}, {"an other/folder", "Asia/Kolkata", "077"}} {
		folder := filepath.Join(t.TempDir(), where.folder)
		for _, part := range []string{"go.mod", "go.sum", "cmd/" + helper, "hosts", "loan", "kubelet", "internal/strictjson", "internal/version"} {
			to := filepath.Join(folder, part)
			must(t, os.MkdirAll(filepath.Dir(to), 0o755))
			if text, err := exec.Command("cp", "-r", filepath.Join("../..", part), to).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, text)
			}
		}
		c := exec.Command("sh", "-c", "umask "+where.umask+" && go build -trimpath -buildvcs=false -ldflags '-s -w -buildid=' -o out ./cmd/"+helper)
		c.Dir, c.Env = folder, append(target{"linux", "amd64"}.environment(), "TZ="+where.zone)
		if text, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		built = append(built, read(t, filepath.Join(folder, "out")))
	}
	if !bytes.Equal(built[0], built[1]) {
		t.Error("the builds differ")
	}
}

// X02, of archives: neither order nor time nor mode of what goes in shows.
func TestArchivesAreTheSame(t *testing.T) {
	when := time.Unix(1_700_000_000, 0)
	for name, write := range map[string]archiveWriter{"tar.gz": writeTar, "zip": writeZip} {
		var made [][]byte
		for i := range 2 {
			folder := t.TempDir()
			b, a := filepath.Join(folder, "b"), filepath.Join(folder, "a")
			must(t, os.WriteFile(b, []byte("two"), os.FileMode(0o600+i*0o44)), os.WriteFile(a, []byte("one"), 0o644),
				os.Chtimes(a, time.Now(), when.Add(time.Duration(i)*time.Hour)))
			all := []member{{name: "x/b", from: b, mode: 0o644}, {name: "a", from: a, mode: 0o755}}
			if i == 1 {
				all[0], all[1] = all[1], all[0]
			}
			path := filepath.Join(folder, "out")
			zone := when.In(time.FixedZone("here", i*3600))
			must(t, writeArchive(path, "top", all, zone, write))
			made = append(made, read(t, path))
		}
		if !bytes.Equal(made[0], made[1]) {
			t.Errorf("%s: the archives differ", name)
		}
	}
}

// X03: one bit of a file, of the list or of the signature, another key: the documented commands fail.
func TestHostileX03(t *testing.T) {
	for _, program := range []string{"sha256sum", "ssh-keygen"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed", program)
		}
	}
	folder := t.TempDir()
	for _, name := range []string{"octroi.tar.gz", "octroi.cdx.json"} {
		must(t, os.WriteFile(filepath.Join(folder, name), []byte("content of "+name), 0o644))
	}
	must(t, writeSums(folder), tamper(t.Context(), folder))
	must(t, os.Remove(filepath.Join(folder, "octroi.cdx.json")))
	if checkSums(t.Context(), folder) == nil {
		t.Error("a missing file is not noticed")
	}
	if err := detected(filepath.Join(folder, "octroi.tar.gz"), func() error { return nil }); err == nil || !strings.Contains(err.Error(), "nothing notices") {
		t.Errorf("the test of tests: %v", err)
	}
}
