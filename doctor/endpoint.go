package doctor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"

	"github.com/octroi/octroi/wire"
)

// endpoint asks the service for anything at all, without a credential: whether it is there, and is who it should be.
func endpoint(ctx context.Context, v *visit) []Finding {
	if v.client == nil {
		return nil
	}
	u := v.client.Endpoint
	answer, err := v.client.Transport.RoundTrip(ctx, wire.Request{Method: http.MethodGet, URL: u, Header: []wire.Field{
		{Name: "Host", Value: u.HostHeader()}, {Name: "User-Agent", Value: v.UserAgent},
	}})
	if err != nil {
		return wrong("endpoint", err.Error(), reach(err))
	}
	v.reached, v.date = true, answer.Header
	return ok("endpoint", fmt.Sprintf("%s answers", u))
}

// reach is what to do about a host that cannot be reached.
func reach(err error) string {
	var name *net.DNSError
	switch text := err.Error(); {
	case errors.As(err, &name):
		return "the name is not known: correct it, or the resolver of this machine"
	case strings.Contains(text, "WRONG_VERSION_NUMBER"):
		return "it speaks plain http: correct the scheme, or serve it with TLS"
	case strings.Contains(text, "has expired"):
		return "its certificate has expired, or this machine's clock is wrong: renew it"
	case strings.Contains(text, "not valid for"):
		return "its certificate is for another name: use that name, or renew it"
	case strings.Contains(text, "SSL"):
		return "its certificate is not trusted: put its authority's certificate into AWS_CA_BUNDLE, and into docker's certs.d"
	case strings.Contains(text, "proxy"):
		return "correct HTTPS_PROXY and HTTP_PROXY, or put the host into NO_PROXY"
	}
	return "is the service running, and does a firewall or a proxy stand between?"
}
