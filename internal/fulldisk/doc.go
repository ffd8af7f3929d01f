// Package fulldisk makes the disk full for a test, by the limit on the size of a file that each process has. The limit holds for
// every file of the process, those of go test among them (its log of opened files is written while tests run): such a
// test is run in a process of its own.
package fulldisk
