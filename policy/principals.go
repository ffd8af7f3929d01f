package policy

import (
	"maps"
	"slices"
	"strings"

	"github.com/octroi/octroi/internal/strictjson"
	"github.com/octroi/octroi/principal"
)

// readPrincipals reads Principal or NotPrincipal.
//
// Source: IAM User Guide, "AWS JSON policy elements: Principal" and "NotPrincipal".
func (st *statement) readPrincipals(elements map[string]strictjson.Value, l language) error {
	_, plain := elements["Principal"]
	_, negated := elements["NotPrincipal"]
	element := "Principal"
	if negated {
		element = "NotPrincipal"
	}
	switch {
	case l.grammar == identityGrammar && (plain || negated):
		return malformed(element, "an identity policy applies to whom it is attached to, and names no principal")
	case l.grammar == identityGrammar:
		return nil
	case plain && negated:
		return malformed("Principal", "it stands beside NotPrincipal; a statement has one of them")
	case negated && st.effect == Allow:
		return malformed("NotPrincipal", "an Allow for everybody but a few is an Allow for strangers; name whom it is for in Principal")
	}
	st.notPrincipal = negated
	return st.readParties(element, elements[element])
}

func (st *statement) readParties(element string, v strictjson.Value) error {
	switch {
	case v.Kind() == strictjson.None:
		return malformed(element, "it is missing")
	case v.Kind() == strictjson.String && v.Text() == "*":
		return st.addParty(element, "AWS", "*")
	case v.Kind() == strictjson.String:
		return malformed(element, "%s is neither \"*\" nor an object, as {\"AWS\": \"123456789012\"}", show(v.Text()))
	}
	kinds, err := elementsOf(v, "AWS", "Federated", "Service")
	if err != nil {
		err.(*MalformedError).Element = element
		return err
	}
	if len(kinds) == 0 {
		return malformed(element, "it names nobody")
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		texts, err := textsOf(element, kinds[kind])
		if err != nil {
			return err
		}
		for _, text := range texts {
			if err := st.addParty(element, kind, text); err != nil {
				return err
			}
		}
	}
	return nil
}

func (st *statement) addParty(element, kind, text string) error {
	var a party
	ok := false
	switch kind {
	case "AWS":
		a, ok = awsParty(text)
	case "Federated":
		a, ok = providerParty(text)
	case "Service":
		a, ok = party{kind: someService}, isService(text)
	}
	if !ok {
		return malformed(element, "%s is no principal of the kind %s", show(text), kind)
	}
	if a.kind == everybody && st.notPrincipal {
		return malformed(element, "everybody but everybody is nobody")
	}
	st.parties = append(st.parties, a)
	return nil
}

// awsParty reads "*", an account, a unique id, or the ARN of an account, user, role or session. There
// are no wildcards in them.
func awsParty(text string) (party, bool) {
	switch {
	case text == "*":
		return party{kind: everybody}, true
	case isAccount(text):
		return party{kind: wholeAccount, account: text}, true
	case isUniqueID(text):
		return party{kind: uniqueID, name: text}, true
	}
	arn, err := principal.ParseARN(text)
	if err != nil || arn.Partition != principal.Partition || arn.Region != "" || !isAccount(arn.Account) || strings.ContainsAny(text, "*?$") {
		return party{}, false
	}
	kind, name, _ := strings.Cut(arn.Resource, "/")
	a := party{account: arn.Account, name: name}
	switch {
	case arn.Service == "iam" && arn.Resource == "root":
		a.kind = wholeAccount
	case arn.Service == "iam" && kind == "user":
		a.kind, a.name = someUser, "/"+name
	case arn.Service == "iam" && kind == "role":
		a.kind, a.name = someRole, "/"+name
	case arn.Service == "sts" && kind == "assumed-role":
		a.kind = roleSession
		a.name, a.session, _ = strings.Cut(name, "/")
		return a, a.name != "" && a.session != "" && !strings.Contains(a.session, "/")
	case arn.Service == "sts" && kind == "federated-user":
		a.kind = federatedUser
		return a, name != "" && !strings.Contains(name, "/")
	}
	return a, a.kind == wholeAccount || a.kind != 0 && name != "" && !strings.HasSuffix(name, "/")
}

// providerParty reads the ARN of an OpenID Connect provider.
func providerParty(text string) (party, bool) {
	_, ok := providerHost(text)
	return party{kind: identityProvider, name: text}, ok
}

// providerHost is the name of a provider, which its condition keys begin with: in lower case, as keys are.
func providerHost(text string) (string, bool) {
	arn, err := principal.ParseARN(text)
	if err != nil || arn.Partition != principal.Partition || arn.Service != "iam" || arn.Region != "" || !isAccount(arn.Account) {
		return "", false
	}
	host, found := strings.CutPrefix(arn.Resource, "oidc-provider/")
	host = strings.ToLower(host)
	return host, found && isIssuer(host)
}

func isAccount(text string) bool {
	return len(text) == 12 && strings.Trim(text, "0123456789") == ""
}

// isUniqueID knows the ids that a principal can have.
func isUniqueID(text string) bool {
	return (strings.HasPrefix(text, principal.PrefixUser) || strings.HasPrefix(text, principal.PrefixRole)) &&
		len(text) > 15 && strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

// isService: as ecs-tasks.amazonaws.com.
func isService(text string) bool {
	return strings.Contains(text, ".") && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789.-") == ""
}
