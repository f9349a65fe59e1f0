"""Who is signed in, as the operator sees it, and how a session is ended from there."""
import imaplib
import json
import poplib
import unittest

from smtp_support import account, endpoints, trust
from suite_support import eventually, skip_unless_local, skyctl


def sessions(address):
    return json.loads(skyctl("sessions", "list", "--address", address, "--output", "json"))


@skip_unless_local
class Sessions(unittest.TestCase):
    def setUp(self):
        self.who = account(2)
        # Redis may have been away a moment ago.
        eventually(lambda: skyctl("sessions", "end", "--address", self.who["address"], "--output", "json"))
        eventually(lambda: not sessions(self.who["address"]))

    def imap(self):
        where = endpoints()["imaps"]
        client = imaplib.IMAP4_SSL(where["host"], where["port"], ssl_context=trust(), timeout=20)
        client.login(self.who["address"], self.who["password"])
        return client

    def test_listed_with_protocol_and_address_and_gone_after_logout(self):
        client = self.imap()
        eventually(lambda: len(sessions(self.who["address"])) == 1)
        one = sessions(self.who["address"])[0]
        self.assertEqual(one["protocol"], "imap")
        self.assertEqual(one["address"], self.who["address"])
        self.assertEqual(one["remote"], "127.0.0.1")
        client.logout()
        eventually(lambda: not sessions(self.who["address"]))

    def test_ending_one_session_says_bye_to_it_and_leaves_the_other(self):
        first = self.imap()
        eventually(lambda: len(sessions(self.who["address"])) == 1)
        doomed = sessions(self.who["address"])[0]["id"]
        second = self.imap()
        eventually(lambda: len(sessions(self.who["address"])) == 2)
        skyctl("sessions", "end", doomed)
        self.assertIn(b"BYE", first.readline())
        self.assertEqual(second.noop()[0], "OK")
        second.logout()

    def test_pop3_is_listed_too(self):
        where = endpoints()["pop3s"]
        client = poplib.POP3_SSL(where["host"], where["port"], context=trust(), timeout=20)
        client.user(self.who["address"])
        client.pass_(self.who["password"])
        eventually(lambda: [one["protocol"] for one in sessions(self.who["address"])] == ["pop3"])
        client.quit()
        eventually(lambda: not sessions(self.who["address"]))


if __name__ == "__main__":
    unittest.main()
