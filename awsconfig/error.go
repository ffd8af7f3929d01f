package awsconfig

// Exit codes of the AWS CLI.
const (
	exitUsage         = 252
	exitConfiguration = 253
	exitOther         = 255
)

// Kinds of an Error that other programs ask for; the codes of the AWS CLI's structured error forms.
const (
	KindNoRegion      = "NoRegion"
	KindNoCredentials = "NoCredentials"
)

// Error is a setting or a credential that cannot be used, in the AWS CLI's words.
type Error struct {
	Exit    int    // 0 stands for 255
	Kind    string // a Kind constant, or empty
	Message string
	Cause   error // for --debug; may be nil
}

// Error is the message.
func (e *Error) Error() string { return e.Message }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// ExitCode is the AWS CLI's exit code.
func (e *Error) ExitCode() int {
	if e.Exit == 0 {
		return exitOther
	}
	return e.Exit
}

// Sentinels for what is simply not there. errors.Is finds them.
var (
	ErrNoRegion = &Error{
		Exit: exitConfiguration, Kind: KindNoRegion,
		Message: `You must specify a region. You can also configure your region by running "aws configure".`,
	}
	ErrNoCredentials = &Error{
		Exit: exitConfiguration, Kind: KindNoCredentials,
		Message: `Unable to locate credentials. You can configure credentials by running "aws configure".`,
	}
)

func failed(message string) error { return &Error{Message: message} }

// partial reports half a credential.
func partial(source, missing string) error {
	return failed("Partial credentials found in " + source + ", missing: " + missing)
}

// retrieval reports a source that was asked and gave nothing usable.
func retrieval(source, reason string) error {
	return failed("Error when retrieving credentials from " + source + ": " + reason)
}
