package awscli

import (
	"slices"
	"strings"

	"github.com/octroi/octroi/awscli/manual"
)

// Candidate is a word that a shell may offer, and what it means, if there is something to say.
type Candidate struct{ Word, Meaning string }

// Complete lists what the last of these words may become. Where it lists nothing the shell should offer files. It
// knows the places of the grammar and its tables, and reads no settings: a shell asks at every press of a key.
func Complete(words []string) []Candidate {
	if len(words) == 0 {
		return nil
	}
	before, last := words[:len(words)-1], words[len(words)-1]
	if option, value, before, ok := optionValue(before, last); ok {
		return valueCandidates(option, value, before, last)
	}
	var out []Candidate
	if strings.HasPrefix(last, "-") {
		out = optionCandidates(before)
	} else {
		out = wordCandidates(before)
	}
	return matching(out, last)
}

// optionValue finds the option whose value is being typed: --output te, --output=te, and that as bash cuts it up.
func optionValue(before []string, last string) (option, value string, rest []string, ok bool) {
	if name, value, joined := strings.Cut(last, "="); joined && strings.HasPrefix(last, "--") {
		return name, value, before, true
	}
	n := len(before)
	switch {
	case n > 0 && last == "=":
		return before[n-1], "", before[:n-1], true
	case n > 1 && before[n-1] == "=":
		return before[n-2], last, before[:n-2], true
	case n > 0 && takesValue(before[n-1], before):
		return before[n-1], last, before[:n-1], true
	}
	return "", "", nil, false
}

func valueCandidates(name, value string, before []string, last string) []Candidate {
	o := findOption(name, before)
	if o == nil {
		return nil
	}
	prefix := ""
	if strings.HasPrefix(last, "--") { // the shell replaces the whole word
		prefix = name + "="
	}
	var out []Candidate
	for _, c := range append(slices.Clone(o.choices), o.hidden...) {
		if strings.HasPrefix(c, value) {
			out = append(out, Candidate{Word: prefix + c})
		}
	}
	return out
}

// places are the words that are no options and no values: the command, the operation.
func places(before []string) (out []string) {
	for i := 0; i < len(before); i++ {
		switch w := before[i]; {
		case strings.HasPrefix(w, "-"):
			if takesValue(w, before[:i]) {
				i++
			}
		case w == "=": // bash cuts --output=text into three
			i++
		default:
			out = append(out, w)
		}
	}
	return out
}

// knownOptions are the options that may stand after these words.
func knownOptions(before []string) []option {
	known := globalOptions()
	if at := slices.Index(before, getToken); at >= 0 && slices.Contains(before[:at], service) {
		known = append(inputOptions(), known...)
	}
	return slices.DeleteFunc(known, func(o option) bool { return strings.HasSuffix(o.names[0], "cli-auto-prompt") })
}

func findOption(name string, before []string) *option {
	known := knownOptions(before)
	if i := slices.IndexFunc(known, func(o option) bool { return o.names[0] == name }); i >= 0 {
		return &known[i]
	}
	return nil
}

func takesValue(word string, before []string) bool {
	o := findOption(word, before)
	return o != nil && o.takes != noValue
}

func optionCandidates(before []string) (out []Candidate) {
	meanings := map[string]string{}
	for _, o := range append(manual.Inputs(), manual.Globals()...) {
		name, _, _ := strings.Cut(o.Name, " ")
		meanings[name] = firstSentence(o.Meaning)
	}
	for _, o := range knownOptions(before) {
		out = append(out, Candidate{o.names[0], meanings[o.names[0]]})
	}
	return out
}

func firstSentence(text string) string {
	text, _, _ = strings.Cut(text, ". ")
	return strings.TrimSuffix(text, ".")
}

func wordCandidates(before []string) []Candidate {
	switch at := places(before); {
	case len(at) == 0:
		return []Candidate{{service, "public container registries"}, {"help", "about the program"}}
	case len(at) == 1 && at[0] == service:
		return []Candidate{
			{getToken, "the token and when it ends"}, {getPassword, "only the password in the token"}, {"help", "what there is"},
		}
	case len(at) == 2 && at[0] == service && (at[1] == getToken || at[1] == getPassword):
		return []Candidate{{"help", "about this command"}}
	}
	return nil
}

func matching(all []Candidate, prefix string) []Candidate {
	return slices.DeleteFunc(all, func(c Candidate) bool { return !strings.HasPrefix(c.Word, prefix) })
}
