"""What a plan says, set by the operator, bites at the public ports: what may be sent (RFC 5321 §4.5.3.1.10), what may be kept."""
import imaplib
import json
import time
import unittest
import uuid

from smtp_support import Client, Inbox, endpoints, mail, submitter, trust
from suite_support import eventually, skip_unless_local, skyctl

PASSWORD = "correct horse battery"


def change(*arguments, words=None):
    """An operator's change, and the moment until all gateways have heard of it and ended the sessions that it is about."""
    skyctl(*arguments, words=words)
    time.sleep(1)


def on_the_clock(seconds):
    """Limits count by hours of the clock: none may end within the test."""
    left = 3600 - time.time() % 3600
    if left < seconds:
        time.sleep(left + 1)


class Customer(unittest.TestCase):
    """An organisation of its own, with a plan of its own and two mailboxes."""

    def setUp(self):
        self.name = "p" + uuid.uuid4().hex[:12]
        self.domain = self.name + ".test"
        skyctl("tenant", "add", self.name)
        self.plans = []
        self.addCleanup(lambda: [skyctl("plan", "remove", plan) for plan in self.plans])
        self.addCleanup(skyctl, "tenant", "remove", self.name, "--cascade")
        skyctl("domain", "add", self.domain, "--tenant", self.name)
        self.ada, self.bob = [{"address": f"{who}@{self.domain}", "password": PASSWORD} for who in ("ada", "bob")]
        for who in (self.ada, self.bob):
            skyctl("mailbox", "add", who["address"], "--password-stdin", words=PASSWORD)

    def plan(self, *options):
        skyctl("plan", "add", self.name, *options)
        self.plans.append(self.name)
        change("tenant", "change", self.name, "--plan", self.name)

    def quota(self, who):
        return json.loads(skyctl("quota", "get", who["address"], "--output", "json"))

    def message(self, size=0, marker=""):
        return (f"From: {self.ada['address']}\r\nTo: {self.bob['address']}\r\nSubject: {marker or uuid.uuid4()}\r\n"
                f"Message-ID: <{uuid.uuid4()}@{self.domain}>\r\n\r\n{'x' * 70}\r\n" + ("y" * 70 + "\r\n") * (size // 72))

    def send(self, client):
        return mail(client, self.ada["address"], [self.bob["address"]], self.message())

    def imap(self, who):
        where = endpoints()["imaps"]
        client = imaplib.IMAP4_SSL(where["host"], where["port"], ssl_context=trust(), timeout=20)
        client.login(who["address"], who["password"])
        return client


@skip_unless_local
class Sending(Customer):
    def test_the_hour_is_full_and_a_better_plan_opens_it(self):
        on_the_clock(60)
        self.plan("--storage", "1G", "--sends-hour", "3")
        with submitter(self.ada) as client:
            for _ in range(2):
                self.assertTrue(self.send(client).startswith("250"))
            # What is refused does not count.
            self.assertTrue(client.asks(f"MAIL FROM:<{self.ada['address']}>").startswith("250"))
            self.assertTrue(client.asks("RSET").startswith("250"))
            self.assertTrue(self.send(client).startswith("250"))
            refused = client.asks(f"MAIL FROM:<{self.ada['address']}>")
            self.assertRegex(refused, r"^450 4\.7\.1 you may send 3 messages an hour, try again in \d+ minutes$")
        with submitter(self.ada) as client:  # it is the person, not the connection
            self.assertTrue(client.asks(f"MAIL FROM:<{self.ada['address']}>").startswith("450 4.7.1"))
            skyctl("plan", "change", self.name, "--sends-hour", "4")

            def outdated():
                return client.asks(f"MAIL FROM:<{self.ada['address']}>").startswith("421 4.7.0")

            self.assertTrue(eventually(outdated))
        with submitter(self.ada) as client:
            self.assertTrue(self.send(client).startswith("250"))
            self.assertTrue(client.asks(f"MAIL FROM:<{self.ada['address']}>").startswith("450 4.7.1"))
        with submitter(self.bob) as client:  # everyone has their own
            self.assertTrue(client.asks(f"MAIL FROM:<{self.bob['address']}>").startswith("250"))

    def test_by_starttls_on_587_a_message_has_so_many_recipients(self):
        self.plan("--storage", "1G", "--recipients", "2")
        with Client("submission") as client:
            client.greets()
            client.starttls()
            client.greets()
            self.assertTrue(client.signs_in(self.ada).startswith("235"))
            client.asks(f"MAIL FROM:<{self.ada['address']}>")
            for who in (self.ada, self.bob):
                self.assertTrue(client.asks(f"RCPT TO:<{who['address']}>").startswith("250"))
            self.assertEqual(client.asks(f"RCPT TO:<postmaster@{self.domain}>"), "452 4.5.3 you may name 2 recipients of one message")
            self.assertTrue(client.asks("DATA").startswith("354"))
            client.sends(self.message())
            self.assertTrue(client.asks(".").startswith("250"))

    def test_a_suspended_organisation_receives_and_reads_but_does_not_send(self):
        marker = "m" + uuid.uuid4().hex
        with submitter(self.ada) as client, Client("smtp") as stranger:
            skyctl("tenant", "suspend", self.name)

            def ended():
                reply = client.asks(f"MAIL FROM:<{self.ada['address']}>")
                if reply.startswith("250"):
                    client.asks("RSET")
                return reply.startswith("421 4.7.0")

            self.assertTrue(eventually(ended))
            with Client("submissions") as again:
                again.greets()
                self.assertTrue(again.signs_in(self.ada).startswith("535"))
            stranger.greets()
            self.assertTrue(mail(stranger, "someone@elsewhere.test", [self.ada["address"]], self.message(marker=marker)).startswith("250"))
            self.assertTrue(Inbox(self.ada).waits_for(marker))
            self.assertEqual(self.imap(self.ada).select("INBOX", readonly=True)[0], "OK")
        change("tenant", "activate", self.name)
        with submitter(self.ada) as client:
            self.assertTrue(self.send(client).startswith("250"))


@skip_unless_local
class Keeping(Customer):
    def append(self, client, size):
        return client.append("INBOX", None, None, self.message(size).encode())

    def test_a_mailbox_holds_what_its_plan_gives(self):
        self.assertEqual(self.quota(self.ada)["from"], "default")
        self.plan("--storage", "100K")
        self.assertEqual((self.quota(self.ada)["quota"], self.quota(self.ada)["from"]), (102400, "plan"))
        client = self.imap(self.ada)
        self.assertEqual(self.append(client, 60000)[0], "OK")
        answer, text = self.append(client, 60000)
        self.assertEqual((answer, text[0][:11]), ("NO", b"[OVERQUOTA]"))
        self.assertEqual(self.append(self.imap(self.bob), 60000)[0], "OK")
        change("quota", "set", self.ada["address"], "200K")
        self.assertEqual(self.quota(self.ada)["from"], "own")
        self.assertEqual(self.append(self.imap(self.ada), 60000)[0], "OK")
        # And for what comes by mail: it waits in the queue.
        change("quota", "set", self.ada["address"], "0")
        marker = "m" + uuid.uuid4().hex
        with submitter(self.bob) as sender:
            message = self.message(marker=marker).replace(f"From: {self.ada['address']}", f"From: {self.bob['address']}")
            self.assertTrue(mail(sender, self.bob["address"], [self.ada["address"]], message).startswith("250"))
        waiting = eventually(lambda: [row for row in json.loads(skyctl("queue", "list", "--output", "json")) if row["recipient"] == self.ada["address"]])
        self.assertIn("4.2.2", waiting[0]["reply"])
        self.assertFalse(Inbox(self.ada).messages(marker))

    def test_a_pool_is_shared_and_what_one_gives_up_another_uses(self):
        self.plan("--storage", "100K", "--by", "pooled", "--retention", "14")
        self.assertEqual((self.quota(self.ada)["quota"], self.quota(self.ada)["from"]), (204800, "pool"))
        self.assertEqual(json.loads(skyctl("mailbox", "get", self.ada["address"], "--output", "json"))["deleted_kept"], 14)
        ada, bob = self.imap(self.ada), self.imap(self.bob)
        self.assertEqual(self.append(ada, 150000)[0], "OK")  # more than it brought
        self.assertEqual(self.append(bob, 60000)[1][0][:11], b"[OVERQUOTA]")
        self.assertEqual(self.append(bob, 30000)[0], "OK")
        shown = self.quota(self.bob)
        self.assertTrue(180000 < shown["pool_used"] <= 204800 and shown["used"] < 40000, shown)
        ada.select("INBOX")
        self.assertEqual(ada.copy("1", "Archive")[0], "NO")
        ada.store("1", "+FLAGS", r"(\Deleted)")
        ada.expunge()
        self.assertEqual(self.append(bob, 60000)[0], "OK")
        # A third mailbox brings its part.
        skyctl("mailbox", "add", f"cleo@{self.domain}", "--password-stdin", words=PASSWORD)
        self.assertEqual(self.quota(self.bob)["quota"], 307200)


if __name__ == "__main__":
    unittest.main()
