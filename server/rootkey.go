package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/octroi/octroi/store"
)

// Where a root key can come from beside the file in the data folder.
const (
	RootKeyVariable     = "OCTROID_ROOT_KEY"      // its text, as the file has it
	NextRootKeyVariable = "OCTROID_ROOT_KEY_NEXT" // the one that is to take its place
	CredentialsVariable = "CREDENTIALS_DIRECTORY" // systemd's: the folder of a unit's credentials
)

const nextRootKeyFile = "root.key.next"

// RootKeys is what is given from outside of a data folder. The zero value is nothing: the key is in the folder.
type RootKeys struct {
	given       []*store.RootKey // by variables, the one in use first
	credentials string           // systemd's folder
}

// NewRootKeys takes the values of the three variables; empty is not given.
func NewRootKeys(key, next, credentials string) (RootKeys, error) {
	r := RootKeys{credentials: credentials}
	if next != "" && key == "" {
		return r, fmt.Errorf("%s is given without %s: the next root key stands beside the one in use", NextRootKeyVariable, RootKeyVariable)
	}
	for _, v := range []struct{ name, text string }{{RootKeyVariable, key}, {NextRootKeyVariable, next}} {
		if v.text == "" {
			continue
		}
		root, err := store.ParseRootKey(v.name, v.text)
		if err != nil {
			return r, err
		}
		r.given = append(r.given, root)
	}
	return r, nil
}

// RootKeySource is one place that a root key comes from.
type RootKeySource struct {
	Name string // a file, or a variable
	read func() ([]*store.RootKey, error)
}

// ErrNoRootKey says that there is no root key anywhere.
var ErrNoRootKey = errors.New("there is no root key")

// Source is where the root key of a data folder comes from. Two places are refused, whichever would win: the one that
// loses would be taken for the key by whoever keeps a copy of it.
func (r RootKeys) Source(data string) (RootKeySource, error) {
	found := r.outside()
	if path := filepath.Join(data, rootKeyFile); exists(path) {
		found = append(found, RootKeySource{path, func() ([]*store.RootKey, error) { return readBoth(data, readKeyIn) }})
	}
	return onlyOne(found)
}

// outside are the places that are not in the data folder.
func (r RootKeys) outside() (found []RootKeySource) {
	if len(r.given) > 0 {
		found = append(found, RootKeySource{RootKeyVariable, func() ([]*store.RootKey, error) { return slices.Clone(r.given), nil }})
	}
	if r.credentials != "" {
		if path := filepath.Join(r.credentials, rootKeyFile); exists(path) {
			found = append(found, RootKeySource{path, func() ([]*store.RootKey, error) {
				return readBoth(r.credentials, store.ReadCredentialKey)
			}})
		}
	}
	return found
}

func onlyOne(found []RootKeySource) (RootKeySource, error) {
	switch len(found) {
	case 0:
		return RootKeySource{}, ErrNoRootKey
	case 1:
		return found[0], nil
	}
	var names []string
	for _, s := range found {
		names = append(names, s.Name)
	}
	return RootKeySource{}, fmt.Errorf("the root key is given more than once (%s): leave one of them", strings.Join(names, ", "))
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist) // what cannot be looked at is refused when it is read
}

func readKeyIn(folder, name string) (*store.RootKey, error) {
	return store.ReadRootKey(filepath.Join(folder, name))
}

// readBoth reads the key, and the next one where there is one: that first, since it may take the other's place meanwhile.
func readBoth(folder string, read func(folder, name string) (*store.RootKey, error)) ([]*store.RootKey, error) {
	next, err := read(folder, nextRootKeyFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	root, err := read(folder, rootKeyFile)
	if err != nil {
		return nil, err
	}
	if next == nil {
		return []*store.RootKey{root}, nil
	}
	return []*store.RootKey{root, next}, nil
}

// open opens the store of a folder with a source's keys.
func (s RootKeySource) open(ctx context.Context, data string, config store.Config) (*store.Store, error) {
	keys, err := s.read()
	if err != nil {
		return nil, err
	}
	config.Path, config.Root = filepath.Join(data, databaseFile), keys[0]
	config.Roots = s.read
	return store.Open(ctx, config)
}

// OpenStore opens the store of a data folder that has been served before: for commands beside the service.
func (r RootKeys) OpenStore(ctx context.Context, data string) (*store.Store, error) {
	if _, err := os.Stat(filepath.Join(data, databaseFile)); err != nil {
		return nil, fmt.Errorf("%s holds no service's data: start one with octroid serve --data %s", data, data)
	}
	restrictFileModes()
	source, err := r.Source(data)
	if errors.Is(err, ErrNoRootKey) {
		return nil, missingRootKey(data)
	}
	if err != nil {
		return nil, err
	}
	return source.open(ctx, data, store.Config{})
}

// OpenStore opens the store of a folder that holds its root key.
func OpenStore(ctx context.Context, data string) (*store.Store, error) {
	return RootKeys{}.OpenStore(ctx, data)
}

func missingRootKey(data string) error {
	return fmt.Errorf("the root key %s is missing, and nothing in the store can be opened without it: put it back, or give it in %s",
		filepath.Join(data, rootKeyFile), RootKeyVariable)
}

// firstSource is the source, and makes a file only where nothing is given and no database needs an older key.
func (r RootKeys) firstSource(data string) (RootKeySource, error) {
	source, err := r.Source(data)
	if !errors.Is(err, ErrNoRootKey) {
		return source, err
	}
	if exists(filepath.Join(data, databaseFile)) {
		return source, missingRootKey(data)
	}
	if _, err := store.CreateRootKey(filepath.Join(data, rootKeyFile)); err != nil {
		return source, err
	}
	return r.Source(data)
}
