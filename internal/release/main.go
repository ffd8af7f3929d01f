package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	switch {
	case len(args) == 2 && args[0] == "build":
		return build(ctx, ".", args[1], os.Getenv("OCTROI_RELEASE_KEY"))
	case len(args) == 1 && args[0] == "verify":
		return verify(ctx, ".")
	}
	return errors.New("usage: release build OUT | release verify")
}
