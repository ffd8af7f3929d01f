package manual

// LoginOptions are the options of octroi login.
func LoginOptions() []Option {
	return []Option{
		{"--profile NAME", "Take settings and credentials from this profile of the AWS CLI's files."},
		{"--region NAME", "The region to ask at Amazon."},
		{"--endpoint-url URL", "Ask this address for the token."},
		{"--debug", "Say on standard error what happens. Secrets and tokens are left out."},
		{"--help", "Print a short help."},
	}
}

// Login is the page of octroi login.
func Login() Page {
	p := newPage("login", "log docker, podman and helm in to registries")
	p.section("SYNOPSIS")
	p.code("octroi login [options] [HOST ...]")
	p.section("DESCRIPTION")
	p.text("Gets a token for each registry HOST (public.ecr.aws when none is named), tries it there, and keeps it where " +
		"docker, podman and helm look. Nothing is kept that the registry has not accepted.")
	p.text("The token comes from HOST itself (http on loopback, https elsewhere), from Amazon for public.ecr.aws, or from " +
		"AWS_ENDPOINT_URL_ECR_PUBLIC or --endpoint-url when one is set.")
	p.section("OPTIONS")
	p.options(LoginOptions())
	p.files()
	return *p
}

// Logout is the page of octroi logout.
func Logout() Page {
	p := newPage("logout", "forget logins to registries")
	p.section("SYNOPSIS")
	p.code("octroi logout [HOST ...]")
	p.section("DESCRIPTION")
	p.text("Forgets the login of each registry HOST, or of public.ecr.aws when none is named. That there was none is no error.")
	p.files()
	return *p
}

func (p *Page) files() {
	p.section("FILES")
	p.item(0, "$DOCKER_CONFIG/config.json, ~/.docker/config.json", "Docker's logins, or the name of the helper that keeps them.")
}
