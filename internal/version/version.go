// Package version says which build of Octroi a program is.
package version

import "runtime/debug"

// stamp is the version of a release. It is a variable of the package because a linker can set nothing else:
//
//	go build -ldflags '-X github.com/octroi/octroi/internal/version.stamp=1.2.3'
var stamp string

// String is the version of a release, of the module, or the commit; "devel" when nobody knows.
func String() string {
	if stamp != "" {
		return stamp
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "devel"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return s.Value[:12]
		}
	}
	return "devel"
}
