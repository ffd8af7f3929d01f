// Package audit is the record of every decision: lines of JSON in the shape of CloudTrail's events, appended to a file,
// each one chained to the one before it by a hash, the newest one signed.
//
// Whoever hands out a secret calls Sync first: it returns when every record so far is on disk, and many callers share
// one flush (group commit). Files are put away by size and age; the chain goes on in the next one.
//
// It refuses to go on when records cannot be kept: a disk that is full, or stalls, is an error for everybody who needs
// one there, until it takes records again; the others' records wait in memory, up to a limit, beyond which they are
// refused too. A flush that failed is for good. It refuses to append to a log that is shorter
// than its signed head says. It decides nothing, and is told no secret.
//
// Read record.go, event.go, encode.go, chain.go, log.go, flush.go, disk.go, head.go, line.go, verify.go, headcheck.go, read.go.
package audit
