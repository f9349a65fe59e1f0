"""In whose name users may write (contract S12): forged headers are refused, delegates are named in Sender, shared mailboxes keep copies."""
import json
import unittest
import uuid

from smtp_support import Client, Inbox, account, domain, mail, mark, submitter
from suite_support import eventually, skip_unless_local, skyctl


class Forgeries(unittest.TestCase):
    def refused(self, *fields):
        me = account(0)["address"]
        with submitter(account(0)) as client:
            reply = mail(client, me, [account(1)["address"]], "\r\n".join(fields) + f"\r\nSubject: {mark()}\r\n\r\nx\r\n")
        self.assertEqual(reply[:9], "550 5.7.1", fields)

    def test_another_author(self):  # [contract:S12]
        me, other = account(0)["address"], account(1)["address"]
        for value in (other, f"Boss <{other}>", f"{me}, {other}", f"{other} <{me}>", f'"{other}" <{me}>', f"{me} ({other})", "Boss:;",
                      f"Board: {other}, {me};", f"<@elsewhere.invalid:{me}>", f"=?utf-8?q?{other.replace('@', '=40')}?= <{me}>",
                      f"<{other}>\r\n <{me}>", "boss@elsewhere.invalid"):
            self.refused("From: " + value)

    def test_two_authors_and_another_sender(self):
        me, other = account(0)["address"], account(1)["address"]
        self.refused(f"From: {me}", f"From: {other}")
        self.refused(f"From: {me}", f"Sender: {other}")
        self.refused(f"From: {me}", "no field", f"From: {other}")

    def test_another_envelope(self):
        with submitter(account(0)) as client:
            self.assertEqual(client.asks(f"MAIL FROM:<{account(1)['address']}>")[:9], "550 5.7.1")
            self.assertEqual(client.asks("MAIL FROM:<boss@elsewhere.invalid>")[:9], "550 5.7.1")


@skip_unless_local
class Delegates(unittest.TestCase):
    def setUp(self):
        self.me, self.receiver = account(0), account(1)
        self.shared = f"shared-{uuid.uuid4().hex[:8]}@{domain()}"
        skyctl("shared", "add", self.shared, "--name", "Shared")
        self.addCleanup(skyctl, "mailbox", "remove", self.shared)
        self.marker = mark()

    def may(self, power, copy):
        skyctl("delegate", "set", self.shared, self.me["address"], power)
        skyctl("shared", "change", self.shared, "--sent-copy", copy)

    def sends(self, *fields, path=None):
        text = "\r\n".join([f"From: Shared <{self.shared}>", *fields, f"Subject: {self.marker}", f"Message-ID: <{self.marker}@client.test>"])
        with submitter(self.me) as client:
            return mail(client, path or self.shared, [self.receiver["address"]], text + f"\r\n\r\n{self.marker}\r\n")

    def arrived(self):
        found = eventually(lambda: Inbox(self.receiver).messages(self.marker))
        self.assertEqual(len(found), 1)
        return found[0].decode()

    def kept(self):
        """Octets in the shared mailbox: nobody else writes to it."""
        return json.loads(skyctl("quota", "get", self.shared, "--output", "json"))["used"]

    def test_nobody_without_the_right(self):
        with submitter(self.me) as client:
            self.assertEqual(client.asks(f"MAIL FROM:<{self.shared}>")[:9], "550 5.7.1")

    def test_sending_as_leaves_no_trace_of_the_delegate(self):
        self.may("--send-as", "both")
        self.assertEqual(self.sends()[:3], "250")
        arrived = self.arrived()
        self.assertNotIn("\r\nSender:", arrived)
        kept = eventually(self.kept)
        self.assertLess(0, kept)
        self.assertLess(kept, len(arrived))  # one copy, without the receiver's own lines

    def test_sending_on_behalf_names_the_delegate(self):  # [rfc5322:3.6.2]
        self.may("--send-on-behalf", "sender")
        self.assertEqual(self.sends(f"Sender: <{self.shared}>")[:3], "250")
        found = self.arrived()
        self.assertEqual(found.count("\r\nSender:"), 1)
        self.assertIn(f"\r\nSender: <{self.me['address']}>\r\n", found)
        self.assertIn(f"\r\nFrom: Shared <{self.shared}>\r\n", found)
        self.assertEqual(self.kept(), 0)


class Duties(unittest.TestCase):
    def test_postmaster_and_abuse_are_never_refused(self):  # [rfc5321:4.5.1] [rfc2142:4]
        with Client() as client:
            client.greets()
            client.asks("MAIL FROM:<bob@elsewhere.invalid>")
            for path in ("Postmaster", f"postmaster@{domain()}", f"ABUSE@{domain()}"):
                self.assertEqual(client.asks(f"RCPT TO:<{path}>")[:3], "250", path)

    @skip_unless_local
    def test_a_domain_without_anybody_reaches_the_provider(self):
        name = f"t{uuid.uuid4().hex[:8]}"
        skyctl("tenant", "add", name)
        skyctl("domain", "add", f"{name}.test", "--tenant", name)
        marker = mark()
        with Client() as client:
            client.greets()
            reply = mail(client, "bob@elsewhere.invalid", [f"abuse@{name}.test"], f"Subject: {marker}\r\n\r\n{marker}\r\n")
            self.assertEqual(reply[:3], "250")
            client.asks("MAIL FROM:<bob@elsewhere.invalid>")
            self.assertEqual(client.asks(f"RCPT TO:<somebody@{name}.test>")[:9], "550 5.1.1")
        self.assertTrue(Inbox(account(0)).waits_for(marker))


if __name__ == "__main__":
    unittest.main()
