package explain

import "iqscope/iqbuilder/stanza"

// streams are the stream errors of RFC 6120 §4.9.3.
var streams = map[string]entry{
	"bad-format": {
		"The other side sent or got XML that it cannot make sense of as a stream.",
		Ours, []string{"Look at the last thing that was sent, in the log.", "Send it alone on a new connection."}, "RFC 6120 §4.9.3.1"},
	"bad-namespace-prefix": {
		"A namespace prefix is used that was not declared, or is missing where one is needed.",
		Ours, []string{"Declare the prefix on the element, or write its namespace with xmlns."}, "RFC 6120 §4.9.3.2"},
	"conflict": {
		"Another session took this one's place: somebody logged in to the account with the same resource.",
		Nobody, []string{"Connect with another resource, or with none.", "If it was not you, change the password."}, "RFC 6120 §4.9.3.3"},
	"connection-timeout": {
		"The server heard nothing from here for too long and took the connection for dead.",
		Network, []string{"Connect again.", "Send a keepalive more often than before."}, "RFC 6120 §4.9.3.4"},
	"host-gone": {
		"The server no longer serves this domain.",
		Theirs, []string{"Look up where the domain has moved.", "Ask its administrator."}, "RFC 6120 §4.9.3.5"},
	"host-unknown": {
		"The server that was reached does not serve this domain.",
		Ours, []string{"Check the domain in the address.", "Check the server name that was given, and the domain's SRV records."}, "RFC 6120 §4.9.3.6"},
	"improper-addressing": {
		"A stanza between servers, or from a component, lacks its to or from, or that is no address.",
		Ours, []string{"Give every stanza a to and a from."}, "RFC 6120 §4.9.3.7"},
	"internal-server-error": {
		"The server failed at something of its own, and gave up the connection.",
		Theirs, []string{"Connect again later.", "Tell its administrator the time."}, "RFC 6120 §4.9.3.8"},
	"invalid-from": {
		"A stanza's from is not the address that this connection may use.",
		Ours, []string{"Leave from out: the server fills it in.", "As a component, use addresses of its own domain alone."}, "RFC 6120 §4.9.3.9"},
	"invalid-namespace": {
		"The stream was opened in a namespace that does not fit, such as a component's on a port for clients.",
		Ours, []string{"Check the port, and whether it is one for clients or for components."}, "RFC 6120 §4.9.3.10"},
	"invalid-xml": {
		"The server checks stanzas against their schema, and one of them does not follow it.",
		Ours, []string{"Check the last stanza in the log against its specification."}, "RFC 6120 §4.9.3.11"},
	"not-authorized": {
		"Something was sent before the login was done, or the connection may not do this. A component gets this for a wrong secret.",
		Ours, []string{"Log in first.", "As a component, check the secret."}, "RFC 6120 §4.9.3.12"},
	"not-well-formed": {
		"What was sent is not XML: a tag is open, a sign is not escaped, or a byte is not UTF-8.",
		Ours, []string{"Look at the last thing that was sent, in the log.", "Let the check run over it before you send."}, "RFC 6120 §4.9.3.13"},
	"policy-violation": {
		"The connection broke a rule of the server, most often a limit on the size or the rate of stanzas.",
		Ours, []string{"Wait before you connect again.", "Send smaller stanzas, or fewer of them."}, "RFC 6120 §4.9.3.14"},
	"remote-connection-failed": {
		"The server could not reach another service that it needs for this, such as the one that checks passwords.",
		Theirs, []string{"Connect again later.", "Tell the administrator."}, "RFC 6120 §4.9.3.15"},
	"reset": {
		"The server asks for a new connection, because something about this one has changed, such as a certificate or a setting.",
		Nobody, []string{"Connect again."}, "RFC 6120 §4.9.3.16"},
	"resource-constraint": {
		"The server has too much to do, or the account has too many connections.",
		Theirs, []string{"Wait before you connect again.", "End other sessions of the account."}, "RFC 6120 §4.9.3.17"},
	"restricted-xml": {
		"XML was sent that XMPP forbids: a comment, a processing instruction, a DTD, or an entity of one's own.",
		Ours, []string{"Take it out, and send again."}, "RFC 6120 §4.9.3.18"},
	"see-other-host": {
		"The server sends its clients to another host, which the error names.",
		Nobody, []string{"Connect to that host, if you trust it; the certificate must still be that of your domain."}, "RFC 6120 §4.9.3.19"},
	"system-shutdown": {
		"The server is being switched off or restarted.",
		Theirs, []string{"Connect again in a minute or two."}, "RFC 6120 §4.9.3.20"},
	"undefined-condition": {
		"None of the common conditions fits. What is meant stands in a further element of the error, or in its text.",
		Nobody, []string{"Read the error's text and its other elements."}, "RFC 6120 §4.9.3.21"},
	"unsupported-encoding": {
		"The stream is not in UTF-8, the only encoding that XMPP has.",
		Ours, []string{"Write everything in UTF-8, and no other encoding into the XML declaration."}, "RFC 6120 §4.9.3.22"},
	"unsupported-feature": {
		"A feature that one side insists on is not one the other side has.",
		Nobody, []string{"Compare the stream features in the log with what was asked for."}, "RFC 6120 §4.9.3.23"},
	"unsupported-stanza-type": {
		"Something was sent that is neither iq, message nor presence, and that the server does not know.",
		Ours, []string{"Check the spelling and the namespace of the last element in the log."}, "RFC 6120 §4.9.3.24"},
	"unsupported-version": {
		"The server does not speak this version of XMPP.",
		Theirs, []string{"Check that the stream says version='1.0'.", "Ask whether the server is very old."}, "RFC 6120 §4.9.3.25"},
}

var undefinedStream = entry{
	"This stream error is not defined by RFC 6120. Like every stream error, it ends the connection; only its text says more.",
	Theirs, []string{"Read the error's text.", "Connect again, and tell the server's administrator if it comes back."}, "RFC 6120 §4.9.3",
}

// streamApplications are the application conditions of stream errors.
var streamApplications = map[stanza.Name]entry{
	{Space: "urn:xmpp:sm:3", Local: "handled-count-too-high"}: {
		"One side has acknowledged more stanzas than were sent to it, so the two no longer count alike.",
		Ours, []string{"Connect anew, without resuming.", "If it comes back, one side counts wrongly: compare the log with the numbers in the error."}, "XEP-0198 §4"},
	{Space: "urn:xmpp:errors", Local: "resource-limit-exceeded"}: {
		"The connection reached a limit that the server sets against overload.",
		Ours, []string{"Wait before you connect again.", "Send fewer requests at a time."}, "XEP-0205"},
}
