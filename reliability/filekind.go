package main

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// fileKind is a kind of file in the data folder.
type fileKind struct {
	name string
	form *regexp.Regexp // of its path within the folder
}

// fileKinds are all of them. A manifest is a blob, too, and is told from it by its digest.
var fileKinds = []fileKind{
	{"root key", regexp.MustCompile(`^root\.key$`)},
	{"root key of before", regexp.MustCompile(`^root\.key\.[0-9a-f]{16}$`)},
	{database, regexp.MustCompile(`^octroi\.db$`)},
	{"credentials", regexp.MustCompile(`^credentials$`)},
	{"audit log", regexp.MustCompile(`^audit\.jsonl$`)},
	{"audit log of before", regexp.MustCompile(`^audit-[0-9]{20}\.jsonl$`)},
	{"audit head", regexp.MustCompile(`^audit\.head$`)},
	{"blob", regexp.MustCompile(`/blobs/sha256/../[0-9a-f]{64}/data$`)},
	{"manifest", nil},
	{"link to a layer", regexp.MustCompile(`/_layers/sha256/[0-9a-f]{64}/link$`)},
	{"link to a manifest", regexp.MustCompile(`/_manifests/revisions/sha256/[0-9a-f]{64}/link$`)},
	{"tag", regexp.MustCompile(`/_manifests/tags/[^/]+/current/link$`)},
	{"tag's note of a manifest", regexp.MustCompile(`/_manifests/tags/[^/]+/index/sha256/[0-9a-f]{64}/link$`)},
	{"upload's data", regexp.MustCompile(`/_uploads/[^/]+/data$`)},
	{beginning, regexp.MustCompile(`/_uploads/[^/]+/startedat$`)},
	{"upload's owner", regexp.MustCompile(`/_uploads/[^/]+/owner$`)},
	{"upload's state", regexp.MustCompile(`/_uploads/[^/]+/hashstates/sha256/[0-9]+$`)},
}

// Kinds of which not every byte is of consequence.
const (
	database  = "database"
	wal       = "write-ahead log"
	beginning = "upload's beginning"
)

// kindOf is the name of a file's kind; empty: none.
func (f *flipper) kindOf(name string) string {
	if m := blobData.FindStringSubmatch(strings.TrimPrefix(name, "registry/")); m != nil && f.manifests["sha256:"+m[1]] {
		return "manifest"
	}
	for _, k := range fileKinds {
		if k.form != nil && k.form.MatchString(name) {
			return k.name
		}
	}
	return ""
}

// inAll is how many there are of all kinds.
func inAll(counts map[string]int) (n int) {
	for _, c := range counts {
		n += c
	}
	return n
}

// find lists the files of the data folder that have a byte, by kind.
func (f *flipper) find() (strangers []string, err error) {
	f.files = map[string][]string{}
	err = filepath.WalkDir(f.node.data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil || info.Size() == 0 {
			return err
		}
		name := strings.TrimPrefix(path, f.node.data+"/")
		kind := f.kindOf(name)
		if kind == "" {
			strangers = append(strangers, name)
		}
		f.files[kind] = append(f.files[kind], path)
		return nil
	})
	return strangers, err
}

// fill uses a service as its users do: users, keys, policies, groups, roles, tokens, images small and large, tags that
// were moved, uploads under way, another root key.
func (f *flipper) fill(ctx context.Context) error {
	c := f.caller()
	for _, do := range []job{f.push, f.push, f.administer, f.administer, f.revoke, f.rotate, f.issue, f.directory} {
		if err := do(ctx, c); err != nil {
			return err
		}
	}
	for _, size := range []int{1, 2000, 65_537, 6 << 20, 6 << 20} {
		layer := content(size)
		for range 2 { // the second one moves the tag
			digest, err := c.pushImage(ctx, f.login, repository, "flipped", layer, content(100))
			if err != nil {
				return err
			}
			f.manifests[digest] = true
		}
		f.blobs = append(f.blobs, digestOf(layer))
	}
	for _, i := range f.images {
		f.manifests[i.digest] = true
	}
	for range 3 {
		u := &upload{content: content(2 * half)}
		if err := u.first(ctx, c, f.login); err != nil {
			return err
		}
	}
	if _, err := f.node.program(ctx, "keyring", "rewrap"); err != nil {
		return err
	}
	return f.administer(ctx, c) // the rewrap has emptied the write-ahead log
}

// directory makes one of each thing that IAM knows.
func (w *workers) directory(ctx context.Context, c *caller) error {
	api := w.iam(c)
	const trust = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}}`
	u, err := w.add(ctx, c)
	if err != nil {
		return err
	}
	_, groupErr := api.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: aws.String("builders")})
	_, memberErr := api.AddUserToGroup(ctx, &iam.AddUserToGroupInput{GroupName: aws.String("builders"), UserName: &u.name})
	p, policyErr := api.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: aws.String("login"), PolicyDocument: aws.String(toLogIn), Description: aws.String("who may log in")})
	_, roleErr := api.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("ci"), AssumeRolePolicyDocument: aws.String(trust), Description: aws.String("for the builds")})
	if err := errors.Join(groupErr, memberErr, policyErr, roleErr); err != nil {
		return err
	}
	_, err = api.AttachGroupPolicy(ctx, &iam.AttachGroupPolicyInput{GroupName: aws.String("builders"), PolicyArn: p.Policy.Arn})
	return err
}
