package catalog

// PayloadAnnounced is a payload of the document that a feature of disco#info stands for; nil for a
// feature that is none of the catalogue's.
func (c *Catalog) PayloadAnnounced(feature string) *Payload {
	var first *Payload
	for _, p := range c.payloads {
		if feature != "" && (p.Feature == feature || p.Namespace == feature) && (first == nil || p.Key < first.Key) {
			first = p
		}
	}
	return first
}
