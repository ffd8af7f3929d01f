package awscli_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ecrpublic"
	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/awscli"
	"github.com/octroi/octroi/shape"
)

func answered(t *testing.T, body string, args ...string) outcome {
	t.Helper()
	s := setup{home: "/nonexistent", service: service{body: body}}
	return s.run(t, append([]string{"ecr-public"}, args...)...)
}

// An answer that holds no token is an error, whatever the status was.
func TestHostileC15(t *testing.T) {
	for name, body := range map[string]string{
		"empty": "", "space": "  \n", "HTML": "<html><body>hello</body></html>", "truncated": `{"authorizationData": {`,
		"{}": "{}", "null": "null", "list": "[]", "text": `"x"`, "byte-order mark": "\ufeff" + answer,
		"no data": `{"authorizationData":null}`, "data of another type": `{"authorizationData":[1]}`,
		"no token": `{"authorizationData":{"expiresAt":1}}`, "null token": `{"authorizationData":{"authorizationToken":null}}`,
	} {
		if body == "" {
			body = " "
		}
		for _, command := range []string{"get-authorization-token", "get-login-password"} {
			got := answered(t, body, command)
			if got != (outcome{255, "", "\ninvalid response from endpoint\n"}) {
				t.Errorf("C15 %s, %s: %v", name, command, got)
			}
		}
	}
}

// Only a token that decodes to AWS:password gives a password, and nothing half-right is printed.
func TestHostileC16(t *testing.T) {
	for token, want := range map[string]outcome{
		"QVdTOnB3":       {0, "pw\n", ""},
		"QVdT OnB3":      {0, "pw\n", ""}, // what is not of the alphabet is skipped, as in the original
		"QVdTOg==":       {0, "\n", ""},
		"bm9jb2xvbg==":   {255, "", "\nnot enough values to unpack (expected 2, got 1)\n"},
		"QVdTOmE6Yg==":   {255, "", "\ntoo many values to unpack (expected 2)\n"},
		"QVdTOnB3dw":     {255, "", "\nIncorrect padding\n"},
		"!!!":            {255, "", "\nnot enough values to unpack (expected 2, got 1)\n"},
		"QVdTOv/+":       {255, "", "\n'utf-8' codec can't decode byte 0xff in position 4: invalid start byte\n"},
		"notbase64":      {255, "", "\nInvalid base64-encoded string: number of data characters (9) cannot be 1 more than a multiple of 4\n"},
		"QVdTOnB3\u00e9": {255, "", "\nstring argument should contain only ASCII characters\n"},
	} {
		body := fmt.Sprintf(`{"authorizationData":{"authorizationToken":%q}}`, token)
		if got := answered(t, body, "get-login-password"); got != want {
			t.Errorf("C16 %q: got %v, want %v", token, got, want)
		}
	}
}

// A time that is none is an error, and prints nothing.
func TestHostileC17(t *testing.T) {
	for _, at := range []string{"NaN", "1e308", "Infinity", `"never"`, `""`, "[]", "{}", "253402300800", "-1e12", "99999999999999999999"} {
		body := `{"authorizationData":{"authorizationToken":"x","expiresAt":` + at + `}}`
		got := answered(t, body, "get-authorization-token")
		if got.exit != 255 || got.stdout != "" || got.stderr == "" {
			t.Errorf("C17 %s: %v", at, got)
		}
	}
}

func TestNotText(t *testing.T) {
	got := answered(t, "\x1f\x8b\x08", "get-authorization-token")
	if got != (outcome{255, "", "\n'utf-8' codec can't decode byte 0x8b in position 1: invalid start byte\n"}) {
		t.Error(got)
	}
}

// Only what the shape has is printed, in its order.
func TestAnswerMembers(t *testing.T) {
	const body = `{"x":1,"authorizationData":{"expiresAt":0,"more":{},"authorizationToken":"t","authorizationToken":"u"},"y":null}`
	const want = "{\n    \"authorizationData\": {\n        \"authorizationToken\": \"u\",\n        \"expiresAt\": " +
		"\"1970-01-01T00:00:00+00:00\"\n    }\n}\n"
	if got := answered(t, body, "get-authorization-token"); got != (outcome{0, want, ""}) {
		t.Error(got)
	}
}

