package server

import (
	"fmt"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/octroi/octroi/budget"
	"github.com/octroi/octroi/endpoint"
	"github.com/octroi/octroi/internal/strictjson"
	"github.com/octroi/octroi/registry"
)

// Limits bound what a client can make the service do. A limit of zero is none where that is said; everywhere else it
// is refused.
type Limits struct {
	Connections      int           `yaml:"connections"`      // open at a time; zero: 8192, and no more than files and memory are enough for
	HeaderBlock      Size          `yaml:"headerBlock"`      // of all headers of a request
	Header           Size          `yaml:"header"`           // of one
	HeaderTimeout    time.Duration `yaml:"headerTimeout"`    // to send the headers, and a TLS handshake
	IdleTimeout      time.Duration `yaml:"idleTimeout"`      // between requests
	RequestTimeout   time.Duration `yaml:"requestTimeout"`   // to send a body that is no upload
	DrainTimeout     time.Duration `yaml:"drainTimeout"`     // for requests under way when the service is ended
	UploadRate       Size          `yaml:"uploadRate"`       // bytes a second that a body under /v2/ has at least, over
	UploadWindow     time.Duration `yaml:"uploadWindow"`     // this time; a rate of zero: none
	DownloadRate     Size          `yaml:"downloadRate"`     // bytes a second that an answer is read with at least, over
	DownloadWindow   time.Duration `yaml:"downloadWindow"`   // this time; a rate of zero: none
	JSONBody         Size          `yaml:"jsonBody"`         // of an awsJson request
	FormBody         Size          `yaml:"formBody"`         // of a Query request and of a token request
	JSONDepth        int           `yaml:"jsonDepth"`        // nested objects and lists
	JSONMembers      int           `yaml:"jsonMembers"`      // members and elements, in all
	JSONString       Size          `yaml:"jsonString"`       // of one string
	Manifest         Size          `yaml:"manifest"`         // of a manifest
	Blob             Size          `yaml:"blob"`             // of a blob
	Uploads          int           `yaml:"uploads"`          // open at a time, of a principal
	UploadIdle       time.Duration `yaml:"uploadIdle"`       // after which an upload is removed
	Page             int           `yaml:"page"`             // entries of a list in one answer
	Repositories     int           `yaml:"repositories"`     // of an account; zero: no limit
	Tags             int           `yaml:"tags"`             // of a repository; zero: no limit
	RequestRate      int           `yaml:"requestRate"`      // AWS operations and token requests of a principal, a second; zero: no limit
	RequestBurst     int           `yaml:"requestBurst"`     // how many may come at once
	FailureRate      int           `yaml:"failureRate"`      // wrong signatures and forged tokens of a network, a second; zero: no limit
	FailureBurst     int           `yaml:"failureBurst"`     // how many may come at once
	HandshakeRate    int           `yaml:"handshakeRate"`    // TLS handshakes that a network begins, a second; zero: no limit
	HandshakeBurst   int           `yaml:"handshakeBurst"`   // how many may come at once
	Handshakes       int           `yaml:"handshakes"`       // connections of a network without a request yet, over TLS; zero: no limit
	MemoryPercentage int           `yaml:"memoryPercentage"` // of the control group's memory; zero: no limit
}

// DefaultLimits are the limits when nothing is said. Where ECR Public has one it is the same.
//
// Source: Amazon ECR Public user guide, "Amazon ECR Public service quotas" (rate of GetAuthorizationToken, size of a
// layer, repositories of a registry, images of a repository).
func DefaultLimits() Limits {
	return Limits{
		HeaderBlock: 64 << 10, Header: 16 << 10, HeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute,
		RequestTimeout: 30 * time.Second, DrainTimeout: 30 * time.Second,
		UploadRate: 1 << 10, UploadWindow: 30 * time.Second, DownloadRate: 1 << 10, DownloadWindow: 50 * time.Second,
		JSONBody: 64 << 10, FormBody: 64 << 10, JSONDepth: 64, JSONMembers: 100_000, JSONString: 1 << 20,
		Manifest: 4 << 20, Blob: 10 << 30, Uploads: 1000, UploadIdle: 24 * time.Hour,
		Page: 1000, Repositories: 10_000, Tags: 10_000,
		RequestRate: 200, RequestBurst: 400, FailureRate: 10, FailureBurst: 100,
		HandshakeRate: 500, HandshakeBurst: 5000, Handshakes: 2000, MemoryPercentage: 75,
	}
}

