package awscli

import (
	"time"

	"github.com/octroi/octroi/internal/pyvalue"
	"github.com/octroi/octroi/shape"
)

// tokenOutput is the SDK's GetAuthorizationTokenOutput without the SDK: linking its package costs every start 0.3 ms for
// the schemas of all operations. A test holds the two against each other.
type tokenOutput struct {
	AuthorizationData *struct {
		AuthorizationToken *string
		ExpiresAt          *time.Time
	}
}

// answer reads the body of an answer: the members that the shape has, in its order, without nulls, times written out.
// The AWS CLI takes a body that it cannot use for an empty one and exits with 0; a script would then log in with
// nothing, so here that is an error (255).
func (r *run) answer(body []byte) (*pyvalue.Map, error) {
	if err := pyvalue.CheckUTF8(body); err != nil {
		return nil, err
	}
	v, err := pyvalue.Decode(string(body))
	if err != nil {
		return nil, errInvalidAnswer
	}
	if !hasToken(v) {
		return nil, errInvalidAnswer
	}
	times := verbatim
	if f := r.settings.TimestampFormat; f == nil || *f == "iso8601" {
		l := localTime{}
		if zone, ok := r.environment("TZ"); ok {
			l.zone = &zone
		}
		times = l.write
	}
	v, err = project(shape.For[tokenOutput](), v, times)
	if err != nil {
		return nil, err
	}
	return v.(*pyvalue.Map), nil
}

// hasToken tells whether an answer holds what was asked for.
func hasToken(v any) bool {
	m, _ := v.(*pyvalue.Map)
	data, _ := m.Get("authorizationData")
	inner, ok := data.(*pyvalue.Map)
	token, _ := inner.Get("authorizationToken")
	return ok && token != nil
}

func verbatim(v any) (any, error) { return v, nil }

// project keeps of a value what its shape knows.
func project(s shape.Shape, v any, times func(any) (any, error)) (any, error) {
	switch s.Kind {
	case shape.Timestamp:
		return times(v)
	case shape.Structure:
		in, ok := v.(*pyvalue.Map)
		if !ok {
			return nil, errInvalidAnswer
		}
		out := new(pyvalue.Map)
		for _, m := range s.Members() {
			member, _ := in.Get(m.Name)
			if member == nil {
				continue
			}
			kept, err := project(m.Shape, member, times)
			if err != nil {
				return nil, err
			}
			out.Set(m.Name, kept)
		}
		return out, nil
	case shape.List:
		in, ok := v.([]any)
		if !ok {
			return nil, errInvalidAnswer
		}
		out := make([]any, len(in))
		for i, e := range in {
			kept, err := project(s.Elem(), e, times)
			if err != nil {
				return nil, err
			}
			out[i] = kept
		}
		return out, nil
	}
	return v, nil
}

// exampleAnswer is what --generate-cli-skeleton output shows.
func exampleAnswer() *pyvalue.Map {
	return shape.Example(shape.For[tokenOutput](), "", shape.Visitor[any](example{})).(*pyvalue.Map)
}

// example makes example values.
type example struct{}

func (example) Structure(names []string, values []any) any {
	m := new(pyvalue.Map)
	for i, n := range names {
		m.Set(n, values[i])
	}
	return m
}

func (example) List(element any) any { return []any{element} }

func (example) Map(value any) any {
	m := new(pyvalue.Map)
	m.Set("KeyName", value)
	return m
}

func (example) Scalar(kind shape.Kind, name string) any {
	switch kind {
	case shape.Timestamp:
		return pyvalue.Time("1970-01-01 00:00:00")
	case shape.Boolean:
		return true
	case shape.Integer:
		return pyvalue.Int(0)
	case shape.Float:
		return 0.0
	}
	return name
}
