"""POP3 as RFC 1939, 2449, 2595 and 5034 have it."""
import base64
import socket
import time
import unittest

from pop3_support import Client, Closed, account, deliver, endpoints, mark, number_of, plain, signed_in, waits_for


class SigningIn(unittest.TestCase):
    def test_capabilities_by_state(self):  # [rfc2449:5]
        with Client("pop3") as client:
            before = client.asks_long("CAPA")
            self.assertIn(b"STLS", before)
            self.assertNotIn(b"USER", before)
            self.assertTrue(client.asks("STLS").startswith("+OK"))
            client.secure()
            after = client.asks_long("CAPA")
            for word in (b"USER", b"TOP", b"UIDL", b"RESP-CODES", b"AUTH-RESP-CODE", b"PIPELINING"):
                self.assertIn(word, after)
            self.assertTrue(any(line.startswith(b"SASL ") and line.endswith(b" PLAIN LOGIN") for line in after), after)
            self.assertNotIn(b"STLS", after)
            self.assertTrue(client.signs_in(account(1)).startswith("+OK"))
            self.assertTrue(client.asks("STLS").startswith("-ERR"))

    def test_no_password_in_the_clear(self):  # [rfc2595:4]
        with Client("pop3") as client:
            for line in ("USER " + account()["address"], "PASS x", "AUTH PLAIN " + plain(account()), "AUTH LOGIN"):
                self.assertTrue(client.asks(line).startswith("-ERR"), line)

    def test_every_way_to_sign_in(self):  # [rfc5034:4]
        who = account(1)
        name, password = (base64.b64encode(who[key].encode()).decode() for key in ("address", "password"))
        for lines in (("AUTH PLAIN " + plain(who),), ("AUTH PLAIN", plain(who)), ("AUTH LOGIN", name, password),
                      ("USER " + who["address"], "PASS " + who["password"])):
            with Client() as client:
                answers = [client.asks(line) for line in lines]
                self.assertTrue(answers[-1].startswith("+OK"), answers)
                self.assertTrue(client.asks("STAT").startswith("+OK"))

    def test_what_proves_nothing(self):  # [rfc3206:4]
        with Client() as client:
            self.assertTrue(client.asks("PASS x").startswith("-ERR"))
            client.asks("USER " + account()["address"])
            self.assertTrue(client.asks("PASS not the password").startswith("-ERR [AUTH]"))
            self.assertTrue(client.asks("PASS " + account()["password"]).startswith("-ERR"))  # USER again first
            self.assertTrue(client.asks("AUTH CRAM-MD5").startswith("-ERR"))
            client.asks("AUTH PLAIN")
            self.assertTrue(client.asks("*").startswith("-ERR"))
            self.assertTrue(client.asks("STAT").startswith("-ERR"))

    def test_a_name_says_nothing(self):  # [contract:S14]
        with Client() as client:
            self.assertEqual(client.asks("USER " + account()["address"]), client.asks("USER nobody@nowhere.invalid"))

    def test_plain_text_behind_stls_is_never_obeyed(self):  # [contract:S03]
        for pieces in ([b"STLS\r\nCAPA\r\n"], [b"ST", b"LS\r\nCAPA\r\n"], [b"STLS\r\nCA"]):
            with Client("pop3") as client:
                for piece in pieces:
                    client.sends(piece)
                    time.sleep(0.02)
                self.assertTrue(client.line().startswith("+OK"))
                self.assertEqual(client.buffer, b"")
                try:
                    client.secure()
                except OSError:
                    continue
                self.assertTrue(client.asks("NOOP").startswith("-ERR"))  # the first answer is to this

    def test_junk_on_the_tls_port(self):
        where = endpoints()["pop3s"]
        with socket.create_connection((where["host"], where["port"]), 20) as raw:
            raw.sendall(b"CAPA\r\nUSER x\r\n")
            try:
                while data := raw.recv(4096):
                    self.assertFalse(data.startswith(b"+OK"))
            except ConnectionError:
                pass


