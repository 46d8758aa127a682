package realserver

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
)

// ports are the ones a server listens on.
type ports struct {
	client, directTLS, component, web, secureWeb int
}

// Linux hands out 32768–60999 to outgoing connections. A port below cannot be taken by one of those
// while its server is down for a restart.
const (
	lowestPort  = 20000
	highestPort = 32000
	portTries   = 200
)

// freePorts finds ports nobody listens on.
func freePorts() (ports, error) {
	free := make(map[int]bool)
	found := make([]int, 0, 5)
	for range portTries {
		port := lowestPort + rand.IntN(highestPort-lowestPort)
		if free[port] {
			continue
		}
		listener, err := net.Listen("tcp", loopback(port))
		if err != nil {
			continue
		}
		listener.Close()
		free[port] = true
		if found = append(found, port); len(found) == cap(found) {
			return ports{
				client: found[0], directTLS: found[1], component: found[2], web: found[3], secureWeb: found[4],
			}, nil
		}
	}
	return ports{}, errors.New("no free ports on 127.0.0.1")
}

func loopback(port int) string {
	return fmt.Sprintf("127.0.0.1:%d", port)
}

func portOf(addr string) string {
	_, port, _ := net.SplitHostPort(addr)
	return port
}
