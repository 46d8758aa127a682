package keys

// Action is the name of something the program can do: lower case, words joined by hyphens. The
// configuration file uses these names, so they never change.
type Action string

// Actions on the whole program.
const (
	Quit        Action = "quit" // asks once when requests are pending
	Help        Action = "help"
	Redraw      Action = "redraw"
	Suspend     Action = "suspend"
	Send        Action = "send"
	SendRaw     Action = "send-raw" // whatever the rules say
	NextPane    Action = "next-pane"
	PrevPane    Action = "previous-pane"
	PaneCompose Action = "pane-compose"
	PanePending Action = "pane-pending"
	PaneLog     Action = "pane-log"
	PaneInspect Action = "pane-inspect"
	Zoom        Action = "zoom"
	Presence    Action = "send-presence"
	Connecting  Action = "connection" // shows the connection's screen, and hides it
	Back        Action = "back"       // peels one layer off, never quits
	Close       Action = "close"      // leaves a view
	// FindAction finds an action by letters of its name; CommandLine is a line in which one is
	// named, with what it is told.
	FindAction  Action = "palette"
	CommandLine Action = "command-line"
	Theme       Action = "theme" // another one
	// PickRequest finds a request kind, or a template, and puts it into the composer.
	PickRequest Action = "pick-request"
	ShowSecrets Action = "show-secrets"
	// ToggleHold lets incoming requests wait for an answer by hand, and ends that.
	ToggleHold Action = "toggle-hold"
)

// Actions on rows, and on text that is looked at.
const (
	Up           Action = "up"
	Down         Action = "down"
	PageUp       Action = "page-up"
	PageDown     Action = "page-down"
	HalfPageUp   Action = "half-page-up"
	HalfPageDown Action = "half-page-down"
	Home         Action = "home" // the oldest row, the first line
	End          Action = "end"  // the newest row, and live; the last line
)

// Actions on the selected request or stanza.
const (
	Open       Action = "open" // shows it in the inspector
	EditAgain  Action = "edit-in-composer"
	Resend     Action = "resend"
	Copy       Action = "copy"
	CopyToFile Action = "copy-to-file"
	Answer     Action = "answer-request" // one that came in: a result goes into the composer
	Cancel     Action = "cancel-request"
	Extend     Action = "extend-request"
	NextView   Action = "next-view" // of the inspector: xml, raw, fields, …
	PrevView   Action = "previous-view"
	ToggleWrap Action = "toggle-wrap"
	Diff       Action = "diff" // with an earlier reply to the same request
	// AnswerError puts an error into the composer.
	AnswerError Action = "answer-with-error"
)

// Actions on the log.
const (
	Filter       Action = "filter"        // asks what to show
	ToggleFilter Action = "toggle-filter" // switches the filter off, or on again
	Search       Action = "search"        // asks what to mark
	NextMatch    Action = "next-match"    // of the search, towards the newest
	PrevMatch    Action = "previous-match"

	// Filters of one key; the same again takes them off.
	FilterFailures Action = "filter-failures"
	FilterPeer     Action = "filter-peer"
	FilterExchange Action = "filter-exchange"
	FilterPayload  Action = "filter-payload"
	// ShowFailures goes to the log, with failures only.
	ShowFailures Action = "show-failures"
	// NameMark marks the selected row, with a name; NextMark goes to the next mark.
	NameMark Action = "name-mark"
	NextMark Action = "next-mark"
	SaveLog  Action = "save-log"
	// ChooseColumns asks which columns the log has.
	ChooseColumns Action = "log-columns"
	// Jump goes from a request to its reply and back, and from what was refused to whom it imitates.
	Jump Action = "jump"
)

// Actions on the draft.
const (
	StartEdit   Action = "start-edit"
	LeaveEdit   Action = "leave-edit"
	NewDraft    Action = "new-draft"
	ApplyFix    Action = "apply-fix"
	NextFinding Action = "next-finding"
	ToggleForm  Action = "toggle-form" // shows the draft as a form, or as text
)

// Actions of the command line.
const (
	Complete     Action = "complete"
	CompleteBack Action = "complete-back"
)

// Actions in the text. The editor has commands of the same names.
const (
	CursorLeft      Action = "cursor-left"
	CursorRight     Action = "cursor-right"
	CursorUp        Action = "cursor-up"
	CursorDown      Action = "cursor-down"
	CursorWordLeft  Action = "cursor-word-left"
	CursorWordRight Action = "cursor-word-right"
	CursorLineStart Action = "cursor-line-start"
	CursorLineEnd   Action = "cursor-line-end"
	CursorPageUp    Action = "cursor-page-up"
	CursorPageDown  Action = "cursor-page-down"
	CursorTextStart Action = "cursor-text-start"
	CursorTextEnd   Action = "cursor-text-end"

	SelectLeft      Action = "select-left"
	SelectRight     Action = "select-right"
	SelectUp        Action = "select-up"
	SelectDown      Action = "select-down"
	SelectWordLeft  Action = "select-word-left"
	SelectWordRight Action = "select-word-right"
	SelectLineStart Action = "select-line-start"
	SelectLineEnd   Action = "select-line-end"
	SelectTextStart Action = "select-text-start"
	SelectTextEnd   Action = "select-text-end"
	SelectAll       Action = "select-all"

	NewLine         Action = "new-line"
	Indent          Action = "indent"
	DeleteLeft      Action = "delete-left"
	DeleteRight     Action = "delete-right"
	DeleteWordLeft  Action = "delete-word-left"
	DeleteWordRight Action = "delete-word-right"
	KillToEnd       Action = "kill-to-line-end"
	KillToStart     Action = "kill-to-line-start"
	Undo            Action = "undo"
	Redo            Action = "redo"
)
