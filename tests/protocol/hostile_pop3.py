"""Attacks on POP3: what is too long, too slow or out of place, before and after sign-in, beside a session that goes on working."""
import unittest

from hostile_support import PATIENT, HostileTest, account, plain_proof
from pop3_support import deliver, waits_for
from smtp_support import mark


class Hostile(HostileTest):
    service = "pop3"

    def greeted(self, door="pop3s"):
        wire = self.wire(door)
        self.assertTrue(wire.hears().startswith("+OK"))
        return wire

    def signed_in(self, who=2):
        wire = self.greeted()
        answer = wire.asks("AUTH PLAIN " + plain_proof(account(who)))
        self.assertTrue(answer.startswith("+OK"), answer)
        return wire

    def test_over_long_lines_before_and_after_sign_in(self):
        "[rfc2449:4]"
        for wire in (self.greeted(), self.signed_in()):
            self.assertTrue(wire.asks("USER " + "x" * 600).startswith("-ERR"))
            self.assertTrue(wire.asks("AUTH PLAIN " + "A" * 13000).startswith("-ERR"))
            self.assertTrue(wire.asks(b"\xff" * 500_000).startswith("-ERR"))
            self.assertFalse(wire.asks("STAT") is None)
        self.log.waits_for("pop3.line.refused", remote=self.source, reason="line of")

    def test_a_line_without_end(self):
        for wire in (self.greeted(), self.signed_in()):
            self.assertFalse(wire.floods(b"x" * 65536, 64 << 20))
        self.log.waits_for("pop3.session.ended", remote=self.source, reason="no end of line")

    def test_every_command_in_a_wrong_state(self):
        "[rfc1939:3]"
        wire = self.greeted()
        for line in ("STAT", "LIST", "RETR 1", "DELE 1", "UIDL", "TOP 1 0", "RSET", "NOOP", "PASS x", "STLS"):
            self.assertTrue(wire.asks(line).startswith("-ERR"), line)
        wire = self.signed_in()
        for line in ("USER a", "PASS b", "AUTH PLAIN", "STLS", "XYZZY", ""):
            self.assertTrue(wire.asks(line).startswith("-ERR"), line)
        self.assertTrue(wire.asks("NOOP").startswith("+OK"))

    def test_numbers_that_are_none(self):
        wire = self.signed_in()
        for number in ("0", "-1", "999999999", "99999999999999999999999", "1x", "1 1", "\x01"):
            self.assertTrue(wire.asks("RETR " + number).startswith("-ERR"), number)
        for numbers in ("1 -1", "1 99999999999999999999", "1", "1 1 1"):
            self.assertTrue(wire.asks("TOP " + numbers).startswith("-ERR"), numbers)
        self.assertTrue(wire.asks("NOOP").startswith("+OK"))

    def test_nul_and_bare_line_ends(self):
        for wire in (self.greeted(), self.signed_in()):
            self.assertTrue(wire.asks(b"NO\0OP").startswith("-ERR"))
            self.assertTrue(wire.asks(b"NO\rOP").startswith("-ERR"))
            self.assertTrue(wire.asks("CAPA").startswith("+OK"))
        self.log.waits_for("pop3.line.refused", remote=self.source, reason="bare CR")

    def test_a_browser_and_too_many_mistakes(self):
        for wire in (self.greeted(), self.signed_in()):
            wire.sends("GET / HTTP/1.1\r\nHost: example.test\r\n" + "Accept: */*\r\n" * 100)
            words = wire.last_words()
            self.assertLess(len(words), 40)
            self.assertTrue(all(word.startswith("-ERR") for word in words))
        self.log.waits_for("pop3.session.ended", remote=self.source, reason="too many errors")

    def test_one_octet_at_a_time(self):
        "[contract:C17]"
        limit = self.patience("LOGIN_LIMIT", 60)
        wire, challenged = self.greeted("pop3"), self.greeted()
        self.assertTrue(challenged.asks("AUTH PLAIN").startswith("+"))
        self.assertTrue(wire.dribbles(b"x", 0.3, limit + PATIENT))
        for words in (wire.last_words(), challenged.last_words()):
            self.assertTrue(words and words[-1].startswith("-ERR"), words)
        self.log.waits_for("pop3.session.ended", remote=self.source, reason="deadline")

    def test_commands_without_end_before_sign_in(self):
        limit, wire = self.patience("LOGIN_LIMIT", 60), self.greeted("pop3")
        words = 0
        wire.socket.settimeout(limit + PATIENT)
        try:
            while words < 10 ** 6:
                wire.sends("QUIZ\r\n" if words > 20 else "CAPA\r\n")
                if wire.hears() is None:
                    break
                words += 1
        except ConnectionError:
            pass
        self.assertLess(words, 10 ** 6)

    def test_deletions_need_a_whole_quit(self):
        "[rfc1939:6]"
        marker, who = mark(), account(2)
        deliver(who, f"Subject: {marker}\r\n\r\nx\r\n".encode())
        client, number = waits_for(who, marker)
        client.socket.close()
        for how in ("resets", "gives_up_writing"):
            wire = self.signed_in()
            self.assertTrue(wire.asks(f"DELE {number}").startswith("+OK"))
            wire.sends("QUI")
            getattr(wire, how)()
        client, kept = waits_for(who, marker)
        self.assertEqual(kept, number)
        client.socket.close()
        wire = self.signed_in()
        wire.sends(f"DELE {number}\r\nQUIT\r\n")
        wire.gives_up_writing()  # the answers can still be read
        self.assertEqual([word[:3] for word in wire.last_words()], ["+OK", "+OK"])
        client, kept = waits_for(who, marker, 0)
        self.assertIsNone(kept)
        client.socket.close()

    def test_a_client_that_never_reads(self):
        marker, who = mark(), account(2)
        deliver(who, f"Subject: {marker}\r\n\r\n".encode() + b"0123456789abcdef\r\n" * 150_000)
        client, number = waits_for(who, marker)
        client.socket.close()
        wire = self.signed_in()
        wire.socket.settimeout(3)
        try:
            for _ in range(100):
                wire.sends(f"RETR {number}\r\n" * 1000)
        except (TimeoutError, ConnectionError):
            pass
        wire.resets()

    def test_too_many_connections_from_one_address(self):
        crowd = [self.wire("pop3") for _ in range(30)]
        self.assertTrue(all(wire.hears().startswith("+OK") for wire in crowd))
        self.assertTrue(" ".join(self.wire("pop3").last_words()).startswith("-ERR"))
        self.log.waits_for("net.connection.refused", subject=self.source, reason="too many connections from this address")


if __name__ == "__main__":
    unittest.main()
