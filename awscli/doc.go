// Package awscli is the command line of `aws` for the operations Octroi has: the grammar of its arguments, what it
// prints, what it says when something is wrong, and the exit codes. Behaviour is that of the AWS CLI v2 (2.9.19, with
// what later versions added); where we differ on purpose, docs/divergences.md says so.
//
// It opens no connection and reads no credentials: those come through Backend, so that the whole grammar can be tested
// without a network and used by any front that can sign a request.
//
// Reading order: program (the way of one run), backend (what it needs from outside), fail (errors and exit codes),
// argparse and choice (the grammar and its complaints), globals (the options before the command), alias, command and
// password (what there is to run), input with paramfile and inputyaml (--cli-input-*), answer with timestamp and zone
// (from bytes to values), print, pager and report. Sub-packages: query is JMESPath, format the output formats, manual
// the help pages.
package awscli
