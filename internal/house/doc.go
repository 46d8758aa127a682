// Package house holds the tests of how the whole is built: which package may import which, and
// what the packages that others import may show. It has no code of its own.
package house
