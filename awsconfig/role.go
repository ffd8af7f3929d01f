package awsconfig

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// roleUse is the roles that are being resolved, to end a circle.
type roleUse struct {
	settings *Settings
	visited  []string
}

// role is a profile with a role_arn: credentials of another profile, or of a named source, are exchanged for
// the role's. What is wrong with the configuration is found when it is resolved, the exchange is made when
// the credentials are needed.
func (s *Settings) role(profile string) finder {
	return func(ctx context.Context) (Source, error) {
		keys := s.files.profiles[profile]
		if !isRole(keys) {
			return nil, nil
		}
		use := &roleUse{s, []string{profile}}
		return use.resolve(ctx, profile)
	}
}

// isRole leaves a role by web identity to its own source.
func isRole(keys *section) bool {
	return has(keys, "role_arn") && !has(keys, "web_identity_token_file")
}

func has(keys *section, key string) bool {
	if keys == nil {
		return false
	}
	_, ok := keys.value[key]
	return ok
}

func hasStaticKeys(keys *section) bool {
	return has(keys, "aws_access_key_id") || has(keys, "aws_secret_access_key")
}

func (u *roleUse) resolve(ctx context.Context, profile string) (Source, error) {
	keys := u.settings.files.profiles[profile]
	from, err := u.origin(ctx, profile, keys)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) (Credentials, error) {
		return u.settings.assumeRole(ctx, keys, from)
	}, nil
}

// origin is the source of the credentials that are exchanged.
func (u *roleUse) origin(ctx context.Context, profile string, keys *section) (Source, error) {
	named, byProfile := keys.value["source_profile"]
	source, bySource := keys.value["credential_source"]
	switch {
	case byProfile && bySource:
		return nil, failed(`The profile "` + profile + `" contains both source_profile and credential_source.`)
	case byProfile:
		return u.fromProfile(ctx, profile, named)
	case bySource:
		return u.fromSource(ctx, profile, source)
	}
	return nil, partial("assume-role", "source_profile or credential_source")
}

func (u *roleUse) fromSource(ctx context.Context, profile, name string) (Source, error) {
	sources := map[string]finder{
		"Environment": u.settings.env, "EcsContainer": u.settings.container, "Ec2InstanceMetadata": u.settings.metadata,
	}
	find := sources[name]
	if find == nil {
		return nil, failed(`The credential source "` + name + `" referenced in profile "` + profile + `" is not valid.`)
	}
	source, err := find(ctx)
	if source == nil && err == nil {
		err = retrieval(name, "No credentials found in credential_source referenced in profile "+profile)
	}
	return source, err
}

// fromProfile takes the credentials of another profile, which may be a role itself. A profile may name itself
// when it holds a key.
func (u *roleUse) fromProfile(ctx context.Context, profile, name string) (Source, error) {
	s := u.settings
	keys := s.files.profiles[name]
	if keys == nil {
		return nil, failed(`The source_profile "` + name + `" referenced in the profile "` + profile + `" does not exist.`)
	}
	if slices.Contains(u.visited, name) && (name != profile || !hasStaticKeys(keys)) {
		return nil, failed("Infinite loop in credential configuration detected. Attempting to load from profile " + name +
			" which has already been visited. Visited profiles: " + list(u.visited))
	}
	u.visited = append(u.visited, name)
	if isRole(keys) && !hasStaticKeys(keys) {
		return u.resolve(ctx, name)
	}
	source, err := firstOf(ctx, s.profileChain(name, ignoredEnvironment))
	if source == nil && err == nil {
		err = failed(`The source profile "` + name + `" must have credentials.`)
	}
	return source, err
}

// assumeRole exchanges credentials for a role's, or finds them in the cache.
func (s *Settings) assumeRole(ctx context.Context, keys *section, from Source) (Credentials, error) {
	form := roleForm(keys)
	key := roleCacheKey(form)
	if c, ok := s.cached("assume-role", key); ok {
		return c, nil
	}
	origin, err := from(ctx)
	if err != nil {
		return Credentials{}, err
	}
	if form.Get("RoleSessionName") == "" {
		form.Set("RoleSessionName", s.sessionName())
	}
	if serial := form.Get("SerialNumber"); serial != "" {
		code, err := s.prompt("Enter MFA code for " + serial + ": ")
		if err != nil {
			return Credentials{}, err
		}
		form.Set("TokenCode", code)
	}
	c, err := s.askSTS(ctx, "AssumeRole", form, &origin.Credentials)
	if err != nil {
		return Credentials{}, err
	}
	c.Source = "assume-role"
	s.remember(key, c)
	return c, s.unexpired(c)
}

// roleForm is what a profile says about its role, in the words of AssumeRole. A duration that is no number is
// left out, as the AWS CLI does.
func roleForm(keys *section) url.Values {
	form := url.Values{}
	for key, name := range map[string]string{
		"role_arn": "RoleArn", "role_session_name": "RoleSessionName", "external_id": "ExternalId", "mfa_serial": "SerialNumber",
	} {
		if value, ok := keys.value[key]; ok {
			form.Set(name, value)
		}
	}
	if text, ok := keys.value["duration_seconds"]; ok {
		if n, ok := parseInt(text); ok {
			form.Set("DurationSeconds", n.String())
		}
	}
	return form
}

// minimums are the least lengths, and the least number, that STS's model allows.
//
// Source: STS API Reference, AssumeRole and AssumeRoleWithWebIdentity.
var minimums = []struct {
	name  string
	least int
}{
	{"RoleSessionName", 2}, {"ExternalId", 2}, {"SerialNumber", 9}, {"DurationSeconds", 900}, {"RoleArn", 20}, {"WebIdentityToken", 4},
}

// checkForm refuses what STS's own model refuses, before a secret goes on its way.
func checkForm(form url.Values) error {
	var wrong []string
	for _, m := range minimums {
		value := form.Get(m.name)
		n, text := len([]rune(value)), "Invalid length for parameter "+m.name+", value: "
		suffix := ", valid min length: "
		if m.name == "DurationSeconds" {
			n, _ = strconv.Atoi(value)
			text, suffix = "Invalid value for parameter "+m.name+", value: ", ", valid min value: "
		}
		if form.Has(m.name) && n < m.least {
			wrong = append(wrong, text+strconv.Itoa(n)+suffix+strconv.Itoa(m.least))
		}
	}
	if wrong == nil {
		return nil
	}
	return &Error{Exit: exitUsage, Kind: "ParamValidation", Message: "Parameter validation failed:\n" + strings.Join(wrong, "\n")}
}

func (s *Settings) sessionName() string {
	return "botocore-session-" + strconv.FormatInt(s.now().Unix(), 10)
}

func (s *Settings) prompt(question string) (string, error) {
	if s.request.Prompt == nil {
		return "", failed("this profile needs an MFA code, and there is no terminal to ask for it")
	}
	answer, err := s.request.Prompt(question)
	if err != nil {
		return "", &Error{Message: "cannot ask for the MFA code: there is no terminal", Cause: err}
	}
	return strings.TrimSpace(answer), nil
}

// roleWindow is how long before their end cached credentials count as ended.
const roleWindow = 15 * time.Minute
