package server_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/server"
)

var configurationRow = regexp.MustCompile("^\\| `([A-Za-z.]+)` \\| (?:`([^`]*)`)? ?\\|")

// docs/configuration.md has every key of the configuration with its default, in the order of octroid config.
func TestConfigurationDocument(t *testing.T) {
	var documented []server.Setting
	for l := range strings.Lines(readFile(t, "../docs/configuration.md")) {
		if row := configurationRow.FindStringSubmatch(l); row != nil {
			documented = append(documented, server.Setting{Name: row[1], Value: row[2]})
		}
	}
	if diff := cmp.Diff(server.Settings(server.Defaults()), documented); diff != "" {
		t.Errorf("docs/configuration.md (+) and the program (-) differ: %s", diff)
	}
}

func configure(t *testing.T, text string) (server.Config, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "octroid.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c := server.Defaults()
	c.Data = "x"
	if err := server.ReadConfig(path, &c); err != nil {
		return c, err
	}
	return c, c.Check()
}

func TestLimitsAreRead(t *testing.T) {
	c, err := configure(t, "limits:\n  blob: 1GiB\n  manifest: 65536\n  uploadIdle: 90m\n  requestRate: 0\n")
	if err != nil {
		t.Fatal(err)
	}
	want := server.DefaultLimits()
	want.Blob, want.Manifest, want.UploadIdle, want.RequestRate = 1<<30, 64<<10, 90*time.Minute, 0
	if diff := cmp.Diff(want, c.Limits); diff != "" {
		t.Error(diff)
	}
}

func TestLimitsThatAreNone(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"blob: 10GB", "is no size"}, {"blob: 1.5GiB", "is no size"}, {"blob: -1", "is no size"}, {"blob: +1", "is no size"},
		{"blob: 10 GiB", "is no size"}, {"blob: [1]", "is no size"}, {"blob: 9999999999GiB", "is no size"},
		{"blob: 0", "more than zero"}, {"headerTimeout: 0s", "more than zero"}, {"headerTimeout: -1s", "more than zero"},
		{"headerTimeout: 10", "10 is no time"}, {"uploads: 0", "more than zero"}, {"tags: -1", "zero for no limit"},
		{"memoryPercentage: 101", "a hundred"}, {"page: 1001", "largest"}, {"colour: 1", "there is no key colour"},
	} {
		if _, err := configure(t, "limits:\n  "+c.text+"\n"); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.text, err, c.want)
		}
	}
}
