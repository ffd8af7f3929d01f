package server

import (
	"context"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"time"

	"github.com/octroi/octroi/issuer"
)

// health answers /livez (the process answers) and /readyz (it can issue: the store and the audit log work, and the
// clock has not gone back). Nothing of a failure is told: whoever may know reads the log.
func (s *Server) health(w http.ResponseWriter, r *http.Request, path string) {
	status, text := http.StatusOK, "ok\n"
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		status, text = http.StatusMethodNotAllowed, "this path takes GET\n"
	} else if path == "/readyz" && !s.ready(r.Context()) {
		status, text = http.StatusServiceUnavailable, "not ready\n"
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	io.WriteString(w, text)
}

func (s *Server) ready(ctx context.Context) bool {
	if s.draining.Load() {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if err := s.store.Ready(ctx); err != nil {
		s.log.Error("the store is not ready", "cause", err)
		return false
	}
	return s.clockIsRight() && s.audit.Err() == nil
}

// clockIsRight tells, and logs when it is not: an operator has to look which of two times is the right one.
func (s *Server) clockIsRight() bool {
	behind := s.issuer.ClockBehind()
	if behind <= issuer.MaxStepBack {
		return true
	}
	s.log.Error(issuer.ErrClock.Error(), "behind", behind.Round(time.Second))
	return false
}

// panicPlace is the function and line that panicked.
func panicPlace() string {
	pc := make([]uintptr, 16)
	frames := runtime.CallersFrames(pc[:runtime.Callers(4, pc)])
	for {
		f, more := frames.Next()
		if f.Function != "" && f.Function != "runtime.gopanic" && !isRuntime(f.Function) {
			return f.Function + ":" + strconv.Itoa(f.Line)
		}
		if !more {
			return "an unknown place"
		}
	}
}

func isRuntime(function string) bool { return len(function) > 8 && function[:8] == "runtime." }
