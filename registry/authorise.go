package registry

import (
	"context"
	"errors"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
)

// visit is one request on its way.
type visit struct {
	call    access.Call
	base    string // URL of the service, as this client knows it
	request Request
	caller  caller
	account string // of the request's repository, empty when the alias is nobody's
	needs   []Need // of the request
	need    Need   // the one that is looked at, for the challenge and the record of a refusal
}

// authorise decides all that the request needs, and then whether its repository is there. In this order
// the answer to somebody who may not pull does not depend on what exists.
func (f *Registry) authorise(ctx context.Context, v *visit) error {
	if len(v.needs) == 0 {
		return refuse(unnamed)
	}
	account, err := f.account(ctx, v.request.Repository.Alias)
	if err != nil {
		return err
	}
	v.account = account
	for _, need := range v.needs {
		if err := f.decide(ctx, v, account, need); err != nil {
			return err
		}
	}
	if err := f.exists(ctx, v); err != nil {
		return err
	}
	return f.decideMount(ctx, v)
}

// account is whose an alias is. Nobody's is no error: the decision comes first, and says no or nothing.
func (f *Registry) account(ctx context.Context, alias string) (string, error) {
	account, err := f.store.AccountByAlias(ctx, alias)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return "", fault(unavailable, err)
	}
	return account.ID, nil
}

// decide decides one need, with its record.
func (f *Registry) decide(ctx context.Context, v *visit, account string, need Need) error {
	v.need = need
	who := v.caller.principal
	arn := principal.RepositoryARN(account, need.Repository.Name)
	public := need.verb == pull && f.public(account, need.Repository.Name)
	anonymous := who.Kind == principal.Anonymous
	switch {
	case anonymous && !public:
		return refuse(unauthenticated)
	case !covers(v.caller.scope, need.Repository, need.verb):
		return refuse(scopeInsufficient)
	case public:
		return settled(f.access.Permit(ctx, v.call, who, need.Action, arn, "anyone may pull from a public repository"))
	}
	return f.check(ctx, v, need.Action, arn)
}

// check asks the policies.
func (f *Registry) check(ctx context.Context, v *visit, action, arn string) error {
	decision, err := f.access.Check(ctx, v.call, v.caller.principal, action, arn)
	if err != nil {
		return fault(unavailable, err)
	}
	if !decision.Allowed() {
		return &Refusal{problem: denied, message: decision.Message(), settled: true}
	}
	return nil
}

// needScope is the scope that a client should ask for: whoever pushes also asks what is there.
func needScope(need Need) string {
	asked := need.verb
	if asked == push {
		asked |= pull
	}
	return repositoryScope(need.Repository, asked)
}

// settled is for a record that could not be made: then nothing happens.
func settled(err error) error {
	if err != nil {
		return fault(unavailable, err)
	}
	return nil
}

// exists reports a missing repository, or makes it for a push that may.
func (f *Registry) exists(ctx context.Context, v *visit) error {
	name := v.request.Repository.Name
	_, err := f.store.Repository(ctx, v.account, name)
	switch {
	case err == nil:
		return nil
	case !errors.Is(err, store.ErrNotFound):
		return fault(unavailable, err)
	}
	switch v.request.Kind {
	case UploadStart, ManifestPut:
		return f.create(ctx, v, principal.RepositoryARN(v.account, name))
	case ReferrersList:
		return nil // an empty list: the specification forbids 404 here
	}
	return f.unknownName(v)
}

func (f *Registry) unknownName(v *visit) error {
	r := v.request.Repository
	return refuseBecause(nameUnknown, "The repository with name '"+r.Name+"' does not exist in the registry with alias '"+r.Alias+"'")
}

// create makes the repository of a push. Who may not is told that it is missing only when they may see
// the registry's names.
func (f *Registry) create(ctx context.Context, v *visit, arn string) error {
	refusal := error(refuse(denied))
	if f.createOnPush && v.account != "" {
		if refusal = f.check(ctx, v, actionCreate, arn); refusal == nil {
			if err := f.mayCreate(ctx, v.account); err != nil {
				return err
			}
			_, err := f.store.CreateRepository(ctx, v.account, v.request.Repository.Name)
			if err != nil && !errors.Is(err, store.ErrExists) {
				return fault(unavailable, err)
			}
			return nil
		}
	}
	if isFault(refusal) {
		return refusal
	}
	switch see := f.check(ctx, v, actionDescribe, arn); {
	case see == nil:
		return f.unknownName(v)
	case isFault(see):
		return see
	}
	return refusal
}

// decideMount forgets a mount whose source the caller may not pull from, or that is not there: the
// answer is then that to an upload, whichever it was.
func (f *Registry) decideMount(ctx context.Context, v *visit) error {
	need, ok := v.request.MountNeed()
	if !ok {
		return nil
	}
	account, err := f.account(ctx, need.Repository.Alias)
	if err == nil {
		err = f.decide(ctx, v, account, need)
	}
	v.need = v.needs[0]
	if isFault(err) {
		return err
	}
	if err != nil {
		v.request.Mount = Mount{}
	}
	return nil
}

// isFault tells a failure of ours from a refusal.
func isFault(err error) bool {
	var r *Refusal
	return err != nil && (!errors.As(err, &r) || r.Status() >= 500)
}
