"""Junk where a TLS handshake is expected, and a handshake where it is not: closed at once with a line in the log, nobody else disturbed."""
import socket
import ssl
import unittest

from hostile_support import HostileTest, Log

SERVICES = {"submissions": "smtp", "imaps": "imap", "pop3s": "pop3", "dav": "groupware"}
PLAIN = {"smtp": "smtp", "submission": "smtp", "imap": "imap", "pop3": "pop3"}
JUNK = [b"\xff" * 1000, b"\0" * 1000, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"EHLO attacker.test\r\n", b"\x16\x03\x01\xff\xff" + b"x" * 70000,
        b"\x16\x03\x01\x00\x05\x01\xff\xff\xff\xff" * 100, b"\x80\x2e\x01\x00\x02" + b"\0" * 41, b"\x15\x03\x01\x00\x02\x02\x28"]


def hello(version=None):
    """The first octets that a client of TLS sends."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if version:
        context.minimum_version = context.maximum_version = version
    out = ssl.MemoryBIO()
    try:
        context.wrap_bio(ssl.MemoryBIO(), out, server_hostname="localhost").do_handshake()
    except ssl.SSLError:
        pass
    return out.read()


class OnTlsPorts(HostileTest):
    service = "imap"

    def test_junk(self):
        for door, service in SERVICES.items():
            log = Log(service)
            for junk in JUNK:
                wire = self.wire(door, tls=False)
                try:
                    wire.sends(junk)
                    wire.gives_up_writing()
                except OSError:
                    pass
                heard = b"".join(word.encode("latin-1") for word in wire.last_words()) + wire.buffer
                self.assertLess(len(heard), 100)  # at most an alert; certainly no banner
                self.assertNotIn(b"Skybridge", heard)
            log.waits_for("net.tls.refused", subject=self.source)
            wire = self.wire(door, tls=False)
            self.assertFalse(wire.floods(junk * 1000, 32 << 20))

    def test_a_handshake_that_ends_in_the_middle(self):
        whole = hello()
        for door, service in SERVICES.items():
            log = Log(service)
            for length in (1, 5, 6, len(whole) // 2, len(whole) - 1, len(whole)):
                wire = self.wire(door, tls=False)
                wire.sends(whole[:length])
                wire.resets()
            wire = self.wire(door, tls=False)
            wire.sends(whole[:100])
            wire.gives_up_writing()
            wire.last_words()
            log.waits_for("net.tls.refused", subject=self.source)

    def test_old_versions(self):
        "[rfc8996:2]"
        for door, service in SERVICES.items():
            log = Log(service)
            wire = self.wire(door, tls=False)
            octets = bytearray(hello(ssl.TLSVersion.TLSv1_2))
            octets[9:11] = b"\x03\x01"  # the version that it claims to be able of
            wire.sends(bytes(octets))
            words = wire.socket.recv(100)
            self.assertEqual(words[:1], b"\x15", words)  # an alert
            log.waits_for("net.tls.refused", subject=self.source)

    def test_junk_within_tls(self):
        for door in SERVICES:
            wire = self.wire(door)
            socket.socket.sendall(wire.socket, b"\x17\x03\x03\x00\x40" + b"\xff" * 64)  # below TLS: a record that is none
            wire.socket.settimeout(10)
            wire.last_words()


class OnPlainPorts(HostileTest):
    service = "smtp"

    def test_a_handshake(self):
        for door, service in PLAIN.items():
            log = Log(service)
            wire = self.wire(door)
            wire.hears()
            wire.sends(hello())
            wire.gives_up_writing()
            self.assertLess(len(wire.last_words()), 10)
            if service != "pop3":
                log.waits_for(f"{service}.command.failed", remote=self.source)

    def test_junk_after_starttls(self):
        for door, service, command in (("submission", "smtp", "STARTTLS"), ("imap", "imap", "a STARTTLS"), ("pop3", "pop3", "STLS")):
            log = Log(service)
            wire = self.wire(door)
            wire.hears()
            if service == "smtp":
                wire.asks("EHLO attacker.test")
            self.assertNotIn("BAD", wire.asks(command))
            wire.sends(b"\xff" * 100_000)
            self.assertLess(sum(len(word) for word in wire.last_words()), 200)
            log.waits_for({"smtp": "smtp.tls.refused", "imap": "imap.starttls.failed", "pop3": "pop3.tls.refused"}[service])


if __name__ == "__main__":
    unittest.main()
