package manual

// ConfigureOptions are the options of octroi configure.
func ConfigureOptions() []Option {
	return []Option{
		{"--all", "Answer for all hosts: docker-credential-octroi becomes the credsStore, and the helper that was there before " +
			"goes on answering for the hosts that are not octroi's."},
		{"--dry-run", "Only print what would change."},
		{"--show", "Print what the configuration says, value by value, and where each comes from."},
		{"--service-account-tokens", "For kubelet: let pods log in as their service account."},
		{"--audience TEXT", "For kubelet: the audience of these tokens, sts.amazonaws.com when left out."},
		{"--help", "Print a short help."},
	}
}

// DoctorOptions are the options of octroi doctor.
func DoctorOptions() []Option {
	return []Option{
		{"--profile NAME", "Take settings and credentials from this profile of the AWS CLI's files."},
		{"--region NAME", "The region to ask at Amazon."},
		{"--endpoint-url URL", "Ask this address for the token."},
		{"--output FORMAT", "text, or json for programs."},
		{"--debug", "Say on standard error what happens. Secrets and tokens are left out."},
		{"--help", "Print a short help."},
	}
}

// Configure is the page of octroi configure.
func Configure() Page {
	p := newPage("configure", "make docker, podman, helm and the kubelet log in by themselves")
	p.section("SYNOPSIS")
	p.code("octroi configure docker|podman|helm [--all] [--dry-run] [HOST ...]",
		"octroi configure kubelet [--service-account-tokens] [--audience TEXT] [HOST ...]", "octroi configure --show [HOST ...]")
	p.section("DESCRIPTION")
	p.text("Makes a tool ask docker-credential-octroi for the logins of each HOST, or of all hosts in the configuration file. " +
		"Prints what it changed; a second run changes nothing. For the kubelet it prints a CredentialProviderConfig.")
	p.section("OPTIONS")
	p.options(ConfigureOptions())
	p.section("CONFIGURATION")
	p.text("The configuration file says for each registry host, or pattern of hosts, who gives its tokens and with whose " +
		"credentials. Unknown and repeated keys are errors.")
	p.code("hosts:", "  public.ecr.aws:", "    profile: team", "  registry.example.com:8787:",
		"    role_arn: arn:aws:iam::123456789012:role/pull", "    external_id: abc", `  "*.lab.example.com":`, "    anonymous: true",
		"inner_helper: osxkeychain")
	for _, o := range []Option{
		{"endpoint", "Who gives the tokens: the host itself, or Amazon for public.ecr.aws, when left out."},
		{"region", "The region that requests are signed for."},
		{"profile", "A profile of ~/.aws/config and ~/.aws/credentials."},
		{"role_arn, external_id", "A role to assume with that profile's credentials, and the id that it asks for."},
		{"audience", "The audience of service-account tokens."},
		{"anonymous", "true: nobody logs in."},
		{"plaintext", "true: http is allowed. On loopback it always is."},
		{"inner_helper", "The NAME of a docker-credential-NAME that answers: for this host, or at the top for all that are not listed."},
	} {
		p.item(0, o.Name, o.Meaning)
	}
	p.files()
	return *p
}

// Doctor is the page of octroi doctor.
func Doctor() Page {
	p := newPage("doctor", "find out why a login does not work")
	p.section("SYNOPSIS")
	p.code("octroi doctor [options] [HOST[/REPOSITORY[:TAG]]]")
	p.section("DESCRIPTION")
	p.text("Walks the way of a login to HOST (public.ecr.aws when none is named) and says at each step what is so, or what is " +
		"wrong and how to fix it. It changes nothing and prints no secret.")
	p.section("OPTIONS")
	p.options(DoctorOptions())
	p.section("EXIT CODES")
	p.item(0, "0", "Nothing is wrong.")
	p.item(0, "1", "Something is.")
	p.files()
	return *p
}
