package webidentity_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/octroi/octroi/internal/testissuer"
	"github.com/octroi/octroi/webidentity"
)

func TestHostileW19(t *testing.T) {
	for _, text := range []string{"http://issuer.example.com", "https://127.0.0.1", "https://[::1]", "https://0.0.0.0", "https://169.254.169.254",
		"https://[::ffff:169.254.169.254]", "https://10.0.0.1", "https://[64:ff9b::a9fe:a9fe]", "https://[2002:a9fe:a9fe::]", "https://[fec0::1]", "https://localhost",
		"https://2130706433", "https://0x7f.1", "https://127.1", "https://0177.0.0.1", "https://127.0.0.1.", "https://a.localhost", "https://kubernetes.default.svc.cluster.local",
		"https://kubernetes", "https://metadata.google.internal", "https://100.64.0.1", "https://192.168.1.1", "https://172.16.0.1", "https://224.0.0.1", "https://198.18.0.1",
		"https://user@issuer.example.com", "https://issuer.example.com?x", "https://issuer.example.com#x", "https://issuer.example.com/", "https://issuer.example.com/a/",
		"https://issuer.example.com/a/../b", "https://issuer.example.com//a", "https://issuer.example.com/%61", "https://Issuer.example.com", "https://issuer.example.com:",
		"https://", "https:///a", "issuer.example.com", "", "https://issuer.example.com/" + strings.Repeat("a", 256), "https://issüer.example.com", "https://a b.example.com"} {
		if _, _, err := webidentity.Register(text, []string{"localhost:8443", "other"}); !errors.Is(err, webidentity.ErrIssuer) {
			t.Errorf("%s may be registered: %v", text, err)
		}
	}
	for text, private := range map[string]string{"https://127.0.0.1": "127.0.0.1", "https://10.0.0.1:6443": "10.0.0.1", "https://localhost:8443": "localhost:8443",
		"https://kubernetes.default.svc.cluster.local": "kubernetes.default.svc.cluster.local", "https://kubernetes.default.svc.cluster.local/a": "kubernetes.default.svc.cluster.local"} {
		if _, reach, err := webidentity.Register(text, []string{private}); err != nil || reach != webidentity.Internal {
			t.Errorf("%s may not be registered where %s is named: %v", text, private, err)
		}
	}
	for _, text := range []string{"https://token.actions.githubusercontent.com", "https://gitlab.com", "https://gitlab.example.com:8443", "https://oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF", "https://9.9.9.9"} {
		if i, reach, err := webidentity.Register(text, nil); err != nil || reach != webidentity.Public || i.URL() != text {
			t.Errorf("%s may not be registered: %v", text, err)
		}
	}
}

// resolver answers every question for an address with these, in their turn.
func resolver(t *testing.T, answers ...[4]byte) *net.Resolver {
	t.Helper()
	l, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		b := make([]byte, 1500)
		for {
			n, from, err := l.ReadFrom(b)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(b[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			m.Response, m.Additionals = true, nil
			if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
				for _, a := range answers {
					m.Answers = append(m.Answers, dnsmessage.Resource{Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}, Body: &dnsmessage.AResource{A: a}})
				}
			}
			if packed, err := m.Pack(); err == nil {
				l.WriteTo(packed, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", l.LocalAddr().String())
	}}
}

// W20: a public name leads to a private address when it is dialled, alone or beside a public one.
func TestHostileW20(t *testing.T) {
	issuer := testissuer.Start(mainKey())
	t.Cleanup(issuer.Close)
	_, port, _ := net.SplitHostPort(issuer.Name)
	for what, answers := range map[string][][4]byte{"private": {{127, 0, 0, 1}}, "two, one private": {{192, 0, 2, 1}, {127, 0, 0, 1}}, "metadata": {{169, 254, 169, 254}}} {
		v := webidentity.New(webidentity.Config{Resolver: resolver(t, answers...)})
		p := webidentity.Provider{Issuer: "https://issuer.example.com:" + port, Audiences: []string{ours}, CA: issuer.CA}
		token, err := webidentity.Parse(mainKey().Token(issuer.Now(time.Now(), ours, subject).With("iss", p.Issuer)))
		if err != nil {
			t.Fatal(err)
		}
		_, err = v.Verify(t.Context(), p, token)
		refusal := new(webidentity.Error)
		if !errors.As(err, &refusal) || refusal.Kind != webidentity.Unreachable || !strings.Contains(fmt.Sprint(refusal.Cause), "no public address") {
			t.Errorf("%s: %v (%v)", what, err, errors.Unwrap(err))
		}
		if strings.Contains(err.Error(), "127.0.0.1") || strings.Contains(err.Error(), port) {
			t.Errorf("the caller is told what is inside: %v", err)
		}
	}
	if discovery, sets := issuer.Asked(); discovery+sets != 0 {
		t.Errorf("%d questions reached the private address", discovery+sets)
	}
}

func TestHostileW21(t *testing.T) {
	other := testissuer.Start(mainKey())
	t.Cleanup(other.Close)
	h := open(t, mainKey())
	document := func(issuer, keys string) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path != testissuer.DiscoveryPath {
				return false
			}
			fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":%q}`, issuer, keys)
			return true
		}
	}
	u := h.issuer.URL
	for what, answer := range map[string]func(http.ResponseWriter, *http.Request) bool{
		"302": func(w http.ResponseWriter, r *http.Request) bool {
			http.Redirect(w, r, other.URL+r.URL.Path, http.StatusFound)
			return true
		},
		"307 of the keys": func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == testissuer.KeysPath {
				http.Redirect(w, r, other.URL+r.URL.Path, http.StatusTemporaryRedirect)
				return true
			}
			return false
		},
		"keys elsewhere": document(u, other.URL+testissuer.KeysPath), "keys in clear": document(u, strings.Replace(u, "https", "http", 1)+testissuer.KeysPath),
		"keys of a user": document(u, strings.Replace(u, "https://", "https://x@", 1)+testissuer.KeysPath), "keys by path": document(u, testissuer.KeysPath),
		"keys of a file": document(u, "file:///etc/passwd"), "another issuer": document(other.URL, u+testissuer.KeysPath),
		"issuer with a slash": document(u+"/", u+testissuer.KeysPath), "no keys": document(u, ""), "no issuer": document("", u+testissuer.KeysPath),
	} {
		h.issuer.Answer(answer)
		h.Verifier = webidentity.New(webidentity.Config{Now: h.now})
		h.refuse(t, what, mainKey().Token(h.claims()), webidentity.Unreachable, "Couldn't retrieve verification key")
	}
	if discovery, sets := other.Asked(); discovery+sets != 0 {
		t.Errorf("%d questions went elsewhere", discovery+sets)
	}
}

