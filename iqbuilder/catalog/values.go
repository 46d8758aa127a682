package catalog

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"iqscope/internal/nearest"
)

// Values are what the fields of a request or an answer say. The keys are names of fields; a field
// that is not repeated has one value. Some have more keys than one:
//
//	desc          a field with languages: the text in no language in particular
//	desc[de]      and the one in German
//	form[FN]      a form: the field FN of it
//	item[2].jid   a list: the column jid of its second row; rows count from 1, without gaps
//
// A key without values is as good as none; an empty text is a value.
type Values map[string][]string

// FieldError says what is wrong with a value.
type FieldError struct {
	Kind, Field string // the keys
	Text        string // one sentence, without a full stop
}

func (e *FieldError) Error() string { return fmt.Sprintf("%s: %.100s: %s", e.Kind, e.Field, e.Text) }

// maxRows bounds a list's rows, and with them what a key such as item[4000000000].jid could ask for.
const maxRows = 10_000

// key is a key of Values taken apart.
type key struct {
	name   string
	sub    string // what stands between brackets
	subbed bool
	column string
}

func parseKey(text string) key {
	open, end := strings.IndexByte(text, '['), strings.LastIndexByte(text, ']')
	if open < 0 || end < open {
		return key{name: text}
	}
	return key{text[:open], text[open+1 : end], true, strings.TrimPrefix(text[end+1:], ".")}
}

func (k key) String() string {
	text := k.name
	if k.subbed {
		text += "[" + k.sub + "]"
	}
	if k.column != "" {
		text += "." + k.column
	}
	return text
}

// Set adds what a setting such as node=config says; one field can be set several times if it is
// repeated. The column of a list's only row can be named without a number: item.jid=romeo@example.
func (k *Kind) Set(v Values, setting string) error {
	field, value, ok := cutSetting(setting)
	if !ok {
		return &FieldError{k.Key, setting, "a field is set by its name, = and the value"}
	}
	parsed := parseKey(field)
	if list, column, ok := strings.Cut(field, "."); ok && !parsed.subbed {
		parsed = key{list, "1", true, column}
	}
	if _, _, err := find(k.Fields, parsed); err != nil {
		return &FieldError{k.Key, field, err.Error()}
	}
	v[parsed.String()] = append(v[parsed.String()], value)
	return nil
}

// cutSetting cuts at the first = that does not stand between brackets.
func cutSetting(text string) (field, value string, ok bool) {
	from := 0
	if open := strings.IndexByte(text, '['); open >= 0 && open < strings.IndexByte(text, '=') {
		end := strings.IndexByte(text[open:], ']')
		if end < 0 {
			return "", "", false
		}
		from = open + end
	}
	at := strings.IndexByte(text[from:], '=')
	if at < 0 {
		return "", "", false
	}
	return text[:from+at], text[from+at+1:], true
}

// find is the field that a key means, and the column of it if it is a list.
func find(fields []Field, k key) (field, column *Field, err error) {
	i := slices.IndexFunc(fields, func(f Field) bool { return f.Name == k.name })
	if i < 0 {
		var names []string
		for _, f := range fields {
			if f.Fixed == "" {
				names = append(names, f.Name)
			}
		}
		if len(names) == 0 {
			return nil, nil, errors.New("there is no such field, nor any other")
		}
		return nil, nil, errors.New("there is no such field" + nearest.Suggestion(k.name, names, "there are "))
	}
	field = &fields[i]
	switch {
	case field.Type == List && (!k.subbed || k.column == ""):
		return nil, nil, fmt.Errorf("this is a list: say which row and column, as in %s[1].%s", field.Name, field.Columns[0].Name)
	case field.Type == List:
		row, err := strconv.Atoi(k.sub)
		if err != nil || row < 1 || row > maxRows || strconv.Itoa(row) != k.sub {
			return nil, nil, fmt.Errorf("rows are numbers from 1 to %d", maxRows)
		}
		column, _, err = find(field.Columns, key{name: k.column})
		return field, column, err
	case field.Type == Form && (!k.subbed || k.column != ""):
		return nil, nil, fmt.Errorf("this is a form: say which field of it, as in %s[FIELD]", field.Name)
	case field.Type == Form:
		return field, nil, nil
	case k.subbed && (!field.Languages || k.column != ""):
		return nil, nil, errors.New("this field takes no brackets")
	case k.subbed && !language.MatchString(k.sub):
		return nil, nil, fmt.Errorf("%.60q is no language such as en or de-AT", k.sub)
	}
	return field, nil, nil
}

