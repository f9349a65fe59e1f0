"""Mail to a moderated group: held, let through or returned by a moderator's mail or by the operator, exactly once."""
import json
import re
import threading
import unittest
import uuid

from smtp_support import Client, Inbox, account, domain, mail, mark, submitter
from suite_support import eventually, skip_unless_local, skyctl


def message(marker, sender, extra=""):
    return f"From: {sender}\r\nSubject: {marker}\r\nMessage-ID: <{marker}@client.test>\r\n{extra}\r\n{marker}\r\n"


@skip_unless_local
class Moderation(unittest.TestCase):
    def setUp(self):
        self.sender, self.moderator, self.member = account(0), account(1), account(2)
        self.group = f"moderated-{uuid.uuid4().hex[:8]}@{domain()}"
        skyctl("group", "add", self.group, self.moderator["address"], self.member["address"], "--senders", "anyone")
        skyctl("group", "change", self.group, "--moderated", "on", "--moderators", self.moderator["address"])
        self.addCleanup(skyctl, "group", "remove", self.group)
        self.marker = mark()

    def held(self):
        return json.loads(skyctl("moderation", "list", "--group", self.group, "--output", "json"))

    def sends(self, *others, who=None):
        who = who or self.sender
        with submitter(who) as client:
            reply = mail(client, who["address"], [self.group, *others], message(self.marker, who["address"]))
        self.assertEqual(reply[:3], "250")
        eventually(lambda: len(self.held()) == 1)
        return eventually(lambda: self.requests())[0].decode()

    def requests(self):
        return [octets for octets in Inbox(self.moderator).messages(self.marker) if b"Auto-Submitted: auto-generated" in octets]

    def copies(self, who, subject=None):
        return [octets for octets in Inbox(who).messages(subject or self.marker)
                if f"Message-ID: <{self.marker}@".encode() in octets and b"Auto-Submitted" not in octets]

    def decides(self, way, request, who=None, words="Hello"):
        who = who or self.moderator
        address = re.search(way + r"-[0-9a-f]{32}@[^\s>]+", request)[0]
        with submitter(who) as client:
            answer = mark()
            reply = mail(client, who["address"], [address], message(answer, who["address"]) + words + "\r\n")
        self.assertEqual(reply[:3], "250")
        return answer

    def test_only_the_group_waits_and_the_moderator_reads_the_mail(self):
        request = self.sends(self.member["address"])
        self.assertEqual(len(eventually(lambda: self.copies(self.member))), 1)
        self.assertTrue(request.startswith("Return-Path: <>\r\n"))
        self.assertIn("Content-Type: message/rfc822\r\n", request)
        self.assertIn("Reply-To: <approve-", request)
        self.assertEqual(self.held()[0]["sender"], self.sender["address"])
        skyctl("moderation", "reject", "--id", str(self.held()[0]["id"]))

    def test_a_reply_lets_it_through_once(self):
        request = self.sends()
        for _ in range(2):
            self.decides("approve", request)
        self.assertEqual(len(eventually(lambda: self.copies(self.member))), 1)
        self.assertEqual(len(eventually(lambda: self.copies(self.moderator))), 1)
        self.assertEqual(self.held(), [])
        self.assertTrue(self.copies(self.member)[0].startswith(f"Return-Path: <{self.sender['address']}>".encode()))

    def test_a_rejection_goes_back_with_the_moderators_words(self):
        request = self.sends()
        self.decides("reject", request, words="Not-for-this-list.")
        report = eventually(lambda: [octets for octets in Inbox(self.sender).messages(self.group) if b"delivery-status" in octets])[0]
        self.assertIn(b"Status: 5.7.1\r\n", report)
        self.assertIn(b"Not-for-this-list.", report)
        self.assertEqual(self.held(), [])
        self.assertEqual(self.copies(self.member), [])

    def test_somebody_else_decides_nothing(self):
        request = self.sends()
        answer = self.decides("approve", request, who=self.member)
        report = eventually(lambda: [o for o in Inbox(self.member).messages(answer) if b"delivery-status" in o])[0]
        self.assertIn(b"you do not moderate this group", report)
        address = re.search(r"approve-[0-9a-f]{32}@[^\s>]+", request)[0]
        with Client() as client:  # without signing in
            client.greets()
            client.asks(f"MAIL FROM:<{self.moderator['address']}>")
            self.assertEqual(client.asks(f"RCPT TO:<{address}>")[:9], "550 5.7.1")
        self.assertEqual(len(self.held()), 1)
        skyctl("moderation", "reject", "--id", str(self.held()[0]["id"]))

    def test_the_operator_decides_too(self):
        self.sends()
        held = self.held()[0]
        both = [threading.Thread(target=lambda: skyctl("moderation", "approve", "--id", str(held["id"]))) for _ in range(2)]
        for one in both:
            one.start()
        for one in both:
            one.join()
        self.assertEqual(len(eventually(lambda: self.copies(self.member))), 1)
        self.assertEqual(self.held(), [])
        with self.assertRaises(AssertionError):
            skyctl("moderation", "approve", "--id", "1")

    def test_a_moderator_needs_nobody(self):
        with submitter(self.moderator) as client:
            self.assertEqual(mail(client, self.moderator["address"], [self.group], message(self.marker, self.moderator["address"]))[:3], "250")
        self.assertEqual(len(eventually(lambda: self.copies(self.member))), 1)
        self.assertEqual(self.held(), [])


if __name__ == "__main__":
    unittest.main()
