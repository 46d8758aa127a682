package demo

import (
	"slices"
	"strings"
	"testing"

	"iqscope/internal/xmpptest"
)

func TestAStartMakesNoPasswordsAndNoItems(t *testing.T) {
	if !xmpptest.Alone(t) {
		return
	}
	made := func() (passwords, items bool) {
		did := xmpptest.Allocated("iqscope/session/demo")
		return slices.Contains(did, "stored"), slices.ContainsFunc(did, func(name string) bool { return strings.Contains(name, "newManyItems.") })
	}
	s, err := Start(t.Context(), Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if passwords, items := made(); passwords || items {
		t.Errorf("at the start, passwords are made: %v, items: %v", passwords, items)
	}
	if _, err := s.credentials["juliet"][scramSHA256](); err != nil {
		t.Error(err)
	}
	newManyItems().all()
	if passwords, items := made(); !passwords || !items {
		t.Errorf("after they were asked for, passwords are made: %v, items: %v", passwords, items)
	}
}
