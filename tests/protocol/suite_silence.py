"""Clients that say nothing, or stop in the middle, are let go after their time; nobody else notices (RFC 5321 §4.5.3.2, RFC 9051 §5.4,
RFC 1939 §3)."""
import select
import socket
import ssl
import time
import unittest
import urllib.parse

import imap_support
import pop3_support
import smtp_support
from smtp_support import account, endpoints, trust
from suite_support import seconds, skip_unless_local

OPENING = 30  # of a TLS handshake


def connect(door, tls=True):
    entry = endpoints()[door]
    if "url" in entry:
        url = urllib.parse.urlsplit(entry["url"])
        entry = {"host": url.hostname, "port": url.port, "tls": "implicit"}
    plain = socket.create_connection((entry["host"], entry["port"]), 10)
    return trust().wrap_socket(plain, server_hostname=entry["host"]) if tls and entry["tls"] == "implicit" else plain


class Silent:
    """One connection that has said `words` and waits for the end."""

    def __init__(self, name, limit, words=b"", door=None, tls=True):
        self.name, self.limit = name, limit
        self.socket = connect(door or name, tls)
        self.socket.sendall(words)
        self.begun, self.ended, self.heard = time.monotonic(), None, b""

    def look(self):
        try:
            octets = self.socket.recv(65536)
        except (ConnectionError, ssl.SSLError):
            octets = b""
        self.heard += octets
        if not octets:
            self.ended = time.monotonic() - self.begun


@skip_unless_local
class Silence(unittest.TestCase):
    def setUp(self):
        self.smtp, self.imap, self.pop3 = seconds("smtp", "COMMAND_TIMEOUT", 300), seconds("imap", "SIGN_IN_LIMIT", 60), seconds("pop3", "LOGIN_LIMIT", 60)
        if max(self.smtp, self.imap, self.pop3) > 15:
            self.skipTest("the limits of this suite would make it long")

    def test_each_door_lets_go(self):
        mail = f"EHLO a.test\r\nMAIL FROM:<>\r\nRCPT TO:<{account()['address']}>\r\n".encode()
        half = connect("smtp")  # in the middle of DATA, which is sent after 354 as it must be
        half.recv(4096)
        half.sendall(b"EHLO a.test\r\n")
        half.recv(4096)
        half.sendall(mail.split(b"\r\n", 1)[1] + b"DATA\r\n")
        while b"354" not in half.recv(4096):
            pass
        half.sendall(b"Subject: half a mess")
        silent = [
            Silent("smtp", self.smtp), Silent("submission", self.smtp), Silent("submissions", self.smtp),
            Silent("smtp with half a command", self.smtp, b"EHLO a.te", "smtp"),
            Silent("imap", self.imap), Silent("imaps", self.imap), Silent("imap with half a literal", self.imap, b"a LOGIN {20}\r\nada", "imap"),
            Silent("imap in the middle of AUTHENTICATE", self.imap, b"a AUTHENTICATE PLAIN\r\n", "imaps"),
            Silent("pop3", self.pop3), Silent("pop3s", self.pop3), Silent("pop3 with half a command", self.pop3, b"USER a", "pop3"),
            Silent("dav", 10), Silent("dav with half a header", 10, b"GET / HTTP/1.1\r\nHo", "dav"),
            Silent("dav with half a body", 10, b"PUT /dav/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nBEGIN", "dav"),
        ] + [Silent(f"{door} before the handshake", OPENING, b"\x16\x03", door, False) for door in ("submissions", "imaps", "pop3s", "dav")]
        waiting = {one.socket: one for one in silent}
        self.addCleanup(lambda: [one.socket.close() for one in silent])
        self.addCleanup(half.close)
        end = time.monotonic() + 45
        others = time.monotonic() + 1
        while waiting and time.monotonic() < end:
            for ready in select.select(list(waiting), [], [], 0.5)[0]:
                waiting[ready].look()
                if waiting[ready].ended is not None:
                    del waiting[ready]
            if time.monotonic() > others:
                self.others()
                others = time.monotonic() + 5
        for one in silent:
            with self.subTest(door=one.name):
                self.assertIsNotNone(one.ended, "still open")
                self.assertLess(one.ended, one.limit + 3)
                self.assertGreater(one.ended, one.limit * 0.8, one.heard)
        by_name = {one.name: one.heard for one in silent}
        self.assertIn(b"421 4.4.2", by_name["smtp"])
        self.assertIn(b"421 4.4.2", by_name["submissions"])
        self.assertIn(b"* BYE", by_name["imap"])
        self.assertIn(b"-ERR", by_name["pop3"])
        self.assertIn(b"408", by_name["dav with half a header"])
        half.settimeout(5)
        self.assertIn(b"421 4.4.2", half.recv(4096))

    def others(self):
        begun = time.monotonic()
        with smtp_support.submitter(account()) as smtp:
            self.assertEqual(smtp.asks("NOOP")[:3], "250")
        with pop3_support.signed_in(account(1)) as pop3:
            self.assertTrue(pop3.asks("STAT").startswith("+OK"))
        imap = imap_support.Client()
        imap.ok(f'LOGIN "{account()["address"]}" "{account()["password"]}"')
        imap.ok("STATUS INBOX (MESSAGES)")
        imap.close()
        self.assertLess(time.monotonic() - begun, 3)


if __name__ == "__main__":
    unittest.main()
