package condition

import "strings"

// plurality is how many values a condition key has.
type plurality uint8

const (
	one plurality = iota + 1
	many
	tagged // one, and its name ends in the name of a tag: aws:PrincipalTag/team
)

// conditionKeys are the keys that a condition may ask for, by vendor. It is all that a request to this
// service can be asked, and the global keys that only Amazon's services fill: those are missing here,
// as they are at Amazon for most requests.
//
// A key that is not here is refused when the document is written. It would be missing in every request,
// so that a Deny that hangs on it would never come.
//
// Source: IAM User Guide, "AWS global condition context keys"; Service Authorization Reference for STS,
// IAM, Elastic Container Registry Public.
var conditionKeys = map[string]map[string]plurality{
	"aws": {
		"assumedroot": one, "calledvia": many, "calledviafirst": one, "calledvialast": one, "chatbotsourcearn": one,
		"currenttime": one, "ec2instancesourceprivateipv4": one, "ec2instancesourcevpc": one, "epochtime": one,
		"federatedprovider": one, "multifactorauthage": one, "multifactorauthpresent": one, "principalaccount": one,
		"principalarn": one, "principalisawsservice": one, "principalorgid": one, "principalorgpaths": many,
		"principalservicename": one, "principalservicenameslist": many, "principaltag": tagged, "principaltype": one,
		"referer": one, "requestedregion": one, "requesttag": tagged, "resourceaccount": one, "resourceorgid": one,
		"resourceorgpaths": many, "resourcetag": tagged, "securetransport": one, "sourceaccount": one, "sourcearn": one,
		"sourceidentity": one, "sourceip": one, "sourceorgid": one, "sourceorgpaths": many, "sourcevpc": one,
		"sourcevpcarn": one, "sourcevpce": one, "tagkeys": many, "tokenissuetime": one, "useragent": one, "userid": one,
		"username": one, "viaawsservice": one, "vpceaccount": one, "vpceorgid": one, "vpceorgpaths": many, "vpcsourceip": one,
	},
	"sts": {
		"awsservicename": one, "durationseconds": one, "externalid": one, "rolesessionname": one, "sourceidentity": one,
		"transitivetagkeys": many,
	},
	"iam": {
		"associatedresourcearn": one, "awsservicename": one, "passedtoservice": one, "permissionsboundary": one,
		"policyarn": one, "resourcetag": tagged,
	},
	"ecr-public": {"resourcetag": tagged},
	"ecr":        {"resourcetag": tagged}, // what AWS's guide for ECR Public says in one place
}

// claims are the claims of a web identity token that are condition keys, after the provider's name:
// token.actions.githubusercontent.com:sub.
//
// Source: IAM User Guide, "IAM and AWS STS condition context keys", AWS OIDC federation; the others are
// those of GitHub and GitLab.
var claims = map[string]plurality{
	"amr": many, "aud": one, "azp": one, "email": one, "oaud": one, "sub": one,

	"actor": one, "actor_id": one, "enterprise_id": one, "environment": one, "job_workflow_ref": one, "ref": one,
	"repository": one, "repository_id": one, "repository_owner": one, "repository_owner_id": one,
	"repository_visibility": one, "workflow": one,

	"namespace_id": one, "namespace_path": one, "project_id": one, "project_path": one, "ref_protected": one,
	"ref_type": one, "user_login": one,
}

// IsClaim reports whether a claim of a web identity token is a condition key, after the provider's name, and whether it
// can have several values. The claim's name has one spelling.
func IsClaim(name string) (is, several bool) {
	p := claims[name]
	return p != 0, p == many
}

// pluralityOf is that of a key, whose name is in lower case; zero if there is no such key.
func pluralityOf(key string) plurality {
	colon := strings.IndexByte(key, ':')
	if colon < 0 {
		return 0
	}
	names, ok := conditionKeys[key[:colon]]
	if !ok {
		colon = strings.LastIndexByte(key, ':')
		if !IsIssuer(key[:colon]) {
			return 0
		}
		return claims[key[colon+1:]]
	}
	name, tag, found := strings.Cut(key[colon+1:], "/")
	p := names[name]
	if found != (p == tagged) || found && (tag == "" || strings.ContainsAny(tag, "*?$")) {
		return 0
	}
	return p
}

// IsIssuer: the host of an identity provider, its port and its path, in lower case: oidc.example.com/id/7.
func IsIssuer(text string) bool {
	authority, path, hasPath := strings.Cut(text, "/")
	host, port, hasPort := strings.Cut(authority, ":")
	switch {
	case host != "localhost" && !strings.Contains(strings.Trim(host, "."), "."):
		return false
	case hasPort && !isDigits(port), hasPath && (path == "" || strings.HasSuffix(path, "/")):
		return false
	}
	return strings.Trim(host, "abcdefghijklmnopqrstuvwxyz0123456789.-") == "" &&
		strings.Trim(path, "abcdefghijklmnopqrstuvwxyz0123456789.-_~:/") == ""
}
