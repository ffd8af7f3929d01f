package hosts

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// maxFile bounds the configuration file. Real ones have a few hundred bytes.
const maxFile = 1 << 20

// Path is where the configuration file is: $OCTROI_CONFIG, else octroi/config.yaml in $XDG_CONFIG_HOME or ~/.config;
// /etc/octroi/config.yaml for a program without a home, as the kubelet starts them.
func Path(environ func(string) (string, bool)) string {
	if path, _ := environ("OCTROI_CONFIG"); path != "" {
		return path
	}
	return filepath.Join(folder(environ, "XDG_CONFIG_HOME", ".config", "/etc"), "octroi", "config.yaml")
}

// CacheFolder is where octroi keeps what it may forget: $OCTROI_CACHE, else octroi in $XDG_CACHE_HOME or ~/.cache;
// /var/cache/octroi for a program without a home.
func CacheFolder(environ func(string) (string, bool)) string {
	if path, _ := environ("OCTROI_CACHE"); path != "" {
		return path
	}
	return filepath.Join(folder(environ, "XDG_CACHE_HOME", ".cache", "/var/cache"), "octroi")
}

func folder(environ func(string) (string, bool), variable, below, without string) string {
	if path, _ := environ(variable); filepath.IsAbs(path) {
		return path
	}
	if home, _ := environ("HOME"); home != "" {
		return filepath.Join(home, below)
	}
	if home, err := os.UserHomeDir(); err == nil && home != "" {
		return filepath.Join(home, below)
	}
	return without
}

// ReadFile reads the configuration file; one that is not there is empty. A file that others may write is refused: it
// says where credentials go.
func ReadFile(path string) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|nonblock, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is no regular file", path)
	case info.Mode().Perm()&writableByOthers != 0:
		return nil, fmt.Errorf("%s can be written by others than its owner: chmod go-w it", path)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("%s is longer than 1 MiB", path)
	}
	return data, err
}
