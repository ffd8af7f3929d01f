package awsconfig

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/octroi/octroi/wire"
)

const (
	metadataBase   = "http://169.254.169.254/"
	metadataBase6  = "http://[fd00:ec2::254]/"
	metadataTime   = time.Second
	metadataBudget = 1700 * time.Millisecond // for all that is asked, unless the settings say how long
	credentialPath = "latest/meta-data/iam/security-credentials/"
	zonePath       = "latest/meta-data/placement/availability-zone/"
)

// budget is the time that all questions to the metadata service may take together. On a machine that has none
// the address can swallow packets, and the user waits for every one of them.
type budget struct {
	end  time.Time
	dead bool // it did not even accept a connection
}

// metadata is the EC2 instance's role.
func (s *Settings) metadata(ctx context.Context) (Source, error) {
	m, err := s.metadataService(ctx)
	if m == nil || err != nil {
		return nil, err
	}
	name, ok := m.get(ctx, credentialPath)
	if !ok {
		return nil, nil
	}
	name, _, _ = strings.Cut(strings.TrimSpace(name), "\n")
	text, ok := m.get(ctx, credentialPath+name)
	if !ok {
		return nil, nil
	}
	c, ok := parseMetadata([]byte(text))
	if !ok {
		s.debug("the metadata service's answer holds no credentials")
		return nil, nil
	}
	// The service hands out credentials that have ended when it cannot renew them; they often still work.
	c.Expires = time.Time{}
	return s.always(c)
}

func parseMetadata(body []byte) (Credentials, bool) {
	member, ok := jsonObject(body)
	if !ok || member["Token"] == nil || member["Expiration"] == nil {
		return Credentials{}, false
	}
	c, err := fromMembers("iam-role", member, memberNames{"AccessKeyId", "SecretAccessKey", "Token", "Expiration"})
	return c, err == nil
}

// metadataRegion is the region of the instance, or "".
func (s *Settings) metadataRegion(ctx context.Context) (string, error) {
	m, err := s.metadataService(ctx)
	if m == nil || err != nil {
		return "", err
	}
	zone, ok := m.get(ctx, zonePath)
	if zone = strings.TrimSpace(zone); !ok || zone == "" {
		return "", nil
	}
	return zone[:len(zone)-1], nil
}

// metadataService is the service with a token for it, version 2; or without, version 1, when it refuses one or
// does not say. nil is none at all.
type metadataService struct {
	settings *Settings
	base     string
	token    string
	limit    time.Duration
	attempts int
}

func (s *Settings) metadataService(ctx context.Context) (*metadataService, error) {
	if strings.EqualFold(s.environ("AWS_EC2_METADATA_DISABLED"), "true") || s.budget.dead {
		return nil, nil
	}
	m := &metadataService{settings: s, base: metadataBase, limit: metadataTime, attempts: 1}
	if mode, _ := s.Get("ec2_metadata_service_endpoint_mode"); strings.EqualFold(mode, "ipv6") || s.ipv6ByOldName() {
		m.base = metadataBase6
	}
	if base, ok := s.Get("ec2_metadata_service_endpoint"); ok && base != "" {
		m.base = base
	}
	if err := s.checkMetadata(); err != nil {
		return nil, err
	}
	if !strings.HasSuffix(m.base, "/") {
		return nil, failed("Invalid endpoint EC2 Instance Metadata endpoint: " + m.base + "latest/api/token")
	}
	if err := m.limits(); err != nil {
		return nil, err
	}
	return m.authenticate(ctx), nil
}

// checkMetadata refuses settings of the metadata service that are none, also where it is not asked.
func (s *Settings) checkMetadata() error {
	if base, ok := s.Get("ec2_metadata_service_endpoint"); ok && base != "" {
		if _, err := wire.ParseURL(base); err != nil {
			return failed("Invalid endpoint EC2 Instance Metadata endpoint: " + base)
		}
	}
	for _, key := range []string{"metadata_service_timeout", "metadata_service_num_attempts"} {
		if text, ok := s.Get(key); ok {
			if _, err := integer(text); err != nil {
				return err
			}
		}
	}
	return nil
}

// limits reads how long and how often to ask, and starts the budget.
func (m *metadataService) limits() error {
	s, whole := m.settings, metadataBudget
	if limit := s.request.Metadata; limit > 0 {
		m.limit, whole = limit, limit*3/2
	}
	if text, ok := s.Get("metadata_service_timeout"); ok {
		n, err := integer(text)
		if err != nil {
			return err
		}
		m.limit = time.Duration(max(n, 1)) * time.Second
		whole = max(whole, 2*m.limit)
	}
	if text, ok := s.Get("metadata_service_num_attempts"); ok {
		n, err := integer(text)
		if err != nil {
			return err
		}
		m.attempts = max(n, 1)
		whole *= time.Duration(m.attempts)
	}
	if s.budget.end.IsZero() {
		s.budget.end = time.Now().Add(whole)
	}
	return nil
}

func (s *Settings) ipv6ByOldName() bool {
	value, ok := s.request.Environ("AWS_IMDS_USE_IPV6")
	if !ok {
		value = s.keys.value["imds_use_ipv6"]
	}
	return strings.EqualFold(value, "true")
}

// authenticate gets the token of version 2. An answer that is a refusal, or none from a service that accepts
// connections (its answer cannot pass the container's network), means version 1.
func (m *metadataService) authenticate(ctx context.Context) *metadataService {
	ttl := []wire.Field{{Name: "x-aws-ec2-metadata-token-ttl-seconds", Value: "21600"}, {Name: "Content-Length", Value: "0"}}
	for range m.attempts {
		answer, err := m.ask(ctx, http.MethodPut, "latest/api/token", ttl)
		if err == nil {
			switch answer.Status {
			case http.StatusOK:
				m.token = string(answer.Body)
			case http.StatusBadRequest:
				return nil
			}
			return m
		}
		m.settings.budget.dead = !answeredOnce(err)
	}
	if m.settings.budget.dead {
		return nil
	}
	return m
}

// get asks for a text of at least one byte.
func (m *metadataService) get(ctx context.Context, path string) (string, bool) {
	var header []wire.Field
	if m.token != "" {
		header = append(header, wire.Field{Name: "x-aws-ec2-metadata-token", Value: m.token})
	}
	for range m.attempts {
		answer, err := m.ask(ctx, http.MethodGet, path, header)
		if err == nil && answer.Status == http.StatusOK && len(answer.Body) > 0 {
			return string(answer.Body), true
		}
	}
	return "", false
}

func (m *metadataService) ask(ctx context.Context, method, path string, header []wire.Field) (wire.Response, error) {
	u, err := wire.ParseURL(m.base + path)
	if err != nil {
		return wire.Response{}, err
	}
	left := min(m.limit, time.Until(m.settings.budget.end))
	return m.settings.local(ctx, max(left, time.Millisecond), method, u, header)
}

// answeredOnce reports whether a failure came after a connection stood.
func answeredOnce(err error) bool {
	text := err.Error()
	return !strings.HasPrefix(text, "Could not connect") && !strings.HasPrefix(text, "Connect timeout")
}
