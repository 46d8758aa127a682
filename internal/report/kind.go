package report

import (
	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
)

// Kind is a request kind in a list.
type Kind struct {
	Key       string      `json:"key"`
	Title     string      `json:"title"`
	XEP       *string     `json:"xep"` // the document, an RFC too; null for one's own
	Status    *string     `json:"status"`
	Type      stanza.Type `json:"type"`
	Namespace string      `json:"namespace"`
	Element   string      `json:"element"`
	Verb      *string     `json:"verb"`
}

// NewKind is a request kind as a line of a list.
func NewKind(k *catalog.Kind) Kind {
	return Kind{
		Key: k.Key, Title: k.Title, XEP: orNull(k.Document), Status: orNull(k.Status), Type: k.Type,
		Namespace: k.Payload.Namespace, Element: k.Payload.Element, Verb: orNull(k.VerbWord()),
	}
}

// KindShown is all that is known of a request kind.
type KindShown struct {
	Kind
	Aliases      []string      `json:"aliases"`
	Help         *string       `json:"help"`
	Danger       *string       `json:"danger"`
	Link         *string       `json:"link"`
	To           []string      `json:"to"`
	Service      *string       `json:"service"`
	Fields       []KindField   `json:"fields"`
	Result       *string       `json:"result"`
	ResultFields []KindField   `json:"result_fields"`
	Errors       []KindFailure `json:"errors"`
	Next         []string      `json:"next"`
	SupersededBy *string       `json:"superseded_by"`
	Covered      bool          `json:"covered"` // false for a skeleton
	Builtin      bool          `json:"builtin"`
}

// KindField is a field of a request kind or of its answer.
type KindField struct {
	Name      string       `json:"name"`
	Path      string       `json:"path"`
	Type      string       `json:"type"`
	Help      *string      `json:"help"`
	Required  bool         `json:"required"`
	Repeated  bool         `json:"repeated"`
	Languages bool         `json:"languages"`
	Secret    bool         `json:"secret"`
	Exclusive *string      `json:"exclusive"`
	Fixed     *string      `json:"fixed"`
	Default   *string      `json:"default"`
	Source    *string      `json:"source"`
	Values    []KindChoice `json:"values"`
	Columns   []KindField  `json:"columns"`
}

// KindChoice is a value that a field can have.
type KindChoice struct {
	Value string  `json:"value"`
	Help  *string `json:"help"`
}

// KindFailure is a usual error.
type KindFailure struct {
	Condition   string  `json:"condition"`
	Type        *string `json:"type"`
	Application *string `json:"application"`
	Remedy      *string `json:"remedy"`
}

// NewKindShown is a request kind with all that is known of it. What answers comes from c.
func NewKindShown(c *catalog.Catalog, k *catalog.Kind) KindShown {
	shown := KindShown{
		Kind: NewKind(k), Aliases: orEmpty(k.Aliases), Help: orNull(k.Help), Danger: orNull(k.Danger), Link: orNull(k.Link()),
		To: orEmpty(k.To), Service: orNull(k.Service), Fields: kindFields(k.Fields), Result: orNull(k.Result),
		ResultFields: []KindField{}, Errors: []KindFailure{}, Next: orEmpty(k.Next),
		SupersededBy: orNull(k.SupersededBy), Covered: k.Covered(), Builtin: k.Builtin,
	}
	if answer := c.Payload(k.Result); answer != nil {
		shown.ResultFields = kindFields(answer.Fields)
	}
	for _, f := range k.Failures {
		shown.Errors = append(shown.Errors, KindFailure{f.Condition, orNull(f.Type), orNull(f.Application), orNull(f.Remedy)})
	}
	return shown
}

func kindFields(fields []catalog.Field) []KindField {
	all := []KindField{}
	for _, f := range fields {
		choices := []KindChoice{}
		for _, c := range f.Choices {
			choices = append(choices, KindChoice{c.Value, orNull(c.Help)})
		}
		all = append(all, KindField{
			Name: f.Name, Path: f.Path, Type: string(f.Type), Help: orNull(f.Help), Required: f.Required, Repeated: f.Repeated,
			Languages: f.Languages, Secret: f.Secret, Exclusive: orNull(f.Exclusive), Fixed: orNull(f.Fixed), Default: orNull(f.Default),
			Source: orNull(f.Source), Values: choices, Columns: kindFields(f.Columns),
		})
	}
	return all
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
