package cli

import (
	"fmt"

	"iqscope/internal/config"
	"iqscope/session/wire"
)

// configuration is what the configuration file says; nothing where there is none, as without a home.
func (p *program) configuration() (*config.File, error) {
	path, err := config.Path(p.getenv)
	if err != nil {
		return &config.File{}, nil
	}
	file, err := config.Load(path)
	if err != nil {
		return nil, refuse(fmt.Errorf("the configuration is not right: %w", err))
	}
	return file, nil
}

// secrets is what is hidden: the built-in list and what the configuration adds to it, for all and
// for the profile in use. That is read on the built-in server too.
func (p *program) secrets() (wire.Secrets, error) {
	file, err := p.configuration()
	if err != nil {
		return wire.Secrets{}, err
	}
	return file.SecretsWith(p.flags.profile), nil
}
