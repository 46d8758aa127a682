"""Is bob, with slixmpp, an XMPP client by other people.

Arguments: host:port, CA file, JID. The first line of standard input is the password. Prints a JSON object with the bound
JID, or an error. After that each line is an order. "send ID JID TYPE PAYLOAD" sends a request with that XML in it. "tell
JID" waits for a reply to it, then asks the JID something else, and prints an object with every reply to the request that
came until that was answered, too. Answers pings. Ends with its input.
"""

import asyncio
import json
import sys
from xml.etree import ElementTree

import slixmpp
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatcherId

PATIENCE = 25  # seconds

address, ca_file, jid = sys.argv[1:4]
password = sys.stdin.readline().rstrip("\n")
host, port = address.rsplit(":", 1)

client = slixmpp.ClientXMPP(jid, password)
client.register_plugin("xep_0199")
client.ca_certs = ca_file
orders = asyncio.StreamReader(loop=client.loop)  # here, because nothing else keeps it alive while it is waited for
replies = asyncio.Queue()


def tell(thing):
    print(json.dumps(thing), flush=True)


def short(iq):
    failure = iq["error"] if iq["type"] == "error" else {"type": "", "condition": "", "text": ""}
    return {
        "type": iq["type"],
        "from": str(iq["from"]),
        "error": failure["type"],
        "condition": failure["condition"],
        "text": failure["text"],
        "xml": str(iq),
    }


def send(id, to, kind, payload):
    # A handler for the id, and not slixmpp's own waiting, which would take the first reply and drop the rest.
    client.register_handler(Callback(id, MatcherId(id), lambda iq: replies.put_nowait(short(iq))))
    iq = client.make_iq(id=id, ito=to, itype=kind)
    iq.append(ElementTree.fromstring(payload))
    client.send(iq)


async def told(to):
    came = []
    try:
        came.append(await asyncio.wait_for(replies.get(), PATIENCE))
        await client.make_iq_get(queryxmlns="urn:example:after", ito=to).send(timeout=PATIENCE)
    except asyncio.TimeoutError:
        pass  # no reply at all
    except slixmpp.exceptions.XMPPError:
        pass  # an error is an answer, too
    while not replies.empty():
        came.append(replies.get_nowait())
    tell({"replies": came})


async def started(_):
    client.send_presence()
    tell({"jid": client.boundjid.full})
    await client.loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while line := await orders.readline():
        order, _, rest = line.decode().strip().partition(" ")
        if order == "send":
            send(*rest.split(maxsplit=3))
        else:
            await told(rest)
    client.disconnect()


def refused(_):
    tell({"error": "login refused"})
    client.disconnect()


client.add_event_handler("session_start", started)
client.add_event_handler("failed_all_auth", refused)
client.connect(address=(host, int(port)))
client.loop.run_until_complete(asyncio.wait_for(client.disconnected, 60))
