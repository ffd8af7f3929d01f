package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// tracer is a process that runs octroid and stands between it and the kernel: it counts the calls that touch files of
// a folder, and makes the n-th one fail, wait, or be the last. (strace counts for each thread by itself, and Go moves
// its goroutines between threads: its n-th call is another one in each run.)
type tracer struct {
	pid   int
	known map[int]bool      // threads that have begun
	held  map[int]time.Time // threads that are held, and until when

	mu     sync.Mutex
	plan   plan
	report report
}

// canTrace is nil where the tracer works.
func canTrace() error {
	if _, err := unix.PrctlRetInt(unix.PR_GET_SECCOMP, 0, 0, 0, 0); err != nil {
		return &cannotRun{"this kernel filters no system calls: " + err.Error()}
	}
	return nil
}

// tracedCalls are those that are counted, with the place of what names the file.
var tracedCalls = map[uint64]struct {
	name string
	path func(t *tracer, pid int, r *unix.PtraceRegs) string
}{
	unix.SYS_WRITE:     {"write", descriptor},
	unix.SYS_PWRITE64:  {"write", descriptor},
	unix.SYS_FSYNC:     {"fsync", descriptor},
	unix.SYS_FDATASYNC: {"fsync", descriptor},
	unix.SYS_FTRUNCATE: {"truncate", descriptor},
	unix.SYS_OPENAT:    {"openat", secondText},
	unix.SYS_RENAMEAT:  {"rename", bothTexts},
	unix.SYS_RENAMEAT2: {"rename", bothTexts},
	unix.SYS_MKDIRAT:   {"mkdir", secondText},
	unix.SYS_UNLINKAT:  {"unlink", secondText},
}

func descriptor(_ *tracer, pid int, r *unix.PtraceRegs) string {
	path, _ := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", pid, int32(r.Rdi)))
	return path
}

// secondText is the path of the calls that take a folder and a path.
func secondText(_ *tracer, pid int, r *unix.PtraceRegs) string { return textAt(pid, r.Rdi, r.Rsi) }

// bothTexts are the paths of the calls that take two of each.
func bothTexts(_ *tracer, pid int, r *unix.PtraceRegs) string {
	return textAt(pid, r.Rdi, r.Rsi) + renamedTo + textAt(pid, r.Rdx, r.R10)
}

// textAt is a path below a folder, in the memory of the traced program.
func textAt(pid int, folder, at uint64) string {
	b := make([]byte, 512)
	n, err := unix.PtracePeekData(pid, uintptr(at), b)
	if err != nil && n == 0 {
		return ""
	}
	path, _, _ := strings.Cut(string(b[:n]), "\x00")
	if filepath.IsAbs(path) {
		return path
	}
	place := fmt.Sprintf("/proc/%d/fd/%d", pid, int32(folder))
	if int32(folder) == unix.AT_FDCWD {
		place = fmt.Sprintf("/proc/%d/cwd", pid)
	}
	above, _ := os.Readlink(place)
	return filepath.Join(above, path)
}

// traceMain is the tracer's main: reliability trace SOCKET PROGRAM ARGUMENT...
func traceMain(args []string) int {
	if len(args) < 2 {
		fmt.Fprintln(os.Stderr, "trace SOCKET PROGRAM ARGUMENT...")
		return 2
	}
	signal.Ignore(syscall.SIGTERM, syscall.SIGINT) // the group gets them: they are octroid's
	os.Remove(args[0])                             // of one that was killed
	l, err := net.Listen("unix", args[0])
	if err != nil {
		fmt.Fprintln(os.Stderr, "trace:", err)
		return 2
	}
	defer l.Close()
	t := &tracer{known: map[int]bool{}, held: map[int]time.Time{}}
	if err := t.readPlan(args[0] + planFile); err != nil {
		fmt.Fprintln(os.Stderr, "trace:", err)
		return 2
	}
	go t.listen(l)
	code, err := t.run(args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "trace:", err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	text, err := json.Marshal(t.report)
	if err = errors.Join(err, os.WriteFile(args[0]+reportFile, text, 0o600)); err != nil {
		fmt.Fprintln(os.Stderr, "trace:", err)
	}
	return code
}

// readPlan reads the plan for the program's first call on, where there is one.
func (t *tracer) readPlan(path string) error {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(text, &t.plan)
}

// listen takes plans and answers with what the plan before has met.
func (t *tracer) listen(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		var next order
		if err := json.NewDecoder(c).Decode(&next); err == nil {
			t.mu.Lock()
			t.report.PID = t.pid
			text, _ := json.Marshal(t.report)
			if next.Plan != nil {
				t.plan, t.report = *next.Plan, report{}
			}
			t.mu.Unlock()
			c.Write(text)
		}
		c.Close()
	}
}

