package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/octroi/octroi/server"
	"github.com/octroi/octroi/store"
)

// place is where the commands beside the service find its data, and how they print.
type place struct {
	data, config string
	json         bool
	keys         server.RootKeys
}

// place is where a command finds the data, as soon as its flags are read.
func (s streams) place() place { return place{keys: s.keys} }

func (p *place) flags(c *cobra.Command) *cobra.Command {
	c.Flags().StringVar(&p.data, "data", "", "the service's data folder")
	c.Flags().StringVar(&p.config, "config", "", "the service's configuration file, in place of --data")
	c.Flags().BoolVar(&p.json, "json", false, "print JSON")
	return c
}

// folder is the service's data folder.
func (p *place) folder() (string, error) {
	data := p.data
	if data == "" && p.config != "" {
		config := server.Defaults()
		if err := server.ReadConfig(p.config, &config); err != nil {
			return "", err
		}
		data = config.Data
	}
	if data == "" {
		return "", errUsage{errors.New("say where the service's data is: --data DIR")}
	}
	return data, nil
}

// open opens the store, and the first account of it: the one that commands act in.
func (p *place) open(ctx context.Context) (*store.Store, store.Account, error) {
	data, err := p.folder()
	if err != nil {
		return nil, store.Account{}, err
	}
	s, err := p.keys.OpenStore(ctx, data)
	if err != nil {
		return nil, store.Account{}, err
	}
	all, err := s.Accounts(ctx)
	if err == nil && len(all) == 0 {
		err = errors.New("the first start of this service did not finish: run octroid serve")
	}
	if err != nil {
		s.Close()
		return nil, store.Account{}, err
	}
	return s, all[0], nil
}

// user opens the store and finds a user of it.
func (p *place) user(ctx context.Context, name string) (*store.Store, store.User, error) {
	s, account, err := p.open(ctx)
	if err != nil {
		return nil, store.User{}, err
	}
	u, err := s.UserByName(ctx, account.ID, name)
	if errors.Is(err, store.ErrNotFound) {
		err = fmt.Errorf("there is no user %q: octroid user list shows them", name)
	}
	if err != nil {
		s.Close()
	}
	return s, u, err
}

// printJSON prints v for programs.
func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// printTable prints rows for people; the first is the heading.
func printTable(w io.Writer, rows [][]string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, r := range rows {
		fmt.Fprintln(t, strings.Join(r, "\t"))
	}
	return t.Flush()
}
