package server_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/octroi/octroi/server"
	"github.com/octroi/octroi/store"
)

// fileKinds are the kinds of files below a data folder. One that is none of these fails the test.
var fileKinds = map[string]*regexp.Regexp{
	"root key":           regexp.MustCompile(`^root\.key$`),
	"database":           regexp.MustCompile(`^octroi\.db$`),
	"credentials":        regexp.MustCompile(`^credentials$`),
	"audit log":          regexp.MustCompile(`^audit\.jsonl$`),
	"audit head":         regexp.MustCompile(`^audit\.head$`),
	"blob":               regexp.MustCompile(`/blobs/sha256/../[0-9a-f]{64}/data$`),
	"layer link":         regexp.MustCompile(`/_layers/sha256/[0-9a-f]{64}/link$`),
	"manifest link":      regexp.MustCompile(`/_manifests/revisions/sha256/[0-9a-f]{64}/link$`),
	"tag":                regexp.MustCompile(`/_manifests/tags/[^/]+/current/link$`),
	"tag's index":        regexp.MustCompile(`/_manifests/tags/[^/]+/index/sha256/[0-9a-f]{64}/link$`),
	"upload's data":      regexp.MustCompile(`/_uploads/[^/]+/data$`),
	"upload's beginning": regexp.MustCompile(`/_uploads/[^/]+/startedat$`),
	"upload's owner":     regexp.MustCompile(`/_uploads/[^/]+/owner$`),
	"upload's state":     regexp.MustCompile(`/_uploads/[^/]+/hashstates/sha256/[0-9]+$`),
	"lock, empty":        regexp.MustCompile(`^(lock|collect\.lock)$`),
}

const usedRepository = "local/team/app"

// credentialsFile is what the first start writes.
var credentialsFile = regexp.MustCompile(`aws_access_key_id = (\S+)\naws_secret_access_key = (\S+)\n`)

