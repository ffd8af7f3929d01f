package policy

import (
	"net/netip"
	"strconv"
	"time"

	"github.com/octroi/octroi/policy/pattern"
)

// Context holds the values of condition keys that the caller established, as aws:SourceIp. Key names are
// case-insensitive. What Request.Principal implies (aws:username and the like) is not read from here, so
// that no context can speak for another principal. The zero Context is empty and may be used.
//
// A key that nobody set is missing, which conditions have their rules for. The methods with a name of
// their own are for the keys that there are, so that none of them is misspelled or has a value in a form
// that conditions do not read; Set is for all others.
type Context struct {
	keys []contextKey
}

type contextKey struct {
	name   string // in lower case
	values []string
}

// SetSourceIP is aws:SourceIp: where the connection comes from, or the proxy that is trusted says so.
func (c *Context) SetSourceIP(a netip.Addr) { c.Set("aws:SourceIp", a.Unmap().WithZone("").String()) }

// SetCurrentTime is aws:CurrentTime and aws:EpochTime.
func (c *Context) SetCurrentTime(t time.Time) {
	c.Set("aws:CurrentTime", t.UTC().Format(time.RFC3339))
	c.Set("aws:EpochTime", strconv.FormatInt(t.Unix(), 10))
}

// Transport is how the request came.
type Transport string

// The transports that aws:SecureTransport tells apart.
const (
	PlainText Transport = "false"
	TLS       Transport = "true"
)

// SetTransport is aws:SecureTransport.
func (c *Context) SetTransport(t Transport) { c.Set("aws:SecureTransport", string(t)) }

// SetUserAgent is aws:UserAgent. The caller can write there what he likes.
func (c *Context) SetUserAgent(text string) { c.setText("aws:UserAgent", text) }

// SetRequestedRegion is aws:RequestedRegion: the region that the signature is for.
func (c *Context) SetRequestedRegion(region string) { c.setText("aws:RequestedRegion", region) }

// SetTokenIssueTime is aws:TokenIssueTime: when the session began. Only sessions have it.
func (c *Context) SetTokenIssueTime(t time.Time) {
	c.Set("aws:TokenIssueTime", t.UTC().Format(time.RFC3339))
}

// SetSourceIdentity is aws:SourceIdentity of a session that has one.
func (c *Context) SetSourceIdentity(name string) { c.setText("aws:SourceIdentity", name) }

// SetPrincipalTag is aws:PrincipalTag/key: a tag of the user or role, or of the session.
func (c *Context) SetPrincipalTag(key, value string) { c.Set("aws:PrincipalTag/"+key, value) }

// SetRequestTag is aws:RequestTag/key: a tag that the request would set.
func (c *Context) SetRequestTag(key, value string) { c.Set("aws:RequestTag/"+key, value) }

// SetTagKeys is aws:TagKeys: the keys of all tags that the request would set or remove.
func (c *Context) SetTagKeys(keys ...string) { c.Set("aws:TagKeys", keys...) }

// SetRepositoryTag is a tag that the repository has, under each of its names.
//
// Source: Service Authorization Reference, "Amazon Elastic Container Registry Public".
func (c *Context) SetRepositoryTag(key, value string) {
	c.Set("aws:ResourceTag/"+key, value)
	c.Set("ecr-public:ResourceTag/"+key, value)
	c.Set("ecr:ResourceTag/"+key, value)
}

// SetIdentityTag is a tag that the user, role, policy or provider has on which the request acts.
func (c *Context) SetIdentityTag(key, value string) {
	c.Set("aws:ResourceTag/"+key, value)
	c.Set("iam:ResourceTag/"+key, value)
}

// SetBearer is sts:AWSServiceName and sts:DurationSeconds of sts:GetServiceBearerToken.
func (c *Context) SetBearer(service string, lifetime time.Duration) {
	c.Set("sts:AWSServiceName", service)
	c.SetDuration(lifetime)
}

// SetDuration is sts:DurationSeconds.
func (c *Context) SetDuration(lifetime time.Duration) {
	c.Set("sts:DurationSeconds", strconv.FormatInt(int64(lifetime/time.Second), 10))
}

// Session is what a request for a session says that trust policies ask about. What is empty was not said.
type Session struct {
	Name, ExternalID, SourceIdentity string
	TransitiveTagKeys                []string
}

// SetSession is sts:RoleSessionName, sts:ExternalId, sts:SourceIdentity and sts:TransitiveTagKeys.
func (c *Context) SetSession(s Session) {
	c.setText("sts:RoleSessionName", s.Name)
	c.setText("sts:ExternalId", s.ExternalID)
	c.setText("sts:SourceIdentity", s.SourceIdentity)
	c.Set("sts:TransitiveTagKeys", s.TransitiveTagKeys...)
}

// SetClaim is provider:claim, as token.actions.githubusercontent.com:sub. The provider is the issuer
// without its scheme.
func (c *Context) SetClaim(provider, claim string, values ...string) {
	c.Set(provider+":"+claim, values...)
}

// SetPolicyARN is iam:PolicyARN: the managed policy that the request attaches or detaches.
func (c *Context) SetPolicyARN(arn string) { c.setText("iam:PolicyARN", arn) }

// SetPermissionsBoundary is iam:PermissionsBoundary: the boundary that the request sets, or that the user
// or role has on which it acts.
func (c *Context) SetPermissionsBoundary(arn string) { c.setText("iam:PermissionsBoundary", arn) }

// setText leaves a key missing that would be empty.
func (c *Context) setText(name, value string) {
	if value == "" {
		c.Set(name)
		return
	}
	c.Set(name, value)
}

// Set gives a key its values, in place of those it had.
func (c *Context) Set(name string, values ...string) {
	name = pattern.Lower(name)
	for i := range c.keys {
		if c.keys[i].name == name {
			c.keys[i].values = values
			return
		}
	}
	c.keys = append(c.keys, contextKey{name, values})
}

// Get is the values of a key, and whether it is present at all.
func (c Context) Get(name string) ([]string, bool) {
	name = pattern.Lower(name)
	for i := range c.keys {
		if c.keys[i].name == name {
			return c.keys[i].values, true
		}
	}
	return nil, false
}

// Keys are the names of the keys that are present, in lower case.
func (c Context) Keys() []string {
	var names []string
	for i := range c.keys {
		names = append(names, c.keys[i].name)
	}
	return names
}

// values are those of a key that is in lower case already.
func (c *Context) values(key string) []string {
	for i := range c.keys {
		if c.keys[i].name == key {
			return c.keys[i].values
		}
	}
	return nil
}
