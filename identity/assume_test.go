//lint:file-ignore SA1019 PackedPolicySize is what older clients read

package identity_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/octroi/octroi/servertest"
	"github.com/octroi/octroi/store"
)

func TestAssumeRole(t *testing.T) {
	d := openDesk(t)
	anna := d.with(d.AddUser("anna"))
	arn, _ := anna.who()
	role := d.AddRole("builder", []string{arn}, servertest.ToLogIn())
	out, err := anna.assume(role, "build-7", lasting(900))
	d.must(err)
	if got, want := *out.AssumedRoleUser.Arn, "arn:aws:sts::"+d.Account+":assumed-role/builder/build-7"; got != want {
		t.Errorf("session %s, want %s", got, want)
	}
	if left := time.Until(*out.Credentials.Expiration); left > 15*time.Minute || left < 14*time.Minute {
		t.Errorf("lives for %v", left)
	}
	if !strings.HasPrefix(*out.Credentials.AccessKeyId, "ASIA") || out.PackedPolicySize != nil || *out.SessionTokenSize > 1024 {
		t.Errorf("%s, packed %v, a token of %d", *out.Credentials.AccessKeyId, out.PackedPolicySize, *out.SessionTokenSize)
	}
	s := d.session(out.Credentials)
	arn, id := s.who()
	if arn != *out.AssumedRoleUser.Arn || id != *out.AssumedRoleUser.AssumedRoleId || id != d.role(role).ID+":build-7" {
		t.Errorf("GetCallerIdentity: %s, %s", arn, id)
	}
	password, ends, err := s.login() // K05
	d.must(err)
	if !ends.Equal(*out.Credentials.Expiration) || len(password) > 1400 {
		t.Errorf("a login of %d characters until %v, the session ends %v", len(password), ends, *out.Credentials.Expiration)
	}
}

// Who may: the trust policy in any case; and the caller's own policies, when it names only the account.
func TestTrustDecides(t *testing.T) {
	d := openDesk(t)
	key := d.AddUser("anna")
	anna := d.with(key)
	arn, _ := anna.who()
	bert := d.with(d.AddUser("bert", servertest.Grant{Actions: []string{"sts:AssumeRole"}, Resources: []string{"*"}}))
	byName := d.AddRole("by-name", []string{arn})
	byAccount := d.AddRole("by-account", []string{d.Account})
	for _, c := range []struct {
		who    caller
		role   string
		reason string // empty: allowed
	}{
		{anna, byName, ""},
		{anna, byAccount, "because no identity-based policy allows the sts:AssumeRole action"},
		{bert, byAccount, ""},
		{bert, byName, "because no role trust policy allows the sts:AssumeRole action"},
		{bert, "arn:aws:iam::" + d.Account + ":role/none", "because no role trust policy allows the sts:AssumeRole action"},
		{bert, "arn:aws:iam::999999999999:role/by-account", "because no role trust policy"},        // W30
		{bert, "arn:aws:iam::" + d.Account + ":role/a/by-account", "because no role trust policy"}, // W30
		{bert, "arn:aws:iam::" + d.Account + ":role/By-Account", "because no role trust policy"},   // W30
	} {
		_, err := c.who.assume(c.role, "s1")
		if c.reason == "" {
			d.must(err)
			continue
		}
		d.refused(c.role, err, "AccessDenied", c.reason)
	}
}

func TestHostileW27(t *testing.T) {
	d := openDesk(t)
	anna := d.with(d.AddUser("anna", servertest.Grant{Actions: []string{"sts:*"}, Resources: []string{"*"}}))
	role := d.AddRole("r", []string{d.Account}, servertest.Grant{Actions: []string{"sts:*"}, Resources: []string{"*"}})
	long := d.AddRole("long", []string{d.Account})
	d.must(d.Store().UpdateRole(context.Background(), d.role(long), "", 12*time.Hour))
	chain := anna.in(role, "first")
	for _, c := range []struct {
		who     caller
		role    string
		seconds int32
		message string
	}{
		{anna, role, 899, "greater than or equal to 900"}, {anna, role, -1, "greater than or equal to 900"}, {anna, role, 0, "greater than or equal to 900"},
		{anna, long, 43201, "less than or equal to 43200"}, {anna, role, 3601, "exceeds the MaxSessionDuration"}, {chain, long, 3601, "role chaining"},
		{anna, role, 900, ""}, {anna, role, 3600, ""}, {anna, long, 43200, ""}, {chain, long, 3600, ""},
	} {
		_, err := c.who.assume(c.role, "s1", lasting(c.seconds))
		if c.message == "" {
			d.must(err)
			continue
		}
		d.refused("", err, "ValidationError", c.message)
	}
	for _, seconds := range []int32{899, 129601} {
		_, err := anna.sts().GetSessionToken(context.Background(), &sts.GetSessionTokenInput{DurationSeconds: &seconds})
		d.refused("GetSessionToken", err, "ValidationError", "durationSeconds")
		name := "guest"
		_, err = anna.sts().GetFederationToken(context.Background(), &sts.GetFederationTokenInput{Name: &name, DurationSeconds: &seconds})
		d.refused("GetFederationToken", err, "ValidationError", "durationSeconds")
	}
}

