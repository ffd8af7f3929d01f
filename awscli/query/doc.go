// Package query is JMESPath as the AWS CLI's library (python-jmespath 1.0) understands it, down to the words of its
// error messages and what it does outside the specification. An expression is compiled before anything is sent, and
// applied to the answer.
//
// Values are those of internal/pyvalue. Compile's errors are mistakes in the expression; Search's errors depend on the
// data.
//
// Reading order: query (the two calls), lex (characters to tokens), parse (tokens to a tree, by binding power),
// evaluate (a tree on a value), function (the table of functions and their types), arithmetic and convert (what the
// functions do), fail (the messages).
package query
