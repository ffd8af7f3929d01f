package awscli

import (
	"errors"
	"slices"
	"strings"

	"github.com/octroi/octroi/awscli/manual"
	"github.com/octroi/octroi/shape"
)

// The service, and the operations that this program has.
const (
	service        = "ecr-public"
	getToken       = "get-authorization-token"
	getPassword    = "get-login-password"
	tokenOperation = "GetAuthorizationToken"
)

// operations are the names that the service's grammar knows, in the order in which messages list them. Most of them
// are not here: see missing.
func operations() []string {
	return []string{
		"batch-check-layer-availability", "batch-delete-image", "complete-layer-upload", "create-repository",
		"delete-repository", "delete-repository-policy", "describe-image-tags", "describe-images",
		"describe-registries", "describe-repositories", getToken, "get-registry-catalog-data",
		"get-repository-catalog-data", "get-repository-policy", "initiate-layer-upload", "list-tags-for-resource",
		"put-image", "put-registry-catalog-data", "put-repository-catalog-data", "set-repository-policy",
		"tag-resource", "untag-resource", "upload-layer-part", getPassword, "help",
	}
}

// command runs the command that the global stage found.
func (r *run) command(rest []string) error {
	switch name := r.given.command; {
	case name == "help":
		return r.topHelp(rest)
	case r.aliases.isTopLevel(name):
		return r.topAlias(name, rest)
	}
	return r.service(rest)
}

// topHelp shows the page about the program, or about a topic, of which there are none.
func (r *run) topHelp(rest []string) error {
	if len(rest) > 0 {
		return usageError(usage, "octroi has no help topics: octroi help "+service+" is octroi "+service+" help.")
	}
	return r.page(manual.Program())
}

// service finds the operation in what the global stage left.
func (r *run) service(rest []string) error {
	known := append(operations(), r.aliases.service...)
	operation := ""
	g := grammar{
		usage:       usage,
		positionals: []positional{{name: "operation", choices: known}},
		take: func(_, value string) error {
			operation = value
			return nil
		},
	}
	left, err := g.parse(rest)
	if err != nil {
		return err
	}
	if expansion, ok := r.aliases.operation[operation]; ok {
		return r.operationAlias(operation, expansion, left)
	}
	switch operation {
	case "help":
		return r.page(manual.Service())
	case getToken:
		return r.token(left)
	case getPassword:
		return r.password(left)
	}
	return usageError(usage, notHere("operation "+operation+" of "+service))
}

// missing replaces the grammar's complaint about a command that only the real AWS CLI has.
func (r *run) missing(err error, argument string, args []string) error {
	if !strings.Contains(err.Error(), "argument "+argument+": Invalid choice") {
		return err
	}
	i := slices.IndexFunc(args, func(a string) bool { return !strings.HasPrefix(a, "-") && a != service })
	word := ""
	if i >= 0 {
		word = args[i] + " "
	}
	return usageError(usage, notHere("command "+strings.TrimSpace(word)))
}

// notHere says what to do about something that only the AWS CLI has.
func notHere(what string) string {
	return "aws: error: this aws is octroi, which has no " + what + ": it does " + service + " " + getToken + " and " +
		getPassword + " only. Install the AWS CLI (https://aws.amazon.com/cli/) for the rest."
}

// token is the operation itself.
func (r *run) token(args []string) error {
	in, help, err := parseOperation(args)
	switch {
	case err != nil:
		return err
	case help:
		return r.page(manual.Token(shape.For[tokenOutput]()))
	}
	parameters, err := in.load(r)
	if err != nil {
		return err
	}
	if in.skeleton == "input" || in.skeleton == "yaml-input" {
		return r.write("{}\n")
	}
	client, err := r.Backend.Client(r.ctx, r.given.Globals)
	if err != nil {
		return err
	}
	if err := parameters.validate(); err != nil {
		return err
	}
	if in.skeleton == "output" {
		return r.print(exampleAnswer())
	}
	body, err := client.Call(r.ctx, Operation{tokenOperation, service + "." + getToken, []byte("{}")})
	if err != nil {
		return err
	}
	answer, err := r.answer(body)
	if err != nil {
		return err
	}
	return r.print(answer)
}

// operationInput are the operation's own options.
type operationInput struct {
	json, yaml *string
	skeleton   string
}

func inputOptions() []option {
	return []option{
		{names: []string{"--cli-input-json"}, takes: oneValue},
		{names: []string{"--cli-input-yaml"}, takes: oneValue},
		{names: []string{"--generate-cli-skeleton"}, takes: maybeValue, absent: "input",
			choices: []string{"input", "output", "yaml-input"}},
	}
}

func parseOperation(args []string) (in operationInput, help bool, err error) {
	word := ""
	g := grammar{
		usage:       usage,
		options:     inputOptions(),
		positionals: []positional{{name: "help", optional: true}},
		take: func(name, value string) error {
			switch name {
			case "--cli-input-json":
				in.json = &value
			case "--cli-input-yaml":
				in.yaml = &value
			case "--generate-cli-skeleton":
				in.skeleton = value
			case "help":
				word = value
			}
			return nil
		},
	}
	left, err := g.parse(args)
	if err != nil {
		return in, false, err
	}
	if word == "help" {
		return in, true, nil
	}
	if word != "" {
		left = append(left, word) // so the first stray word is named last
	}
	if len(left) > 0 {
		return in, false, usageError(usage, "Unknown options: "+strings.Join(left, ", "))
	}
	return in, false, nil
}

var errInvalidAnswer = errors.New("invalid response from endpoint")
