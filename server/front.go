package server

import (
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/audit"
	"github.com/octroi/octroi/principal"
)

// ServeHTTP picks the front by the path as it was sent. There is no router that cleans or redirects: a second
// spelling of a path is another path, and has no front.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	peer := peerOf(r)
	call := access.Call{
		RequestID: audit.NewID(), Front: "none", Method: r.Method, Path: pathOf(r),
		SourceAddress: s.proxies.source(r, peer), Transport: s.proxies.transport(r, peer), UserAgent: r.UserAgent(),
	}
	defer s.rescue(w, call)
	if !r.ProtoAtLeast(1, 1) {
		// Without chunks there are two opinions of where a request ends; none of them gets a second one.
		w.Header().Set("Connection", "close")
	}
	if s.tooLong(r.Header) {
		s.refuse(w, r, call, http.StatusRequestHeaderFieldsTooLarge, "a header is longer than "+strconv.FormatInt(int64(s.config.Limits.Header), 10)+" bytes")
		return
	}
	if strings.HasPrefix(call.Path, "/v2/") {
		w = s.paced(w, r)
	} else {
		s.brief(w)
	}
	switch path := call.Path; {
	case path == "/":
		s.endpoint.Serve(w, r, call)
	case path == "/v2" || strings.HasPrefix(path, "/v2/") || path == "/token" || path == "/token/":
		s.registry.Serve(w, r, call, s.names.base(r.Host))
	case path == "/livez" || path == "/readyz":
		s.health(w, r, path)
	default:
		s.refuse(w, r, call, http.StatusNotFound, "nothing is served under this path")
	}
}

// brief is for requests that have no body that takes long, and no long answer. What is refused unread is still read to
// its end by net/http.
func (s *Server) brief(w http.ResponseWriter) {
	connection, now := http.NewResponseController(w), time.Now()
	_ = connection.SetReadDeadline(now.Add(s.config.Limits.RequestTimeout)) // net/http's connections have deadlines
	_ = connection.SetWriteDeadline(now.Add(s.config.Limits.DownloadWindow))
}

// pathOf is the path as the request line has it, without the query; empty for a request line that has none.
func pathOf(r *http.Request) string {
	path, _, _ := strings.Cut(r.RequestURI, "?")
	if !strings.HasPrefix(path, "/") {
		return ""
	}
	return path
}

func (s *Server) tooLong(h http.Header) bool {
	for _, values := range h {
		for _, v := range values {
			if len(v) > int(s.config.Limits.Header) {
				return true
			}
		}
	}
	return false
}

// refuse answers what no front takes.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, call access.Call, status int, why string) {
	if err := s.access.Refuse(r.Context(), call, principal.Principal{}, "", "", http.StatusText(status), why); err != nil {
		status, why = http.StatusServiceUnavailable, "the service cannot answer now: try again"
	}
	s.log.Info("request refused", "requestId", call.RequestID, "status", status, "cause", why)
	h := w.Header()
	h["x-amzn-RequestId"] = []string{call.RequestID}
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	io.WriteString(w, why+"\n")
}

// rescue ends a request whose handler panicked, and that request only. The panic's value may hold anything, so only
// its place is logged.
func (s *Server) rescue(w http.ResponseWriter, call access.Call) {
	v := recover()
	if v == nil {
		return
	}
	if v == http.ErrAbortHandler {
		panic(v) // the engine's way to cut a connection
	}
	s.log.Error("a request failed by our mistake", "requestId", call.RequestID, slog.String("at", panicPlace()))
	w.Header()["x-amzn-RequestId"] = []string{call.RequestID}
	w.WriteHeader(http.StatusInternalServerError)
}
