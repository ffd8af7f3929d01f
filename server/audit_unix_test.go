//go:build unix

package server_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/octroi/octroi/internal/fulldisk"
	"github.com/octroi/octroi/servertest"
)

// H05: a token that cannot be recorded does not leave, and the service is itself again when the disk is.
func TestHostileH05(t *testing.T) {
	if !fulldisk.Apart(t) {
		return
	}
	s := servertest.Start(t)
	user := s.AddUser("ci", servertest.ToLogIn())
	issue := func() error {
		_, _, err := getToken(t.Context(), s.Host, user.ID, user.Secret)
		return err
	}
	ready := func() int {
		r, err := http.Get(s.URL + "/readyz")
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		return r.StatusCode
	}
	if err := issue(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(s.Data, "audit.jsonl")
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	empty := fulldisk.Beyond(t, before.Size()+10)
	for range 3 {
		if err := issue(); err == nil || !strings.Contains(err.Error(), "ServiceUnavailable") || !strings.Contains(err.Error(), "503") {
			t.Errorf("with a full disk: %v", err)
		}
	}
	if got := ready(); got != http.StatusServiceUnavailable {
		t.Errorf("/readyz answers %d", got)
	}
	if _, err := whoAmI(t.Context(), s.Host, user.ID, user.Secret); err != nil {
		t.Errorf("a call that gives out no secret, whose record waits for room: %v", err)
	}
	empty()
	for began := time.Now(); issue() != nil; time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > 5*time.Second {
			t.Fatal("no token with room on the disk again")
		}
	}
	if got := ready(); got != http.StatusOK {
		t.Errorf("/readyz answers %d again", got)
	}
}