// withAPolicy makes a user with a key and a policy, beside the service.
func withAPolicy(ctx context.Context, data string) error {
	s, err := server.OpenStore(ctx, data)
	if err != nil {
		return err
	}
	defer s.Close()
	all, err := s.Accounts(ctx)
	if err != nil {
		return err
	}
	_, _, _, err = s.AddUser(ctx, all[0].ID, "builder", store.InlinePolicy{Name: "p",
		Document: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"arn:aws:ecr-public::*:repository/team/*"}]}`})
	return err
}

// populated is the folder of a service that was used, and ended.
func populated(t *testing.T) string {
	t.Helper()
	config := server.Defaults()
	config.Data, config.Listen = filepath.Join(t.TempDir(), "data"), "127.0.0.1:0"
	s, err := server.Start(t.Context(), config, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		t.Fatal(err)
	}
	lines := credentialsFile.FindStringSubmatch(readFile(t, filepath.Join(config.Data, "credentials")))
	if lines == nil {
		t.Fatal("the credentials are not as the first start writes them")
	}
	if err := withAPolicy(t.Context(), config.Data); err != nil {
		t.Fatal(err)
	}
	password, _, err := getToken(t.Context(), s.Address(), lines[1], lines[2])
	if err != nil {
		t.Fatal(err)
	}
	r := openRegistry(s.Address(), password)
	layer, image := []byte(strings.Repeat("layer ", 30_000)), []byte(`{"config":1}`)
	for _, b := range [][]byte{layer, image} {
		if _, err := r.pushBlob(usedRepository, b); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.pushManifest(usedRepository, "v1", image, layer); err != nil {
		t.Fatal(err)
	}
	started, _, err := r.do("POST", "/v2/"+usedRepository+"/blobs/uploads/", "", nil, http.StatusAccepted)
	if err == nil {
		_, _, err = r.do("PATCH", started.Header.Get("Location"), "application/octet-stream", []byte("the beginning of a blob"), http.StatusAccepted)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	return config.Data
}

func findings(t *testing.T, data string, quick server.Thoroughness) (all []server.Finding) {
	t.Helper()
	err := server.RootKeys{}.Check(t.Context(), data, quick, func(f server.Finding) { all = append(all, f) })
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// RL22: one flipped byte in each kind of file is found, and what was found names the file and says what to do.
func TestFsckFindsAFlippedByte(t *testing.T) {
	data := populated(t)
	if all := findings(t, data, server.Thorough); len(all) > 0 {
		t.Fatalf("nothing is damaged: %+v", all)
	}
	seen := map[string]bool{}
	err := filepath.WalkDir(data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(data, path)
		if err != nil {
			return err
		}
		kind := ""
		for name, form := range fileKinds {
			if form.MatchString(filepath.ToSlash(rel)) {
				kind = name
			}
		}
		if kind == "" {
			t.Errorf("%s is of no kind that anything checks", rel)
		}
		if !seen[kind] {
			seen[kind] = true
			t.Run(kind, func(t *testing.T) { flip(t, data, path, kind) })
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for kind := range fileKinds {
		if !seen[kind] {
			t.Errorf("the folder has no %s", kind)
		}
	}
	if all := findings(t, data, server.Thorough); len(all) > 0 {
		t.Errorf("put back, and still: %+v", all)
	}
}

// wrapped is what a secret in the store looks like.
var wrapped = regexp.MustCompile(`[A-Za-z0-9+/]{80,}={0,2}`)

func flip(t *testing.T, data, path, kind string) {
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	places := []int{0, len(whole) / 2, len(whole) - 1}
	switch kind {
	case "lock, empty":
		if len(whole) > 0 {
			t.Errorf("%s has %d bytes", path, len(whole))
		}
		return
	case "database": // a page's own head, a wrapped secret, a policy's brace, letters of plain texts; store tests all of a page
		places = []int{0, 100, bytes.Index(whole, []byte(`{"Version"`)), bytes.Index(whole, []byte(`team/*"`)),
			bytes.Index(whole, []byte("builder")), bytes.Index(whole, []byte("CREATE TABLE users")) + 5}
		for _, at := range wrapped.FindAllIndex(whole, -1) {
			places = append(places, (at[0]+at[1])/2)
		}
		if len(places) < 8 {
			t.Errorf("the store holds %d secrets, want the administrator's and the ring's", len(places)-6)
		}
	case "upload's beginning":
		places = []int{0, 5, 11} // a second more or less is no matter to anybody
	}
	for _, at := range places {
		text := bytes.Clone(whole)
		text[at] ^= 1
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		all := findings(t, data, server.Thorough)
		if len(all) == 0 {
			t.Errorf("%s: byte %d is another one, and nothing is found", path, at)
		}
		for _, f := range all {
			if f.File == "" || f.Problem == "" || f.Todo == "" {
				t.Errorf("%+v", f)
			}
		}
	}
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
}

// RL22: the database's log, which is there after a crash, is looked at before anything reads it. A service does not start on a
// damaged one, of which SQLite leaves out what comes after the damage.
func TestFsckOfADamagedLog(t *testing.T) {
	config := server.Defaults()
	config.Data, config.Listen = filepath.Join(t.TempDir(), "data"), "127.0.0.1:0"
	start := func() (*server.Server, error) {
		return server.Start(t.Context(), config, slog.New(slog.DiscardHandler), nil)
	}
	s, err := start()
	if err != nil {
		t.Fatal(err)
	}
	killed := filepath.Join(t.TempDir(), "data") // what is on disk at this moment
	err = os.CopyFS(killed, os.DirFS(config.Data))
	if err = errors.Join(err, os.Chmod(killed, 0o700), os.Chmod(filepath.Join(killed, "root.key"), 0o600), os.Chmod(filepath.Join(killed, "credentials"), 0o600)); err != nil {
		t.Fatal(err)
	}
	if err := s.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	if all := findings(t, killed, server.Thorough); len(all) > 0 {
		t.Fatalf("nothing is damaged: %+v", all)
	}
	log := filepath.Join(killed, "octroi.db-wal")
	text, err := os.ReadFile(log)
	if err != nil || len(text) < 40_000 {
		t.Fatal(len(text), err)
	}
	text[3000] ^= 1
	if err := os.WriteFile(log, text, 0o600); err != nil {
		t.Fatal(err)
	}
	all := findings(t, killed, server.Thorough)
	if len(all) != 1 || all[0].File != log || !strings.Contains(all[0].Todo, "truncate -s 32 ") || !strings.Contains(all[0].Problem, "run octroid fsck again") {
		t.Errorf("%+v", all)
	}
	config.Data = killed
	if _, err := start(); err == nil || !strings.Contains(err.Error(), "octroi.db-wal is damaged") || !strings.Contains(err.Error(), "token revoke --all") {
		t.Errorf("it starts: %v", err)
	}
	if after, err := os.ReadFile(log); err != nil || !bytes.Equal(after, text) {
		t.Error("the log was changed", err)
	}
}

// A quick check hashes manifests, and no other blobs; what nobody put there is named.
func TestFsckQuickAndStrangers(t *testing.T) {
	data := populated(t)
	for _, name := range []string{"notes.txt", "registry/docker/registry/v2/blobs/other", "registry/file"} {
		path := filepath.Join(data, name)
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if all := findings(t, data, server.Quick); len(all) != 1 || all[0].File != path {
			t.Errorf("%s: %+v", name, all)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	blobs, err := filepath.Glob(filepath.Join(data, "registry/docker/registry/v2/blobs/sha256/*/*/data"))
	if err != nil || len(blobs) != 3 {
		t.Fatal(blobs, err)
	}
	damaged := 0
	for _, path := range blobs {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, append(bytes.Clone(text), 'x'), 0o600); err != nil {
			t.Fatal(err)
		}
		damaged += len(findings(t, data, server.Quick))
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if damaged != 1 {
		t.Errorf("a quick look found %d of three, and only one is a manifest", damaged)
	}
}
