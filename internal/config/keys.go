package config

import (
	"errors"
	"maps"

	"iqscope/internal/stricttoml"
)

// Keys are chosen keys, by the names of the actions that they are for. Which actions and keys there
// are is not known here: package tui's CheckKeys says it.
type Keys map[string]Chosen

// Chosen is the key, or the keys, of one action, and where the file says so.
type Chosen struct {
	Keys         []string // none takes the action's keys away
	Line, Column int
}

// UnmarshalValue reads "f5" or ["alt+enter", "f5"].
func (c *Chosen) UnmarshalValue(v stricttoml.Value) error {
	c.Line, c.Column = v.Line, v.Column
	if v.Kind != stricttoml.Array {
		v.Items = []stricttoml.Value{v}
	}
	c.Keys = []string{}
	for _, key := range v.Items {
		if key.Kind != stricttoml.String {
			return errors.New(`want a key such as "f5", or several such as ["alt+enter", "f5"]`)
		}
		c.Keys = append(c.Keys, key.Text)
	}
	return nil
}

// KeysWith are the keys that the file chooses with a profile in use, "" for none: the profile's go
// before those for all.
func (f *File) KeysWith(profile string) Keys {
	keys := maps.Clone(f.Keys)
	if keys == nil {
		keys = Keys{}
	}
	maps.Copy(keys, f.Profiles[profile].Keys)
	return keys
}
