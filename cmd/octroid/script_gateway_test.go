package main_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// gatewayScript makes a name and port lead to the service, wherever that listens: gateway HOST:PORT sets HTTPS_PROXY to a
// proxy that connects that name to it, and nothing else. So a page's commands are run with the name that stands in them.
func gatewayScript(ts *testscript.TestScript, neg bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	address, name := filepath.Join(ts.Getenv("WORK"), "address"), args[0]
	proxy := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		to, err := os.ReadFile(address)
		if err != nil || r.Method != http.MethodConnect || r.Host != name {
			http.Error(w, "this leads to "+name+" only", http.StatusBadGateway)
			return
		}
		connect(w, string(to))
	})}
	go proxy.Serve(l)
	ts.Defer(func() { proxy.Close() })
	for _, v := range []string{"HTTPS_PROXY", "https_proxy"} {
		ts.Setenv(v, "http://"+l.Addr().String())
	}
}

// connect joins a CONNECT's connection and one to an address.
func connect(w http.ResponseWriter, to string) {
	server, err := net.Dial("tcp", to)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer server.Close()
	w.WriteHeader(http.StatusOK)
	client, buffered, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer client.Close()
	go copyAndClose(server, buffered.Reader)
	io.Copy(client, server)
}

func copyAndClose(to net.Conn, from *bufio.Reader) {
	io.Copy(to, from)
	to.Close()
}

// followScript runs a command of a page as it stands there, by sh.
func followScript(ts *testscript.TestScript, neg bool, args []string) {
	c := exec.Command("sh", "-c", strings.Join(args, " "))
	for _, v := range []string{"PATH", "HOME", "TMPDIR", "HTTPS_PROXY", "https_proxy", "AWS_CA_BUNDLE", "AWS_REGION", "AWS_ACCESS_KEY_ID",
		"AWS_SECRET_ACCESS_KEY", "AWS_EC2_METADATA_DISABLED", "DOCKER_CONFIG", "REGISTRY_AUTH_FILE", "XDG_RUNTIME_DIR", "WORK", "SHORT"} {
		c.Env = append(c.Env, v+"="+ts.Getenv(v))
	}
	c.Dir = ts.MkAbs(".")
	text, err := c.CombinedOutput()
	ts.Logf("%s", text)
	if (err != nil) != neg {
		ts.Fatalf("%s: %v", args[0], err)
	}
	ts.Check(os.WriteFile(filepath.Join(ts.Getenv("WORK"), "said"), text, 0o600))
}
