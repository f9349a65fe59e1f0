"""Attacks on SMTP and submission: what is too long, too much, too slow, too early or too silent, beside a session that goes on working."""
import time
import unittest

from hostile_support import PATIENT, HostileTest, account, plain_proof
from smtp_support import Inbox, mark

LIMIT = 52428800


class Hostile(HostileTest):
    service = "smtp"

    def greeted(self, door="smtp"):
        wire = self.wire(door)
        self.assertEqual(wire.hears()[:3], "220")
        self.assertEqual(wire.asks("EHLO attacker.test")[:3], "250")
        return wire

    def signed_in(self):
        wire = self.greeted("submissions")
        self.assertEqual(wire.asks("AUTH PLAIN " + plain_proof(account(0)))[:3], "235")
        return wire

    def receiving(self, wire, sender="a@elsewhere.invalid", more=""):
        """In the middle of a mail, its data awaited."""
        for line, code in ((f"MAIL FROM:<{sender}>{more}", "250"), (f"RCPT TO:<{account(2)['address']}>", "250"), ("DATA", "354")):
            self.assertEqual(wire.asks(line)[:3], code)
        return wire

    def test_over_long_lines_before_and_after_sign_in(self):
        "[rfc5321:4.5.3.1.4]"
        for wire in (self.greeted(), self.greeted("submissions"), self.signed_in()):
            self.assertEqual(wire.asks("MAIL FROM:<" + "a" * 5000 + "@b.test>")[:9], "500 5.5.2")
            self.assertEqual(wire.asks("AUTH PLAIN " + "A" * 13000)[:9], "500 5.5.2")
            self.assertEqual(wire.asks(b"\xff" * 500_000)[:9], "500 5.5.2")
            self.assertEqual(wire.asks("NOOP")[:3], "250")
        self.log.waits_for("smtp.command.failed", reason="line of", remote=self.source)

    def test_a_line_without_end(self):
        for wire in (self.greeted(), self.signed_in()):
            self.assertFalse(wire.floods(b"x" * 65536, 64 << 20))
        self.log.waits_for("smtp.session.ended", reason="no end of line", remote=self.source)

    def test_headers_without_end(self):
        "[rfc5322:2.2]"
        for piece in (b"X-Junk: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n" * 1000, b" folded" * 100 + b"\r\n", b"x" * 900):
            wire = self.receiving(self.greeted())
            wire.sends(b"Subject: x\r\n")
            self.assertTrue(wire.floods(piece, 16 << 20))
            wire.sends(b"\r\n.\r\n")
            self.assertEqual(wire.hears()[:9], "554 5.6.0")
            self.assertEqual(wire.asks("NOOP")[:3], "250")
        self.log.waits_for("smtp.message.refused", remote=self.source)

    def test_more_than_was_announced(self):
        "[rfc1870:6.1]"
        wire = self.greeted()
        for size in (LIMIT + 1, 10 ** 18):
            self.assertEqual(wire.asks(f"MAIL FROM:<a@b.test> SIZE={size}")[:9], "552 5.3.4")
        self.assertEqual(wire.asks("MAIL FROM:<a@b.test> SIZE=" + "9" * 30)[:1], "5")
        self.receiving(wire, more=" SIZE=100")
        wire.floods((b"y" * 998 + b"\r\n") * 100, LIMIT + (4 << 20))
        wire.sends(b".\r\n")
        self.assertEqual(wire.hears()[:9], "552 5.3.4")
        self.assertEqual(wire.asks("NOOP")[:3], "250")
        self.log.waits_for("smtp.message.refused", remote=self.source, reason="too large")

    def test_data_without_end(self):
        wire = self.receiving(self.greeted())
        self.assertFalse(wire.floods((b"y" * 998 + b"\r\n") * 100, 3 * LIMIT))
        self.log.waits_for("smtp.session.ended", remote=self.source, reason="endless data")

    def test_every_command_in_a_wrong_state(self):
        "[rfc5321:4.1.4]"
        wire = self.wire("submissions")
        wire.hears()
        for line in ("MAIL FROM:<a@b.test>", "RCPT TO:<a@b.test>", "DATA", "AUTH PLAIN"):
            self.assertEqual(wire.asks(line)[:9], "503 5.5.1", line)
        wire = self.greeted("submissions")
        for line in ("RCPT TO:<a@b.test>", "DATA", "STARTTLS"):
            self.assertEqual(wire.asks(line)[:9], "503 5.5.1", line)
        self.assertEqual(wire.asks("MAIL FROM:<a@b.test>")[:9], "530 5.7.0")
        wire = self.signed_in()
        wire.asks(f"MAIL FROM:<{account(0)['address']}>")
        for line in (f"MAIL FROM:<{account(0)['address']}>", "AUTH PLAIN " + plain_proof(account(0))):
            self.assertEqual(wire.asks(line)[:9], "503 5.5.1", line)
        self.assertEqual(wire.asks("DATA")[:9], "554 5.5.1")
        self.assertEqual(wire.asks("BDAT 100000 LAST")[:1], "5")
        self.assertEqual(wire.asks(f"RCPT TO:<{account(2)['address']}>")[:3], "250")

    def test_nul_and_bare_line_ends(self):
        "[rfc5321:2.3.8] [contract:S07]"
        for wire in (self.greeted(), self.signed_in()):
            for line in (b"NO\0OP", b"\0" * 1000, b"NOOP\nNOOP", b"NO\rOP", b"MAIL FROM:<\0@b.test>"):
                self.assertEqual(wire.asks(line)[:1], "5", line)
                if b"\n" in line:
                    self.assertEqual(wire.hears()[:3], "250")
            self.assertEqual(wire.asks("NOOP")[:3], "250")
        self.log.waits_for("smtp.command.failed", reason="bare", remote=self.source)

    def test_users_do_not_smuggle_either(self):
        "[contract:S01]"
        marker, me = mark(), account(0)["address"]
        smuggled = f"MAIL FROM:<{me}>\r\nRCPT TO:<{account(2)['address']}>\r\nDATA\r\nSubject: {marker}\r\n\r\nsmuggled\r\n.\r\n".encode()
        for at, end in enumerate((b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r", b"\r\n\0.\r\n", b"\r\n.\0\r\n", b"\r\r\n.\r\r\n")):
            if at % 4 == 0:  # more refusals in one session would try the server's patience
                wire = self.signed_in()
            self.receiving(wire, me)
            wire.sends(f"Subject: {marker}\r\n\r\nx".encode() + end + smuggled)
            self.assertEqual(wire.hears()[:9], "550 5.6.0", end)
            self.assertEqual(wire.asks("NOOP")[:3], "250", end)
        self.log.waits_for("smtp.message.refused", remote=self.source, reason="bare")
        self.assertEqual(Inbox(account(2)).messages(marker), [])

    def test_silence_at_every_place(self):
        "[rfc5321:4.5.3.2.7]"
        patience = self.patience("COMMAND_TIMEOUT", 300)
        challenged = self.greeted("submissions")
        self.assertEqual(challenged.asks("AUTH PLAIN")[:3], "334")
        half = self.greeted()
        half.sends("MAIL FRO")
        data = self.receiving(self.greeted())
        data.sends("Subject: x\r\n\r\nhalf a me")
        greeted, fresh = self.greeted(), self.wire("smtp")
        fresh.hears()
        begun = time.monotonic()
        for name, wire in {"greeting": fresh, "command": greeted, "line": half, "challenge": challenged, "data": data}.items():
            self.assertEqual([word[:9] for word in wire.last_words()], ["421 4.4.2"], name)
        self.assertLess(time.monotonic() - begun, patience * 2 + PATIENT)
        self.log.waits_for("smtp.session.ended", remote=self.source, reason="silent")

    def test_one_octet_at_a_time(self):
        "[contract:C17]"
        patience = self.patience("COMMAND_TIMEOUT", 300)
        command, data = self.greeted(), self.receiving(self.greeted())
        self.assertTrue(command.dribbles(b"N", 0.2, patience + PATIENT))
        self.assertEqual(command.hears()[:9], "421 4.4.2")
        self.assertTrue(data.dribbles(b"x: y\r\n", 0.2, patience + PATIENT))
        self.assertEqual(data.hears()[:9], "421 4.4.2")
        self.log.waits_for("smtp.session.ended", remote=self.source, reason="slow")

    def test_half_a_connection(self):
        marker, who = mark(), account(2)
        whole = self.greeted()
        whole.sends(f"MAIL FROM:<a@b.test>\r\nRCPT TO:<{who['address']}>\r\nDATA\r\n")
        self.assertEqual([whole.hears()[:3] for _ in range(3)], ["250", "250", "354"])
        whole.sends(f"Subject: {marker}\r\n\r\nwhole\r\n.\r\n")
        whole.gives_up_writing()  # the answer can still be read
        self.assertEqual(whole.hears()[:3], "250")
        self.assertEqual(whole.last_words(), [])
        part = self.receiving(self.greeted())
        part.sends(f"Subject: {marker}\r\n\r\npart\r\n")
        part.gives_up_writing()
        self.assertEqual([word for word in part.last_words() if word.startswith("2")], [])
        gone = self.receiving(self.greeted())
        gone.sends(f"Subject: {marker}\r\n\r\ngone\r\n.")
        gone.resets()
        found = Inbox(who).waits_for(marker)
        self.assertEqual([b"whole" in octets for octets in found], [True])

    def test_a_client_that_never_reads(self):
        wire = self.greeted()
        wire.socket.settimeout(3)
        try:
            for _ in range(400):
                wire.sends("HELP\r\n" * 10000)
        except (TimeoutError, ConnectionError):
            pass

    def test_too_many_connections_from_one_address(self):
        "[contract:S10]"
        first = [self.wire("smtp") for _ in range(30)]
        self.assertEqual({wire.hears()[:3] for wire in first}, {"220"})
        self.assertEqual([word[:9] for word in self.wire("smtp").last_words()], ["421 4.7.0"])
        self.log.waits_for("net.connection.refused", subject=self.source, reason="too many connections from this address")
        first[0].asks("QUIT")
        first[0].close()
        end = time.monotonic() + 5
        while (heard := self.wire("smtp").hears())[:3] != "220" and time.monotonic() < end:
            time.sleep(0.1)
        self.assertEqual(heard[:3], "220")

    def test_too_many_mistakes(self):
        wire = self.greeted()
        wire.socket.settimeout(60)
        wire.sends("XYZZY\r\n" * 25)
        self.assertEqual(wire.last_words()[-1][:9], "421 4.7.0")
        self.log.waits_for("smtp.session.out_of_patience", remote=self.source)


if __name__ == "__main__":
    unittest.main()
