package main

import (
	"bytes"
	"debug/buildinfo"
	"debug/elf"
	"fmt"
	"strings"
)

// inspect checks what a program is: linked of the module alone with no C, without paths, and on Linux static and
// stripped, for every kernel and C library.
func inspect(name string, program []byte) error {
	info, err := buildinfo.Read(bytes.NewReader(program))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	has := map[string]string{}
	for _, s := range info.Settings {
		has[s.Key] = s.Value
	}
	switch {
	case has["CGO_ENABLED"] != "0":
		return fmt.Errorf("%s may be linked with C", name)
	case has["-trimpath"] != "true":
		return fmt.Errorf("%s holds the paths of where it was built", name)
	case has["vcs.revision"] != "":
		return fmt.Errorf("%s holds the state of a working copy", name)
	case has["GOOS"] == "linux":
		return inspectELF(name, program)
	}
	return nil
}

func inspectELF(name string, program []byte) error {
	f, err := elf.NewFile(bytes.NewReader(program))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
			return fmt.Errorf("%s is not static: it asks for a loader", name)
		}
		if p.Type == elf.PT_GNU_STACK && p.Flags&elf.PF_X != 0 {
			return fmt.Errorf("%s has a stack that can be executed", name)
		}
	}
	for _, s := range f.Sections {
		if s.Name == ".symtab" || strings.HasPrefix(s.Name, ".debug") || strings.HasPrefix(s.Name, ".zdebug") {
			return fmt.Errorf("%s is not stripped: it has %s", name, s.Name)
		}
		if s.Name == ".note.go.buildid" {
			if id, err := s.Data(); err == nil && len(bytes.Trim(id[min(16, len(id)):], "\x00")) > 0 {
				return fmt.Errorf("%s has a build id", name)
			}
		}
	}
	return nil
}
