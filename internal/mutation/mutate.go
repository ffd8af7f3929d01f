package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"sort"
	"strings"
)

// mutant is one change of one expression.
type mutant struct {
	id   int
	file string // below the root of the module
	line int
	in   string // the function
	text string // the expression as it is
	kind string // what becomes of it
}

// key names the mutant without its line, which moves.
func (m mutant) key() string {
	return m.file + " " + m.in + ": " + strings.Join(strings.Fields(m.text), " ") + " (" + m.kind + ")"
}

// variable is the name that says in the mutated source which mutant it is.
const variable = "octroiMutant"

// edit is a text that goes into the source.
type edit struct {
	offset int
	text   string
}

// mutator writes all mutants of a file into its source.
type mutator struct {
	files *token.FileSet
	name  string
	text  []byte
	in    string
	next  func() int
	edits []edit
	found []mutant
	bare  map[ast.Expr]bool // conditions that are neither comparisons nor logic
}

// mutate returns the source with every mutant in it, and what they are.
func mutate(name string, text []byte, next func() int) ([]byte, []mutant, error) {
	m := mutator{files: token.NewFileSet(), name: name, text: text, next: next, bare: map[ast.Expr]bool{}}
	f, err := parser.ParseFile(m.files, name, text, parser.SkipObjectResolution)
	if err != nil {
		return nil, nil, err
	}
	for _, d := range f.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok != token.VAR {
			continue // a constant must stay one
		}
		m.in = nameOf(d)
		m.visit(d)
	}
	sort.SliceStable(m.edits, func(i, j int) bool { return m.edits[i].offset < m.edits[j].offset })
	var b strings.Builder
	at := 0
	for _, e := range m.edits {
		b.Write(text[at:e.offset])
		b.WriteString(e.text)
		at = e.offset
	}
	b.Write(text[at:])
	return []byte(b.String()), m.found, nil
}

func nameOf(d ast.Decl) string {
	f, ok := d.(*ast.FuncDecl)
	if !ok {
		return "var"
	}
	return f.Name.Name
}

// add is a mutant, and the text that is true when it is the one.
func (m *mutator) add(e ast.Expr, kind string) string {
	id := m.next()
	m.found = append(m.found, mutant{id, m.name, m.files.Position(e.Pos()).Line, m.in, m.source(e), kind})
	return fmt.Sprintf("(%s == %d)", variable, id)
}

func (m *mutator) source(n ast.Node) string {
	return string(m.text[m.at(n.Pos()):m.at(n.End())])
}

func (m *mutator) at(p token.Pos) int { return m.files.Position(p).Offset }

func (m *mutator) insert(p token.Pos, text string) {
	m.edits = append(m.edits, edit{m.at(p), text})
}

// visit goes from the outside to the inside, so that of two texts at one place the outer one comes first where
// expressions begin, and last where they end.
func (m *mutator) visit(n ast.Node) {
	m.conditions(n)
	e, ok := n.(ast.Expr)
	switch b, binary := n.(*ast.BinaryExpr); {
	case binary && (b.Op == token.LAND || b.Op == token.LOR):
		m.logic(b)
	case binary && kinds[b.Op] != "":
		m.comparison(b)
	case ok && (m.bare[e] || isNegation(e)):
		m.insert(e.Pos(), "((")
		is := m.add(e, "negated")
		m.children(n)
		m.insert(e.End(), ") != "+is+")")
	default:
		m.children(n)
	}
}

func (m *mutator) children(n ast.Node) {
	ast.Inspect(n, func(c ast.Node) bool {
		if c == n {
			return true
		}
		if c != nil {
			m.visit(c)
		}
		return false
	})
}

// conditions remembers the conditions of a statement or of logic that nothing else would mutate.
func (m *mutator) conditions(n ast.Node) {
	var all []ast.Expr
	switch n := n.(type) {
	case *ast.IfStmt:
		all = []ast.Expr{n.Cond}
	case *ast.ForStmt:
		all = []ast.Expr{n.Cond}
	case *ast.BinaryExpr:
		if n.Op == token.LAND || n.Op == token.LOR {
			all = []ast.Expr{n.X, n.Y}
		}
	case *ast.SwitchStmt:
		for _, c := range n.Body.List {
			if n.Tag == nil {
				all = append(all, c.(*ast.CaseClause).List...)
			}
		}
	}
	for _, e := range all {
		switch e.(type) {
		case *ast.CallExpr, *ast.Ident, *ast.SelectorExpr, *ast.IndexExpr:
			m.bare[e] = true
		}
	}
}

func isNegation(e ast.Expr) bool {
	u, ok := e.(*ast.UnaryExpr)
	return ok && u.Op == token.NOT
}

var kinds = map[token.Token]string{
	token.EQL: "!=", token.NEQ: "==", token.LSS: ">=", token.LEQ: ">", token.GTR: "<=", token.GEQ: "<",
}

// comparison is negated, and one of an order moved by one: by a second comparison, of operands that may be read twice.
func (m *mutator) comparison(b *ast.BinaryExpr) {
	m.insert(b.Pos(), "(((")
	is := m.add(b, kinds[b.Op])
	moved := ")"
	if simple(b.X) && simple(b.Y) {
		same := m.source(b.X) + " == " + m.source(b.Y)
		switch b.Op {
		case token.LSS, token.GTR:
			moved = ") || " + m.add(b, b.Op.String()+"=") + " && " + same
		case token.LEQ, token.GEQ:
			moved = ") && !(" + m.add(b, b.Op.String()[:1]) + " && " + same + ")"
		}
	}
	m.children(b)
	m.insert(b.End(), moved+") != "+is+")")
}

// simple reports whether an expression may be read twice.
func simple(e ast.Expr) bool {
	ok := true
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			f, named := n.Fun.(*ast.Ident)
			ok = ok && named && f.Name == "len"
		case *ast.FuncLit, *ast.UnaryExpr:
			ok = false
		}
		return ok
	})
	return ok
}

// logic takes && for || by De Morgan, which reads each operand once and as late as the other operator does.
func (m *mutator) logic(b *ast.BinaryExpr) {
	kind := "||"
	if b.Op == token.LOR {
		kind = "&&"
	}
	m.insert(b.Pos(), "((((")
	is := m.add(b, kind)
	m.visit(b.X)
	m.insert(b.X.End(), ") != "+is+")")
	m.insert(b.Y.Pos(), "((")
	m.visit(b.Y)
	m.insert(b.End(), ") != "+is+")) != "+is+")")
}
