"""Is bob, with slixmpp, an XMPP client by other people.

Arguments: host:port, CA file, JID. The first line of standard input is the password. Prints a JSON object with the bound
JID, or an error. After that each line "JID NAMESPACE" is a request to be sent to that JID; for each it prints an object
with every reply that came until a second request to the same JID was answered. Answers pings. Ends with its input.
"""

import asyncio
import json
import sys

import slixmpp
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatcherId

address, ca_file, jid = sys.argv[1:4]
password = sys.stdin.readline().rstrip("\n")
host, port = address.rsplit(":", 1)

client = slixmpp.ClientXMPP(jid, password)
client.register_plugin("xep_0199")
client.ca_certs = ca_file
orders = asyncio.StreamReader(loop=client.loop)  # here, because nothing else keeps it alive while it is waited for


def tell(thing):
    print(json.dumps(thing), flush=True)


def request(to, namespace):
    iq = client.make_iq_get(queryxmlns=namespace, ito=to)
    iq["id"] = client.new_id()
    return iq


def short(iq):
    kind = iq["type"]
    return {"type": kind, "from": str(iq["from"]), "condition": iq["error"]["condition"] if kind == "error" else ""}


async def ask(to, namespace):
    replies = []
    first = request(to, namespace)
    # A handler for the id, and not slixmpp's own waiting, which would take the first reply and drop the rest.
    client.register_handler(Callback("replies", MatcherId(first["id"]), lambda iq: replies.append(short(iq))))
    client.send(first)
    try:
        await request(to, namespace).send(timeout=10)
    except slixmpp.exceptions.XMPPError:
        pass  # an error is an answer, too
    client.remove_handler("replies")
    tell({"replies": replies})


async def started(_):
    client.send_presence()
    tell({"jid": client.boundjid.full})
    await client.loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while line := await orders.readline():
        await ask(*line.decode().split())
    client.disconnect()


def refused(_):
    tell({"error": "login refused"})
    client.disconnect()


client.add_event_handler("session_start", started)
client.add_event_handler("failed_all_auth", refused)
client.connect(address=(host, int(port)))
client.loop.run_until_complete(asyncio.wait_for(client.disconnected, 60))
