package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
)

const trustAll = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole"}}`

func trusts(arn string) string { return strings.Replace(trustAll, `"`+account+`"`, `"`+arn+`"`, 1) }

// may asks the policies of an identity as they are now.
func may(t *testing.T, s *store.Store, p principal.Principal, action string) bool {
	t.Helper()
	who, err := s.Identity(t.Context(), p.Account, p.ID)
	if errors.Is(err, store.ErrNotFound) {
		return false
	}
	check(t, err)
	return policy.Evaluate(policy.Request{Principal: p, Action: action, Resource: "*"}, who.Policies).Allowed()
}

// What a user may is the sum of its own, its managed and its groups' policies, within its boundary, at every moment.
func TestIdentityOfUser(t *testing.T) {
	ctx, s := t.Context(), open(t)
	u := must(s.CreateUser(ctx, account, "ci"))(t)
	p := u.Principal()
	managed := must(s.CreatePolicy(ctx, store.ManagedPolicy{Account: account, Name: "all", Path: "/x/"}, allowAll))(t)
	g := must(s.CreateGroup(ctx, account, "/", "devs"))(t)
	want := func(what string, allowed bool) {
		t.Helper()
		if may(t, s, p, "ecr-public:PutImage") != allowed {
			t.Errorf("%s: allowed is %v", what, !allowed)
		}
	}
	want("nothing", false)
	check(t, s.AttachPolicy(ctx, u.Owner(), managed.ARN()))
	check(t, s.AttachPolicy(ctx, u.Owner(), managed.ARN())) // again
	want("attached", true)
	readOnly := "arn:aws:iam::aws:policy/AmazonElasticContainerRegistryPublicReadOnly"
	check(t, s.SetBoundary(ctx, u.Owner(), readOnly))
	want("bounded", false)
	if !may(t, s, p, "ecr-public:DescribeImages") {
		t.Error("the boundary takes what it allows")
	}
	check(t, s.SetBoundary(ctx, u.Owner(), ""))
	want("free", true)
	v := must(s.CreatePolicyVersion(ctx, managed, strings.Replace(allowAll, "Allow", "Deny", 1), true))(t)
	want("another version", false)
	check(t, s.SetDefaultPolicyVersion(ctx, managed, 1))
	want("the first one again", true)
	wantErr(t, "the version in force", s.DeletePolicyVersion(ctx, managed, 1), store.ErrInUse)
	check(t, s.DeletePolicyVersion(ctx, managed, v.Version))
	wantErr(t, "a policy that is attached", s.DeletePolicy(ctx, managed), store.ErrInUse)
	check(t, s.DetachPolicy(ctx, u.Owner(), managed.ARN()))
	want("detached", false)
	check(t, s.AttachPolicy(ctx, g.Owner(), managed.ARN()))
	check(t, s.AddMember(ctx, g, u))
	want("a member", true)
	wantErr(t, "a group with members", s.DeleteGroup(ctx, g), store.ErrInUse)
	wantErr(t, "a user in a group", s.DeleteBareUser(ctx, u), store.ErrInUse)
	check(t, s.RemoveMember(ctx, g, u))
	want("no member", false)
	check(t, s.PutTags(ctx, u.Owner().Tagged(), store.Tag{Key: "Team", Value: "a"}))
	check(t, s.PutTags(ctx, u.Owner().Tagged(), store.Tag{Key: "team", Value: "b"}))
	who := must(s.Identity(ctx, account, u.ID))(t)
	if diff := cmp.Diff([]store.Tag{{Key: "team", Value: "b"}}, who.Tags); diff != "" {
		t.Error(diff)
	}
	check(t, s.RemoveTags(ctx, u.Owner().Tagged(), "TEAM", "none"))
	check(t, s.UpdateUser(ctx, u, "/a/", "ci2"))
	if who = must(s.Identity(ctx, account, u.ID))(t); len(who.Tags) > 0 || who.User.Principal().ARN() != "arn:aws:iam::"+account+":user/a/ci2" {
		t.Errorf("identity: %+v", who)
	}
	check(t, s.DeleteBareUser(ctx, u))
	wantErr(t, "attach to nobody", s.AttachPolicy(ctx, u.Owner(), readOnly), store.ErrNotFound)
	wantErr(t, "tags of nobody", s.PutTags(ctx, u.Owner().Tagged(), store.Tag{Key: "k"}), store.ErrNotFound)
}

