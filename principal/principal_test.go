package principal_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/octroi/octroi/principal"
)

func TestAccessKeyIDValid(t *testing.T) {
	for id, want := range map[string]bool{
		"AKIAIOSFODNN7EXAMPLE": true, "A_b0A_b0A_b0A_b0": true, strings.Repeat("A", 128): true,
		"": false, "AKIAIOSFODNN7EX": false, strings.Repeat("A", 129): false,
		"AKIAIOSFODNN7EXAMPL/": false, "AKIAIOSFODNN7EXAMPL ": false, "AKIAIOSFODNN7EXAMPLÉ": false, "AKIAIOSFODNN7EXAMPL\x00": false,
	} {
		if got := principal.AccessKeyID(id).Valid(); got != want {
			t.Errorf("%q is valid: %v", id, got)
		}
	}
	if id := principal.AccessKeyID(principal.NewID(principal.PrefixAccessKey)); !id.Valid() || len(id) != 20 {
		t.Errorf("a new id is %q", id)
	}
}

func TestARN(t *testing.T) {
	a, err := principal.ParseARN("arn:aws:ecr-public::123456789012:repository/team/app:x")
	if err != nil || a.Resource != "repository/team/app:x" || a.Account != "123456789012" || a.Region != "" {
		t.Errorf("%+v, %v", a, err)
	}
	if a.String() != "arn:aws:ecr-public::123456789012:repository/team/app:x" {
		t.Error(a)
	}
	for _, bad := range []string{"", "arn", "arn:aws:iam::1", "arn:aws:iam::1:", "urn:aws:iam::1:user/x", "arn::iam::1:user/x", "arn:aws:::1:user/x"} {
		if _, err := principal.ParseARN(bad); err == nil {
			t.Errorf("%q is taken for an ARN", bad)
		}
	}
}

func TestPrincipalARN(t *testing.T) {
	p := principal.Principal{Kind: principal.User, Account: "123456789012", Name: "ci", Path: "/build/"}
	if p.ARN() != "arn:aws:iam::123456789012:user/build/ci" || p.String() != p.ARN() {
		t.Error(p.ARN(), p)
	}
	if nobody := (principal.Principal{}); nobody.ARN() != "" || nobody.String() != "anonymous" {
		t.Error(nobody.ARN(), nobody)
	}
}

// H02: however a secret is printed, it is not.
func TestHostileH02Secret(t *testing.T) {
	s := principal.NewSecretFrom("canary")
	text, err := json.Marshal(map[string]any{"secret": s})
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "secret", s)
	printed := fmt.Sprintf("%v %+v %#v %s %q %x", s, s, s, s, s, s) + string(text) + log.String()
	if strings.Contains(printed, "canary") || strings.Contains(printed, "63616e617279") {
		t.Errorf("it is: %s", printed)
	}
	if s.Reveal() != "canary" {
		t.Error("and Reveal does not reveal it")
	}
}
