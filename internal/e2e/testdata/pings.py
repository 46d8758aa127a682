"""Pings a server with slixmpp, an XMPP client by other people, as fast as that can.

Arguments: host:port, CA file, JID. The first line of standard input is the password. Prints a JSON object with the bound
JID. Each further line, which must come after that, is "COUNT WINDOW": that many pings, of which as many as the window is
wide are in flight at a time. Prints for each an object: how many there were a second, and how many seconds of the
processor they took. Ends with its input.
"""

import asyncio
import json
import sys
import time

import slixmpp

address, ca_file, jid = sys.argv[1:4]
password = sys.stdin.readline().rstrip("\n")
host, port = address.rsplit(":", 1)

client = slixmpp.ClientXMPP(jid, password)
client.register_plugin("xep_0199")
client.ca_certs = ca_file
orders = asyncio.StreamReader(loop=client.loop)  # here, because nothing else keeps it alive while it is waited for


async def pings(count, window):
    ping = client.plugin["xep_0199"].send_ping
    server = slixmpp.JID(client.boundjid.host)
    left = iter(range(count))

    async def one_after_the_other():
        for _ in left:
            await ping(server, timeout=60)

    began, worked = time.perf_counter(), time.process_time()
    await asyncio.gather(*(one_after_the_other() for _ in range(window)))
    return {"per_s": count / (time.perf_counter() - began), "cpu_s": time.process_time() - worked}


async def started(_):
    print(json.dumps({"jid": client.boundjid.full}), flush=True)
    await client.loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while line := await orders.readline():
        print(json.dumps(await pings(*map(int, line.split()))), flush=True)
    client.disconnect()


client.add_event_handler("session_start", started)
client.connect(address=(host, int(port)))
client.loop.run_until_complete(asyncio.wait_for(client.disconnected, 60))
