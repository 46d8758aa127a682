// Package safetext makes text from outside safe to show on a terminal.
//
// Everything a peer, a server, a certificate, a file or a history row says is hostile until shown
// otherwise: one U+009B is a control sequence introducer on many terminals, one U+202E turns the
// rest of a line round, ten thousand combining marks grow over the lines above. [Text] is the only
// kind of text that a view accepts, and [Clean] and [CleanLine] are the doors through which text
// becomes one. The mapping shows what was there instead of dropping it:
//
//	C0 controls          their picture, U+2400 + c:        ESC is ␛, tab is ␉, CR is ␍
//	DEL                  ␡ (U+2421)
//	C1, bidi controls, zero-width and format characters,
//	variation selectors, emoji modifiers, flag letters,
//	private use, unassigned, spaces other than U+0020       <U+009B>
//	bytes that are no UTF-8                                 <0x9B>
//	a combining mark with nothing before it to combine with,
//	or one that takes a cell of its own on some terminals   <U+0301>
//	more than [MaxClusterRunes] runes in one cluster        the first of them, then <+9992>
//
// What comes out is valid UTF-8, holds no control character except the newlines that [Clean] keeps,
// and stays the same when it is cleaned again. Its width is the same whether a terminal counts
// grapheme clusters or code points: the price is that some signs of Indic scripts, of Thai, and of
// Hangul written in parts are shown by their code. A tab is shown and not expanded, so that a text
// is as wide wherever it stands.
//
// Copying, export and JSON use the raw bytes, never a Text.
package safetext