// W31: a role that is made again is another one; and one that is trusted by name is trusted by its unique id.
func TestHostileW31Roles(t *testing.T) {
	ctx, s := t.Context(), open(t)
	u := must(s.CreateUser(ctx, account, "ci"))(t)
	r := must(s.CreateRole(ctx, store.Role{Account: account, Name: "deploy", Path: "/a/", Trust: trusts(u.Principal().ARN())}))(t)
	begin := func(p principal.Principal) bool {
		t.Helper()
		who := must(s.Identity(ctx, account, r.ID))(t)
		all := append([]policy.Source{who.Trust}, policy.Source{Type: policy.IdentityPolicy, Name: "all", Document: must(policy.Parse([]byte(allowAll)))(t)})
		return policy.Evaluate(policy.Request{Principal: p, Action: "sts:AssumeRole", Resource: r.ARN()}, all).Allowed()
	}
	if r.ARN() != "arn:aws:iam::"+account+":role/a/deploy" || !strings.HasPrefix(r.ID, "AROA") || r.MaxSession != time.Hour {
		t.Errorf("role: %+v", r)
	}
	if !begin(u.Principal()) {
		t.Error("whom the role trusts may not begin a session")
	}
	check(t, s.DeleteUser(ctx, account, "ci"))
	again := must(s.CreateUser(ctx, account, "ci"))(t)
	if begin(again.Principal()) {
		t.Error("a user of the same name inherits the trust")
	}
	unknown := new(store.UnknownPrincipalError)
	if err := s.UpdateTrust(ctx, r, trusts("arn:aws:iam::"+account+":user/none")); !errors.As(err, &unknown) {
		t.Errorf("a trust in nobody: %v", err)
	}
	check(t, s.UpdateTrust(ctx, r, trusts(again.Principal().ARN())))
	if !begin(again.Principal()) {
		t.Error("the new trust does not hold")
	}
	if got := must(s.RoleByARN(ctx, r.ARN()))(t); got.ID != r.ID {
		t.Errorf("by ARN: %+v", got)
	}
	for _, arn := range []string{"arn:aws:iam::" + account + ":role/deploy", "arn:aws:iam::" + account + ":role/a/Deploy", "arn:aws:iam::210987654321:role/a/deploy",
		"arn:aws-cn:iam::" + account + ":role/a/deploy", "", "arn:aws:iam::" + account + ":user/a/deploy"} {
		_, err := s.RoleByARN(ctx, arn)
		wantErr(t, "role "+arn, err, store.ErrNotFound) // W30
	}
	check(t, s.PutInlinePolicy(ctx, r.Owner(), store.InlinePolicy{Name: "p", Document: allowAll}))
	wantErr(t, "a role with policies", s.DeleteRole(ctx, r), store.ErrInUse)
	check(t, s.DeleteInlinePolicy(ctx, r.Owner(), "p"))
	check(t, s.DeleteRole(ctx, r))
	second := must(s.CreateRole(ctx, store.Role{Account: account, Name: "Deploy", Path: "/", Trust: trustAll}))(t)
	if second.ID == r.ID {
		t.Error("the same id again")
	}
	_, err := s.Identity(ctx, account, r.ID)
	wantErr(t, "the old role", err, store.ErrNotFound)
}

