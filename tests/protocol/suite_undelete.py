"""What is expunged by IMAP or POP3, or goes with its mailbox, comes back by `skyctl deleted restore`: everybody who is connected sees it."""
import json
import poplib
import time
import unittest
import uuid

from imap_support import Case, Client, endpoints, message, trust
from suite_support import eventually, skip_unless_local, skyctl

PASSWORD = "correct horse battery"


@skip_unless_local
class Undelete(Case):
    """A tenant of its own with one mailbox."""

    def setUp(self):
        self.name = "u" + uuid.uuid4().hex[:12]
        self.address = f"ada@{self.name}.test"
        skyctl("tenant", "add", self.name)
        self.addCleanup(skyctl, "tenant", "remove", self.name, "--cascade")
        skyctl("domain", "add", self.name + ".test", "--tenant", self.name)
        skyctl("mailbox", "add", self.address, "--password-stdin", words=PASSWORD)
        self.imap = self.client()

    def tearDown(self):
        pass

    def client(self):
        client = Client()
        self.addCleanup(client.close)
        client.ok(f'LOGIN "{self.address}" "{PASSWORD}"')
        return client

    def deleted(self):
        return json.loads(skyctl("deleted", "list", self.address, "--output", "json"))

    def restore(self, *arguments):
        return json.loads(skyctl("deleted", "restore", self.address, *arguments, "--output", "json"))

    def test_an_expunged_message_comes_back_to_a_client_that_waits(self):
        "[rfc9051:2.3.1.1] [rfc9051:6.4.3]"
        for number in range(3):
            self.imap.append("INBOX", message(f"Number {number}"), "(\\Seen $Label1) ")
        self.imap.ok("SELECT INBOX")
        self.imap.ok("STORE 2 +FLAGS.SILENT (\\Deleted \\Flagged)")
        self.imap.ok("EXPUNGE")
        listed = self.deleted()
        self.assertEqual([(one["folder"], one["subject"]) for one in listed], [("INBOX", "Number 1")])
        self.imap.counter += 1
        self.imap.send("i1 IDLE\r\n")
        self.assertTrue(self.imap.line().startswith(b"+"))
        self.assertEqual(self.restore("--id", listed[0]["id"]), {"restored": 1, "remaining": 0})
        self.assertEqual(self.imap.line(), b"* 3 EXISTS")
        self.imap.send("DONE\r\n")
        self.imap.until("i1")
        self.has(self.imap.ok("FETCH 3 (UID FLAGS ENVELOPE)")[0], r"UID 4 FLAGS \(\\Flagged \\Seen \$Label1\) ENVELOPE .*Number 1")
        self.has(self.imap.ok("UID SEARCH SUBJECT \"Number 1\"")[0], r"^\* SEARCH 4$")
        self.assertEqual(self.deleted(), [])
        self.assertEqual(self.restore("--all")["restored"], 0)

    def test_a_removed_mailbox_and_pop3(self):
        "[rfc9051:6.3.5]"
        self.imap.ok("CREATE Projects/One")
        for number in range(2):
            self.imap.append("Projects/One", message(f"Project {number}"))
        self.imap.append("INBOX", message("By POP3"))
        self.imap.ok("DELETE Projects/One")
        where = endpoints()["pop3s"]
        pop = poplib.POP3_SSL(where["host"], where["port"], context=trust(), timeout=20)
        pop.user(self.address)
        pop.pass_(PASSWORD)
        pop.dele(1)
        pop.quit()
        self.assertEqual(sorted(one["subject"] for one in self.deleted()), ["By POP3", "Project 0", "Project 1"])
        self.assertEqual(self.restore("--folder", "Projects/One")["restored"], 2)
        self.has(self.imap.ok("STATUS INBOX (MESSAGES)")[0], "MESSAGES 2")
        self.imap.ok("SELECT INBOX")
        self.imap.ok("STORE 1:* +FLAGS.SILENT (\\Deleted)")
        self.imap.ok("CLOSE")
        self.assertEqual(len(self.deleted()), 3)
        day = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 86400))
        self.assertEqual(self.restore("--since", day)["restored"], 3)

    def test_quota(self):
        "[rfc9208:5.1]"
        skyctl("quota", "set", self.address, "1M")
        time.sleep(1)  # its sessions hear of it
        self.imap = self.client()
        large = message(body=("x" * 70 + "\r\n") * 10_000)
        self.assertTrue(self.imap.append("INBOX", large).startswith(b"OK"))
        self.imap.ok("SELECT INBOX")
        self.imap.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
        self.imap.ok("EXPUNGE")
        self.has(self.imap.ok("GETQUOTAROOT INBOX")[0], r"STORAGE 0 1024 ")
        self.assertTrue(self.imap.append("INBOX", large).startswith(b"OK"))
        with self.assertRaisesRegex(AssertionError, "no room"):
            self.restore("--all")
        self.assertEqual(len(self.deleted()), 1)

    def test_how_long_it_is_kept(self):
        kept = json.loads(skyctl("mailbox", "get", self.address, "--output", "json"))
        self.assertEqual(kept["deleted_kept"], 14)
        skyctl("plan", "add", self.name, "--storage", "1G", "--retention", "30")
        try:
            skyctl("tenant", "change", self.name, "--plan", self.name)

            def follows():
                if json.loads(skyctl("mailbox", "get", self.address, "--output", "json"))["deleted_kept"] != 30:
                    raise AssertionError("not yet")
                return True

            eventually(follows)
        finally:
            skyctl("tenant", "change", self.name, "--plan", "")
            skyctl("plan", "remove", self.name)

    def test_what_is_said_wrongly(self):
        for wrong in ((), ("--id", "nonsense"), ("--since", "yesterday")):
            with self.assertRaises(AssertionError):
                self.restore(*wrong)


if __name__ == "__main__":
    unittest.main()
