package sequence_test

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"time"
)

// session is one that began.
type session struct {
	ID, Secret, Token string
	Kind              string // role, user, guest
	Holder            string // id of the role or user
	Parent            string // the user's key, of a user's and a guest's
	Policy            document
	ARNs              []string
	Begun, Ends       time.Time
}

// login is a password of the registry, or, with a scope, a bearer.
type login struct {
	Password, Bearer string
	Name             string // in the record, by which it can be revoked
	Holder, Key      string // id of the principal, and the access key that asked
	Session          *session
	Issued, Ends     time.Time
	Scope            map[string]bool // repository/verb, of a bearer; nil: everything
}

// signer is a credential of the AWS endpoint: an access key or a session.
type signer struct {
	id, secret, token string
	session           *session
}

// after reports whether something that began then is younger than every revocation of these.
func (m *machine) after(began time.Time, subjects ...string) bool {
	for _, subject := range append(subjects, "all ") {
		if before, ok := m.state.Revoked[subject]; ok && !began.After(before) {
			return false
		}
	}
	return true
}

// keyOf is the user whose active key it is.
func (m *machine) keyOf(id string) *owner {
	k, ok := m.state.Keys[id]
	if !ok || !k.Active {
		return nil
	}
	return named(m.state.Users, k.User)
}

// inSession is who acts in a session, nobody when it is over.
func (m *machine) inSession(x *session) caller {
	if !m.now().Before(x.Ends) || !m.after(x.Begun, "session "+x.ID, "principal "+x.Holder) {
		return caller{}
	}
	if x.Kind == "role" {
		return caller{holder: named(m.state.Roles, x.Holder), session: x}
	}
	u := m.keyOf(x.Parent)
	if u == nil || u.ID != x.Holder {
		return caller{}
	}
	return caller{holder: u, user: x.Kind == "user", guest: x.Kind == "guest", session: x}
}

// signing is who a signer is at this moment.
func (m *machine) signing(s signer) caller {
	if s.session != nil {
		if m.state.TokenKeys[sealedBy(s.token)] {
			return caller{}
		}
		return m.inSession(s.session)
	}
	return caller{holder: m.keyOf(s.id), user: true}
}

// holding is who a login or bearer is for at this moment, and whether it is still taken. A bearer of nobody is taken, and is
// nobody's.
func (m *machine) holding(l *login) (c caller, alive bool) {
	switch {
	case m.state.TokenKeys[l.sealedBy()] || !m.now().Before(l.Ends):
		return caller{}, false
	case l.Holder == "":
		return caller{}, true
	case l.Session != nil:
		c = m.inSession(l.Session)
	default:
		c = caller{holder: m.keyOf(l.Key), user: true}
		if c.nobody() || c.holder.ID != l.Holder || !m.after(l.Issued, "principal "+l.Holder) {
			return caller{}, false
		}
	}
	return c, !c.nobody() && m.after(l.Issued, "token "+l.Name)
}

// sealedBy is the key of the ring that sealed the login.
func (l *login) sealedBy() uint32 {
	if l.Bearer != "" {
		return sealedBy(l.Bearer)
	}
	var envelope struct{ Payload string }
	text, err := base64.StdEncoding.DecodeString(l.Password)
	if err == nil {
		err = json.Unmarshal(text, &envelope)
	}
	if err != nil {
		panic(err)
	}
	return sealedBy(envelope.Payload)
}

// sealedBy reads the id of the key in the header of a sealed text (docs/token-format.md).
func sealedBy(text string) uint32 {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return binary.BigEndian.Uint32(raw[1:])
}
