package main

import (
	"fmt"
	"runtime"

	"github.com/octroi/octroi/internal/version"
)

// compatible is the AWS CLI whose behaviour this is. Scripts parse it.
const compatible = "aws-cli/2.9.19"

// product is how this program names itself to services, after the AWS CLI that it behaves as.
func product() string {
	return compatible + " octroi/" + version.String() + " Go/" + runtime.Version()[2:] + " " + runtime.GOOS + "/" + runtime.GOARCH
}

// versionLine is what --version prints. Scripts take it apart by its words, so it has those of the AWS CLI, also
// where there is nothing to say.
func versionLine() string {
	return compatible + " Python/none " + runtime.GOOS + "/" + runtime.GOARCH + " octroi/" + version.String() + " prompt/off"
}

func (p process) version() error {
	_, err := fmt.Fprintf(p.stdout, "octroi %s %s/%s, behaves as %s\n", version.String(), runtime.GOOS, runtime.GOARCH, compatible)
	return err
}
