package awscli

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/octroi/octroi/awscli/format"
	"github.com/octroi/octroi/internal/pyvalue"
)

// report says on standard error what went wrong and returns the exit code; nil is 0.
func (r *run) report(err error) int {
	if err == nil {
		return 0
	}
	code := ExitGeneral
	var known ExitError
	if errors.As(err, &known) {
		code = known.ExitCode()
	}
	_, _ = io.WriteString(r.Stderr, r.errorText(err)) // there is no other place to say so
	return code
}

// errorFormat is how errors are written: the option, the variable, the profile, and as recorded (legacy) by default,
// not as newer versions of the AWS CLI do it.
func (r *run) errorFormat() string {
	switch {
	case r.given.errorFormat != "":
		return r.given.errorFormat
	case r.settings.ErrorFormat != nil:
		return *r.settings.ErrorFormat
	}
	if v, ok := r.environment("AWS_CLI_ERROR_FORMAT"); ok { // an error before the settings were read
		return v
	}
	return "legacy"
}

func (r *run) errorText(err error) string {
	switch name := r.errorFormat(); name {
	case "enhanced":
		return "\naws: [ERROR]: " + strings.TrimSpace(described(err)) + "\n" + details(err)
	case "json", "yaml", "text", "table":
		m := new(pyvalue.Map)
		for _, f := range fields(err) {
			m.Set(f.Name, f.Value)
		}
		text, failed := format.Write(name, m, format.Options{Title: "Error", Width: r.Columns})
		if failed == nil {
			return string(text)
		}
	}
	return "\n" + err.Error() + "\n"
}

// kind is the code of an error that is not the service's.
func kind(err error) string {
	var f *Failure
	if errors.As(err, &f) && f.Kind != "" {
		return f.Kind
	}
	return "General"
}

// described is the sentence about an error, with its code.
func described(err error) string {
	var service *ServiceError
	if errors.As(err, &service) {
		return err.Error()
	}
	return fmt.Sprintf("An error occurred (%s): %s", kind(err), strings.TrimSpace(err.Error()))
}

// details are the further members of a service's error, as text.
func details(err error) string {
	var service *ServiceError
	if !errors.As(err, &service) || len(service.Fields) == 0 {
		return ""
	}
	out := "\nAdditional error details:\n"
	for _, f := range service.Fields {
		value := pyvalue.Str(f.Value)
		switch f.Value.(type) {
		case []any, *pyvalue.Map:
			value = "<complex value>"
		}
		out += f.Name + ": " + value + "\n"
	}
	return out
}

// fields are an error's members for the structured forms.
func fields(err error) []Field {
	var service *ServiceError
	if errors.As(err, &service) {
		return append([]Field{{"Code", service.Code}, {"Message", service.Message}}, service.Fields...)
	}
	return []Field{{"Code", kind(err)}, {"Message", strings.TrimSpace(err.Error())}}
}
