"""No open relay (contract S11): forty ways to ask for it, from a stranger, after a failed AUTH and after RSET."""
import base64
import unittest

from smtp_support import Client, account, domain

ELSEWHERE = "elsewhere.invalid"


def forms():
    here, there = domain(), ELSEWHERE
    addresses = [
        f"x@{there}", f"X@{there.upper()}", f"x+y@{there}", f'"x"@{there}', f'"x y"@{there}', f"x@sub.{there}", f"x@{here}.{there}",
        f"x@{there}-{here}", f"x@mail.{there}", f"x@{there}.invalid", f"postmaster@{there}", f"abuse@{there}", f"root@{there}",
        f"x%{there}@{here}", f"x%y@{here}", f"x%{there}%z@{here}", f'"x%{there}"@{here}', f"%{there}@{here}", f"x%@{here}",
        f'"x@{there}"@{here}', f'"x@{there}@{here}"@{here}', f'"@{there}"@{here}', f'"x\\@{there}"@{here}',
        f"{there}!x@{here}", f"a!{there}!x@{here}", f'"{there}!x"@{here}', f"!x@{here}", f"x!{there}@{here}",
        "x@[192.0.2.1]", "x@[127.0.0.1]", "x@[IPv6:2001:db8::1]", "x@[IPv6:::1]", f'"x@{there}"@[192.0.2.1]',
    ]
    routed = [f"@{here}:x@{there}", f"@{here},@{there}:x@{there}", f"@{there}:x%{there}@{here}", f"@{there},@{here}:y@{there}",
              f'@{here}:"x@{there}"@{here}', f"@{here}:{there}!x@{here}", f"@{here}:x@[192.0.2.1]"]
    return addresses + routed


class Relay(unittest.TestCase):
    def refused(self, client, senders=("bob@" + ELSEWHERE,)):
        for sender in senders:
            self.assertEqual(client.asks(f"MAIL FROM:<{sender}>")[:3], "250")
            for path in self.some:
                reply = client.asks(f"RCPT TO:<{path}>")
                self.assertEqual(reply[:9], "550 5.7.1", path)
            self.assertEqual(client.asks("DATA")[:3], "554")
            client.asks("RSET")

    def in_pieces(self, prepare):
        """A few forms a connection: more would run into the server's patience."""
        everything = forms()
        self.assertGreaterEqual(len(everything), 40)
        for at in range(0, len(everything), 4):
            self.some = everything[at:at + 4]
            with Client() as client:
                client.greets()
                prepare(client)
                self.refused(client)

    def test_a_stranger(self):
        self.in_pieces(lambda client: None)

    def test_under_tls(self):
        self.some = forms()[:2] + forms()[-1:]
        with Client() as client:
            client.greets()
            client.starttls()
            client.greets()
            self.refused(client)

    def test_after_a_failed_authentication(self):
        self.some = forms()[13:16]
        wrong = base64.b64encode(b"\0x\0y").decode()
        with Client() as client:
            client.greets()
            self.assertEqual(client.asks("AUTH PLAIN " + wrong)[:1], "5")
            self.refused(client)

    def test_after_rset_and_with_odd_senders(self):
        for sender in ("", account()["address"], "MAILER-DAEMON@" + domain(), f"x@{domain()}"):
            self.some = [f"x@{ELSEWHERE}", f"x%{ELSEWHERE}@{domain()}"]
            with Client() as client:
                client.asks("EHLO " + domain())
                client.asks("MAIL FROM:<>")
                client.asks("RSET")
                self.refused(client, [sender])

    def test_spoofed_names_and_made_up_commands(self):
        self.some = [f"x@{ELSEWHERE}"]
        for name in ("localhost", domain(), "[127.0.0.1]", "[IPv6:::1]"):
            with Client() as client:
                client.asks("EHLO " + name)
                self.assertEqual(client.asks("XCLIENT ADDR=127.0.0.1 LOGIN=" + account()["address"])[:3], "500")
                self.assertEqual(client.asks("XFORWARD ADDR=127.0.0.1")[:3], "500")
                self.refused(client)

    def test_submission_ports_want_a_user(self):
        for door in ("submission", "submissions"):
            with Client(door) as client:
                if door == "submission":
                    client.asks("EHLO x")
                    self.assertEqual(client.asks("MAIL FROM:<>")[:3], "530")
                    client.starttls()
                client.greets()
                self.assertEqual(client.asks(f"MAIL FROM:<{account()['address']}>")[:9], "530 5.7.0")
                self.assertEqual(client.asks(f"RCPT TO:<x@{ELSEWHERE}>")[:3], "503")


if __name__ == "__main__":
    unittest.main()
