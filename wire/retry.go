package wire

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"
)

// Mode is how attempts are spaced. The zero value is the AWS CLI's default.
type Mode int

const (
	// Standard waits a random time below 1 s, 2 s, 4 s, ... and at most 20 s.
	Standard Mode = iota
	// Adaptive also slows down after the service throttled.
	Adaptive
)

const maxDelay = 20 * time.Second

// adaptivePause is what the adaptive mode's bucket asks of a process that makes one call: it is empty after
// the first throttling and fills with half a call a second.
const adaptivePause = 2 * time.Second

// Codes that a later attempt may not meet again.
//
// Source: the standard retry mode of the AWS SDKs and Tools Reference Guide, and recorded runs of the AWS CLI 2.9.19.
var (
	transientCodes = []string{"RequestTimeout", "RequestTimeoutException", "PriorRequestNotComplete"}
	throttledCodes = []string{
		"Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled",
		"RequestThrottledException", "TooManyRequestsException", "ProvisionedThroughputExceededException",
		"TransactionInProgressException", "RequestLimitExceeded", "BandwidthLimitExceeded",
		"LimitExceededException", "SlowDown", "PriorRequestNotComplete", "EC2ThrottledException",
	}
	transientStatus = []int{500, 502, 503, 504}
)

// skewCodes are refusals that a wrong clock can cause.
var skewCodes = []string{
	"RequestTimeTooSkewed", "InvalidSignatureException", "SignatureDoesNotMatch", "RequestExpired",
	"RequestInTheFuture", "AuthFailure",
}

func retryable(e *ServiceError) bool {
	return slices.Contains(transientStatus, e.Status) || slices.Contains(transientCodes, e.Code) || throttled(e)
}

func throttled(e *ServiceError) bool { return slices.Contains(throttledCodes, e.Code) }

// delay is the pause before attempt n+1, n from 1.
func (m Mode) delay(n int, e *ServiceError) time.Duration {
	d := maxDelay
	if n < 10 {
		d = min(time.Duration(rand.Float64()*float64(time.Second)*float64(int(1)<<(n-1))), maxDelay)
	}
	if m == Adaptive && e != nil && throttled(e) {
		d = max(d, adaptivePause)
	}
	return d
}

// pause waits, or ends early with the context.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

const (
	minSkew = 4 * time.Minute // services allow 5 and more
	maxSkew = 24 * time.Hour  // further off, the server's clock is as little to be believed as ours
)

// skew is how far the server's clock is ahead of ours, when that explains a refusal.
func skew(e *ServiceError, answer Response, now time.Time) (time.Duration, bool) {
	if !slices.Contains(skewCodes, e.Code) {
		return 0, false
	}
	date, err := time.Parse(time.RFC1123, answer.Header.Get("Date"))
	if err != nil {
		return 0, false
	}
	d := date.Sub(now)
	return d, d.Abs() > minSkew && d.Abs() <= maxSkew
}