func TestQuotas(t *testing.T) {
	ctx, s := t.Context(), open(t)
	u := must(s.CreateUser(ctx, account, "ci"))(t)
	var last error
	for i := range store.AttachedPerOwner + 1 {
		p := must(s.CreatePolicy(ctx, store.ManagedPolicy{Account: account, Name: "p" + strings.Repeat("x", i), Path: "/"}, allowAll))(t)
		last = s.AttachPolicy(ctx, u.Owner(), p.ARN())
	}
	wantErr(t, "policies", last, store.ErrLimit)
	for i := range store.GroupsPerUser + 1 {
		last = s.AddMember(ctx, must(s.CreateGroup(ctx, account, "/", "g"+strings.Repeat("x", i)))(t), u)
	}
	wantErr(t, "groups", last, store.ErrLimit)
	p := must(s.CreatePolicy(ctx, store.ManagedPolicy{Account: account, Name: "v", Path: "/"}, allowAll))(t)
	for range store.VersionsPerPolicy {
		_, last = s.CreatePolicyVersion(ctx, p, allowAll, false)
	}
	wantErr(t, "versions", last, store.ErrLimit)
	for i := range store.TagsPerOwner + 1 {
		last = s.PutTags(ctx, u.Owner().Tagged(), store.Tag{Key: "k" + strings.Repeat("x", i)})
	}
	wantErr(t, "tags", last, store.ErrLimit)
	big := `{"Version":"2012-10-17","Statement":{"Sid":"` + strings.Repeat("a", 1900) + `","Effect":"Allow","Action":"*","Resource":"*"}}`
	check(t, s.PutInlinePolicy(ctx, u.Owner(), store.InlinePolicy{Name: "big", Document: big}))
	wantErr(t, "inline policies together", s.PutInlinePolicy(ctx, u.Owner(), store.InlinePolicy{Name: "more", Document: allowAll + strings.Repeat(" ", 10)}), store.ErrLimit)
}

// When keys and roles were used is known at once, and survives, and empties no cache.
func TestLastUses(t *testing.T) {
	ctx := t.Context()
	s, path := openNew(t)
	_, err := s.LastUsed(ctx, "AKIA")
	wantErr(t, "never", err, store.ErrNotFound)
	before := must(s.Version(ctx))(t)
	s.Used("AKIA", "sts", "us-east-1")
	check(t, s.WriteLastUses(ctx))
	s.Used("AKIB", "iam", "us-east-1")
	if u := must(s.LastUsed(ctx, "AKIB"))(t); u.Service != "iam" {
		t.Errorf("%+v", u)
	}
	check(t, s.WriteLastUses(ctx))
	if after := must(openAt(t, path).Version(ctx))(t); after != before {
		t.Error("a use is a new version")
	}
	if u := must(openAt(t, path).LastUsed(ctx, "AKIA"))(t); u.Service != "sts" || u.Region != "us-east-1" || time.Since(u.At) > time.Minute {
		t.Errorf("%+v", u)
	}
}

func TestProviders(t *testing.T) {
	ctx, s := t.Context(), open(t)
	p := store.Provider{Account: account, URL: "ci.example.com", ClientIDs: []string{"a"}, Internal: true}
	p = must(s.CreateProvider(ctx, p, store.Tag{Key: "k", Value: "v"}))(t)
	_, err := s.CreateProvider(ctx, p)
	wantErr(t, "twice", err, store.ErrExists)
	p.ClientIDs = append(p.ClientIDs, "b")
	check(t, s.UpdateProvider(ctx, p))
	check(t, s.PutTags(ctx, p.Tagged(), store.Tag{Key: "l", Value: "w"}))
	got := must(s.Provider(ctx, account, "ci.example.com"))(t)
	if len(got.ClientIDs) != 2 || !got.Internal || got.OneTime || len(must(s.Tags(ctx, p.Tagged()))(t)) != 2 || len(must(s.Providers(ctx, account))(t)) != 1 {
		t.Errorf("%+v", got)
	}
	check(t, s.DeleteProvider(ctx, account, p.URL))
	wantErr(t, "deleted twice", s.DeleteProvider(ctx, account, p.URL), store.ErrNotFound)
	if len(must(s.Tags(ctx, p.Tagged()))(t)) != 0 {
		t.Error("tags outlive their provider")
	}
}
