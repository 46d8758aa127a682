package negotiate

import (
	"context"
	"errors"
	"os"
	"time"

	"iqscope/session/wire"
)

// within runs f with a time limit. When that is over, or ctx ends, the connection is closed
// under f, whatever it is doing; conn is nil while there is none.
func within(ctx context.Context, conn *wire.Conn, limit time.Duration, f func(ctx context.Context) error) error {
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if conn != nil {
		stop := context.AfterFunc(limited, func() { conn.CloseNow() })
		defer stop()
	}
	err := f(limited)
	switch {
	case ctx.Err() == context.DeadlineExceeded:
		return &reason{words: "the time allowed for connecting was over", err: ctx.Err()}
	case ctx.Err() != nil:
		return &reason{words: "it was cancelled", err: ctx.Err()}
	case limited.Err() != nil, errors.Is(err, os.ErrDeadlineExceeded): // a socket's deadline may come a moment before
		return &silence{limit}
	}
	return err
}
