package server_test

import (
	"encoding/base64"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/octroi/octroi/audit"
	"github.com/octroi/octroi/server"
	"github.com/octroi/octroi/servertest"
)

// H08: the record has no body, no password and no token, right or wrong; of a token it has the keyed hash of its id.
func TestHostileH08(t *testing.T) {
	s := servertest.Start(t)
	user := s.AddUser("ci", servertest.ToLogIn())
	password, _, err := getToken(t.Context(), s.Host, user.ID, user.Secret)
	mustDo(t, err)
	c := canaries{"a secret key": user.Secret, "a password": password, "a Basic credential": base64.StdEncoding.EncodeToString([]byte("AWS:" + password))}
	c["a bearer"] = exchanged(t, s, "GET", "/token/?service="+s.Host, "", password)
	mark := func(what string) string { c[what] = "marked-" + strings.ReplaceAll(what, " ", "-"); return c[what] }
	send(t, s, "POST", "/", `{"registryIds":["`+mark("a JSON body")+`"]}`, "X-Amz-Target", "SpencerFrontendService.GetAuthorizationToken", "Content-Type", "application/x-amz-json-1.1")
	send(t, s, "POST", "/", "Action=AssumeRole&Version=2011-06-15&ExternalId="+mark("a form body"), "Content-Type", "application/x-www-form-urlencoded")
	send(t, s, "POST", "/token/", url.Values{"grant_type": {"password"}, "username": {"AWS"}, "password": {mark("a form password")}, "service": {s.Host}, "client_id": {"c"}}.Encode(),
		"Content-Type", "application/x-www-form-urlencoded")
	send(t, s, "POST", "/token/", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {mark("a refresh token")}, "service": {s.Host}, "client_id": {"c"}}.Encode(),
		"Content-Type", "application/x-www-form-urlencoded")
	send(t, s, "GET", "/v2/", "", "Authorization", "Bearer "+mark("a wrong bearer"))
	s.Restart() // all records are in the file
	files, err := audit.Files(s.Data)
	mustDo(t, err)
	for _, file := range files {
		c.hunt(t, filepath.Base(file), readFile(t, file))
	}
	names := map[string]bool{}
	mustDo(t, audit.Read(s.Data, func(r audit.Record) error {
		if r.Token != "" {
			names[r.Token] = true
			if strings.Contains(password, r.Token) || strings.Contains(c["a bearer"], r.Token) {
				t.Errorf("the name of a token is a part of it: %s", r.Token)
			}
		}
		return nil
	}))
	if len(names) == 0 {
		t.Error("no record names a token")
	}
}

// H09: one folder has one writer, whose chain has no gap when the clock goes back; what would be a second one is refused.
func TestHostileH09(t *testing.T) {
	now := time.Now()
	s := servertest.Start(t, servertest.Clock(func() time.Time { return now }))
	user := s.AddUser("ci", servertest.ToLogIn())
	ask := func() {
		t.Helper()
		// the signature's time is the client's: what is off by minutes is still recorded
		getToken(t.Context(), s.Host, user.ID, user.Secret)
	}
	ask()
	config := server.Defaults()
	config.Data, config.Listen = s.Data, "127.0.0.1:0"
	second, err := server.Start(t.Context(), config, slog.New(slog.DiscardHandler), nil)
	if second != nil || err == nil || !strings.Contains(err.Error(), "another octroid serves this folder") {
		t.Fatalf("a second writer: %v, %v", second != nil, err)
	}
	now = now.Add(-time.Hour)
	ask()
	s.Restart()
	now = now.Add(24 * time.Hour)
	ask()
	s.Restart()
	v, err := server.RootKeys{}.AuditVerifier(t.Context(), s.Data)
	mustDo(t, err)
	r, err := v.Verify()
	if err != nil || r.From != 1 || r.To < 3 {
		t.Errorf("records %d to %d: %v", r.From, r.To, err)
	}
}
