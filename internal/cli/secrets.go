package cli

import (
	"fmt"

	"iqscope/internal/config"
	"iqscope/session/wire"
)

// secrets is what is hidden: the built-in list and what the configuration adds to it, for all and
// for the profile in use. That is read on the built-in server too.
func (p *program) secrets() (wire.Secrets, error) {
	path, err := config.Path(p.getenv)
	if err != nil { // without a home there is no configuration
		return wire.Secrets{}, nil
	}
	file, err := config.Load(path)
	if err != nil {
		return wire.Secrets{}, refuse(fmt.Errorf("the configuration is not right: %w", err))
	}
	return file.SecretsWith(p.flags.profile), nil
}
