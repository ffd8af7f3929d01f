package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// helpers looks for each helper that a file names: a tool whose helper is missing has no logins at all.
func helpers(_ context.Context, v *visit) (all []Finding) {
	var seen []string
	for _, s := range v.stores {
		names, err := s.Helpers()
		if err != nil {
			continue
		}
		for _, name := range names {
			if !slices.Contains(seen, name) {
				seen = append(seen, name)
				all = append(all, v.helper(name, s.Path())...)
			}
		}
	}
	for _, name := range []string{v.entry.InnerHelper, v.file.Config.InnerHelper} {
		if name != "" && !slices.Contains(seen, name) {
			seen = append(seen, name)
			all = append(all, v.helper(name, v.file.Path)...)
		}
	}
	return all
}

func (v *visit) helper(name, namedIn string) []Finding {
	program := "docker-credential-" + name
	path, err := v.lookUp(program)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return wrong("helper", fmt.Sprintf("%s, named in %s, is at %s and cannot be executed", program, namedIn, path), "chmod 755 "+path)
	case err != nil && name == "octroi":
		return wrong("helper", fmt.Sprintf("%s, named in %s, is not on PATH", program, namedIn), "put it beside octroi, in a folder of PATH")
	case err != nil:
		return wrong("helper", fmt.Sprintf("%s, named in %s, is not on PATH", program, namedIn), "install it, or take its name out of the file")
	}
	return ok("helper", fmt.Sprintf("%s is %s", program, path))
}

// lookUp finds a program as docker does, and tells one that cannot be executed from one that is not there.
func (v *visit) lookUp(program string) (found string, err error) {
	path, _ := v.Environ("PATH")
	err = fs.ErrNotExist
	for _, folder := range filepath.SplitList(path) {
		if !filepath.IsAbs(folder) {
			continue
		}
		for _, ending := range []string{"", ".exe"} {
			candidate := filepath.Join(folder, program+ending)
			info, failed := os.Stat(candidate)
			if failed != nil || info.IsDir() {
				continue
			}
			if info.Mode().Perm()&0o111 != 0 || ending != "" {
				return candidate, nil
			}
			found, err = candidate, fs.ErrPermission
		}
	}
	return found, err
}
