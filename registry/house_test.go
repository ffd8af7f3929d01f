package registry_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/audit"
	"github.com/octroi/octroi/issuer"
	"github.com/octroi/octroi/registry"
	"github.com/octroi/octroi/registry/engine"
	"github.com/octroi/octroi/store"
)

// grace is how long what nothing leads to is left alone here.
const grace = 200 * time.Millisecond

const (
	account = "123456789012"
	alias   = "acme"

	external = "https://registry.example"
)

// house is a registry over the real store, log, issuer and engine, in a temporary folder.
type house struct {
	testing.TB
	url, folder string
	config      registry.Config
	control     *access.Control
	log         *audit.Log
	store       *store.Store
	issuer      *issuer.Issuer
	engine      *engine.Engine
	front       *registry.Registry
	clock       *atomic.Int64 // seconds ahead of the real one
	damaged     *atomic.Value // the last content that the engine found damaged, as its kind and digest
}

// open is a house where everything may be pulled by anybody.
func open(t testing.TB, change ...func(*registry.Config)) *house {
	t.Helper()
	h := &house{TB: t, folder: t.TempDir(), clock: new(atomic.Int64), damaged: new(atomic.Value)}
	now := func() time.Time { return time.Now().Add(time.Duration(h.clock.Load()) * time.Second) }
	ctx := context.Background()
	root := must(store.NewRootKey([32]byte{1}))(t)
	h.store = must(store.Open(ctx, store.Config{Path: filepath.Join(h.folder, "octroi.db"), Root: root, Now: now}))(t)
	log := must(audit.Open(audit.Config{Folder: h.folder}))(t)
	h.log = log
	h.control = &access.Control{Store: h.store, Log: log, Now: now}
	h.engine = must(engine.Open(ctx, engine.Config{Root: filepath.Join(h.folder, "registry"), Secret: []byte("engine secret"), Grace: grace,
		Damaged: func(kind, digest string) { h.damaged.Store(kind + " " + digest) }}))(t)
	h.issuer = newIssuer(t, h, now)
	t.Cleanup(func() { h.engine.Close(); log.Close(); h.store.Close() })
	check(t, h.store.CreateAccount(ctx, store.Account{ID: account, Alias: alias}))

	h.config = registry.Config{
		Access: h.control, Issuer: h.issuer, Store: h.store, Engine: h.engine,
		UploadKey: bytes.Repeat([]byte{7}, 32), Log: slog.New(slog.DiscardHandler),
		Public:       func(_, name string) bool { return !strings.HasPrefix(name, "private/") },
		CreateOnPush: true, Deletes: true, Now: now,
	}
	for _, c := range change {
		c(&h.config)
	}
	h.serve()
	return h
}

// again is the same house with a front that knows nothing of the one before.
func (h *house) again() *house {
	other := *h
	other.serve()
	return &other
}

func (h *house) serve() {
	front := must(registry.New(h.config))(h.TB)
	h.front = front
	var calls atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		front.Serve(w, r, access.Call{RequestID: fmt.Sprint("r", calls.Add(1)), Method: r.Method, Path: r.URL.EscapedPath()}, external)
	}))
	h.Cleanup(server.Close)
	h.url = server.URL
}

