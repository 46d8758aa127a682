package xmlscan_test

import (
	"fmt"
	"io"
	"strings"

	"iqscope/internal/xmlscan"
)

func ExampleScanner() {
	connection := strings.NewReader(`<stream><iq id='1'><ping xmlns='urn:xmpp:ping'/></iq></stream>`)
	s := xmlscan.New(xmlscan.Limits{ElementDepth: 2}, xmlscan.Scope{Default: "jabber:client"})
	var start int64
	for {
		token, err := s.Next()
		switch {
		case err == xmlscan.ErrMore:
			if _, err := s.Fill(connection); err != nil {
				fmt.Println(s.Close())
				return
			}
		case err == io.EOF:
			fmt.Println("the stream is over")
			return
		case err != nil:
			fmt.Println(err)
			return
		case token.Kind == xmlscan.Start && token.Depth == 2:
			start = token.Pos
		case token.Kind == xmlscan.End && token.Depth == 2:
			fmt.Printf("%s: %s\n", token.Name.Local, s.Bytes(start, token.End))
			s.Release(token.End)
		}
	}
	// Output:
	// iq: <iq id='1'><ping xmlns='urn:xmpp:ping'/></iq>
	// the stream is over
}
