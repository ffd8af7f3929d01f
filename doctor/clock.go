package doctor

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// Clocks may differ by the time that a request takes; signatures stop working at fifteen minutes.
//
// Source: AWS SigV4 documentation, "requests must reach AWS within five minutes of the time stamp"; most services
// allow fifteen.
const (
	noticeable = time.Minute
	dangerous  = 5 * time.Minute
)

// clock compares this machine's clock with the Date of the service's answer.
func clock(_ context.Context, v *visit) []Finding {
	if !v.reached {
		return nil
	}
	date, err := http.ParseTime(v.date.Get("Date"))
	if err != nil {
		return nil // a service need not say
	}
	skew := v.now().Sub(date).Round(time.Second)
	text := fmt.Sprintf("this machine is %s %s the service", skew.Abs(), map[bool]string{true: "behind", false: "ahead of"}[skew < 0])
	switch {
	case skew.Abs() > dangerous:
		return wrong("clock", text, "set the clock: timedatectl set-ntp true")
	case skew.Abs() > noticeable:
		return warn("clock", text, "set the clock: timedatectl set-ntp true")
	}
	return ok("clock", "agrees with the service's")
}
