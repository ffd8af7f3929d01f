package configfile

import (
	"fmt"
	"slices"

	"github.com/octroi/octroi/hosts"
)

// Value is one value that counts, and where it is from.
type Value struct {
	Name, Value, From string
}

// Explain is what counts for a host, value by value.
func (f File) Explain(h hosts.Host) ([]Value, error) {
	e, err := f.Config.Match(h)
	if err != nil {
		return nil, err
	}
	lines, listed := f.Lines[e.Host]
	all := []Value{{"host", e.Host, f.at(lines.Host, "built in: Amazon's public registry")}}
	if e.Anonymous {
		return append(all, Value{"anonymous", "true", f.at(lines.Member["anonymous"], "")}), nil
	}
	if e.InnerHelper != "" {
		return append(all, Value{"inner_helper", e.InnerHelper, f.at(lines.Member["inner_helper"], "")}), nil
	}
	for _, v := range []struct{ name, value, usual, from string }{
		{"endpoint", e.Endpoint, usualEndpoint(e, h), "not said: the host's own, or Amazon's for public.ecr.aws"},
		{"region", e.Region, "us-east-1", "not said: AWS_REGION or the profile's for a service that is not Amazon's"},
		{"profile", e.Profile, "", "not said: what AWS tools would use"},
		{"role_arn", e.RoleARN, "", "not said: the credentials as they are"},
		{"external_id", e.ExternalID, "", "not said"},
		{"audience", e.Audience, hosts.UsualAudience, "not said: of service-account tokens"},
	} {
		value := v.value
		if value == "" {
			value = v.usual
		}
		all = append(all, Value{v.name, value, f.at(lines.Member[v.name], v.from)})
	}
	if listed && e.Plaintext {
		all = append(all, Value{"plaintext", "true", f.at(lines.Member["plaintext"], "")})
	}
	return all, nil
}

func usualEndpoint(e hosts.Entry, h hosts.Host) string {
	if service := e.Service(h); service != "" {
		return service
	}
	return "Amazon's"
}

// at is a line of the file, or another reason.
func (f File) at(line int, otherwise string) string {
	if line == 0 {
		return otherwise
	}
	return fmt.Sprintf("%s:%d", f.Path, line)
}

// InnerAt is where inner_helper was said.
func (f File) InnerAt() string { return f.at(f.Inner, "not said") }

// Exact are the hosts that can be named one by one, in the file's order, and Amazon's own; patterns are the rest.
// Hosts that another helper answers for, or nobody, are left out.
func (f File) Exact() (exact, patterns []string) {
	exact = hosts.AmazonHosts()
	for _, e := range f.Config.Entries {
		h, err := hosts.Parse(e.Host)
		switch {
		case e.InnerHelper != "" || e.Anonymous:
			exact = slices.DeleteFunc(exact, func(name string) bool { return name == e.Host })
		case err != nil:
			patterns = append(patterns, e.Host)
		case !h.Amazon():
			exact = append(exact, e.Host)
		}
	}
	return exact, patterns
}
