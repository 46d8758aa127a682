package tui

import (
	"slices"

	"iqscope/tui/keys"
	"iqscope/tui/prompt"
)

// actions is the table of all actions. Their order is that of the footer and of the help, so the
// most useful ones come first.
func actions() []action {
	return slices.Concat(
		searchDraftActions(),
		promptActions(),
		sendActions(),
		pickActions(),
		templateActions(),
		selectionActions(),
		inspectActions(),
		editAgainActions(),
		diffActions(),
		logActions(),
		quickFilterActions(),
		jumpActions(),
		saveActions(),
		recordingActions(),
		historyActions(),
		copyActions(),
		draftActions(),
		paneActions(),
		resizeActions(),
		holdActions(),
		backActions(),
		moveActions(),
		textActions(),
		candidateActions(),
		handlersActions(),
		discoverActions(),
		connectionActions(),
		programActions(),
		themeActions(),
		followingActions(),
		formsActions(),
		suspendActions(),
		byHandActions(),
		cardActions(),
		welcomeActions(),
		mouseActions(),
		accountActions(),
		nextRequestActions(),
		externalActions(),
		repeatActions(),
		recallActions(),
	)
}

// promptActions are those of a line that is asked for.
func promptActions() []action {
	return []action{
		{
			name: prompt.Accept, keysOnly: true, help: "take it",
			at: []place{{keys.Picker, "enter", "take it", "put it into the composer"}, {keys.Palette, "enter", "do it", "do it"}, {keys.Themes, "enter", "keep it", "keep it, at the next start too"}, {keys.Command, "enter", "do it", "do it"}, {keys.Prompt, "enter alt+enter", "take it", ""}},
		},
		{name: keys.Complete, keysOnly: true, help: "complete what is typed; again for the next", at: []place{{keys.Command, "tab", "complete", ""}, {keys.Filtering, "tab", "complete", ""}}},
		{name: keys.CompleteBack, keysOnly: true, help: "complete it the other way round", at: []place{{keys.Command, "shift+tab", "", ""}, {keys.Filtering, "shift+tab", "", ""}}},
		{name: prompt.Older, keysOnly: true, help: "the answer given before", at: []place{{keys.Prompt, "up ctrl+p", "", ""}}},
		{name: prompt.Newer, keysOnly: true, help: "the answer given after it", at: []place{{keys.Prompt, "down ctrl+n", "", ""}}},
	}
}

// moveActions move in what is shown.
func moveActions() []action {
	move := func(name keys.Action, help, view, overlay string) action {
		a := action{name: name, help: help, at: []place{{keys.View, view, "", ""}}, harmless: true}
		if overlay != "" {
			a.at = append(a.at, place{keys.Overlay, overlay, "", ""})
		}
		return a
	}
	inWelcome := func(a action, bound string) action {
		a.at = append(a.at, place{keys.Welcome, bound, "", ""})
		return a
	}
	end := move(keys.End, "to the end", "end G", "end G")
	end.at[0].help = "to the end, and live"
	end.word = func(m *Model, c keys.Context) string {
		if c == keys.View && m.desk.onLog() && !m.desk.log.Live() {
			return "live"
		}
		return ""
	}
	return []action{
		inWelcome(inPalette(move(keys.Up, "up", "up k", "up k"), "up ctrl+p"), "up"),
		inWelcome(inPalette(move(keys.Down, "down", "down j", "down j"), "down ctrl+n"), "down"),
		inWelcome(inForms(inPalette(move(keys.PageUp, "a page up", "pgup", "pgup"), "pgup"), "pgup"), "pgup"),
		inWelcome(inForms(inPalette(move(keys.PageDown, "a page down", "pgdown space", "pgdown space"), "pgdown"), "pgdown"), "pgdown"),
		move(keys.HalfPageUp, "half a page up", "ctrl+u", ""),
		move(keys.HalfPageDown, "half a page down", "ctrl+d", ""),
		move(keys.Home, "to the start", "home g", "home g"),
		end,
	}
}

