"""QUOTA and QUOTASET (RFC 9208): roots, their resources, what is refused when they are full, and who may set them."""
import json
import re
import time
import unittest
import uuid

from imap_support import Case, Client, message
from suite_failpoints import sql
from suite_support import skip_unless_local, skyctl

PASSWORD = "correct horse battery"


class Own(Case):
    def test_roots_of_a_mailbox(self):
        "[rfc9208:4.1.1] [rfc9208:4.1.2] [rfc9208:4.2.1] [rfc9208:4.2.2] [rfc9208:3.2] [rfc9208:5.1] [rfc9208:5.3]"
        for capability in ("QUOTA", "QUOTASET", "QUOTA=RES-STORAGE", "QUOTA=RES-MESSAGE", "QUOTA=RES-MAILBOX"):
            self.assertIn(capability.encode(), self.imap.ok("CAPABILITY")[0][0].split())
        told, _ = self.imap.ok(f"GETQUOTAROOT {self.box}")
        self.has(told, rf"^\* QUOTAROOT {self.box} user/\S+@\S+$")
        self.has(told, r"^\* QUOTA user/\S+ \(STORAGE \d+ \d+ MAILBOX \d+ 10000\)$")
        root = told[0].split()[3].decode()
        before = int(re.search(rb"STORAGE (\d+)", told[1])[1])
        self.assertTrue(self.imap.append(self.box, message(body="x" * 70_000 + "\r\n")).startswith(b"OK"))
        after = int(re.search(rb"STORAGE (\d+)", self.imap.ok(f'GETQUOTA "{root}"')[0][0])[1])
        self.assertGreaterEqual(after, before + 68)
        boxes = int(re.search(rb"MAILBOX (\d+)", self.imap.ok(f"GETQUOTA {root}")[0][0])[1])
        self.imap.ok(f"CREATE {self.box}/one")
        self.has(self.imap.ok(f"GETQUOTA {root}")[0], rf"MAILBOX {boxes + 1} ")

    def test_what_a_mailbox_would_count_against(self):
        "[rfc9208:4.1.2]"
        there, _ = self.imap.ok(f"GETQUOTAROOT {self.box}")
        not_yet, _ = self.imap.ok(f"GETQUOTAROOT {self.box}/not/yet")
        self.assertEqual(not_yet, [there[0].replace(self.box.encode(), f"{self.box}/not/yet".encode())] + there[1:])

    def test_what_is_not_there_or_not_ours(self):
        "[rfc9208:4.1.1] [rfc9208:4.1.3]"
        self.assertTrue(self.imap.says("GETQUOTA nothing")[1].startswith(b"NO [NONEXISTENT]"))
        self.assertTrue(self.imap.says("GETQUOTA pool/1")[1].startswith(b"NO [NONEXISTENT]"))
        self.assertTrue(self.imap.says("GETQUOTA user/nobody@nowhere.test")[1].startswith(b"NO [NONEXISTENT]"))
        self.assertTrue(self.imap.says('GETQUOTAROOT "Other Users/nobody@nowhere.test/x"')[1].startswith(b"NO [NONEXISTENT]"))
        for bad in ("GETQUOTA", "GETQUOTA a b", "GETQUOTAROOT", "SETQUOTA a", "SETQUOTA a (STORAGE)", "SETQUOTA a (STORAGE 1"):
            self.assertTrue(self.imap.says(bad)[1].startswith(b"BAD"), bad)
        root = self.imap.ok("GETQUOTAROOT INBOX")[0][0].split()[3].decode()
        self.assertTrue(self.imap.says(f"SETQUOTA {root} (STORAGE 512)")[1].startswith(b"NO [NOPERM]"))
        self.assertTrue(self.imap.says(f"SETQUOTA {root} ()")[1].startswith(b"NO [NOPERM]"))
        self.assertTrue(self.imap.says("SETQUOTA pool/1 (STORAGE 512)")[1].startswith(b"NO [NOPERM]"))
        self.assertTrue(self.imap.says(f"SETQUOTA {root} (MESSAGE 512)")[1].startswith(b"NO [CANNOT]"))
        self.assertTrue(self.imap.says(f"SETQUOTA {root} (STORAGE 0)")[1].startswith(b"NO [CANNOT]"))

    def test_what_an_expunge_would_free(self):
        "[rfc9208:4.1.4] [rfc5819:2]"
        self.filled(3)
        size = int(re.search(rb"SIZE (\d+)", self.imap.ok(f"STATUS {self.box} (SIZE)")[0][0])[1])
        self.has(self.imap.ok(f"STATUS {self.box} (DELETED DELETED-STORAGE)")[0], r"\(DELETED 0 DELETED-STORAGE 0\)$")
        self.imap.ok("STORE 1,3 +FLAGS.SILENT (\\Deleted)")
        third = int(re.search(rb"RFC822.SIZE (\d+)", self.imap.ok("FETCH 2 RFC822.SIZE")[0][0])[1])
        self.has(self.imap.ok(f"STATUS {self.box} (DELETED DELETED-STORAGE)")[0], rf"\(DELETED 2 DELETED-STORAGE {size - third}\)$")
        self.has(self.imap.ok(f'LIST "" {self.box} RETURN (STATUS (DELETED-STORAGE))')[0], rf"\(DELETED-STORAGE {size - third}\)$")
        self.imap.ok("EXPUNGE")
        self.has(self.imap.ok(f"STATUS {self.box} (DELETED-STORAGE SIZE)")[0], rf"\(DELETED-STORAGE 0 SIZE {third}\)$")


