package session_test

// results are what came of a request: "" for a result, or the error's condition, type and application
// condition.
type results [4]string // of Prosody and ejabberd, each as Debian ships it and with all that is packaged

func everywhere(outcome string) results { return results{outcome, outcome, outcome, outcome} }

// noAnswer is what came of a request to a server that never answers it.
const noAnswer = "no answer"

// streamEnded is what came of a request that makes the server close the connection; whether the result
// comes before that is the server's luck.
const streamEnded = "the stream ended"

// request is made of a kind. rank is its place in the list of the 99 that are met most, 0 for what only
// prepares another. In settings and addresses, names in braces stand for what is known when they are
// sent. One without a kind enters a room.
type request struct {
	rank     int
	kind, to string
	settings []string
	want     results
}

// asked are requests in the order in which they are sent.
var asked = []request{
	{3, "ping", "localhost", nil, everywhere("")},
	{1, "disco_info", "localhost", nil, everywhere("")},
	{0, "disco_info", "localhost", []string{"node=nowhere"}, results{"item-not-found/cancel", "item-not-found/cancel", "", ""}},
	{2, "disco_items", "localhost", []string{"max=2"}, everywhere("")},
	{4, "version", "localhost", nil, everywhere("")},
	{5, "time", "localhost", nil, results{"", "", "service-unavailable/cancel", ""}},
	{6, "last", "localhost", nil, everywhere("")},
	{7, "bind", "", []string{"resource=other"}, everywhere("service-unavailable/cancel")},
	{81, "session", "localhost", nil, everywhere("")},
	{8, "roster_get", "", nil, everywhere("")},
	{9, "roster_set", "", []string{"jid=bob@localhost", "name=Bob & Co", "group=A", "group=B"}, everywhere("")},
	{0, "roster_get", "", []string{"ver="}, everywhere("")},
	{0, "roster_remove", "", []string{"jid=bob@localhost"}, everywhere("")},
	{0, "avatar_metadata_get", "", nil, everywhere("item-not-found/cancel")},
	{11, "vcard_set", "", []string{"fn=Alice", "given=A", "email=alice@example.org", "photo={png}", "photo-type=image/png"}, everywhere("")},
	{10, "vcard_get", "", nil, everywhere("")},
	{62, "avatar_metadata_get", "", nil, everywhere("")},
	{15, "private_set", "", []string{"content=<a xmlns='urn:example:a'><b/>c</a>"}, everywhere("")},
	{16, "private_get", "", []string{"content=<a xmlns='urn:example:a'/>"}, everywhere("")},
	{13, "block", "", []string{"jid=mallory@example.org", "jid=example.net"}, everywhere("")},
	{12, "blocklist", "", nil, everywhere("")},
	{14, "unblock", "", nil, everywhere("")},
	{17, "carbons_enable", "", nil, everywhere("")},
	{18, "carbons_disable", "", nil, everywhere("")},
	{19, "register_get", "localhost", nil, results{"", "", "service-unavailable/cancel", ""}},
	{20, "register", "localhost", []string{"username=alice", "password=another secret"}, results{"", "", "service-unavailable/cancel", ""}},
	{22, "search_get", "vjud.localhost", nil, results{"not-allowed/cancel", "", "remote-server-not-found/cancel", ""}},
	{23, "search_form", "vjud.localhost", []string{"form[first]=Alice"}, results{"not-allowed/cancel", "not-acceptable/modify", "remote-server-not-found/cancel", ""}},
	{0, "search", "vjud.localhost", []string{"first=Alice"}, results{"not-allowed/cancel", noAnswer, "remote-server-not-found/cancel", "bad-request/modify"}},
	{24, "command_list", "localhost", nil, everywhere("")},
	{25, "command_execute", "localhost", []string{"node=http://jabber.org/protocol/admin#add-user"}, everywhere("")},
	{26, "command_cancel", "localhost", []string{"node=http://jabber.org/protocol/admin#add-user", "sessionid={session}"}, everywhere("")},
	{27, "mam_fields", "", nil, results{"service-unavailable/cancel", "", "service-unavailable/cancel", ""}},
	{28, "mam_query", "", []string{"max=5", "before="}, results{"service-unavailable/cancel", "", "service-unavailable/cancel", ""}},
	{29, "mam_metadata", "", nil, results{"service-unavailable/cancel", "", "service-unavailable/cancel", "bad-request/modify"}},
	{30, "mam_prefs_get", "", nil, results{"service-unavailable/cancel", "", "service-unavailable/cancel", ""}},
	{31, "mam_prefs_set", "", []string{"default=roster", "always=bob@localhost"}, results{"service-unavailable/cancel", "", "service-unavailable/cancel", ""}},
	{32, "upload_slot", "upload.localhost", []string{"filename=a.txt", "size=10", "content-type=text/plain"}, results{"not-allowed/cancel", "", "remote-server-not-found/cancel", ""}},
	{33, "push_enable", "", []string{"jid=push.example.org", "node=a"}, results{"service-unavailable/cancel", "", "", ""}},
	{34, "push_disable", "", []string{"jid=push.example.org", "node=a"}, results{"service-unavailable/cancel", "", "", ""}},
	{35, "extdisco_services", "localhost", nil, results{"service-unavailable/cancel", "", "", ""}},
	{36, "extdisco_credentials", "localhost", []string{"host=turn.localhost", "type=turn", "port=3478"}, results{"service-unavailable/cancel", "", "", ""}},
	{37, "bob", "localhost", []string{"cid=sha1+0123456789abcdef0123456789abcdef01234567@bob.xmpp.org"}, everywhere("service-unavailable/cancel")},
	{39, "privacy_list_set", "", []string{"name=quiet", "item[1].action=deny", "item[1].order=1", "item[1].type=jid", "item[1].value=mallory@example.org", "item[1].message=true"}, results{"service-unavailable/cancel", "", "", ""}},
	{38, "privacy_lists", "", nil, results{"service-unavailable/cancel", "", "", ""}},
	{0, "privacy_list", "", []string{"name=quiet"}, results{"service-unavailable/cancel", "", "", ""}},
	{0, "privacy_active", "", []string{"name=quiet"}, results{"service-unavailable/cancel", "", "", ""}},
	{0, "privacy_active", "", nil, results{"service-unavailable/cancel", "", "", ""}},
	{0, "privacy_remove", "", []string{"name=quiet"}, results{"service-unavailable/cancel", "", "", ""}},
	{40, "pubsub_create", "pubsub.localhost", []string{"node=princely_musings", "option[pubsub#max_items]=5"}, results{"not-allowed/cancel", "", "", ""}},
	{0, "pubsub_create", "pubsub.localhost", []string{"node=princely_musings"}, results{"not-allowed/cancel", "conflict/cancel", "conflict/cancel", "conflict/cancel"}},
	{41, "pubsub_subscribe", "pubsub.localhost", []string{"node=princely_musings", "jid={bare}"}, results{"not-allowed/cancel", "", "", ""}},
	{42, "pubsub_publish", "pubsub.localhost", []string{"node=princely_musings", "id=1", "content=<a xmlns='urn:example:a'>x</a>"}, results{"not-allowed/cancel", "", "", ""}},
	{43, "pubsub_items", "pubsub.localhost", []string{"node=princely_musings"}, results{"not-allowed/cancel", "", "", ""}},
	{44, "pubsub_subscriptions", "pubsub.localhost", nil, results{"not-allowed/cancel", "", "", ""}},
	{45, "pubsub_affiliations", "pubsub.localhost", nil, results{"not-allowed/cancel", "service-unavailable/cancel", "", ""}},
	{46, "pubsub_options_get", "pubsub.localhost", []string{"node=princely_musings", "jid={bare}"}, results{"not-allowed/cancel", "", "feature-not-implemented/cancel+unsupported", "feature-not-implemented/cancel+unsupported"}},
	{47, "pubsub_options_set", "pubsub.localhost", []string{"node=princely_musings", "jid={bare}", "option[pubsub#deliver]=true"}, results{"not-allowed/cancel", noAnswer, "feature-not-implemented/cancel+unsupported", "feature-not-implemented/cancel+unsupported"}},
	{83, "pubsub_subscribe_default", "pubsub.localhost", []string{"node=princely_musings"}, results{"not-allowed/cancel", "service-unavailable/cancel", "feature-not-implemented/cancel", "feature-not-implemented/cancel"}},
	{50, "pubsub_configure_get", "pubsub.localhost", []string{"node=princely_musings"}, results{"not-allowed/cancel", "", "", ""}},
	{51, "pubsub_configure_set", "pubsub.localhost", []string{"node=princely_musings", "option[pubsub#max_items]=7"}, results{"not-allowed/cancel", "", "", ""}},
	{52, "pubsub_default", "pubsub.localhost", nil, results{"not-allowed/cancel", "", "", ""}},
	{53, "pubsub_owner_subscriptions", "pubsub.localhost", []string{"node=princely_musings"}, results{"not-allowed/cancel", "", "", ""}},
	{54, "pubsub_owner_subscriptions_set", "pubsub.localhost", []string{"node=princely_musings", "subscription.jid=bob@localhost", "subscription.subscription=subscribed"}, results{"not-allowed/cancel", "", "", ""}},
	{55, "pubsub_owner_affiliations", "pubsub.localhost", []string{"node=princely_musings"}, results{"not-allowed/cancel", "", "", ""}},
	{56, "pubsub_owner_affiliations_set", "pubsub.localhost", []string{"node=princely_musings", "affiliation.jid=bob@localhost", "affiliation.affiliation=publisher"}, results{"not-allowed/cancel", "", "", ""}},
	{48, "pubsub_retract", "pubsub.localhost", []string{"node=princely_musings", "id=1"}, results{"not-allowed/cancel", "", "", ""}},
	{57, "pubsub_purge", "pubsub.localhost", []string{"node=princely_musings"}, results{"not-allowed/cancel", "", "", ""}},
	{49, "pubsub_unsubscribe", "pubsub.localhost", []string{"node=princely_musings", "jid={bare}"}, results{"not-allowed/cancel", "", "", ""}},
	{58, "pubsub_delete", "pubsub.localhost", []string{"node=princely_musings"}, results{"not-allowed/cancel", "", "", ""}},
	{59, "vcard4_set", "", []string{"fn=Alice", "nickname=Al"}, everywhere("")},
	{60, "vcard4_get", "", nil, everywhere("")},
	{61, "bookmark_set", "", []string{"room=garden@example.org", "name=Garden", "nick=Alice"}, results{"", "", "resource-constraint/wait", "resource-constraint/wait"}},
	{0, "bookmarks_get", "", nil, results{"", "", "item-not-found/cancel", "item-not-found/cancel"}},
	{0, "avatar_data_set", "", []string{"id=e1", "data={png}"}, everywhere("")},
	{0, "avatar_metadata_set", "", []string{"item=e1", "info.id=e1", "info.type=image/png", "info.bytes=70"}, everywhere("")},
	{0, "avatar_data_get", "", []string{"id=e1"}, everywhere("")},
	{0, "avatar_remove", "", nil, everywhere("")},
	{0, "", "garden@conference.localhost/Alice", nil, results{"not-allowed/cancel", "", "", ""}},
	{63, "muc_config_get", "garden@conference.localhost", nil, results{"not-allowed/cancel", "", "", ""}},
	{64, "muc_config_set", "garden@conference.localhost", nil, results{"not-allowed/cancel", "", "", ""}},
	{0, "", "garden@conference.localhost/Bob", nil, results{"not-allowed/cancel", "", "", ""}},
	{65, "muc_affiliations", "garden@conference.localhost", []string{"affiliation=owner"}, results{"not-allowed/cancel", "", "", ""}},
	{0, "muc_roles", "garden@conference.localhost", []string{"role=moderator"}, results{"not-allowed/cancel", "", "", ""}},
	{66, "muc_set_affiliation", "garden@conference.localhost", []string{"jid=bob@localhost", "affiliation=member"}, results{"not-allowed/cancel", "", "", ""}},
	{67, "muc_set_role", "garden@conference.localhost", []string{"nick=Bob", "role=visitor"}, results{"not-allowed/cancel", "", "", ""}},
	{68, "muc_register_get", "garden@conference.localhost", nil, results{"not-allowed/cancel", "", "service-unavailable/cancel", "service-unavailable/cancel"}},
	{69, "mam_query", "garden@conference.localhost", []string{"max=1"}, results{"not-allowed/cancel", "", "service-unavailable/cancel", ""}},
	{70, "muc_self_ping", "garden@conference.localhost/Alice", nil, results{"not-allowed/cancel", "", "", ""}},
	{84, "moderate", "garden@conference.localhost", []string{"id=1"}, results{"not-allowed/cancel", "service-unavailable/cancel", "service-unavailable/cancel", "service-unavailable/cancel"}},
	{71, "muc_destroy", "garden@conference.localhost", []string{"reason=over"}, results{"not-allowed/cancel", "", "", ""}},
	{85, "mix_create", "mix.localhost", []string{"channel=orchard"}, results{"not-allowed/cancel", "not-allowed/cancel", "remote-server-not-found/cancel", ""}},
	{72, "mix_join", "", []string{"channel=orchard@mix.localhost", "subscribe=urn:xmpp:mix:nodes:messages", "nick=Al"}, results{"service-unavailable/cancel", "service-unavailable/cancel", "service-unavailable/cancel", ""}},
	{86, "mix_setnick", "orchard@mix.localhost", []string{"nick=Alice"}, results{"not-allowed/cancel", "not-allowed/cancel", "remote-server-not-found/cancel", ""}},
	{0, "mix_participants", "orchard@mix.localhost", nil, results{"not-allowed/cancel", "not-allowed/cancel", "remote-server-not-found/cancel", ""}},
	{73, "mix_leave", "", []string{"channel=orchard@mix.localhost"}, results{"service-unavailable/cancel", "service-unavailable/cancel", "service-unavailable/cancel", ""}},
	{87, "mix_destroy", "mix.localhost", []string{"channel=orchard"}, results{"not-allowed/cancel", "not-allowed/cancel", "remote-server-not-found/cancel", ""}},
	{74, "socks5_proxy", "proxy.localhost", nil, results{"not-allowed/cancel", "", "remote-server-not-found/cancel", ""}},
	{75, "socks5_offer", "{bob}", []string{"sid=a", "streamhost.jid={bare}", "streamhost.host=127.0.0.1", "streamhost.port=1"}, everywhere("service-unavailable/cancel")},
	{76, "socks5_activate", "proxy.localhost", []string{"sid=a", "jid={bob}"}, results{"not-allowed/cancel", "item-not-found/modify", "remote-server-not-found/cancel", "item-not-found/cancel"}},
	{77, "ibb_open", "{bob}", []string{"sid=a"}, everywhere("service-unavailable/cancel")},
	{78, "ibb_data", "{bob}", []string{"sid=a", "seq=0", "data=YQ=="}, everywhere("service-unavailable/cancel")},
	{79, "ibb_close", "{bob}", []string{"sid=a"}, everywhere("service-unavailable/cancel")},
	{80, "jingle_initiate", "{bob}", []string{"sid=a", "content.creator=initiator", "content.name=a"}, everywhere("service-unavailable/cancel")},
	{89, "jingle_content_remove", "{bob}", []string{"sid=a", "content.creator=initiator", "content.name=a"}, everywhere("service-unavailable/cancel")},
	{88, "si", "{bob}", []string{"profile=http://jabber.org/protocol/si/profile/file-transfer"}, everywhere("service-unavailable/cancel")},
	{90, "oob", "{bob}", []string{"url=https://example.org/a"}, everywhere("service-unavailable/cancel")},
	{91, "http_auth", "{bob}", []string{"id=a", "method=GET", "url=https://example.org/"}, everywhere("service-unavailable/cancel")},
	{92, "rpc", "{bob}", []string{"method=example.add", "param[1].int=1", "param[2].int=2"}, everywhere("service-unavailable/cancel")},
	{82, "sic", "localhost", nil, results{"service-unavailable/cancel", "service-unavailable/cancel", "", ""}},
	{93, "gateway_get", "localhost", nil, everywhere("service-unavailable/cancel")},
	{94, "sec_label_catalog", "localhost", []string{"to=bob@localhost"}, everywhere("service-unavailable/cancel")},
	{95, "cam_list", "", nil, everywhere("service-unavailable/cancel")},
	{96, "cam_revoke", "", []string{"id=a"}, everywhere("service-unavailable/cancel")},
	{97, "channel_search", "localhost", []string{"q=garden"}, everywhere("service-unavailable/cancel")},
	{98, "inbox", "", nil, everywhere("service-unavailable/cancel")},
	{99, "invisible", "", nil, everywhere("service-unavailable/cancel")},
	{21, "unregister", "localhost", nil, results{"", "", "service-unavailable/cancel", streamEnded}},
}

// bindRank is the place of resource binding, which every login does.
const bindRank = 7

// png is a picture of one point.
const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