class Mail(unittest.TestCase):
    def test_octets_come_back_as_they_were_sent(self):  # [rfc1939:5]
        marker, who = mark(), account(1)
        body = f"Subject: {marker}\r\n\r\n..one dot\r\n...two\r\n\r\nlast\r\n".encode()
        deliver(who, body)
        client, number = waits_for(who, marker)
        with client:
            size = int(client.asks(f"LIST {number}").split()[2])
            lines = client.asks_long(f"RETR {number}")
            octets = b"".join(line + b"\r\n" for line in lines)
            self.assertEqual(len(octets), size)
            self.assertTrue(octets.endswith(b"\r\n\r\n.one dot\r\n..two\r\n\r\nlast\r\n"))

    def test_top_cuts(self):  # [rfc1939:7]
        marker, who = mark(), account(1)
        deliver(who, f"Subject: {marker}\r\n\r\none\r\ntwo\r\nthree\r\n")
        client, number = waits_for(who, marker)
        with client:
            for count, expected in ((0, [b""]), (1, [b"", b"one"]), (3, [b"", b"one", b"two", b"three"]), (99, [b"", b"one", b"two", b"three"])):
                lines = client.asks_long(f"TOP {number} {count}")
                self.assertEqual(lines[lines.index(b""):], expected)

    def test_ids_never_change(self):  # [rfc1939:7]
        marker, who = mark(), account(1)
        deliver(who, f"Subject: {marker}\r\n\r\n")
        client, number = waits_for(who, marker)
        with client:
            ids = [line.split()[1] for line in client.asks_long("UIDL")]
            self.assertEqual(len(ids), len(set(ids)))
            self.assertEqual(client.asks(f"UIDL {number}").split()[2].encode(), ids[number - 1])
            client.asks("QUIT")
        with signed_in(who) as client:
            self.assertEqual([line.split()[1] for line in client.asks_long("UIDL")][:len(ids)], ids)

    def test_deletion_takes_effect_at_quit_only(self):  # [rfc1939:6]
        marker, who = mark(), account(1)
        deliver(who, f"Subject: {marker}\r\n\r\n")
        client, number = waits_for(who, marker)
        with client:
            self.assertTrue(client.asks(f"DELE {number}").startswith("+OK"))
            for verb in (f"DELE {number}", f"RETR {number}", f"TOP {number} 0", f"LIST {number}", f"UIDL {number}"):
                self.assertTrue(client.asks(verb).startswith("-ERR"))
            self.assertFalse(any(line.split()[0] == str(number).encode() for line in client.asks_long("LIST")))
        client, number = waits_for(who, marker)  # the connection only broke: still there
        self.assertIsNotNone(number)
        with client:
            client.asks(f"DELE {number}")
            client.asks("RSET")
            self.assertTrue(client.asks(f"LIST {number}").startswith("+OK"))
            client.asks(f"DELE {number}")
            self.assertTrue(client.asks("QUIT").startswith("+OK"))
            self.assertTrue(client.ended())
        with signed_in(who) as client:
            self.assertIsNone(number_of(client, marker))

    def test_two_sessions_on_one_inbox(self):
        marker, who = mark(), account(1)
        deliver(who, f"Subject: {marker}\r\n\r\n")
        first, number = waits_for(who, marker)
        with first, signed_in(who) as second:
            other = number_of(second, marker)
            first.asks(f"DELE {number}")
            self.assertTrue(first.asks("QUIT").startswith("+OK"))
            self.assertTrue(second.asks("STAT").startswith("+OK"))
            answer = second.asks(f"RETR {other}")
            if answer.startswith("+OK"):  # the octets may outlive their place for a while
                second.rest()
            second.asks(f"DELE {other}")
            self.assertTrue(second.asks("QUIT").startswith("+OK"))

    def test_pipelining(self):  # [rfc2449:6.6]
        with signed_in(account(1)) as client:
            client.sends("NOOP\r\nSTAT\r\nNOOP\r\nQUIT\r\n")
            self.assertEqual([client.line()[:3] for _ in range(4)], ["+OK"] * 4)

    def test_a_large_message_streams(self):
        marker, who = mark(), account(1)
        body = f"Subject: {marker}\r\n\r\n".encode() + b"".join(b"%07d %s\r\n" % (n, b"z" * 60) for n in range(40000))
        deliver(who, body)
        client, number = waits_for(who, marker)
        with client:
            lines = client.asks_long(f"RETR {number}")
            self.assertEqual(lines[-1][:7], b"0039999")
            self.assertEqual(len([line for line in lines if line.endswith(b"z" * 60)]), 40000)


class BadInput(unittest.TestCase):
    def test_numbers_that_are_none(self):
        with signed_in(account(1)) as client:
            for line in ("RETR 0", "RETR -1", "RETR x", "RETR 4294967296", "RETR 999999", "DELE", "TOP 1", "TOP 1 -1", "TOP 1 x", "LIST 1 2", "STAT x"):
                self.assertTrue(client.asks(line).startswith("-ERR"), line)

    def test_octets_and_lengths(self):
        with signed_in(account(1)) as client:
            for line in (b"NO\0OP", b"\xff\xfe", b"NOOP " + b"x" * 600, b"x" * 30000, b"NOOP\rx"):
                self.assertTrue(client.asks(line).startswith("-ERR"), line[:20])
            self.assertTrue(client.asks("NOOP").startswith("+OK"))

    def test_wrong_state(self):
        with Client() as client:
            for verb in ("STAT", "LIST", "RETR 1", "DELE 1", "RSET", "NOOP", "UIDL", "TOP 1 0"):
                self.assertTrue(client.asks(verb).startswith("-ERR"))
            self.assertTrue(client.asks("QUIT").startswith("+OK"))

    def test_patience_ends(self):
        with Client() as client:
            client.sends("XYZZY\r\n" * 25)
            self.assertTrue(client.ended())
        with Client() as client:
            client.socket.settimeout(60)
            for _ in range(3):
                client.asks("USER nobody@nowhere.invalid")
                try:
                    self.assertTrue(client.asks("PASS wrong").startswith("-ERR"))
                except Closed:
                    break
            self.assertTrue(client.ended())


if __name__ == "__main__":
    unittest.main()
