package store_test

import (
	"testing"

	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/store"
)

// What decides is the store of one moment. Here a Deny is moved from a managed policy to an inline one while somebody reads
// the two: read one after the other, it would be in neither.
func TestIdentityIsOfOneMoment(t *testing.T) {
	ctx, s := t.Context(), open(t)
	u, other := must(s.CreateUser(ctx, account, "ci"))(t), must(s.CreateUser(ctx, account, "other"))(t)
	const denyAll = `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`
	p := must(s.CreatePolicy(ctx, store.ManagedPolicy{Account: account, Name: "p", Path: "/"}, denyAll))(t)
	for _, o := range []store.Owner{u.Owner(), other.Owner()} {
		check(t, s.PutInlinePolicy(ctx, o, store.InlinePolicy{Name: "allow", Document: allowAll}))
		check(t, s.AttachPolicy(ctx, o, p.ARN()))
	}
	allowed := func(who store.Identity) bool {
		return policy.Evaluate(policy.Request{Principal: who.Principal(), Action: "x:y", Resource: "*"}, who.Policies).Allowed()
	}
	before := must(s.UserIdentityWhile(ctx, account, u.ID, func() {
		check(t, s.PutInlinePolicy(ctx, u.Owner(), store.InlinePolicy{Name: "deny", Document: denyAll}))
		must(s.CreatePolicyVersion(ctx, p, allowAll, true))(t)
		if who := must(s.Identity(ctx, account, other.ID))(t); !allowed(who) { // and keeps the policy as it is now
			t.Error("the new version is not in force")
		}
	}))(t)
	if len(before.Policies) != 2 || allowed(before) {
		t.Errorf("%d policies, and allowed is %v", len(before.Policies), allowed(before))
	}
	if after := must(s.Identity(ctx, account, u.ID))(t); len(after.Policies) != 3 || allowed(after) {
		t.Errorf("afterwards %d policies, and allowed is %v", len(after.Policies), allowed(after))
	}
}

func TestUsersByPage(t *testing.T) {
	ctx, s := t.Context(), open(t)
	for path, name := range map[string]string{"/": "Bert", "/x/": "anna", "/x/y/": "carl", "/X/": "dora"} {
		must(s.CreateUserUnder(ctx, account, path, name, ""))(t)
	}
	for _, tc := range []struct {
		path, after string
		most        int
		want        string
	}{
		{"/", "", 9, "anna Bert carl dora "}, {"/", "", 2, "anna Bert "}, {"/", "anna", 2, "Bert carl "}, {"/", "bert", 9, "carl dora "},
		{"/x/", "", 9, "anna carl "}, {"/x/", "anna", 9, "carl "}, {"/%", "", 9, ""}, {"/", "dora", 9, ""},
	} {
		got := ""
		for _, u := range must(s.UsersFrom(ctx, account, tc.path, tc.after, tc.most))(t) {
			got += u.Name + " "
		}
		if got != tc.want {
			t.Errorf("below %s after %q: %q, want %q", tc.path, tc.after, got, tc.want)
		}
	}
	var ids []string
	for after := ""; ; after = ids[len(ids)-1] {
		page := must(s.UsersFromID(ctx, account, after, 1))(t)
		if len(page) == 0 {
			break
		}
		ids = append(ids, page[0].ID)
	}
	if len(ids) != 4 {
		t.Errorf("by id: %q", ids)
	}
}
