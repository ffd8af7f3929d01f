package difftest_test

import (
	"encoding/base64"
	"strconv"
	"strings"

	"pgregory.net/rapid"
)

// answerCase has the service say anything: tokens and moments of all kinds, refusals, failures, and a second try.
func answerCase(t *rapid.T) invocation {
	c := invocation{
		Args: command(pick(t, "get-authorization-token", "get-authorization-token", "get-login-password")),
		Env:  map[string]string{"TZ": zone(t)},
	}
	format := pick(t, "iso8601", "iso8601", "wire", "none", "ISO8601", "")
	if often(t, 40) {
		c.Files = map[string]string{".aws/config": "[default]\ncli_timestamp_format = " + format + "\n"}
	}
	if often(t, 30) {
		c.Args = append(c.Args, "--output", pick(t, "text", "table", "yaml"))
	}
	switch rapid.IntRange(0, 3).Draw(t, "answers") {
	case 0, 1:
		c.Answers = []answer{goodAnswer(t)}
	case 2:
		c.Answers = []answer{badAnswer(t)}
	default:
		c.Env["AWS_MAX_ATTEMPTS"] = pick(t, "1", "2", "2")
		c.Env["AWS_RETRY_MODE"] = pick(t, "standard", "adaptive", "standard", "legacy")
		c.Answers = []answer{badAnswer(t), goodAnswer(t)}
	}
	return c
}

func zone(t *rapid.T) string {
	return pick(t, "UTC", "UTC", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns", "America/New_York", "Africa/Monrovia", "Europe/London",
		"Pacific/Apia", "XYZ-3", "EST5EDT,M3.2.0,M11.1.0", "<+0330>-3:30", ":Asia/Tokyo", "No/Where", "", "Africa/Casablanca", "Europe/Dublin",
		"Australia/Lord_Howe", "EST5EDT", "UTC0", "ABC", "X3")
}

func goodAnswer(t *rapid.T) answer {
	body := `{"authorizationData":{"authorizationToken":"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(login(t)) + `","expiresAt":` +
		expiry(t) + `}}`
	if often(t, 15) {
		body = mutate(t, body, "{}[],:\"\\01eE-. \nntf")
	}
	return answer{Status: rapid.SampledFrom([]int{200, 200, 200, 200, 200, 201, 206, 299, 300, 204}).Draw(t, "status"), Body: body}
}

// login is a token: base64, or nearly.
func login(t *rapid.T) string {
	text := base64.StdEncoding.EncodeToString([]byte(pick(t, "AWS:pw", "AWS:a", "AWS:", "AWS", "AWS:p:w", ":", "", "AWS:\xff", "AWS:pässwört", "X:pw\n", "AWS:~~~???>>>")))
	if often(t, 30) {
		text = mutate(t, text, "=AQ+/-_ \né!")
	}
	return text
}

func expiry(t *rapid.T) string {
	switch rapid.IntRange(0, 4).Draw(t, "moment") {
	case 0:
		return strconv.Itoa(rapid.IntRange(-2000000000, 4200000000).Draw(t, "seconds"))
	case 1:
		return strconv.FormatFloat(rapid.Float64Range(-1e9, 4e9).Draw(t, "float"), 'f', rapid.IntRange(1, 9).Draw(t, "digits"), 64)
	case 2:
		return strconv.Quote(strconv.Itoa(rapid.IntRange(0, 2000000000).Draw(t, "seconds")))
	case 3:
		return pick(t, "0", "-1", "1e9", "1E10", "1e300", "-62135596800", "-62135596801", "253402300799", "253402300800", "99999999999999999999", "true", "false",
			"null", "[]", "{}", "NaN", "Infinity", "1.0", "1735732800.0000005", "1735732800.9999995", "-0.5", "1735732800123", "1e16", `""`)
	}
	return `"` + pick(t, "2025-01-01T12:00:00Z", "2025-01-01T12:00:00.5+05:30", "2025-01-01", "2025-01-01T12:00:00", "2025-01-01 12:00:00", "20250101T120000Z",
		"Wed, 01 Jan 2025 12:00:00 GMT", "Wed, 01 Jan 2025 12:00:00 +0200", "2025-01-01T12:00:00.123456789Z", "2025-01-01T24:00:00Z", "2025-13-01T00:00:00Z",
		"2025-02-30", "no date", "nan", "inf", "1e3", " 5 ", "1_0", "2025-01-01T12:00", "2025-01-01T12:00:60Z", "2025-01-01T12:00:00-00:00") + `"`
}

func badAnswer(t *rapid.T) answer {
	if often(t, 12) {
		return answer{Status: 200, Body: token.Body, Fault: pick(t, "close", "short")}
	}
	a := answer{Status: rapid.SampledFrom([]int{400, 400, 400, 403, 404, 413, 429, 500, 500, 501, 502, 503, 504, 505, 599, 301, 304, 307, 418}).Draw(t, "status")}
	if often(t, 15) {
		a.Header = []string{"x-amzn-query-error: " + pick(t, "Code;Sender", "Code", ";Sender", "a;b;c", "")}
	}
	if often(t, 10) {
		a.Header = append(a.Header, "x-amzn-ErrorType: Other", "Location: /elsewhere")
	}
	code := pick(t, "AccessDeniedException", "ThrottlingException", "a.b#RequestTimeout", "X:http://x/", "a#", "", "SlowDown", "TooManyRequestsException",
		"LimitExceededException", "ExpiredTokenException")
	a.Body = pick(t, `{"__type":"`+code+`","message":"m"}`, `{"__type":"`+code+`","Message":"M é"}`, `{"__type":"`+code+`"}`, `{"message":"m"}`,
		`{"__type":"`+code+`","message":null,"Message":"M"}`, `{"code":"`+code+`","message":"m"}`, `{"__type":`+pick(t, "null", number(t), quoted(t))+`,"message":`+pick(t, "null", "true", quoted(t))+`}`,
		"", "  ", "<html>x</html>", " <html>", "<!DOCTYPE html>", "text", "{", "[]", "[1]", `"s"`, "null", "5", "{}", "caf\xe9", `{"__type":"X","message":"100% %s {0} \n"}`)
	return a
}
