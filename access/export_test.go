package access

import "os"

// NewLog is a log on a file that is open already: for files that do not take what is written.
func NewLog(f *os.File) *Log {
	l := &Log{file: f, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go l.write()
	return l
}

// PendingLimit is how much may wait for the disk.
const PendingLimit = pendingLimit

// AppendRecord is the encoder of the log.
var AppendRecord = appendRecord
