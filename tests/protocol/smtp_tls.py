"""STARTTLS, implicit TLS, AUTH, and what a user may send (RFC 3207, RFC 4954, RFC 6409)."""
import base64
import socket
import time
import unittest

from smtp_support import Client, Closed, Inbox, account, domain, endpoints, mail, mark, submitter


def encoded(text):
    return base64.b64encode(text.encode()).decode()


class StartTls(unittest.TestCase):
    def test_what_was_said_before_is_forgotten(self):  # [rfc3207:4.2]
        for door in ("smtp", "submission"):
            with Client(door) as client:
                client.greets()
                client.asks("MAIL FROM:<>")
                client.starttls()
                self.assertEqual(client.asks("MAIL FROM:<>")[:3], "503")
                self.assertNotIn("STARTTLS", client.greets())
                self.assertEqual(client.asks("STARTTLS")[:3], "503")

    def test_plain_text_behind_starttls_is_never_obeyed(self):  # [contract:S03]
        for door in ("smtp", "submission"):
            for pieces in ([b"STARTTLS\r\nNOOP\r\n"], [b"STARTTLS\r\nRSET\r\nNOOP\r\n"], [b"STARTT", b"LS\r\nNOOP\r\n"], [b"STARTTLS\r\nNO"]):
                with Client(door) as client:
                    client.greets()
                    for piece in pieces:
                        client.sends(piece)
                        time.sleep(0.02)
                    self.assertEqual(client.hears()[:3], "220")
                    self.assertEqual(client.buffer, b"")
                    try:
                        client.secure()
                    except OSError:
                        continue  # the rest was read as the handshake, which failed: good as well
                    self.assertEqual(client.asks("EHLO a.test")[:3], "250")  # the first reply is to this
                    self.assertEqual(client.asks("NOOP")[:3], "250")

    def test_junk_on_a_tls_port(self):
        where = endpoints()["submissions"]
        for junk in (b"EHLO client.test\r\n", b"GET / HTTP/1.1\r\n\r\n", b"\0" * 100, b"\x16\x03\x01\xff\xff" + b"x" * 300):
            with socket.create_connection((where["host"], where["port"]), 20) as raw:
                raw.sendall(junk)
                try:
                    while data := raw.recv(4096):
                        self.assertFalse(data.startswith(b"2"), data)
                except ConnectionError:
                    pass
        with Client("submissions") as client:  # others are served
            self.assertTrue(client.greeting.startswith("220"))

    def test_a_tls_hello_on_the_plain_port(self):
        with Client() as client:
            client.sends(b"\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03" + b"x" * 40 + b"\r\n")
            self.assertEqual(client.hears()[:3], "554")
            self.assertTrue(client.ended())


