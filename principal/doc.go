// Package principal holds the words for who calls: the ARN, the Principal, the access key id and the
// Secret that redacts itself.
//
// It refuses to decide anything: what a principal may do is package policy, how a request proves who
// sent it is package sigv4.
//
// Read arn.go, principal.go, id.go, secret.go.
package principal
