package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// scenario is one way to harm the service.
type scenario struct {
	id   string // its row among the reliability scenarios
	word string // and what happens there, in a few words
	run  func(context.Context, *run) ([]figure, error)
}

// scenarios in the order in which they are run and printed.
var scenarios = []scenario{
	{"RL0", "start, push, pull, end", startAndIdle},
	{"RL1", "kill -9 at work", killAtWork},
	{"RL2", "the system crashes", crashSystem},
	{"RL3", "system calls of a push, a delete and a rotation fail one at a time, and are the last", harmEach},
	{"RL4", "the disk is full", fillDisk},
	{"RL5", "a flush fails", failFlush},
	{"RL6", "the clock goes back and forth", moveClock},
	{"RL19", "a restart with two hundred uploads under way", restartUploads},
	{"RL21", "a backup under load, and its restore", backUp},
	{"RL22", "a byte of each kind of file is another one", flipBytes},
	{"RL23", "garbage is collected at work, and killed at it", collectAtWork},
	{"RL29", "the audit log takes nothing", blockAudit},
	{"idle", "nothing happens, and the log is long", idle},
	{"RL11", "headers that do not come", slowloris},
	{"RL12", "bodies that do not come, and readers who do not read", slowBodies},
	{"RL13", "a hundred streams at once", streams},
	{"RL14", "no more files", fewFiles},
	{"RL15", "bombs of JSON, patterns and tokens", bombs},
	{"RL16", "the keys are rotated under load", rotation},
	{"RL17", "a key is removed in an emergency", removal},
	{"RL27", "everything at once in 256 MiB", inLittleMemory},
}

// run is what a scenario has to work with.
type run struct {
	octroid string         // path of the program
	folder  string         // of this scenario, empty; removed afterwards
	scale   float64        // 1: the full run; a scenario multiplies its counts and times with it
	log     io.Writer      // for a person who waits
	began   time.Time      // of the scenario
	cleanup []func() error // undone at its end, the last first
}

// count is n at the run's scale, and at least one.
func (r *run) count(n int) int { return max(1, int(float64(n)*r.scale)) }

// time is d at the run's scale, and at least a second.
func (r *run) time(d time.Duration) time.Duration {
	return max(time.Second, time.Duration(float64(d)*r.scale))
}

// atEnd has do called when the scenario has ended, whatever became of it.
func (r *run) atEnd(do func() error) { r.cleanup = append(r.cleanup, do) }

func (r *run) say(format string, args ...any) {
	fmt.Fprintf(r.log, "  %6.1f s  "+format+"\n", append([]any{time.Since(r.began).Seconds()}, args...)...)
}

// attackArgument makes this program a hostile process: see attack.go.
const attackArgument = "attack"

func main() {
	if len(os.Args) > 1 && os.Args[1] == traceWord {
		os.Exit(traceMain(os.Args[2:]))
	}
	if len(os.Args) > 2 && os.Args[1] == filterWord {
		fmt.Fprintln(os.Stderr, "reliability: filter:", filterMain(os.Args[2:]))
		os.Exit(1)
	}
	if len(os.Args) == 2 && os.Args[1] == attackArgument {
		if err := attack(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, "reliability: attack:", err)
			os.Exit(1)
		}
		return
	}
	only := flag.String("only", "", "the scenarios to run, comma between (RL1,RL16); all when empty")
	octroid := flag.String("octroid", "bin/octroid", "the program to harm")
	scale := flag.Float64("scale", 1, "how large the loads are; 1 is the full run")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := all(ctx, os.Stdout, os.Stderr, *octroid, *only, *scale); err != nil {
		fmt.Fprintln(os.Stderr, "reliability:", err)
		os.Exit(1)
	}
}

func all(ctx context.Context, out, log io.Writer, octroid, only string, scale float64) error {
	path, err := filepath.Abs(octroid)
	if err == nil {
		_, err = os.Stat(path)
	}
	if err != nil {
		return fmt.Errorf("%w: make build makes it", err)
	}
	chosen, err := choose(only)
	if err != nil {
		return err
	}
	var table table
	for _, s := range chosen {
		if ctx.Err() != nil {
			break
		}
		fmt.Fprintf(log, "%s %s\n", s.id, s.word)
		table.add(s, one(ctx, log, s, path, scale))
	}
	table.print(out, scale)
	return errors.Join(ctx.Err(), table.err())
}

func choose(only string) ([]scenario, error) {
	if only == "" {
		return scenarios, nil
	}
	var chosen []scenario
	for _, id := range strings.Split(only, ",") {
		i := slices.IndexFunc(scenarios, func(s scenario) bool { return s.id == id })
		if i < 0 {
			return nil, fmt.Errorf("there is no scenario %q", id)
		}
		chosen = append(chosen, scenarios[i])
	}
	return chosen, nil
}

// one runs a scenario in a folder of its own. An error is a figure that failed.
func one(ctx context.Context, log io.Writer, s scenario, octroid string, scale float64) (outcome outcome) {
	folder, err := os.MkdirTemp("", "octroi-reliability-")
	if err != nil {
		return failed(err)
	}
	r := &run{octroid: octroid, folder: folder, scale: scale, log: log, began: time.Now()}
	r.atEnd(func() error { return os.RemoveAll(folder) })
	defer func() {
		for _, undo := range slices.Backward(r.cleanup) {
			if err := undo(); err != nil {
				outcome.figures = append(outcome.figures, failed(err).figures...)
			}
		}
		outcome.took = time.Since(r.began)
	}()
	figures, err := s.run(ctx, r)
	outcome.figures = figures
	if cannot := new(cannotRun); errors.As(err, &cannot) {
		outcome.notRun = cannot.why
	} else if err != nil {
		outcome.figures = append(outcome.figures, failed(err).figures...)
	}
	return outcome
}
