package session

import (
	"strings"
	"sync"

	"github.com/octroi/octroi/policy"
)

// Narrowing is what the limits of a session come to in a decision.
type Narrowing struct {
	Limits
	Policies []policy.Source // the inline policy, compiled, if there is one
	// Conditional tells that the inline policy asks for more than principal, action and resource.
	Conditional bool
}

// remembered is how many narrowings a generation holds: a few megabytes at most.
const remembered = 1024

// Memory remembers limits that were unpacked and compiled: a session makes many requests. It has two generations: a
// full young one becomes the old one, and what is asked for again moves back to the young one. The zero Memory is
// empty and may be used; it is safe for concurrent use and must not be copied.
type Memory struct {
	mu         sync.RWMutex
	young, old map[string]*Narrowing
}

// nothing is the narrowing of a session that has none.
var nothing = &Narrowing{}

// Narrowing is that of packed limits. It never fails: limits that cannot be read are a policy that cannot be read,
// which denies everything.
func (m *Memory) Narrowing(packed string) *Narrowing {
	if packed == "" {
		return nothing
	}
	m.mu.RLock()
	n := m.young[packed]
	young := n != nil
	if !young {
		n = m.old[packed]
	}
	m.mu.RUnlock()
	if young {
		return n
	}
	if n == nil {
		n = narrowing(packed)
	}
	m.keep(strings.Clone(packed), n)
	return n
}

func (m *Memory) keep(packed string, n *Narrowing) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.young == nil || len(m.young) >= remembered {
		m.old, m.young = m.young, make(map[string]*Narrowing)
	}
	m.young[packed] = n
}

// PolicyName is what reasons call the inline policy of a session.
const PolicyName = "session policy"

func narrowing(packed string) *Narrowing {
	unreadable := policy.Source{Type: policy.SessionPolicy, Name: PolicyName}
	limits, err := UnpackLimits(packed)
	if err != nil {
		return &Narrowing{Policies: []policy.Source{unreadable}}
	}
	n := &Narrowing{Limits: limits}
	if limits.Policy == "" {
		return n
	}
	inline := unreadable
	if d, err := policy.ParseSession([]byte(limits.Policy)); err == nil {
		inline.Document, n.Conditional = d, d.Conditional()
	}
	n.Policies = []policy.Source{inline}
	return n
}
