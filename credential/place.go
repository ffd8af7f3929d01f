package credential

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// Tools whose logins are kept here. buildah and skopeo read podman's.
const (
	Docker = "docker"
	Podman = "podman"
	Helm   = "helm"
)

// Store is a file in docker's form where a tool looks for logins, or the credential helper that it names.
type Store struct {
	tool  string
	path  string
	named bool // a variable of the environment names it
}

// Tool is the tool that looks there.
func (s Store) Tool() string { return s.tool }

// Path is the file.
func (s Store) Path() string { return s.path }

// Exists reports whether the file is there, or a variable says that it will be.
func (s Store) Exists() bool {
	_, err := os.Stat(s.path)
	return s.named || err == nil
}

// Stores are all the files where tools look, in the order in which a tool with two looks into them. Podman and
// helm fall back to docker's file, so that what is kept there is found by all.
//
// Source: docker CLI reference, "Configuration files"; containers-auth.json(5); Helm documentation, "helm help" and
// "helm registry login".
func Stores(environ func(string) (string, bool), home string) []Store {
	e := place{environ, home}
	return append(append([]Store{DockerStore(environ, home)}, e.podman()...), e.helm())
}

// DockerStore is the store in $DOCKER_CONFIG, or in ~/.docker.
func DockerStore(environ func(string) (string, bool), home string) Store {
	e := place{environ, home}
	if folder := e.get("DOCKER_CONFIG"); folder != "" {
		return Store{Docker, filepath.Join(folder, "config.json"), true}
	}
	return Store{Docker, filepath.Join(home, ".docker", "config.json"), false}
}

// place is an environment to find files in.
type place struct {
	environ func(string) (string, bool)
	home    string
}

func (e place) get(name string) string {
	value, _ := e.environ(name)
	return value
}

// podman looks into the file that is named, and into no other; else into one that a restart of the machine empties,
// and then into one that stays.
func (e place) podman() []Store {
	if path := e.get("REGISTRY_AUTH_FILE"); path != "" {
		return []Store{{Podman, path, true}}
	}
	lasting := Store{Podman, filepath.Join(e.config(), "containers", "auth.json"), false}
	if runtime.GOOS != "linux" {
		return []Store{lasting}
	}
	folder := e.get("XDG_RUNTIME_DIR")
	if folder == "" {
		folder = filepath.Join("/run/containers", strconv.Itoa(os.Getuid()))
		return []Store{{Podman, filepath.Join(folder, "auth.json"), false}, lasting}
	}
	return []Store{{Podman, filepath.Join(folder, "containers", "auth.json"), false}, lasting}
}

func (e place) helm() Store {
	if path := e.get("HELM_REGISTRY_CONFIG"); path != "" {
		return Store{Helm, path, true}
	}
	folder := e.get("HELM_CONFIG_HOME")
	switch {
	case folder != "":
	case e.get("XDG_CONFIG_HOME") == "" && runtime.GOOS == "darwin":
		folder = filepath.Join(e.home, "Library", "Preferences", "helm")
	case e.get("XDG_CONFIG_HOME") == "" && runtime.GOOS == "windows":
		folder = filepath.Join(e.get("APPDATA"), "helm")
	default:
		folder = filepath.Join(e.config(), "helm")
	}
	return Store{Helm, filepath.Join(folder, "registry", "config.json"), false}
}

func (e place) config() string {
	if folder := e.get("XDG_CONFIG_HOME"); folder != "" {
		return folder
	}
	return filepath.Join(e.home, ".config")
}

// ForLogin are the stores that a login goes to: those of the tools that are named, or else docker's and all that
// exist.
func ForLogin(all []Store, tools []string) []Store {
	return slices.DeleteFunc(slices.Clone(all), func(s Store) bool {
		second := s.tool == Podman && !s.first(all) && !s.Exists()
		if tools != nil {
			return !slices.Contains(tools, s.tool) || second
		}
		return s.tool != Docker && !s.Exists()
	})
}

func (s Store) first(all []Store) bool {
	i := slices.IndexFunc(all, func(other Store) bool { return other.tool == s.tool })
	return i >= 0 && all[i] == s
}

// ForTools are the stores of the tools that are named, or all.
func ForTools(all []Store, tools []string) []Store {
	return slices.DeleteFunc(slices.Clone(all), func(s Store) bool {
		return tools != nil && !slices.Contains(tools, s.tool)
	})
}

// ParseTools reads "docker,podman,helm". buildah and skopeo are podman here.
func ParseTools(text string) (tools []string, err error) {
	for name := range strings.SplitSeq(text, ",") {
		switch name = strings.TrimSpace(name); name {
		case Docker, Podman, Helm:
		case "buildah", "skopeo":
			name = Podman
		default:
			return nil, fmt.Errorf("there is no tool %q: want docker, podman or helm, with commas between them", name)
		}
		tools = append(tools, name)
	}
	return tools, nil
}
