package server_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/octroi/octroi/servertest"
)

// D08: forms with the longest token that there is, thousands of them from many at once, and XML in place of a form. None
// is taken, and afterwards the heap is what it was before.
func TestHostileD08(t *testing.T) {
	s := servertest.Start(t)
	long := strings.Repeat("eyJhbGciOiJub25lIn0", 1100)[:19_990] + ".e30."
	form := url.Values{"Action": {"AssumeRoleWithWebIdentity"}, "Version": {"2011-06-15"}, "RoleSessionName": {"abc"},
		"RoleArn": {"arn:aws:iam::" + s.Account + ":role/r"}, "WebIdentityToken": {long}}.Encode()
	entities := "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><GetCallerIdentity>" +
		strings.Repeat("&b;", 10_000) + "</GetCallerIdentity>"
	bodies := []struct{ kind, body string }{
		{"application/x-www-form-urlencoded", form}, {"text/xml", entities}, {"application/xml", entities}, {"application/x-www-form-urlencoded", entities},
	}
	post := func(kind, body string) error {
		answer, err := http.Post(s.URL+"/", kind, strings.NewReader(body))
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		io.Copy(io.Discard, answer.Body)
		if answer.StatusCode < 400 || answer.StatusCode >= 500 {
			return fmt.Errorf("%s: %s", kind, answer.Status)
		}
		return nil
	}
	for _, b := range bodies {
		if err := post(b.kind, b.body); err != nil {
			t.Fatal(err)
		}
	}
	before := heapInUse()
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for i := range 200 {
				if err := post(bodies[i%len(bodies)].kind, bodies[i%len(bodies)].body); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	http.DefaultClient.CloseIdleConnections()
	if after := heapInUse(); after > before+16<<20 {
		t.Errorf("the heap grows from %d to %d bytes", before, after)
	}
}

// heapInUse is what is left after a collection.
func heapInUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
