package policy_test

import (
	"strings"
	"testing"

	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
)

// guest is a federated user, and ci a caller of whom only an identity provider knows.
var (
	guest = principal.Principal{Kind: principal.FederatedUser, Account: account, Name: "guest"}
	root  = principal.Principal{Kind: principal.Root, Account: account}
	ci    = principal.Principal{Kind: principal.WebIdentity, Account: account, Name: "repo:acme/app", Provider: provider}
)

const (
	provider = "arn:aws:iam::" + account + ":oidc-provider/token.actions.githubusercontent.com"
	aRole    = "arn:aws:iam::" + account + ":role/deploy"
	assume   = "sts:AssumeRole"
	pinned   = `{"StringEquals":{"token.actions.githubusercontent.com:aud":"octroi"},"StringLike":{"token.actions.githubusercontent.com:sub":"repo:acme/*"}}`
)

// The sources of a case, each in a word.

func of(t testing.TB, kind policy.Type, text string) policy.Source {
	t.Helper()
	parse := policy.Parse
	switch kind {
	case policy.SessionPolicy:
		parse = policy.ParseSession
	case policy.ResourcePolicy:
		parse = policy.ParseResource
	case policy.TrustPolicy:
		parse = policy.ParseTrust
	}
	d, err := parse([]byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return policy.Source{Type: kind, Name: kind.String(), Document: d}
}

// granting and refusing are statements of resource and trust policies; names are their principals.
func granting(principals string, action string) string {
	return `{"Effect":"Allow","Principal":` + principals + `,"Action":"` + action + `"}`
}

func refusing(principals string, action string) string {
	return `{"Effect":"Deny",` + principals + `,"Action":"` + action + `"}`
}

func aws(names ...string) string { return `{"AWS":["` + strings.Join(names, `","`) + `"]}` }

// TestHostileP19 is the table of docs/policies.md: what the policy of a repository is worth, by how it
// names the caller and by which other policies there are. nobody has no policy at all, and bounded a
// boundary that does not allow the request.
func TestHostileP19(t *testing.T) {
	const permits, withholds, missing = "allows", "does not", ""
	const yes, no = policy.Allow, policy.ImplicitDeny
	named := map[string]string{
		"everybody": `"*"`, "AWS everybody": aws("*"), "account": aws(account), "account root": aws("arn:aws:iam::" + account + ":root"), "other account": aws(elsewhere),
		"user": aws(alice.ARN()), "user id": aws("AIDAALICEALICEALICE1"), "role": aws(builder.RoleARN()), "role id": aws("AROABUILDERBUILDER1"), "session": aws(builder.ARN()),
		"federated user": aws(guest.ARN()), "others": aws("arn:aws:iam::"+account+":user/alice", "arn:aws:iam::"+account+":role/x", "arn:aws:sts::"+account+":assumed-role/builder/other", "arn:aws:sts::"+account+":federated-user/x"),
		"provider": `{"Federated":"` + provider + `"}`, "service": `{"Service":"ecs-tasks.amazonaws.com"}`,
	}
	user, session := alice, builder
	user.ID, session.ID, session.Provider = "AIDAALICEALICEALICE1", "AROABUILDERBUILDER1", provider
	for _, tc := range []struct {
		who      principal.Principal
		named    string
		identity string
		boundary string
		session  string
		want     policy.Effect
		lacks    policy.Type
	}{
		// a user of the account
		{user, "user", missing, missing, missing, yes, 0},
		{user, "user", missing, withholds, missing, yes, 0}, // what names himself needs no boundary
		{user, "user id", missing, withholds, missing, yes, 0},
		{user, "everybody", missing, withholds, missing, yes, 0},
		{user, "AWS everybody", missing, withholds, missing, yes, 0},
		{user, "account", missing, missing, missing, no, policy.IdentityPolicy}, // which only delegates
		{user, "account root", missing, missing, missing, no, policy.IdentityPolicy},
		{user, "account", permits, missing, missing, yes, 0},
		{user, "account", permits, withholds, missing, no, policy.PermissionsBoundary},
		{user, "account", permits, permits, missing, yes, 0},
		{user, "others", missing, missing, missing, no, policy.IdentityPolicy},
		{user, "others", permits, missing, missing, yes, 0},
		{user, "other account", missing, missing, missing, no, policy.IdentityPolicy},
		{user, "role", missing, missing, missing, no, policy.IdentityPolicy},
		{user, "session", missing, missing, missing, no, policy.IdentityPolicy},
		{user, "service", missing, missing, missing, no, policy.IdentityPolicy},
		{user, "provider", missing, missing, missing, no, policy.IdentityPolicy},
		{user, "role id", missing, missing, missing, no, policy.IdentityPolicy},
		// a session of a role of the account
		{session, "user id", missing, missing, missing, no, policy.IdentityPolicy},
		{builder, "provider", missing, missing, missing, no, policy.IdentityPolicy},
		{session, "session", missing, missing, missing, yes, 0},
		{session, "session", missing, withholds, missing, yes, 0},
		{session, "session", missing, missing, withholds, no, policy.SessionPolicy}, // stricter than one page of AWS's
		{session, "session", missing, missing, permits, yes, 0},
		{session, "role", missing, missing, missing, yes, 0},
		{session, "role", missing, withholds, missing, no, policy.PermissionsBoundary},
		{session, "role", missing, permits, missing, yes, 0},
		{session, "role", missing, missing, withholds, no, policy.SessionPolicy},
		{session, "role id", missing, missing, missing, yes, 0},
		{session, "role id", missing, withholds, missing, no, policy.PermissionsBoundary},
		{session, "provider", missing, missing, missing, yes, 0},
		{session, "provider", missing, withholds, missing, no, policy.PermissionsBoundary},
		{session, "everybody", missing, withholds, missing, yes, 0},
		{session, "everybody", missing, withholds, withholds, no, policy.SessionPolicy},
		{session, "account", missing, missing, missing, no, policy.IdentityPolicy},
		{session, "account", permits, permits, permits, yes, 0},
		{session, "account", permits, permits, withholds, no, policy.SessionPolicy},
		{session, "others", missing, missing, missing, no, policy.IdentityPolicy},
		{session, "user", missing, missing, missing, no, policy.IdentityPolicy},
		// whom a user federated
		{guest, "federated user", missing, missing, missing, no, policy.SessionPolicy}, // without a policy he may nothing
		{guest, "federated user", missing, missing, permits, yes, 0},
		{guest, "account", permits, missing, permits, yes, 0},
		{guest, "account", permits, missing, missing, no, policy.SessionPolicy},
		{guest, "others", missing, missing, permits, no, policy.IdentityPolicy},
		// the account's root
		{root, "others", missing, missing, missing, yes, 0},
		{root, "account", missing, missing, missing, yes, 0},
		{root, "others", missing, missing, withholds, no, policy.SessionPolicy},
		// those who are in no account
		{principal.Principal{}, "everybody", permits, missing, missing, no, policy.IdentityPolicy},
		{ci, "everybody", permits, missing, missing, no, policy.IdentityPolicy},
		{ci, "provider", permits, missing, missing, no, policy.IdentityPolicy},
	} {
		sources := []policy.Source{of(t, policy.ResourcePolicy, v2012(granting(named[tc.named], "ecr-public:*")))}
		for kind, says := range map[policy.Type]string{policy.IdentityPolicy: tc.identity, policy.PermissionsBoundary: tc.boundary, policy.SessionPolicy: tc.session} {
			switch says {
			case permits:
				sources = append(sources, of(t, kind, v2012(allows("ecr-public:*", "*"))))
			case withholds:
				sources = append(sources, of(t, kind, v2012(allows("s3:*", "*"))))
			}
		}
		d := policy.Evaluate(policy.Request{Principal: tc.who, Action: put, Resource: team}, sources)
		if d.Effect != tc.want || d.Effect != yes && d.PolicyType != tc.lacks {
			t.Errorf("P19 %s named by %s, identity %q, boundary %q, session %q: %+v", tc.who, tc.named, tc.identity, tc.boundary, tc.session, d)
		}
		if decides := decider(tc.who, tc.identity == permits); tc.want == yes && d.PolicyType != decides {
			t.Errorf("P19 %s named by %s, identity %q: decided by %v", tc.who, tc.named, tc.identity, d.PolicyType)
		}
	}
}

// TestIDsAreOfMembers: an id is that of a user or role, whatever else carries it.
func TestIDsAreOfMembers(t *testing.T) {
	refused := []policy.Source{of(t, policy.ResourcePolicy, v2012(refusing(`"Principal":`+aws("AIDAALICEALICEALICE1"), "*")))}
	for kind, want := range map[principal.Kind]policy.Effect{principal.User: policy.ExplicitDeny, principal.AssumedRole: policy.ExplicitDeny, principal.WebIdentity: policy.ImplicitDeny, 77: policy.ImplicitDeny} {
		who := principal.Principal{Kind: kind, Account: account, ID: "AIDAALICEALICEALICE1"}
		if d := policy.Evaluate(policy.Request{Principal: who, Action: put, Resource: team}, refused); d.Effect != want {
			t.Errorf("%d: %+v", kind, d)
		}
	}
}

// decider is the type of the policy that an Allow is put down to.
func decider(who principal.Principal, byIdentity bool) policy.Type {
	switch {
	case byIdentity:
		return policy.IdentityPolicy
	case who.Kind == principal.Root:
		return 0
	}
	return policy.ResourcePolicy
}

// TestFirstOfTheWidest: of several Allows, the reason is the first of those that name the caller best.
func TestFirstOfTheWidest(t *testing.T) {
	by := func(name, named string) policy.Source {
		source := of(t, policy.ResourcePolicy, v2012(granting(aws(account), "*"), granting(named, "*"), granting(named, "*")))
		source.Name = name
		return source
	}
	sources := []policy.Source{by("account", aws(account)), by("role", aws(builder.RoleARN())), by("session", aws(builder.ARN())), by("again", aws(builder.ARN())), by("role again", aws(builder.RoleARN()))}
	d := policy.Evaluate(policy.Request{Principal: builder, Action: put, Resource: team}, sources)
	if want := (policy.Decision{Effect: policy.Allow, PolicyType: policy.ResourcePolicy, Policy: "session", Statement: "#2"}); d != want {
		t.Errorf("%+v", d)
	}
}

// TestOtherAccount: there must be an Allow on both sides, whoever is named.
func TestOtherAccount(t *testing.T) {
	const theirs = "arn:aws:ecr-public::" + elsewhere + ":repository/team"
	mine, none := of(t, policy.IdentityPolicy, v2012(allows("*", "*"))), policy.Source{}
	for _, tc := range []struct {
		who      principal.Principal
		named    string
		identity policy.Source
		want     policy.Effect
		lacks    policy.Type
	}{
		{alice, aws(alice.ARN()), mine, policy.Allow, 0},
		{alice, aws(alice.ARN()), none, policy.ImplicitDeny, policy.IdentityPolicy},
		{alice, aws(account), mine, policy.Allow, 0},
		{alice, aws(account), none, policy.ImplicitDeny, policy.IdentityPolicy},
		{alice, `"*"`, mine, policy.Allow, 0},
		{alice, `"*"`, none, policy.ImplicitDeny, policy.IdentityPolicy},
		{alice, aws(elsewhere), mine, policy.ImplicitDeny, policy.ResourcePolicy},
		{builder, aws(builder.RoleARN()), mine, policy.Allow, 0},
		{builder, aws(builder.ARN()), none, policy.ImplicitDeny, policy.IdentityPolicy},
		{root, aws(account), none, policy.Allow, 0},
		{root, aws(elsewhere), none, policy.ImplicitDeny, policy.ResourcePolicy},
	} {
		sources := []policy.Source{of(t, policy.ResourcePolicy, v2012(granting(tc.named, "*")))}
		if tc.identity.Document != nil {
			sources = append(sources, tc.identity)
		}
		for name, req := range map[string]policy.Request{
			"by the ARN":     {Principal: tc.who, Action: put, Resource: theirs},
			"by the account": {Principal: tc.who, Action: put, Resource: team, ResourceAccount: elsewhere},
		} {
			d := policy.Evaluate(req, sources)
			if d.Effect != tc.want || d.Effect != policy.Allow && d.PolicyType != tc.lacks {
				t.Errorf("%s, %s named by %s: %+v", name, tc.who, tc.named, d)
			}
		}
		boundary := of(t, policy.PermissionsBoundary, v2012(allows("s3:*", "*")))
		if d := policy.Evaluate(policy.Request{Principal: tc.who, Action: put, Resource: theirs}, append(sources, boundary)); d.Allowed() {
			t.Errorf("%s named by %s: beyond the boundary: %+v", tc.who, tc.named, d)
		}
	}
	d := policy.Evaluate(policy.Request{Principal: alice, Action: put, Resource: theirs}, []policy.Source{mine})
	if d.Allowed() || d.PolicyType != policy.ResourcePolicy {
		t.Errorf("without a policy of the repository: %+v", d)
	}
	d = policy.Evaluate(policy.Request{Principal: alice, Action: "iam:GetPolicy", Resource: "arn:aws:iam::aws:policy/ReadOnly"}, []policy.Source{mine})
	if !d.Allowed() {
		t.Errorf("what belongs to everybody: %+v", d)
	}
}

// TestHostileP01Everywhere: a Deny in a policy of any type wins over everything that allows.
func TestHostileP01Everywhere(t *testing.T) {
	all := []policy.Source{
		of(t, policy.IdentityPolicy, v2012(allows("*", "*"))), of(t, policy.PermissionsBoundary, v2012(allows("*", "*"))), of(t, policy.SessionPolicy, v2012(allows("*", "*"))),
		of(t, policy.ResourcePolicy, v2012(granting(`"*"`, "*"))),
	}
	req := policy.Request{Principal: builder, Action: put, Resource: team}
	if d := policy.Evaluate(req, all); !d.Allowed() {
		t.Fatalf("control: %+v", d)
	}
	for kind, text := range map[policy.Type]string{
		policy.IdentityPolicy: v2012(denies(put, "*")), policy.PermissionsBoundary: v2012(denies(put, "*")), policy.SessionPolicy: v2012(denies(put, "*")),
		policy.ResourcePolicy: v2012(refusing(`"Principal":`+aws(account), put)),
	} {
		for at := range len(all) + 1 {
			sources := append(append(append([]policy.Source{}, all[:at]...), of(t, kind, text)), all[at:]...)
			if d := policy.Evaluate(req, sources); d.Effect != policy.ExplicitDeny || d.PolicyType != kind || d.Statement != "#1" {
				t.Errorf("P01 %v at %d: %+v", kind, at, d)
			}
		}
	}
	// the root's own repository may refuse him, and everybody includes those who are nobody
	for _, who := range []principal.Principal{root, {}, ci} {
		refused := of(t, policy.ResourcePolicy, v2012(refusing(`"Principal":"*"`, "*")))
		if d := policy.Evaluate(policy.Request{Principal: who, Action: put, Resource: team}, []policy.Source{refused}); d.Effect != policy.ExplicitDeny {
			t.Errorf("P01 %s: %+v", who, d)
		}
	}
}

func TestHostileP18(t *testing.T) {
	all := of(t, policy.IdentityPolicy, v2012(allows("*", "*")))
	for name, text := range map[string]string{
		"P18 only a Deny":        v2012(denies("s3:*", "*")),
		"P18 an Allow of others": v2012(allows("s3:*", "*")),
		"P18 a condition fails":  v2012(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Null":{"aws:userid":"true"}}}`),
	} {
		for _, who := range []principal.Principal{builder, guest, alice} {
			d := policy.Evaluate(policy.Request{Principal: who, Action: put, Resource: team}, []policy.Source{all, of(t, policy.SessionPolicy, text)})
			if d.Allowed() || d.PolicyType != policy.SessionPolicy {
				t.Errorf("%s: %s: %+v", name, who, d)
			}
		}
	}
	two := []policy.Source{all, of(t, policy.SessionPolicy, v2012(allows("s3:*", "*"))), of(t, policy.SessionPolicy, v2012(allows("ecr-public:*", "*")))}
	if d := policy.Evaluate(policy.Request{Principal: builder, Action: put, Resource: team}, two); !d.Allowed() {
		t.Errorf("one of two session policies allows: %+v", d)
	}
	two = []policy.Source{all, of(t, policy.PermissionsBoundary, v2012(allows("s3:*", "*"))), of(t, policy.PermissionsBoundary, v2012(allows("ecr-public:*", "*")))}
	if d := policy.Evaluate(policy.Request{Principal: builder, Action: put, Resource: team}, two); d.Allowed() {
		t.Errorf("one of two boundaries does not allow: %+v", d)
	}
}

func TestHostileP06NotPrincipal(t *testing.T) {
	for _, tc := range []struct {
		name  string
		who   principal.Principal
		list  string
		want  policy.Effect
		bound bool
	}{
		{"P06 user and account", alice, aws(account, alice.ARN()), policy.Allow, false},
		{"P06 user alone", alice, aws(alice.ARN()), policy.ExplicitDeny, false},
		{"P06 account alone", alice, aws(account), policy.ExplicitDeny, false},
		{"P06 another user", alice, aws(account, "arn:aws:iam::"+account+":user/bob"), policy.ExplicitDeny, false},
		{"P06 user, account and boundary", alice, aws(account, alice.ARN()), policy.ExplicitDeny, true},
		{"P06 session, role and account", builder, aws(account, builder.ARN(), builder.RoleARN()), policy.Allow, false},
		{"P06 role and account", builder, aws(account, builder.RoleARN()), policy.ExplicitDeny, false},
		{"P06 session and account", builder, aws(account, builder.ARN()), policy.ExplicitDeny, false},
		{"P06 root", root, aws(account), policy.Allow, false},
		{"P06 root of another account", root, aws(elsewhere), policy.ExplicitDeny, false},
	} {
		sources := []policy.Source{of(t, policy.IdentityPolicy, v2012(allows("*", "*"))), of(t, policy.ResourcePolicy, v2012(refusing(`"NotPrincipal":`+tc.list, "*")))}
		if tc.bound {
			sources = append(sources, of(t, policy.PermissionsBoundary, v2012(allows("*", "*"))))
		}
		if d := policy.Evaluate(policy.Request{Principal: tc.who, Action: put, Resource: team}, sources); d.Effect != tc.want {
			t.Errorf("%s: %+v", tc.name, d)
		}
	}
	trust := of(t, policy.TrustPolicy, v2012(`{"Effect":"Allow","Principal":{"Federated":"`+provider+`"},"Action":"sts:*","Condition":`+pinned+`}`,
		`{"Effect":"Deny","NotPrincipal":{"Federated":"`+provider+`"},"Action":"sts:*"}`))
	if d := policy.Evaluate(webRequest(ci), []policy.Source{trust}); !d.Allowed() {
		t.Errorf("P06 a web identity of the provider: %+v", d)
	}
}

func TestActionsWithoutPermission(t *testing.T) {
	nothing := []policy.Source{of(t, policy.IdentityPolicy, v2012(denies("*", "*")))}
	for _, tc := range []struct {
		action  string
		who     principal.Principal
		sources []policy.Source
		want    bool
	}{
		{"sts:GetCallerIdentity", alice, nil, true},
		{"STS:getcalleridentity", builder, nothing, true}, // also if it is denied
		{"sts:GetCallerIdentity", principal.Principal{}, nil, false},
		{"sts:GetCallerIdentity", ci, nil, false},
		{"sts:GetSessionToken", alice, nil, true},
		{"sts:GetSessionToken", alice, []policy.Source{of(t, policy.PermissionsBoundary, v2012(allows("s3:*", "*")))}, true},
		{"sts:GetSessionToken", alice, nothing, false},
		{"sts:GetSessionToken", builder, nil, false},
		{"sts:GetSessionTokens", alice, nil, false},
	} {
		d := policy.Evaluate(policy.Request{Principal: tc.who, Action: tc.action, Resource: "*"}, tc.sources)
		if d.Allowed() != tc.want {
			t.Errorf("%s by %s: %+v", tc.action, tc.who, d)
		}
	}
}

// TestTypesMustFit: a document says what its type says, or it denies.
func TestTypesMustFit(t *testing.T) {
	req := policy.Request{Principal: alice, Action: assume, Resource: aRole}
	identity := of(t, policy.IdentityPolicy, v2012(allows("*", "*")))
	resource := of(t, policy.ResourcePolicy, v2012(granting(`"*"`, "*")))
	trust := of(t, policy.TrustPolicy, v2012(granting(`"*"`, assume)))
	if d := policy.Evaluate(req, []policy.Source{identity, resource, trust}); !d.Allowed() {
		t.Fatalf("control: %+v", d)
	}
	for kind, documents := range map[policy.Type][]policy.Source{
		policy.IdentityPolicy: {resource, trust}, policy.PermissionsBoundary: {resource, trust}, policy.SessionPolicy: {resource, trust},
		policy.ResourcePolicy: {identity, trust}, policy.TrustPolicy: {identity, resource}, 77: {identity, resource, trust},
	} {
		for _, source := range append(documents, policy.Source{}) {
			source.Type = kind
			if d := policy.Evaluate(req, []policy.Source{identity, resource, trust, source}); d.Effect != policy.ExplicitDeny || d.PolicyType != kind {
				t.Errorf("%v: %+v", kind, d)
			}
		}
	}
}

func TestBound(t *testing.T) {
	text := v2012(granting(aws(alice.ARN(), builder.RoleARN(), "arn:aws:iam::"+account+":user/gone", account), put), refusing(`"NotPrincipal":`+aws(account, alice.ARN()), "ecr-public:DeleteRepository"))
	d := of(t, policy.ResourcePolicy, text)
	names := d.Document.Principals()
	if want := strings.Join([]string{alice.ARN(), builder.RoleARN(), "arn:aws:iam::" + account + ":user/gone", alice.ARN()}, " "); strings.Join(names, " ") != want {
		t.Errorf("%v", names)
	}
	bound := policy.Source{Type: d.Type, Document: d.Document.Bound(map[string]string{alice.ARN(): alice.ID, builder.RoleARN(): builder.ID})}
	again, gone := alice, alice
	again.ID = "AIDAANOTHER"
	gone.Name, gone.Path, gone.ID = "gone", "/", ""
	remade := builder
	remade.ID = "AROAANOTHER"
	renamed, moved := alice, builder
	renamed.Name, moved.Path = "alice2", "/elsewhere/"
	for _, tc := range []struct {
		who           principal.Principal
		action        string
		before, after policy.Effect
	}{
		{alice, put, policy.Allow, policy.Allow},
		{again, put, policy.Allow, policy.ImplicitDeny},
		{gone, put, policy.Allow, policy.ImplicitDeny},
		{builder, put, policy.Allow, policy.Allow},
		{remade, put, policy.Allow, policy.ImplicitDeny},
		{renamed, put, policy.ImplicitDeny, policy.Allow},
		{moved, put, policy.ImplicitDeny, policy.Allow},
		{renamed, "ecr-public:DeleteRepository", policy.ExplicitDeny, policy.ImplicitDeny},
		{alice, "ecr-public:DeleteRepository", policy.ImplicitDeny, policy.ImplicitDeny},
		{again, "ecr-public:DeleteRepository", policy.ImplicitDeny, policy.ExplicitDeny},
	} {
		req := policy.Request{Principal: tc.who, Action: tc.action, Resource: team}
		if got := policy.Evaluate(req, []policy.Source{d}).Effect; got != tc.before {
			t.Errorf("%s %s: %v", tc.who.ID, tc.action, got)
		}
		if got := policy.Evaluate(req, []policy.Source{bound}).Effect; got != tc.after {
			t.Errorf("%s %s, bound: %v", tc.who.ID, tc.action, got)
		}
	}
	plain := of(t, policy.IdentityPolicy, v2012(allows("*", "*")))
	plain.Document = plain.Document.Bound(nil)
	if d := policy.Evaluate(policy.Request{Principal: alice, Action: put, Resource: team}, []policy.Source{plain}); !d.Allowed() {
		t.Errorf("who names nobody is not bound: %+v", d)
	}
}

// A session that is named is one of the role that is meant; a unique id is itself.
func TestBoundSession(t *testing.T) {
	lone := alice
	lone.ID = "AIDALONELONELONELONE"
	d := of(t, policy.TrustPolicy, v2012(`{"Effect":"Allow","Action":"sts:AssumeRole","Principal":`+aws(builder.ARN(), lone.ID)+`}`)).Document
	if names, ids := d.Principals(), d.UniqueIDs(); len(names) != 1 || names[0] != builder.ARN() || len(ids) != 1 || ids[0] != lone.ID {
		t.Errorf("names %q and %q", names, ids)
	}
	bound := policy.Source{Type: policy.TrustPolicy, Document: d.Bound(map[string]string{builder.ARN(): builder.ID})}
	all := of(t, policy.IdentityPolicy, v2012(`{"Effect":"Allow","Action":"*","Resource":"*"}`))
	remade, other := builder, builder
	remade.ID, other.Session = "AROAANOTHER", "other"
	for who, want := range map[principal.Principal]bool{builder: true, remade: false, other: false, lone: true, alice: false} {
		req := policy.Request{Principal: who, Action: "sts:AssumeRole", Resource: "arn:aws:iam::" + account + ":role/x"}
		if got := policy.Evaluate(req, []policy.Source{all, bound}).Allowed(); got != want {
			t.Errorf("%s: %v", who.UserID(), got)
		}
	}
}

// TestRepositoryPolicies: what AWS's own examples hold, and what Resource says when it is there.
func TestRepositoryPolicies(t *testing.T) {
	statement := func(more string) string {
		return v2008(`{"Sid":"ECR Public Repository Policy","Effect":"Allow","Principal":{"AWS":["` + account + `","*"]},"Action":["ecr-public:PutImage","ecr-public:ListImages"]` + more + `}`)
	}
	for more, want := range map[string]policy.Effect{
		"": policy.Allow, `,"Resource":"*"`: policy.Allow, `,"Resource":"` + team + `"`: policy.Allow,
		`,"Resource":"` + team + `2"`: policy.ImplicitDeny, `,"NotResource":"` + team + `"`: policy.ImplicitDeny,
	} {
		d := policy.Evaluate(policy.Request{Principal: alice, Action: put, Resource: team}, []policy.Source{of(t, policy.ResourcePolicy, statement(more))})
		if d.Effect != want || want == policy.Allow && d.Statement != "ECR Public Repository Policy" {
			t.Errorf("%s: %+v", more, d)
		}
	}
	for _, sid := range []string{"-a", "a#b", "é"} {
		of(t, policy.ResourcePolicy, v2012(`{"Sid":"`+sid+`","Effect":"Deny","Principal":"*","Action":"*"}`))
	}
}
