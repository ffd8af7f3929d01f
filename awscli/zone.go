package awscli

import (
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// zone is a time zone as the original's date library sees it: two offsets only, those of this year, and of each
// moment whether daylight saving time holds. So a summer of 1970 prints with the offset that a summer has now.
type zone struct {
	location *time.Location
	standard int64 // seconds east
	saving   int64 // what daylight saving time adds; 0 for none
}

func newZone(location *time.Location, now time.Time) zone {
	if now.IsZero() {
		now = time.Now()
	}
	const year = (365*24 + 6) * 3600 // the runtime's idea of a year, by which it finds January and July
	start := now.Unix() / year * year
	offset := func(s int64) int64 {
		_, o := time.Unix(s, 0).In(location).Zone()
		return int64(o)
	}
	january, july := offset(start), offset(start+year/2)
	if january > july { // the southern half
		january, july = july, january
	}
	return zone{location, january, july - january}
}

// saves tells whether daylight saving time holds at a wall clock, read as standard time.
func (z zone) saves(wall int64) bool {
	return time.Unix(wall-z.standard, 0).In(z.location).IsDST()
}

// ambiguous tells a wall clock that comes twice.
func (z zone) ambiguous(wall int64) bool {
	return z.saving != 0 && !z.saves(wall) && z.saves(wall-z.saving)
}

// inSaving decides for an ambiguous wall clock by whether it is the second of the two.
func (z zone) inSaving(wall int64, second bool) bool {
	switch {
	case z.saving == 0:
		return false
	case z.ambiguous(wall):
		return !second
	}
	return z.saves(wall)
}

// local is the wall clock of a moment, as seconds, and its offset.
func (z zone) local(moment int64) (wall, offset int64) {
	wall = moment + z.standard
	if z.inSaving(wall, true) {
		wall += z.saving
	}
	second := z.ambiguous(wall) && wall-moment == z.standard
	offset = z.standard
	if z.inSaving(wall, second) {
		offset += z.saving
	}
	return wall, offset
}

// loadLocation finds the zone that TZ names: a file of the zone database, a path, or a POSIX rule; a colon before it
// does not count, and what is none of these is UTC. Without TZ it is the machine's zone.
func loadLocation(tz *string) *time.Location {
	if tz == nil {
		return fileLocation("/etc/localtime", time.UTC)
	}
	name := strings.TrimPrefix(*tz, ":")
	switch {
	case name == "" || name == "UTC":
		return time.UTC
	case filepath.IsAbs(name):
		return fileLocation(name, time.UTC)
	}
	for _, folder := range []string{"/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo"} {
		if found := fileLocation(filepath.Join(folder, name), nil); found != nil {
			return found
		}
	}
	return ruleLocation(name)
}

// largestZone is more than any file of the database has.
const largestZone = 1 << 20

func fileLocation(path string, otherwise *time.Location) *time.Location {
	f, err := os.Open(path)
	if err != nil {
		return otherwise
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return otherwise
	}
	data, err := io.ReadAll(io.LimitReader(f, largestZone))
	if err != nil {
		return otherwise
	}
	location, err := time.LoadLocationFromTZData("local", data)
	if err != nil {
		return otherwise
	}
	return location
}

// ruleLocation makes a zone of a POSIX rule like CET-1CEST,M3.5.0,M10.5.0/3. The time package reads such rules only at
// the end of a zone file, so this writes one: no history, and the rule.
func ruleLocation(rule string) *time.Location {
	if !isRule(rule) {
		return time.UTC
	}
	header := func(transitions, types, characters uint32) []byte {
		b := append([]byte("TZif2"), make([]byte, 15)...)
		for _, n := range []uint32{0, 0, 0, transitions, types, characters} {
			b = binary.BigEndian.AppendUint32(b, n)
		}
		return b
	}
	data := header(0, 0, 0)                                       // the part in the old, 32-bit form is empty
	data = append(data, header(1, 1, 4)...)                       //
	data = binary.BigEndian.AppendUint64(data, 1<<63+1<<62)       // one change, long ago
	data = append(data, 0)                                        // to the only type:
	data = append(append(data, make([]byte, 6)...), "UTC\x00"...) // no offset, no saving, its name
	data = append(append(append(data, '\n'), rule...), '\n')      // from then on, the rule
	location, err := time.LoadLocationFromTZData("rule", data)
	if err != nil {
		return time.UTC
	}
	return location
}

// isRule checks that a rule starts as one must: a name and an offset.
func isRule(rule string) bool {
	rest := ""
	if strings.HasPrefix(rule, "<") {
		end := strings.IndexByte(rule, '>')
		if end < 4 {
			return false
		}
		rest = rule[end+1:]
	} else {
		rest = strings.TrimLeft(rule, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
		if len(rule)-len(rest) < 3 {
			return false
		}
	}
	rest = strings.TrimLeft(rest, "+-")
	return rest != "" && rest[0] >= '0' && rest[0] <= '9'
}
