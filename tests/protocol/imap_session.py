"""Greeting, sign-in, TLS, states and limits of IMAP."""
import base64
import time
import unittest

from imap_support import Case, Client, Closed, endpoints


class SignIn(unittest.TestCase):
    def setUp(self):
        account = endpoints()["accounts"][0]
        self.address, self.password = account["address"], account["password"]

    def client(self, **options):
        client = Client(**options)
        self.addCleanup(client.close)
        return client

    def test_the_greeting_tells_what_is_offered(self):
        "[rfc9051:6.1.1] [rfc9051:7.1]"
        plain = self.client(tls=False)
        self.assertIn(b"STARTTLS LOGINDISABLED", plain.greeting)
        self.assertNotIn(b"AUTH=", plain.greeting)
        private = self.client()
        self.assertIn(b"AUTH=PLAIN", private.greeting)
        untagged, _ = private.ok("CAPABILITY")
        self.assertIn(b"IMAP4rev1", untagged[0])

    def test_passwords_are_refused_without_tls(self):
        "[rfc9051:6.2.3]"
        plain = self.client(tls=False)
        for command in (f"LOGIN {self.address} {self.password}", "AUTHENTICATE PLAIN"):
            self.assertTrue(plain.says(command)[1].startswith(b"NO [PRIVACYREQUIRED]"))

    def test_login_with_literals_and_quoted_strings(self):
        "[rfc9051:6.2.3] [rfc9051:4.3]"
        client = self.client()
        client.send(f"a LOGIN {{{len(self.address)}}}\r\n")
        self.assertTrue(client.line().startswith(b"+"))
        client.send(f"{self.address} {{{len(self.password)}+}}\r\n{self.password}\r\n")
        self.assertTrue(client.until("a")[1].startswith(b"OK [CAPABILITY"))
        self.assertTrue(client.says("LOGIN a b")[1].startswith(b"BAD"))

    def test_authenticate_plain_and_login(self):
        "[rfc9051:6.2.2]"
        proof = base64.b64encode(f"\0{self.address}\0{self.password}".encode()).decode()
        self.client().ok(f"AUTHENTICATE PLAIN {proof}")
        client = self.client()
        client.send("a AUTHENTICATE PLAIN\r\n")
        self.assertTrue(client.line().startswith(b"+"))
        client.send(proof + "\r\n")
        self.assertTrue(client.until("a")[1].startswith(b"OK"))
        client = self.client()
        client.send("a AUTHENTICATE LOGIN\r\n")
        for answer in (self.address, self.password):
            self.assertTrue(client.line().startswith(b"+ "))
            client.send(base64.b64encode(answer.encode()) + b"\r\n")
        self.assertTrue(client.until("a")[1].startswith(b"OK"))
        client = self.client()
        client.send("a AUTHENTICATE PLAIN\r\n")
        client.line()
        client.send("*\r\n")
        self.assertTrue(client.until("a")[1].startswith(b"BAD"))
        self.assertTrue(client.says("AUTHENTICATE X-UNKNOWN")[1].startswith(b"NO"))

    def test_a_wrong_password_is_refused(self):
        "[rfc5530:3]"
        self.assertTrue(self.client().says(f"LOGIN {self.address} wrong")[1].startswith(b"NO [AUTHENTICATIONFAILED]"))

    def test_starttls_drops_what_was_sent_before_it(self):
        "[rfc9051:6.2.1]"
        client = self.client(tls=False)
        client.send("a STARTTLS\r\nb NOOP\r\nc CAPABILITY\r\n")
        self.assertTrue(client.line().startswith(b"a OK"))
        client.secure()
        untagged, tagged = client.says("CAPABILITY")
        self.assertEqual(len(untagged), 1)
        self.assertIn(b"AUTH=PLAIN", untagged[0])
        self.assertTrue(client.says("STARTTLS")[1].startswith(b"BAD"))
        client.ok(f'LOGIN "{self.address}" "{self.password}"')

    def test_commands_in_the_wrong_state(self):
        "[rfc9051:3]"
        client = self.client()
        self.assertTrue(client.says("SELECT INBOX")[1].startswith(b"BAD"))
        self.assertTrue(client.says("FETCH 1 FLAGS")[1].startswith(b"BAD"))

    def test_id_noop_and_logout(self):
        "[rfc2971:3.1] [rfc9051:6.1.2] [rfc9051:6.1.3]"
        client = self.client()
        self.assertIn(b"Skybridge", client.ok('ID ("name" "test" "version" NIL)')[0][0])
        client.ok("ID NIL")
        client.ok("NOOP")
        untagged, tagged = client.says("LOGOUT")
        self.assertTrue(untagged[0].startswith(b"* BYE") and tagged.startswith(b"OK"))
        self.assertRaises(Closed, client.line)


