package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/octroi/octroi/configfile"
	"github.com/octroi/octroi/credential"
	"github.com/octroi/octroi/hosts"
)

// showConfiguration prints each value that counts and where it is from: for the hosts that are named, or for all that
// are configured.
func (p process) showConfiguration(file configfile.File, names []string) error {
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	state := "read"
	if file.Data == nil {
		state = "not there: nothing is configured"
	}
	fmt.Fprintf(w, "configuration\t%s\t%s (%s)\n", file.Path, state, file.From)
	if len(names) == 0 {
		inner := file.Config.InnerHelper
		if inner == "" {
			inner = "-"
		}
		fmt.Fprintf(w, "inner_helper\t%s\t%s\n", inner, file.InnerAt())
		for _, s := range credential.Stores(p.environ, p.home()) {
			there := "not there"
			if _, ok := s.Mode(); ok {
				there = "read"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\n", s.Tool(), s.Path(), there)
		}
		for _, e := range file.Config.Entries {
			names = append(names, e.Host)
		}
	}
	for _, name := range names {
		if err := explain(w, file, name); err != nil {
			return err
		}
	}
	return w.Flush()
}

func explain(w *tabwriter.Writer, file configfile.File, name string) error {
	h, err := hosts.Parse(name)
	if err != nil {
		h = hosts.Host{Name: name, Scheme: "https"} // a pattern of the configuration itself
		if _, ok := file.Lines[name]; !ok {
			return &usageError{fmt.Sprintf("%q is %v", name, err)}
		}
	}
	values, err := file.Explain(h)
	if err != nil {
		return fmt.Errorf("%s: %w (%s)", name, err, file.Path)
	}
	fmt.Fprintf(w, "\n%s\n", name)
	for _, v := range values {
		value := v.Value
		if value == "" {
			value = "-"
		}
		fmt.Fprintf(w, "  %s\t%s\t%s\n", v.Name, value, v.From)
	}
	return nil
}