// The shape of the answer is written down without the SDK; it must stay what the SDK has, and the page must describe it.
func TestShapeIsTheSDKs(t *testing.T) {
	want := members(shape.For[ecrpublic.GetAuthorizationTokenOutput](), "")
	if diff := cmp.Diff(want, members(awscli.TokenOutput(), "")); diff != "" {
		t.Errorf("(-SDK +ours):\n%s", diff)
	}
	page := run(t, "ecr-public", "get-authorization-token", "help").stdout
	for _, m := range want {
		name := m[strings.LastIndexByte(m, '.')+1:]
		name, _, _ = strings.Cut(name, " ")
		_, described, found := strings.Cut(page, name+" -> (")
		_, described, _ = strings.Cut(described, "\n")
		line, _, _ := strings.Cut(described, "\n")
		if !found || strings.TrimSpace(line) == "" {
			t.Errorf("the page says nothing of %s", name)
		}
	}
}

func members(s shape.Shape, above string) (out []string) {
	for _, m := range s.Members() {
		out = append(out, fmt.Sprintf("%s.%s %d", above, m.Name, m.Shape.Kind))
		if m.Shape.Kind == shape.Structure {
			out = append(out, members(m.Shape, above+"."+m.Name)...)
		}
	}
	return out
}

func TestErrorFormats(t *testing.T) {
	refused := &awscli.ServiceError{
		Code: "InvalidParameterException", Message: "no", Operation: "GetAuthorizationToken", ReachedRetries: true, Retries: 2,
		Fields: []awscli.Field{{Name: "field", Value: "x"}},
	}
	region := &awscli.Failure{Exit: 253, Kind: "NoRegion", Message: "You must specify a region."}
	const sentence = "An error occurred (InvalidParameterException) when calling the GetAuthorizationToken operation (reached max retries: 2): no"
	for _, c := range []struct {
		format string
		err    error
		want   string
	}{
		{"legacy", refused, "\n" + sentence + "\n"},
		{"enhanced", refused, "\naws: [ERROR]: " + sentence + "\n\nAdditional error details:\nfield: x\n"},
		{"json", refused, "{\n    \"Code\": \"InvalidParameterException\",\n    \"Message\": \"no\",\n    \"field\": \"x\"\n}\n"},
		{"yaml", refused, "Code: InvalidParameterException\nMessage: 'no'\nfield: x\n"},
		{"text", refused, "InvalidParameterException\tno\tx\n"},
		{"legacy", region, "\nYou must specify a region.\n"},
		{"enhanced", region, "\naws: [ERROR]: An error occurred (NoRegion): You must specify a region.\n"},
		{"json", region, "{\n    \"Code\": \"NoRegion\",\n    \"Message\": \"You must specify a region.\"\n}\n"},
	} {
		want := strings.Replace(c.want, "'no'", "no", 1) // no is a text in YAML 1.2
		for _, how := range []string{"option", "setting", "variable"} {
			s := setup{service: service{err: c.err}}
			args := []string{"ecr-public", "get-authorization-token"}
			switch how {
			case "option":
				args = append(args, "--cli-error-format", c.format)
			case "setting":
				s.service.settings.ErrorFormat = &c.format
			case "variable":
				s.env = []string{"AWS_CLI_ERROR_FORMAT=" + c.format}
			}
			if diff := cmp.Diff(want, s.run(t, args...).stderr); diff != "" {
				t.Errorf("%s by %s (-want +got):\n%s", c.format, how, diff)
			}
		}
	}
	if got := new(setup).run(t, "ecr-public", "get-authorization-token"); got.exit != 0 {
		t.Errorf("no error: %v", got)
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := setup{ctx: ctx, service: service{err: context.Canceled}}
	if got := s.run(t, "ecr-public", "get-login-password"); got != (outcome{130, "\n", ""}) {
		t.Error(got)
	}
}

func FuzzAnswer(f *testing.F) {
	f.Add([]byte(answer))
	f.Add([]byte(`{"authorizationData":{"authorizationToken":"\ud800","expiresAt":"Wed, 01 Jan 2025 12:00:00 GMT"}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, command := range []string{"get-authorization-token", "get-login-password"} {
			got := answered(t, " "+string(body), command)
			if got.exit != 0 && got.exit != 255 || (got.exit == 0) != (got.stderr == "") {
				t.Fatalf("%q: %v", body, got)
			}
		}
	})
}
