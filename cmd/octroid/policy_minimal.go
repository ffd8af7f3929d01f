package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
)

// What the registry takes at the least, on the repositories. Who pushes asks first which layers are there, which in a
// private repository takes what a pull of them takes.
const toAsk = "ecr-public:GetDownloadUrlForLayer"

var (
	toPull = []string{"ecr-public:BatchGetImage", toAsk}
	toPush = []string{"ecr-public:InitiateLayerUpload", "ecr-public:UploadLayerPart", "ecr-public:CompleteLayerUpload", "ecr-public:PutImage"}
)

// minimal is what is to be done with how little.
type minimal struct {
	repositories   []string
	public, create bool
}

// policyMinimal prints the least policy for a task.
func policyMinimal(s streams) *cobra.Command {
	p := s.place()
	var m minimal
	c := &cobra.Command{Use: "minimal get-token|pull|push --data DIR", Short: "Print the least policy for getting a token, pulling or pushing", Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			st, account, err := p.open(cmd.Context())
			if err != nil {
				return err
			}
			defer st.Close()
			actions, err := m.actions(args[0])
			if err != nil {
				return err
			}
			grants := []policy.Grant{{Actions: toLogIn, Resources: []string{"*"}}}
			if len(actions) > 0 {
				on := policy.Grant{Actions: actions}
				for _, name := range m.repositories {
					if strings.HasPrefix(name, account.Alias+"/") {
						return errUsage{fmt.Errorf("--repository %q: leave the alias %q out", name, account.Alias)}
					}
					on.Resources = append(on.Resources, principal.RepositoryARN(account.ID, name))
				}
				grants = append(grants, on)
			}
			text, err := policy.Write(grants...)
			if err != nil {
				return err
			}
			var indented bytes.Buffer
			if err := json.Indent(&indented, text, "", "  "); err != nil {
				return err
			}
			_, err = fmt.Fprintln(s.out, indented.String())
			return err
		}}
	c.Flags().StringArrayVar(&m.repositories, "repository", []string{"*"}, "repository under the account's alias, as team/app or 'team/*'; may be repeated")
	c.Flags().BoolVar(&m.public, "public", false, "the repositories are such as anybody may pull")
	c.Flags().BoolVar(&m.create, "create", false, "a push may create the repository")
	return p.flags(c)
}

// actions are those on the repositories.
func (m minimal) actions(task string) ([]string, error) {
	all := map[string][]string{"get-token": nil, "pull": toPull, "push": toPush}
	actions, ok := all[task]
	switch {
	case !ok:
		return nil, errUsage{fmt.Errorf("%q is none of %s", task, strings.Join(slices.Sorted(maps.Keys(all)), ", "))}
	case task != "push" && m.create:
		return nil, errUsage{fmt.Errorf("--create belongs to push")}
	case task == "pull" && m.public:
		return nil, nil // whoever has a token, and whoever has none
	case task == "push" && !m.public:
		actions = append([]string{toAsk}, actions...)
	}
	if m.create {
		actions = append(slices.Clone(actions), "ecr-public:CreateRepository")
	}
	return actions, nil
}
