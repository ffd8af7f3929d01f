package wire

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
)

// ErrXML reports a body that is not exactly one plain XML document.
var ErrXML = errors.New("not one plain XML document")

// StrictXML decodes a body that is one element, with an XML declaration before it and white space around it
// and nothing else. encoding/xml alone would take the first element it finds and leave junk, a second
// document and a document type definition unread.
func StrictXML(body []byte, into any) error {
	if err := onePlainElement(body); err != nil {
		return err
	}
	return xml.Unmarshal(body, into)
}

func onePlainElement(body []byte) error {
	d := xml.NewDecoder(bytes.NewReader(body))
	depth, elements := 0, 0
	for first := true; ; first = false {
		t, err := d.RawToken()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if depth++; depth == 1 {
				elements++
			}
		case xml.EndElement:
			depth--
		case xml.CharData:
			if depth == 0 && len(bytes.TrimSpace(t)) > 0 {
				return ErrXML
			}
		case xml.Directive:
			return ErrXML
		case xml.ProcInst:
			if !first || t.Target != "xml" {
				return ErrXML
			}
		}
	}
	if depth != 0 || elements != 1 {
		return ErrXML
	}
	return nil
}
