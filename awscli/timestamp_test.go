package awscli_test

import (
	"fmt"
	"testing"
)

// What a time of the service looks like in a time zone.
func TestTimestamps(t *testing.T) {
	const summer, winter = "1719835200.25", "1735732800.123"
	for _, c := range []struct{ zone, at, want string }{
		{"UTC", "1735732800", "2025-01-01T12:00:00+00:00"},
		{"UTC", winter, "2025-01-01T12:00:00.123000+00:00"},
		{"UTC", "1735732800.0000005", "2025-01-01T12:00:00+00:00"},
		{"UTC", "1735732800.123456789", "2025-01-01T12:00:00.123457+00:00"},
		{"UTC", "1735732800.9999999", "2025-01-01T12:00:01+00:00"},
		{"UTC", "-1.5", "1969-12-31T23:59:58.500000+00:00"},
		{"UTC", "true", "1970-01-01T00:00:01+00:00"},
		{"UTC", `"1735732800.123"`, "2025-01-01T12:00:00.123000+00:00"},
		{"UTC", "-62135596800", "0001-01-01T00:00:00+00:00"},
		{"UTC", "253402300799", "9999-12-31T23:59:59+00:00"},
		{"Asia/Tokyo", `"2025-01-01T12:00:00.123Z"`, "2025-01-01T12:00:00.123000+00:00"},
		{"Asia/Tokyo", `"2025-01-01T12:00:00.5+05:30"`, "2025-01-01T12:00:00.500000+05:30"},
		{"Asia/Tokyo", `"2025-01-01T12:00:00"`, "2025-01-01T12:00:00"},
		{"Asia/Tokyo", `"2025-01-01"`, "2025-01-01T00:00:00"},
		{"Asia/Tokyo", `"Wed, 01 Jan 2025 12:00:00 GMT"`, "2025-01-01T12:00:00+00:00"},
		{"Asia/Tokyo", "0", "1970-01-01T09:00:00+09:00"},
		{":Asia/Tokyo", "0", "1970-01-01T09:00:00+09:00"},
		{"", "0", "1970-01-01T00:00:00+00:00"},
		{"Not/AZone", summer, "2024-07-01T12:00:00.250000+00:00"},
		{"America/New_York", summer, "2024-07-01T08:00:00.250000-04:00"},
		{"America/New_York", winter, "2025-01-01T07:00:00.123000-05:00"},
		{"Australia/Lord_Howe", winter, "2025-01-01T23:00:00.123000+11:00"},
		{"Australia/Lord_Howe", summer, "2024-07-01T22:30:00.250000+10:30"},
		{"Europe/London", "0", "1970-01-01T00:00:00+00:00"}, // was +01:00 all year round then
		{"Africa/Monrovia", "0", "1970-01-01T00:00:00+00:00"},
		{"XYZ-3", summer, "2024-07-01T15:00:00.250000+03:00"},
		{"<+0330>-3:30", "0", "1970-01-01T03:30:00+03:30"},
		{"EST5EDT,M3.2.0,M11.1.0", summer, "2024-07-01T08:00:00.250000-04:00"},
		{"EST5EDT,M3.2.0,M11.1.0", winter, "2025-01-01T07:00:00.123000-05:00"},
		{"AB3", "0", "1970-01-01T00:00:00+00:00"},
	} {
		s := setup{env: []string{"TZ=" + c.zone}}
		s.service.body = fmt.Sprintf(`{"authorizationData":{"authorizationToken":"x","expiresAt":%s}}`, c.at)
		got := s.run(t, "ecr-public", "get-authorization-token", "--query", "authorizationData.expiresAt", "--output", "text")
		if got != (outcome{0, c.want + "\n", ""}) {
			t.Errorf("%s in %q: got %v, want %s", c.at, c.zone, got, c.want)
		}
	}
}

// With cli_timestamp_format = wire the value stays as it came.
func TestWireTimestamps(t *testing.T) {
	wire := "wire"
	for at, want := range map[string]string{
		"1735732800": "1735732800", "1735732800.120": "1735732800.12", "1e10": "10000000000.0", "1e300": "1e+300",
		"99999999999999999999": "99999999999999999999", `"never"`: `"never"`, "Infinity": "Infinity", "[]": "[]", "false": "false",
	} {
		var s setup
		s.service.settings.TimestampFormat = &wire
		s.service.body = fmt.Sprintf(`{"authorizationData":{"authorizationToken":"x","expiresAt":%s}}`, at)
		got := s.run(t, "ecr-public", "get-authorization-token", "--query", "authorizationData.expiresAt")
		if got != (outcome{0, want + "\n", ""}) {
			t.Errorf("%s: got %v, want %s", at, got, want)
		}
	}
}
