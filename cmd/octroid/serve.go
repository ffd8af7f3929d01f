package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/octroi/octroi/server"
)

func serveCommand(s streams) *cobra.Command {
	flags := server.Defaults()
	var file string
	c := &cobra.Command{
		Use:   "serve --data DIR",
		Short: "Serve the AWS endpoint and the registry until SIGTERM",
		Long: "Serve the AWS endpoint and the registry until SIGTERM.\n\nThe first start on an empty folder makes everything: " +
			"the store, its keys, the account, and an administrator\nwhose access key is written to DIR/credentials.",
		Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			config := server.Defaults()
			if file != "" {
				if err := server.ReadConfig(file, &config); err != nil {
					return err
				}
			}
			override(cmd, &config, flags)
			return serve(cmd.Context(), s, config)
		},
	}
	f := c.Flags()
	f.StringVar(&file, "config", "", "configuration file (YAML); flags win over it")
	f.StringVar(&flags.Data, "data", "", "folder that holds everything")
	f.StringVar(&flags.Listen, "listen", flags.Listen, "address to listen on; port 0 takes a free one")
	f.StringVar(&flags.AddressFile, "address-file", "", "file that gets the address once the port is open")
	f.StringVar(&flags.ExternalURL, "external-url", "", "how clients reach the service")
	f.StringVar(&flags.TLSCert, "tls-cert", "", "certificate file (PEM)")
	f.StringVar(&flags.TLSKey, "tls-key", "", "key file (PEM)")
	f.BoolVar(&flags.Insecure, "insecure", false, "serve plaintext beyond this machine")
	f.StringVar(&flags.Account, "account", "", "account id of the first start (twelve digits; default random)")
	f.StringVar(&flags.Alias, "alias", flags.Alias, "the account's alias, of the first start")
	f.StringArrayVar(&flags.PrivateIssuers, "allow-private-issuer", nil, "host[:port] of an identity provider that administrators may register though it is private; may be repeated")
	f.StringVar(&flags.IssuerProxy, "issuer-proxy", "", "http(s)://host:port of the proxy through which identity providers are asked")
	return c
}

// override puts the flags that were given over the file's values.
func override(cmd *cobra.Command, config *server.Config, flags server.Config) {
	set := map[string]func(){
		"data":         func() { config.Data = flags.Data },
		"listen":       func() { config.Listen = flags.Listen },
		"address-file": func() { config.AddressFile = flags.AddressFile },
		"external-url": func() { config.ExternalURL = flags.ExternalURL },
		"tls-cert":     func() { config.TLSCert = flags.TLSCert },
		"tls-key":      func() { config.TLSKey = flags.TLSKey },
		"insecure":     func() { config.Insecure = flags.Insecure },
		"account":      func() { config.Account = flags.Account },
		"alias":        func() { config.Alias = flags.Alias },

		"allow-private-issuer": func() { config.PrivateIssuers = flags.PrivateIssuers },
		"issuer-proxy":         func() { config.IssuerProxy = flags.IssuerProxy },
	}
	for name, put := range set {
		if cmd.Flags().Changed(name) {
			put()
		}
	}
}

func serve(ctx context.Context, s streams, config server.Config) error {
	log := slog.New(slog.NewTextHandler(s.err, nil))
	running, err := server.Start(context.WithoutCancel(ctx), config, log, nil)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "octroid serves %s\n  administrator's access key: %s\n",
		running.URL(), filepath.Join(config.Data, "credentials"))
	select {
	case <-ctx.Done():
		log.Info("stopping: requests under way finish first")
		return running.Shutdown(context.WithoutCancel(ctx))
	case <-running.Broken():
		err := errors.New("the audit log could not be flushed: look after the disk before you start the service again")
		return errors.Join(err, running.Shutdown(context.WithoutCancel(ctx)))
	}
}
