package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"time"
)

// options are what the command line says.
type options struct {
	only    string
	command string        // path of octroi
	service string        // of octroid
	stock   string        // of the registry that Distribution ships
	rounds  int           // of each side
	round   time.Duration // of one side
	profile string
}

// tables in the order in which they are printed.
var tables = []struct {
	name  string
	print func(io.Writer, options) error
}{
	{"issue", issueTable},
	{"decision", decisionTable},
	{"registry", registryTable},
	{"stock", stockTable},
	{"timing", timingTable},
	{"process", processTable},
	{"helper", helperTable},
	{"revocation", revocationTable},
	{"users", usersTable},
}

func main() {
	var o options
	flag.StringVar(&o.only, "only", "", "the tables to print, comma between: issue, decision, registry, stock, timing, process, helper, revocation, users")
	flag.StringVar(&o.command, "octroi", "bin/octroi", "the command to measure")
	flag.StringVar(&o.service, "octroid", "bin/octroid", "the service to measure as a process")
	flag.StringVar(&o.stock, "stock", "bin/tools/registry", "Distribution's registry, to be measured beside it")
	flag.IntVar(&o.rounds, "rounds", 5, "rounds of each side")
	flag.DurationVar(&o.round, "round", 400*time.Millisecond, "how long a round of load is")
	flag.StringVar(&o.profile, "cpuprofile", "", "write a processor profile of all that is measured to this file")
	flag.Parse()
	if err := run(os.Stdout, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, o options) (err error) {
	if o.rounds < 1 || o.round < time.Millisecond {
		return errors.New("a table takes at least one round, of a millisecond or longer")
	}
	if o.profile != "" {
		f, err := os.Create(o.profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	fmt.Fprintf(out, "%s %s/%s, %d processors, shared by client and server. Medians of %d rounds that take turns.\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), o.rounds)
	for _, t := range tables {
		if o.only != "" && !slices.Contains(strings.Split(o.only, ","), t.name) {
			continue
		}
		fmt.Fprintln(out)
		if err := t.print(out, o); err != nil {
			return fmt.Errorf("table %s: %w", t.name, err)
		}
	}
	return nil
}