class Auth(unittest.TestCase):
    def test_only_under_tls(self):  # [rfc4954:4]
        with Client("submission") as client:
            self.assertNotIn("AUTH", client.greets())
            self.assertEqual(client.signs_in(account())[:3], "538")
            client.starttls()
            self.assertRegex(client.greets(), r"AUTH [-A-Z0-9 ]*PLAIN LOGIN\n")
            self.assertEqual(client.signs_in(account())[:3], "235")
            self.assertEqual(client.signs_in(account())[:3], "503")

    def test_every_way_to_say_it(self):  # [rfc4954:4] [rfc4616:2]
        who = account()
        plain = encoded(f"\0{who['address']}\0{who['password']}")
        for lines in ((f"AUTH PLAIN {plain}",), ("AUTH PLAIN", plain), ("auth login", encoded(who["address"]), encoded(who["password"])),
                      ("AUTH LOGIN " + encoded(who["address"]), encoded(who["password"]))):
            with Client("submissions") as client:
                client.greets()
                for line in lines[:-1]:
                    self.assertEqual(client.asks(line)[:4], "334 ")
                self.assertEqual(client.asks(lines[-1])[:9], "235 2.7.0")

    def test_what_proves_nothing(self):
        who = account()
        with Client("submissions") as client:
            client.greets()
            self.assertEqual(client.asks("AUTH CRAM-MD5")[:3], "504")
            self.assertEqual(client.asks("AUTH PLAIN !!!")[:3], "501")
            client.asks("AUTH PLAIN")
            self.assertEqual(client.asks("*")[:3], "501")
        with Client("submissions") as client:
            client.greets()
            wrong = encoded(f"\0{who['address']}\0not the password")
            self.assertEqual(client.asks("AUTH PLAIN " + wrong)[:9], "535 5.7.8")
            other = encoded(f"{account(1)['address']}\0{who['address']}\0{who['password']}")
            self.assertEqual(client.asks("AUTH PLAIN " + other)[:1], "5")  # acting for another
            self.assertEqual(client.asks(f"MAIL FROM:<{who['address']}>")[:3], "530")

    def test_a_very_long_exchange(self):
        with Client("submissions") as client:
            client.greets()
            self.assertEqual(client.asks("AUTH PLAIN " + "A" * 9000)[:1], "5")
            client.asks("AUTH PLAIN")
            self.assertEqual(client.asks("A" * 20000)[:1], "5")
            self.assertEqual(client.asks("NOOP")[:3], "250")


class Submission(unittest.TestCase):
    def test_a_mail_gets_what_its_client_left_out(self):  # [rfc6409:8]
        marker, who = mark(), account(1)
        with submitter(account()) as client:
            reply = mail(client, account()["address"], [who["address"]], f"From: {account()['address']}\r\nSubject: {marker}\r\n\r\nx\r\n")
            self.assertTrue(reply.startswith("250"), reply)
        found = Inbox(who).waits_for(marker)
        self.assertEqual(len(found), 1)
        head = found[0].split(b"\r\n\r\n")[0]
        self.assertEqual(head.count(b"\r\nDate: "), 1)
        self.assertEqual(head.lower().count(b"\r\nmessage-id: <"), 1)
        self.assertIn(b"with ESMTPSA id ", head)
        self.assertNotIn(b"127.0.0.1", head)  # a user's address is nobody's business

    def test_what_the_client_wrote_stays(self):
        marker, who = mark(), account(1)
        with submitter(account()) as client:
            mail(client, account()["address"], [who["address"]],
                 f"Date: Thu, 01 Jan 2026 00:00:00 +0000\r\nMessage-ID: <{marker}@x>\r\nSubject: y\r\n\r\nx\r\n")
        head = Inbox(who).waits_for(marker)[0].split(b"\r\n\r\n")[0]
        self.assertEqual(head.count(b"Date: "), 1)
        self.assertEqual(head.count(b"Message-ID: "), 1)

    def test_others_names_are_refused(self):  # [contract:S12]
        with submitter(account()) as client:
            for sender in (account(1)["address"], "bob@elsewhere.invalid", "nobody@" + domain()):
                self.assertEqual(client.asks(f"MAIL FROM:<{sender}>")[:9], "550 5.7.1", sender)
            self.assertEqual(client.asks("MAIL FROM:<>")[:3], "250")
            self.assertEqual(client.asks(f"RCPT TO:<nobody@{domain()}>")[:9], "550 5.1.1")
            self.assertEqual(client.asks("RCPT TO:<bob@elsewhere.invalid>")[:3], "250")

    def test_a_message_without_a_header(self):
        marker, who = mark(), account(1)
        with submitter(account()) as client:
            self.assertTrue(mail(client, account()["address"], [who["address"]], f" {marker}: not a header\r\nFrom: x\r\n").startswith("250"))
        found = Inbox(who).waits_for(marker)[0]
        self.assertTrue(found.endswith(f"\r\n\r\n {marker}: not a header\r\nFrom: x\r\n".encode()), found)


if __name__ == "__main__":
    unittest.main()
