package awsconfig

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/octroi/octroi/wire"
)

const (
	containerAddress  = "169.254.170.2"
	containerAttempts = 3
	containerTime     = 2 * time.Second
	containerPause    = time.Second
)

// containerHosts are the hosts that may be asked in the clear for credentials, beside loopback: ECS's agent and
// EKS's Pod Identity agent.
//
// Source: AWS SDKs and Tools Reference Guide, "Container credential provider".
var containerHosts = []string{containerAddress, "169.254.170.23", "fd00:ec2::23"}

// container is the agent of ECS or EKS, named by the environment. It is asked at once: it is there or it is
// not, and no proxy stands between.
func (s *Settings) container(ctx context.Context) (Source, error) {
	full, isFull := s.request.Environ("AWS_CONTAINER_CREDENTIALS_FULL_URI")
	if path, ok := s.request.Environ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"); ok {
		full, isFull = "http://"+containerAddress+"/"+strings.TrimPrefix(path, "/"), true
	}
	if !isFull {
		return nil, nil
	}
	u, err := wire.ParseURL(full)
	if host := strings.ToLower(u.Host); err != nil || !allowedContainer(host) {
		if host == "" {
			host = "None"
		}
		return nil, failed("Unsupported host '" + host + "'.  Can only retrieve metadata from these hosts: " +
			containerAddress + ", localhost, 127.0.0.1")
	}
	token, err := s.containerToken()
	if err != nil {
		return nil, err
	}
	c, err := s.askContainer(ctx, u, token)
	if err != nil {
		return nil, err
	}
	return s.always(c)
}

func allowedContainer(host string) bool {
	if host == "localhost" || slices.Contains(containerHosts, host) {
		return true
	}
	address := net.ParseIP(host)
	return address != nil && address.IsLoopback()
}

// containerToken is what the agent wants in Authorization: the file's content, read anew since it rotates, or
// the variable.
func (s *Settings) containerToken() (string, error) {
	path := s.environ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
	if path == "" {
		return s.environ("AWS_CONTAINER_AUTHORIZATION_TOKEN"), nil
	}
	data, err := readRegular(path, maxWebToken)
	if err != nil {
		return "", &Error{Message: "cannot read AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE '" + path + "'", Cause: err}
	}
	return strings.TrimRight(string(data), "\r\n"), nil
}

func (s *Settings) askContainer(ctx context.Context, u wire.URL, token string) (Credentials, error) {
	header := []wire.Field{{Name: "Accept", Value: "application/json"}}
	if token != "" {
		header = append(header, wire.Field{Name: "Authorization", Value: token})
	}
	var err error
	for n := 1; n <= containerAttempts; n++ {
		var c Credentials
		if c, err = s.containerOnce(ctx, u, header); err == nil {
			return c, nil
		}
		var again *retryError
		if !errors.As(err, &again) {
			return Credentials{}, err
		}
		if n < containerAttempts {
			s.sleep(ctx, containerPause)
		}
	}
	return Credentials{}, retrieval("container-role", "Error retrieving metadata: "+err.Error())
}

// retryError is a failure that another attempt may not meet.
type retryError struct{ reason string }

func (e *retryError) Error() string { return e.reason }

func (s *Settings) containerOnce(ctx context.Context, u wire.URL, header []wire.Field) (Credentials, error) {
	answer, err := s.local(ctx, containerTime, http.MethodGet, u, header)
	if err != nil {
		return Credentials{}, &retryError{"Received error when attempting to retrieve ECS metadata: " + err.Error()}
	}
	if answer.Status != http.StatusOK {
		return Credentials{}, &retryError{"Received non 200 response (" + strconv.Itoa(answer.Status) + ") from ECS metadata: " +
			redact(string(answer.Body))}
	}
	member, ok := jsonObject(answer.Body)
	if !ok {
		return Credentials{}, &retryError{"Unable to parse JSON returned from ECS metadata services"}
	}
	return fromMembers("container-role", member, memberNames{"AccessKeyId", "SecretAccessKey", "Token", "Expiration"})
}

// local is one exchange with an address on this machine or link: never through a proxy, which would be lent the
// machine's own credentials, and within a time for the whole.
func (s *Settings) local(ctx context.Context, limit time.Duration, method string, u wire.URL, header []wire.Field) (wire.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	transport := s.Transport()
	transport.Proxies, transport.Connect, transport.Read = wire.Proxies{}, limit, limit
	fields := append([]wire.Field{{Name: "Host", Value: u.HostHeader()}, {Name: "User-Agent", Value: s.request.UserAgent}}, header...)
	s.debug("%s %s", method, u)
	return transport.RoundTrip(ctx, wire.Request{Method: method, URL: u, Header: fields})
}

func (s *Settings) sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
