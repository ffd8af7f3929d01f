package policy

import "github.com/octroi/octroi/policy/party"

// Principals are the ARNs of the users, roles and sessions of roles that the document names: those whose
// unique ids have to be found, for Bound.
func (d *Document) Principals() []string { return d.named((*party.Party).ARN) }

// UniqueIDs are the unique ids that the document names in the place of ARNs.
func (d *Document) UniqueIDs() []string { return d.named((*party.Party).UniqueID) }

func (d *Document) named(by func(*party.Party) string) []string {
	var names []string
	for i := range d.statements {
		for j := range d.statements[i].parties {
			if name := by(&d.statements[i].parties[j]); name != "" {
				names = append(names, name)
			}
		}
	}
	return names
}

// Bound is the document with each user and role held to the unique id that it had when the document was
// written, by its ARN. One without an id is nobody. So a user who was removed and made again under the
// same name is not whom the policy means, and a NotPrincipal that lists him denies him; and one who has
// another name since still is.
//
// Source: IAM User Guide, "AWS JSON policy elements: Principal": IAM transforms the ARN to the unique
// principal ID when the policy is saved.
func (d *Document) Bound(ids map[string]string) *Document {
	b := &Document{grammar: d.grammar, statements: make([]statement, len(d.statements))}
	for i, st := range d.statements {
		parties := make([]party.Party, len(st.parties))
		for j, a := range st.parties {
			if arn := a.ARN(); arn != "" {
				a = a.Bound(ids[arn])
			}
			parties[j] = a
		}
		if st.parties != nil {
			st.parties = parties
		}
		b.statements[i] = st
	}
	return b
}
