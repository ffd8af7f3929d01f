package webidentity

import (
	"strings"

	"github.com/octroi/octroi/internal/strictjson"
)

// Session is what a provider says of the session that its token begins: its tags, and who is behind it.
type Session struct {
	Tags           []Tag
	Transitive     []string // keys of tags that are handed on
	SourceIdentity string
}

// Tag is a session tag.
type Tag struct{ Key, Value string }

// Claims that speak of the session. AWS reads the tags in two forms, an object and one claim for each of them.
//
// Source: IAM User Guide, "Pass session tags in AWS STS", AssumeRoleWithWebIdentity; "Monitor and control actions taken
// with assumed roles".
const (
	tagsClaim     = "https://aws.amazon.com/tags"
	sourceClaim   = "https://aws.amazon.com/source_identity"
	principalTags = "principal_tags"
	transitive    = "transitive_tag_keys"
)

// session reads them. What is there in another form is refused: a policy may deny by a tag.
func (r *claimReader) session() Session {
	s := Session{SourceIdentity: r.text(sourceClaim, optional)}
	if v, ok := r.object.Member(tagsClaim); ok {
		if v.Kind() != strictjson.Object {
			r.fail("The claim %s is not an object", tagsClaim)
		}
		tags, _ := v.Member(principalTags)
		for _, m := range tags.Members() {
			s.Tags = append(s.Tags, Tag{m.Name, r.one(m)})
		}
		keys, _ := v.Member(transitive)
		s.Transitive = r.keys(keys)
	}
	for _, m := range r.object.Members() {
		if key, ok := strings.CutPrefix(m.Name, tagsClaim+"/"+principalTags+"/"); ok {
			s.Tags = append(s.Tags, Tag{key, r.one(m)})
		}
		if m.Name == tagsClaim+"/"+transitive {
			s.Transitive = append(s.Transitive, r.keys(m.Value)...)
		}
	}
	return s
}

// one is the value of a tag: a list of one text.
func (r *claimReader) one(m strictjson.Member) string {
	all, ok := list(m.Value)
	if !ok || len(all) != 1 {
		r.fail("The session tag of a token is not a list of one text")
		return ""
	}
	return all[0]
}

func (r *claimReader) keys(v strictjson.Value) []string {
	all, ok := list(v)
	if !ok {
		r.fail("The transitive tag keys of a token are not a list of texts")
	}
	return all
}
