package manual

// Page is one page: its blocks in order.
type Page struct {
	subject, purpose string
	blocks           []block
}

// block is a piece of a page. Which fields count depends on its kind.
type block struct {
	kind  blockKind
	depth int
	term  string
	lines []string
	words string
}

type blockKind int

const (
	sectionBlock blockKind = iota // words: its title
	textBlock                     // words
	codeBlock                     // lines as they are
	itemBlock                     // term, and words that explain it
)

func newPage(subject, purpose string) *Page { return &Page{subject: subject, purpose: purpose} }

func (p *Page) section(title string) {
	p.blocks = append(p.blocks, block{kind: sectionBlock, words: title})
}

func (p *Page) text(words string) {
	p.blocks = append(p.blocks, block{kind: textBlock, words: words})
}

func (p *Page) code(lines ...string) {
	p.blocks = append(p.blocks, block{kind: codeBlock, lines: lines})
}

// item explains a term; one of a greater depth belongs to the item before it.
func (p *Page) item(depth int, term, meaning string) {
	p.blocks = append(p.blocks, block{kind: itemBlock, depth: depth, term: term, words: meaning})
}
