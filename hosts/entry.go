package hosts

import (
	"errors"
	"fmt"
	"strings"
)

// Entry is what the user configured for a host. Its zero value, with a host, is a registry of ours that answers for
// itself, with the credentials that AWS tools would use.
type Entry struct {
	Host        string `json:"host"`                   // host[:port], or a pattern (glob.go)
	Endpoint    string `json:"endpoint,omitempty"`     // origin of the service that gives the tokens; the host's own, or Amazon's
	Region      string `json:"region,omitempty"`       // to sign for
	Profile     string `json:"profile,omitempty"`      // of ~/.aws/config
	RoleARN     string `json:"role_arn,omitempty"`     // assumed with that profile's credentials
	ExternalID  string `json:"external_id,omitempty"`  // for that role
	Audience    string `json:"audience,omitempty"`     // of service-account tokens; sts.amazonaws.com when empty
	InnerHelper string `json:"inner_helper,omitempty"` // docker-credential-NAME that answers for this host in our place
	Anonymous   bool   `json:"anonymous,omitempty"`    // never log in
	Plaintext   bool   `json:"plaintext,omitempty"`    // http is allowed, beyond loopback
}

// UsualAudience is what service-account tokens are made for, when nothing else is said.
const UsualAudience = "sts.amazonaws.com"

// Check finds what cannot be meant. It is for the reader of the configuration, and done again when the compiled form
// is read: the entry names where a login goes.
func (e Entry) Check() error {
	err := e.checkHost()
	for _, check := range []func() error{e.checkUse, e.checkEndpoint, e.checkNames} {
		if err == nil {
			err = check()
		}
	}
	if err != nil {
		return fmt.Errorf("host %q: %w", e.Host, err)
	}
	return nil
}

func (e Entry) checkHost() error {
	if strings.Contains(e.Host, "*") {
		if _, ok := parseGlob(e.Host); !ok {
			return errors.New("not a pattern: one star in the first label, and two labels after it, in lower case, as in *.registry.example.com:8787")
		}
		return nil
	}
	h, err := Parse(e.Host)
	if err != nil {
		return err
	}
	if h.Name != e.Host {
		return fmt.Errorf("write it as %s", h.Name)
	}
	return nil
}

// checkUse refuses entries that say two things at once.
func (e Entry) checkUse() error {
	own := e.Endpoint + e.Region + e.Profile + e.RoleARN + e.ExternalID + e.Audience
	switch {
	case e.InnerHelper != "" && e.Anonymous:
		return errors.New("has an inner helper and is anonymous: leave one of them out")
	case (e.InnerHelper != "" || e.Anonymous) && own != "":
		return errors.New("has an inner helper or is anonymous, so that its endpoint, region, profile, role and audience say nothing: leave them out")
	case e.InnerHelper == "" && !e.Anonymous && e.belowAmazon():
		return errors.New("is a host of Amazon's that is not its public registry: give it an inner helper, as ecr-login")
	case e.ExternalID != "" && e.RoleARN == "":
		return errors.New("has an external id and no role")
	}
	return nil
}

func (e Entry) belowAmazon() bool {
	h, err := Parse(strings.ReplaceAll(e.Host, "*", "x"))
	return err != nil || OfAmazon(h.Bare()) && !h.Amazon()
}

// checkEndpoint wants an origin, and keeps Amazon's tokens for Amazon.
func (e Entry) checkEndpoint() error {
	if e.Endpoint == "" {
		return nil
	}
	h, err := Parse(e.Endpoint)
	if err != nil || h.Origin() != strings.TrimSuffix(e.Endpoint, "/") {
		return errors.New("its endpoint is no origin: want https://HOST[:PORT] in lower case, without a path")
	}
	if h.Scheme == "http" && !h.Loopback() && !e.Plaintext {
		return ErrPlaintext
	}
	if OfAmazon(h.Bare()) && !(Host{Name: e.Host}).Amazon() {
		return errors.New("its endpoint is Amazon's, and its host is not: Amazon's tokens are for public.ecr.aws only")
	}
	return nil
}

// checkNames bounds what goes into file names, arguments and requests.
func (e Entry) checkNames() error {
	switch {
	case e.Region != "" && !validName(e.Region) || strings.Contains(e.Region, "."):
		return fmt.Errorf("the region %q is no region: want a form as in us-east-1", e.Region)
	case !visible(e.Profile, 128, " "):
		return fmt.Errorf("the profile %q has characters that no profile has", e.Profile)
	case e.RoleARN != "" && !ValidRole(e.RoleARN):
		return fmt.Errorf("the role %q is no role's ARN: want arn:aws:iam::123456789012:role/NAME", e.RoleARN)
	case !visible(e.ExternalID, 1224, "") || len(e.ExternalID) == 1:
		return errors.New("the external id is none: 2 to 1224 visible characters")
	case !visible(e.Audience, 255, ""):
		return errors.New("the audience is none: at most 255 visible characters")
	}
	return CheckHelper(e.InnerHelper)
}

// ValidRole reports whether a text is the ARN of an IAM role.
//
// Source: IAM User Guide, "IAM identifiers".
func ValidRole(text string) bool {
	part := strings.SplitN(text, ":", 6)
	if len(text) > 2048 || len(part) != 6 || part[0] != "arn" || !strings.HasPrefix(part[1], "aws") || part[2] != "iam" || part[3] != "" {
		return false
	}
	digits := len(part[4]) == 12 && !strings.ContainsFunc(part[4], func(r rune) bool { return r < '0' || r > '9' })
	name, ok := strings.CutPrefix(part[5], "role/")
	return digits && ok && name != "" && visible(name, 576, "")
}

// CheckHelper wants the NAME of a docker-credential-NAME, or nothing.
func CheckHelper(name string) error {
	for _, c := range []byte(name) {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_') {
			return fmt.Errorf("the inner helper %q is no name: want the NAME of a docker-credential-NAME on PATH", name)
		}
	}
	if name == "octroi" {
		return errors.New("the inner helper cannot be octroi itself")
	}
	return nil
}

// visible is printable ASCII up to a length, and the characters of also.
func visible(text string, most int, also string) bool {
	return len(text) <= most && !strings.ContainsFunc(text, func(r rune) bool {
		return (r <= ' ' || r > '~') && !strings.ContainsRune(also, r)
	})
}
