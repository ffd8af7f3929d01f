package sequence_test

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// someOwner draws a kind of owner, a name of it, and who that is, if he is there.
func (m *machine) someOwner(t *rapid.T, kinds ...string) (kind, name string, o *owner) {
	switch kind = drawn(t, kinds, "kind"); kind {
	case "User":
		name = drawn(t, userNames, "name")
		return kind, name, m.state.Users[name]
	case "Group":
		name = drawn(t, groupNames, "name")
		return kind, name, m.state.Groups[name]
	}
	name = drawn(t, roleNames, "name")
	return kind, name, m.state.Roles[name]
}

func (m *machine) PutInline(t *rapid.T) {
	kind, name, o := m.someOwner(t, "User", "Group", "Role")
	inline, d := drawn(t, []string{"i0", "i1"}, "policy"), m.document(t)
	_, done := m.iam(t, "Put"+kind+"Policy", []string{strings.ToLower(kind) + "/" + name},
		map[string]string{kind + "Name": name, "PolicyName": inline, "PolicyDocument": d.text()}, unless(o != nil, "NoSuchEntity"))
	if done {
		o.Inline[inline] = d
	}
}

func (m *machine) DeleteInline(t *rapid.T) {
	kind, name, o := m.someOwner(t, "User", "Group", "Role")
	inline := drawn(t, []string{"i0", "i1"}, "policy")
	_, done := m.iam(t, "Delete"+kind+"Policy", []string{strings.ToLower(kind) + "/" + name},
		map[string]string{kind + "Name": name, "PolicyName": inline}, unless(o != nil && o.Inline[inline] != nil, "NoSuchEntity"))
	if done {
		delete(o.Inline, inline)
	}
}

func (m *machine) Attach(t *rapid.T) {
	kind, name, o := m.someOwner(t, "User", "Group", "Role")
	arn := m.arn("policy/" + drawn(t, policyNames, "policy"))
	_, done := m.iam(t, "Attach"+kind+"Policy", []string{strings.ToLower(kind) + "/" + name},
		map[string]string{kind + "Name": name, "PolicyArn": arn}, unless(o != nil && m.state.Policies[arn] != nil, "NoSuchEntity"))
	if done && !slices.Contains(o.Attached, arn) {
		o.Attached = append(o.Attached, arn)
	}
}

func (m *machine) Detach(t *rapid.T) {
	kind, name, o := m.someOwner(t, "User", "Group", "Role")
	arn := m.arn("policy/" + drawn(t, policyNames, "policy"))
	_, done := m.iam(t, "Detach"+kind+"Policy", []string{strings.ToLower(kind) + "/" + name},
		map[string]string{kind + "Name": name, "PolicyArn": arn}, unless(o != nil && slices.Contains(o.Attached, arn), "NoSuchEntity"))
	if done {
		o.Attached = slices.DeleteFunc(o.Attached, func(a string) bool { return a == arn })
	}
}

func (m *machine) Bound(t *rapid.T) {
	kind, name, o := m.someOwner(t, "User", "Role")
	resource := []string{strings.ToLower(kind) + "/" + name}
	if rapid.Bool().Draw(t, "delete") {
		_, done := m.iam(t, "Delete"+kind+"PermissionsBoundary", resource, map[string]string{kind + "Name": name}, unless(o != nil && o.Boundary != "", "NoSuchEntity"))
		if done {
			o.Boundary = ""
		}
		return
	}
	arn := m.arn("policy/" + drawn(t, policyNames, "policy"))
	_, done := m.iam(t, "Put"+kind+"PermissionsBoundary", resource, map[string]string{kind + "Name": name, "PermissionsBoundary": arn},
		unless(o != nil && m.state.Policies[arn] != nil, "NoSuchEntity"))
	if done {
		o.Boundary = arn
	}
}

func (m *machine) CreatePolicy(t *rapid.T) {
	name, d := drawn(t, policyNames, "policy"), m.document(t)
	arn := m.arn("policy/" + name)
	_, done := m.iam(t, "CreatePolicy", []string{"policy/" + name}, map[string]string{"PolicyName": name, "PolicyDocument": d.text()}, unless(m.state.Policies[arn] == nil, "EntityAlreadyExists"))
	if done {
		m.state.Policies[arn] = &managed{map[int]document{1: d}, 1, 1}
	}
}

// somePolicy draws a policy, and a version that it has or not.
func (m *machine) somePolicy(t *rapid.T) (resource []string, arn, version string, p *managed, n int) {
	name := drawn(t, policyNames, "policy")
	arn = m.arn("policy/" + name)
	n = rapid.IntRange(1, 4).Draw(t, "version")
	return []string{"policy/" + name}, arn, fmt.Sprint("v", n), m.state.Policies[arn], n
}

func (m *machine) CreateVersion(t *rapid.T) {
	resource, arn, _, p, _ := m.somePolicy(t)
	d, usual := m.document(t), rapid.Bool().Draw(t, "default")
	want := "NoSuchEntity"
	if p != nil {
		want = unless(len(p.Versions) < 5, "LimitExceeded")
	}
	_, done := m.iam(t, "CreatePolicyVersion", resource, map[string]string{"PolicyArn": arn, "PolicyDocument": d.text(), "SetAsDefault": fmt.Sprint(usual)}, want)
	if !done {
		return
	}
	p.Last++
	p.Versions[p.Last] = d
	if usual {
		p.Default = p.Last
	}
}

func (m *machine) SetVersion(t *rapid.T) {
	resource, arn, version, p, n := m.somePolicy(t)
	_, done := m.iam(t, "SetDefaultPolicyVersion", resource, map[string]string{"PolicyArn": arn, "VersionId": version}, unless(p != nil && p.Versions[n] != nil, "NoSuchEntity"))
	if done {
		p.Default = n
	}
}

func (m *machine) DeleteVersion(t *rapid.T) {
	resource, arn, version, p, n := m.somePolicy(t)
	want := unless(p != nil && p.Versions[n] != nil, "NoSuchEntity")
	if p != nil && p.Default == n {
		want = "DeleteConflict"
	}
	if _, done := m.iam(t, "DeletePolicyVersion", resource, map[string]string{"PolicyArn": arn, "VersionId": version}, want); done {
		delete(p.Versions, n)
	}
}

func (m *machine) DeletePolicy(t *rapid.T) {
	resource, arn, _, p, _ := m.somePolicy(t)
	want := "NoSuchEntity"
	if p != nil {
		want = unless(len(p.Versions) == 1, "DeleteConflict")
	}
	for _, all := range []map[string]*owner{m.state.Users, m.state.Groups, m.state.Roles} {
		for _, o := range all {
			if o.Boundary == arn || slices.Contains(o.Attached, arn) {
				want = "DeleteConflict"
			}
		}
	}
	if _, done := m.iam(t, "DeletePolicy", resource, map[string]string{"PolicyArn": arn}, want); done {
		delete(m.state.Policies, arn)
	}
}
