package identity

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/session"
)

// Forms of what a request for a session says, and of descriptions.
//
// Source: AWS STS API Reference, AssumeRole, GetFederationToken; IAM API Reference, CreateRole, CreatePolicy.
var (
	sessionName    = member{"roleSessionName", 2, 64, regexp.MustCompile(`^[\w+=,.@-]*$`)}
	federatedName  = member{"name", 2, 32, regexp.MustCompile(`^[\w+=,.@-]*$`)}
	sourceIdentity = member{"sourceIdentity", 2, 64, regexp.MustCompile(`^[\w+=,.@-]*$`)}
	externalID     = member{"externalId", 2, 1224, regexp.MustCompile(`^[\w+=,.@:/-]*$`)}
	tagKey         = member{"tags.member.key", 1, 128, regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$`)}
	tagValue       = member{"tags.member.value", 0, 256, regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)}
	description    = member{"description", 0, 1000, regexp.MustCompile(`^[\t\n\r\x20-\x7E\x{A1}-\x{FF}]*$`)}
	roleARN        = member{"roleArn", 20, 2048, regexp.MustCompile(`^[\x20-\x7E]+$`)}
)

// How much a request for a session may say.
const (
	sessionTags   = 50
	sessionARNs   = 10
	plainPolicies = int(policy.SessionSize) // characters of the inline policy and the ARNs of managed ones
)

// member is the form of a text: between two lengths, in characters, and a pattern.
type member struct {
	name        string
	least, most int
	pattern     *regexp.Regexp
}

// check says what is wrong with a text in AWS's words. It does not repeat the text: that is the caller's, of any length.
func (m member) check(text string) error {
	n := utf8.RuneCountInString(text)
	const at = "1 validation error detected: Value at '%s' failed to satisfy constraint: Member must "
	switch {
	case n < m.least:
		return invalid(at+"have length greater than or equal to %d", m.name, m.least)
	case n > m.most:
		return invalid(at+"have length less than or equal to %d", m.name, m.most)
	case !m.pattern.MatchString(text):
		return invalid(at+"satisfy regular expression pattern: %s", m.name, m.pattern)
	}
	return nil
}

// optional is a member that may be left out, but not empty.
func (m member) optional(text *string) (string, error) {
	if text == nil {
		return "", nil
	}
	return *text, m.check(*text)
}

// needed is a member that must be there.
func (m member) needed(text *string) (string, error) {
	if text == nil {
		return required(m.name, nil)
	}
	return *text, m.check(*text)
}

// seconds is a duration in seconds between two bounds.
func seconds(asked *int32, usual, least, most time.Duration) (time.Duration, error) {
	if asked == nil {
		return usual, nil
	}
	const at = "1 validation error detected: Value '%d' at 'durationSeconds' failed to satisfy constraint: Member must have value "
	d := time.Duration(*asked) * time.Second
	switch {
	case d < least:
		return 0, invalid(at+"greater than or equal to %d", *asked, least/time.Second)
	case d > most:
		return 0, invalid(at+"less than or equal to %d", *asked, most/time.Second)
	}
	return d, nil
}

// limitsOf are the limits that a request asks for, checked for their form.
func limitsOf(document *string, arns []types.PolicyDescriptorType, tags []types.Tag, transitive []string) (session.Limits, error) {
	l := session.Limits{}
	plain := 0
	if document != nil {
		l.Policy = *document
		if plain = utf8.RuneCountInString(l.Policy); plain > plainPolicies || plain == 0 {
			return l, invalid("1 validation error detected: Value at 'policy' failed to satisfy constraint: Member must have length between 1 and %d", plainPolicies)
		}
		if _, err := policy.ParseSession([]byte(l.Policy)); err != nil {
			return l, told(err, "", "")
		}
	}
	if len(arns) > sessionARNs {
		return l, invalid("1 validation error detected: Value at 'policyArns' failed to satisfy constraint: Member must have length less than or equal to %d", sessionARNs)
	}
	for _, a := range arns {
		arn, err := required("policyArns.member.arn", a.Arn)
		if err != nil {
			return l, err
		}
		plain += len(arn)
		l.PolicyARNs = append(l.PolicyARNs, arn)
	}
	if plain > plainPolicies {
		return l, invalid("the session policy and the ARNs of managed ones have %d characters together, and may have %d", plain, plainPolicies)
	}
	var err error
	l.Tags, err = sessionTagsOf(tags, transitive)
	return l, err
}

func sessionTagsOf(tags []types.Tag, transitive []string) ([]session.Tag, error) {
	if len(tags) > sessionTags || len(transitive) > sessionTags {
		return nil, invalid("1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to %d", sessionTags)
	}
	var all []session.Tag
	for _, t := range tags {
		key, err := tagKey.needed(t.Key)
		if err != nil {
			return nil, err
		}
		value, err := tagValue.needed(t.Value)
		if err != nil {
			return nil, err
		}
		if find(all, key) != nil {
			return nil, invalid("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
		}
		all = append(all, session.Tag{Key: key, Value: value})
	}
	for _, key := range transitive {
		t := find(all, key)
		if t == nil {
			return nil, invalid("The specified transitive tag key must be included in the requested tags.")
		}
		t.Transitive = true
	}
	return all, nil
}

// find finds a tag by its key: keys differ by more than their case.
func find(tags []session.Tag, key string) *session.Tag {
	for i := range tags {
		if strings.EqualFold(tags[i].Key, key) {
			return &tags[i]
		}
	}
	return nil
}

// unsupported refuses what a request asks for beside the credentials: who asks for more security must not get less.
func unsupported(minimum *int32, serial, code *string) error {
	if minimum != nil && *minimum > 0 {
		return invalid("a session token of this service has the size that it needs: leave MinimumSessionTokenSize out")
	}
	if serial != nil || code != nil {
		return denied("MultiFactorAuthentication failed, unable to validate MFA code. Please verify your MFA serial number is valid and associated with this user.")
	}
	return nil
}

// roleOf reads the ARN of a role. One of another partition, or without an account, is no role's.
func roleOf(text *string) (string, error) {
	arn, err := roleARN.needed(text)
	if err != nil {
		return "", err
	}
	a, err := principal.ParseARN(arn)
	name, isRole := strings.CutPrefix(a.Resource, "role/")
	if err != nil || !isRole || a.Partition != principal.Partition || a.Service != "iam" || a.Region != "" ||
		len(a.Account) != 12 || strings.Trim(a.Account, "0123456789") != "" || name == "" || strings.ContainsAny(name, "*?$: ") {
		return "", invalid("Request ARN is invalid")
	}
	return arn, nil
}
