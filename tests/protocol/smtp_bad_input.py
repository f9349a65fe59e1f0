"""Bad input: a clear error as the RFC names it, nothing stored, nobody else disturbed."""
import socket
import threading
import time
import unittest

from smtp_support import Client, Closed, Inbox, account, endpoints, mail, mark


class BadInput(unittest.TestCase):
    def data(self, octets):
        """The reply to a message of these octets, and that the session goes on."""
        with Client() as client:
            client.greets()
            client.asks("MAIL FROM:<bob@elsewhere.invalid>")
            client.asks(f"RCPT TO:<{account(2)['address']}>")
            self.assertEqual(client.asks("DATA")[:3], "354")
            client.sends(octets)
            reply = client.hears()
            self.assertEqual(client.asks("NOOP")[:3], "250")
            return reply

    def test_long_command_lines(self):  # [rfc5321:4.5.3.1.4]
        with Client() as client:
            client.greets()
            self.assertEqual(client.asks("NOOP " + "x" * 4000)[:3], "250")
            self.assertEqual(client.asks("NOOP " + "x" * 4100)[:9], "500 5.5.2")
            self.assertEqual(client.asks("NOOP " + "x" * 200000)[:9], "500 5.5.2")
            self.assertEqual(client.asks("NOOP")[:3], "250")

    def test_a_line_without_end(self):
        with Client() as client:
            client.greets()
            try:
                for _ in range(40):
                    client.sends(b"x" * 65536)
                self.assertEqual(client.hears()[:3], "500")
            except (ConnectionError, Closed):
                pass
            self.assertTrue(client.ended())

    def test_octets_that_no_command_has(self):  # [contract:S07]
        for line in (b"NO\0OP", b"NOOP \x80\xff", b"MAIL FROM:<a\0b@c.test>", b"RCPT TO:<\xc3\xbc@c.test>", b"EHLO a\x1bb", b"\xff\xfe\xfd"):
            with Client() as client:
                client.greets()
                self.assertEqual(client.asks(line)[:1], "5", line)
                self.assertEqual(client.asks("NOOP")[:3], "250")

    def test_addresses_that_are_none(self):  # [contract:S06] [contract:S09]
        paths = ["<>x", "<a", "a@b", "<a@b@c>", "<@>", "<a b@c.test>", "<a@b..c>", "<.a@b.test>", "<a.@b.test>", "<a@-b.test>", '<"a@b.test>',
                 "<a@[1.2.3]>", "<a@[IPv6:x]>", "<@a.test,:b@c.test>", "<" + "a" * 65 + "@c.test>", "<a@" + "b" * 300 + ">"]
        for at in range(0, len(paths), 4):  # a few a session: the server is slow with a client that errs often
            with Client() as client:
                client.greets()
                for path in paths[at:at + 4]:
                    self.assertEqual(client.asks("MAIL FROM:" + path)[:3], "501", path)

    def test_nul_in_a_message(self):
        self.assertEqual(self.data(b"Subject: x\r\n\r\na\0b\r\n.\r\n")[:9], "550 5.6.0")

    def test_lines_over_the_limit(self):  # [rfc5321:4.5.3.1.6]
        self.assertEqual(self.data(b"Subject: x\r\n\r\n" + b"x" * 9000 + b"\r\n.\r\n")[:9], "554 5.6.0")

    def test_endless_headers(self):
        self.assertEqual(self.data(b"X-A: b\r\n" * 2500 + b"\r\n.\r\n")[:9], "554 5.6.0")
        self.assertEqual(self.data(b"X-A: b\r\n" + b" folded and folded and folded\r\n" * 10000 + b"\r\n.\r\n")[:9], "554 5.6.0")

    def test_too_many_hops(self):  # [rfc5321:6.3]
        self.assertEqual(self.data(b"Received: from a by b; now\r\n" * 51 + b"\r\nx\r\n.\r\n")[:9], "554 5.4.6")

    def test_oversize(self):  # [rfc1870:6.1]
        with Client() as client:
            limit = next(int(line.split()[1]) for line in client.greets().split("\n") if "SIZE" in line)
            client.asks("MAIL FROM:<>")
            client.asks(f"RCPT TO:<{account(2)['address']}>")
            client.asks("DATA")
            block = (b"x" * 998 + b"\r\n") * 1000
            for _ in range(limit // len(block) + 1):
                client.sends(block)
            client.sends(b".\r\n")
            self.assertEqual(client.hears()[:9], "552 5.3.4")
            self.assertEqual(client.asks("NOOP")[:3], "250")

    def test_large_but_fine(self):
        marker, who = mark(), account(2)
        with Client() as client:
            client.greets()
            body = f"Subject: {marker}\r\n\r\n".encode() + b"".join(b"%06d %s\r\n" % (n, b"y" * 60) for n in range(50000))
            self.assertTrue(mail(client, "", [who["address"]], body).startswith("250"))
        self.assertTrue(Inbox(who).waits_for(marker)[0].endswith(body[-3000000:]))

    def test_too_many_recipients(self):  # [rfc5321:4.5.3.1.10]
        with Client() as client:
            client.greets()
            client.asks("MAIL FROM:<>")
            line = f"RCPT TO:<{account(2)['address']}>\r\n"
            client.sends(line * 1001)
            replies = [client.hears() for _ in range(1001)]
            self.assertEqual({reply[:3] for reply in replies[:1000]}, {"250"})
            self.assertEqual(replies[1000][:9], "452 4.5.3")

    def test_speaking_too_early(self):  # [contract:S05]
        with Client() as client:
            client.sends("EHLO a.test\r\nMAIL FROM:<>\r\n")
            self.assertEqual(client.hears()[:9], "554 5.5.0")
            self.assertTrue(client.ended())
        with Client() as client:
            client.greets()
            client.sends(f"MAIL FROM:<>\r\nRCPT TO:<{account(2)['address']}>\r\nDATA\r\nSubject: x\r\n\r\nx\r\n.\r\n")
            self.assertEqual([client.hears()[:3] for _ in range(3)], ["250", "250", "554"])
            self.assertTrue(client.ended())

    def test_browsers_are_sent_away(self):  # [contract:S05]
        for line in ("GET / HTTP/1.1", "POST /x HTTP/1.0", "CONNECT a:25 HTTP/1.1", "Host: example.test"):
            with Client() as client:
                self.assertEqual(client.asks(line)[:3], "554")
                self.assertTrue(client.ended())

    def test_patience_ends(self):
        with Client() as client:
            client.greets()
            client.socket.settimeout(60)
            client.sends("XYZZY\r\n" * 20)
            replies = []
            try:
                while True:
                    replies.append(client.hears()[:3])
            except Closed:
                pass
            self.assertEqual(replies, ["500"] * 20 + ["421"])

    def test_a_silent_client_disturbs_nobody(self):
        where = endpoints()["smtp"]
        silent = [socket.create_connection((where["host"], where["port"]), 10) for _ in range(8)]
        half = Client()
        half.sends("MAIL FRO")
        try:
            begun = time.monotonic()
            with Client() as client:
                self.assertEqual(client.greets()[:3], "250")
                self.assertEqual(client.asks("QUIT")[:3], "221")
            self.assertLess(time.monotonic() - begun, 5)
        finally:
            for one in silent:
                one.close()
            half.socket.close()

    def test_a_client_that_vanishes_in_the_middle(self):
        marker = mark()
        for octets in (b"", b"Subject: " + marker.encode(), b"Subject: " + marker.encode() + b"\r\n\r\nx\r\n.", b"x\r\n" * 10000):
            with Client() as client:
                client.greets()
                client.asks("MAIL FROM:<>")
                client.asks(f"RCPT TO:<{account(2)['address']}>")
                client.asks("DATA")
                client.sends(octets)
        time.sleep(0.3)
        self.assertEqual(Inbox(account(2)).messages(marker), [])

    def test_many_at_once(self):
        marker, who, replies = mark(), account(2), []

        def send(number):
            with Client() as client:
                client.greets()
                replies.append(mail(client, "", [who["address"]], f"Subject: {marker} {number}\r\n\r\n{number}\r\n")[:3])

        threads = [threading.Thread(target=send, args=(number,)) for number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(replies, ["250"] * 20)
        self.assertEqual(len(Inbox(who).waits_for(marker)), 20)


if __name__ == "__main__":
    unittest.main()
