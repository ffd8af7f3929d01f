package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/octroi/octroi/server"
)

// settings is where the configuration of a service comes from: defaults, over them a file, over that flags.
type settings struct {
	file  string
	flags server.Config
}

// flagKeys names the key that each flag sets. One that is not here is no part of the configuration.
var flagKeys = map[string]string{
	"data": "data", "listen": "listen", "external-url": "externalUrl", "tls-cert": "tlsCert", "tls-key": "tlsKey",
	"insecure": "insecure", "account": "account", "alias": "alias", "admin-listen": "adminListen",
	"allow-private-issuer": "privateIssuers", "issuer-proxy": "issuerProxy",
}

func (s *settings) add(f *pflag.FlagSet) {
	s.flags = server.Defaults()
	f.StringVar(&s.file, "config", "", "configuration file (YAML); flags win over it")
	f.StringVar(&s.flags.Data, "data", "", "folder that holds everything")
	f.StringVar(&s.flags.Listen, "listen", s.flags.Listen, "address to listen on; port 0 takes a free one")
	f.StringVar(&s.flags.ExternalURL, "external-url", "", "how clients reach the service")
	f.StringVar(&s.flags.TLSCert, "tls-cert", "", "certificate file (PEM)")
	f.StringVar(&s.flags.TLSKey, "tls-key", "", "key file (PEM)")
	f.BoolVar(&s.flags.Insecure, "insecure", false, "serve plaintext beyond this machine")
	f.StringVar(&s.flags.AdminListen, "admin-listen", "", "address of /metrics, for this machine; none when empty")
	f.StringArrayVar(&s.flags.PrivateIssuers, "allow-private-issuer", nil, "host[:port] of an identity provider that administrators may register though it is private; may be repeated")
	f.StringVar(&s.flags.IssuerProxy, "issuer-proxy", "", "http(s)://host:port of the proxy through which identity providers are asked")
	f.StringVar(&s.flags.Account, "account", "", "account id of the first start (twelve digits; default random)")
	f.StringVar(&s.flags.Alias, "alias", s.flags.Alias, "the account's alias, of the first start")
}

// read is the configuration, and where each key's value is from.
func (s *settings) read(f *pflag.FlagSet) (server.Config, map[string]string, error) {
	config, from := server.Defaults(), map[string]string{}
	if s.file != "" {
		if err := server.ReadConfig(s.file, &config); err != nil {
			return config, nil, err
		}
		keys, err := server.FileKeys(s.file)
		if err != nil {
			return config, nil, err
		}
		for key := range keys {
			from[key] = s.file
		}
	}
	f.Visit(func(flag *pflag.Flag) {
		if key, ok := flagKeys[flag.Name]; ok {
			s.override(&config, flag.Name)
			from[key] = "--" + flag.Name
		}
	})
	return config, from, nil
}

// override puts a flag that was given over the file's value.
func (s *settings) override(config *server.Config, flag string) {
	switch given := s.flags; flag {
	case "data":
		config.Data = given.Data
	case "listen":
		config.Listen = given.Listen
	case "external-url":
		config.ExternalURL = given.ExternalURL
	case "tls-cert":
		config.TLSCert = given.TLSCert
	case "tls-key":
		config.TLSKey = given.TLSKey
	case "insecure":
		config.Insecure = given.Insecure
	case "admin-listen":
		config.AdminListen = given.AdminListen
	case "allow-private-issuer":
		config.PrivateIssuers = given.PrivateIssuers
	case "issuer-proxy":
		config.IssuerProxy = given.IssuerProxy
	case "account":
		config.Account = given.Account
	case "alias":
		config.Alias = given.Alias
	}
}

// shownSetting is a line of octroid config.
type shownSetting struct {
	server.Setting
	From string `json:"from"`
}

func configCommand(s streams) *cobra.Command {
	var from settings
	var asJSON bool
	c := &cobra.Command{
		Use:   "config [--config FILE] [flags of serve]",
		Short: "Print every key of the configuration, its value and where that is from",
		Long: "Print every key of the configuration, its value and where that is from: the default, the file or a flag.\n" +
			"It ends with an error when octroid serve would refuse to start with it. docs/configuration.md explains the keys.",
		Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			config, sources, err := from.read(cmd.Flags())
			if err != nil {
				return err
			}
			if err := printSettings(s.out, config, sources, s.keys, asJSON); err != nil {
				return err
			}
			_, err = rootKeySetting(s.keys, config.Data)
			return errors.Join(config.Check(), err)
		},
	}
	from.add(c.Flags())
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// rootKeySetting says where the root key comes from, and never what it is. It is no key of the configuration file.
func rootKeySetting(keys server.RootKeys, data string) (shownSetting, error) {
	if data == "" {
		return shownSetting{}, nil
	}
	source, err := keys.Source(data)
	if errors.Is(err, server.ErrNoRootKey) {
		return shownSetting{server.Setting{Name: "rootKey", Value: "***"}, filepath.Join(data, "root.key") + " (the first start makes it)"}, nil
	}
	return shownSetting{server.Setting{Name: "rootKey", Value: "***"}, source.Name}, err
}

func printSettings(w io.Writer, config server.Config, sources map[string]string, keys server.RootKeys, asJSON bool) error {
	var all []shownSetting
	for _, setting := range server.Settings(config) {
		from, ok := sources[setting.Name]
		if !ok {
			from = "default"
		}
		all = append(all, shownSetting{setting, from})
	}
	if root, err := rootKeySetting(keys, config.Data); err == nil {
		all = append(all, root)
	}
	if asJSON {
		return printJSON(w, all)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, l := range all {
		fmt.Fprintf(t, "%s\t%s\t%s\n", l.Name, l.Value, l.From)
	}
	return t.Flush()
}
