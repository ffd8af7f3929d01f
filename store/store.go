package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pressly/goose/v3"
)

// Errors that callers tell apart.
var (
	ErrNotFound = errors.New("not found")
	ErrExists   = errors.New("already exists")
	ErrLimit    = errors.New("limit reached")
	ErrInUse    = errors.New("cannot delete entity")
	ErrInvalid  = errors.New("invalid")
)

// sentence is an error of one of the kinds above in AWS's words, which go to the caller as they are.
type sentence struct {
	kind error
	text string
}

func (s *sentence) Error() string { return s.text }
func (s *sentence) Unwrap() error { return s.kind }

func say(kind error, format string, args ...any) error {
	return &sentence{kind, fmt.Sprintf(format, args...)}
}

// CheckInterval bounds how old a cached answer may be: the version row is read again when the last look is older.
const CheckInterval = 200 * time.Millisecond

//go:embed migrations/*.sql
var migrations embed.FS

// Store is the database and the cache in front of it. It is safe for concurrent use.
type Store struct {
	db         *sql.DB
	path       string
	keys       *keyset
	now        func() time.Time
	deployment string

	current atomic.Pointer[generation]
	checked atomic.Int64 // nanoseconds, of the last look at the version row
	looking sync.Mutex
	broken  broken
	uses    lastUses
}

// Config says where a store is and what opens it.
type Config struct {
	Path string   // of the SQLite file; it is made when missing
	Root *RootKey // wraps every secret that is kept

	// Roots reads the root keys that there are now. It is asked when the store is sealed with one that is not known:
	// somebody has put another in its place. Nil: there is Root only.
	Roots func() ([]*RootKey, error)

	Now func() time.Time // nil is time.Now
}

// Open opens the store, brings its schema up to date and reads who it is.
func Open(ctx context.Context, c Config) (*Store, error) {
	if c.Root == nil {
		return nil, errors.New("opening the store: no root key")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if err := soundLog(c.Path); err != nil {
		return nil, fmt.Errorf("opening the store: %w", err)
	}
	db, err := openFile(dataSource(c.Path))
	if err != nil {
		return nil, fmt.Errorf("opening the store: %w", err)
	}
	db.SetMaxOpenConns(8)
	db.SetMaxIdleConns(8) // each reads the schema, triggers too, when it is opened: a millisecond
	s := &Store{db: db, path: c.Path, keys: newKeyset(c), now: c.Now, broken: broken{dead: make(chan struct{})}}
	if err := s.begin(ctx); err != nil {
		db.Close()
		return nil, fmt.Errorf("opening the store %s: %w", c.Path, err)
	}
	return s, nil
}

// openFile is the one place that asks the driver for a database.
func openFile(source string) (*sql.DB, error) {
	if err := registerRowSum(); err != nil {
		return nil, err
	}
	return sql.Open("sqlite", source)
}

// dataSource asks for WAL with synchronous FULL: NORMAL loses acknowledged rows in a crash of the operating system. What
// is removed or written over is overwritten in the file: a secret that somebody removed is gone. Triggers see also the rows
// that a REPLACE removes, which nothing here does today: the sums of the tables must not depend on that.
func dataSource(path string) string {
	q := url.Values{"_txlock": {"immediate"}, "_pragma": {
		"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "recursive_triggers(1)", "secure_delete(1)"}}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}).String()
}

func (s *Store) begin(ctx context.Context) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, s.db, files, goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return err
	}
	if err := s.migrate(ctx, p); err != nil {
		return err
	}
	if err := s.identify(ctx); err != nil {
		return err
	}
	if err := s.sealed(ctx); err != nil {
		return err
	}
	s.current.Store(newGeneration(-1))
	return s.fresh(ctx)
}

// migrate brings the schema up to date, and the sums of its tables.
func (s *Store) migrate(ctx context.Context, p *goose.Provider) error {
	current, known, err := p.GetVersions(ctx)
	if err == nil {
		err = notNewer(current, known)
	}
	if err == nil && current < known {
		err = s.alone(ctx, func(tx *sql.Tx) error { return dropSums(ctx, tx) })
	}
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return err
	}
	return s.makeSums(ctx, known)
}

// ErrNewer is a store that a later version of this program has written.
var ErrNewer = errors.New("a newer octroid has written this store: run that version or a later one, or restore a backup that this one made")

// notNewer refuses what a later version may have added and this one would not look at: a revocation of a new kind, say.
func notNewer(current, known int64) error {
	if current > known {
		return fmt.Errorf("%w (its schema is %d, and this program knows %d)", ErrNewer, current, known)
	}
	return nil
}

// Deployment is the random name of this installation, made at its first start: tokens of another one never open here.
func (s *Store) Deployment() string { return s.deployment }

// Format names the store and nothing in it, whatever the verb: some print what pointers point to.
func (s *Store) Format(w fmt.State, _ rune) { io.WriteString(w, "store.Store(***)") }

// Ready reports whether the database answers.
func (s *Store) Ready(ctx context.Context) error {
	var one int
	return s.db.QueryRowContext(ctx, `SELECT 1 FROM meta`).Scan(&one)
}

// Close closes the database. After a flush that failed it does not: SQLite would flush once more, and clear away what the
// next start can still read.
func (s *Store) Close() error {
	if err := s.broken.err(); err != nil {
		return err
	}
	return s.db.Close()
}
