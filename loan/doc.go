// Package loan keeps the logins that were lent: one file for each identity (account and principal, not access key), so
// that a second pull needs no service, fifty pulls at once ask it once, and forty keys of one role share one login.
//
// A loan is bound to its host, its identity and the service that gave it, by a MAC under a key of the folder. That
// protects against mix-ups and against somebody who can write into the folder without being able to read it; whoever
// can read the folder has the logins themselves, which is why it is the owner's alone.
//
// The package refuses a folder or file that others could have touched (another owner, a mode for others, a link, a
// FIFO), a loan that has ended or is about to, and everything that its MAC does not fit. What it refuses it ignores
// and writes anew: it is a cache, and everything works without it.
//
// It uses the standard library only: it is most of what the small binary does at every pull. What needs credentials is
// done by octroi, which the small binary starts (Desk, Request); octroi keeps what it gets here too.
//
// Read loan.go (what is kept), folder.go and seal.go (how), lock.go, identity.go and source.go (the files), prune.go;
// then desk.go (the way of one answer), request.go and child.go (how octroi is asked).
package loan
