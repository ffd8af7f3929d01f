package awscli

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strings"
	"time"

	"github.com/octroi/octroi/internal/pyvalue"
)

// localTime writes times in the user's time zone, with the offsets that the original would show.
type localTime struct {
	zone *string // TZ; nil is the machine's own
	now  time.Time
}

var errTimeRange = errors.New("timestamp out of range for platform time_t")

// write turns a time as the service sends it into ISO 8601. A number is seconds since 1970; a text that holds a number
// counts as one; another text is read as a date, and keeps its own offset.
func (l localTime) write(v any) (any, error) {
	switch v := v.(type) {
	case bool:
		if v {
			return l.seconds(1, 0)
		}
		return l.seconds(0, 0)
	case *big.Int:
		if !v.IsInt64() {
			return nil, errTimeRange
		}
		return l.seconds(v.Int64(), 0)
	case float64:
		return l.float(v)
	case string:
		if f, ok := pyvalue.ParseFloat(v); ok {
			if math.Abs(f) >= math.MaxInt64 { // also Infinity: not the kind of error that makes the original try again
				return nil, errTimeRange
			}
			if out, err := l.float(f); err == nil {
				return out, nil
			}
		}
		return readDate(v)
	}
	kind := pyvalue.TypeName(v)
	return nil, pyvalue.Errorf("Invalid timestamp \"%s\": Parser must be a string or character stream, not %s",
		pyvalue.Str(v), kind)
}

// float rounds to microseconds, half to even.
func (l localTime) float(f float64) (any, error) {
	if math.IsNaN(f) {
		return nil, pyvalue.Error("Invalid value NaN (not a number)")
	}
	whole, fraction := math.Modf(f)
	micros := math.RoundToEven(fraction * 1e6)
	switch {
	case micros >= 1e6:
		micros -= 1e6
		whole++
	case micros < 0:
		micros += 1e6
		whole--
	}
	if math.Abs(whole) >= math.MaxInt64 {
		return nil, errTimeRange
	}
	return l.seconds(int64(whole), int64(micros))
}

// The years that the original's dates have.
const (
	firstSecond = -62135596800 // 0001-01-01T00:00:00Z
	lastSecond  = 253402300799 // 9999-12-31T23:59:59Z
)

func (l localTime) seconds(s, micros int64) (any, error) {
	if s < firstSecond || s > lastSecond {
		return nil, fmt.Errorf("year %d is out of range", year(s))
	}
	z := newZone(loadLocation(l.zone), l.now)
	wall, offset := z.local(s)
	if wall < firstSecond || wall > lastSecond {
		return nil, errors.New("date value out of range")
	}
	return isoFormat(time.Unix(wall, micros*1000).UTC(), &offset), nil
}

// year is the year of a second, also far outside what time.Time can say.
func year(s int64) int64 {
	const average = 31556952
	if s > -1<<50 && s < 1<<50 {
		return int64(time.Unix(s, 0).UTC().Year())
	}
	return 1970 + s/average
}

// isoFormat writes a wall clock. The fraction is six digits or none; a nil offset is none.
func isoFormat(wall time.Time, offset *int64) string {
	text := wall.Format("2006-01-02T15:04:05")
	if micros := wall.Nanosecond() / 1000; micros != 0 {
		text += fmt.Sprintf(".%06d", micros)
	}
	if offset == nil {
		return text
	}
	sign, o := "+", *offset
	if o < 0 {
		sign, o = "-", -o
	}
	text += fmt.Sprintf("%s%02d:%02d", sign, o/3600, o/60%60)
	if o%60 != 0 {
		text += fmt.Sprintf(":%02d", o%60)
	}
	return text
}

// readDate reads the forms of dates that services use: ISO 8601 and RFC 822.
func readDate(text string) (any, error) {
	unknown := pyvalue.Errorf("Invalid timestamp \"%s\": Unknown string format: %s", text, text)
	if strings.TrimSpace(text) == "" {
		return nil, pyvalue.Errorf("Invalid timestamp \"%s\": String does not contain a date: %s", text, text)
	}
	for _, layout := range []string{
		"2006-01-02", "2006-01-02T15:04", "2006-01-02T15:04:05", "20060102", "20060102T150405",
		"Mon, 2 Jan 2006 15:04:05", "2 Jan 2006 15:04:05", "Mon, 2 Jan 2006 15:04", "2 Jan 2006",
		"Mon Jan 2 15:04:05 2006", "Monday, 02-Jan-06 15:04:05",
	} {
		for _, offset := range []string{"", "Z07:00", "Z0700", "Z07", " MST", " Z07:00", " -0700"} {
			wall, err := time.Parse(layout+offset, spaceToT(strings.TrimSpace(text), layout))
			if err != nil {
				continue
			}
			wall = wall.Truncate(time.Microsecond)
			if offset == "" {
				return isoFormat(wall, nil), nil
			}
			name, o := wall.Zone()
			if offset == " MST" && name != "GMT" && name != "UTC" && name != "Z" {
				return isoFormat(wall, nil), nil // an unknown name of a zone tells nothing
			}
			seconds := int64(o)
			return isoFormat(wall, &seconds), nil
		}
	}
	return nil, unknown
}

// spaceToT lets an ISO date and its time stand apart.
func spaceToT(text, layout string) string {
	if strings.HasPrefix(layout, "2006-01-02T") && len(text) > 10 && text[10] == ' ' {
		return text[:10] + "T" + text[11:]
	}
	return text
}
