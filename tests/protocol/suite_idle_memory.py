"""What an idle IMAP session holds, counted in octets on the service's heap."""
import json
import re
import socket
import time
import unittest
import urllib.request

from imap_support import Case, Client, endpoints, trust
from suite_support import place, skip_unless_local

SESSIONS = 60
AT_ONE_ADDRESS = 10     # CONNECTIONS_PER_USER is 20
LIMIT = 30 * 1024       # octets under TLS, in a build with sanitizers (20,700 on 2026-11-29)


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
    def sit(self):
        """All of them, in IDLE."""
        entry = endpoints()["accounts"][0]
        clients = []
        for number in range(SESSIONS):
            client = Neighbour(number)
            self.addCleanup(client.close)
            client.ok(f'LOGIN "{entry["address"]}" "{entry["password"]}"')
            client.ok(f"SELECT {self.box}")
            client.send("i IDLE\r\n")
            while not client.line().startswith(b"+"):   # news may come first
                pass
            clients.append(client)
        return clients

    def settled(self):
        """The least within a second: what others are about at that moment is no session's."""
        seen = []
        for _ in range(5):
            seen.append(heap())
            time.sleep(0.2)
        return min(seen)

    def test_an_idle_session_holds_little(self):
        # What is made once for the process, an account or a mailbox is no session's: as many come and go before.
        for client in self.sit():
            client.close()
        time.sleep(1)
        before = self.settled()
        self.sit()
        held = (self.settled() - before) / SESSIONS
        print(f"{held:.0f} octets")
        self.assertLess(held, LIMIT)


if __name__ == "__main__":
    unittest.main()