func TestHostileW29(t *testing.T) {
	d := openDesk(t)
	anna := d.with(d.AddUser("anna"))
	arn, _ := anna.who()
	role := d.AddRole("r", []string{arn}, servertest.ToLogIn())
	for document, code := range map[string]string{
		`{}`: "MalformedPolicyDocument", `{"Version":"2012-10-17","Statement":[]}`: "MalformedPolicyDocument", ``: "ValidationError",
		allowing("iam:*") + strings.Repeat(" ", 2048): "ValidationError", `nonsense`: "MalformedPolicyDocument",
		`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}`: "MalformedPolicyDocument",
	} {
		_, err := anna.assume(role, "s1", narrowed(document))
		d.refused(document, err, code, "")
	}
	// Wider than the role: still the role. Only a Deny: nothing.
	wide := anna.in(role, "wide", narrowed(allowing("*")))
	if _, _, err := wide.login(); err != nil {
		t.Error(err)
	}
	_, err := wide.iam().ListUsers(context.Background(), nil)
	d.refused("wider than the role", err, "AccessDenied", "no identity-based policy allows")
	nothing := anna.in(role, "nothing", narrowed(strings.Replace(allowing("iam:*"), "Allow", "Deny", 1)))
	_, _, err = nothing.login()
	d.refused("only a Deny", err, "AccessDeniedException", "no session policy allows")
}

func TestHostileW31(t *testing.T) {
	d := openDesk(t)
	anna := d.with(d.AddUser("anna"))
	arn, _ := anna.who()
	role := d.AddRole("r", []string{arn}, servertest.ToLogIn())
	s := anna.in(role, "s1")
	s.who()
	r := d.role(role)
	d.must(d.Store().DeleteInlinePolicy(context.Background(), r.Owner(), "test"))
	d.must(d.Store().DeleteRole(context.Background(), r))
	d.AddRole("r", []string{arn}, servertest.ToLogIn())
	d.obeyed()
	_, err := s.sts().GetCallerIdentity(context.Background(), nil)
	d.refused("the session of a role that was made again", err, "InvalidClientTokenId", "security token")
	_, _, err = s.login()
	d.refused("a login for it", err, "UnrecognizedClientException", "security token")
	anna.in(role, "s2").who()
}

func TestHostileW32(t *testing.T) {
	d := openDesk(t)
	anna := d.with(d.AddUser("anna", servertest.Grant{Actions: []string{"*"}, Resources: []string{"*"}}))
	d.AddRole("r", []string{d.Account})
	for _, arn := range []string{
		"arn:aws-cn:iam::" + d.Account + ":role/r", "arn:aws:iam::" + d.Account + ":role/*", "arn:aws:iam:::role/rrrrrrrrr", "arn:aws:iam::" + d.Account + ":role/r\n",
		"arn:aws:iam::" + d.Account + ":role/" + strings.Repeat("r", 2048), "arn:aws:sts::" + d.Account + ":role/r", "arn:aws:iam:us-east-1:" + d.Account + ":role/r",
		"arn:aws:iam::" + d.Account + ":user/anna", "arn:aws:iam::" + d.Account + ":role/", "arn:aws:iam::12345678901x:role/r", "role/rrrrrrrrrrrrrrrrrr", "r",
	} {
		_, err := anna.assume(arn, "s1")
		d.refused(arn, err, "ValidationError", "")
	}
}

func TestHostileW35(t *testing.T) {
	d := openDesk(t)
	anna := d.with(d.AddUser("anna"))
	arn, _ := anna.who()
	role := d.AddRole("r", []string{arn})
	for _, name := range []string{"a/b", "a", strings.Repeat("a", 65), "ab\n", "<x>", "${aws:username}", "*", "a b", "", "äö"} {
		_, err := anna.assume(role, name)
		d.refused(name, err, "ValidationError", "roleSessionName")
	}
	for _, name := range []string{"a=b,c.d@e-f+g_h", strings.Repeat("a", 64)} {
		if got, _ := anna.in(role, name).who(); got != "arn:aws:sts::"+d.Account+":assumed-role/r/"+name {
			t.Errorf("session %q is %s", name, got)
		}
	}
}

