package awscli

import "context"

// Backend is what a run needs from the user's settings and from the network. It may keep what it has read between
// calls; a run uses it from one goroutine.
type Backend interface {
	// Settings reads what decides how to print. It fails (255) when a settings file cannot be parsed. A profile that
	// does not exist is not its business: a skeleton needs none. It then answers the zero Settings, and Client fails.
	Settings(Globals) (Settings, error)

	// Client resolves all that must be known before the parameters are looked at, in this order: profile, region
	// (253), the region's form, attempts, retry mode, credentials as far as they are configured. That there are no
	// credentials at all is found out by Call, when it signs.
	Client(context.Context, Globals) (Client, error)
}

// Client sends operations to one region with one set of credentials.
type Client interface {
	// Call sends one operation and returns the body of an answer with a status below 300 (the caller judges the
	// body). Its error carries its exit code (Failure, ServiceError or any ExitError); others count as 255.
	Call(context.Context, Operation) (body []byte, err error)
}

// Operation is one request to the service.
type Operation struct {
	Name    string // as the service calls it: GetAuthorizationToken
	Command string // as the user called it, for the user agent: ecr-public.get-login-password
	Body    []byte // the input in awsJson 1.1
}

// Globals are the options that may stand anywhere on the command line, as given. A nil pointer means "not given",
// which is not the same as empty: an empty --region counts.
type Globals struct {
	Profile, Region       *string
	EndpointURL, CABundle *string
	ReadTimeout           *int // seconds; 0 is none; negative is Client's error to report
	ConnectTimeout        *int
	NoVerifySSL           bool
	NoSignRequest         bool
	Debug                 bool
}

// Settings are what the environment and the profile say about printing. A nil pointer means that neither says
// anything; an empty value is a value.
type Settings struct {
	Output          *string // AWS_DEFAULT_OUTPUT, then the profile's output
	TimestampFormat *string // the profile's cli_timestamp_format
	BinaryFormat    *string // the profile's cli_binary_format
	Pager           *string // AWS_PAGER, then the profile's cli_pager; PAGER and less are this package's business
	ErrorFormat     *string // AWS_CLI_ERROR_FORMAT, then the profile's cli_error_format
}
