"""Dialogue rules of the port for other servers (RFC 5321, RFC 2920, RFC 1870)."""
import unittest

from smtp_support import Client, Inbox, account, domain, mail, mark


class Dialogue(unittest.TestCase):
    def test_greeting_and_extensions(self):  # [rfc5321:4.1.1.1]
        with Client() as client:
            self.assertTrue(client.greeting.startswith("220 "))
            self.assertIn("ESMTP", client.greeting)
            offered = client.greets().split("\n")
            words = {line[4:].split(" ")[0] for line in offered[1:]}
            self.assertEqual(words, {"PIPELINING", "SIZE", "8BITMIME", "STARTTLS", "ENHANCEDSTATUSCODES"})
            self.assertEqual(client.asks("HELO client.test")[:4], "250 ")

    def test_mail_arrives_with_trace(self):  # [rfc5321:4.4]
        marker, who = mark(), account(1)
        with Client() as client:
            client.greets()
            body = f"From: bob@elsewhere.invalid\r\nSubject: {marker}\r\n\r\n..dots\r\n...\r\nend\r\n"
            self.assertRegex(mail(client, "bob@elsewhere.invalid", [who["address"]], body), r"^250 2\.0\.0 .*[0-9a-f-]{36}")
            self.assertTrue(client.asks("QUIT").startswith("221 "))
            self.assertTrue(client.ended())
        found = Inbox(who).waits_for(marker)
        self.assertEqual(len(found), 1)
        self.assertTrue(found[0].startswith(b"Return-Path: <bob@elsewhere.invalid>\r\n"))
        self.assertIn(b"Received: from client.test (", found[0])
        self.assertIn(b"\r\n\r\n.dots\r\n..\r\nend\r\n", found[0])

    def test_eight_bit_comes_through(self):  # [rfc6152:3]
        marker, who = mark(), account(1)
        with Client() as client:
            client.greets()
            body = f"Subject: {marker}\r\n\r\n".encode() + bytes(range(128, 256)) + b"\r\n"
            for line in ("MAIL FROM:<> BODY=8BITMIME", f"RCPT TO:<{who['address']}>"):
                self.assertTrue(client.asks(line).startswith("250"))
            client.asks("DATA")
            client.sends(body)
            self.assertTrue(client.asks(".").startswith("250"))
        found = Inbox(who).waits_for(marker)
        self.assertIn(bytes(range(128, 256)), found[0])

    def test_null_sender_and_postmaster(self):  # [rfc5321:4.5.5] [rfc5321:4.1.1.3]
        with Client() as client:
            client.greets()
            self.assertTrue(client.asks("MAIL FROM:<>").startswith("250"))
            self.assertIn(client.asks("RCPT TO:<Postmaster>")[:3], ("250", "550"))
            self.assertTrue(client.asks(f"RCPT TO:<{account()['address'].upper()}>").startswith("250"))
            self.assertTrue(client.asks(f"RCPT TO:<@a.test,@b.test:{account()['address']}>").startswith("250"))

    def test_order_of_commands(self):  # [rfc5321:4.1.4]
        with Client() as client:
            for line, code in (("MAIL FROM:<>", "503"), ("RCPT TO:<a@b>", "503"), ("DATA", "503"), ("NOOP", "250"), ("RSET", "250"),
                               ("EHLO client.test", "250"), ("RCPT TO:<a@b.test>", "503"), ("MAIL FROM:<>", "250"),
                               ("MAIL FROM:<>", "503"), ("DATA", "554")):
                self.assertEqual(client.asks(line)[:3], code, line)

    def test_rset_and_ehlo_give_the_mail_up(self):  # [rfc5321:4.1.1.5]
        for line in ("RSET", "EHLO client.test"):
            with Client() as client:
                client.greets()
                client.asks("MAIL FROM:<>")
                client.asks(f"RCPT TO:<{account()['address']}>")
                self.assertEqual(client.asks(line)[:3], "250")
                self.assertEqual(client.asks("DATA")[:3], "503")

    def test_pipelining(self):  # [rfc2920:3.1]
        marker, who = mark(), account(2)
        with Client() as client:
            client.greets()
            client.sends(f"MAIL FROM:<>\r\nRCPT TO:<nobody-{marker}@{domain()}>\r\nRCPT TO:<{who['address']}>\r\nDATA\r\n")
            self.assertEqual([client.hears()[:3] for _ in range(4)], ["250", "550", "250", "354"])
            client.sends(f"Subject: {marker}\r\n\r\nx\r\n.\r\nRSET\r\nQUIT\r\n")
            self.assertEqual([client.hears()[:3] for _ in range(3)], ["250", "250", "221"])
        self.assertEqual(len(Inbox(who).waits_for(marker)), 1)

    def test_several_mails_in_one_session(self):
        marker, who = mark(), account(2)
        with Client() as client:
            client.greets()
            for number in range(5):
                self.assertTrue(mail(client, "", [who["address"]], f"Subject: {marker} {number}\r\n\r\n").startswith("250"))
        self.assertEqual(len(Inbox(who).waits_for(marker)), 5)

    def test_same_submission_without_a_word_in_between_is_kept_once(self):  # [contract:2.4]
        marker, who = mark(), account(2)
        ids = []
        for _ in range(2):
            with Client() as client:
                client.greets()
                reply = mail(client, "bob@elsewhere.invalid", [who["address"]],
                             f"Message-ID: <{marker}@elsewhere.invalid>\r\nSubject: {marker}\r\n\r\nonce\r\n")
                self.assertTrue(reply.startswith("250"))
                ids.append(reply.split()[-1])
                client.socket.close()
        self.assertEqual(ids[0], ids[1])
        self.assertEqual(len(Inbox(who).waits_for(marker)), 1)

    def test_unknown_words_and_parameters(self):  # [rfc5321:4.1.1.11]
        with Client() as client:
            client.greets()
            self.assertEqual(client.asks("XYZZY")[:3], "500")
            self.assertEqual(client.asks("BDAT 5 LAST")[:3], "500")
            self.assertEqual(client.asks("MAIL FROM:<> RET=FULL")[:3], "555")
            self.assertEqual(client.asks("MAIL FROM:<> BODY=BINARYMIME")[:3], "555")

    def test_verify_tells_nothing(self):  # [rfc5321:3.5.3]
        with Client() as client:
            client.greets()
            self.assertEqual(client.asks("VRFY " + account()["address"]), client.asks("VRFY nobody@" + domain()))
            self.assertEqual(client.asks("EXPN staff")[:3], "502")

    def test_size_is_believed_at_mail(self):  # [rfc1870:6]
        with Client() as client:
            limit = next(int(line.split()[1]) for line in client.greets().split("\n") if "SIZE" in line)
            self.assertEqual(client.asks(f"MAIL FROM:<> SIZE={limit + 1}")[:9], "552 5.3.4")
            self.assertEqual(client.asks(f"MAIL FROM:<> SIZE={limit}")[:3], "250")

    def test_unknown_recipients_end_the_session(self):  # [contract:S14]
        with Client() as client:
            client.greets()
            client.asks("MAIL FROM:<>")
            first = client.asks(f"RCPT TO:<nobody@{domain()}>")
            self.assertEqual(first[:9], "550 5.1.1")

    def test_authentication_is_not_for_other_servers(self):
        with Client() as client:
            client.greets()
            client.starttls()
            self.assertNotIn("AUTH", client.greets())
            self.assertEqual(client.signs_in(account())[:3], "503")


if __name__ == "__main__":
    unittest.main()
