package credential_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/credentials"

	"github.com/octroi/octroi/credential"
)

// folder is a DOCKER_CONFIG with a config.json, or without one when text is empty.
func folder(t *testing.T, text string) (credential.Store, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "docker")
	path := filepath.Join(dir, "config.json")
	if text != "" {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	environ := func(name string) (string, bool) { return dir, name == "DOCKER_CONFIG" }
	return credential.DockerStore(environ, "/nonexistent"), path
}

func host(t *testing.T, text string) credential.Host {
	t.Helper()
	h, err := credential.ParseHost(text)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func token(t *testing.T, password string) credential.Token {
	t.Helper()
	got, err := credential.ParseToken(answer(encode("AWS:"+password), "1800003600"), now)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// read is what other tools find: through oras-go, which reads the file as docker does.
func read(t *testing.T, path, name string) string {
	t.Helper()
	store, err := credentials.NewStore(path, credentials.StoreOptions{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := store.Get(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	if got == auth.EmptyCredential {
		return ""
	}
	return got.Username + ":" + got.Password
}

func TestStore(t *testing.T) {
	const before = `{"auths":{"other.example.com":{"auth":"dTpw","email":"kept"}},"HttpHeaders":{"X":"1"},"detachKeys":"ctrl-e,e","psFormat":"t"}`
	store, path := folder(t, before)
	if err := store.Put(t.Context(), host(t, "localhost:8787"), token(t, "pw")); err != nil {
		t.Fatal(err)
	}
	if got := read(t, path, "localhost:8787"); got != "AWS:pw" {
		t.Errorf("stored %q", got)
	}
	if got := read(t, path, "other.example.com"); got != "u:p" {
		t.Errorf("the other login is %q", got)
	}
	var all map[string]any
	data, _ := os.ReadFile(path)
	if err := json.Unmarshal(data, &all); err != nil || all["detachKeys"] != "ctrl-e,e" || all["psFormat"] != "t" ||
		all["HttpHeaders"] == nil || !strings.Contains(string(data), "kept") {
		t.Errorf("%s %v", data, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	for _, want := range []bool{true, false} {
		found, err := store.Remove(t.Context(), host(t, "localhost:8787"))
		if found != want || err != nil {
			t.Errorf("removed %v %v, want %v", found, err, want)
		}
	}
	if got := read(t, path, "localhost:8787") + read(t, path, "other.example.com"); got != "u:p" {
		t.Errorf("left: %q", got)
	}
}

func TestStoreStartsEmpty(t *testing.T) {
	for _, text := range []string{"", " \n", "{}", `{"auths":null}`} {
		store, path := folder(t, text)
		if found, err := store.Remove(t.Context(), host(t, "h")); found || err != nil {
			t.Errorf("%q: %v %v", text, found, err)
		}
		if err := store.Put(t.Context(), host(t, "h"), token(t, "pw")); err != nil || read(t, path, "h") != "AWS:pw" {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestStoreRefusesBrokenFile(t *testing.T) {
	for _, text := range []string{"[]", "null", "{", "x", `{"auths":[]}`, `{"credsStore":5}`, `{"auths":{}} {}`} {
		store, path := folder(t, text)
		err := store.Put(t.Context(), host(t, "h"), token(t, "pw"))
		data, _ := os.ReadFile(path)
		if err == nil || string(data) != text || !strings.Contains(err.Error(), path) {
			t.Errorf("%q: %v, now %q", text, err, data)
		}
	}
}

func TestStoreKeepsLink(t *testing.T) {
	store, path := folder(t, "{}")
	real := filepath.Join(t.TempDir(), "real.json")
	if err := os.Rename(path, real); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(real, path); err != nil {
		t.Fatal(err)
	}
	if err := store.Put(t.Context(), host(t, "h"), token(t, "pw")); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(path); err != nil || info.Mode()&os.ModeSymlink == 0 || read(t, real, "h") != "AWS:pw" {
		t.Error("the link is gone", err)
	}
}

func TestRemoveFindsOldKeys(t *testing.T) {
	store, path := folder(t, `{"auths":{"https://h/v1/":{"auth":"dTpw"},"http://h":{},"h.example.com":{"auth":"dTpw"}}}`)
	if found, err := store.Remove(t.Context(), host(t, "h")); !found || err != nil {
		t.Error(found, err)
	}
	data, _ := os.ReadFile(path)
	if strings.Contains(string(data), "//h") || !strings.Contains(string(data), "h.example.com") {
		t.Errorf("%s", data)
	}
}

// TestParallelLogins: of fifty logins at once, none undoes another.
func TestParallelLogins(t *testing.T) {
	store, path := folder(t, `{"auths":{"old.example.com":{"auth":"dTpw"}}}`)
	hosts, lent := make([]credential.Host, 50), token(t, "pw")
	for i := range hosts {
		hosts[i] = host(t, fmt.Sprintf("h%d.example.com", i))
	}
	var all sync.WaitGroup
	for _, h := range hosts {
		all.Go(func() {
			if err := store.Put(context.Background(), h, lent); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, h := range hosts {
		if got := read(t, path, h.Name); got != "AWS:pw" {
			t.Errorf("%s: %q", h.Name, got)
		}
	}
	if got := read(t, path, "old.example.com"); got != "u:p" {
		t.Errorf("the older login is %q", got)
	}
}

func TestHelper(t *testing.T) {
	dir := t.TempDir()
	helper := "#!/bin/sh\necho \"$@\" >>" + dir + "/args\ncat >" + dir + "/$1\n" +
		"test \"$1\" = erase && test ! -e " + dir + "/store && echo 'credentials not found in native keychain' && exit 1\ntrue\n"
	if err := os.WriteFile(filepath.Join(dir, "docker-credential-test"), []byte(helper), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	for _, config := range []string{`{"credsStore":"test"}`, `{"credsStore":"none","credHelpers":{"h":"test"}}`} {
		os.Remove(dir + "/store")
		store, path := folder(t, config)
		if found, err := store.Remove(t.Context(), host(t, "h")); found || err != nil {
			t.Errorf("%s: %v %v", config, found, err)
		}
		if err := store.Put(t.Context(), host(t, "h"), token(t, "pwcanary")); err != nil {
			t.Fatal(err)
		}
		got, _ := os.ReadFile(dir + "/store")
		args, _ := os.ReadFile(dir + "/args")
		data, _ := os.ReadFile(path)
		if string(got) != `{"ServerURL":"h","Username":"AWS","Secret":"pwcanary"}` || strings.Contains(string(args)+string(data), "canary") {
			t.Errorf("C38 %s: helper got %s, arguments %s, file %s", config, got, args, data)
		}
		if found, err := store.Remove(t.Context(), host(t, "h")); !found || err != nil {
			t.Errorf("%s: %v %v", config, found, err)
		}
	}
	store, _ := folder(t, `{"credsStore":"../evil"}`)
	if err := store.Put(t.Context(), host(t, "h"), token(t, "pw")); err == nil || !strings.Contains(err.Error(), "must be a name") {
		t.Error(err)
	}
}

func TestLine(t *testing.T) {
	r := credential.Result{Host: "h:1", User: "AWS", Key: "AKIAX", Source: "env", Expires: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	if got := r.Line(); got != "h:1: logged in as AWS with key AKIAX (env), until 2026-01-02 03:04 UTC" {
		t.Error(got)
	}
}