// W22: what a provider can send in place of its keys. The last good set stays.
func TestHostileW22(t *testing.T) {
	var drip atomic.Bool
	endless := func(w http.ResponseWriter) {
		for {
			if _, err := w.Write(make([]byte, 64<<10)); err != nil {
				return
			}
		}
	}
	good := jsonOf(t, mainKey().JWK)
	for what, answer := range map[string]func(http.ResponseWriter){
		"1 GiB":          endless,
		"1 B/s":          func(w http.ResponseWriter) { drip.Store(true); slowly(w) },
		"gzip":           func(w http.ResponseWriter) { w.Header().Set("Content-Encoding", "gzip"); w.Write([]byte{0x1f, 0x8b}) },
		"100,000 keys":   func(w http.ResponseWriter) { fmt.Fprintf(w, `{"keys":[%s{}]}`, strings.Repeat("{},", 100_000)) },
		"101 keys":       func(w http.ResponseWriter) { fmt.Fprintf(w, `{"keys":[%s%s]}`, strings.Repeat("{},", 100), good) },
		"duplicate kids": func(w http.ResponseWriter) { fmt.Fprintf(w, `{"keys":[%s,%s]}`, good, good) },
		"three of a kid": func(w http.ResponseWriter) { fmt.Fprintf(w, `{"keys":[%s,%s,%s]}`, good, good, good) },
		"private key":    func(w http.ResponseWriter) { fmt.Fprintf(w, `{"keys":[{"d":"AAAA",%s]}`, good[1:]) },
		"HTML":           func(w http.ResponseWriter) { fmt.Fprint(w, "<html></html>") },
		"empty":          func(w http.ResponseWriter) {},
		"keys twice":     func(w http.ResponseWriter) { fmt.Fprintf(w, `{"keys":[%s],"keys":[]}`, good) },
		"no keys":        func(w http.ResponseWriter) { fmt.Fprint(w, `{"keys":[]}`) },
		"an object":      func(w http.ResponseWriter) { fmt.Fprintf(w, `{"keys":{"main":%s}}`, good) },
		"a header of 1 MiB": func(w http.ResponseWriter) {
			w.Header().Set("X-Long", strings.Repeat("a", 1<<20))
			fmt.Fprintf(w, `{"keys":[%s]}`, good)
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			h := open(t, mainKey())
			h.allow(t, "at first", mainKey().Token(h.claims()))
			h.issuer.Answer(func(w http.ResponseWriter, r *http.Request) bool {
				if r.URL.Path == testissuer.KeysPath {
					answer(w)
					return true
				}
				return false
			})
			h.later(2 * time.Hour)
			began := time.Now()
			h.allow(t, "with the last good set", mainKey().Token(h.claims()))
			if took := time.Since(began); took > 7*time.Second {
				t.Errorf("it took %v", took)
			}
			h.Verifier = webidentity.New(webidentity.Config{Now: h.now})
			h.refuse(t, "without one", mainKey().Token(h.claims()), webidentity.Unreachable, "")
		})
	}
}

// slowly sends a byte a second.
func slowly(w http.ResponseWriter) {
	for {
		if _, err := w.Write([]byte(" ")); err != nil || http.NewResponseController(w).Flush() != nil {
			return
		}
		time.Sleep(time.Second)
	}
}

// W23: a proxy of the environment is not ours; one that is configured is.
func TestHostileW23(t *testing.T) {
	var asked atomic.Int32
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	proxy := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.WriteHeader(http.StatusForbidden)
	})}
	go proxy.Serve(l)
	t.Cleanup(func() { proxy.Close() })
	address := "http://" + l.Addr().String()
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"} {
		t.Setenv(name, address)
	}
	t.Setenv("NO_PROXY", "")
	h := open(t, mainKey())
	h.allow(t, "with HTTP_PROXY", mainKey().Token(h.claims()))
	if asked.Load() != 0 {
		t.Error("the proxy of the environment was asked")
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("NO_PROXY", "*")
	h.Verifier = webidentity.New(webidentity.Config{Now: h.now, Proxy: u})
	h.refuse(t, "through the configured one", mainKey().Token(h.claims()), webidentity.Unreachable, "")
	if asked.Load() != 1 {
		t.Errorf("the configured proxy was asked %d times", asked.Load())
	}
}
