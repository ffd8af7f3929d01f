// Package identity holds the STS operations (and, later, those of IAM): what a caller asks about principals.
//
// An operation takes the caller and the SDK's input struct and returns the SDK's output struct; it knows no HTTP.
// A new operation is a function here and a row in package endpoint's table.
package identity
