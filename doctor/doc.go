// Package doctor finds out why a login does not work. It walks the way that docker walks: the configuration, the files
// of the tools, their helper, the credentials, the service, the registry. At each step it says what is so, and where
// something is wrong, what to do.
//
// It changes nothing, asks for no MFA code, and prints no secret: a finding names keys by their id, tokens by their end,
// and quotes what a server says only as far as it can be shown. What it gets for the trial, it forgets.
//
// Read finding.go (what is said), visit.go (what is known so far, and the order), then a check a file:
// configuration, files, answer, stale, helper, credentials, region, endpoint, clock, token, permission, challenge,
// login, pull.
package doctor
