package server

import (
	"context"
	"fmt"
	"path"
	"path/filepath"

	"github.com/octroi/octroi/registry"
	"github.com/octroi/octroi/registry/engine"
	"github.com/octroi/octroi/store"
)

// openRegistry opens the engine on its folder and puts the front before it. Their secrets are the deployment's:
// uploads begun before a restart go on after it.
func (s *Server) openRegistry(ctx context.Context) (err error) {
	private, err := patterns("registry.private", s.config.Registry.Private)
	if err != nil {
		return err
	}
	immutable, err := patterns("registry.immutableTags", s.config.Registry.ImmutableTags)
	if err != nil {
		return err
	}
	secret, err := s.store.PurposeKey(ctx, store.EngineState)
	if err != nil {
		return err
	}
	uploads, err := s.store.PurposeKey(ctx, store.UploadOwner)
	if err != nil {
		return err
	}
	s.engine, err = engine.Open(ctx, engine.Config{Root: filepath.Join(s.config.Data, engineFolder), Secret: secret[:],
		Grace: s.config.Registry.CollectAfter, Damaged: s.damaged})
	if err != nil {
		return err
	}
	anonymous := s.config.Registry.AnonymousPull
	s.registry, err = registry.New(registry.Config{
		Access: s.access, Issuer: s.issuer, Store: s.store, Engine: s.engine, UploadKey: uploads[:], Log: s.log,
		Public:       func(_, name string) bool { return anonymous && !private.match(name) },
		Immutable:    func(_, name string) bool { return immutable.match(name) },
		Limits:       s.config.Limits.registry(s.requests, s.failures),
		CreateOnPush: s.config.Registry.CreateOnPush, Deletes: s.config.Registry.Delete, Now: s.now,
	})
	return err
}

// damaged tells an operator of content that is not what it was.
func (s *Server) damaged(kind, digest string) {
	s.metrics.Damaged(kind)
	s.log.Error("content is not what its digest says: octroid fsck names the file and says what to do", "kind", kind, "digest", digest)
}

// globs are patterns of repository names: * stays within a part of the name, and a last part ** is everything below.
type globs []string

func patterns(key string, texts []string) (globs, error) {
	for _, t := range texts {
		if _, err := path.Match(t, ""); err != nil {
			return nil, fmt.Errorf("%s: %q is not a pattern, as team/*", key, t)
		}
	}
	return texts, nil
}

func (g globs) match(name string) bool {
	for _, pattern := range g {
		if ok, _ := path.Match(pattern, name); ok { // a bad pattern was refused at the start
			return true
		}
		if folder, deep := cutDeep(pattern); deep && len(name) > len(folder) && name[:len(folder)] == folder {
			return true
		}
	}
	return false
}

// cutDeep is the folder of a pattern that ends in **, with its slash.
func cutDeep(pattern string) (folder string, deep bool) {
	const tail = "**"
	if len(pattern) < len(tail) || pattern[len(pattern)-len(tail):] != tail {
		return "", false
	}
	return pattern[:len(pattern)-len(tail)], true
}