// Check says what is wrong with the values: fields that the kind has not, values that are not of
// their field's datatype, and what is missing. The errors that it joins are *FieldError.
func (k *Kind) Check(v Values) error {
	var all []error
	wrong := func(field, text string) { all = append(all, &FieldError{k.Key, field, text}) }
	given := map[string]int{} // by field, or by row and column
	rows := map[string]int{}  // of each list, the highest number
	for _, text := range slices.Sorted(maps.Keys(v)) {
		if len(v[text]) == 0 {
			continue
		}
		parsed := parseKey(text)
		field, column, err := find(k.Fields, parsed)
		if err == nil && parsed.String() != text {
			err = errors.New("there is something behind the bracket that does not belong there")
		}
		if err != nil {
			wrong(text, err.Error())
			continue
		}
		given[field.Name]++
		one := field
		if column != nil {
			one = column
			given[text]++
			n, _ := strconv.Atoi(parsed.sub)
			rows[field.Name] = max(rows[field.Name], n)
		}
		if len(v[text]) > 1 && !one.Repeated && one.Type != Form {
			wrong(text, fmt.Sprintf("this field has one value, not %d", len(v[text])))
		}
		for _, value := range v[text] {
			if err := one.Check(value); err != nil {
				wrong(text, err.Error())
			}
		}
	}
	all = append(all, k.missing(given, rows)...)
	return errors.Join(all...)
}

// missing says what is required and not given, and what excludes each other: of the fields, and of
// the columns of each row.
func (k *Kind) missing(given, rows map[string]int) []error {
	all := k.lacking(k.Fields, given, "", "field")
	for i := range k.Fields {
		f := &k.Fields[i]
		for row := 1; row <= rows[f.Name]; row++ {
			before := fmt.Sprintf("%s[%d].", f.Name, row)
			if !slices.ContainsFunc(f.Columns, func(c Field) bool { return given[before+c.Name] > 0 }) {
				all = append(all, &FieldError{k.Key, f.Name, fmt.Sprintf("row %d is missing: rows have no gaps", row)})
			}
			all = append(all, k.lacking(f.Columns, given, before, "column")...)
		}
	}
	return all
}

// lacking says the same of fields, or of columns; before stands before their names in the keys.
func (k *Kind) lacking(fields []Field, given map[string]int, before, word string) []error {
	var all []error
	wrong := func(field, text string) { all = append(all, &FieldError{k.Key, before + field, text}) }
	choice := map[string][]string{} // of what excludes each other, what is given
	asked := map[string][]string{}  // and what there is, of those of which one is required
	for i := range fields {
		f := &fields[i]
		if f.Exclusive != "" {
			if given[before+f.Name] > 0 {
				choice[f.Exclusive] = append(choice[f.Exclusive], f.Name)
			}
			if f.Required {
				asked[f.Exclusive] = append(asked[f.Exclusive], f.Name)
			}
		} else if f.asked() && given[before+f.Name] == 0 {
			wrong(f.Name, "this "+word+" is required")
		}
	}
	for _, word := range slices.Sorted(maps.Keys(choice)) {
		if len(choice[word]) > 1 {
			wrong(choice[word][1], "this excludes "+choice[word][0]+", which is given, too")
		}
	}
	for _, word := range slices.Sorted(maps.Keys(asked)) {
		if len(choice[word]) == 0 {
			wrong(asked[word][0], "one of these is required: "+strings.Join(asked[word], ", "))
		}
	}
	return all
}

// asked says whether a value has to be given.
func (f *Field) asked() bool { return f.Required && f.Fixed == "" && f.Default == "" }
