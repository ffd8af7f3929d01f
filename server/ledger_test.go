package server_test

import (
	"sync"
)

// ledger is what the service acknowledged: what must still be there after every kill.
type ledger struct {
	mu     sync.Mutex
	tokens []acknowledgedToken
	images []acknowledgedImage
	users  []acknowledgedUser
	policy string // the last one of the user whose rights are changed all the time
	counts struct{ issues, blobs, manifests, changes, programs, administered int }
}

type acknowledgedToken struct{ password, requestID string }

type acknowledgedImage struct {
	tag, digest string
	blobs       []string
}

type acknowledgedUser struct {
	name, id, secret string
	state            userState
	policy           string // its only one, if it was given one through IAM
}

type userState int

const (
	active userState = iota
	disabled
	removed
)

func (l *ledger) note(do func(*ledger)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	do(l)
}
