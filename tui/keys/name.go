package keys

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"
)

// Name returns the name of a key: "a", "alt+enter", "ctrl+p", "f5", "space". It is empty for what
// is no single key: pasted text, and several characters at once. (The message's own String says
// "f5" for the typed-ahead characters f and 5, and they would act as that key.)
func Name(msg tea.KeyMsg) string {
	switch {
	case msg.Paste:
		return ""
	case msg.Type == tea.KeyRunes && len(msg.Runes) != 1:
		return ""
	case msg.Type == tea.KeySpace, msg.Type == tea.KeyRunes && msg.Runes[0] == ' ':
		if msg.Alt {
			return "alt+space"
		}
		return "space"
	}
	return msg.String()
}

// Text returns the characters that a key message types. It is empty for a key that types nothing.
func Text(msg tea.KeyMsg) string {
	if msg.Type != tea.KeyRunes && msg.Type != tea.KeySpace || msg.Alt {
		return ""
	}
	return string(msg.Runes)
}

// labels are the keys whose name is not how people write them.
var labels = map[string]string{
	"up": "↑", "down": "↓", "left": "←", "right": "→", "pgup": "PgUp", "pgdown": "PgDn",
}

// Label returns a key's name as help and footer show it: "alt+enter", "F5", "↑".
func Label(key string) string {
	if key == "ctrl+@" {
		return "ctrl+space" // which terminals send as this
	}
	if key == "ctrl+@" {
		return "ctrl+space" // which terminals send as this
	}
	modifiers, base := "", key
	if i := strings.LastIndex(key[:max(len(key)-1, 0)], "+"); i >= 0 {
		modifiers, base = key[:i+1], key[i+1:]
	}
	if label, ok := labels[base]; ok {
		return modifiers + label
	}
	if len(base) > 1 && base[0] == 'f' && base[1] >= '1' && base[1] <= '9' {
		return modifiers + strings.ToUpper(base)
	}
	return key
}
