package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// nobody is the user of the second build.
const nobody = "65534"

// verify builds twice, compares, and then does to a release what readers of docs/releases.md and attackers would.
func verify(ctx context.Context, source string) error {
	work, err := os.MkdirTemp("", "octroi-verify-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	if err := os.Chmod(work, 0o755); err != nil { // the second user comes through
		return err
	}
	first, second, err := twice(ctx, source, work)
	if err != nil {
		return err
	}
	n, err := same(first, second)
	if err != nil {
		return err
	}
	fmt.Printf("both builds have the same %d files, bit by bit\n", n)
	for _, check := range []struct {
		what string
		do   func(context.Context, string) error
	}{
		{"every program is static, stripped, without C and without paths", func(_ context.Context, f string) error { return inspectArchives(f) }},
		{"an altered program, package, archive, bill, list or signature is found", tamper},
		{"the packages install, and go away again", install},
	} {
		if err := check.do(ctx, first); err != nil {
			return err
		}
		fmt.Println(check.what)
	}
	return nil
}

// twice builds the last commit in two folders. The second one is another user's, where we may become one, and shares
// neither cache with the first: what it compiles it compiles itself.
func twice(ctx context.Context, source, work string) (first, second string, err error) {
	a, b := filepath.Join(work, "first"), filepath.Join(work, "second", "elsewhere", "and deeper")
	for _, folder := range []string{a, b} {
		if err := os.MkdirAll(filepath.Dir(folder), 0o755); err != nil {
			return "", "", err
		}
		if _, err := git(ctx, source, "clone", "--quiet", "--no-hardlinks", ".", folder); err != nil {
			return "", "", err
		}
	}
	if changed, err := git(ctx, source, "status", "--porcelain"); err != nil || changed != "" {
		fmt.Printf("what is not committed is not built:\n%s\n", changed)
	}
	home := filepath.Join(work, "second", "home")
	if err := modules(ctx, b, filepath.Join(home, "modules")); err != nil {
		return "", "", err
	}
	fmt.Println("building as this user, in UTC, with umask 022")
	if err := buildIn(ctx, a, nil, "022", append(os.Environ(), "TZ=UTC")); err != nil {
		return "", "", err
	}
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "TMPDIR=" + home, "GOMODCACHE=" + filepath.Join(home, "modules"),
		"GOCACHE=" + filepath.Join(home, "cache"), "GOPROXY=off", "TZ=Asia/Kolkata", "LC_ALL=C", "USER=second"}
	as, err := become(ctx, filepath.Join(work, "second"), work)
	if err != nil {
		return "", "", err
	}
	return filepath.Join(a, "out"), filepath.Join(b, "out"), buildIn(ctx, b, as, "077", env)
}

// become gives what belongs to the second build away, and answers what starts a program as its owner.
func become(ctx context.Context, folder, work string) ([]string, error) {
	tools, err := borrowTools(work)
	if err != nil {
		return nil, err
	}
	as := []string{"env", "PATH=" + tools + ":" + os.Getenv("PATH")}
	if _, err := exec.LookPath("setpriv"); err != nil || os.Geteuid() != 0 {
		fmt.Println("building in another folder and time zone, with umask 077 and nothing cached; as the same user, since only root becomes another")
		return as, nil
	}
	fmt.Println("building as user " + nobody + ", in another folder and time zone, with umask 077 and nothing cached")
	if _, err := output(exec.CommandContext(ctx, "chown", "-R", nobody+":"+nobody, folder)); err != nil {
		return nil, err
	}
	return append([]string{"setpriv", "--reuid=" + nobody, "--regid=" + nobody, "--clear-groups"}, as...), nil
}

// borrowTools copies the tools to where the second user can start them.
func borrowTools(work string) (string, error) {
	folder := filepath.Join(work, "tools")
	if err := os.Mkdir(folder, 0o755); err != nil {
		return "", err
	}
	for _, tool := range []string{"nfpm", "cyclonedx-gomod"} {
		path, err := exec.LookPath(tool)
		if err != nil {
			return "", fmt.Errorf("%w: make release-tools installs it", err)
		}
		text, err := os.ReadFile(path)
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, tool), text, 0o755)
		}
		if err != nil {
			return "", err
		}
	}
	return folder, nil
}

// modules fills a cache of modules of its own, from this user's where it has them; their sums are go.sum's.
func modules(ctx context.Context, source, cache string) error {
	have, err := output(exec.CommandContext(ctx, "go", "env", "GOMODCACHE"))
	if err != nil {
		return err
	}
	proxy, err := output(exec.CommandContext(ctx, "go", "env", "GOPROXY"))
	if err != nil {
		return err
	}
	from := "file://" + filepath.Join(strings.TrimSpace(have), "cache", "download") + "," + strings.TrimSpace(proxy)
	for _, t := range products[0].targets {
		c := exec.CommandContext(ctx, "go", "list", "-deps", "./cmd/...", "./internal/release")
		c.Dir, c.Env = source, append(t.environment(), "GOMODCACHE="+cache, "GOPROXY="+from, "GOFLAGS=-modcacherw")
		if _, err := output(c); err != nil {
			return err
		}
	}
	return nil
}

// buildIn has the copy of the sources build itself, into its folder out.
func buildIn(ctx context.Context, source string, as []string, umask string, env []string) error {
	line := slices.Concat(as, []string{"sh", "-c", `umask "$0" && exec "$@"`, umask, "go", "run", "./internal/release", "build", "out"})
	c := exec.CommandContext(ctx, line[0], line[1:]...)
	c.Dir, c.Env = source, env
	_, err := output(c)
	return err
}

// same compares two folders, and answers how many files they have.
func same(a, b string) (int, error) {
	first, err := sums(a)
	if err != nil {
		return 0, err
	}
	second, err := sums(b)
	if err != nil {
		return 0, err
	}
	var differ []string
	for _, name := range sorted(first) {
		if first[name] != second[name] {
			differ = append(differ, name)
		}
	}
	for name := range second {
		if first[name] == "" {
			differ = append(differ, name)
		}
	}
	if len(differ) > 0 {
		return 0, fmt.Errorf("the builds differ in %s", strings.Join(differ, ", "))
	}
	if len(first) == 0 {
		return 0, errors.New("the builds are empty")
	}
	return len(first), nil
}

func sorted(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