class Hostile(unittest.TestCase):
    def ends(self, client):
        """Everything up to the end of the connection."""
        lines = []
        try:
            while True:
                lines.append(client.line())
        except Closed:
            return lines
        finally:
            client.close()

    def test_bad_commands_are_counted(self):
        client = Client(tls=False)
        client.send("\r\n\r\nfoo\r\nx y z\r\n")
        self.assertTrue(self.ends(client)[-1].startswith(b"* BYE"))

    def test_an_endless_line_ends_the_connection(self):
        client = Client(tls=False)
        client.send(b"a " + b"x" * 20000 + b"\r\n")
        self.assertIn(b"[TOOBIG]", self.ends(client)[-1])

    def test_nul_and_bare_cr_are_refused(self):
        client = Client(tls=False)
        client.send(b"a NO\0OP\r\n")
        self.assertIn(b" BAD ", client.line())
        client.send(b"b NO\rOP\r\n")
        self.assertIn(b" BAD ", client.line())
        client.close()

    def test_the_octets_of_a_refused_lines_literal_are_no_commands(self):
        "[rfc7888:5] [rfc9051:4.3]"
        for line in (b"b NO\rOP {10+}", b"b NO\0OP {10+}", b"b APPEND INBOX {3+}\r\nabc\r {10+}", b"b IDLE\r\nx {10+}"):
            client, account = Client(), endpoints()["accounts"][0]
            client.ok(f'LOGIN "{account["address"]}" "{account["password"]}"')
            client.send(line + b"\r\nx LOGOUT\r\n\r\n")
            lines = self.ends(client)
            self.assertTrue(lines[-2].startswith(b"b BAD"), lines)
            self.assertTrue(lines[-1].startswith(b"* BYE [TOOBIG]"), lines)

    def test_literals_before_sign_in_are_small(self):
        "[rfc7888:5] [rfc9051:4.3]"
        client = Client(tls=False)
        client.send("a LOGIN {4294967295}\r\n")
        self.assertTrue(client.line().startswith(b"a BAD [TOOBIG]"))
        client.send("b LOGIN {5000+}\r\n")
        self.assertTrue(self.ends(client)[-1].startswith(b"* BYE [TOOBIG]"))

    def test_junk_on_the_tls_port_disturbs_nobody(self):
        import socket
        where = endpoints()["imaps"]
        junk = socket.create_connection((where["host"], where["port"]), 15)
        junk.sendall(b"a LOGIN x y\r\n" * 100)
        try:
            while junk.recv(4096):
                pass
        except ConnectionError:
            pass
        junk.close()
        Client().close()

    def test_a_client_that_leaves_in_the_middle(self):
        for piece in (b"a LOG", b"a LOGIN {5}\r\n", b"a LOGIN {5}\r\nab"):
            client = Client(tls=False)
            client.send(piece)
            client.close()
        Client().close()


class Limits(Case):
    def test_command_limits_after_sign_in(self):
        self.assertTrue(self.imap.says("NOOP " + "x" * 60000)[1].startswith(b"BAD"))
        self.assertTrue(self.imap.says("SEARCH " + "(" * 100 + "ALL" + ")" * 100)[1].startswith((b"BAD", b"NO")))
        self.imap.ok(f"SELECT {self.box}")
        self.assertTrue(self.imap.says("SEARCH " + "(" * 100 + "ALL" + ")" * 100)[1].startswith(b"NO [LIMIT]"))
        self.assertTrue(self.imap.says("UID FETCH " + "1," * 10001 + "1 FLAGS")[1].startswith(b"NO [LIMIT]"))
        started = time.monotonic()
        self.imap.ok('LIST "" "' + "%*" * 400 + 'x"')
        self.assertLess(time.monotonic() - started, 2)

    def test_pipelined_commands_are_answered_in_order(self):
        self.imap.send("".join(f"p{n} NOOP\r\n" for n in range(200)))
        for number in range(200):
            self.assertTrue(self.imap.line().startswith(f"p{number} OK".encode()))


if __name__ == "__main__":
    unittest.main()
