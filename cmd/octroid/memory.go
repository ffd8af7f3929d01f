package main

import (
	"log/slog"
	"os"
	"runtime/debug"

	"github.com/octroi/octroi/internal/cgroup"
)

// limitMemory has Go's collector keep to a percentage of what the control group allows: the rest is for what is not on
// its heap. Whoever sets GOMEMLIMIT knows better.
func limitMemory(log *slog.Logger, percentage int) {
	if os.Getenv("GOMEMLIMIT") != "" || percentage <= 0 {
		return
	}
	limit, ok := cgroup.Memory(os.DirFS("/"))
	if !ok {
		return
	}
	limit = limit / 100 * int64(percentage)
	debug.SetMemoryLimit(limit)
	log.Info("memory is limited", "bytes", limit, "percentage", percentage)
}
