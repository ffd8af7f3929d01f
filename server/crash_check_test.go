package server_test

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"github.com/octroi/octroi/server"
	"github.com/octroi/octroi/store"
)

// check looks at the newest things that were acknowledged and at some of the older ones.
func (c *crash) check(t *testing.T, s *service, older int) {
	t.Helper()
	anybody := openRegistry(s.host, "")
	for _, image := range some(c.images, 4, older) {
		c.checkImage(t, anybody, image)
	}
	for _, token := range some(c.tokens, 3, older) {
		if err := openRegistry(s.host, token.password).ping(); err != nil {
			t.Errorf("a token that was acknowledged is refused: %v", err)
		}
	}
	for _, u := range some(c.users, 6, older) {
		arn, err := whoAmI(t.Context(), s.host, u.id, u.secret)
		switch {
		case u.state == active && (err != nil || !strings.HasSuffix(arn, ":user/"+u.name)):
			t.Errorf("user %s was acknowledged and is lost: %q, %v", u.name, arn, err)
		case u.state != active && (err == nil || !strings.Contains(err.Error(), "InvalidClientTokenId")):
			t.Errorf("user %s was disabled or removed, and is %q again: %v", u.name, arn, err)
		}
		if u.policy != "" {
			c.checkAdministered(t, u)
		}
	}
	c.checkPolicy(t, s)
}

func (c *crash) checkAdministered(t *testing.T, u acknowledgedUser) {
	t.Helper()
	found, err := c.store.UserByName(t.Context(), c.account, u.name)
	var all []store.InlinePolicy
	if err == nil {
		all, err = c.store.InlinePolicies(t.Context(), found.ID)
	}
	if err != nil || len(all) != 1 || all[0].Document != u.policy {
		t.Errorf("user %s has the policies %+v, want %s: %v", u.name, all, u.policy, err)
	}
}

// some are the last few of a list, and a random choice of the others.
func some[T any](all []T, last, older int) []T {
	if older >= len(all) {
		return all
	}
	chosen := all[max(0, len(all)-last):]
	for range older {
		chosen = append(chosen[:len(chosen):len(chosen)], all[rand.IntN(len(all))])
	}
	return chosen
}

func (c *crash) checkImage(t *testing.T, r registryClient, image acknowledgedImage) {
	t.Helper()
	if image.digest != "" {
		got, err := r.pull(crashRepository, "manifests", image.tag)
		if err != nil || got != image.digest {
			t.Errorf("tag %s was acknowledged as %s and is %s: %v", image.tag, image.digest, got, err)
		}
	}
	for _, blob := range image.blobs {
		if got, err := r.pull(crashRepository, "blobs", blob); err != nil || got != blob {
			t.Errorf("blob %s was acknowledged and is %s: %v", blob, got, err)
		}
	}
}

// checkPolicy reads the policy that was acknowledged last from a fresh opening, and has the service decide by it.
func (c *crash) checkPolicy(t *testing.T, s *service) {
	t.Helper()
	fresh, err := server.OpenStore(t.Context(), c.data)
	if err != nil {
		t.Fatalf("opening the store after a kill: %v", err)
	}
	defer fresh.Close()
	all, err := fresh.InlinePolicies(t.Context(), c.toggled.ID)
	if err != nil || len(all) != 1 || all[0].Document != c.policy {
		t.Errorf("policies are %+v, want %s: %v", all, c.policy, err)
	}
	_, _, err = getToken(t.Context(), s.host, string(c.toggledKey), c.toggledSecret)
	if allowed := strings.Contains(c.policy, `"Allow"`); allowed != (err == nil) || !allowed && !strings.Contains(err.Error(), "AccessDenied") {
		t.Errorf("the service does not decide by %s: %v", c.policy, err)
	}
}

// nothingCorrupt pulls everything that the registry lists, acknowledged or not: it is whole, or not there.
func (c *crash) nothingCorrupt(t *testing.T, s *service) {
	t.Helper()
	r := openRegistry(s.host, "")
	_, text, err := r.do("GET", "/v2/"+crashRepository+"/tags/list?n=1000", "", nil, 200)
	var list struct{ Tags []string }
	if err = errors.Join(err, json.Unmarshal(text, &list)); err != nil {
		t.Fatal(err)
	}
	halves := 0
	for _, tag := range list.Tags {
		_, text, err := r.do("GET", "/v2/"+crashRepository+"/manifests/"+tag, "", nil, 200)
		var m struct {
			Config struct{ Digest string }
			Layers []struct{ Digest string }
		}
		if missing := (status{}); errors.As(err, &missing) && missing.code == http.StatusNotFound {
			halves++ // the push was cut off between the engine's two writes of a tag: it was not acknowledged
			continue
		}
		if err = errors.Join(err, json.Unmarshal(text, &m)); err != nil {
			t.Errorf("tag %s is listed and cannot be read: %v", tag, err)
			continue
		}
		for _, blob := range []string{m.Config.Digest, m.Layers[0].Digest} {
			if got, err := r.pull(crashRepository, "blobs", blob); err != nil || got != blob {
				t.Errorf("tag %s names blob %s, which is %s: %v", tag, blob, got, err)
			}
		}
	}
	t.Logf("%d tags listed, %d of them of pushes that were cut off: listed, and not there", len(list.Tags), halves)
}

// Killed anywhere in its first start, the service starts the next time, with one administrator and a key that works.
func killFirstStart(t *testing.T, p program) {
	for range 20 {
		c := &crash{program: p, data: t.TempDir() + "/data"}
		s := p.launch(t, c.data, t.TempDir()+"/address")
		wait(rand.IntN(150))
		s.kill()
		s = p.serve(t, c.data)
		c.prepare(t)
		if _, _, err := getToken(t.Context(), s.host, c.adminID, c.admin); err != nil {
			t.Errorf("the administrator gets no token: %v", err)
		}
		s.kill()
		c.store.Close()
	}
}