@skip_unless_local
class Organisation(Case):
    """A tenant of its own, with an administrator and a user."""

    def setUp(self):
        self.name = "q" + uuid.uuid4().hex[:12]
        skyctl("tenant", "add", self.name)
        self.plans = []
        self.addCleanup(lambda: [skyctl("plan", "remove", plan) for plan in self.plans])
        self.addCleanup(skyctl, "tenant", "remove", self.name, "--cascade")
        skyctl("domain", "add", self.name + ".test", "--tenant", self.name)
        for who in ("boss", "bob"):
            skyctl("mailbox", "add", f"{who}@{self.name}.test", "--password-stdin", words=PASSWORD)
        skyctl("role", "grant", f"boss@{self.name}.test", "tenant")
        self.root = f"user/bob@{self.name}.test"

    def tearDown(self):
        pass

    def client(self, who):
        client = Client()
        self.addCleanup(client.close)
        client.ok(f'LOGIN "{who}@{self.name}.test" "{PASSWORD}"')
        return client

    def test_an_administrator_sets_quotas_and_a_full_mailbox_says_so(self):
        "[rfc9208:4.1.3] [rfc9208:4.3.1]"
        boss, bob = self.client("boss"), self.client("bob")
        self.assertTrue(bob.says(f"SETQUOTA {self.root} (STORAGE 9999)")[1].startswith(b"NO [NOPERM]"))
        self.assertTrue(bob.says(f"GETQUOTA user/boss@{self.name}.test")[1].startswith(b"NO [NONEXISTENT]"))
        self.has(boss.ok(f"SETQUOTA {self.root} (STORAGE 100)")[0], rf"^\* QUOTA {self.root} \(STORAGE 0 100\)$")
        self.has(boss.ok(f"GETQUOTA {self.root}")[0], r"STORAGE 0 100")
        self.assertEqual(json.loads(skyctl("quota", "get", f"bob@{self.name}.test", "--output", "json"))["quota"], 102400)
        time.sleep(1)  # bob's session hears that something about him changed
        bob = self.client("bob")
        self.has(bob.ok("GETQUOTAROOT INBOX")[0], rf"^\* QUOTA {self.root} \(STORAGE 0 100 MAILBOX 6 10000\)$")
        half = message(body="x" * 60_000 + "\r\n")
        self.assertTrue(bob.append("INBOX", half).startswith(b"OK"))
        self.assertTrue(bob.append("INBOX", half).startswith(b"NO [OVERQUOTA]"))
        bob.ok("SELECT INBOX")
        self.assertTrue(bob.says("COPY 1 Archive")[1].startswith(b"NO [OVERQUOTA]"))
        bob.ok("MOVE 1 Archive")
        self.has(bob.ok(f"GETQUOTA {self.root}")[0], r"STORAGE (59|60) 100 ")
        # Without a limit it has what its plan says again.
        self.has(boss.ok(f"SETQUOTA {self.root} ()")[0], rf"^\* QUOTA {self.root} \(STORAGE (59|60) 5242880\)$")

    def test_what_a_full_mailbox_refuses_is_not_stored_for_a_while_either(self):
        "[rfc9208:4.3.1] [rfc3502:6.3.11]"
        boss = self.client("boss")
        boss.ok(f"SETQUOTA {self.root} (STORAGE 100)")
        time.sleep(1)
        bob = self.client("bob")
        stored = lambda: int(sql(f"select count(*) from mail.blob where tenant_id = (select tenant_id from directory.tenant where name = '{self.name}')"))
        before = stored()
        many = [part for number in range(200) for part in (" ", message(f"Number {number}", "x" * 2000 + "\r\n"))]
        self.assertTrue(bob.sends("APPEND INBOX", *many, waits=False)[1].startswith(b"NO [OVERQUOTA]"))
        self.assertEqual(stored(), before)
        few = [part for number in range(40) for part in (" ", message(f"Number {number}", "x" * 1000 + "\r\n"))]
        self.assertTrue(bob.sends("APPEND INBOX", *few, waits=False)[1].startswith(b"OK"))
        self.assertEqual(stored(), before + 40)

    def test_a_pool_is_a_root_of_its_own(self):
        "[rfc9208:3.2] [rfc9208:4.1.2]"
        skyctl("plan", "add", self.name, "--storage", "1M", "--by", "pooled")
        self.plans.append(self.name)
        skyctl("tenant", "change", self.name, "--plan", self.name)
        for _ in range(50):
            if json.loads(skyctl("quota", "get", f"bob@{self.name}.test", "--output", "json"))["from"] == "pool":
                break
            time.sleep(0.2)
        time.sleep(1)
        boss, bob = self.client("boss"), self.client("bob")
        self.assertTrue(boss.append("INBOX", message(body="x" * 10_000 + "\r\n")).startswith(b"OK"))
        told, _ = bob.ok("GETQUOTAROOT INBOX")
        self.has(told, rf"^\* QUOTAROOT INBOX {self.root} pool/\d+$")
        self.has(told, rf"^\* QUOTA {self.root} \(MAILBOX 6 10000\)$")
        self.has(told, r"^\* QUOTA pool/\d+ \(STORAGE (10|11) 2048\)$")
        pool = told[0].split()[-1].decode()
        self.assertTrue(boss.says(f"SETQUOTA {pool} (STORAGE 9999)")[1].startswith(b"NO [NOPERM]"))


if __name__ == "__main__":
    unittest.main()
