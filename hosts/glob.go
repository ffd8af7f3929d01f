package hosts

import "strings"

// glob is a pattern for hosts: a host whose first label has one star, as *.registry.example.com or
// node-*.example.com:5000. The star stands for one character or more of that label, never for a dot: what a pattern
// means can be read from it, and nobody else's name fits.
type glob struct{ before, after string }

// parseGlob reads a pattern. Two labels must follow the first one (or localhost): *.com is everybody's.
func parseGlob(text string) (glob, bool) {
	before, after, ok := strings.Cut(text, "*")
	label, parent, dotted := strings.Cut(after, ".")
	if !ok || !dotted || strings.ContainsAny(before, ".:[") || strings.ContainsAny(label, "*:") {
		return glob{}, false
	}
	name, port, ok := splitHost(before + "x" + after)
	if full := name + ":" + port; !ok || port == "443" || strings.TrimSuffix(full, ":") != before+"x"+after {
		return glob{}, false
	}
	bare, _, _ := strings.Cut(parent, ":")
	if !strings.Contains(bare, ".") && bare != "localhost" {
		return glob{}, false
	}
	return glob{before, after}, true
}

func (g glob) match(name string) bool {
	middle, ok := strings.CutPrefix(name, g.before)
	if !ok {
		return false
	}
	middle, ok = strings.CutSuffix(middle, g.after)
	return ok && middle != "" && !strings.ContainsAny(middle, ".:[]")
}
