package xmpptest

import (
	"flag"
	"runtime"
	"strconv"
)

// ManyAtOnce lets more parallel tests run at once than there are processors, unless the command line
// says how many: it is for packages whose tests wait most of the time, for a server, a screen or a
// clock. TestMain calls it.
func ManyAtOnce() {
	if err := UnlessSaid("test.parallel", strconv.Itoa(3*runtime.GOMAXPROCS(0))); err != nil {
		panic(err) // package testing has the flag, and it takes numbers
	}
}

// UnlessSaid sets a flag of the tests that the command line does not.
func UnlessSaid(name, value string) error {
	flag.Parse()
	said := false
	flag.Visit(func(f *flag.Flag) { said = said || f.Name == name })
	if said {
		return nil
	}
	return flag.Set(name, value)
}
