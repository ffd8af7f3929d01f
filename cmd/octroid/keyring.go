package main

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/octroi/octroi/issuer"
	"github.com/octroi/octroi/store"
)

func keyringCommand(s streams) *cobra.Command {
	return group("keyring", "List, rotate and remove the keys that tokens are sealed with, and replace the root key, also while the service runs",
		keyringList(s), keyringRotate(s), keyringRemove(s), keyringRewrap(s))
}

type listedRingKey struct {
	ID          uint32    `json:"id"`
	Phase       string    `json:"phase"`
	CreatedAt   time.Time `json:"createdAt"`
	ActivatedAt time.Time `json:"activatedAt"`
}

func keyringList(s streams) *cobra.Command {
	p := s.place()
	c := &cobra.Command{Use: "list --data DIR", Short: "List the token keys", Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			st, _, err := p.open(cmd.Context())
			if err != nil {
				return err
			}
			defer st.Close()
			keys, err := issuer.Keyring{Store: st, Now: time.Now}.List(cmd.Context())
			if err != nil {
				return err
			}
			listed, rows := []listedRingKey{}, [][]string{{"KEY", "PHASE", "CREATED", "SEALS FROM"}}
			for _, k := range keys {
				listed = append(listed, listedRingKey{k.ID, string(k.Phase), k.Created, k.Activated})
				rows = append(rows, []string{fmt.Sprint(k.ID), string(k.Phase), k.Created.Format(time.RFC3339), k.Activated.Format(time.RFC3339)})
			}
			if p.json {
				return printJSON(s.out, listed)
			}
			return printTable(s.out, rows)
		}}
	return p.flags(c)
}

func keyringRotate(s streams) *cobra.Command {
	p := s.place()
	c := &cobra.Command{Use: "rotate --data DIR", Short: "Seal new tokens with a new key; no token stops working", Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			st, _, err := p.open(cmd.Context())
			if err != nil {
				return err
			}
			defer st.Close()
			if err := (issuer.Keyring{Store: st, Now: time.Now}).Rotate(cmd.Context()); err != nil {
				return err
			}
			return done(s, p, "wrote the next token key; the service does this by itself every 24 hours")
		}}
	return p.flags(c)
}

func keyringRemove(s streams) *cobra.Command {
	p := s.place()
	c := &cobra.Command{Use: "remove KEY --data DIR", Short: "Remove a token key; every token that it sealed stops working at once", Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := strconv.ParseUint(args[0], 10, 32)
			if err != nil {
				return errUsage{fmt.Errorf("%q is no number of a key: octroid keyring list shows them", args[0])}
			}
			st, _, err := p.open(cmd.Context())
			if err != nil {
				return err
			}
			defer st.Close()
			err = issuer.Keyring{Store: st, Now: time.Now}.Remove(cmd.Context(), uint32(id))
			if errors.Is(err, store.ErrNotFound) {
				return fmt.Errorf("there is no token key %d: octroid keyring list shows them", id)
			}
			if err != nil {
				return err
			}
			return done(s, p, fmt.Sprintf("removed token key %d: its tokens are refused", id))
		}}
	return p.flags(c)
}
