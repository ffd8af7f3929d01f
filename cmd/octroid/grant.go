package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
)

// inlinePolicy is the name of the policy that user add writes.
const inlinePolicy = "user-add"

// grant is what user add gives: rights by name on repositories, or a document.
type grant struct {
	allow        []string
	repositories []string
	file         string
}

// rights are the actions behind each name. A push reads too: clients ask what is there before they send.
var rights = map[string][]string{
	"pull": {"ecr-public:BatchGetImage", "ecr-public:GetDownloadUrlForLayer", "ecr-public:BatchCheckLayerAvailability",
		"ecr-public:DescribeRepositories", "ecr-public:DescribeImages", "ecr-public:DescribeImageTags"},
	"push": {"ecr-public:BatchGetImage", "ecr-public:GetDownloadUrlForLayer", "ecr-public:BatchCheckLayerAvailability",
		"ecr-public:DescribeRepositories", "ecr-public:CreateRepository", "ecr-public:InitiateLayerUpload",
		"ecr-public:UploadLayerPart", "ecr-public:CompleteLayerUpload", "ecr-public:PutImage"},
	"delete": {"ecr-public:BatchDeleteImage"},
}

// toLogIn is what every one of them needs first.
var toLogIn = []string{"ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"}

func (g *grant) flags(c *cobra.Command) {
	c.Flags().StringSliceVar(&g.allow, "allow", nil, "rights on the repositories: pull, push (which reads too), delete")
	c.Flags().StringArrayVar(&g.repositories, "repository", nil, "repository under the account's alias, as team/app or 'team/*'; may be repeated")
	c.Flags().StringVar(&g.file, "policy", "", "policy document to attach, in place of --allow (- for standard input)")
}

// policies are what the flags ask for: one policy, or none.
func (g *grant) policies(in io.Reader, a store.Account) ([]store.InlinePolicy, error) {
	var text []byte
	var err error
	switch {
	case g.file != "" && (len(g.allow) > 0 || len(g.repositories) > 0):
		err = errUsage{errors.New("give --policy, or --allow with --repository, not both")}
	case g.file != "":
		if text, err = readDocument(in, g.file); err != nil {
			err = fmt.Errorf("reading the policy: %w", err)
		}
	case len(g.allow) == 0 && len(g.repositories) == 0:
		return nil, nil
	case len(g.allow) == 0 || len(g.repositories) == 0:
		err = errUsage{errors.New("--allow and --repository belong together, as --allow push --repository 'team/*'")}
	default:
		text, err = g.write(a)
	}
	if err != nil {
		return nil, err
	}
	return []store.InlinePolicy{{Name: inlinePolicy, Document: string(text)}}, nil
}

func (g *grant) write(a store.Account) ([]byte, error) {
	var actions, resources []string
	for _, name := range g.allow {
		more, ok := rights[name]
		if !ok {
			return nil, errUsage{fmt.Errorf("--allow %q is none of pull, push, delete", name)}
		}
		for _, action := range more {
			if !slices.Contains(actions, action) {
				actions = append(actions, action)
			}
		}
	}
	for _, name := range g.repositories {
		if strings.HasPrefix(name, a.Alias+"/") {
			return nil, errUsage{fmt.Errorf("--repository %q: leave the alias %q out", name, a.Alias)}
		}
		resources = append(resources, principal.RepositoryARN(a.ID, name))
	}
	return policy.Write(policy.Grant{Actions: toLogIn, Resources: []string{"*"}}, policy.Grant{Actions: actions, Resources: resources})
}
