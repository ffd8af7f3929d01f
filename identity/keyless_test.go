//lint:file-ignore SA1019 PackedPolicySize is what older clients read

package identity_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/internal/testissuer"
	"github.com/octroi/octroi/servertest"
	"github.com/octroi/octroi/store"
)

const mainBranch = "repo:acme/app:ref:refs/heads/main"

var issuerKey = sync.OnceValue(func() *testissuer.Key { return testissuer.NewRSA("main", 2048) })

// keyless is a desk with an identity provider that its account trusts, and a role that trusts whom that vouches for.
type keyless struct {
	*desk
	issuer   *testissuer.Issuer
	provider store.Provider
	role     string
}

func openKeyless(t *testing.T, change ...func(*store.Provider)) *keyless {
	t.Helper()
	k := &keyless{desk: openDesk(t), issuer: testissuer.Start(issuerKey())}
	t.Cleanup(k.issuer.Close)
	k.provider = store.Provider{Account: k.Account, URL: k.issuer.Name, Internal: true, CA: k.issuer.CA}
	for _, f := range change {
		f(&k.provider)
	}
	var err error
	k.provider, err = k.Store().CreateProvider(context.Background(), k.provider)
	k.must(err)
	k.role = k.AddRoleTrusting("ci", k.trust(k.URL, mainBranch), servertest.ToLogIn())
	k.obeyed()
	return k
}

// trust is a policy that lets in a subject with a token made for somebody.
func (k *keyless) trust(audience, subject string) string {
	return `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["sts:AssumeRoleWithWebIdentity","sts:TagSession","sts:SetSourceIdentity"],
		"Principal":{"Federated":"` + k.provider.ARN() + `"},
		"Condition":{"StringEquals":{"` + k.issuer.Name + `:aud":"` + audience + `","` + k.issuer.Name + `:sub":"` + subject + `"}}}}`
}

func (k *keyless) now() time.Time { return time.Now().Add(time.Duration(k.ahead.Load())) }

func (k *keyless) claims() testissuer.Claims { return k.issuer.Now(k.now(), k.URL, mainBranch) }

// exchange is the operation, by a caller without credentials.
func (k *keyless) exchange(token string, change ...func(*sts.AssumeRoleWithWebIdentityInput)) (*sts.AssumeRoleWithWebIdentityOutput, error) {
	in := &sts.AssumeRoleWithWebIdentityInput{RoleArn: &k.role, RoleSessionName: aws.String("run-7"), WebIdentityToken: &token}
	for _, f := range change {
		f(in)
	}
	client := sts.New(sts.Options{Region: "us-east-1", BaseEndpoint: &k.URL, RetryMaxAttempts: 1})
	return client.AssumeRoleWithWebIdentity(context.Background(), in)
}

func (k *keyless) token() string { return issuerKey().Token(k.claims()) }

func TestKeyless(t *testing.T) {
	k := openKeyless(t)
	out, err := k.exchange(k.token())
	k.must(err)
	if *out.Audience != k.URL || *out.Provider != k.issuer.URL || *out.SubjectFromWebIdentityToken != mainBranch || out.PackedPolicySize != nil || out.SourceIdentity != nil ||
		*out.AssumedRoleUser.Arn != "arn:aws:sts::"+k.Account+":assumed-role/ci/run-7" {
		t.Errorf("%+v", out)
	}
	if left := out.Credentials.Expiration.Sub(k.now()); left > time.Hour || left < 59*time.Minute {
		t.Errorf("lives for %v", left)
	}
	s := k.session(out.Credentials)
	if arn, _ := s.who(); arn != *out.AssumedRoleUser.Arn {
		t.Errorf("is %s", arn)
	}
	_, _, err = s.login()
	k.must(err)
}

