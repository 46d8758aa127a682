// Package house holds the tests of how the whole is built: which package may import which, and
// what the packages that others import may show, and whether each row that is owed is cited by a
// test. It has no code of its own.
package house