// inPalette gives an action keys among what is found, too.
func inPalette(a action, bound string) action {
	a.at = append(a.at, place{keys.Palette, bound, "", ""})
	return a
}

// inKindForm gives an action keys in the composer's form, too.
func inKindForm(a action, bound string) action {
	a.at = append(a.at, place{keys.KindForm, bound, "", ""})
	return a
}

// inForms gives an action keys in a form that is filled in, too.
func inForms(a action, bound string) action {
	a.at = append(a.at, place{keys.Forms, bound, "", ""})
	return a
}

// textActions are those of text that is typed, in the composer and in a line that is asked for.
func textActions() []action {
	text := func(name keys.Action, help, edit, line string) action {
		a := action{name: name, help: help, harmless: true}
		if edit != "" {
			a.at = append(a.at, place{keys.Edit, edit, "", ""})
		}
		if line != "" {
			a.at = append(a.at, place{keys.Prompt, line, "", ""}, place{keys.KindForm, line, "", ""})
		}
		return a
	}
	return []action{
		inKindForm(text(keys.NewLine, "new line", "enter ctrl+j", ""), "ctrl+j"),
		inKindForm(text(keys.Undo, "undo", "ctrl+z ctrl+_", ""), "ctrl+z ctrl+_"),
		inKindForm(text(keys.Redo, "redo", "ctrl+y", ""), "ctrl+y"),
		text(keys.SelectAll, "select everything", "alt+a", "alt+a"),
		text(keys.CursorLeft, "left", "left", "left ctrl+b"),
		text(keys.CursorRight, "right", "right", "right ctrl+f"),
		inKindForm(text(keys.CursorUp, "up", "up", ""), "up"),
		inKindForm(text(keys.CursorDown, "down", "down", ""), "down"),
		text(keys.CursorWordLeft, "a word left", "ctrl+left alt+left alt+b", ""),
		text(keys.CursorWordRight, "a word right", "ctrl+right alt+right alt+f", ""),
		text(keys.CursorLineStart, "to the start of the line", "home ctrl+a", "home ctrl+a"),
		text(keys.CursorLineEnd, "to the end of the line", "end ctrl+e", "end ctrl+e"),
		inKindForm(text(keys.CursorPageUp, "a page up", "pgup", ""), "pgup"),
		inKindForm(text(keys.CursorPageDown, "a page down", "pgdown", ""), "pgdown"),
		inKindForm(text(keys.CursorTextStart, "to the start of the text", "ctrl+home alt+<", ""), "ctrl+home alt+<"),
		inKindForm(text(keys.CursorTextEnd, "to the end of the text", "ctrl+end alt+>", ""), "ctrl+end alt+>"),
		text(keys.SelectLeft, "select to the left", "shift+left", ""),
		text(keys.SelectRight, "select to the right", "shift+right", ""),
		text(keys.SelectUp, "select upwards", "shift+up", ""),
		text(keys.SelectDown, "select downwards", "shift+down", ""),
		text(keys.SelectWordLeft, "select a word to the left", "ctrl+shift+left", ""),
		text(keys.SelectWordRight, "select a word to the right", "ctrl+shift+right", ""),
		text(keys.SelectLineStart, "select to the start of the line", "shift+home", ""),
		text(keys.SelectLineEnd, "select to the end of the line", "shift+end", ""),
		text(keys.SelectTextStart, "select to the start of the text", "ctrl+shift+home", ""),
		text(keys.SelectTextEnd, "select to the end of the text", "ctrl+shift+end", ""),
		text(keys.DeleteLeft, "delete to the left", "backspace ctrl+h", "backspace ctrl+h"),
		text(keys.DeleteRight, "delete to the right", "delete ctrl+d", "delete ctrl+d"),
		text(keys.DeleteWordLeft, "delete a word to the left", "ctrl+w alt+backspace", "ctrl+w alt+backspace"),
		text(keys.DeleteWordRight, "delete a word to the right", "alt+d alt+delete", ""),
		text(keys.KillToEnd, "delete to the end of the line", "ctrl+k", ""),
		text(keys.KillToStart, "delete to the start of the line", "ctrl+u", "ctrl+u"),
	}
}
