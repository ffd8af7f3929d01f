package manual

// LoginOptions are the options of octroi login.
func LoginOptions() []Option {
	return []Option{
		{"--profile NAME", "Take settings and credentials from this profile of the AWS CLI's files."},
		{"--region NAME", "The region to ask at Amazon."},
		{"--endpoint-url URL", "Ask this address for the token."},
		{"--for TOOLS", "Keep the login for these tools, as docker,podman,helm. Otherwise docker's file is written, which the " +
			"others read too, and those of the others that exist."},
		{"--output FORMAT", "Print the login and keep nothing: docker-config, env for a shell's eval, json, or raw for the password alone."},
		{"--debug", "Say on standard error what happens. Secrets and tokens are left out."},
		{"--help", "Print a short help."},
	}
}

// LogoutOptions are the options of octroi logout.
func LogoutOptions() []Option {
	return []Option{
		{"--stale", "Forget what has ended."},
		{"--for TOOLS", "Only for these tools, as docker,podman,helm."},
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
	p.text("A profile, a role and an endpoint that the configuration file has for HOST are used; octroi-configure(1) describes it.")
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
	p.code("octroi logout [--for TOOLS] [HOST ...]", "octroi logout --stale [--for TOOLS] [HOST ...]")
	p.section("DESCRIPTION")
	p.text("Forgets the login of each registry HOST, or of public.ecr.aws when none is named. That there was none is no error.")
	p.text("With --stale it forgets the logins that have ended, of all hosts when none is named, and no other. A login that has " +
		"ended is worse than none: it is shown, refused, and then nothing is pulled that anybody may pull.")
	p.section("OPTIONS")
	p.options(LogoutOptions())
	p.files()
	return *p
}

func (p *Page) files() {
	p.section("FILES")
	p.item(0, "$DOCKER_CONFIG/config.json, ~/.docker/config.json", "Docker's logins, or the name of the helper that keeps them.")
	p.item(0, "$REGISTRY_AUTH_FILE, $XDG_RUNTIME_DIR/containers/auth.json, ~/.config/containers/auth.json", "Those of podman, buildah and skopeo.")
	p.item(0, "$HELM_REGISTRY_CONFIG, ~/.config/helm/registry/config.json", "Those of helm.")
	p.item(0, "$OCTROI_CONFIG, ~/.config/octroi/config.yaml", "The configuration.")
}
