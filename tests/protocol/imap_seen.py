"""What somebody has seen in mailboxes that nobody owns is his alone; a person's mailbox has one \\Seen for all (docs/adr/0007)."""
import re
import unittest

from imap_acl import Directory, address
from imap_support import message
from smtp_support import account, mail, mark, submitter
from suite_support import eventually, skyctl

EVERYTHING = "lrswite"


class Everyones(Directory):
    """self.ada, self.grace and self.third share self.folder, in which three messages are."""

    def setUp(self):
        super().setUp()
        self.ada, top, self.tree = self.public_folder()
        self.folder = f'"{top}News-{self.run_mark}"'
        self.ada.ok(f"CREATE {self.folder}")
        self.ada.ok(f"SETACL {self.folder} anyone {EVERYTHING}")
        for number in range(1, 4):
            self.assertTrue(self.ada.append(self.folder, message(f"Number {number}")).startswith(b"OK"))
        self.grace, self.third = self.sign_in(1), self.sign_in(2)
        for reader in (self.grace, self.third):
            eventually(lambda: "r" in self.rights(reader, self.folder), 6)
        for reader in (self.ada, self.grace, self.third):
            reader.ok(f"SELECT {self.folder}")

    def seen(self, reader):
        reader.ok("NOOP")
        numbers = reader.ok("UID SEARCH SEEN")[0][0].split()[2:]
        flags = [line for line in reader.ok("FETCH 1:* (UID FLAGS)")[0] if b"\\Seen" in line]
        self.assertEqual([re.search(rb"UID (\d+)", line)[1] for line in flags], numbers)
        return [int(number) for number in numbers]

    def unseen(self, reader):
        lines, _ = reader.ok(f"STATUS {self.folder} (UNSEEN)")
        self.has(reader.ok(f'LIST "" {self.folder} RETURN (STATUS (UNSEEN))')[0], re.escape(lines[0].decode()))
        return int(re.search(rb"UNSEEN (\d+)", lines[0])[1])

    def test_each_sees_for_himself(self):
        "[rfc9051:2.3.2] [rfc9051:6.3.11] [rfc5819:2]"
        self.has(self.grace.ok("STORE 1:2 +FLAGS (\\Seen)")[0], r"2 FETCH \(FLAGS \(\\Seen\)\)")
        self.third.ok("FETCH 2 BODY[]")
        self.assertEqual((self.seen(self.ada), self.seen(self.grace), self.seen(self.third)), ([], [1, 2], [2]))
        self.assertEqual((self.unseen(self.ada), self.unseen(self.grace), self.unseen(self.third)), (3, 1, 2))
        self.grace.ok("STORE 1 -FLAGS.SILENT (\\Seen)")
        self.assertEqual((self.seen(self.ada), self.seen(self.grace), self.seen(self.third)), ([], [2], [2]))
        self.has(self.sign_in(1).ok(f"SELECT {self.folder}")[0], r"\* OK \[UNSEEN 1\]")
        self.grace.ok("STORE 1:3 FLAGS.SILENT (\\Seen)")
        self.hasnt(self.sign_in(1).ok(f"SELECT {self.folder}")[0], r"UNSEEN")
        self.assertEqual(self.seen(self.sign_in_there(1)), [1, 2, 3])

    def sign_in_there(self, number):
        client = self.sign_in(number)
        client.ok(f"SELECT {self.folder}")
        return client

    def test_what_else_is_changed_is_everyones(self):
        "[rfc9051:6.4.6]"
        self.grace.ok("STORE 1 +FLAGS (\\Seen \\Flagged work)")
        eventually(lambda: self.has(self.third.ok("FETCH 1 FLAGS")[0], r"FLAGS \(\\Flagged work\)") or True)
        self.third.ok("STORE 1 FLAGS (\\Answered)")
        eventually(lambda: self.has(self.grace.ok("FETCH 1 FLAGS")[0], r"FLAGS \(\\Answered \\Seen\)") or True)

    def test_ones_other_sessions_are_told(self):
        "[rfc9051:7.5.2] [rfc7162:3.2]"
        again = self.sign_in(1)
        again.ok(f"SELECT {self.folder} (CONDSTORE)")
        other = self.sign_in(2)
        lines, _ = other.ok(f"SELECT {self.folder} (CONDSTORE)")
        since = int(re.search(rb"HIGHESTMODSEQ (\d+)", b"".join(lines))[1])
        self.grace.ok("STORE 2 +FLAGS (\\Seen)")
        eventually(lambda: self.has(again.ok("NOOP")[0], r"\* 2 FETCH .*FLAGS \(\\Seen\)") or True)
        self.has(again.ok(f"FETCH 1:* (FLAGS) (CHANGEDSINCE {since})")[0], r"\* 2 FETCH .*FLAGS \(\\Seen\)")
        self.has(other.ok(f"FETCH 1:* (FLAGS) (CHANGEDSINCE {since})")[0], r"\* 2 FETCH .*FLAGS \(\)")
        self.assertEqual(self.seen(other), [])
        # Somebody else's change in between fails what must not lie behind one (RFC 7162 §3.1.3).
        _, tagged = other.says(f"STORE 1:2 (UNCHANGEDSINCE {since}) +FLAGS.SILENT (\\Seen)")
        self.assertIn(b"[MODIFIED 2]", tagged)
        self.assertEqual(self.seen(other), [1])

    def test_what_comes_from_ones_own_mailbox(self):
        "[rfc9051:6.3.12] [rfc9051:6.4.7] [rfc9051:6.4.8]"
        mine = f"mine-{self.run_mark}"
        client = self.sign_in(1)
        client.ok(f"CREATE {mine}")
        self.addCleanup(lambda: self.sign_in(1).says(f"DELETE {mine}"))
        client.append(mine, message("a"), "(\\Seen) ")
        client.append(mine, message("b"))
        client.append(mine, message("c"), "(\\Seen \\Flagged) ")
        client.ok(f"SELECT {mine}")
        client.ok(f"COPY 1:2 {self.folder}")            # 4, 5
        client.ok(f"MOVE 3 {self.folder}")              # 6
        client.append(self.folder, message("d"), "(\\Seen) ")  # 7
        eventually(lambda: self.assertEqual(self.seen(self.grace), [4, 6, 7]) or True)
        self.assertEqual((self.seen(self.ada), self.unseen(self.grace), self.unseen(self.third)), ([], 4, 7))
        # And back: who takes it home has seen what he has seen.
        self.third.ok("STORE 2,5 +FLAGS.SILENT (\\Seen)")
        self.grace.ok(f"COPY 4:5 {mine}")
        client.ok(f"SELECT {mine}")
        self.assertEqual([b"\\Seen" in line for line in client.ok("FETCH 1:* FLAGS")[0]], [True, False, True, False])
        self.has(client.ok(f"STATUS {mine} (UNSEEN)")[0], r"UNSEEN 2\)")

    def test_what_moves_within_stays_seen(self):
        "[rfc6851:3.3]"
        other = self.folder[:-1] + "-old\""
        self.ada.ok(f"CREATE {other}")
        self.ada.ok(f"SETACL {other} anyone {EVERYTHING}")
        eventually(lambda: "i" in self.rights(self.grace, other), 6)
        self.grace.ok("STORE 1 +FLAGS.SILENT (\\Seen)")
        self.third.ok("STORE 2 +FLAGS.SILENT (\\Seen)")
        self.grace.ok(f"MOVE 1:2 {other}")
        for reader, wanted in ((self.grace, [1]), (self.third, [2]), (self.ada, [])):
            reader.ok(f"SELECT {other}")
            self.assertEqual(self.seen(reader), wanted)

    def test_searching_several(self):
        "[rfc7377:2.1]"
        self.grace.ok("STORE 1 +FLAGS.SILENT (\\Seen)")
        for reader, wanted in ((self.sign_in(1), "2:3"), (self.sign_in(2), "1:3")):
            self.has(reader.ok(f"ESEARCH IN (mailboxes {self.folder}) UNSEEN")[0], rf"UID ALL {wanted}$")

    def test_notify_counts_for_who_asks(self):
        "[rfc5465:5.1]"
        name = self.folder.strip('"')
        watcher = self.sign_in(1)
        watcher.socket.settimeout(30)
        self.grace.ok("STORE 1 +FLAGS.SILENT (\\Seen)")
        lines, _ = watcher.ok(f"NOTIFY SET STATUS (mailboxes {self.folder} (MessageNew MessageExpunge FlagChange))")
        self.has(lines, rf'^\* STATUS "{name}" \(MESSAGES 3 UIDNEXT 4 UIDVALIDITY \d+ UNSEEN 2 ')
        self.ada.append(self.folder, message("New"))
        self.has([watcher.line()], rf'^\* STATUS "{name}" \(MESSAGES 4 UIDNEXT 5 UIDVALIDITY \d+ UNSEEN 3 ')

    def test_mail_that_comes_is_unseen_by_all(self):
        "[rfc4314:2.1]"
        alias = f"seen-{self.run_mark}@{self.domain}"
        skyctl("alias", "add", alias, self.tree)
        self.addCleanup(skyctl, "alias", "remove", alias)
        inbox = re.sub(r"News-[0-9a-f]+", "INBOX", self.folder)
        self.ada.ok(f"SETACL {inbox} anyone lrs")
        for reader in (self.grace, self.third):
            eventually(lambda: "s" in self.rights(reader, inbox), 6)
        marker = mark()
        with submitter(account(2)) as client:
            self.assertEqual(mail(client, address(2), [alias], f"From: {address(2)}\r\nTo: {alias}\r\nSubject: {marker}\r\n\r\nx\r\n")[:3], "250")
        self.grace.ok(f"SELECT {inbox}")
        eventually(lambda: self.grace.ok("NOOP") and self.grace.ok(f"SEARCH UNSEEN SUBJECT {marker}")[0][0] != b"* SEARCH")
        self.grace.ok(f"STORE 1 +FLAGS (\\Seen)")
        self.third.ok(f"SELECT {inbox}")
        self.assertNotEqual(self.third.ok(f"SEARCH UNSEEN SUBJECT {marker}")[0], [b"* SEARCH"])

    def test_an_assistant_works_with_ones_own(self):
        "[rfc4314:2.1]"
        self.imap = self.ada
        self.give("lrs")
        self.ada.append(self.box, message())
        grace = self.sign_in(1)
        grace.ok(f"SELECT {self.theirs}")
        grace.ok("FETCH 1 BODY[]")
        self.has(self.ada.ok(f"STATUS {self.box} (UNSEEN)")[0], r"UNSEEN 0\)")

    def test_a_shared_mailbox(self):
        "[rfc4314:2.1]"
        shared = self.made("shared", "add", f"s-{self.run_mark}@{self.domain}", "--name", "Shared")
        for number in (1, 2):
            skyctl("delegate", "set", shared, address(number), "--full-access")
        grace, third = self.back_again(1), self.back_again(2)
        inbox = f'"Other Users/{shared}/INBOX"'
        eventually(lambda: self.has(third.ok('LIST "" *')[0], re.escape(inbox)) or True, 6)
        self.assertTrue(grace.append(inbox, message(), "(\\Seen) ").startswith(b"OK"))
        grace.ok(f"SELECT {inbox}")
        third.ok(f"SELECT {inbox}")
        self.assertEqual((self.seen(grace), self.seen(third)), ([1], []))


if __name__ == "__main__":
    unittest.main()
