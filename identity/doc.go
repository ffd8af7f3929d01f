// Package identity holds the STS and IAM operations: what a caller asks about principals, and how they are managed.
//
// An operation takes the caller and the SDK's input struct and returns the SDK's output struct; it knows no HTTP. Each
// asks package access first, with the action of its own name on the ARN of what it touches: whether that exists is
// told to those only who may know. A new operation is a function here and a row in package endpoint's table.
//
// Read identity.go, owner.go, error.go, page.go, shape.go, then a file for each thing: caller.go, user.go, accesskey.go, group.go,
// role.go, inline.go, managedpolicy.go, attachment.go, boundary.go, tag.go, provider.go, account.go, and empty.go for what is
// not here; ask.go, assume.go, mayassume.go, webidentity.go, usersession.go, begin.go for sessions; keyinfo.go; message.go and failure.go for
// the details of a denial.
package identity
