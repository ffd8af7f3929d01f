package awscli

import (
	"errors"
	"syscall"

	"github.com/octroi/octroi/awscli/format"
	"github.com/octroi/octroi/awscli/manual"
	"github.com/octroi/octroi/internal/pyvalue"
)

// print applies --query and --output to an answer. A bad output from the environment or the profile is found here,
// after the request, as in the original.
func (r *run) print(answer *pyvalue.Map) error {
	name := "json"
	switch {
	case r.given.output != nil:
		name = *r.given.output
	case r.settings.Output != nil:
		name = *r.settings.Output
	}
	if !format.Known(name) {
		return &Failure{Kind: "Configuration", Message: "Unknown output type: " + name}
	}
	var v any = answer
	if r.given.query != nil {
		var err error
		if v, err = r.given.query.Search(answer); err != nil {
			return err
		}
	}
	pager := r.pager()
	color := r.given.color == "on" || r.given.color != "off" && r.Columns > 0
	text, err := format.Write(name, v, format.Options{
		Title: tokenOperation, Width: r.Columns, Color: color, Reset: pager == "",
	})
	if shown := r.show(text, pager); err == nil {
		err = shown
	}
	if name == "table" && color && r.Columns > 0 && err == nil {
		err = r.write("\x1b[0m") // the original's colour library puts the terminal back when it ends
	}
	return err
}

// pageWidth is what pages are set to.
func (r *run) pageWidth() int {
	if r.Columns == 0 {
		return 80
	}
	return r.Columns
}

// page shows a help page.
func (r *run) page(p manual.Page) error { return r.show([]byte(p.Plain(r.pageWidth())), r.pager()) }

// show writes text through the pager if there is one. Nothing to show starts none.
func (r *run) show(text []byte, pager string) error {
	switch {
	case len(text) == 0:
		return nil
	case pager == "":
		return r.write(string(text))
	}
	return r.pageThrough(text, pager)
}

// isBroken tells an output that nobody reads any more.
func isBroken(err error) bool { return errors.Is(err, syscall.EPIPE) }
