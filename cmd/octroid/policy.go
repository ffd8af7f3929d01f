package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/octroi/octroi/store"
)

func policyCommand(s streams) *cobra.Command {
	return group("policy", "Write, show and remove the inline policies of a user; explain what policies decide",
		policyPut(s), policyShow(s), policyRemove(s), policyExplain(s), policyMinimal(s))
}

func policyPut(s streams) *cobra.Command {
	p := s.place()
	c := &cobra.Command{Use: "put USER NAME FILE --data DIR", Short: "Write or replace an inline policy (FILE - is standard input)", Args: exactly(3),
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := readDocument(s.in, args[2])
			if err != nil {
				return fmt.Errorf("reading the policy: %w", err)
			}
			st, u, err := p.user(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			defer st.Close()
			if err := st.PutInlinePolicy(cmd.Context(), u.Owner(), store.InlinePolicy{Name: args[1], Document: string(text)}); err != nil {
				return err
			}
			return done(s, p, "wrote policy "+args[1]+" of "+u.Principal().ARN())
		}}
	return p.flags(c)
}

func policyShow(s streams) *cobra.Command {
	p := s.place()
	c := &cobra.Command{Use: "show USER --data DIR", Short: "Print the inline policies of a user", Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			st, u, err := p.user(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			defer st.Close()
			all, err := st.InlinePolicies(cmd.Context(), u.ID)
			if err != nil {
				return err
			}
			if p.json {
				byName := map[string]string{}
				for _, d := range all {
					byName[d.Name] = d.Document
				}
				return printJSON(s.out, byName)
			}
			for _, d := range all {
				fmt.Fprintf(s.out, "%s\n%s\n", d.Name, strings.TrimSpace(d.Document))
			}
			return nil
		}}
	return p.flags(c)
}

func policyRemove(s streams) *cobra.Command {
	p := s.place()
	c := &cobra.Command{Use: "remove USER NAME --data DIR", Short: "Remove an inline policy", Args: exactly(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			st, u, err := p.user(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			defer st.Close()
			err = st.DeleteInlinePolicy(cmd.Context(), u.Owner(), args[1])
			if errors.Is(err, store.ErrNotFound) {
				return fmt.Errorf("user %s has no policy %q: octroid policy show %s prints them", u.Name, args[1], u.Name)
			}
			if err != nil {
				return err
			}
			return done(s, p, "removed policy "+args[1]+" of "+u.Principal().ARN())
		}}
	return p.flags(c)
}
