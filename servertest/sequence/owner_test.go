package sequence_test

import (
	"encoding/json"
	"maps"
	"slices"

	"pgregory.net/rapid"
)

// unless is a code where something does not hold.
func unless(holds bool, code string) string {
	if holds {
		return ""
	}
	return code
}

// first is the first code of all.
func first(codes ...string) string {
	for _, c := range codes {
		if c != "" {
			return c
		}
	}
	return ""
}

func drawn(t *rapid.T, names []string, what string) string {
	return rapid.SampledFrom(names).Draw(t, what)
}

func (m *machine) CreateUser(t *rapid.T) {
	name := drawn(t, userNames, "user")
	a, done := m.iam(t, "CreateUser", []string{"user/" + name}, map[string]string{"UserName": name}, unless(m.state.Users[name] == nil, "EntityAlreadyExists"))
	if done {
		m.state.Users[name] = &owner{ID: a.element("UserId"), Name: name, Inline: map[string]document{}}
		m.grantAtFirst(t, "User", m.state.Users[name])
	}
}

// grantAtFirst gives a new one a policy, most of the time: whoever may nothing shows nothing.
func (m *machine) grantAtFirst(t *rapid.T, kind string, o *owner) {
	if rapid.IntRange(0, 3).Draw(t, "bare") == 0 {
		return
	}
	d := m.document(t)
	a := m.query(t, m.admin, "iam", "Put"+kind+"Policy", map[string]string{kind + "Name": o.Name, "PolicyName": "i0", "PolicyDocument": d.text()})
	m.want(t, a, "", "a first policy "+d.text())
	o.Inline["i0"] = d
	if kind == "User" {
		m.addKey(t, o, m.query(t, m.admin, "iam", "CreateAccessKey", map[string]string{"UserName": o.Name}))
	}
}

func (m *machine) addKey(t *rapid.T, u *owner, a answer) {
	m.want(t, a, "", "a key")
	k := accessKey{a.element("AccessKeyId"), a.element("SecretAccessKey"), u.ID, true}
	m.state.Keys[k.ID] = k
	m.keys = append(m.keys, signer{id: k.ID, secret: k.Secret})
}

func (m *machine) keysOf(id string) (n int) {
	for _, k := range m.state.Keys {
		if k.User == id {
			n++
		}
	}
	return n
}

func (m *machine) groupsOf(id string) (n int) {
	for _, g := range m.state.Groups {
		if slices.Contains(g.Members, id) {
			n++
		}
	}
	return n
}

// bare is whether an owner may be deleted.
func (m *machine) bare(o *owner) string {
	return unless(len(o.Inline)+len(o.Attached)+len(o.Members)+m.keysOf(o.ID)+m.groupsOf(o.ID) == 0, "DeleteConflict")
}

func (m *machine) DeleteUser(t *rapid.T) {
	name := drawn(t, userNames, "user")
	u, want := m.state.Users[name], "NoSuchEntity"
	if u != nil {
		want = m.bare(u)
	}
	if _, done := m.iam(t, "DeleteUser", []string{"user/" + name}, map[string]string{"UserName": name}, want); done {
		delete(m.state.Users, name)
	}
}

// RemoveUser takes all from a user, and then the user, as somebody does who is asked to: so that users end.
func (m *machine) RemoveUser(t *rapid.T) {
	name := drawn(t, userNames, "user")
	if err := m.Store().DeleteUser(t.Context(), m.Account, name); (err == nil) != (m.state.Users[name] != nil) {
		t.Fatalf("removing %s: %v", name, err)
	}
	if u := m.state.Users[name]; u != nil {
		maps.DeleteFunc(m.state.Keys, func(_ string, k accessKey) bool { return k.User == u.ID })
		for _, g := range m.state.Groups {
			g.Members = slices.DeleteFunc(g.Members, func(id string) bool { return id == u.ID })
		}
		delete(m.state.Users, name)
	}
	m.tick()
}

func (m *machine) RenameUser(t *rapid.T) {
	name, other := drawn(t, userNames, "user"), drawn(t, userNames, "new")
	u := m.state.Users[name]
	resources := []string{"user/" + name}
	if u != nil {
		resources = append(resources, "user/"+other)
	}
	want := first(unless(u != nil, "NoSuchEntity"), unless(name == other || m.state.Users[other] == nil, "EntityAlreadyExists"))
	if _, done := m.iam(t, "UpdateUser", resources, map[string]string{"UserName": name, "NewUserName": other}, want); done {
		delete(m.state.Users, name)
		u.Name, m.state.Users[other] = other, u
	}
}

func (m *machine) CreateKey(t *rapid.T) {
	name := drawn(t, userNames, "user")
	u, want := m.state.Users[name], "NoSuchEntity"
	if u != nil {
		want = unless(m.keysOf(u.ID) < 2, "LimitExceeded")
	}
	if a, done := m.iam(t, "CreateAccessKey", []string{"user/" + name}, map[string]string{"UserName": name}, want); done {
		m.addKey(t, u, a)
	}
}

// someKey draws a key that there is or was, and whose it was called when it was asked.
func (m *machine) someKey(t *rapid.T) (k accessKey, name string, missing string) {
	name = drawn(t, userNames, "user")
	if len(m.keys) == 0 {
		t.Skip("no key")
	}
	id := rapid.SampledFrom(m.keys).Draw(t, "key").id
	u, k := m.state.Users[name], m.state.Keys[id]
	if k.ID == "" {
		k.ID = id
	}
	return k, name, unless(u != nil && k.User == u.ID, "NoSuchEntity")
}

