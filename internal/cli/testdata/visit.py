"""Logs in to the built-in server with slixmpp, an XMPP client by other people, and uses what it serves.

Usage: visit.py HOST PORT CAFILE. The last line of the output is one JSON object: what each thing came to.
"""

import asyncio
import json
import sys

import slixmpp

host, port, authority = sys.argv[1], int(sys.argv[2]), sys.argv[3]
found = {}


class Visitor(slixmpp.ClientXMPP):
    def __init__(self):
        super().__init__("juliet@demo.localhost/slixmpp", "demo")
        for plugin in ("xep_0004", "xep_0030", "xep_0049", "xep_0050", "xep_0054", "xep_0059", "xep_0060",
                       "xep_0199", "xep_0313"):
            self.register_plugin(plugin)
        self.ca_certs = authority
        self.heard = asyncio.get_event_loop().create_future()
        self.add_event_handler("session_start", self.visit)
        self.add_event_handler("failed_auth", lambda _: self.leave({"error": "the login was refused"}))
        self.add_event_handler("message", self.hear)

    def hear(self, message):
        if not self.heard.done():
            self.heard.set_result(message["body"])

    def leave(self, result):
        print(json.dumps(result), flush=True)
        self.disconnect()

    async def visit(self, _):
        try:
            await self.look_around()
            self.leave(found)
        except Exception as failure:  # the test wants to read of each
            found["error"] = repr(failure)
            self.leave(found)

    async def look_around(self):
        self.send_presence()
        roster = await self.get_roster()
        found["roster"] = sorted(str(item) for item in roster["roster"]["items"])

        disco = self["xep_0030"]
        info = await disco.get_info(jid="demo.localhost", cached=False)
        found["features"] = sorted(info["disco_info"]["features"])
        items = await disco.get_items(jid="bots.demo.localhost")
        found["bots"] = len(items["disco_items"]["items"])
        pages = await disco.get_items(jid="many@bots.demo.localhost", iterator=True)
        pages.amount = 100
        found["first page"] = len((await pages.next())["disco_items"]["items"])
        found["second page begins"] = sorted(i[1] for i in (await pages.next())["disco_items"]["items"])[0]

        found["ping"] = (await self["xep_0199"].ping("demo.localhost", timeout=10)) >= 0

        card = self["xep_0054"].make_vcard()
        card["FN"] = "Juliet <Capulet> & nurse"
        await self["xep_0054"].publish_vcard(card)
        found["vcard"] = (await self["xep_0054"].get_vcard(local=False, cached=False, jid="juliet@demo.localhost"))["vcard_temp"]["FN"]

        iq = self.make_iq_set()
        iq["private"].xml.append(slixmpp.ET.fromstring("<note xmlns='urn:example:note'>a &lt;secret&gt;</note>"))
        await iq.send()
        iq = self.make_iq_get()
        iq["private"].xml.append(slixmpp.ET.fromstring("<note xmlns='urn:example:note'/>"))
        stored = await iq.send()
        found["private"] = stored.xml.find(".//{urn:example:note}note").text

        self.send_message(mto="juliet@demo.localhost/slixmpp", mbody="to <myself>", mtype="chat")
        found["message"] = await asyncio.wait_for(self.heard, 10)
        await self.run_command()
        await self.publish()

        archive = await self["xep_0313"].retrieve(rsm={"max": "10"})
        found["archive"] = [m["mam_result"]["forwarded"]["stanza"]["body"] for m in archive["mam"]["results"]]

    async def run_command(self):
        first = await self["xep_0050"].send_command("demo.localhost", "two-steps", action="execute")
        found["command"] = [first["command"]["status"]]
        form = self["xep_0004"].make_form(ftype="submit")
        form.add_field(var="potion", value="sleep")
        form.add_field(var="for", value="Juliet")
        session = first["command"]["sessionid"]
        second = await self["xep_0050"].send_command("demo.localhost", "two-steps", action="next", payload=form, sessionid=session)
        found["command"].append(second["command"]["status"])
        form = self["xep_0004"].make_form(ftype="submit")
        form.add_field(var="by", value="friar")
        form.add_field(var="hours", value="42")
        third = await self["xep_0050"].send_command("demo.localhost", "two-steps", action="complete", payload=form, sessionid=session)
        found["command"].append(third["command"]["status"])
        found["command values"] = third["command"]["form"].get_values()

    async def publish(self):
        pubsub, service, node = self["xep_0060"], "pubsub.demo.localhost", "news"
        await pubsub.create_node(service, node)
        for number in range(3):
            entry = slixmpp.ET.fromstring("<entry xmlns='urn:example:news'>news %d</entry>" % number)
            await pubsub.publish(service, node, id=str(number), payload=entry)
        read = await pubsub.get_items(service, node)
        found["items"] = [item["payload"].text for item in read["pubsub"]["items"]]


visitor = Visitor()
visitor.connect((host, port), force_starttls=True)
try:
    visitor.loop.run_until_complete(asyncio.wait_for(visitor.disconnected, 60))
except asyncio.TimeoutError:
    found["error"] = "it took too long"
    print(json.dumps(found), flush=True)
