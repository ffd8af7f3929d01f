// Package manual writes the help pages: NAME, DESCRIPTION, SYNOPSIS, OPTIONS, OUTPUT, in our own words, as text for
// the screen and as roff for man(1). Options come from the tables given, the output section from the shape of the
// answer, so a page cannot forget a member.
//
// Reading order: page (what a page is made of), pages and login (the pages), plain and roff (how they are set).
package manual
