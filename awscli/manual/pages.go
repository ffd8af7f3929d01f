package manual

import (
	"github.com/octroi/octroi/shape"
)

// Option is one line of an OPTIONS section.
type Option struct {
	Name    string // with its value: --output FORMAT
	Meaning string
}

// Globals are the options that stand anywhere on the line.
func Globals() []Option {
	return []Option{
		{"--profile NAME", "Take settings and credentials from this profile of the configuration files."},
		{"--region NAME", "The region to ask. Public registries live in us-east-1."},
		{"--endpoint-url URL", "Ask this address instead of Amazon's, for example your own octroid."},
		{"--output FORMAT", "json (unless settings say otherwise), text, table, yaml, yaml-stream, or off for nothing at all."},
		{"--query EXPRESSION", "Print only what this JMESPath expression selects."},
		{"--color WHEN", "Colour tables: on, off, or auto, which is on a terminal."},
		{"--no-sign-request", "Send the request without a signature and look for no credentials."},
		{"--ca-bundle FILE", "Trust the certificate authorities in this PEM file."},
		{"--no-verify-ssl", "Accept any certificate. Whoever answers then gets to see the request."},
		{"--cli-read-timeout SECONDS", "Wait at most so long for an answer; 0 waits for ever."},
		{"--cli-connect-timeout SECONDS", "Wait at most so long for a connection; 0 waits for ever."},
		{"--cli-binary-format FORMAT", "base64 or raw-in-base64-out. Accepted; these commands send no binary values."},
		{"--no-paginate", "Accepted; the answer has one page."},
		{"--no-cli-pager", "Print directly, also on a terminal."},
		{"--cli-error-format FORMAT", "How errors look: legacy (the default), enhanced, json, yaml, text or table. " +
			"Must be written out in full."},
		{"--debug", "Say on standard error what happens. Secrets and tokens are left out."},
		{"--version", "Print the version and stop."},
	}
}

// Inputs are the options of get-authorization-token itself.
func Inputs() []Option {
	return []Option{
		{"--cli-input-json TEXT", "The input as JSON, or file://PATH, or fileb://PATH. This operation has no parameters, so " +
			"only {} is accepted."},
		{"--cli-input-yaml TEXT", "The same in YAML. Not together with the JSON form."},
		{"--generate-cli-skeleton [KIND]", "Send nothing; print an example of the input (input, yaml-input) or of the " +
			"output (output)."},
	}
}

func (p *Page) options(list []Option) {
	for _, o := range list {
		p.item(0, o.Name, o.Meaning)
	}
}

func (p *Page) globals() {
	p.section("GLOBAL OPTIONS")
	p.text("They may stand anywhere on the line, as --name value or --name=value. The beginning of a name is enough " +
		"where no other option starts so. Of a repeated one the last counts.")
	p.options(Globals())
}

// Program is the page of the program itself.
func Program() Page {
	p := newPage("octroi", "tokens for public container registries, with the command line of aws")
	p.section("DESCRIPTION")
	p.text("Gets the token that lets docker, podman, helm and others log in to a registry that speaks the API of " +
		"Amazon ECR Public: Amazon's own, or an octroid. Arguments, settings, output and exit codes are those of the " +
		"AWS CLI version 2, so a script need not be changed.")
	p.section("SYNOPSIS")
	p.code("octroi [options] ecr-public <subcommand> [options]", "octroi ecr-public help",
		"octroi ecr-public get-authorization-token help")
	p.globals()
	p.section("EXIT CODES")
	for _, o := range []Option{
		{"0", "Done."},
		{"252", "The command line is wrong."},
		{"253", "No region, no credentials, or a setting that makes no sense."},
		{"254", "The service refused the request."},
		{"255", "Anything else: no connection, an answer that cannot be used, a missing profile."},
		{"130", "Interrupted."},
	} {
		p.item(0, o.Name, o.Meaning)
	}
	return *p
}

// Service is the page of ecr-public.
func Service() Page {
	p := newPage("ecr-public", "public container registries")
	p.section("DESCRIPTION")
	p.text("The part of Amazon ECR Public that a login needs.")
	p.section("AVAILABLE COMMANDS")
	p.item(0, "get-authorization-token", "The token and when it ends.")
	p.item(0, "get-login-password", "Only the password in the token, for docker login --password-stdin.")
	p.item(0, "help", "This page.")
	return *p
}

// Token is the page of get-authorization-token. The answer's members come from its shape.
func Token(answer shape.Shape) Page {
	p := newPage("get-authorization-token", "get a token for a registry")
	p.section("DESCRIPTION")
	p.text("Asks the service for a token that stands for the caller when images are pulled or pushed. It is good for " +
		"the time shown in expiresAt, twelve hours at most. The caller needs the permissions " +
		"ecr-public:GetAuthorizationToken and sts:GetServiceBearerToken.")
	p.section("SYNOPSIS")
	p.code("get-authorization-token", "[--cli-input-json | --cli-input-yaml]", "[--generate-cli-skeleton <value>]",
		"[<global options>]")
	p.section("OPTIONS")
	p.options(Inputs())
	p.globals()
	p.section("EXAMPLES")
	p.text("Log docker in:")
	p.code("octroi ecr-public get-login-password --region us-east-1 |", "    docker login --username AWS "+
		"--password-stdin public.ecr.aws")
	p.text("See when a token ends:")
	p.code("octroi ecr-public get-authorization-token --region us-east-1 \\",
		"    --query authorizationData.expiresAt --output text")
	p.section("OUTPUT")
	p.members(0, answer)
	return *p
}

// members describes what a structure holds, at any depth.
func (p *Page) members(depth int, s shape.Shape) {
	for _, m := range s.Members() {
		p.item(depth, m.Name+" -> ("+kindName(m.Shape.Kind)+")", meaning(m.Name))
		if m.Shape.Kind == shape.Structure {
			p.members(depth+1, m.Shape)
		}
	}
}

// meaning is what the page says of a member. A new one shows up with nothing to say, and a test then fails.
func meaning(member string) string {
	switch member {
	case "authorizationData":
		return "The token with what belongs to it."
	case "authorizationToken":
		return "The base64 form of a user name and a password with a colon between them. The user name is always AWS."
	case "expiresAt":
		return "The moment from which on the token is refused, in the local time zone."
	}
	return ""
}

func kindName(k shape.Kind) string {
	switch k {
	case shape.Structure:
		return "structure"
	case shape.List:
		return "list"
	case shape.Map:
		return "map"
	case shape.Timestamp:
		return "timestamp"
	case shape.Boolean:
		return "boolean"
	case shape.Integer:
		return "integer"
	case shape.Float:
		return "float"
	case shape.Blob:
		return "blob"
	}
	return "string"
}

// Password is the page of get-login-password.
func Password() Page {
	p := newPage("get-login-password", "get a password for a registry")
	p.section("DESCRIPTION")
	p.text("Prints the password for the user name AWS, and nothing else, so that it can be handed on through a pipe " +
		"and never stands in an argument. It is the second half of the token that get-authorization-token prints, and " +
		"as good for as long.")
	p.section("SYNOPSIS")
	p.code("get-login-password", "[<global options>]")
	p.section("OPTIONS")
	p.text("None of its own.")
	p.globals()
	p.section("EXAMPLES")
	p.code("octroi ecr-public get-login-password --region us-east-1 |", "    docker login --username AWS "+
		"--password-stdin public.ecr.aws")
	p.section("OUTPUT")
	p.text("The password, on one line.")
	return *p
}
