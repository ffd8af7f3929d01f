package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/distribution/distribution/v3"
	"github.com/distribution/distribution/v3/configuration"
	"github.com/distribution/distribution/v3/registry/handlers"
	"github.com/distribution/distribution/v3/registry/storage"
	"github.com/sirupsen/logrus"
)

// Config says where the engine keeps what it is given.
type Config struct {
	Root   string // folder, made when it does not exist
	Secret []byte // signs the state of uploads; every node needs the same

	// Grace is how long what nothing leads to is left alone, so that a push has the time to lead to it. It must be
	// longer than any request that makes or takes a link, twice over.
	Grace time.Duration

	// Damaged is told of content that is found not to be what its digest says: its kind, and the digest. It may be
	// called by several at once; nil: nobody is told.
	Damaged func(kind, digest string)
}

// Engine is an open engine. Close it.
type Engine struct {
	app       *handlers.App
	namespace distribution.Namespace
	driver    *disk
	root      *os.Root // of the driver
	report    func(kind, digest string)
	grace     time.Duration
	pins      pins
	verdicts  verdicts
	looks     looks
	small     buffers
	hashing   turns
}

// Open opens the folder of config, or says why it cannot.
func Open(ctx context.Context, config Config) (*Engine, error) {
	if config.Root == "" || len(config.Secret) == 0 {
		return nil, errors.New("open the engine: a folder and a secret are needed")
	}
	if err := os.MkdirAll(config.Root, 0o700); err != nil {
		return nil, fmt.Errorf("open the engine: %w", err)
	}
	// Distribution logs by a process-wide logger, with request URIs and their queries in it. What an
	// operator needs of it comes back from Serve as an error.
	logrus.SetOutput(io.Discard)
	logrus.SetLevel(logrus.PanicLevel)
	register()
	driver := newDisk(config.Root)
	if err := driver.sync(".."); err != nil { // the name of the root itself
		return nil, fmt.Errorf("open the engine: %w", err)
	}
	app, err := newApp(ctx, distributionConfig(config, driver))
	if err != nil {
		return nil, err
	}
	namespace, err := storage.NewRegistry(ctx, driver, storage.EnableDelete)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the engine: %w", err), app.Shutdown())
	}
	root, err := os.OpenRoot(config.Root)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the engine: %w", err), app.Shutdown())
	}
	if err := errors.Join(root.RemoveAll(written), root.Mkdir(written, 0o700)); err != nil {
		return nil, errors.Join(fmt.Errorf("open the engine: %w", err), root.Close(), app.Shutdown())
	}
	e := &Engine{app: app, namespace: namespace, driver: driver, root: root, report: config.Damaged, grace: config.Grace, hashing: newTurns()}
	e.startLooks()
	return e, nil
}

// Close stops what Open started. Requests in flight should have ended.
func (e *Engine) Close() error {
	e.looks.stop()
	<-e.looks.ended
	return errors.Join(e.app.Shutdown(), e.root.Close())
}

// Broken is closed when the disk did not keep what it had taken. It stays so, and the engine writes nothing more.
func (e *Engine) Broken() <-chan struct{} { return e.driver.dead }

// newApp turns the panic with which Distribution reports a bad configuration into an error.
func newApp(ctx context.Context, config *configuration.Configuration) (app *handlers.App, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			app, err = nil, fmt.Errorf("open the engine: %v", reason)
		}
	}()
	return handlers.NewApp(ctx, config), nil
}

func distributionConfig(config Config, d *disk) *configuration.Configuration {
	c := &configuration.Configuration{
		Version: configuration.CurrentVersion,
		Storage: configuration.Storage{
			driverName: {"disk": d},
			"delete":   {"enabled": true},
			"redirect": {"disable": true},
			"maintenance": {"uploadpurging": map[any]any{
				"enabled": false, // by when they began: the front goes by when somebody wrote last
			}},
		},
	}
	c.HTTP.Secret = string(config.Secret)
	c.HTTP.RelativeURLs = true // else Host and X-Forwarded-Host would choose where clients go next
	c.Validation.Manifests.URLs.Allow = []string{".*"}
	return c
}
