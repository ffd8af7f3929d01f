package sequence_test

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// usual is how many sequences make test runs; steps is how long one is, on average.
const (
	usual = 6
	steps = "120"
)

func TestMain(m *testing.M) {
	flag.Parse()
	settings := map[string]string{"rapid.checks": strconv.Itoa(usual), "rapid.steps": steps, "rapid.seed": "1", "rapid.nofailfile": "true"}
	if text := os.Getenv("OCTROI_SEQUENCES"); text != "" {
		if _, err := strconv.ParseUint(text, 10, 31); err != nil {
			fmt.Fprintf(os.Stderr, "OCTROI_SEQUENCES=%s is no number\n", text)
			os.Exit(2)
		}
		settings["rapid.checks"], settings["rapid.seed"] = text, "0"
	}
	given := map[string]bool{}
	flag.Visit(func(f *flag.Flag) { given[f.Name] = true })
	for name, value := range settings {
		if !given[name] {
			flag.Set(name, value)
		}
	}
	os.Exit(m.Run())
}

// Each step is a request or an act of the operator; at the end everything that was ever given out is tried once more.
func TestSequences(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m, end := start(t, rt)
		defer end()
		rt.Repeat(m.steps())
		m.sweep(rt)
	})
}

// steps are what can happen next. What makes something comes more than once: rapid draws them alike.
func (m *machine) steps() map[string]func(*rapid.T) {
	all := map[string]func(*rapid.T){"": func(*rapid.T) { m.tick() }}
	for name, step := range map[string]func(*rapid.T){
		"CreateUser 3": m.CreateUser, "DeleteUser": m.DeleteUser, "RemoveUser": m.RemoveUser, "RenameUser": m.RenameUser, "CreateKey": m.CreateKey, "DeleteKey": m.DeleteKey, "SetKey": m.SetKey,
		"CreateGroup": m.CreateGroup, "DeleteGroup": m.DeleteGroup, "ChangeGroup 2": m.ChangeGroup, "CreateRole 3": m.CreateRole, "UpdateTrust": m.UpdateTrust, "DeleteRole": m.DeleteRole,
		"PutInline 2": m.PutInline, "DeleteInline": m.DeleteInline, "Attach 2": m.Attach, "Detach": m.Detach, "Bound": m.Bound, "CreatePolicy 2": m.CreatePolicy, "CreateVersion": m.CreateVersion, "SetVersion": m.SetVersion,
		"DeleteVersion": m.DeleteVersion, "DeletePolicy": m.DeletePolicy, "AssumeRole 4": m.AssumeRole, "GetSessionToken 2": m.GetSessionToken, "GetFederationToken 2": m.GetFederationToken, "WhoAmI": m.WhoAmI, "Login 8": m.Login,
		"Exchange 4": m.Exchange, "ListTags": m.ListTags, "Catalog": m.Catalog, "PushBlob 6": m.PushBlob, "PushImage 4": m.PushImage, "PullImage 3": m.PullImage, "PullBlob 2": m.PullBlob, "DeleteImage": m.DeleteImage, "DeleteBlob": m.DeleteBlob,
		"Revoke": m.Revoke, "Rotate": m.Rotate, "RemoveTokenKey": m.RemoveTokenKey, "Wait": m.Wait, "RestartService": m.RestartService, "Backup": m.Backup, "Restore": m.Restore,
	} {
		var word string
		times := 1
		fmt.Sscan(name, &word, &times)
		for n := range times {
			all[fmt.Sprint(word, " ", n)] = step
		}
	}
	return all
}

// sweep tries every credential, and looks for the record of every answer.
func (m *machine) sweep(t *rapid.T) {
	for _, s := range m.keys {
		m.alive(t, s)
	}
	for _, x := range m.sessions {
		m.alive(t, signer{x.ID, x.Secret, x.Token, x})
	}
	for _, l := range m.logins {
		m.ping(t, l)
	}
	m.settle(t)
}