func TestHostileW36(t *testing.T) {
	d := openDesk(t)
	anna := d.with(d.AddUser("anna"))
	arn, _ := anna.who()
	role := d.AddRoleTrusting("r", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"`+arn+
		`"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"the-secret"}}}}`)
	outside := func(id string) func(*sts.AssumeRoleInput) {
		return func(in *sts.AssumeRoleInput) { in.ExternalId = &id }
	}
	_, err := anna.assume(role, "s1")
	d.refused("none", err, "AccessDenied", "no role trust policy allows")
	_, err = anna.assume(role, "s1", outside("another"))
	d.refused("another", err, "AccessDenied", "no role trust policy allows")
	for _, id := range []string{strings.Repeat("x", 1225), "x", "a b", "a\n"} {
		_, err = anna.assume(role, "s1", outside(id))
		d.refused("malformed", err, "ValidationError", "externalId")
	}
	_, err = anna.assume(role, "s1", outside("the-secret"))
	d.must(err)
}

func TestSessionTags(t *testing.T) {
	d := openDesk(t)
	anna := d.with(d.AddUser("anna"))
	arn, _ := anna.who()
	byTag := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ecr-public:GetAuthorizationToken","sts:GetServiceBearerToken"],"Resource":"*",
		"Condition":{"StringEquals":{"aws:PrincipalTag/team":"registry"}}},{"Effect":"Allow","Action":"sts:*","Resource":"*"}]}`
	role := d.AddRole("r", []string{arn})
	next := d.AddRole("next", []string{role})
	for _, name := range []string{role, next} {
		d.must(d.Store().PutInlinePolicy(context.Background(), d.role(name).Owner(), store.InlinePolicy{Name: "by-tag", Document: byTag}))
	}
	plain, other := anna.in(role, "plain"), anna.in(role, "other", tagged("team", "another"))
	right := anna.in(role, "right", tagged("TEAM", "registry"), tagged("cost", "7"), handing("team"))
	for name, c := range map[string]struct {
		who caller
		may bool
	}{
		"none": {plain, false}, "another value": {other, false}, "the tag": {right, true},
		"handed on": {right.in(next, "s1"), true}, "not handed on": {other.in(next, "s1"), false},
	} {
		if _, _, err := c.who.login(); (err == nil) != c.may {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, c := range map[string]struct {
		who    caller
		change []func(*sts.AssumeRoleInput)
	}{
		"twice":              {anna, []func(*sts.AssumeRoleInput){tagged("a", "1"), tagged("A", "2")}},
		"not among them":     {anna, []func(*sts.AssumeRoleInput){tagged("a", "1"), handing("b")}},
		"a key of 129":       {anna, []func(*sts.AssumeRoleInput){tagged(strings.Repeat("k", 129), "1")}},
		"a value of 257":     {anna, []func(*sts.AssumeRoleInput){tagged("k", strings.Repeat("v", 257))}},
		"no key":             {anna, []func(*sts.AssumeRoleInput){tagged("", "1")}},
		"a key with a star":  {anna, []func(*sts.AssumeRoleInput){tagged("*", "1")}},
		"over the inherited": {right, []func(*sts.AssumeRoleInput){tagged("Team", "mine")}},
	} {
		target := role
		if c.who == right {
			target = next
		}
		_, err := c.who.assume(target, "s1", c.change...)
		d.refused(name, err, "ValidationError", "")
	}
	// A trust policy that does not say sts:TagSession takes no tags; nor those that are handed on.
	bare := d.AddRoleTrusting("bare", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":["`+arn+`","`+role+`"]},"Action":"sts:AssumeRole"}}`)
	anna.in(bare, "s1")
	_, err := anna.assume(bare, "s1", tagged("a", "b"))
	d.refused("tags", err, "AccessDenied", "sts:TagSession")
	_, err = right.assume(bare, "s1")
	d.refused("tags handed on", err, "AccessDenied", "sts:TagSession")
	_, err = anna.assume(bare, "s1", behind("anna"))
	d.refused("a source identity", err, "AccessDenied", "sts:SetSourceIdentity")
}

func TestSourceIdentityStays(t *testing.T) {
	d := openDesk(t)
	anna := d.with(d.AddUser("anna"))
	arn, _ := anna.who()
	role := d.AddRole("r", []string{arn}, servertest.Grant{Actions: []string{"sts:*"}, Resources: []string{"*"}})
	next := d.AddRole("next", []string{role})
	d.must(d.Store().PutInlinePolicy(context.Background(), d.role(next).Owner(), store.InlinePolicy{Name: "p", Document: `{"Version":"2012-10-17","Statement":{"Effect":"Allow",
		"Action":["ecr-public:GetAuthorizationToken","sts:GetServiceBearerToken"],"Resource":"*","Condition":{"StringEquals":{"aws:SourceIdentity":"anna"}}}}`}))
	s := anna.in(role, "s1", behind("anna"))
	out, err := s.assume(next, "s2")
	d.must(err)
	if out.SourceIdentity == nil || *out.SourceIdentity != "anna" {
		t.Errorf("source identity %v", out.SourceIdentity)
	}
	_, _, err = d.session(out.Credentials).login()
	d.must(err)
	_, err = s.assume(next, "s2", behind("bert"))
	d.refused("another", err, "AccessDenied", "cannot be changed")
	_, _, err = anna.in(role, "s3").in(next, "s4").login()
	d.refused("none", err, "AccessDeniedException", "no identity-based policy")
}

