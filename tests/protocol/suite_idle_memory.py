"""What an idle IMAP session holds, counted in octets on the service's heap: kilobytes, whatever its client did before."""
import json
import re
import socket
import time
import unittest
import urllib.request

from imap_support import Case, Client, endpoints, message, trust
from suite_support import place, skip_unless_local

SESSIONS = 100
AT_ONE_ADDRESS = 10     # CONNECTIONS_PER_USER is 20
LIMIT = 40 * 1024       # octets under TLS, in a build with sanitizers, whose coroutines are larger than those of a release


def heap():
    with open(place("ports.json")) as file:
        port = json.load(file)["health_imap"]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        return int(re.search(rb"^process_heap_bytes (\d+)$", answer.read(), re.M)[1])


class Neighbour(Client):
    """A client at another address of this machine."""

    def __init__(self, number):
        self.recent, self.buffer, self.counter = False, b"", 0
        where = endpoints()["imaps"]
        raw = socket.create_connection((where["host"], where["port"]), 15, (f"127.0.1.{1 + number // AT_ONE_ADDRESS}", 0))
        self.socket = trust().wrap_socket(raw, server_hostname=where["host"])
        self.greeting = self.line()


@skip_unless_local
class IdleMemory(Case):
    def sit(self, work):
        """All of them, in IDLE."""
        entry = endpoints()["accounts"][0]
        clients = []
        for number in range(SESSIONS):
            client = Neighbour(number)
            self.addCleanup(client.close)
            client.ok(f'LOGIN "{entry["address"]}" "{entry["password"]}"')
            client.ok(f"SELECT {self.box}")
            work(client)
            client.send("i IDLE\r\n")
            self.assertTrue(client.line().startswith(b"+"))
            clients.append(client)
        return clients

    def settled(self):
        """The least within a second: what others are about at that moment is no session's."""
        seen = []
        for _ in range(5):
            seen.append(heap())
            time.sleep(0.2)
        return min(seen)

    def each(self, work=lambda client: None):
        # What is made once for the process, an account or a mailbox is no session's either: as many come and go before.
        for client in self.sit(work):
            client.close()
        time.sleep(1)
        before = self.settled()
        self.sit(work)
        held = (self.settled() - before) / SESSIONS
        print(f"{held:.0f} octets")
        return held

    def test_an_idle_session_holds_little(self):
        self.assertLess(self.each(), LIMIT)

    def test_what_a_session_did_before_is_not_kept(self):
        self.imap.append(self.box, message("Large") + (b"x" * 76 + b"\r\n") * 1300)

        def work(client):
            client.ok("FETCH 1 BODY.PEEK[]")
            client.ok("UID SEARCH" + " SUBJECT a" * 800)

        self.assertLess(self.each(work), LIMIT)


if __name__ == "__main__":
    unittest.main()
