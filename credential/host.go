package credential

import (
	"errors"
	"strings"

	"github.com/octroi/octroi/hosts"
	"github.com/octroi/octroi/wire"
)

// Reasons why a text is not a host to log in to. Each says what to do.
var (
	ErrHost      = hosts.ErrHost
	ErrPrivate   = errors.New("a host of Amazon's that is not its public registry: for a private ECR use `aws ecr get-login-password`")
	ErrPlaintext = errors.New("a host of Amazon's, which is reached by https only: leave http:// out")
)

// Host is a registry that somebody named on a command line. The zero Host is none.
type Host struct {
	hosts.Host
	Amazon bool
}

// ParseHost reads HOST[:PORT], with http:// or https:// before it or "/" after it. It is plain http only where
// nobody can listen in, on loopback, or where http:// says so; https otherwise.
func ParseHost(text string) (Host, error) {
	parsed, err := hosts.Parse(text)
	if err != nil {
		return Host{}, ErrHost
	}
	public := hosts.Host{Name: parsed.Bare()}.Amazon()
	switch {
	case public && parsed.Scheme != "https":
		return Host{}, ErrPlaintext
	case public && parsed.Name != parsed.Bare():
		return Host{}, ErrHost
	case !public && hosts.OfAmazon(parsed.Bare()):
		return Host{}, ErrPrivate
	}
	return Host{parsed, public}, nil
}

// lends reports whether a token of the service at u may be shown to h. Amazon's token is for Amazon; ours may
// go to a host by Amazon's name, since in a closed network that is ours too.
func (h Host) lends(u wire.URL) bool { return h.Amazon || !ofAmazon(u) }

func ofAmazon(u wire.URL) bool { return hosts.OfAmazon(strings.ToLower(u.Host)) }