func TestPackedPolicySize(t *testing.T) {
	d := openDesk(t)
	anna := d.with(d.AddUser("anna"))
	arn, _ := anna.who()
	role := d.AddRole("r", []string{arn}, servertest.ToLogIn())
	out, err := anna.assume(role, "s1", narrowed(allowing("ecr-public:*")))
	d.must(err)
	if out.PackedPolicySize == nil || *out.PackedPolicySize < 1 || *out.PackedPolicySize > 20 {
		t.Errorf("packed %v", out.PackedPolicySize)
	}
	var noise []func(*sts.AssumeRoleInput)
	for i := range 50 {
		value := ""
		for j := range 128 {
			value += string(rune(0x4e00 + (i*131+j*j*7)%20000)) // characters of three bytes, hardly two alike
		}
		noise = append(noise, tagged("k"+string(rune('a'+i/10))+string(rune('a'+i%10)), value))
	}
	_, err = anna.assume(role, "s1", noise...)
	d.refused("50 tags", err, "PackedPolicyTooLarge", "%")
	_, err = anna.assume(role, "s1", append(noise, tagged("one", "more"))...)
	d.refused("51 tags", err, "ValidationError", "")
}

func TestManagedSessionPolicies(t *testing.T) {
	d := openDesk(t)
	ctx := context.Background()
	anna := d.with(d.AddUser("anna"))
	arn, _ := anna.who()
	role := d.AddRole("r", []string{arn}, servertest.ToLogIn(), servertest.Grant{Actions: []string{"iam:*"}, Resources: []string{"*"}})
	p, err := d.Store().CreatePolicy(ctx, store.ManagedPolicy{Account: d.Account, Name: "only-iam", Path: "/"}, allowing("iam:*"))
	d.must(err)
	s := anna.in(role, "s1", named(p.ARN()))
	_, err = s.iam().ListUsers(ctx, nil)
	d.must(err)
	_, _, err = s.login()
	d.refused("a login", err, "AccessDeniedException", "no session policy allows")
	// In force at once: another version, and none.
	_, err = d.Store().CreatePolicyVersion(ctx, p, allowing("ecr-public:*", "sts:*"), true)
	d.must(err)
	d.obeyed()
	_, _, err = s.login()
	d.must(err)
	for _, other := range []string{p.ARN() + "x", "arn:aws:iam::999999999999:policy/only-iam", "nonsense"} {
		_, err = anna.assume(role, "s1", named(other))
		d.refused(other, err, "MalformedPolicyDocument", "does not exist")
	}
	eleven := make([]string, 11)
	for i := range eleven {
		eleven[i] = p.ARN()
	}
	_, err = anna.assume(role, "s1", named(eleven...))
	d.refused("eleven", err, "ValidationError", "policyArns")
}

func TestUnsupportedIsRefused(t *testing.T) {
	d := openDesk(t)
	anna := d.with(d.AddUser("anna"))
	arn, _ := anna.who()
	role := d.AddRole("r", []string{arn})
	serial, code, least := "arn:aws:iam::"+d.Account+":mfa/anna", "123456", int32(2000)
	_, err := anna.assume(role, "s1", func(in *sts.AssumeRoleInput) { in.SerialNumber, in.TokenCode = &serial, &code })
	d.refused("a second factor", err, "AccessDenied", "MultiFactorAuthentication failed")
	_, err = anna.assume(role, "s1", func(in *sts.AssumeRoleInput) { in.MinimumSessionTokenSize = &least })
	d.refused("a larger token", err, "ValidationError", "MinimumSessionTokenSize")
	_, err = anna.assume(role, "s1", func(in *sts.AssumeRoleInput) { in.ProvidedContexts = []types.ProvidedContext{{ProviderArn: &arn}} })
	d.refused("a context", err, "ValidationError", "ProvidedContexts")
	_, err = anna.sts().GetSessionToken(context.Background(), &sts.GetSessionTokenInput{SerialNumber: &serial, TokenCode: &code})
	d.refused("a second factor", err, "AccessDenied", "MultiFactorAuthentication failed")
}
