// Package backup copies a service's data folder while it is in use, and makes a folder of the copy again.
//
// A copy is a tar file: the registry's links, then the blobs that they lead to, then the audit log with its head, then
// the database, and at the end a list of all of it with sizes and hashes. In this order whatever is in the copy leads
// only to what is in it, too. The root key is not in it: a copy alone opens no secret.
//
// It refuses to restore over anything, and anything that is not whole. What was revoked since the copy was made it
// cannot know; so a restore revokes every token and session.
//
// Read copy.go, list.go, restore.go.
package backup