func must[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T { t.Helper(); check(t, err); return value }
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// user makes a user with a policy of statements, and logs in: the answer is an Authorization header.
func (h *house) user(name string, statements ...string) string {
	h.Helper()
	u := must(h.store.CreateUser(context.Background(), account, name))(h.TB)
	if len(statements) > 0 {
		h.policy(u, statements...)
	}
	return h.login(u)
}

func (h *house) policy(u store.User, statements ...string) {
	h.Helper()
	document := `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
	check(h.TB, h.store.PutInlinePolicy(context.Background(), u.Owner(), store.InlinePolicy{Name: "p", Document: document}))
}

func allow(resource string, actions ...string) string { return statement("Allow", resource, actions) }
func deny(resource string, actions ...string) string  { return statement("Deny", resource, actions) }

func statement(effect, repository string, actions []string) string {
	for i, a := range actions {
		actions[i] = "ecr-public:" + a
	}
	list, _ := json.Marshal(actions)
	return fmt.Sprintf(`{"Effect":%q,"Action":%s,"Resource":"arn:aws:ecr-public::%s:repository/%s"}`, effect, list, account, repository)
}

var (
	pulls   = []string{"BatchGetImage", "GetDownloadUrlForLayer"}
	pushes  = []string{"InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload", "PutImage", "CreateRepository"}
	deletes = []string{"BatchDeleteImage"}
)

func puller(repository string) string { return allow(repository, clone(pulls)...) }
func pusher(repository string) string { return allow(repository, clone(pushes)...) }
func everything(repository string) string {
	return allow(repository, append(append(clone(pulls), pushes...), deletes...)...)
}

func clone(list []string) []string { return append([]string(nil), list...) }

func basic(password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte("AWS:"+password))
}

// password is that of a Basic header.
func password(t testing.TB, header string) string {
	t.Helper()
	text := must(base64.StdEncoding.DecodeString(strings.TrimPrefix(header, "Basic ")))(t)
	return strings.TrimPrefix(string(text), "AWS:")
}

// answer is a response, read.
type answer struct {
	*http.Response
	body string
}

func (a answer) code() string {
	var body struct {
		Errors []struct{ Code, Message string }
	}
	if json.Unmarshal([]byte(a.body), &body) != nil || len(body.Errors) != 1 {
		return ""
	}
	return body.Errors[0].Code
}

// do sends a request: header holds lines "Name: value", the first of which may be an Authorization's value.
func (h *house) do(auth, method, path string, body io.Reader, header ...string) answer {
	h.Helper()
	r, err := http.NewRequest(method, h.url, body)
	check(h.TB, err)
	r.URL.Opaque = path // as it stands: a client would clean it
	if strings.HasPrefix(path, h.url) {
		r.URL.Opaque = strings.TrimPrefix(path, h.url)
	}
	if auth != "" {
		r.Header.Set("Authorization", auth)
	}
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(r)
	check(h.TB, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	check(h.TB, err)
	return answer{response, string(text)}
}

// want checks status and, when there is one, code.
func (h *house) want(a answer, status int, code string) answer {
	h.Helper()
	if a.StatusCode != status || a.code() != code && a.Request.Method != http.MethodHead {
		h.Errorf("%s %s: got %d %q, want %d %q: %s", a.Request.Method, a.Request.URL.Opaque, a.StatusCode, a.code(), status, code, a.body)
	}
	return a
}

func digestOf(content []byte) string {
	sum := sha256.Sum256(content)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// start starts an upload and returns its Location.
func (h *house) start(auth, repository string) string {
	h.Helper()
	return h.want(h.do(auth, "POST", "/v2/"+repository+"/blobs/uploads/", nil), 202, "").Header.Get("Location")
}

// blob uploads a blob.
func (h *house) blob(auth, repository string, content []byte) string {
	h.Helper()
	digest := digestOf(content)
	a := h.do(auth, "PUT", h.start(auth, repository)+"&digest="+digest, bytes.NewReader(content))
	h.want(a, 201, "")
	return digest
}

const ociType = "application/vnd.oci.image.manifest.v1+json"
const indexType = "application/vnd.oci.image.index.v1+json"

// image makes a manifest of one config and one layer, that are uploaded when auth is given.
func (h *house) image(auth, repository, note string) []byte {
	h.Helper()
	config, layer := []byte(`{"config":"`+note+`"}`), []byte("layer "+note)
	if auth != "" {
		h.blob(auth, repository, config)
		h.blob(auth, repository, layer)
	}
	return manifestOf(config, layer, "")
}

func manifestOf(config, layer []byte, more string) []byte {
	return fmt.Appendf(nil, `{"schemaVersion":2,"mediaType":%q,"config":%s,"layers":[%s]%s}`, ociType,
		described("application/vnd.oci.image.config.v1+json", config), described("application/vnd.oci.image.layer.v1.tar", layer), more)
}

func described(mediaType string, content []byte) string {
	return fmt.Sprintf(`{"mediaType":%q,"digest":%q,"size":%d}`, mediaType, digestOf(content), len(content))
}

func (h *house) put(auth, repository, reference, mediaType string, manifest []byte) answer {
	h.Helper()
	return h.do(auth, "PUT", "/v2/"+repository+"/manifests/"+reference, bytes.NewReader(manifest), "Content-Type: "+mediaType)
}

// push pushes an image under a tag and returns its manifest.
func (h *house) push(auth, repository, tag, note string) []byte {
	h.Helper()
	m := h.image(auth, repository, note)
	h.want(h.put(auth, repository, tag, ociType, m), 201, "")
	return m
}

// audit is the audit log since the last call.
func (h *house) audit() []audit.Record {
	h.Helper()
	check(h.TB, h.control.Commit(context.Background()))
	text, err := os.ReadFile(filepath.Join(h.folder, "audit.jsonl"))
	check(h.TB, err)
	var all []audit.Record
	for line := range strings.Lines(string(text)) {
		var r audit.Record
		check(h.TB, json.Unmarshal([]byte(line), &r))
		all = append(all, r)
	}
	return all
}
