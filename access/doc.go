// Package access decides and records, in one call, so that no path can do the first without the second.
//
// The record is a line of JSON in an append-only file. Whoever hands out a secret calls Commit first: it returns when
// every record of this call is on disk, and many callers share one flush (group commit).
//
// It refuses to answer without a record: when the log cannot be written, the answer is an error, never a yes.
//
// Read control.go, each.go, force.go, context.go, record.go, encode.go, log.go, flush.go.
package access
