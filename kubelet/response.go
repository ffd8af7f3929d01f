package kubelet

import (
	"encoding/json"
	"time"

	"github.com/octroi/octroi/loan"
)

// Response is a CredentialProviderResponse.
type Response struct {
	APIVersion    string           `json:"apiVersion"`
	Kind          string           `json:"kind"`
	CacheKeyType  string           `json:"cacheKeyType"`
	CacheDuration string           `json:"cacheDuration"`
	Auth          map[string]Login `json:"auth"`
}

// Login is what a registry takes.
type Login struct {
	Username string        `json:"username"`
	Password loan.Password `json:"password"`
}

// Nothing is the answer for an image that is on no host of ours: the kubelet goes on without a login, and asks again for
// the next one.
func (r Request) Nothing() Response { return r.response("0s", map[string]Login{}) }

// Lend is the answer with a login. Its key is the host alone: the kubelet matches keys as patterns, and one that is
// shorter would hand the login to other hosts. The kubelet keeps it until half its life is over, when it is renewed here.
func (r Request) Lend(host string, l loan.Loan, now time.Time) Response {
	keep := max(min(l.Half().Sub(now), l.Expires.Sub(now)/2), 0).Truncate(time.Second)
	return r.response(keep.String(), map[string]Login{host: {l.User, l.Password}})
}

func (r Request) response(keep string, auth map[string]Login) Response {
	return Response{r.APIVersion, "CredentialProviderResponse", "Registry", keep, auth}
}

// Text is the response as it is sent.
func (r Response) Text() ([]byte, error) { return json.Marshal(r) }
