package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
)

type explained struct {
	Decision  string `json:"decision"`
	Sentence  string `json:"sentence"`
	Policy    string `json:"policy,omitempty"`
	Statement string `json:"statement,omitempty"`
	Advice    string `json:"advice,omitempty"`
}

// policyExplain answers as the service would at this moment, and leaves no record: nobody asked for anything.
func policyExplain(s streams) *cobra.Command {
	p := s.place()
	c := &cobra.Command{Use: "explain USER-or-ROLE ACTION [RESOURCE] --data DIR",
		Short: "Say whether a user or role may do an action now, which statement decides, and what to add",
		Long: "Say whether a user or role may do an action now, which statement decides, and what to add.\n\n" +
			"USER-or-ROLE is a user's name, role/NAME, or an ARN; a name that no user has is taken for a role's.\n" +
			"What a request would bring along (its address, its time, a session's policy) is not known here.",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 2 && len(args) != 3 {
				return errUsage{fmt.Errorf("usage: %s", c.UseLine())}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			st, account, err := p.open(cmd.Context())
			if err != nil {
				return err
			}
			defer st.Close()
			who, err := identityNamed(cmd.Context(), st, account, args[0])
			if err != nil {
				return err
			}
			req := policy.Request{Principal: who.Principal(), Action: args[1]}
			if len(args) == 3 {
				req.Resource = args[2]
			}
			for _, t := range who.Tags {
				req.Context.SetPrincipalTag(t.Key, t.Value)
			}
			d := policy.Evaluate(req, who.Policies)
			e := explained{d.Effect.String(), sentence(d, req, who), d.Policy, d.Statement, d.Advice(req)}
			if p.json {
				return printJSON(s.out, e)
			}
			fmt.Fprintln(s.out, e.Sentence)
			if e.Advice != "" {
				fmt.Fprintln(s.out, e.Advice)
			}
			return nil
		}}
	return p.flags(c)
}

// identityNamed finds a user or a role by name or ARN.
func identityNamed(ctx context.Context, st *store.Store, account store.Account, name string) (store.Identity, error) {
	iam := "arn:" + principal.Partition + ":iam::" + account.ID + ":"
	missing := fmt.Errorf("there is no user or role %q: octroid user list shows the users, aws iam list-roles the roles", name)
	if strings.HasPrefix(name, "arn:") {
		return found(st.IdentityByARN(ctx, account.ID, name))(missing)
	}
	role, isRole := strings.CutPrefix(name, "role/")
	if u, err := st.UserByName(ctx, account.ID, name); !isRole && !errors.Is(err, store.ErrNotFound) {
		if err != nil {
			return store.Identity{}, err
		}
		return found(st.IdentityByARN(ctx, account.ID, iam+"user"+u.Path+u.Name))(missing)
	}
	r, err := st.RoleByName(ctx, account.ID, role)
	if err != nil {
		return found(store.Identity{}, err)(missing)
	}
	return found(st.Identity(ctx, account.ID, r.ID))(missing)
}

// found says in other words that something is not there.
func found(who store.Identity, err error) func(missing error) (store.Identity, error) {
	return func(missing error) (store.Identity, error) {
		if errors.Is(err, store.ErrNotFound) {
			return who, missing
		}
		return who, err
	}
}

// sentence says the decision. For a role it is said of the role, not of a session that nobody has begun.
func sentence(d policy.Decision, req policy.Request, who store.Identity) string {
	text := d.Sentence(req)
	if who.Kind == store.OfRole {
		text = strings.Replace(text, "User: "+req.Principal.ARN(), "Role: "+who.Role.ARN(), 1)
	}
	return text
}
