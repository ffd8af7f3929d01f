package doctor

import (
	"context"
	"net/http"
	"time"

	"github.com/octroi/octroi/awsconfig"
	"github.com/octroi/octroi/configfile"
	"github.com/octroi/octroi/credential"
	"github.com/octroi/octroi/hosts"
	"github.com/octroi/octroi/wire"
)

// Patient is the registry to be looked after, and the user's side of it.
type Patient struct {
	Host       credential.Host
	Repository string // a repository's path, perhaps with :TAG or @DIGEST; or empty

	Environ   func(string) (string, bool)
	Home      string
	Profile   *string // as given on the command line, or nil; so the two below
	Region    *string
	Endpoint  *string
	UserAgent string
	Now       func() time.Time // nil for time.Now
	Debug     func(format string, args ...any)
}

// Time limits: a doctor that waits is none.
const (
	wholeTime   = 45 * time.Second
	connectTime = 5 * time.Second
	readTime    = 15 * time.Second
)

// visit is what is known so far. A check adds to it; a nil member means that the check before it failed, and the
// checks that need it say nothing: the cause stands there already.
type visit struct {
	Patient
	now      func() time.Time
	stores   []credential.Store
	file     configfile.File
	entry    hosts.Entry
	settings *awsconfig.Settings
	lender   credential.Login
	client   *wire.Client // signs once credentials are there
	reached  bool         // the service answered
	date     http.Header  // of that answer
	refused  error        // why there is no token
	token    *credential.Token
	registry *credential.Registry
	tried    bool // the registry took the token
}

// check is one step of the walk.
type check func(context.Context, *visit) []Finding

// checks is the walk, in order.
var checks = []check{
	configuration, files, stale, answers, helpers, credentials, region, endpoint, clock,
	token, permission, challenge, login, pull,
}

// Examine walks the whole way.
func Examine(ctx context.Context, p Patient) (all []Finding) {
	ctx, cancel := context.WithTimeout(ctx, wholeTime)
	defer cancel()
	v := &visit{Patient: p, now: p.Now, stores: credential.Stores(p.Environ, p.Home)}
	if v.now == nil {
		v.now = time.Now
	}
	for _, c := range checks {
		all = append(all, c(ctx, v)...)
	}
	return all
}
