package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// compatible is the AWS CLI whose behaviour this is. Scripts parse it.
const compatible = "aws-cli/2.9.19"

// release is the version of this build: the module's, or the commit's.
func release() string {
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

// product is how this program names itself to services, after the AWS CLI that it behaves as.
func product() string {
	return compatible + " octroi/" + release() + " Go/" + runtime.Version()[2:] + " " + runtime.GOOS + "/" + runtime.GOARCH
}

// versionLine is what --version prints. Scripts take it apart by its words, so it has those of the AWS CLI, also
// where there is nothing to say.
func versionLine() string {
	return compatible + " Python/none " + runtime.GOOS + "/" + runtime.GOARCH + " octroi/" + release() + " prompt/off"
}

func (p process) version() error {
	_, err := fmt.Fprintf(p.stdout, "octroi %s %s/%s, behaves as %s\n", release(), runtime.GOOS, runtime.GOARCH, compatible)
	return err
}
