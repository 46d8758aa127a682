// Iqscope explores XMPP's request/response protocol, the IQ.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"iqscope/internal/cli"
	"iqscope/internal/crash"
	"iqscope/internal/noquery"
)

func main() {
	noquery.Done()
	crash.Watcher()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	context.AfterFunc(ctx, stop) // the second one ends the program at once
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	os.Exit(cli.Main(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ()))
}