// What the request says beside the token: session policy, tags and source identity of the provider's, duration.
func TestKeylessSession(t *testing.T) {
	k := openKeyless(t)
	out, err := k.exchange(k.token(), func(in *sts.AssumeRoleWithWebIdentityInput) {
		in.Policy, in.DurationSeconds = aws.String(allowing("ecr-public:PutImage")), aws.Int32(900)
	})
	k.must(err)
	if out.PackedPolicySize == nil || out.Credentials.Expiration.Sub(k.now()) > 15*time.Minute {
		t.Errorf("%+v", out)
	}
	_, _, err = k.session(out.Credentials).login()
	k.refused("narrowed", err, "AccessDeniedException", "session policy")

	tagged := k.claims().With("https://aws.amazon.com/source_identity", "alice").
		With("https://aws.amazon.com/tags", map[string]any{"principal_tags": map[string]any{"team": []string{"registry"}}, "transitive_tag_keys": []string{"team"}})
	out, err = k.exchange(issuerKey().Token(tagged))
	k.must(err)
	if *out.SourceIdentity != "alice" || out.PackedPolicySize == nil {
		t.Errorf("%+v", out)
	}
	_, err = k.exchange(issuerKey().Token(k.claims().With("https://aws.amazon.com/source_identity", "not/a/name")))
	k.refused("source identity", err, "ValidationError", "sourceIdentity")
	for what, c := range map[string]struct {
		change func(*sts.AssumeRoleWithWebIdentityInput)
		text   string
	}{
		"899 s":           {func(in *sts.AssumeRoleWithWebIdentityInput) { in.DurationSeconds = aws.Int32(899) }, "durationSeconds"},
		"43201 s":         {func(in *sts.AssumeRoleWithWebIdentityInput) { in.DurationSeconds = aws.Int32(43201) }, "durationSeconds"},
		"beyond the role": {func(in *sts.AssumeRoleWithWebIdentityInput) { in.DurationSeconds = aws.Int32(3601) }, "MaxSessionDuration"},
		"provider id":     {func(in *sts.AssumeRoleWithWebIdentityInput) { in.ProviderId = aws.String("www.amazon.com") }, "ProviderId"},
		"session name":    {func(in *sts.AssumeRoleWithWebIdentityInput) { in.RoleSessionName = aws.String("a/b") }, "roleSessionName"},
		"role": {func(in *sts.AssumeRoleWithWebIdentityInput) {
			in.RoleArn = aws.String("arn:aws:iam::123456789012:user/ci")
		}, "ARN"},
	} {
		_, err := k.exchange(k.token(), c.change)
		k.refused(what, err, "ValidationError", c.text)
	}
}

// Who is not meant gets one answer, whether the role is there or not; the record knows more.
func TestKeylessDenied(t *testing.T) {
	k := openKeyless(t)
	const no = "Not authorized to perform sts:AssumeRoleWithWebIdentity"
	for what, c := range map[string]testissuer.Claims{
		"another branch": k.claims().With("sub", "repo:acme/app:ref:refs/heads/x"), "another repository": k.claims().With("sub", "repo:acme/app2:ref:refs/heads/main"),
		"a longer name": k.claims().With("sub", mainBranch+"2"), "another case": k.claims().With("sub", strings.ToUpper(mainBranch)),
		"tags that the policy does not speak of": k.claims().With("sub", "x").With("https://aws.amazon.com/source_identity", "alice"),
	} {
		_, err := k.exchange(issuerKey().Token(c))
		k.refused(what, err, "AccessDenied", no)
	}
	_, err := k.exchange(k.token(), func(in *sts.AssumeRoleWithWebIdentityInput) { in.RoleArn = aws.String(k.role + "x") })
	k.refused("a role that is not there", err, "AccessDenied", no)
	plain := k.AddRole("plain", []string{k.Account})
	k.obeyed()
	_, err = k.exchange(k.token(), func(in *sts.AssumeRoleWithWebIdentityInput) { in.RoleArn = &plain })
	k.refused("a role that trusts users", err, "AccessDenied", no)
	for _, want := range []string{"because no role trust policy allows the sts:AssumeRoleWithWebIdentity action", `"type":"WebIdentityUser"`, "repo:acme/app2"} {
		k.must(k.auditHas(want, 1))
	}
}

// A provider, role or trust policy that is changed is obeyed on the next exchange, and by the sessions in hand.
func TestKeylessChanges(t *testing.T) {
	k := openKeyless(t)
	ctx := context.Background()
	out, err := k.exchange(k.token())
	k.must(err)
	s := k.session(out.Credentials)
	r := k.desk.role(k.role)
	k.must(k.Store().UpdateTrust(ctx, r, k.trust(k.URL, "somebody else")))
	k.obeyed()
	_, err = k.exchange(k.token())
	k.refused("trust changed", err, "AccessDenied", "Not authorized")
	s.who() // what began, goes on
	k.must(k.Store().UpdateTrust(ctx, r, k.trust(k.URL, mainBranch)))
	changed := k.provider
	changed.ClientIDs = []string{"another"}
	k.must(k.Store().UpdateProvider(ctx, changed))
	k.obeyed()
	_, err = k.exchange(k.token())
	k.refused("client ids changed", err, "InvalidIdentityToken", "Incorrect token audience")
	k.must(k.Store().DeleteProvider(ctx, k.Account, k.provider.URL))
	k.obeyed()
	_, err = k.exchange(k.token())
	k.refused("provider removed", err, "InvalidIdentityToken", "No OpenIDConnect provider found in your account for "+k.issuer.URL)
	_, _, err = s.login()
	k.refused("its session", err, "UnrecognizedClientException", "")
	time.Sleep(2100 * time.Millisecond) // the store of this test has the machine's clock, and a session counts seconds
	again := k.provider
	_, err = k.Store().CreateProvider(ctx, again)
	k.must(err)
	k.obeyed()
	_, _, err = s.login()
	k.refused("its session, with the provider again", err, "UnrecognizedClientException", "")
}

