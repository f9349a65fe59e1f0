"""Attacks on the CalDAV port: HTTP that is too long, too much, too slow or read in two ways, beside a session that goes on working."""
import base64
import time
import unittest
import uuid

from dav_support import Client
from hostile_support import PATIENT, HostileTest, account

HEADER_TIME = 10  # seconds, as libs/http has them


class Hostile(HostileTest):
    service = "groupware"

    def wire(self, door="dav", **options):
        return super().wire(door, **options)

    def head(self, method="GET", path="/dav/", *more):
        proof = base64.b64encode(f"{account(0)['address']}:{account(0)['password']}".encode()).decode()
        return "".join(line + "\r\n" for line in (f"{method} {path} HTTP/1.1", "Host: localhost", f"Authorization: Basic {proof}", *more))

    def status(self, wire):
        """Of the next answer, whose body is read; None when the server closed instead."""
        first = wire.hears()
        if first is None:
            return None
        length = 0
        while line := wire.hears():
            if line.lower().startswith("content-length:"):
                length = int(line.split(":")[1])
        while len(wire.buffer) < length:
            wire.buffer += wire.socket.recv(65536)
        wire.buffer = wire.buffer[length:]
        return int(first.split()[1])

    def answered(self, octets, *expected):
        wire = self.wire()
        wire.sends(octets)
        status = self.status(wire)
        self.assertIn(status, expected, octets[:100])
        self.assertIsNone(self.status(wire), "the connection is closed, since nobody knows where the next request begins")

    def test_over_long_lines_and_endless_headers(self):
        "[rfc9110:15.5.15] [rfc6585:5]"
        self.answered("GET /" + "a" * 40_000 + " HTTP/1.1\r\nHost: x\r\n\r\n", 414, 431)
        self.answered(self.head() + "X-A: " + "b" * 40_000 + "\r\n\r\n", 431)
        self.answered(self.head() + "X-A: b\r\n" * 200 + "\r\n", 431)
        self.log.waits_for("http.request.refused", subject=self.source, reason="too long")
        for begin in ("", "GET /", self.head() + "X-A: "):
            wire = self.wire()
            wire.sends(begin)
            self.assertFalse(wire.floods(b"x" * 65536, 64 << 20))
        wire = self.wire()
        wire.sends(self.head())
        self.assertFalse(wire.floods(b"X-A: b\r\n" * 8000, 64 << 20))

    def test_what_can_be_read_in_two_ways(self):
        "[rfc9112:6.3] [rfc9112:2.2] [rfc9110:5.5]"
        body = "\r\n0\r\n\r\n"
        for fields in ("Content-Length: 5\r\nContent-Length: 6\r\n", "Content-Length: 5, 6\r\n", "Content-Length: +5\r\n", "Content-Length: -1\r\n",
                       "Content-Length: 99999999999999999999999\r\n", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "Content-Length : 5\r\n",
                       "Transfer-Encoding: chunked, identity\r\n", "Transfer-Encoding: xchunked\r\n", "X: a\r\n b: c\r\n", "X: a\0b\r\n", "X: a\rb\r\n",
                       "X a\r\n", ": x\r\n", "Host: other\r\n"):
            self.answered(self.head("PUT", "/dav/x") + fields + body, 400, 413, 501)
        for start in ("GET  /dav/ HTTP/1.1", "GET /dav/", "GET /dav/ HTTP/1.1 x", "GET /dav/ HTTP/2.0", "GET /dav/\0 HTTP/1.1", "G\x01T / HTTP/1.1",
                      "GET http://a@b/ HTTP/1.1", " GET / HTTP/1.1", "EHLO attacker.test", "a LOGIN b c"):
            self.answered(start + "\r\nHost: x\r\n\r\n", 400, 501, 505)
        self.answered("GET /dav/ HTTP/1.1\nHost: x\n\n", 400)
        self.log.waits_for("http.request.refused", subject=self.source)

    def test_chunks_that_are_none(self):
        "[rfc9112:7.1]"
        begin = self.head("PUT", "/dav/x", "Transfer-Encoding: chunked") + "\r\n"
        for chunk in ("x\r\n", "-1\r\n", "0x5\r\nhello\r\n0\r\n\r\n", "5\r\nhelloX\r\n0\r\n\r\n", "5\nhello\n0\n\n", "ffffffffffffffffffff\r\n", "5;" + "e" * 5000 + "\r\n"):
            self.answered(begin + chunk, 400, 413, 431)
        wire = self.wire()
        wire.sends(begin)
        wire.floods(b"1\r\nx\r\n" * 10_000, 32 << 20)  # tiny ones
        wire = self.wire()
        wire.sends(begin + "5\r\nhello\r\n0\r\n")
        self.assertFalse(wire.floods(b"X-Trailer: x\r\n" * 1000, 32 << 20))

    def test_bodies_over_the_limit(self):
        "[rfc9110:15.5.14]"
        self.answered(self.head("PUT", "/dav/x", "Content-Length: 11000000") + "\r\n", 413)
        self.answered(self.head("PUT", "/dav/x", f"Content-Length: {10 ** 17}") + "\r\n", 413)
        self.answered(self.head("PUT", "/dav/x", "Expect: 100-continue", "Content-Length: 11000000") + "\r\n", 413)
        wire = self.wire()
        wire.sends(self.head("PUT", "/dav/x", "Transfer-Encoding: chunked") + "\r\n")
        self.assertFalse(wire.floods(b"10000\r\n" + b"y" * 65536 + b"\r\n", 64 << 20))
        self.log.waits_for("http.request.refused", subject=self.source, reason="body too large")

    def test_objects_over_the_limit(self):
        "[rfc4791:5.2.5]"
        client = Client()
        home = client.home()
        path = f"{home}{uuid.uuid4()}/"
        client.ask("MKCALENDAR", path)
        self.addCleanup(client.close)
        self.addCleanup(client.ask, "DELETE", path)
        answer = client.ask("PUT", path + "a.ics", b"BEGIN:VCALENDAR\r\n" + b"X-A:b\r\n" * 300_000, Content_Type="text/calendar")
        self.assertIn(answer.status, (403, 413))
        for body in (b"\0" * 1000, b"\xff\xfe" * 1000, b"BEGIN:VEVENT\r\n" * 1000, b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 20_000, b"x" * 900_000, b""):
            self.assertIn(client.ask("PUT", path + "b.ics", body, Content_Type="text/calendar").status, (400, 403, 415), body[:20])
        self.assertEqual(client.ask("GET", path + "a.ics").status, 404)

    def test_one_octet_at_a_time(self):
        "[rfc9110:15.5.9] [contract:C17]"
        header, body = self.wire(), self.wire()
        body.sends(self.head("PUT", "/dav/x", "Content-Length: 100000") + "\r\n")
        header.sends("GET /dav/ HTTP/1.1\r\n")
        begun = time.monotonic()
        self.assertTrue(header.dribbles(b"X: y\r\n", 0.2, HEADER_TIME + PATIENT))
        self.assertEqual(self.status(header), 408)
        self.assertTrue(body.dribbles(b"x", 0.2, HEADER_TIME + PATIENT))
        self.assertEqual(self.status(body), 408)
        self.assertGreater(time.monotonic() - begun, HEADER_TIME * 0.8)
        self.log.waits_for("http.request.refused", subject=self.source, reason="timeout")

    def test_half_a_connection(self):
        wire = self.wire()
        wire.sends(self.head("OPTIONS") + "\r\n" + self.head("OPTIONS") + "\r\n")
        wire.gives_up_writing()  # the answers can still be read
        self.assertEqual([self.status(wire), self.status(wire), self.status(wire)], [200, 200, None])
        client = Client()
        self.addCleanup(client.close)
        path = f"{client.home()}default/{uuid.uuid4()}.ics"
        for how in ("resets", "gives_up_writing"):
            wire = self.wire()
            wire.sends(self.head("PUT", path, "Content-Type: text/calendar", "Content-Length: 1000") + "\r\nBEGIN:VCALENDAR\r\n")
            getattr(wire, how)()
        self.assertEqual(client.ask("GET", path).status, 404)

    def test_a_client_that_never_reads(self):
        wire = self.wire()
        wire.socket.settimeout(3)
        try:
            for _ in range(400):
                wire.sends((self.head("OPTIONS") + "\r\n") * 500)
        except OSError:  # also when the server has had enough of this connection
            pass
        wire.resets()

    def test_too_many_connections_from_one_address(self):
        crowd = [self.wire() for _ in range(100)]
        crowd[-1].sends(self.head("OPTIONS") + "\r\n")
        self.assertEqual(self.status(crowd[-1]), 200)
        with self.assertRaises(OSError):
            self.wire()
        self.log.waits_for("net.connection.refused", subject=self.source, reason="too many connections from this address")


if __name__ == "__main__":
    unittest.main()
