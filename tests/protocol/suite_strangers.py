"""Who guesses at addresses learns nothing at any door: with a wrong password the answers are the same, octet by octet, whether the address
is somebody's, nobody's, not ours at all, or of somebody who may not sign in."""  # [contract:S14]
import http.client
import threading
import unittest
import urllib.parse
import uuid

import imap_support
import pop3_support
from sasl_dialogues import Gateway, Scram, encoded
from smtp_support import endpoints, trust
from suite_support import skip_unless_local, skyctl

WRONG = "not the password"


def imap(address):
    client = imap_support.Client()
    try:
        return client.says(f'LOGIN "{address}" "{WRONG}"')
    finally:
        client.close()


def pop3(address):
    with pop3_support.Client() as client:
        return client.asks("USER " + address), client.asks("PASS " + WRONG)


def plain(service):
    def ask(address):
        with Gateway(service) as gateway:
            return gateway.authenticate("PLAIN", f"\0{address}\0{WRONG}", lambda challenge: b""), gateway.verdict
    return ask


def scram(address):
    with Gateway("imaps") as gateway:
        client, lengths = Scram(gateway, {"address": address}, password=WRONG), []

        def answer(challenge):  # salts differ by name, their form does not
            if challenge.startswith(b"r="):
                parts = dict(part.split("=", 1) for part in challenge.decode().split(","))
                lengths.append((len(challenge) - len(parts["r"]), len(parts["s"]), parts["i"]))
            return client.answer(challenge)
        return gateway.authenticate("SCRAM-SHA-256", client.initial(), answer), gateway.verdict, lengths


def dav(address):
    url = urllib.parse.urlsplit(endpoints()["dav"]["url"])
    connection = http.client.HTTPSConnection(url.hostname, url.port, context=trust(), timeout=40)
    try:
        connection.request("PROPFIND", "/dav/", headers={"Depth": "0", "Authorization": "Basic " + encoded(f"{address}:{WRONG}")})
        response = connection.getresponse()
        return response.status, [field for field in response.getheaders() if field[0].lower() != "date"], response.read()
    finally:
        connection.close()


DOORS = {"imap LOGIN": imap, "imap SCRAM": scram, "pop3 USER and PASS": pop3, "dav Basic": dav} | {service + " PLAIN": plain(service) for service in Gateway.services}


@skip_unless_local
class Strangers(unittest.TestCase):
    def test_the_same_answer_for_everyone(self):
        name = "guess-" + uuid.uuid4().hex[:12]
        skyctl("tenant", "add", name)
        self.addCleanup(skyctl, "tenant", "remove", name, "--cascade")
        skyctl("tenant", "change", name, "--scram", "on")
        skyctl("domain", "add", name + ".test", "--tenant", name)
        for who in ("known", "suspended"):
            skyctl("mailbox", "add", f"{who}@{name}.test", "--password-stdin", words="correct horse battery")
        skyctl("mailbox", "suspend", f"suspended@{name}.test")
        skyctl("shared", "add", f"shared@{name}.test")
        skyctl("alias", "add", f"alias@{name}.test", f"known@{name}.test")
        people = [f"{who}@{name}.test" for who in ("known", "nobody", "suspended", "shared", "alias")] + [f"nobody@not-{name}.test"]
        answers, lock = {door: {} for door in DOORS}, threading.Lock()

        def ask(address):
            for door, knock in DOORS.items():
                heard = repr(knock(address))
                with lock:
                    answers[door].setdefault(heard, []).append(address)
        knockers = [threading.Thread(target=ask, args=(address,)) for address in people]
        for knocker in knockers:
            knocker.start()
        for knocker in knockers:
            knocker.join()
        for door, heard in answers.items():
            with self.subTest(door=door):
                self.assertEqual(sum(map(len, heard.values())), len(people))
                self.assertEqual(len(heard), 1, heard)


if __name__ == "__main__":
    unittest.main()
