package store

import (
	"errors"
	"sync"
)

// ErrBroken reports that the disk did not keep what it had taken: nothing is written any more.
var ErrBroken = errors.New("the database could not be flushed, and takes no more changes")

// broken is a database whose flush failed. What the system did with the pages nobody can know: a transaction that is
// tried again and succeeds would prove nothing about them.
type broken struct {
	once sync.Once
	dead chan struct{}
}

// Codes of SQLite for a flush that failed: of a file, of a folder.
//
// Source: SQLite, "Result and Error Codes", SQLITE_IOERR_FSYNC and SQLITE_IOERR_DIR_FSYNC.
const (
	codeFsync       = 10 | 4<<8
	codeFolderFsync = 10 | 5<<8
)

// judge passes an error on, and ends the database when it is that of a flush.
func (b *broken) judge(err error) error {
	var coded interface{ Code() int }
	if errors.As(err, &coded) && (coded.Code() == codeFsync || coded.Code() == codeFolderFsync) {
		b.once.Do(func() { close(b.dead) })
		return errors.Join(ErrBroken, err)
	}
	return err
}

// err is ErrBroken after a flush that failed.
func (b *broken) err() error {
	select {
	case <-b.dead:
		return ErrBroken
	default:
		return nil
	}
}

// Broken is closed when a flush of the database has failed. It stays so, and a service in that state should end.
func (s *Store) Broken() <-chan struct{} { return s.broken.dead }