// run starts the program and follows it to its end.
func (t *tracer) run(argv []string) (code int, err error) {
	runtime.LockOSThread() // tracing belongs to a thread
	self, err := os.Executable()
	if err != nil {
		return 2, err
	}
	c := exec.Command(self, append([]string{filterWord}, argv...)...)
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	c.SysProcAttr = &syscall.SysProcAttr{Ptrace: true}
	if err := c.Start(); err != nil {
		return 2, err
	}
	t.pid = c.Process.Pid
	t.known[t.pid] = true
	var status unix.WaitStatus
	if _, err := unix.Wait4(t.pid, &status, 0, nil); err != nil {
		return 2, err
	}
	options := unix.PTRACE_O_TRACESECCOMP | unix.PTRACE_O_TRACECLONE | unix.PTRACE_O_EXITKILL
	if err := errors.Join(unix.PtraceSetOptions(t.pid, options), unix.PtraceCont(t.pid, 0)); err != nil {
		return 2, err
	}
	return t.follow()
}

// follow handles what happens to the threads until the first one ends, which is the program.
func (t *tracer) follow() (code int, err error) {
	for {
		flags := unix.WALL
		if t.releaseDue(); len(t.held) > 0 {
			flags |= unix.WNOHANG
		}
		var status unix.WaitStatus
		pid, err := unix.Wait4(-1, &status, flags, nil)
		switch {
		case errors.Is(err, unix.EINTR):
		case err != nil:
			return 2, err
		case pid == 0:
			time.Sleep(time.Millisecond)
		case pid == t.pid && status.Signaled():
			return 128 + int(status.Signal()), nil
		case pid == t.pid && status.Exited():
			return status.ExitStatus(), nil
		case status.Stopped():
			t.stopped(pid, status)
		}
	}
}

// releaseDue lets go on who was held for long enough.
func (t *tracer) releaseDue() {
	for pid, until := range t.held {
		if time.Now().After(until) {
			delete(t.held, pid)
			_ = unix.PtraceCont(pid, 0)
		}
	}
}

// stopped handles a thread that has stopped, and lets it go on.
func (t *tracer) stopped(pid int, status unix.WaitStatus) {
	known, signal := t.known[pid], 0
	t.known[pid] = true
	switch s := status.StopSignal(); {
	case status.TrapCause() == unix.PTRACE_EVENT_SECCOMP:
		if t.call(pid) {
			return // held
		}
	case s == unix.SIGTRAP: // a thread was made, or the program begins
	case s == unix.SIGSTOP && !known: // a new thread begins
	default:
		signal = int(s)
	}
	_ = unix.PtraceCont(pid, signal) // it may be gone
}

// call is called before a call. It reports whether the thread stays where it is.
func (t *tracer) call(pid int) (held bool) {
	var r unix.PtraceRegs
	if unix.PtraceGetRegs(pid, &r) != nil {
		return false
	}
	kind := tracedCalls[r.Orig_rax]
	name := kind.name
	if r.Orig_rax == unix.SYS_OPENAT && r.Rdx&unix.O_CREAT != 0 {
		if _, err := os.Lstat(secondText(t, pid, &r)); errors.Is(err, os.ErrNotExist) {
			name = "create"
		}
	}
	p, hit := t.meets(name, func() string { return kind.path(t, pid, &r) })
	switch {
	case !hit:
	case p.Kill:
		_ = unix.Kill(t.pid, unix.SIGKILL)
	case p.Hold > 0:
		t.held[pid] = time.Now().Add(p.Hold)
		return true
	default:
		r.Orig_rax, r.Rax = ^uint64(0), uint64(-int64(p.Errno)) // no call at all, and this is its answer
		_ = unix.PtraceSetRegs(pid, &r)
	}
	return false
}

// meets counts a call when it is one that the plan is about, and reports whether it is one to harm.
func (t *tracer) meets(name string, path func() string) (plan, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !slices.Contains(t.plan.Calls, name) {
		return plan{}, false
	}
	at := path()
	if !strings.HasPrefix(at, t.plan.Folder) || !strings.Contains(at, t.plan.Path) {
		return plan{}, false
	}
	return t.plan, t.report.count(t.plan, name+" "+at)
}
