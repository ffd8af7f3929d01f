//go:build unix

package fulldisk

import (
	"os"
	"os/exec"
	"regexp"
	"testing"

	"golang.org/x/sys/unix"
)

// apartVariable names the test that a process was started for.
const apartVariable = "OCTROI_TEST_APART"

// Apart runs the calling test again in a process of its own, and fails it as that one fails. It is true in that process:
// there the test goes on, and only there may it call Beyond.
func Apart(t *testing.T) bool {
	t.Helper()
	if os.Getenv(apartVariable) == t.Name() {
		return true
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// None of this process's flags: a test log or a profile is a file, and would be cut.
	child := exec.CommandContext(t.Context(), program, "-test.run=^"+regexp.QuoteMeta(t.Name())+"$", "-test.timeout=2m")
	child.Env = append(os.Environ(), apartVariable+"="+t.Name())
	if out, err := child.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	return false
}

// Beyond makes no file of this process grow beyond size bytes, until the function that it returns is called or the test ends.
func Beyond(t *testing.T, size int64) (empty func()) {
	t.Helper()
	if os.Getenv(apartVariable) != t.Name() {
		t.Fatal("a full disk outside of fulldisk.Apart: go test itself could not write its files")
	}
	var was unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &was); err != nil {
		t.Fatal(err)
	}
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: uint64(size), Max: was.Max}); err != nil {
		t.Fatal(err)
	}
	empty = func() {
		if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &was); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(empty)
	return empty
}
