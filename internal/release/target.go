package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// target is a system that something is built for.
type target struct{ os, arch string }

func (t target) String() string { return t.os + "_" + t.arch }

// suffix is what the names of programs end with.
func (t target) suffix() string {
	if t.os == "windows" {
		return ".exe"
	}
	return ""
}

// Programs, and the second name of one.
const (
	client   = "octroi"
	service  = "octroid"
	helper   = "docker-credential-octroi"
	provider = "octroi-credential-provider"
)

// product is what is published under one name.
type product struct {
	name     string
	programs []string
	targets  []target
}

// products is the table of what a release has.
var products = []product{
	{client, []string{client, helper}, []target{{"linux", "amd64"}, {"linux", "arm64"}, {"darwin", "amd64"}, {"darwin", "arm64"}, {"windows", "amd64"}}},
	{service, []string{service}, []target{{"linux", "amd64"}, {"linux", "arm64"}}},
}

const stampVariable = "github.com/octroi/octroi/internal/version.stamp"

// compile builds a program. -trimpath, -buildvcs and -buildid take out what tells one build from another. Position
// independent code is left out on Linux: Go links it with a dynamic loader, and the programs would not be static.
func compile(ctx context.Context, source, program string, t target, version, path string) error {
	c := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false",
		"-ldflags", "-s -w -buildid= -X "+stampVariable+"="+version, "-o", path, "./cmd/"+program)
	c.Dir, c.Env = source, t.environment()
	_, err := output(c)
	return err
}

// kept are the settings of Go that say where it works. All others are the release's own.
var kept = []string{"GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY", "GOSUMDB", "GOPRIVATE", "GONOSUMDB", "GONOPROXY", "GOTMPDIR", "GOMAXPROCS", "GOROOT"}

func (t target) environment() (env []string) {
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		if !strings.HasPrefix(name, "GO") && !strings.HasPrefix(name, "CGO_") || slices.Contains(kept, name) {
			env = append(env, v)
		}
	}
	return append(env, "GOOS="+t.os, "GOARCH="+t.arch, "CGO_ENABLED=0", "GOAMD64=v1", "GOARM64=v8.0",
		"GOFLAGS=-mod=readonly", "GOTOOLCHAIN=local", "GOWORK=off")
}

// programPath is where a program stands while a release is built.
func programPath(work, program string, t target) string {
	return filepath.Join(work, t.String(), program+t.suffix())
}
