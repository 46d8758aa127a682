package highlight

import "github.com/alecthomas/chroma/v2"

// xml is chroma's engine with own rules. Those that come with chroma take quadratic time for text
// that is not XML: a second for eight kilobytes of "<?". Here every rule goes on where the last one
// ended, and none looks for an end that may not be there.
var xml = chroma.MustNewLexer(&chroma.Config{Name: "XML"}, func() chroma.Rules {
	return chroma.Rules{
		"root": {
			{Pattern: `[^<&]+`, Type: chroma.Text},
			{Pattern: `&#?\w{1,32};`, Type: chroma.NameEntity},
			{Pattern: `<!\[CDATA\[`, Type: chroma.CommentPreproc, Mutator: chroma.Push("cdata")},
			{Pattern: `<!--`, Type: chroma.Comment, Mutator: chroma.Push("comment")},
			{Pattern: `<[?!]`, Type: chroma.CommentPreproc, Mutator: chroma.Push("instruction")},
			{Pattern: `</?[^\s<>/='"&]+`, Type: chroma.NameTag, Mutator: chroma.Push("tag")},
			{Pattern: `[<&]`, Type: chroma.Error},
		},
		"tag": {
			{Pattern: `\s+`, Type: chroma.Text},
			{Pattern: `/?>`, Type: chroma.NameTag, Mutator: chroma.Pop(1)},
			{Pattern: `"[^"<]*"?`, Type: chroma.LiteralString},
			{Pattern: `'[^'<]*'?`, Type: chroma.LiteralString},
			{Pattern: `[^\s<>/='"]+`, Type: chroma.NameAttribute},
			{Pattern: `=`, Type: chroma.Operator},
			{Pattern: `</?[^\s<>/='"&]+`, Type: chroma.NameTag}, // the tag before it was not closed
			{Pattern: `[</]`, Type: chroma.Error},
		},
		"cdata": {
			{Pattern: `\]\]>`, Type: chroma.CommentPreproc, Mutator: chroma.Pop(1)},
			{Pattern: `[^\]]+|\]`, Type: chroma.Text},
		},
		"comment": {
			{Pattern: `-->`, Type: chroma.Comment, Mutator: chroma.Pop(1)},
			{Pattern: `[^-]+|-`, Type: chroma.Comment},
		},
		"instruction": {
			{Pattern: `>`, Type: chroma.CommentPreproc, Mutator: chroma.Pop(1)},
			{Pattern: `[^>]+`, Type: chroma.CommentPreproc},
		},
	}
})

// tokens calls token for each piece of text, in order; together they are the text. It does so only
// for valid UTF-8.
func tokens(text string, token func(chroma.TokenType, string)) error {
	next, err := xml.Tokenise(&chroma.TokeniseOptions{State: "root"}, text)
	if err != nil {
		return err
	}
	for t := next(); t != chroma.EOF; t = next() {
		token(t.Type, t.Value)
	}
	return nil
}
