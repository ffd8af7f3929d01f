package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// measured is a program of the table, with what was measured.
type measured struct {
	name   string
	path   string
	args   func(url string) []string
	runs   int              // in each round; a program with one is slow, and has fewer rounds
	output string           // what it must print
	wall   []time.Duration  // medians of the rounds, over HTTP
	secure []time.Duration  // over HTTPS
	peak   map[bool][]int64 // KiB, by secure
}

// processTable measures whole processes that get one token from an interface that answers at once, over HTTP and over
// HTTPS with the machine's trusted roots and one more.
func processTable(out io.Writer, o options) (err error) {
	var opened closeAll
	defer func() { err = errors.Join(err, opened.close()) }()
	folder, err := os.MkdirTemp("", "octroi-bench-")
	if err != nil {
		return err
	}
	opened.add(func() error { return os.RemoveAll(folder) })
	api, err := openInterface(folder)
	if err != nil {
		return err
	}
	opened.add(api.Close)
	l, err := newLauncher(folder)
	if err != nil {
		return err
	}
	programs, skipped, err := programsToMeasure(folder, o)
	if err != nil {
		return err
	}
	if err := l.measure(o, api, programs); err != nil {
		return err
	}
	printProcesses(out, programs)
	for _, why := range skipped {
		fmt.Fprintln(out, why)
	}
	return nil
}

// programsToMeasure begins with the floor, to which all else is compared.
func programsToMeasure(folder string, o options) (all []*measured, skipped []string, err error) {
	command := func(url string) []string {
		return []string{"--endpoint-url", url, "--region", "us-east-1", "ecr-public", "get-authorization-token",
			"--output", "text", "--query", "authorizationData.authorizationToken"}
	}
	hello, err := build(folder, "hello")
	if err != nil {
		return nil, nil, err
	}
	signed, err := build(folder, "signed")
	if err != nil {
		return nil, nil, err
	}
	all = []*measured{
		{name: "Go hello-world", path: hello, args: func(string) []string { return nil }, runs: 20, output: "hello"},
		{name: "net/http, signed by hand", path: signed, args: func(url string) []string { return []string{url} }, runs: 20, output: fixedToken},
	}
	ours := &measured{name: "octroi", path: o.command, args: command, runs: 20, output: fixedToken}
	if ours.path, err = filepath.Abs(o.command); err != nil {
		return nil, nil, err
	}
	if _, err := os.Stat(ours.path); err == nil {
		all = append(all, ours)
	} else {
		skipped = append(skipped, "octroi: skipped: not built ("+o.command+")")
	}
	if path, version := awsV2(); path != "" {
		all = append(all, &measured{name: version, path: path, args: command, runs: 1, output: fixedToken})
	} else {
		skipped = append(skipped, "aws v2: skipped: not installed")
	}
	return all, skipped, nil
}

func printProcesses(out io.Writer, programs []*measured) {
	fmt.Fprintf(out, "%-28s %9s %7s  %9s %7s  %8s %8s  %8s\n",
		"One token, a whole process", "HTTP", "ratio", "HTTPS", "ratio", "peak MB", "HTTPS", "size MB")
	floor := programs[0]
	for _, p := range programs {
		size := "-"
		if info, err := os.Stat(p.path); err == nil && p.runs > 1 {
			size = fmt.Sprintf("%.1f", float64(info.Size())/1e6)
		}
		fmt.Fprintf(out, "%-28s %6.1f ms %7.2f  %6.1f ms %7.2f  %8.1f %8.1f  %8s\n", p.name,
			milli(median(p.wall)), ratioOf(p.wall, floor.wall), milli(median(p.secure)), ratioOf(p.secure, floor.secure),
			megabytes(p.peak[false]), megabytes(p.peak[true]), size)
	}
}

func ratioOf(ours, floor []time.Duration) float64 {
	var all []float64
	for i := range ours {
		all = append(all, float64(ours[i])/float64(floor[i]))
	}
	return median(all)
}

func milli(d time.Duration) float64 { return d.Seconds() * 1e3 }

func megabytes(kib []int64) float64 {
	var all []float64
	for _, k := range kib {
		all = append(all, float64(k)*1024/1e6)
	}
	return median(all)
}
