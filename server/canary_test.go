package server_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/server"
	"github.com/octroi/octroi/servertest"
	"github.com/octroi/octroi/store"
)

// canaries are secrets by what they are.
type canaries map[string]string

// spelled are the spellings in which a secret may turn up.
func spelled(secret string) []string {
	b := []byte(secret)
	return []string{secret, hex.EncodeToString(b), strings.ToUpper(hex.EncodeToString(b)), base64.StdEncoding.EncodeToString(b),
		base64.RawStdEncoding.EncodeToString(b), base64.URLEncoding.EncodeToString(b), base64.RawURLEncoding.EncodeToString(b), url.QueryEscape(secret)}
}

// hunt looks for every canary in a text.
func (c canaries) hunt(t *testing.T, where, text string) {
	t.Helper()
	for what, secret := range c {
		for _, spelling := range spelled(secret) {
			if len(spelling) >= 8 && strings.Contains(text, spelling) {
				t.Errorf("%s stands in %s", what, where)
				break
			}
		}
	}
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// H01: secrets go through every flow, right and wrong, and none of them is found where it does not belong.
func TestHostileH01(t *testing.T) {
	var log safeBuffer
	private := servertest.Configure(func(c *server.Config) { c.Registry.Private = []string{"team/*"} })
	s := servertest.Start(t, private, servertest.Configure(withMetrics), servertest.Log(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	c := canaries{}
	for _, l := range strings.Split(readFile(t, filepath.Join(s.Data, "credentials")), "\n") {
		if secret, ok := strings.CutPrefix(l, "aws_secret_access_key = "); ok {
			c["the administrator's secret"] = secret
		}
	}
	c["the root key"] = strings.TrimSpace(readFile(t, filepath.Join(s.Data, "root.key")))
	material, err := hex.DecodeString(c["the root key"])
	if err != nil {
		t.Fatal(err)
	}
	c["the root key's bytes"] = string(material)
	keys, err := s.Store().TokenKeys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range keys {
		c[fmt.Sprintf("token key %d", k.ID)] = k.Secret.Reveal()
	}
	user := s.AddUser("ci", servertest.ToLogIn(), s.On([]string{"ecr-public:*"}, "team/*"))
	c["the user's secret"] = user.Secret
	allFlows(t, s, user, c)
	if len(c) < 12 {
		t.Fatalf("too few secrets went through: %d", len(c))
	}
	_, figures := get(t, "GET", s.AdminURL()+"/metrics")
	c.hunt(t, "the metrics", figures)
	if !strings.Contains(figures, `octroid_refusals_total{code="UNAUTHORIZED"}`) {
		t.Error("nothing was counted: the test proves nothing")
	}
	s.Restart() // writes out what is written when the service ends
	huntFiles(t, s.Data, c)
	c.hunt(t, "the log", log.String())
	if !strings.Contains(log.String(), "request refused") {
		t.Error("nothing was logged: the test proves nothing")
	}
}

// allFlows sends the secrets wherever a client or a mistaken person could.
func allFlows(t *testing.T, s *servertest.Server, user servertest.Key, c canaries) {
	t.Helper()
	password, _, err := getToken(t.Context(), s.Host, user.ID, user.Secret)
	if err != nil {
		t.Fatal(err)
	}
	c["the password"] = password
	c["the Basic credential"] = base64.StdEncoding.EncodeToString([]byte("AWS:" + password))
	if _, err := whoAmI(t.Context(), s.Host, user.ID, user.Secret); err != nil {
		t.Fatal(err)
	}
	admin := strings.Fields(readFile(t, filepath.Join(s.Data, "credentials"))) // [default] aws_access_key_id = ID ...
	_, made, err := addUser(t.Context(), administer(s.Host, admin[3], c["the administrator's secret"]), "made",
		`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`)
	if err != nil {
		t.Fatal(err)
	}
	c["the secret of a key that IAM made"] = made
	r := openRegistry(s.Host, password)
	repository := s.Alias + "/team/app"
	for _, b := range []string{"config", "layer"} {
		if _, err := r.pushBlob(repository, []byte(b)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.pushManifest(repository, "v1", []byte("config"), []byte("layer")); err != nil {
		t.Fatal(err)
	}
	if _, err := r.pull(repository, "manifests", "v1"); err != nil {
		t.Fatal(err)
	}
	query := "?service=" + s.Host + "&scope=repository:" + repository + ":pull,push"
	c["a bearer"] = exchanged(t, s, "GET", "/token/"+query, "", password)
	c["a bearer of the OAuth2 form"] = exchanged(t, s, "POST", "/token/", url.Values{"grant_type": {"password"}, "username": {"AWS"}, "password": {password},
		"service": {s.Host}, "scope": {"repository:" + repository + ":pull"}, "client_id": {"c"}}.Encode(), "")
	c["an anonymous bearer"] = exchanged(t, s, "GET", "/token/?service="+s.Host, "", "")

	// What was never right, and still is somebody's secret.
	mistake := func(what string) string { c[what] = "hunter2-" + strings.ReplaceAll(what, " ", "-"); return c[what] }
	send(t, s, "GET", "/v2/", "", "Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("AWS:"+mistake("a wrong password"))))
	send(t, s, "GET", "/v2/", "", "Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("me:"+mistake("another service's password"))))
	send(t, s, "GET", "/v2/", "", "Authorization", "Bearer "+mistake("a wrong bearer"))
	send(t, s, "GET", "/v2/"+repository+"/manifests/v1", "", "Authorization", "Bearer "+c["a bearer"]+"x")
	send(t, s, "GET", "/token/?account=AWS&password="+mistake("a password in a URL"), "")
	send(t, s, "GET", "/v2/?access_token="+mistake("a bearer in a URL"), "")
	send(t, s, "POST", "/", "{}", "Authorization", "Basic "+mistake("a password at the AWS endpoint"))
	send(t, s, "POST", "/", "{}", "Authorization", "AWS4-HMAC-SHA256 Credential="+mistake("a secret in place of a key id")+"/20260101/us-east-1/ecr-public/aws4_request")
	send(t, s, "POST", "/?X-Amz-Security-Token="+mistake("a session token in a URL"), "{}")
	send(t, s, "POST", "/", "{}", "X-Amz-Security-Token", mistake("a session token"), "Content-Type", "application/x-amz-json-1.1", "X-Amz-Target", "SpencerFrontendService.GetAuthorizationToken")
	send(t, s, "POST", "/", "password="+mistake("a password in a form"), "Content-Type", "application/x-www-form-urlencoded")
	send(t, s, "POST", "/", `{"password":"`+mistake("a password in JSON")+`"}`, "Content-Type", "application/x-amz-json-1.1")
	send(t, s, "POST", "/token/", "grant_type=password&username=AWS&password="+mistake("a wrong password in a form"), "Content-Type", "application/x-www-form-urlencoded")
	send(t, s, "GET", "/nothing?token="+mistake("a token for nothing"), "", "Cookie", "session="+mistake("a cookie"))
	whoAmI(t.Context(), s.Host, user.ID, mistake("a wrong secret key"))
	getToken(t.Context(), s.Host, "AKIAUNKNOWNUNKNOWN22", mistake("an unknown key's secret"))

	u, err := s.Store().UserByName(t.Context(), s.Account, user.UserName)
	if err == nil {
		err = s.Store().SetAccessKeyStatus(t.Context(), u, principal.AccessKeyID(user.ID), store.Inactive)
	}
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(store.CheckInterval + 100*time.Millisecond)
	getToken(t.Context(), s.Host, user.ID, user.Secret)
	_ = r.ping()
	send(t, s, "GET", "/v2/"+repository+"/manifests/v1", "", "Authorization", "Bearer "+c["a bearer"])
}

// exchanged is the bearer of the token endpoint.
func exchanged(t *testing.T, s *servertest.Server, method, uri, form, password string) string {
	t.Helper()
	contentType := ""
	if form != "" {
		contentType = "application/x-www-form-urlencoded"
	}
	_, b, err := openRegistry(s.Host, password).do(method, uri, contentType, []byte(form), http.StatusOK)
	var got struct{ Token string }
	if err == nil {
		err = json.Unmarshal(b, &got)
	}
	if err != nil || got.Token == "" {
		t.Fatalf("%s %s: %v", method, uri, err)
	}
	return got.Token
}

// send sends a request of which only the traces matter.
func send(t *testing.T, s *servertest.Server, method, uri, body string, headers ...string) {
	t.Helper()
	r, err := http.NewRequest(method, s.URL+uri, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode < 400 {
		t.Errorf("%s %.40s: %d", method, uri, response.StatusCode)
	}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// huntFiles reads every file of the data folder. Two hold a secret by their purpose: the root key's, and the one that
// hands the administrator's key over.
func huntFiles(t *testing.T, data string, c canaries) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		here := canaries{}
		for what, secret := range c {
			if !(d.Name() == "root.key" && strings.HasPrefix(what, "the root key")) && !(d.Name() == "credentials" && what == "the administrator's secret") {
				here[what] = secret
			}
		}
		here.hunt(t, strings.TrimPrefix(path, data), path+"\n"+readFile(t, path))
		return nil
	})
	if err != nil || files < 10 {
		t.Errorf("only %d files: %v", files, err)
	}
}
