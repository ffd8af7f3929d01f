package main_test

import (
	"encoding/json"
	"os"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/octroi/octroi/internal/testissuer"
)

// issuers are the identity providers of the scripts that run.
type issuers struct{ running sync.Map }

// issuer is one, and what it signs with.
type issuer struct {
	*testissuer.Issuer
	key *testissuer.Key
}

// start starts an identity provider and sets ISSUER (its URL) and ISSUER_NAME; its authority is in issuer.pem and
// its keys in issuer.json.
func (all *issuers) start(ts *testscript.TestScript, neg bool, args []string) {
	key := testissuer.NewRSA("main", 2048)
	i := testissuer.Start(key)
	ts.Defer(i.Close)
	ts.Setenv("ISSUER", i.URL)
	ts.Setenv("ISSUER_NAME", i.Name)
	ts.Check(os.WriteFile(ts.MkAbs("issuer.pem"), []byte(i.CA), 0o600))
	keys, err := json.Marshal(testissuer.Set(key))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("issuer.json"), keys, 0o600))
	all.running.Store(ts.Getenv("WORK"), issuer{i, key})
}

// token writes a token to a file: idtoken FILE AUDIENCE SUBJECT.
func (all *issuers) token(ts *testscript.TestScript, neg bool, args []string) {
	running, ok := all.running.Load(ts.Getenv("WORK"))
	if !ok {
		ts.Fatalf("no issuer runs")
	}
	i := running.(issuer)
	text := i.key.Token(i.Now(time.Now(), args[1], args[2]))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}
