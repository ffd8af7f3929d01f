// Package budget says whether somebody has asked too often: a rate and a burst for each key, be that a principal or the
// network that a request came from.
//
// Its memory is fixed when it is made, whatever arrives, and a question costs the same under a flood as without one.
// It refuses to be a lock: a budget is of whoever spends it, so that nobody can use up another's.
//
// Read budget.go, then peer.go.
package budget
