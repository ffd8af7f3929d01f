// Command reliability breaks the service in every way that one machine can show, and prints a table of figures.
//
//	make reliability
//	go run ./reliability -only RL1,RL16 -scale 0.1
//
// Each scenario starts the real octroid as a process, on a folder of its own and ports of this machine, harms it
// (kills, full disks, errors of system calls, slow and hostile clients) and counts what was lost. A figure with a bound
// that it does not hold fails the run. Loads are bounded in number and time; -scale makes them smaller, and the table
// says how large they were.
//
// A scenario that this machine cannot run (it needs root, a loop device, a control group) says so in the table: that
// is no failure, and no proof.
//
// Read main.go (the table of scenarios), figure.go (what they return), node.go (octroid as a process), caller.go (a
// client that signs), visit.go (normal callers, whose waiting is measured), attack.go and trickle.go (hostile processes),
// hostile.go (both at once), group.go and memory.go (what the kernel tells of a process), then a file per scenario.
// Of those with more than one, flip.go (with filekind.go, flipcheck.go, rows.go, flippull.go) and collect.go (with estate.go, tenant.go, space.go).
package main
