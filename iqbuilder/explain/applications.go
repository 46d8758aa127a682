package explain

import "iqscope/iqbuilder/stanza"

// Namespaces of application conditions.
const (
	nsPubSub   = "http://jabber.org/protocol/pubsub#errors"
	nsCommands = "http://jabber.org/protocol/commands"
	nsUpload   = "urn:xmpp:http:upload:0"
	nsJingle   = "urn:xmpp:jingle:errors:1"
	nsSI       = "http://jabber.org/protocol/si"
	nsChannels = "urn:xmpp:channel-search:0:error"
)

// applications are the application conditions that are common.
var applications = map[stanza.Name]entry{
	{Space: nsPubSub, Local: "closed-node"}: {
		"The node is closed: nobody can subscribe to it or read it but those its owner lists.",
		Ours, []string{"Ask the node's owner to be let in."}, "XEP-0060 §6.1.3"},
	{Space: nsPubSub, Local: "configuration-required"}: {
		"The service wants the subscription's or node's options together with the request.",
		Ours, []string{"Get the options form, fill it in, and send it along."}, "XEP-0060 §6.1.3"},
	{Space: nsPubSub, Local: "invalid-jid"}: {
		"The address to subscribe is not your own: its bare part must be that of who asks.",
		Ours, []string{"Put your own address into jid."}, "XEP-0060 §6.1.3"},
	{Space: nsPubSub, Local: "invalid-options"}: {
		"A value in the options form is not one the service takes.",
		Ours, []string{"Get the form again, and choose from what it offers."}, "XEP-0060 §6.3"},
	{Space: nsPubSub, Local: "invalid-payload"}: {
		"The item's content is not of the kind that this node takes, or there is more than one element in it.",
		Ours, []string{"Put exactly one element into the item, in the node's namespace."}, "XEP-0060 §7.1.3"},
	{Space: nsPubSub, Local: "invalid-subid"}: {
		"There is no subscription of that subid.",
		Ours, []string{"List your subscriptions, and take the subid from there."}, "XEP-0060 §6.2.3"},
	{Space: nsPubSub, Local: "item-forbidden"}: {
		"This node carries notifications without content, so an item must not be sent.",
		Ours, []string{"Publish without an item."}, "XEP-0060 §7.1.3"},
	{Space: nsPubSub, Local: "item-required"}: {
		"An item is missing; this node wants one, or the request names none to remove.",
		Ours, []string{"Put an <item/> into the request, with its id."}, "XEP-0060 §7.1.3"},
	{Space: nsPubSub, Local: "jid-required"}: {
		"The request does not say whose subscription is meant.",
		Ours, []string{"Add the attribute jid with your own address."}, "XEP-0060 §6.3"},
	{Space: nsPubSub, Local: "max-items-exceeded"}: {
		"The node would hold more items than the service allows.",
		Ours, []string{"Remove old items, or set a lower limit on the node."}, "XEP-0060"},
	{Space: nsPubSub, Local: "max-nodes-exceeded"}: {
		"There would be more nodes than the service allows.",
		Ours, []string{"Delete a node that is no longer needed."}, "XEP-0248"},
	{Space: nsPubSub, Local: "node-full"}: {
		"The node holds as many items as it may.",
		Nobody, []string{"Remove an old item first."}, "XEP-0060 §7.1.3"},
	{Space: nsPubSub, Local: "nodeid-required"}: {
		"The request does not name a node, and the service does not make up names.",
		Ours, []string{"Add the attribute node."}, "XEP-0060"},
	{Space: nsPubSub, Local: "not-in-roster-group"}: {
		"Only contacts in certain groups of the owner's contact list may subscribe.",
		Ours, []string{"Ask the owner to put you into such a group."}, "XEP-0060 §6.1.3"},
	{Space: nsPubSub, Local: "not-subscribed"}: {
		"You are not subscribed to this node.",
		Ours, []string{"Subscribe first.", "Check that jid is the address you subscribed with."}, "XEP-0060 §6.2.3"},
	{Space: nsPubSub, Local: "payload-required"}: {
		"The item is empty, and this node wants content in it.",
		Ours, []string{"Put one element into the item."}, "XEP-0060 §7.1.3"},
	{Space: nsPubSub, Local: "payload-too-big"}: {
		"The item's content is larger than the service takes.",
		Ours, []string{"Publish less, or a link to it."}, "XEP-0060 §7.1.3"},
	{Space: nsPubSub, Local: "pending-subscription"}: {
		"Your earlier request to subscribe has not been decided yet.",
		Nobody, []string{"Wait for the node's owner."}, "XEP-0060 §6.1.3"},
	{Space: nsPubSub, Local: "precondition-not-met"}: {
		"The node's settings are not what the request asked for, so nothing was published.",
		Ours, []string{"Set the node up as the options ask, then publish again.", "Leave the publish options out, if the node may stay as it is."}, "XEP-0060 §7.1.5"},
	{Space: nsPubSub, Local: "presence-subscription-required"}: {
		"Only those who may see the owner's presence may read this node.",
		Ours, []string{"Ask the owner for a presence subscription first."}, "XEP-0060 §6.1.3"},
	{Space: nsPubSub, Local: "subid-required"}: {
		"You have several subscriptions to this node, and the request does not say which is meant.",
		Ours, []string{"List your subscriptions, and add the subid."}, "XEP-0060 §6.2.3"},
	{Space: nsPubSub, Local: "too-many-subscriptions"}: {
		"You have as many subscriptions as the service allows.",
		Ours, []string{"End one that is no longer needed."}, "XEP-0060 §6.1.3"},
	{Space: nsPubSub, Local: "unsupported"}: {
		"The service lacks a part of publish-subscribe that the request needs; the error's attribute feature names it.",
		Nobody, []string{"Ask the service with disco#info which parts it has.", "Use another service, if there is one."}, "XEP-0060 §10"},
	{Space: nsPubSub, Local: "unsupported-access-model"}: {
		"The service does not know the way of deciding who may read that the request asks for.",
		Ours, []string{"Choose an access model from the service's own form."}, "XEP-0060 §8.1"},

	{Space: nsCommands, Local: "malformed-action"}: {
		"The command does not understand what it is asked to do next.",
		Ours, []string{"Use execute, next, prev, complete or cancel as action."}, "XEP-0050 §4.4"},
	{Space: nsCommands, Local: "bad-action"}: {
		"The command cannot do this at the stage it is in.",
		Ours, []string{"Choose one of the actions that its last answer lists."}, "XEP-0050 §4.4"},
	{Space: nsCommands, Local: "bad-locale"}: {
		"The command does not speak the language that the request asks for.",
		Ours, []string{"Leave xml:lang out, or choose another language."}, "XEP-0050 §4.4"},
	{Space: nsCommands, Local: "bad-payload"}: {
		"The form in the request is not the one the command expects at this stage.",
		Ours, []string{"Fill in the form from the command's last answer, and send all its required fields."}, "XEP-0050 §4.4"},
	{Space: nsCommands, Local: "bad-sessionid"}: {
		"The command knows no run of that sessionid.",
		Ours, []string{"Begin again with execute, without a sessionid."}, "XEP-0050 §4.4"},
	{Space: nsCommands, Local: "session-expired"}: {
		"This run of the command was given up because the next step took too long.",
		Ours, []string{"Begin again with execute, without a sessionid."}, "XEP-0050 §4.4"},

	{Space: nsUpload, Local: "file-too-large"}: {
		"The file is larger than the service takes; the error names the limit.",
		Ours, []string{"Send a smaller file, within the limit in the error."}, "XEP-0363 §5"},
	{Space: nsUpload, Local: "retry"}: {
		"You have used up what you may upload for now; the error says from when on you may again.",
		Nobody, []string{"Wait until the time in the error."}, "XEP-0363 §5"},

	{Space: nsJingle, Local: "out-of-order"}: {
		"The other side cannot do this at the stage that the call or transfer is in.",
		Ours, []string{"Wait for its answer to the step before."}, "XEP-0166"},
	{Space: nsJingle, Local: "tie-break"}: {
		"Both sides asked for the same at the same time, and the other side's request counts.",
		Nobody, []string{"Answer the other side's request instead."}, "XEP-0166"},
	{Space: nsJingle, Local: "unknown-session"}: {
		"The other side knows no call or transfer of that sid; it has ended, or never began.",
		Ours, []string{"Check the sid.", "Begin anew with session-initiate."}, "XEP-0166"},
	{Space: nsJingle, Local: "unsupported-info"}: {
		"The other side does not understand this piece of information about the call or transfer.",
		Nobody, []string{"Go on without it."}, "XEP-0166"},
	{Space: nsJingle, Local: "security-required"}: {
		"The other side takes part only if the data is encrypted.",
		Ours, []string{"Offer encryption in the content."}, "XEP-0166"},

	{Space: "urn:xmpp:blocking:errors", Local: "blocked"}: {
		"You have blocked this contact yourself, so nothing is sent to it.",
		Ours, []string{"Unblock the contact, and send again."}, "XEP-0191 §3"},
	{Space: "urn:xmpp:errors", Local: "resource-limit-exceeded"}: {
		"You have reached a limit that the server sets against overload.",
		Ours, []string{"Send fewer requests at a time.", "End other sessions of the account."}, "XEP-0205"},
	{Space: "urn:xmpp:x509:0", Local: "x509-challenge-failed"}: {
		"The proof that you hold the certificate's key was not accepted.",
		Ours, []string{"Check that key and certificate belong together."}, "XEP-0417"},

	{Space: nsSI, Local: "bad-profile"}: {
		"The other side does not know what kind of data is offered.",
		Nobody, []string{"Offer a plain file transfer, or Jingle."}, "XEP-0095"},
	{Space: nsSI, Local: "no-valid-streams"}: {
		"The other side has none of the ways to move data that were offered.",
		Nobody, []string{"Offer more ways, in-band bytestreams among them."}, "XEP-0095"},

	{Space: nsChannels, Local: "conflicting-fields"}: {
		"The search uses two fields that cannot be used together.",
		Ours, []string{"Leave one of them out."}, "XEP-0433"},
	{Space: nsChannels, Local: "full-set-retrieval-rejected"}: {
		"The service does not hand out its whole list.",
		Ours, []string{"Give something to search for."}, "XEP-0433"},
	{Space: nsChannels, Local: "invalid-search-terms"}: {
		"The service cannot search for this; it may be too short.",
		Ours, []string{"Search for longer words."}, "XEP-0433"},
	{Space: nsChannels, Local: "invalid-sort-key"}: {
		"The service cannot sort by this.",
		Ours, []string{"Choose an order from the service's form."}, "XEP-0433"},
	{Space: nsChannels, Local: "no-search-conditions"}: {
		"The search does not say what to search for.",
		Ours, []string{"Fill in at least one field."}, "XEP-0433"},
	{Space: nsChannels, Local: "rate-limit"}: {
		"You search more often than the service allows.",
		Ours, []string{"Wait a little before the next search."}, "XEP-0433"},
}
