"""Logs in with slixmpp, an XMPP client by other people, and prints what the server says of itself.

Arguments: host:port, CA file, JID. The password is read from standard input.
Prints one JSON object: the bound JID, the SASL mechanism, the server's disco#info features and identities.
"""

import asyncio
import json
import sys

import slixmpp

address, ca_file, jid = sys.argv[1:4]
password = sys.stdin.readline().rstrip("\n")
host, port = address.rsplit(":", 1)

client = slixmpp.ClientXMPP(jid, password)
client.register_plugin("xep_0030")
client.ca_certs = ca_file
answer = {"error": "the connection ended before the session started"}


async def started(_):
    global answer
    info = (await client["xep_0030"].get_info(jid=client.boundjid.domain, timeout=10))["disco_info"]
    answer = {
        "jid": client.boundjid.full,
        "mechanism": client["feature_mechanisms"].mech.name,
        "features": sorted(info["features"]),
        "identities": sorted([category, kind] for category, kind, _, _ in info["identities"]),
    }
    client.disconnect()


def refused(_):
    global answer
    answer = {"error": "login refused"}
    client.disconnect()


client.add_event_handler("session_start", started)
client.add_event_handler("failed_all_auth", refused)
client.connect(address=(host, int(port)))
client.loop.run_until_complete(asyncio.wait_for(client.disconnected, 20))
print(json.dumps(answer))
