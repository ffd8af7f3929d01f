package awsconfig_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/octroi/octroi/awsconfig"
)

// world is a user's home and environment.
type world struct {
	home string
	env  map[string]string
}

// newWorld makes a home with files, by path below it. Its environment has a region and no metadata service.
func newWorld(t *testing.T, files map[string]string, env ...string) world {
	t.Helper()
	w := world{t.TempDir(), map[string]string{"AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}}
	for name, text := range files {
		path := filepath.Join(w.home, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for i := 0; i < len(env); i += 2 {
		w.env[env[i]] = env[i+1]
	}
	return w
}

func (w world) request() awsconfig.Request {
	return awsconfig.Request{
		Environ: func(name string) (string, bool) { v, ok := w.env[name]; return v, ok },
		Home:    w.home, Connect: 5 * time.Second, Read: 5 * time.Second, UserAgent: "test/1",
	}
}

// load is Load for a profile given by flag, or for none.
func (w world) load(t *testing.T, profile string) *awsconfig.Settings {
	t.Helper()
	r := w.request()
	if profile != "" {
		r.Profile = &profile
	}
	s, err := awsconfig.Load(r)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// found is the key id and the source of the credentials, or the error.
func (w world) found(t *testing.T, profile string) (key, source string, err error) {
	t.Helper()
	s := w.load(t, profile)
	if err := s.CheckProfile(); err != nil {
		return "", "", err
	}
	c, err := s.Credentials(t.Context())
	return c.AccessKeyID, c.Source, err
}

// service is an HTTP server that keeps the requests it gets.
type service struct {
	url string
	mu  sync.Mutex
	got []*http.Request
}

func newService(t *testing.T, h http.HandlerFunc) *service {
	t.Helper()
	s := &service{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.ParseForm()
		s.mu.Lock()
		s.got = append(s.got, r)
		s.mu.Unlock()
		h(w, r)
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

func (s *service) requests() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.got
}
