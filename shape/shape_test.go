package shape_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ecrpublic"
	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/shape"
)

// text writes an example as one line.
type text struct{}

func (text) Structure(names []string, values []string) string {
	var parts []string
	for i, n := range names {
		parts = append(parts, n+":"+values[i])
	}
	return "{" + strings.Join(parts, " ") + "}"
}
func (text) List(element string) string                 { return "[" + element + "]" }
func (text) Map(value string) string                    { return "<" + value + ">" }
func (text) Scalar(kind shape.Kind, name string) string { return name }

func TestExample(t *testing.T) {
	for _, c := range []struct {
		shape shape.Shape
		want  string
	}{
		{shape.For[ecrpublic.GetAuthorizationTokenInput](), "{}"},
		{shape.For[ecrpublic.GetAuthorizationTokenOutput](), "{authorizationData:{authorizationToken:authorizationToken expiresAt:expiresAt}}"},
		{shape.For[ecrpublic.TagResourceInput](), "{resourceArn:resourceArn tags:[{Key:Key Value:Value}]}"},
	} {
		if diff := cmp.Diff(c.want, shape.Example(c.shape, "", shape.Visitor[string](text{}))); diff != "" {
			t.Errorf("%v (-want +got):\n%s", c.shape.Type, diff)
		}
	}
}

// Every member of every operation has a kind.
func TestMembers(t *testing.T) {
	client := reflect.TypeFor[*ecrpublic.Client]()
	checked := 0
	for i := range client.NumMethod() {
		m := client.Method(i).Type
		if m.NumIn() != 4 || m.NumOut() != 2 {
			continue
		}
		for _, s := range []shape.Shape{shape.Of(m.In(2)), shape.Of(m.Out(0))} {
			check(t, s, map[shape.Shape]bool{})
			checked++
		}
	}
	if checked < 40 {
		t.Errorf("only %d shapes were looked at", checked)
	}
}

func check(t *testing.T, s shape.Shape, seen map[shape.Shape]bool) {
	if seen[s] {
		return
	}
	seen[s] = true
	switch s.Kind {
	case shape.Unknown:
		t.Errorf("%v has no kind", s.Type)
	case shape.List, shape.Map:
		check(t, s.Elem(), seen)
	case shape.Structure:
		for _, m := range s.Members() {
			check(t, m.Shape, seen)
		}
	}
}
