package awsconfig_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/octroi/octroi/awsconfig"
)

// FuzzMetadata: what the metadata service answers is a credential or none, and an error holds no secret of it.
func FuzzMetadata(f *testing.F) {
	f.Add([]byte(`{"Code":"Success","AccessKeyId":"ASIAEXAMPLE","SecretAccessKey":"s","Token":"t","Expiration":"2026-01-31T00:00:00Z"}`))
	f.Add([]byte(`{"AccessKeyId":null,"SecretAccessKey":1,"Token":{},"Expiration":"never"}`))
	f.Add([]byte(`<html>`))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, ok := awsconfig.ParseMetadata(text)
		if !ok && c != (awsconfig.Credentials{}) {
			t.Fatalf("%v of nothing", c)
		}
	})
}

// FuzzTime: a time that is read is written and read as the same.
func FuzzTime(f *testing.F) {
	for _, seed := range []string{"2026-01-31T00:00:00Z", "2026-01-31T00:00:00+0100", "20260131T000000Z", "Sat, 31 Jan 2026 00:00:00 GMT", "2026-01-31", "2026-02-30", "9999-12-31T23:59:59.999999999Z", "0000-01-01"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at, err := awsconfig.ParseTime(text)
		if err != nil {
			return
		}
		again, err := awsconfig.ParseTime(at.UTC().Format(time.RFC3339Nano))
		if at.Year() > 0 && at.Year() < 9999 && (err != nil || !again.Equal(at)) {
			t.Fatalf("%q is %v, then %v %v", text, at, again, err)
		}
	})
}

// FuzzFiles: what lies in the files of other tools is read or refused in one line, without a byte of a secret in it (C24).
func FuzzFiles(f *testing.F) {
	f.Add([]byte(`{"accessToken":{"accessKeyId":"A","secretAccessKey":"secretcanary","expiresAt":"x"},"refreshToken":"secretcanary","dpopKey":"secretcanary","clientId":"c"}`))
	f.Add([]byte(`{"accessToken":"secretcanary","refreshToken":1}`))
	f.Add([]byte("e30.e30.secretcanary\n"))
	f.Add([]byte(strings.Repeat("x", 20_001)))
	path := filepath.Join(f.TempDir(), "file")
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		token, err := awsconfig.ReadWebToken(path)
		if err == nil && len(token) > 20_000 || err != nil && token != "" { // none is the service's to refuse
			t.Fatalf("%d characters of a token, %v", len(token), err)
		}
		for _, err := range []error{err, awsconfig.ReadLogin(path)} {
			if err != nil && strings.Contains(err.Error(), "secretcanary") {
				t.Fatal(err)
			}
		}
	})
}
