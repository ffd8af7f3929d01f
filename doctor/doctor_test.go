package doctor_test

import (
	"strings"
	"testing"

	"github.com/octroi/octroi/credential"
	"github.com/octroi/octroi/doctor"
	"github.com/octroi/octroi/servertest"
)

// examine looks after a registry, with nothing but the given variables and an empty home.
func examine(t *testing.T, host, repository string, environment map[string]string) []doctor.Finding {
	t.Helper()
	h, err := credential.ParseHost(host)
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	environ := func(name string) (string, bool) {
		if value, ok := environment[name]; ok {
			return value, true
		}
		switch name {
		case "HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME":
			return home, true
		case "AWS_EC2_METADATA_DISABLED":
			return "true", true
		}
		return "", false
	}
	return doctor.Examine(t.Context(), doctor.Patient{Host: h, Repository: repository, Environ: environ, Home: home, UserAgent: "test"})
}

func find(all []doctor.Finding, check string) doctor.Finding {
	for _, f := range all {
		if f.Check == check {
			return f
		}
	}
	return doctor.Finding{}
}

// TestService: against the real service, each reason is found and named.
func TestService(t *testing.T) {
	s := servertest.Start(t)
	allow := func(actions ...string) servertest.Grant {
		return servertest.Grant{Actions: actions, Resources: []string{"*"}}
	}
	full := s.AddUser("full", servertest.ToLogIn(), allow("ecr-public:*"))
	for _, row := range []struct {
		name       string
		key        servertest.Key
		repository string
		check      string
		level      doctor.Level
		says       string
	}{
		{"all", full, "", "permission", doctor.OK, "are allowed"},
		{"identity", full, "", "token", doctor.OK, ":user/full gets one, until "},
		{"challenge", full, "", "challenge", doctor.OK, "the registry wants a bearer, from http://" + s.Host},
		{"the registry's answer", full, "", "login", doctor.OK, "takes the token"},
		{"absent repository", full, s.Alias + "/none", "pull", doctor.Fail, "correct the name"},
		{"no second permission", s.AddUser("half", allow("ecr-public:GetAuthorizationToken")), "", "permission", doctor.Fail, "sts:GetServiceBearerToken is missing"},
		{"no permission", s.AddUser("nothing"), "", "permission", doctor.Fail, "ecr-public:GetAuthorizationToken is missing"},
		{"wrong secret", servertest.Key{ID: full.ID, Secret: "canarycanarycanarycanarycanarycanarycana"}, "", "token", doctor.Fail, "the secret does not belong to the key"},
		{"unknown key", servertest.Key{ID: "AKIAZZZZZZZZZZZZZZZZ", Secret: full.Secret}, "", "token", doctor.Fail, "this key is not known there"},
	} {
		found := examine(t, s.Host, row.repository, map[string]string{"AWS_ACCESS_KEY_ID": row.key.ID, "AWS_SECRET_ACCESS_KEY": row.key.Secret})
		got := find(found, row.check)
		if got.Level != row.level || !strings.Contains(got.String(), row.says) {
			t.Errorf("%s: %v", row.name, got)
		}
		if doctor.Wrong(found) != (row.level == doctor.Fail) {
			t.Errorf("%s: %v", row.name, found)
		}
		for _, f := range found {
			if strings.Contains(f.String(), row.key.Secret) {
				t.Errorf("C36 %s: %v", row.name, f)
			}
		}
	}
}
