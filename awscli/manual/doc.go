// Package manual writes the help pages: NAME, DESCRIPTION, SYNOPSIS, OPTIONS, OUTPUT, in our own words. Options come
// from the tables given, the output section from the shape of the answer, so a page cannot forget a member.
//
// Reading order: page (sections and their layout), pages (the four pages).
package manual
