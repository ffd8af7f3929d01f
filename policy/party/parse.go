package party

import (
	"strings"

	"github.com/octroi/octroi/policy/condition"
	"github.com/octroi/octroi/principal"
)

// Parse reads a principal of a kind: AWS, Federated or Service.
func Parse(kind, text string) (Party, bool) {
	switch kind {
	case "AWS":
		return parseAWS(text)
	case "Federated":
		return parseProvider(text)
	}
	return Party{kind: someService}, kind == "Service" && isService(text)
}

// parseAWS reads "*", an account, a unique id, or the ARN of an account, user, role or session. There
// are no wildcards in them.
func parseAWS(text string) (Party, bool) {
	switch {
	case text == "*":
		return Party{kind: everybody}, true
	case isAccount(text):
		return Party{kind: wholeAccount, account: text}, true
	case isUniqueID(text):
		return Party{kind: uniqueID, name: text}, true
	}
	arn, err := principal.ParseARN(text)
	if err != nil || arn.Partition != principal.Partition || arn.Region != "" || !isAccount(arn.Account) || strings.ContainsAny(text, "*?$") {
		return Party{}, false
	}
	kind, name, _ := strings.Cut(arn.Resource, "/")
	a := Party{account: arn.Account, name: name}
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

// parseProvider reads the ARN of an OpenID Connect provider.
func parseProvider(text string) (Party, bool) {
	_, ok := ProviderHost(text)
	return Party{kind: identityProvider, name: text}, ok
}

// ProviderHost is the name of a provider, which its condition keys begin with: in lower case, as keys are.
func ProviderHost(text string) (string, bool) {
	arn, err := principal.ParseARN(text)
	if err != nil || arn.Partition != principal.Partition || arn.Service != "iam" || arn.Region != "" || !isAccount(arn.Account) {
		return "", false
	}
	host, found := strings.CutPrefix(arn.Resource, "oidc-provider/")
	host = strings.ToLower(host)
	return host, found && condition.IsIssuer(host)
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