// mayBeZero are the limits that zero takes away.
var mayBeZero = map[string]bool{
	"limits.connections": true, "limits.uploadRate": true, "limits.downloadRate": true, "limits.repositories": true, "limits.tags": true,
	"limits.requestRate": true, "limits.failureRate": true, "limits.handshakeRate": true, "limits.handshakes": true, "limits.memoryPercentage": true,
}

// check refuses limits that no request could meet, and those that are none by mistake.
func (l Limits) check() error {
	for _, s := range Settings(Config{Limits: l}) {
		name, ours := strings.CutPrefix(s.Name, "limits.")
		switch {
		case !ours || !strings.HasPrefix(s.Value, "-") && (s.Value != "0" && s.Value != "0s" || mayBeZero[s.Name]):
		case mayBeZero[s.Name]:
			return fmt.Errorf("limits.%s is %s: give zero for no limit, or more", name, s.Value)
		default:
			return fmt.Errorf("limits.%s is %s: give more than zero", name, s.Value)
		}
	}
	if l.MemoryPercentage > 100 {
		return fmt.Errorf("limits.memoryPercentage is %d: a hundred is all there is", l.MemoryPercentage)
	}
	if l.Page > largestPage {
		return fmt.Errorf("limits.page is %d: the largest is %d", l.Page, largestPage)
	}
	return nil
}

// largestPage is what clients of the distribution specification are used to.
const largestPage = 1000

// What the number of connections is bounded by.
const (
	ownFiles         = 64       // left for what is no connection: the store, the audit log, the port of the metrics
	connectionMemory = 64 << 10 // that a connection may need; one without headers has 26 KiB
	usualConnections = 8192     // when nothing is said: with nothing but headers begun on them they have 256 MiB
)

// connections is how many are served at a time: as many as are configured, and no more than the files that this
// process may open are enough for. Each may need a file beside, and a process that can open none does not write its
// records, and does not answer who asks after its health. When nothing is said the memory has to be enough, too.
func (s *Server) connections() int {
	files := max((openFiles()-ownFiles)/2, 1)
	switch n := s.config.Limits.Connections; {
	case n > files:
		s.log.Warn("limits.connections is more than this process has files for: allow it more (LimitNOFILE=, ulimit -n)", "configured", n, "taken", files)
		return files
	case n > 0:
		return n
	}
	memory := debug.SetMemoryLimit(-1) / connectionMemory // of the control group, or GOMEMLIMIT; large without
	return int(min(int64(files), usualConnections, max(memory, 1)))
}

// endpoint is what of the limits is the AWS endpoint's.
func (l Limits) endpoint(requests, failures *budget.Table) endpoint.Limits {
	return endpoint.Limits{JSONBody: int64(l.JSONBody), FormBody: int64(l.FormBody), JSON: l.json(), Requests: requests, Failures: failures}
}

// registry is what of the limits is the registry's.
func (l Limits) registry(requests, failures *budget.Table) registry.Limits {
	return registry.Limits{
		Manifest: int64(l.Manifest), Blob: int64(l.Blob), Form: int64(l.FormBody), JSON: l.json(), Page: l.Page,
		Uploads: l.Uploads, UploadIdle: l.UploadIdle, Repositories: l.Repositories, Tags: l.Tags,
		Requests: requests, Failures: failures,
	}
}

func (l Limits) json() strictjson.Limits {
	return strictjson.Limits{Depth: l.JSONDepth, Members: l.JSONMembers, String: int(l.JSONString)}
}

// Size is a number of bytes. In a configuration file it is a number, or one with KiB, MiB or GiB behind it.
type Size int64

// units are the words of a size, the largest first.
var units = []struct {
	name  string
	bytes Size
}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}}

// String is the shortest exact spelling.
func (s Size) String() string {
	for _, u := range units {
		if s != 0 && s%u.bytes == 0 {
			return strconv.FormatInt(int64(s/u.bytes), 10) + u.name
		}
	}
	return strconv.FormatInt(int64(s), 10)
}

// UnmarshalYAML reads a size. It takes no decimal point and no other unit: of two readings of 10M one is wrong.
func (s *Size) UnmarshalYAML(node *yaml.Node) error {
	text, unit := node.Value, Size(1)
	for _, u := range units {
		if number, ok := strings.CutSuffix(text, u.name); ok {
			text, unit = number, u.bytes
			break
		}
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || node.Kind != yaml.ScalarNode || strings.HasPrefix(text, "+") || n < 0 || Size(n) > (1<<62)/unit {
		return fmt.Errorf("line %d: %q is no size, as 65536, 64KiB, 4MiB or 10GiB", node.Line, node.Value)
	}
	*s = Size(n) * unit
	return nil
}