func (m *machine) DeleteKey(t *rapid.T) {
	k, name, want := m.someKey(t)
	if _, done := m.iam(t, "DeleteAccessKey", []string{"user/" + name}, map[string]string{"UserName": name, "AccessKeyId": k.ID}, want); done {
		delete(m.state.Keys, k.ID)
	}
}

func (m *machine) SetKey(t *rapid.T) {
	k, name, want := m.someKey(t)
	status := drawn(t, []string{"Active", "Inactive"}, "status")
	if _, done := m.iam(t, "UpdateAccessKey", []string{"user/" + name}, map[string]string{"UserName": name, "AccessKeyId": k.ID, "Status": status}, want); done {
		k.Active = status == "Active"
		m.state.Keys[k.ID] = k
	}
}

func (m *machine) CreateGroup(t *rapid.T) {
	name := drawn(t, groupNames, "group")
	a, done := m.iam(t, "CreateGroup", []string{"group/" + name}, map[string]string{"GroupName": name}, unless(m.state.Groups[name] == nil, "EntityAlreadyExists"))
	if done {
		m.state.Groups[name] = &owner{ID: a.element("GroupId"), Name: name, Inline: map[string]document{}}
		m.grantAtFirst(t, "Group", m.state.Groups[name])
	}
}

func (m *machine) DeleteGroup(t *rapid.T) {
	name := drawn(t, groupNames, "group")
	g, want := m.state.Groups[name], "NoSuchEntity"
	if g != nil {
		want = m.bare(g)
	}
	if _, done := m.iam(t, "DeleteGroup", []string{"group/" + name}, map[string]string{"GroupName": name}, want); done {
		delete(m.state.Groups, name)
	}
}

func (m *machine) ChangeGroup(t *rapid.T) {
	group, user := drawn(t, groupNames, "group"), drawn(t, userNames, "user")
	operation := drawn(t, []string{"AddUserToGroup", "AddUserToGroup", "RemoveUserFromGroup"}, "operation")
	g, u := m.state.Groups[group], m.state.Users[user]
	member := g != nil && u != nil && slices.Contains(g.Members, u.ID)
	want := unless(g != nil && u != nil && (member || operation[0] == 'A'), "NoSuchEntity")
	_, done := m.iam(t, operation, []string{"group/" + group}, map[string]string{"GroupName": group, "UserName": user}, want)
	switch {
	case done && operation[0] == 'A' && !member:
		g.Members = append(g.Members, u.ID)
	case done && operation[0] == 'R':
		g.Members = slices.DeleteFunc(g.Members, func(id string) bool { return id == u.ID })
	}
}

// trust draws a trust policy, as it is written and as it is meant, and whether it names somebody who is not there.
func (m *machine) trust(t *rapid.T) (text string, all []trust, unknown bool) {
	var statements []map[string]any
	for range rapid.IntRange(1, 2).Draw(t, "statements") {
		st := trust{Deny: rapid.IntRange(0, 4).Draw(t, "deny") == 0, Kind: drawn(t, []string{"any", "account", "account", "user", "user", "role"}, "whom")}
		name := "*"
		switch st.Kind {
		case "account":
			name = "arn:aws:iam::" + m.Account + ":root"
		case "user":
			name = "user/" + drawn(t, userNames, "trusted")
		case "role":
			name = "role/" + drawn(t, roleNames, "trusted")
		}
		if o := map[string]map[string]*owner{"user": m.state.Users, "role": m.state.Roles}[st.Kind]; o != nil {
			who := o[name[5:]]
			if who == nil {
				unknown = true
			} else {
				st.ID = who.ID
			}
			name = m.arn(name)
		}
		effect := map[bool]string{true: "Deny", false: "Allow"}[st.Deny]
		statements = append(statements, map[string]any{"Effect": effect, "Principal": map[string]string{"AWS": name}, "Action": "sts:AssumeRole"})
		all = append(all, st)
	}
	b, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": statements})
	if err != nil {
		t.Fatal(err)
	}
	return string(b), all, unknown
}

func (m *machine) CreateRole(t *rapid.T) {
	name := drawn(t, roleNames, "role")
	text, all, unknown := m.trust(t)
	want := unless(m.state.Roles[name] == nil, "EntityAlreadyExists")
	if unknown {
		want = "MalformedPolicyDocument|" + want
	}
	a, done := m.iam(t, "CreateRole", []string{"role/" + name}, map[string]string{"RoleName": name, "AssumeRolePolicyDocument": text}, want)
	if done {
		m.state.Roles[name] = &owner{ID: a.element("RoleId"), Name: name, Trust: all, Inline: map[string]document{}}
		m.grantAtFirst(t, "Role", m.state.Roles[name])
	}
}

func (m *machine) UpdateTrust(t *rapid.T) {
	name := drawn(t, roleNames, "role")
	text, all, unknown := m.trust(t)
	r := m.state.Roles[name]
	want := first(unless(r != nil, "NoSuchEntity"), unless(!unknown, "MalformedPolicyDocument"))
	if _, done := m.iam(t, "UpdateAssumeRolePolicy", []string{"role/" + name}, map[string]string{"RoleName": name, "PolicyDocument": text}, want); done {
		r.Trust = all
	}
}

func (m *machine) DeleteRole(t *rapid.T) {
	name := drawn(t, roleNames, "role")
	r, want := m.state.Roles[name], "NoSuchEntity"
	if r != nil {
		want = m.bare(r)
	}
	if _, done := m.iam(t, "DeleteRole", []string{"role/" + name}, map[string]string{"RoleName": name}, want); done {
		delete(m.state.Roles, name)
	}
}
