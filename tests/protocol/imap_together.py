"""Two sessions on one mailbox, and IDLE."""
import time
import unittest

from imap_support import Case, message


class Together(Case):
    def setUp(self):
        super().setUp()
        self.filled()
        self.other = self.sign_in()
        self.other.ok(f"SELECT {self.box}")

    def eventually(self, client, pattern, command="NOOP"):
        """Repeats the command until its answers hold the pattern; all untagged lines so far."""
        lines, until = [], time.monotonic() + 10
        while time.monotonic() < until:
            lines += client.ok(command)[0]
            if any(pattern.encode() in line for line in lines):
                return lines
            time.sleep(0.05)
        self.fail(f"{pattern} never came: {lines}")

    def test_flags_new_mail_and_expunges_are_told(self):
        "[rfc9051:7.5.1] [rfc9051:6.1.2]"
        self.imap.ok("STORE 2 +FLAGS (\\Flagged)")
        self.has(self.eventually(self.other, "Flagged"), r"\* 2 FETCH \(FLAGS \(\\Flagged\)\)")
        self.imap.append(self.box, message())
        self.eventually(self.other, "* 4 EXISTS")
        self.imap.ok("STORE 1 +FLAGS (\\Deleted)")
        self.imap.ok("EXPUNGE")
        self.eventually(self.other, "* 1 EXPUNGE")
        self.has(self.other.ok("FETCH 1 UID")[0], r"\* 1 FETCH \(UID 2\)")

    def test_what_is_done_is_seen_by_all_in_their_next_command(self):
        "[r5] [rfc9051:6.1.2]"
        third = self.sign_in()
        for number in range(4, 40):
            third.append(self.box, message())
            self.has(self.other.ok("NOOP")[0], rf"^\* {number} EXISTS$")
            self.has(self.imap.ok("CHECK")[0], rf"^\* {number} EXISTS$")

    def test_expunges_wait_while_numbers_are_in_use(self):
        "[rfc9051:7.5.1]"
        self.other.ok("FETCH 1:3 FLAGS")
        self.imap.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
        self.imap.ok("EXPUNGE")
        time.sleep(0.5)
        untagged, tagged = self.other.says("FETCH 1:3 UID")
        self.hasnt(untagged, "EXPUNGE")
        self.has(untagged, r"\* 3 FETCH \(UID 3\)")
        untagged, _ = self.other.says("STORE 2 +FLAGS (\\Seen)")
        self.hasnt(untagged, "EXPUNGE")
        self.has(untagged, r"\* 2 FETCH \(FLAGS \(\\Seen\)\)")
        self.has(self.other.ok("NOOP")[0], r"\* 1 EXPUNGE")
        self.has(self.other.ok("UID SEARCH ALL")[0], r"^\* SEARCH 2 3$")

    def test_messages_that_others_expunged(self):
        "[rfc2180:4.1.3] [rfc2180:4.2.1] [rfc2180:4.2.3] [rfc5530:3]"
        self.other.ok("FETCH 1:3 FLAGS")
        self.imap.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
        self.imap.ok("EXPUNGE")
        gone = r"^NO \[EXPUNGEISSUED\] .*no longer exist.*have been deleted"
        self.has([self.other.says("FETCH 1 (FLAGS BODY.PEEK[])")[1]], gone)
        untagged, tagged = self.other.says("FETCH 1:2 (UID ENVELOPE)")
        self.has(untagged, r"^\* 2 FETCH \(UID 2 ")
        self.has([tagged], gone)
        untagged, tagged = self.other.says("STORE 1:2 +FLAGS (\\Seen)")
        self.assertEqual(untagged, [b"* 2 FETCH (FLAGS (\\Seen))"])
        self.has([tagged], gone)
        untagged, tagged = self.other.ok("STORE 1,3 +FLAGS.SILENT (\\Flagged)")
        self.assertEqual(untagged, [])
        self.has([tagged], r"^OK \[EXPUNGEISSUED\]")
        self.has(self.other.ok("NOOP")[0], r"^\* 1 EXPUNGE$")
        self.has(self.other.ok("FETCH 2 (UID FLAGS)")[0], r"FETCH \(UID 3 FLAGS \(\\Flagged\)\)")

    def test_changes_are_told_with_their_modseq_though_the_flags_were_fetched(self):
        "[rfc7162:3.1]"
        self.other.ok(f"SELECT {self.box} (CONDSTORE)")
        self.imap.ok("STORE 2 +FLAGS (\\Flagged)")
        told = self.other.ok("FETCH 2 (FLAGS)")[0]
        self.has(told, r"^\* 2 FETCH \(FLAGS \(\\Flagged\)\)$")
        self.has(told + self.other.ok("NOOP")[0], r"^\* 2 FETCH \((UID 2 )?FLAGS \(\\Flagged\) MODSEQ \(\d+\)\)$")
        self.assertEqual(self.other.ok("NOOP")[0], [])
        self.imap.ok("STORE 2 -FLAGS (\\Flagged)")
        self.has(self.other.ok("FETCH 2 (FLAGS MODSEQ)")[0], r"^\* 2 FETCH \(FLAGS \(\) MODSEQ \(\d+\)\)$")
        self.assertEqual(self.other.ok("NOOP")[0], [])

    def test_idle_hears_at_once(self):
        "[rfc9051:6.3.13]"
        self.other.send("i IDLE\r\n")
        self.assertTrue(self.other.line().startswith(b"+"))
        time.sleep(0.3)
        started = time.monotonic()
        self.imap.append(self.box, message())
        self.assertEqual(self.other.line(), b"* 4 EXISTS")
        self.assertLess(time.monotonic() - started, 5)
        self.imap.ok("STORE 1 +FLAGS (\\Deleted)")
        self.assertEqual(self.other.line(), b"* 1 FETCH (FLAGS (\\Deleted))")
        self.imap.ok("EXPUNGE")
        self.assertEqual(self.other.line(), b"* 1 EXPUNGE")
        self.other.send("DONE\r\n")
        self.assertTrue(self.other.until("i")[1].startswith(b"OK"))
        self.other.send("j IDLE\r\n")
        self.other.line()
        self.other.send("NOT DONE\r\n")
        self.assertTrue(self.other.until("j")[1].startswith(b"BAD"))

    def test_a_deleted_mailbox_ends_its_sessions_gently(self):
        self.imap.ok("UNSELECT")
        self.imap.ok(f"DELETE {self.box}")
        untagged, tagged = self.other.says("FETCH 1 BODY.PEEK[]")
        self.assertTrue(tagged.startswith((b"OK", b"NO")) or untagged)

    def test_another_account_sees_nothing_of_it(self):
        stranger = self.sign_in(1)
        self.assertTrue(stranger.says(f"SELECT {self.box}")[1].startswith(b"NO [NONEXISTENT]"))
        self.hasnt(stranger.ok('LIST "" "*"')[0], self.box)


if __name__ == "__main__":
    unittest.main()
