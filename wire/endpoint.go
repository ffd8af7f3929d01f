package wire

import "strings"

// Variant asks for a special form of an endpoint.
type Variant struct {
	FIPS, DualStack bool
}

// partition is a part of AWS: regions with one prefix, under one domain.
type partition struct {
	prefix, domain, dual string
}

// Source: the partition table of the AWS SDKs. The first prefix that fits wins; the last row fits all.
var partitions = []partition{
	{"cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
	{"us-isob-", "sc2s.sgov.gov", ""},
	{"us-isof-", "csp.hci.ic.gov", ""},
	{"us-iso-", "c2s.ic.gov", ""},
	{"eu-isoe-", "cloud.adc-e.uk", ""},
	{"eusc-", "amazonaws.eu", ""},
	{"", "amazonaws.com", "api.aws"},
}

func partitionOf(region string) partition {
	for _, p := range partitions {
		if strings.HasPrefix(region, p.prefix) {
			return p
		}
	}
	return partition{}
}

// Endpoint is where a service answers in a region, and the region to sign for. prefix is the host's part
// before the region, as "api.ecr-public"; the FIPS form adds "-fips" to it.
//
// A region of the old form fips-R or R-fips means R with the FIPS endpoint. Regions that do not exist get
// a host all the same: AWS has new regions before this table knows them.
func Endpoint(prefix, region string, v Variant) (u URL, signing string, err error) {
	for _, mark := range []string{"fips-", "-fips"} {
		if strings.Contains(region, mark) {
			region, v.FIPS = strings.Replace(region, mark, "", 1), true
		}
	}
	p := partitionOf(region)
	if v.FIPS {
		prefix += "-fips"
	}
	domain := p.domain
	if v.DualStack {
		if domain = p.dual; domain == "" {
			return URL{}, "", &Error{Message: "DualStack is enabled but this partition does not support DualStack"}
		}
	}
	u, err = ParseURL("https://" + prefix + "." + region + "." + domain)
	return u, region, err
}

// ValidRegion reports whether a region is a host label: the region becomes part of the host's name, so
// nothing else may pass. An empty region is left to the caller.
func ValidRegion(region string) bool {
	digits := true
	for _, c := range []byte(region) {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-'
		if !letter && (c < '0' || c > '9') {
			return false
		}
		digits = digits && !letter
	}
	return region == "" || !digits && len(region) <= 63 && region[0] != '-' && region[len(region)-1] != '-'
}
