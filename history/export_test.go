package history

import (
	"database/sql/driver"
	"slices"
)

// MoreSteps are options of a version of the program that is later by some steps of migration.
func MoreSteps(o Options, more ...string) Options {
	o.steps = append(slices.Clone(steps), more...)
	return o
}

// OnlySteps are options of a version that knew only the first steps.
func OnlySteps(o Options, n int) Options {
	o.steps = steps[:n]
	return o
}

// Steps is how many there are.
func Steps() int { return len(steps) }

// MaxPages are options with which a file cannot have more pages.
func MaxPages(o Options, n int64) Options {
	o.maxPages = n
	return o
}

// Through are options with another way to connect.
func Through(o Options, connect func(dsn string) (driver.Connector, error)) Options {
	o.connect = connect
	return o
}
