package awsconfig

import (
	"strings"
	"time"

	"github.com/octroi/octroi/wire"
)

// Request is what a program knows before it looks anything up.
type Request struct {
	Environ         func(string) (string, bool) // as os.LookupEnv
	Home            string                      // the user's home folder
	Profile, Region *string                     // as given on the command line; nil for not given
	Connect, Read   time.Duration               // time limits of calls for credentials; 0 is none
	Metadata        time.Duration               // time limit of a question to the metadata service, where no setting says it; 0 is the AWS CLI's second
	UserAgent       string                      // of those calls
	Prompt          func(question string) (string, error)
	Debug           func(format string, args ...any) // nil for silence
	Now             func() time.Time                 // nil for time.Now
}

// Settings are one user's settings, seen from one profile.
type Settings struct {
	request Request
	files   files
	profile string // "" stands for the default profile that nobody asked for
	named   bool   // whether the profile was asked for, by flag or variable
	flagged bool   // whether it was asked for by flag: then the environment's credentials do not count
	keys    *section
	budget  budget
}

// Load reads both settings files. It fails when one of them does not parse; that a profile does not exist is
// found by CheckProfile, since some commands need none.
func Load(r Request) (*Settings, error) {
	s := &Settings{request: r}
	if r.Profile != nil && *r.Profile != "" {
		s.profile, s.named, s.flagged = *r.Profile, true, true
	} else if value, ok := first(r.Environ, "AWS_PROFILE", "AWS_DEFAULT_PROFILE"); ok {
		s.profile, s.named = value, true
	}
	if err := s.load(); err != nil {
		return nil, err
	}
	s.keys = s.files.profiles[s.profileName()]
	if s.keys == nil {
		s.keys = &section{}
	}
	return s, nil
}

// CheckProfile fails when a profile was asked for that no file has.
func (s *Settings) CheckProfile() error {
	if s.named && s.files.profiles[s.profile] == nil {
		return failed("The config profile (" + s.profile + ") could not be found")
	}
	return nil
}

// profileName is the profile whose keys count. An empty name that was asked for exists nowhere, and the
// sources then look at the default profile, as the AWS CLI does.
func (s *Settings) profileName() string {
	if s.profile == "" && !s.named {
		return "default"
	}
	return s.profile
}

// variables are the settings that the environment can hold, in order of precedence. All others are only keys
// of a profile.
var variables = map[string][]string{
	"region":                             {"AWS_REGION", "AWS_DEFAULT_REGION"},
	"output":                             {"AWS_DEFAULT_OUTPUT"},
	"ca_bundle":                          {"AWS_CA_BUNDLE"},
	"retry_mode":                         {"AWS_RETRY_MODE"},
	"max_attempts":                       {"AWS_MAX_ATTEMPTS"},
	"use_dualstack_endpoint":             {"AWS_USE_DUALSTACK_ENDPOINT"},
	"use_fips_endpoint":                  {"AWS_USE_FIPS_ENDPOINT"},
	"ignore_configured_endpoint_urls":    {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"},
	"cli_pager":                          {"AWS_PAGER"},
	"cli_error_format":                   {"AWS_CLI_ERROR_FORMAT"},
	"metadata_service_timeout":           {"AWS_METADATA_SERVICE_TIMEOUT"},
	"metadata_service_num_attempts":      {"AWS_METADATA_SERVICE_NUM_ATTEMPTS"},
	"ec2_metadata_service_endpoint":      {"AWS_EC2_METADATA_SERVICE_ENDPOINT"},
	"ec2_metadata_service_endpoint_mode": {"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"},
}

// Get is a setting by its key in a profile: the environment's, then the profile's. An empty value is a value.
func (s *Settings) Get(key string) (string, bool) {
	if value, ok := first(s.request.Environ, variables[key]...); ok {
		return value, true
	}
	value, ok := s.keys.value[key]
	return value, ok
}

// True reports whether a setting says "true", in any case.
func (s *Settings) True(key string) bool {
	value, _ := s.Get(key)
	return strings.EqualFold(value, "true")
}

// Variant is the form of endpoint that the settings ask for.
func (s *Settings) Variant() wire.Variant {
	return wire.Variant{FIPS: s.True("use_fips_endpoint"), DualStack: s.True("use_dualstack_endpoint")}
}

func first(environ func(string) (string, bool), names ...string) (string, bool) {
	for _, name := range names {
		if value, ok := environ(name); ok {
			return value, true
		}
	}
	return "", false
}

func (s *Settings) debug(format string, args ...any) {
	if s.request.Debug != nil {
		s.request.Debug(format, args...)
	}
}

func (s *Settings) now() time.Time {
	if s.request.Now != nil {
		return s.request.Now()
	}
	return time.Now()
}

// environ is a variable that counts only when it is not empty.
func (s *Settings) environ(name string) string {
	value, _ := s.request.Environ(name)
	return value
}
