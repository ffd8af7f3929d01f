package sequence_test

import (
	"encoding/json"
	"slices"
	"time"
)

// owner is a user, group or role.
type owner struct {
	ID, Name string
	Inline   map[string]document
	Attached []string // ARNs
	Boundary string   // ARN
	Members  []string // of a group: ids of users
	Trust    []trust  // of a role
}

// trust is a statement of a trust policy. Whom it names is held to the id that he had when it was written.
type trust struct {
	Deny bool
	Kind string // any, account, user, role
	ID   string
}

// accessKey is a user's.
type accessKey struct {
	ID, Secret, User string
	Active           bool
}

// managed is a policy with its versions.
type managed struct {
	Versions      map[int]document
	Default, Last int
}

// repository is what was pushed: digests of blobs, digests of manifests, and the tags' digests.
type repository struct {
	Blobs     map[string]bool
	Manifests map[string]bool
	Tags      map[string]string
}

// state is what a backup holds of the model.
type state struct {
	Users, Groups, Roles map[string]*owner // by name
	Keys                 map[string]accessKey
	Policies             map[string]*managed // by ARN
	Repositories         map[string]*repository
	Revoked              map[string]time.Time // kind and subject
	TokenKeys            map[uint32]bool      // that were removed
}

func (s *state) clone() *state {
	text, err := json.Marshal(s)
	c := new(state)
	if err == nil {
		err = json.Unmarshal(text, c)
	}
	if err != nil {
		panic(err) // texts, times and lists
	}
	return c
}

func named(all map[string]*owner, id string) *owner {
	for _, o := range all {
		if o.ID == id {
			return o
		}
	}
	return nil
}

// identity are the documents of an owner, its groups' among them.
func (s *state) identity(o *owner) []document {
	var all []document
	add := func(o *owner) {
		for _, d := range o.Inline {
			all = append(all, d)
		}
		for _, arn := range o.Attached {
			all = append(all, s.inForce(arn))
		}
	}
	add(o)
	for _, g := range s.Groups {
		if slices.Contains(g.Members, o.ID) {
			add(g)
		}
	}
	return all
}

// inForce is the default version of a managed policy. It is attached, so that it is there.
func (s *state) inForce(arn string) document {
	p := s.Policies[arn]
	return p.Versions[p.Default]
}

// caller is who acts. The zero caller is nobody.
type caller struct {
	holder  *owner   // the user or role
	user    bool     // whether that is a user acting as himself
	guest   bool     // whether it is a federated user
	session *session // nil for a user's own key
}

func (c caller) nobody() bool { return c.holder == nil }

// verdict is what all policies say, part by part.
type verdict struct{ denied, identity, boundary, session bool }

// decide asks all policies of a caller.
func (s *state) decide(c caller, action, resource string) verdict {
	a := asks{action: action, resource: resource}
	if c.user {
		a.user = c.holder.Name
	}
	v := verdict{boundary: true, session: true}
	ask := func(all []document) (any bool) {
		for _, d := range all {
			allow, deny := d.says(a)
			v.denied, any = v.denied || deny, any || allow
		}
		return any
	}
	v.identity = ask(s.identity(c.holder))
	if c.holder.Boundary != "" {
		v.boundary = ask([]document{s.inForce(c.holder.Boundary)})
	}
	if c.session == nil {
		return v
	}
	documents, limited := c.session.policies(s, &v)
	if limited || c.guest {
		v.session = ask(documents)
	}
	return v
}

// policies are those that narrow a session. A managed one that is gone denies.
func (x *session) policies(s *state, v *verdict) (all []document, limited bool) {
	if x.Policy != nil {
		all = append(all, x.Policy)
	}
	for _, arn := range x.ARNs {
		if s.Policies[arn] == nil {
			v.denied = true
			continue
		}
		all = append(all, s.inForce(arn))
	}
	return all, x.Policy != nil || len(x.ARNs) > 0
}

func (v verdict) allowed() bool { return !v.denied && v.identity && v.boundary && v.session }

// may is whether a caller may do an action that no resource's policy is about.
func (s *state) may(c caller, action, resource string) bool {
	return !c.nobody() && s.decide(c, action, resource).allowed()
}

// mayAssume is may for the session of a role: its trust policy must allow it, and by how it names the caller stands in for
// the caller's own policies (docs/policies.md, "How a request is decided").
func (s *state) mayAssume(c caller, role *owner, arn string) bool {
	v := s.decide(c, "sts:AssumeRole", arn)
	if role == nil || v.denied {
		return false
	}
	trusted, direct, byRole := false, false, false
	for _, st := range role.Trust {
		named := st.Kind == "any" || st.Kind == "account" || st.Kind == "user" && c.user && st.ID == c.holder.ID ||
			st.Kind == "role" && !c.user && st.ID == c.holder.ID
		switch {
		case named && st.Deny:
			return false
		case named:
			trusted, direct, byRole = true, direct || st.Kind == "any" || st.Kind == "user", byRole || st.Kind == "role"
		}
	}
	return trusted && v.session && (direct || v.boundary && (byRole || v.identity))
}
