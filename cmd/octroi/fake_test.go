package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

const (
	fakeKey    = "AKIAEXAMPLEEXAMPLE22"
	fakeSecret = "secretcanary/secretcanarysecretcanary00"
	fakeLogin  = "AWS:passwordcanary"
)

// fake is a service that gives tokens and a registry that takes them.
type fake struct {
	url, host string
	mu        sync.Mutex
	answers   []reply // for the service's operations, the last one repeats
	got       []string
	caller    string // who STS says calls; empty for a service without STS
	challenge string // of the registry
	elsewhere string // where the registry points with everything below /v2/
}

type reply struct {
	status int
	body   string
	header map[string]string
}

func fakeToken() string { return base64.StdEncoding.EncodeToString([]byte(fakeLogin)) }

func newFake(env *testscript.Env) *fake {
	f := &fake{}
	data, _ := json.Marshal(map[string]any{"authorizationData": map[string]any{
		"authorizationToken": fakeToken(), "expiresAt": float64(time.Now().Add(6 * time.Hour).Unix()),
	}})
	f.answers = []reply{{200, string(data), nil}}
	server := httptest.NewServer(f)
	env.Defer(server.Close)
	f.url, f.host = server.URL, strings.TrimPrefix(server.URL, "http://")
	return f
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.got = append(f.got, fmt.Sprintf("%s %s %s %s", r.Method, r.URL.Path, r.Header.Get("X-Amz-Target"), body))
	if strings.HasPrefix(r.URL.Path, "/v2/") {
		f.registry(w, r)
		return
	}
	if f.caller != "" && strings.Contains(string(body), "Action=") {
		f.sts(w, r, string(body))
		return
	}
	a := f.answers[0]
	if len(f.answers) > 1 {
		f.answers = f.answers[1:]
	}
	for name, value := range a.header {
		w.Header().Set(name, value)
	}
	w.WriteHeader(a.status)
	io.WriteString(w, a.body)
}

func (f *fake) registry(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path != "/v2/" && f.elsewhere != "":
		http.Redirect(w, r, f.elsewhere, http.StatusTemporaryRedirect)
	case r.Header.Get("Authorization") != "Bearer "+fakeToken():
		if f.challenge != "" {
			w.Header().Set("Www-Authenticate", f.challenge)
		}
		w.WriteHeader(http.StatusUnauthorized)
	case strings.HasPrefix(r.URL.Path, "/v2/team/private/"):
		w.WriteHeader(http.StatusForbidden)
	case strings.HasPrefix(r.URL.Path, "/v2/team/none/"):
		w.WriteHeader(http.StatusNotFound)
	case strings.HasPrefix(r.URL.Path, "/v2/team/foreign/"):
		fmt.Fprintf(w, `{"schemaVersion":2,"layers":[{"size":1,"urls":[%q]}]}`, f.url+"/evil")
	}
}

// sts gives a role's credentials, whoever asks, and says who that is.
func (f *fake) sts(w http.ResponseWriter, r *http.Request, body string) {
	if !strings.Contains(body, "Action=AssumeRole") {
		fmt.Fprintf(w, "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>%s</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>", f.caller)
		return
	}
	fmt.Fprintf(w, "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLEROLEROLEROLE</AccessKeyId>"+
		"<SecretAccessKey>rolecanary</SecretAccessKey><SessionToken>sessioncanary</SessionToken><Expiration>%s</Expiration>"+
		"</Credentials></AssumeRoleResult></AssumeRoleResponse>", time.Now().Add(time.Hour).UTC().Format(time.RFC3339))
}

// behaveCommand is: behave caller|challenge|elsewhere TEXT, from now on.
func behaveCommand(ts *testscript.TestScript, neg bool, args []string) {
	f := ts.Value("fake").(*fake)
	f.mu.Lock()
	defer f.mu.Unlock()
	member, ok := map[string]*string{"caller": &f.caller, "challenge": &f.challenge, "elsewhere": &f.elsewhere}[args[0]]
	if neg || !ok || len(args) != 2 {
		ts.Fatalf("usage: behave caller|challenge|elsewhere TEXT")
	}
	*member = args[1]
}

// sentCommand is: sent TEXT, true when a request since the last "requests" holds it.
func sentCommand(ts *testscript.TestScript, neg bool, args []string) {
	f := ts.Value("fake").(*fake)
	f.mu.Lock()
	defer f.mu.Unlock()
	if strings.Contains(strings.Join(f.got, "\n"), args[0]) == neg {
		ts.Fatalf("%q", f.got)
	}
}

// modeCommand is: mode 0600 FILE...
func modeCommand(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range args[1:] {
		info, err := os.Stat(ts.MkAbs(name))
		ts.Check(err)
		if got := fmt.Sprintf("%04o", info.Mode().Perm()); got != args[0] {
			ts.Fatalf("%s has mode %s", name, got)
		}
	}
}

// answerCommand is: answer STATUS BODY [NAME=VALUE ...], from now on.
func answerCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: answer STATUS BODY [NAME=VALUE ...]")
	}
	status, err := strconv.Atoi(args[0])
	ts.Check(err)
	header := map[string]string{}
	for _, field := range args[2:] {
		name, value, _ := strings.Cut(field, "=")
		header[name] = value
	}
	f := ts.Value("fake").(*fake)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answers = []reply{{status, args[1], header}}
}

// requestsCommand is: requests N, since the last time; -1 only begins to count anew.
func requestsCommand(ts *testscript.TestScript, neg bool, args []string) {
	f := ts.Value("fake").(*fake)
	f.mu.Lock()
	defer f.mu.Unlock()
	if args[0] != "-1" && (strconv.Itoa(len(f.got)) == args[0]) == neg {
		ts.Fatalf("%d requests: %q", len(f.got), f.got)
	}
	f.got = nil
}

// lentCommand is: lent FILE HOST, true when docker finds the fake's login under that host.
func lentCommand(ts *testscript.TestScript, neg bool, args []string) {
	var config struct {
		Auths map[string]struct{ Auth string }
	}
	data, err := os.ReadFile(ts.MkAbs(args[0]))
	if err == nil {
		ts.Check(json.Unmarshal(data, &config))
	}
	if got := config.Auths[args[1]].Auth == fakeToken(); got == neg {
		ts.Fatalf("%s in %s", args[1], data)
	}
}

// parallelCommand is: parallel N PROGRAM [ARG ...], with @ in an argument standing for the number.
func parallelCommand(ts *testscript.TestScript, neg bool, args []string) {
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	path, err := exec.LookPath(args[1])
	ts.Check(err)
	var all sync.WaitGroup
	failures := make([]string, n)
	for i := range n {
		all.Go(func() {
			words := make([]string, len(args)-2)
			for j, a := range args[2:] {
				words[j] = strings.ReplaceAll(a, "@", strconv.Itoa(i))
			}
			c := exec.Command(path, words...)
			for _, name := range []string{"HOME", "PATH", "DOCKER_CONFIG", "XDG_RUNTIME_DIR", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "HTTP_PROXY"} {
				c.Env = append(c.Env, name+"="+ts.Getenv(name))
			}
			if output, err := c.CombinedOutput(); err != nil {
				failures[i] = string(output)
			}
		})
	}
	all.Wait()
	if all := strings.Join(failures, ""); all != "" && !neg {
		ts.Fatalf("%s", all)
	}
}