// W17: of two deployments that trust the same provider, neither takes what was made for the other.
func TestHostileW17(t *testing.T) {
	x := openKeyless(t)
	y := openKeyless(t)
	y.issuer.Close()
	y.issuer = x.issuer
	y.provider = x.provider
	y.provider.Account = y.Account
	var err error
	y.provider, err = y.Store().CreateProvider(context.Background(), y.provider)
	y.must(err)
	y.role = y.AddRoleTrusting("same", y.trust(y.URL, mainBranch))
	y.obeyed()
	token := x.token()
	_, err = x.exchange(token)
	x.must(err)
	_, err = y.exchange(token)
	y.refused("W17", err, "InvalidIdentityToken", "Incorrect token audience")
	_, err = y.exchange(y.token())
	y.must(err)
}

func TestHostileW18(t *testing.T) {
	k := openKeyless(t)
	c := k.claims().With("jti", "the-id-of-this-token")
	token := issuerKey().Token(c)
	for range 2 {
		_, err := k.exchange(token)
		k.must(err)
	}
	k.must(k.auditHas(`"webIdentityTokenId":"the-id-of-this-token"`, 2))

	once := openKeyless(t, func(p *store.Provider) { p.OneTime = true })
	for what, token := range map[string]string{"jti": once.token(), "no jti": issuerKey().Token(once.claims().With("jti", nil))} {
		_, err := once.exchange(token)
		once.must(err)
		_, err = once.exchange(token)
		once.refused("W18 "+what, err, "InvalidIdentityToken", "used before")
	}
	_, err := once.exchange(once.token())
	once.must(err)
}

// auditHas looks for records with a text, which are written soon after the answer.
func (k *keyless) auditHas(text string, records int) error {
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		log, err := os.ReadFile(k.Data + "/audit.jsonl")
		if n := strings.Count(string(log), text); err != nil || n >= records {
			return err
		}
		if time.Now().After(end) {
			return fmt.Errorf("there are no %d records with %s", records, text)
		}
	}
}

// The answers of each kind of refusal, over the wire: each has STS's code, and one record.
func TestKeylessCodes(t *testing.T) {
	k := openKeyless(t)
	for _, c := range []struct{ what, token, code, text string }{
		{"W01", issuerKey().Sign(map[string]any{"alg": "none", "kid": "main"}, k.claims()), "InvalidIdentityToken", "algorithm"},
		{"W07", strings.Repeat("a", 20001), "ValidationError", "less than or equal to 20000"},
		{"W07", "a.b.c.d.e", "InvalidIdentityToken", "not a valid JWT"},
		{"W11", issuerKey().Token(k.claims().With("aud", "other")), "InvalidIdentityToken", "Incorrect token audience"},
		{"W12", issuerKey().Token(k.claims().With("iss", k.issuer.URL+"/")), "InvalidIdentityToken", "No OpenIDConnect provider found in your account for "},
		{"W13", issuerKey().Token(k.claims().With("iat", k.now().Unix()-100).With("exp", k.now().Unix()-62)), "ExpiredTokenException", "Token expired: current date/time"},
		{"W14", issuerKey().Token(k.claims().With("sub", "repo:*")), "InvalidIdentityToken", "(sub)"},
	} {
		_, err := k.exchange(c.token)
		k.refused(c.what, err, c.code, c.text)
		k.must(k.auditHas(`"errorCode":"`+c.code+`"`, 1))
	}
	k.issuer.Publish()
	other := testissuer.Start(issuerKey())
	t.Cleanup(other.Close)
	_, err := k.Store().CreateProvider(context.Background(), store.Provider{Account: k.Account, URL: other.Name})
	k.must(err)
	k.obeyed()
	_, err = k.exchange(issuerKey().Token(k.claims().With("iss", other.URL)))
	k.refused("W19, W20, W25", err, "IDPCommunicationError", "Couldn't retrieve verification key")
	if discovery, sets := other.Asked(); discovery+sets != 0 {
		t.Error("a private address was asked for a provider that is not internal")
	}
}

