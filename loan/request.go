package loan

import (
	"bytes"
	"encoding/json"
	"errors"
	"time"

	"github.com/octroi/octroi/hosts"
)

// protocol is the version of what the small binary and octroi say to each other.
const protocol = 1

// Request is what the small binary asks octroi for, on standard input: arguments can be seen by everybody on the
// machine. It is either a login or, with Configuration, that a configuration file is compiled.
type Request struct {
	Version       int         `json:"version"`
	Configuration string      `json:"configuration,omitempty"` // path of the file
	Host          hosts.Host  `json:"host"`
	Entry         hosts.Entry `json:"entry"`
	Account       *Account    `json:"account,omitempty"`
	Renew         bool        `json:"renew,omitempty"` // whether a loan in the second half of its life is not enough
	Budget        int64       `json:"budget"`          // milliseconds
}

// Account is a Kubernetes service account that asks for itself (KEP-4412).
type Account struct {
	Token   string `json:"token"` // goes to the token service and nowhere else
	Role    string `json:"role"`
	Session string `json:"session"` // name of the session that the role is assumed in
}

// Reply is octroi's answer, on standard output.
type Reply struct {
	Version  int             `json:"version"`
	Error    string          `json:"error,omitempty"` // one line: the cause, and what to do
	Host     string          `json:"host,omitempty"`
	Identity string          `json:"identity,omitempty"`
	Endpoint string          `json:"endpoint,omitempty"`
	User     string          `json:"user,omitempty"`
	Secret   string          `json:"secret,omitempty"`
	Issued   int64           `json:"issued,omitempty"`  // milliseconds since 1970
	Expires  int64           `json:"expires,omitempty"` // the same
	Compiled json.RawMessage `json:"compiled,omitempty"`
}

var errProtocol = errors.New("the octroi beside this program or on PATH is of another version: install both from one release")

// NewReply is a reply with a loan in it, or with an error.
func NewReply(l Loan, err error) Reply {
	if err != nil {
		return Reply{Version: protocol, Error: err.Error()}
	}
	return Reply{Version: protocol, Host: l.Host, Identity: l.Identity, Endpoint: l.Endpoint, User: l.User,
		Secret: string(l.Password), Issued: l.Issued.UnixMilli(), Expires: l.Expires.UnixMilli()}
}

// NewConfigurationReply is a reply with a compiled configuration.
func NewConfigurationReply(compiled []byte) Reply {
	return Reply{Version: protocol, Compiled: compiled}
}

func (r Reply) loan() Loan {
	return Loan{r.Host, r.Identity, r.Endpoint, r.User, Password(r.Secret), time.UnixMilli(r.Issued), time.UnixMilli(r.Expires)}
}

// ParseRequest reads a request.
func ParseRequest(text []byte) (Request, error) {
	var r Request
	if err := strict(text, &r); err != nil || r.Version != protocol {
		return Request{}, errors.New("this command is for docker-credential-octroi, of the same version")
	}
	if r.Configuration == "" {
		if err := r.Entry.Check(); err != nil {
			return Request{}, err
		}
	}
	return r, nil
}

func strict(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if d.More() {
		return errProtocol
	}
	return nil
}
