package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/octroi/octroi/server"
)

func serveCommand(s streams) *cobra.Command {
	var from settings
	var addressFile string
	c := &cobra.Command{
		Use:   "serve --data DIR",
		Short: "Serve the AWS endpoint and the registry until SIGTERM",
		Long: "Serve the AWS endpoint and the registry until SIGTERM.\n\nThe first start on an empty folder makes everything: " +
			"the store, its keys, the account, and an administrator\nwhose access key is written to DIR/credentials.",
		Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			config, _, err := from.read(cmd.Flags())
			if err != nil {
				return err
			}
			config.AddressFile, config.RootKeys = addressFile, s.keys
			return serve(cmd.Context(), s, config)
		},
	}
	from.add(c.Flags())
	c.Flags().StringVar(&addressFile, "address-file", "", "file that gets the address once the port is open")
	return c
}

// greet says where everything is, and what is still to be done.
func greet(w io.Writer, running *server.Server, credentials string) {
	fmt.Fprintf(w, "octroid serves %s\n", running.URL())
	if admin := running.AdminAddress(); admin != "" {
		fmt.Fprintf(w, "  metrics: http://%s/metrics\n", admin)
	}
	if _, err := os.Lstat(credentials); err == nil {
		fmt.Fprintf(w, "  administrator's access key: %s (move it to where your keys are)\n", credentials)
	}
}

func serve(ctx context.Context, s streams, config server.Config) error {
	log := slog.New(slog.NewTextHandler(s.err, nil))
	limitMemory(log, config.Limits.MemoryPercentage)
	running, err := server.Start(context.WithoutCancel(ctx), config, log, nil)
	if err != nil {
		return err
	}
	greet(s.out, running, filepath.Join(config.Data, "credentials"))
	select {
	case <-ctx.Done():
		log.Info("stopping: requests under way finish first")
		return running.Shutdown(context.WithoutCancel(ctx))
	case <-running.Broken():
		err := errors.New("the disk did not keep what it had taken (a flush failed): look after it before you start the service again")
		return errors.Join(err, running.Shutdown(context.WithoutCancel(ctx)))
	}
}
