package loan_test

import (
	"bytes"
	"context"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/hosts"
	"github.com/octroi/octroi/loan"
)

var now = time.UnixMilli(1_800_000_000_000)

func aLoan(identity, host string) loan.Loan {
	return loan.Loan{
		Host: host, Identity: identity, Endpoint: "https://" + host, User: "AWS", Password: loan.Password("secret of " + identity + " at " + host),
		Issued: now, Expires: now.Add(12 * time.Hour),
	}
}

// open is a cache in a new folder, or in that one.
func open(t *testing.T, path string) *loan.Folder {
	t.Helper()
	f, err := loan.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func keep(t *testing.T, f *loan.Folder, all ...loan.Loan) {
	t.Helper()
	for _, l := range all {
		if err := f.Keep(context.Background(), l, now); err != nil {
			t.Fatal(err)
		}
	}
}

func TestKeepAndFind(t *testing.T) {
	f := open(t, filepath.Join(t.TempDir(), "a", "b"))
	a, b := aLoan("arn:a", "r.example.com"), aLoan("arn:b", "r.example.com")
	keep(t, f, a, b, aLoan("arn:a", "s.example.com"))
	for _, want := range []loan.Loan{a, b} {
		got, ok := f.Find(want.Identity, want.Host, want.Endpoint, now)
		if !ok || !cmp.Equal(got, want) || string(got.Password) != string(want.Password) {
			t.Error(got, ok)
		}
	}
	if _, ok := f.Find("arn:a", "r.example.com", "https://other.example.com", now); ok {
		t.Error("found for another service")
	}
	if _, ok := f.Find("arn:c", "r.example.com", a.Endpoint, now); ok {
		t.Error("found for another identity")
	}
	if _, ok := f.Find("arn:a", "r.example.com", a.Endpoint, a.Expires.Add(-time.Second)); ok {
		t.Error("a loan is lent that ends before it can be used")
	}
	if err := f.Forget(context.Background(), "arn:a", "r.example.com", a.Endpoint, now); err != nil {
		t.Fatal(err)
	}
	if got := f.Loans(now); len(got) != 2 {
		t.Error(got)
	}
	f.Prune(a.Expires)
	if got, _ := filepath.Glob(filepath.Join(f.Path(), "i-*")); len(got) != 0 {
		t.Error("ended loans stay:", got)
	}
}

// TestHostileUmask is C26: whatever the umask, nobody else can look.
func TestHostileUmask(t *testing.T) {
	for _, mask := range []int{0, 0o777, 0o022} {
		parent := t.TempDir()
		old := syscall.Umask(mask)
		f, err := loan.Open(filepath.Join(parent, "octroi"))
		if err == nil {
			err = f.Keep(context.Background(), aLoan("arn:a", "r.example.com"), now)
		}
		syscall.Umask(old)
		if err != nil {
			t.Fatalf("umask %o: %v", mask, err)
		}
		files, err := os.ReadDir(f.Path())
		if err != nil || len(files) < 3 {
			t.Fatal(files, err)
		}
		if info, _ := os.Stat(f.Path()); info.Mode().Perm() != 0o700 {
			t.Error("C26 folder", info.Mode())
		}
		for _, d := range files {
			if info, _ := d.Info(); info.Mode().Perm() != 0o600 {
				t.Errorf("C26 umask %o: %s %v", mask, d.Name(), info.Mode())
			}
		}
		f.Close()
	}
}

// TestHostileFolder is C27 for the folder: a cache that is not its owner's alone is not used.
func TestHostileFolder(t *testing.T) {
	for name, spoil := range map[string]func(path string) error{
		"mode 0777": func(p string) error { return os.Chmod(p, 0o777) },
		"mode 0750": func(p string) error { return os.Chmod(p, 0o750) },
		"a link":    func(p string) error { return replaceBy(p, func(to string) error { return os.Symlink(to, p) }) },
		"a file":    func(p string) error { return replaceBy(p, func(string) error { return os.WriteFile(p, nil, 0o600) }) },
		"a FIFO":    func(p string) error { return replaceBy(p, func(string) error { return syscall.Mkfifo(p, 0o600) }) },
		"another's": func(p string) error { return os.Chown(p, 12345, -1) },
	} {
		path := filepath.Join(t.TempDir(), "octroi")
		open(t, path)
		if err := spoil(path); err != nil {
			t.Log(name, err) // not root: that one cannot be made
			continue
		}
		if f, err := loan.Open(path); err == nil {
			t.Errorf("C27: used although %s", name)
			f.Close()
		} else if strings.Contains(err.Error(), "\n") {
			t.Error("more than one line:", err)
		}
	}
}

func replaceBy(path string, put func(moved string) error) error {
	if err := os.Rename(path, path+".moved"); err != nil {
		return err
	}
	return put(path + ".moved")
}

// TestHostileFiles is C27 for the files: what has taken their place is neither read nor written through.
func TestHostileFiles(t *testing.T) {
	for name, spoil := range map[string]func(path, target string) error{
		"a link":      func(p, to string) error { return os.Symlink(to, p) },
		"a hard link": func(p, to string) error { return os.Link(to, p) },
		"a FIFO":      func(p, _ string) error { return syscall.Mkfifo(p, 0o600) },
		"for others":  func(p, _ string) error { return os.WriteFile(p, nil, 0o644) },
		"a folder":    func(p, _ string) error { return os.Mkdir(p, 0o700) },
	} {
		for _, pattern := range []string{"i-*", "s-*", "key", "config"} {
			f := open(t, filepath.Join(t.TempDir(), "octroi"))
			l := aLoan("arn:a", "r.example.com")
			keep(t, f, l)
			source := f.Name(loan.Source{Host: hosts.Host{Name: l.Host, Scheme: "https"}})
			f.Remember(source, loan.Answer{Identity: l.Identity, Endpoint: l.Endpoint}, now.Add(time.Hour))
			f.KeepConfig([]byte("{}"))
			found, _ := filepath.Glob(filepath.Join(f.Path(), pattern))
			if len(found) != 1 {
				t.Fatal(pattern, found)
			}
			target := filepath.Join(t.TempDir(), "target")
			whole, err := os.ReadFile(found[0])
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(target, whole, 0o600); err != nil {
				t.Fatal(err)
			}
			os.Remove(found[0])
			if err := spoil(found[0], target); err != nil {
				t.Fatal(err)
			}
			again, err := loan.Open(f.Path())
			if err != nil {
				if pattern != "key" {
					t.Error(name, pattern, err)
				}
				continue
			}
			_, lent := again.Find(l.Identity, l.Host, l.Endpoint, now)
			_, recalled := again.Recall(source, now)
			_, configured := again.Config()
			if pattern == "i-*" && lent || pattern == "s-*" && recalled || pattern == "config" && configured || pattern == "key" && (lent || recalled) {
				t.Errorf("C27: %s that is %s is used", pattern, name)
			}
			again.Keep(context.Background(), l, now)
			again.Remember(source, loan.Answer{Identity: "arn:b"}, now.Add(time.Hour))
			again.KeepConfig([]byte("{}"))
			if left, err := os.ReadFile(target); err != nil || !bytes.Equal(left, whole) {
				t.Errorf("C27: %s that is %s: its target was written to", pattern, name)
			}
			if _, ok := again.Find(l.Identity, l.Host, l.Endpoint, now); !ok && name != "a folder" {
				t.Errorf("C27: %s that is %s: not repaired", pattern, name)
			}
			again.Close()
		}
	}
}

// TestHostileContent is C28: nothing that a file can hold is an answer that was not kept, or an end of the program.
func TestHostileContent(t *testing.T) {
	f := open(t, filepath.Join(t.TempDir(), "octroi"))
	l := aLoan("arn:a", "r.example.com")
	keep(t, f, l)
	path, whole := identityFile(t, f)
	check := func(name string, data []byte) {
		t.Helper()
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, ok := f.Find(l.Identity, l.Host, l.Endpoint, now); ok && !cmp.Equal(got, l) {
			t.Errorf("C28 %s: lent %+v", name, got)
		}
	}
	for i := range whole {
		check("cut", whole[:i])
	}
	random := rand.NewChaCha8([32]byte{1})
	for range 200 {
		data := make([]byte, 300)
		random.Read(data)
		check("random", data)
	}
	check("version", bytes.Replace(whole, []byte(`"version":1`), []byte(`"version":2`), 1))
	check("trailing", append(bytes.Clone(whole), whole...))
	check("deep", bytes.Repeat([]byte("["), 1<<20))
	entries := bytes.Repeat([]byte(`{"host":"a"},`), 70_000)
	check("many entries", append(append([]byte(`{"version":1,"identity":"arn:a","loans":[`), entries...), []byte(`{}]}`)...))
	if err := os.Truncate(path, 1<<30); err != nil {
		t.Fatal(err)
	}
	if _, ok := f.Find(l.Identity, l.Host, l.Endpoint, now); ok {
		t.Error("C28: a gigabyte is read")
	}
	keep(t, f, l)
	if got, ok := f.Find(l.Identity, l.Host, l.Endpoint, now); !ok || !cmp.Equal(got, l) {
		t.Error("C28: not written anew")
	}
}

// identityFile is the only file of an identity in the cache.
func identityFile(t *testing.T, f *loan.Folder) (path string, data []byte) {
	t.Helper()
	all, _ := filepath.Glob(filepath.Join(f.Path(), "i-*"))
	if len(all) != 1 {
		t.Fatal(all)
	}
	data, err := os.ReadFile(all[0])
	if err != nil {
		t.Fatal(err)
	}
	return all[0], data
}

// TestHostileEntries is C29: an entry counts for the host, identity, service and time that it was made for.
func TestHostileEntries(t *testing.T) {
	f := open(t, filepath.Join(t.TempDir(), "octroi"))
	a := aLoan("arn:a", "r.example.com")
	keep(t, f, a)
	path, whole := identityFile(t, f)
	keep(t, f, aLoan("arn:b", "r.example.com"))
	all, _ := filepath.Glob(filepath.Join(f.Path(), "i-*"))
	other := all[0]
	if other == path {
		other = all[1]
	}
	var p map[string]any
	if err := json.Unmarshal(whole, &p); err != nil {
		t.Fatal(err)
	}
	entry := p["loans"].([]any)[0].(map[string]any)
	for member, value := range map[string]any{
		"host": "evil.example.com", "endpoint": "https://evil.example.com", "user": "root", "secret": "x",
		"expires": float64(now.Add(13 * time.Hour).UnixMilli()), "issued": float64(now.Add(-time.Hour).UnixMilli()), "mac": "00",
	} {
		before := entry[member]
		entry[member] = value
		data, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		entry[member] = before
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if got := f.Loans(now); len(got) != 1 || got[0].Identity != "arn:b" {
			t.Errorf("C29: %s changed, and lent: %+v", member, got)
		}
	}
	// one identity's file under another's name, and with its name in it
	for _, data := range [][]byte{whole, bytes.Replace(whole, []byte("arn:a"), []byte("arn:b"), 1)} {
		if err := os.WriteFile(other, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, ok := f.Find("arn:b", "r.example.com", a.Endpoint, now); ok {
			t.Errorf("C29: b is lent a's: %+v", got)
		}
	}
	// an answer to one source under the name of another
	f.Remember("aaaa", loan.Answer{Identity: "arn:a"}, now.Add(time.Hour))
	sealed, err := os.ReadFile(filepath.Join(f.Path(), "s-aaaa"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(f.Path(), "s-bbbb"), sealed, 0o600); err != nil {
		t.Fatal(err)
	}
	if a, ok := f.Recall("bbbb", now); ok {
		t.Errorf("C29: %+v", a)
	}
}

// TestSource: another host, entry, key, file or service account is another source.
func TestSource(t *testing.T) {
	f, home := open(t, filepath.Join(t.TempDir(), "octroi")), t.TempDir()
	usual := loan.Source{Host: hosts.Host{Name: "r.example.com", Scheme: "https"}, Environ: []string{"HOME=" + home, "AWS_PROFILE=x", "PATH=/bin"}}
	seen := map[string]string{f.Name(usual): "usual"}
	differs := func(what string, change func(*loan.Source)) {
		t.Helper()
		s := usual
		change(&s)
		if before := seen[f.Name(s)]; before != "" {
			t.Errorf("%s is the same as %s", what, before)
		}
		seen[f.Name(s)] = what
	}
	differs("host", func(s *loan.Source) { s.Host.Name = "s.example.com" })
	differs("entry", func(s *loan.Source) { s.Entry.Profile = "y" })
	differs("variable", func(s *loan.Source) { s.Environ = []string{"HOME=" + home, "AWS_PROFILE=y"} })
	differs("account", func(s *loan.Source) { s.Account = "a" })
	same := usual
	same.Environ = []string{"AWS_PROFILE=x", "PATH=/usr/bin", "HOME=" + home}
	if seen[f.Name(same)] != "usual" {
		t.Error("the order of variables, and others than AWS's, count")
	}
	if err := os.Mkdir(filepath.Join(home, ".aws"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"AKIA1", "AKIA2"} {
		if err := os.WriteFile(filepath.Join(home, ".aws", "credentials"), []byte(key), 0o600); err != nil {
			t.Fatal(err)
		}
		differs("file with "+key, func(*loan.Source) {})
	}
	if name := f.Name(usual); strings.Contains(name, "AKIA") || len(name) != 32 {
		t.Error(name)
	}
}

// FuzzPurse: a file of the cache is what was kept, or nothing.
func FuzzPurse(f *testing.F) {
	folder, err := loan.Open(filepath.Join(f.TempDir(), "octroi"))
	if err != nil {
		f.Fatal(err)
	}
	l := aLoan("arn:a", "r.example.com")
	if err := folder.Keep(context.Background(), l, now); err != nil {
		f.Fatal(err)
	}
	all, _ := filepath.Glob(filepath.Join(folder.Path(), "i-*"))
	whole, err := os.ReadFile(all[0])
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(all[0], data, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, got := range folder.Loans(now) {
			if !cmp.Equal(got, l) {
				t.Errorf("%+v", got)
			}
		}
	})
}
