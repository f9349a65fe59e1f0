"""Attacks on IMAP: what is too long, too much, too slow or out of place, before and after sign-in, beside a session that goes on working."""
import os
import time
import unittest

from hostile_support import PATIENT, HostileTest, account, memory, plain_proof
from imap_support import message
from smtp_support import mark

LIMIT = 52428800


class Hostile(HostileTest):
    service = "imap"

    def greeted(self, door="imaps"):
        wire = self.wire(door)
        self.assertTrue(wire.hears().startswith("* OK"))
        return wire

    def signed_in(self, who=0):
        wire = self.greeted()
        self.assertTrue(wire.asks("s AUTHENTICATE PLAIN " + plain_proof(account(who))).startswith("s OK"))
        return wire

    def says(self, wire, line, expected):
        """The tagged answer begins as expected; lines before it are passed over."""
        wire.sends(line if isinstance(line, bytes) else line.encode())
        wire.sends(b"\r\n")
        self.tagged(wire, line.split()[0] if isinstance(line, str) else line.split()[0].decode(), expected)

    def tagged(self, wire, tag, expected):
        while (heard := wire.hears()) is not None and not heard.startswith(tag + " "):
            pass
        self.assertTrue(heard and heard.startswith(f"{tag} {expected}"), heard)

    def test_over_long_lines_before_and_after_sign_in(self):
        for wire, fits, over in ((self.greeted(), 8000, 8300), (self.signed_in(), 65000, 66000)):
            self.says(wire, "a ID (" + " ".join(['"x" "y"'] * (fits // 8)) + ")", "BAD" if fits > 10000 else "")
            wire.sends("b NOOP " + "x" * over + "\r\n")
            self.assertTrue(any(word.startswith("* BYE [TOOBIG]") for word in wire.last_words()))
        self.log.waits_for("imap.session.ended", remote=self.source, reason="line of")

    def test_a_line_without_end(self):
        for wire in (self.greeted(), self.signed_in()):
            self.assertFalse(wire.floods(b"x" * 65536, 64 << 20))
        self.log.waits_for("imap.session.ended", remote=self.source, reason="no end of line")

    def test_huge_literals_are_not_asked_for(self):
        "[rfc9051:4.3] [rfc7888:5]"
        for wire in (self.greeted(), self.signed_in()):
            for size in ("999999999", "99999999999999999999999"):
                self.says(wire, f"a LOGIN {{{size}}}", "BAD [TOOBIG]")
            for size in ("999999999", "4097", "99999999999999999999999"):
                other = self.greeted()
                self.says(other, f"b LOGIN {{{size}+}}", "BAD [TOOBIG]")
                self.assertTrue(other.last_words()[0].startswith("* BYE [TOOBIG]"))
        for text in ("{-1}", "{1x}", "{}", "{ 5}", "{5"):
            self.says(wire, f"c LOGIN {text}", "BAD")
        self.says(wire, "d NOOP", "OK")
        self.log.waits_for("imap.command.failed", remote=self.source, fault="too_large")

    def test_many_literals_in_one_command(self):
        wire = self.signed_in()
        wire.sends("a SEARCH" + " OR SUBJECT {0+}\r\n" * 1001 + "\r\n")
        self.tagged(wire, "a", "BAD")
        wire = self.signed_in()
        wire.sends(b"a SEARCH" + (b" SUBJECT {4096+}\r\n" + b"y" * 4096) * 300 + b"\r\n")
        self.tagged(wire, "a", "BAD")

    def test_messages_that_are_too_large(self):
        "[rfc7889:4]"
        wire = self.signed_in()
        for size in (LIMIT + 1, 10 ** 15):
            self.says(wire, f"a APPEND INBOX {{{size}}}", "NO [TOOBIG]")
        self.says(wire, "b NOOP", "OK")
        self.says(wire, "c APPEND INBOX {4097+}", "BAD [TOOBIG]")
        self.assertTrue(wire.last_words()[0].startswith("* BYE [TOOBIG]"))
        before = self.greeted()
        self.says(before, "d APPEND INBOX {100}", "")
        self.says(before, "e NOOP", "OK")

    def test_non_synchronizing_literals_behind_the_first(self):
        "[rfc7888:5]"
        for start, then in (("APPEND INBOX {3+}\r\nabc {4097+}\r\n", "BAD"), ("APPEND no-such-box {3+}\r\nabc {4097+}\r\n", "NO [TRYCREATE]"),
                            ("APPEND INBOX CATENATE (TEXT {3+}\r\nabc URL {99999+}\r\n", "BAD"), ("APPEND INBOX {3+}\r\nabc" + "x" * 70000 + "\r\n", "BAD")):
            wire = self.signed_in()
            wire.sends("a " + start)
            self.tagged(wire, "a", then)
            self.assertTrue(wire.last_words()[0].startswith("* BYE [TOOBIG]"))
        wire = self.signed_in()  # the next octets are no command: what was announced is swallowed
        wire.sends("a APPEND no-such-box {7+}\r\nx NOOP\n {7+}\r\ny NOOP\n TEXT {7+}\r\nz NOOP\n\r\nb NOOP\r\n")
        self.tagged(wire, "a", "NO [TRYCREATE]")
        self.assertTrue(wire.hears().startswith("b OK"))

    def test_messages_without_end_in_one_command(self):
        "[rfc9738:3.1] [rfc3502:6.3.11]"
        wire, marker = self.signed_in(), mark()
        one = f"Subject: {marker}\r\n\r\n"
        wire.sends("a APPEND INBOX" + f" {{{len(one)}+}}\r\n{one}" * 5001 + "\r\n")
        self.tagged(wire, "a", "NO [MESSAGELIMIT 5000]")
        # Once it has failed, the rest is read for a while and then no more.
        other = self.signed_in()
        other.sends("a APPEND no-such-box")
        self.assertFalse(other.floods(" {0+}\r\n".encode() * 1000, 64 << 20))
        self.says(wire, "b SELECT INBOX", "OK")
        self.assertEqual(wire.asks(f"c SEARCH SUBJECT {marker}").rstrip(), "* SEARCH")

    def test_messages_that_are_too_much_for_memory(self):
        "[contract:S20]"
        wire, before = self.signed_in(), memory("imap")
        big = os.urandom(16 << 20)
        heard = wire.asks(f"a APPEND INBOX {{{len(big)}}}")
        count = 0
        while heard.startswith("+"):
            count += 1
            wire.sends(big)
            heard = wire.asks(f" {{{len(big)}}}")
        self.assertTrue(heard.startswith("a NO [LIMIT]"), heard)
        self.assertLess(count, 10)
        self.assertLess(memory("imap") - before, 600 << 20)
        self.says(wire, "b NOOP", "OK")

    def test_many_messages_of_which_one_breaks_off(self):
        wire, marker = self.signed_in(), mark()
        one = f"Subject: {marker}\r\n\r\n"
        for ending in ("resets", "gives_up_writing"):
            other = self.signed_in()
            other.sends("b APPEND INBOX" + f" {{{len(one)}+}}\r\n{one}" * 50 + " {4000+}\r\n" + one)
            getattr(other, ending)()
        self.says(wire, "a SELECT INBOX", "OK")
        self.assertEqual(wire.asks(f"c SEARCH SUBJECT {marker}").rstrip(), "* SEARCH")

    def test_messages_made_of_too_much(self):
        "[rfc4469:4]"
        wire = self.signed_in()
        self.says(wire, "a CREATE bombs", "")
        big = message("big", "0123456789abcdef\r\n" * 600000)
        self.assertTrue(wire.asks(f"b APPEND bombs {{{len(big)}}}").startswith("+"))
        wire.sends(big + b"\r\n")
        self.tagged(wire, "b", "OK")
        self.says(wire, "c APPEND bombs CATENATE (" + " ".join(["URL /bombs/;UID=1"] * 900) + ")", "NO [TOOBIG]")
        self.says(wire, "d APPEND bombs CATENATE (" + " ".join(["URL /bombs/;UID=1/;PARTIAL=0.1"] * 1001) + ")", "NO [LIMIT]")
        wire.sends("e APPEND bombs CATENATE (TEXT {0+}\r\n" + " TEXT {0+}\r\n" * 1000 + ")\r\n")
        self.tagged(wire, "e", "NO [LIMIT]")
        self.says(wire, "f APPEND bombs CATENATE (URL \"/bombs/;UID=1/;SECTION=" + "1." * 5000 + "1\")", "NO [BADURL")
        self.says(wire, "g DELETE bombs", "OK")

    def test_a_message_that_breaks_off(self):
        wire, marker = self.signed_in(), mark()
        for ending in ("resets", "gives_up_writing"):
            other = self.signed_in()
            self.assertTrue(other.asks("b APPEND INBOX {30000000}").startswith("+"))
            other.floods(f"Subject: {marker}\r\n".encode() * 1000, 10 << 20)
            getattr(other, ending)()
        self.says(wire, "a SELECT INBOX", "OK")
        self.assertEqual(wire.asks(f"c SEARCH SUBJECT {marker}").rstrip(), "* SEARCH")

    def test_every_command_in_a_wrong_state(self):
        "[rfc9051:3]"
        for line in ("SELECT INBOX", "FETCH 1 FLAGS", "APPEND INBOX {5}", "IDLE", "EXPUNGE", "STORE 1 +FLAGS (\\Seen)", "XYZZY", "UID FETCH 1 FLAGS"):
            self.says(self.greeted(), "a " + line, "BAD")
        wire = self.signed_in()
        for line in ("LOGIN a b", "AUTHENTICATE PLAIN", "STARTTLS", "FETCH 1 FLAGS", "EXPUNGE", "CLOSE", "COPY 1 INBOX", "UID XYZZY", "DONE"):
            self.says(wire, "a " + line, "BAD")
        self.says(wire, "b SELECT INBOX", "OK")
        self.log.waits_for("imap.command.failed", remote=self.source, fault="wrong_state")

    def test_nul_and_bare_line_ends(self):
        for wire in (self.greeted(), self.signed_in()):
            self.assertIn("BAD", wire.asks(b"a NO\0OP"))
            self.assertIn("BAD", wire.asks(b"b NO\rOP"))
            self.says(wire, "c NOOP", "OK")
        self.says(wire, b"d LOGIN {3+}\r\na\0b x", "BAD")
        self.log.waits_for("imap.command.failed", remote=self.source, reason="bare CR")

    def test_a_browser(self):
        wire = self.greeted()
        wire.sends("GET / HTTP/1.1\r\nHost: example.test\r\nAccept: */*\r\nConnection: close\r\n\r\n")
        words = wire.last_words()
        self.assertTrue(words[-1].startswith("* BYE"), words)
        self.assertLessEqual(len(words), 4)
        self.log.waits_for("imap.session.ended", remote=self.source, reason="Too many bad commands")

    def test_too_many_mistakes(self):
        wire = self.signed_in()
        wire.sends("a XYZZY\r\n" * 30)
        words = wire.last_words()
        self.assertEqual((len(words), words[-1][:5]), (21, "* BYE"))

    def test_one_octet_at_a_time(self):
        "[contract:C17]"
        limit = self.patience("SIGN_IN_LIMIT", 60)
        line, pipelined, challenged = self.greeted("imap"), self.greeted(), self.greeted()
        self.assertTrue(challenged.asks("a AUTHENTICATE PLAIN").startswith("+"))
        begun = time.monotonic()
        self.assertTrue(line.dribbles(b"x", 0.3, limit + PATIENT))
        self.assertIn("* BYE", " ".join(line.last_words()))
        self.assertIn("* BYE", " ".join(challenged.last_words()))
        self.assertIn("* BYE", " ".join(pipelined.last_words()))
        self.assertLess(time.monotonic() - begun, limit + PATIENT)
        self.log.waits_for("imap.session.ended", remote=self.source, reason="oo slow")

    def test_commands_without_end_before_sign_in(self):
        limit = self.patience("SIGN_IN_LIMIT", 60)
        wire, begun = self.greeted("imap"), time.monotonic()
        heard = ""
        while heard is not None and not heard.startswith("* BYE") and time.monotonic() < begun + limit + PATIENT:
            wire.sends("a NOOP\r\n" * 20)
            for _ in range(20):
                heard = wire.hears()
                if heard is None or heard.startswith("* BYE"):
                    break
            time.sleep(0.01)
        self.assertTrue(heard and heard.startswith("* BYE"), heard)

    def test_half_a_connection(self):
        wire = self.signed_in()
        wire.sends("a SELECT INBOX\r\nb NOOP\r\nc LOGOUT\r\n")
        wire.gives_up_writing()  # the answers can still be read
        words = wire.last_words()
        self.assertEqual([word[:4] for word in words if not word.startswith("*")], ["a OK", "b OK", "c OK"])
        idle = self.signed_in()
        idle.sends("a SELECT INBOX\r\nb IDLE\r\n")
        while not idle.hears().startswith("+"):
            pass
        idle.gives_up_writing()
        self.assertEqual([word for word in idle.last_words() if word.startswith("b OK")], [])

    def test_a_client_that_never_reads(self):
        wire = self.signed_in()
        self.says(wire, "a CREATE never-read", "")
        big = message("big", "0123456789abcdef\r\n" * 60000)
        for _ in range(2):
            self.assertTrue(wire.asks(f"b APPEND never-read {{{len(big)}}}").startswith("+"))
            wire.sends(big + b"\r\n")
            self.tagged(wire, "b", "OK")
        self.says(wire, "c SELECT never-read", "OK")
        wire.socket.settimeout(3)
        try:
            for _ in range(100):
                wire.sends("d FETCH 1:* BODY.PEEK[]\r\n" * 100)
        except (TimeoutError, ConnectionError):
            pass
        wire.resets()
        self.says(self.signed_in(), "a DELETE never-read", "OK")

    def test_too_many_connections(self):
        crowd = [self.wire("imap") for _ in range(500)]
        self.assertTrue(crowd[-1].hears().startswith("* OK"))
        self.assertTrue(self.wire("imap").hears().startswith("* BYE"))
        self.log.waits_for("net.connection.refused", subject=self.source, reason="too many connections from this address")
        for wire in crowd:
            wire.close()

    def test_too_many_sessions_of_one_user(self):
        for _ in range(20):
            self.signed_in(2)
        self.says(self.greeted(), "a AUTHENTICATE PLAIN " + plain_proof(account(2)), "NO [LIMIT]")
        self.log.waits_for("imap.command.failed", remote=self.source, reason="Too many connections")


if __name__ == "__main__":
    unittest.main()