// The trust policies of docs/keyless.md let in the tokens that their platforms make, and nobody beside.
func TestKeylessDocument(t *testing.T) {
	page, err := os.ReadFile("../docs/keyless.md")
	if err != nil {
		t.Fatal(err)
	}
	k := openKeyless(t)
	for _, c := range []struct {
		heading, host string
		claims        testissuer.Claims
		others        map[string]any // each of these alone is somebody else
	}{
		{"## GitHub Actions", "token.actions.githubusercontent.com", testissuer.Claims{
			"sub": mainBranch, "repository": "acme/app", "repository_owner": "acme", "repository_owner_id": "4711", "repository_id": "815", "actor": "alice", "actor_id": "1",
			"ref": "refs/heads/main", "ref_type": "branch", "ref_protected": "true", "workflow": "push", "event_name": "push", "run_id": "1", "run_number": "7", "run_attempt": "1",
			"job_workflow_ref": "acme/app/.github/workflows/push.yml@refs/heads/main", "repository_visibility": "private", "runner_environment": "github-hosted", "sha": "0123"},
			map[string]any{"sub": "repo:acme/app:pull_request", "repository_owner_id": "4712"}},
		{"## GitLab CI", "gitlab.com", testissuer.Claims{
			"sub": "project_path:acme/app:ref_type:branch:ref:main", "namespace_id": "1", "namespace_path": "acme", "project_id": "4711", "project_path": "acme/app", "user_id": "1", "user_login": "alice",
			"user_email": "alice@example.com", "user_access_level": "developer", "pipeline_id": "1", "pipeline_source": "push", "job_id": "1", "ref": "main", "ref_type": "branch", "ref_path": "refs/heads/main",
			"ref_protected": "true", "runner_id": 1, "runner_environment": "self-hosted", "sha": "0123", "groups_direct": []string{"acme"}},
			map[string]any{"sub": "project_path:acme/app:ref_type:branch:ref:x", "ref_protected": "false", "project_id": "4712"}},
		{"## Kubernetes", "kubernetes.default.svc.cluster.local", testissuer.Claims{
			"sub": "system:serviceaccount:ci:builder", "aud": []string{k.URL}, "kubernetes.io": map[string]any{"namespace": "ci", "pod": map[string]any{"name": "p", "uid": "u"},
				"serviceaccount": map[string]any{"name": "builder", "uid": "u"}}},
			map[string]any{"sub": "system:serviceaccount:ci:default", "aud": []string{"https://kubernetes.default.svc.cluster.local"}}},
	} {
		trust := strings.NewReplacer("123456789012", k.Account, c.host, k.issuer.Name, "https://registry.example.com", k.URL).Replace(block(t, string(page), c.heading))
		arn := k.AddRoleTrusting("doc-"+strings.ToLower(strings.ReplaceAll(c.heading[3:], " ", "-")), trust, servertest.ToLogIn())
		k.obeyed()
		as := func(in *sts.AssumeRoleWithWebIdentityInput) { in.RoleArn = &arn }
		all := k.claims()
		for name, value := range c.claims {
			all = all.With(name, value)
		}
		out, err := k.exchange(issuerKey().Token(all), as)
		if err != nil {
			t.Errorf("%s: %v", c.heading, err)
			continue
		}
		if diff := cmp.Diff(c.claims["sub"], *out.SubjectFromWebIdentityToken); diff != "" {
			t.Error(diff)
		}
		for name, value := range c.others {
			if _, err := k.exchange(issuerKey().Token(all.With(name, value)), as); err == nil {
				t.Errorf("%s: another %s is let in", c.heading, name)
			}
		}
	}
}

// block is the first block of JSON below a heading.
func block(t *testing.T, page, heading string) string {
	t.Helper()
	_, rest, found := strings.Cut(page, heading)
	_, rest, begun := strings.Cut(rest, "```json\n")
	text, _, ended := strings.Cut(rest, "```")
	if !found || !begun || !ended {
		t.Fatalf("docs/keyless.md has no policy below %s", heading)
	}
	return text
}
