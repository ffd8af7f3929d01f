package awsconfig

import (
	"context"

	"github.com/octroi/octroi/wire"
)

// Region is the region to call: the flag's, the environment's, the profile's, the machine's (by its metadata
// service). An empty flag or variable counts. Its form is checked: it becomes part of a host's name.
func (s *Settings) Region(ctx context.Context) (string, error) {
	region, ok := s.configuredRegion()
	if !ok {
		var err error
		if region, err = s.metadataRegion(ctx); err != nil {
			return "", err
		}
		if region == "" {
			return "", ErrNoRegion
		}
	}
	if !wire.ValidRegion(region) {
		return "", failed("Provided region_name '" + region + "' doesn't match a supported format.")
	}
	return region, nil
}

func (s *Settings) configuredRegion() (string, bool) {
	if s.request.Region != nil {
		return *s.request.Region, true
	}
	return s.Get("region")
}

// ConfiguredRegion is the region that the flag, the environment or the profile says; the machine is not asked.
func (s *Settings) ConfiguredRegion() (string, bool) { return s.configuredRegion() }
