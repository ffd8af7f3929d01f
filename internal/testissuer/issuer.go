package testissuer

import (
	"encoding/json"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"sync"
)

// Issuer is a running identity provider.
type Issuer struct {
	URL  string // https://127.0.0.1:PORT
	Name string // the same without the scheme
	CA   string // PEM, what its certificate is verified with

	mu        sync.Mutex
	published []*Key
	discovery int
	sets      int
	answer    func(http.ResponseWriter, *http.Request) bool
	server    *httptest.Server
}

// Paths that an Issuer answers.
const (
	DiscoveryPath = "/.well-known/openid-configuration"
	KeysPath      = "/keys"
)

// Start starts an issuer that publishes these keys.
func Start(published ...*Key) *Issuer {
	i := &Issuer{published: published}
	i.server = httptest.NewUnstartedServer(i)
	i.server.Config.ErrorLog = log.New(io.Discard, "", 0) // of clients that rightly hang up
	i.server.StartTLS()
	i.URL = i.server.URL
	i.Name = i.URL[len("https://"):]
	i.CA = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: i.server.Certificate().Raw}))
	return i
}

// Close ends the issuer.
func (i *Issuer) Close() { i.server.Close() }

// Publish replaces the keys that are published.
func (i *Issuer) Publish(k ...*Key) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.published = k
}

// Answer lets answer answer in the issuer's place, as long as it says that it did. A nil one ends that.
func (i *Issuer) Answer(answer func(http.ResponseWriter, *http.Request) bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.answer = answer
}

// Asked is how often the discovery document and the key set were asked for.
func (i *Issuer) Asked() (discovery, sets int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.discovery, i.sets
}

// ServeHTTP answers as a provider does.
func (i *Issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	switch r.URL.Path {
	case DiscoveryPath:
		i.discovery++
	case KeysPath:
		i.sets++
	}
	answer, published := i.answer, i.published
	i.mu.Unlock()
	if answer != nil && answer(w, r) {
		return
	}
	switch r.URL.Path {
	case DiscoveryPath:
		write(w, map[string]any{"issuer": i.URL, "jwks_uri": i.URL + KeysPath,
			"id_token_signing_alg_values_supported": []string{"RS256"}, "subject_types_supported": []string{"public"}})
	case KeysPath:
		write(w, Set(published...))
	default:
		http.NotFound(w, r)
	}
}

func write(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}
