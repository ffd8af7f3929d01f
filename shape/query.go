package shape

import (
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// listLimit bounds the elements of one list in a form: the form's size bounds them too, but not what is made of them.
const listLimit = 1000

// DecodeQuery fills an SDK input struct from the parameters of an awsQuery request. Lists are Name.member.1 and so on,
// without gaps. Parameters that the shape does not have are passed over. Errors: ErrDecode.
//
// Source: Smithy, "AWS query protocol".
func DecodeQuery(form url.Values, into any) error {
	return queryStruct(form, "", reflect.ValueOf(into).Elem())
}

func queryStruct(form url.Values, prefix string, into reflect.Value) error {
	for _, m := range members(into.Type(), Query) {
		if !sent(form, prefix+m.name) {
			continue
		}
		if err := queryMember(form, prefix+m.name, into.Field(m.index)); err != nil {
			return err
		}
	}
	return nil
}

// sent reports whether a parameter is there, itself or as the beginning of others.
func sent(form url.Values, name string) bool {
	if form.Has(name) {
		return true
	}
	for k := range form {
		if strings.HasPrefix(k, name+".") {
			return true
		}
	}
	return false
}

func queryMember(form url.Values, name string, into reflect.Value) error {
	into = settle(into)
	switch {
	case into.Type() == timeType:
		t, err := time.Parse(time.RFC3339, form.Get(name))
		if err != nil {
			return wrong(name, "a time, as 2006-01-02T15:04:05Z")
		}
		into.Set(reflect.ValueOf(t))
		return nil
	case into.Kind() == reflect.Struct:
		return queryStruct(form, name+".", into)
	case into.Kind() == reflect.Slice && into.Type().Elem().Kind() == reflect.Uint8:
		b, ok := decodeBase64(form.Get(name))
		if !ok {
			return wrong(name, "base64")
		}
		into.SetBytes(b)
		return nil
	case into.Kind() == reflect.Slice:
		return queryList(form, name, into)
	}
	return queryScalar(form, name, into)
}

func queryList(form url.Values, name string, into reflect.Value) error {
	list := reflect.MakeSlice(into.Type(), 0, 0)
	for i := 1; ; i++ {
		element := name + ".member." + strconv.Itoa(i)
		if !sent(form, element) {
			break
		}
		if i > listLimit {
			return wrong(name, "a list of at most 1000")
		}
		v := reflect.New(into.Type().Elem()).Elem()
		if err := queryMember(form, element, v); err != nil {
			return err
		}
		list = reflect.Append(list, v)
	}
	into.Set(list)
	return nil
}

func queryScalar(form url.Values, name string, into reflect.Value) error {
	text := form.Get(name)
	switch into.Kind() {
	case reflect.String:
		into.SetString(text)
	case reflect.Bool:
		if text != "true" && text != "false" {
			return wrong(name, "true or false")
		}
		into.SetBool(text == "true")
	case reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || into.OverflowInt(n) {
			return wrong(name, "a whole number")
		}
		into.SetInt(n)
	default:
		return wrong(name, "of a type that this protocol has")
	}
	return nil
}
