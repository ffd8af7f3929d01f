// Command release builds what is published, and proves that anybody can build the same.
//
//	release build OUT        every file of a release, into a new folder
//	release verify           builds the last commit twice, apart in folder, user, time zone, umask, home and caches;
//	                         compares every file bit by bit, then tries what a reader of docs/releases.md would do
//
// Nothing in a release depends on who builds it, where or when: times are the commit's, owners are nobody's, order is
// that of names, and Go is told to leave out paths, build ids and version control. What remains is the version of Go,
// which every bill of materials names.
//
// It refuses to write over a folder that is there, and it knows no key: a signature is made with the key whose file
// OCTROI_RELEASE_KEY names, and checked with nothing of ours (ssh-keygen).
//
// Read main.go, stamp.go, target.go, build.go, manual.go, archive.go, deb.go, bill.go, sum.go, sign.go; then inspect.go, contents.go, twice.go,
// tamper.go, install.go.
package main
