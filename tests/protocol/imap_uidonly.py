"""UIDONLY, UIDBATCHES and PARTIAL (RFC 9586, RFC 10022, RFC 9394)."""
import re
import unittest

from imap_support import Case, message


class UidOnly(Case):
    def setUp(self):
        super().setUp()
        self.filled(4)
        self.only = self.sign_in()
        self.has(self.only.ok("ENABLE UIDONLY")[0], r"^\* ENABLED UIDONLY$")
        self.only.ok(f"SELECT {self.box}")

    def test_message_numbers_are_refused(self):
        "[rfc9586:3] [rfc9586:3.1]"
        for command in ("FETCH 1 FLAGS", "STORE 1 +FLAGS (\\Seen)", "SEARCH ALL", f"COPY 1 {self.box}", f"MOVE 1 {self.box}", "UID SEARCH 1:2",
                        "UID SEARCH NOT (OR 1 UNSEEN SEEN)"):
            self.assertTrue(self.only.says(command)[1].startswith(b"BAD [UIDREQUIRED]"), command)
        self.has(self.only.ok("UID SEARCH UID 2:3")[0], r"^\* SEARCH 2 3$")
        self.only.ok("ENABLE QRESYNC")
        self.assertTrue(self.only.says(f"SELECT {self.box} (QRESYNC (1 1 1:2 (1 1)))")[1].startswith(b"BAD [UIDREQUIRED]"))

    def test_answers_name_uids(self):
        "[rfc9586:3.3] [rfc9586:3.4]"
        self.imap.ok("UID STORE 1 +FLAGS.SILENT (\\Deleted)")
        self.imap.ok("EXPUNGE")
        self.assertEqual(self.only.ok("NOOP")[0], [b"* VANISHED 1"])
        self.assertEqual(self.only.ok("UID FETCH 2:3 (FLAGS)")[0], [b"* 2 UIDFETCH (FLAGS ())", b"* 3 UIDFETCH (FLAGS ())"])
        self.assertEqual(self.only.ok("UID FETCH 4 (UID BODY.PEEK[HEADER.FIELDS (Subject)])")[0],
                         [b"* 4 UIDFETCH (UID 4 BODY[HEADER.FIELDS (Subject)] {21}\r\nSubject: Number 4\r\n\r\n)"])
        self.assertEqual(self.only.ok("UID STORE 3 +FLAGS (\\Seen)")[0], [b"* 3 UIDFETCH (FLAGS (\\Seen))"])
        self.imap.ok("UID STORE 4 +FLAGS (\\Flagged)")
        self.assertEqual(self.only.ok("NOOP")[0], [b"* 4 UIDFETCH (FLAGS (\\Flagged))"])
        self.only.ok("UID STORE 2 +FLAGS.SILENT (\\Deleted)")
        self.assertEqual(self.only.ok("EXPUNGE")[0], [b"* VANISHED 2"])
        self.imap.append(self.box, message())
        self.has(self.only.ok("NOOP")[0], r"^\* 3 EXISTS$")

    def test_a_client_that_comes_back(self):
        "[rfc9586:3.3] [rfc7162:3.2.5]"
        back = self.sign_in()
        self.has(back.ok("ENABLE UIDONLY QRESYNC")[0], "ENABLED UIDONLY QRESYNC$")
        lines, _ = back.ok(f"SELECT {self.box}")
        validity = next(found[1] for line in lines if (found := re.search(rb"UIDVALIDITY (\d+)", line))).decode()
        modseq = next(found[1] for line in lines if (found := re.search(rb"HIGHESTMODSEQ (\d+)", line))).decode()
        self.imap.ok("UID STORE 2 +FLAGS.SILENT (\\Deleted)")
        self.imap.ok("EXPUNGE")
        self.imap.ok("UID STORE 3 +FLAGS.SILENT (\\Seen)")
        lines, _ = back.ok(f"SELECT {self.box} (QRESYNC ({validity} {modseq}))")
        self.has(lines, r"^\* VANISHED \(EARLIER\) 2$")
        self.has(lines, r"^\* 3 UIDFETCH \(FLAGS \(\\Seen\) MODSEQ \(\d+\)\)$")


class Pages(Case):
    def test_fetch_by_pages(self):
        "[rfc9394:3.3] [rfc9394:3.4]"
        self.filled(6)
        uids = lambda answer: [int(re.search(rb"UID (\d+)", line)[1]) for line in answer[0]]
        self.assertEqual(uids(self.imap.ok("UID FETCH 1:* (UID) (PARTIAL 1:2)")), [1, 2])
        self.assertEqual(uids(self.imap.ok("UID FETCH 1:* (UID) (PARTIAL -1:-2)")), [5, 6])
        self.assertEqual(uids(self.imap.ok("UID FETCH 2:5 (UID) (PARTIAL -3:-9)")), [2, 3])
        self.assertEqual(uids(self.imap.ok("UID FETCH 1:* (UID) (PARTIAL 7:9)")), [])
        modseq = int(re.search(rb"MODSEQ \((\d+)\)", self.imap.ok("UID FETCH 6 MODSEQ")[0][0])[1])
        self.imap.ok("UID STORE 2:4 +FLAGS.SILENT (\\Seen)")
        self.assertEqual(uids(self.imap.ok(f"UID FETCH 1:* (UID) (PARTIAL -1:-3 CHANGEDSINCE {modseq})")), [4])
        self.assertEqual(uids(self.imap.ok(f"UID FETCH 1:* (UID) (CHANGEDSINCE {modseq} PARTIAL 1:3)")), [2, 3])
        self.assertTrue(self.imap.says("UID FETCH 1:* (UID) (PARTIAL 1:-2)")[1].startswith(b"BAD"))


class Batches(Case):
    def doubled(self, count):
        self.imap.append(self.box, message())
        self.imap.ok(f"SELECT {self.box}")
        size = 1
        while size < count:
            more = min(size, count - size)
            self.imap.ok(f"COPY 1:{more} {self.box}")
            size += more
        self.has(self.imap.ok(f"STATUS {self.box} (MESSAGES)")[0], f"MESSAGES {count}")

    def batches(self, arguments, client=None):
        lines, _ = (client or self.imap).ok(f"UIDBATCHES {arguments}")
        ranges = re.fullmatch(rb'\* UIDBATCHES \(TAG "t\d+"\)(?: ([\d:,]+))?', lines[0])[1]
        return ranges.decode() if ranges else ""

    def test_batches(self):
        "[rfc10022]"
        self.filled(1)
        self.assertEqual(self.batches("500"), "1:1")
        self.imap.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
        self.imap.ok("EXPUNGE")
        self.assertEqual(self.batches("500"), "")
        self.imap.ok("UNSELECT")
        self.doubled(1201)  # UIDs 2 to 1202
        self.assertEqual(self.batches("500"), "1202:703,702:203,202:1")
        self.assertEqual(self.batches("500 2:2"), "702:203")
        self.assertEqual(self.batches("500 3:9"), "202:1")
        self.assertEqual(self.batches("500 4:9"), "")
        self.assertEqual(self.batches("1201"), "1202:1")
        self.imap.ok("UID STORE 600:899 +FLAGS.SILENT (\\Deleted)")
        self.imap.ok("EXPUNGE")
        self.assertEqual(self.batches("500"), "1202:403,402:1")
        only = self.sign_in()
        only.ok("ENABLE UIDONLY")
        only.ok(f"EXAMINE {self.box}")
        self.assertEqual(self.batches("500", only), "1202:403,402:1")
        self.assertTrue(self.imap.says("UIDBATCHES 499")[1].startswith(b"NO [TOOFEW]"))
        self.assertTrue(self.imap.says("UIDBATCHES 500 1:201")[1].startswith(b"NO [TOOMANY]"))
        self.assertTrue(self.imap.says("UIDBATCHES 500 2:1")[1].startswith(b"BAD [CLIENTBUG]"))
        for wrong in ("UIDBATCHES", "UIDBATCHES x", "UIDBATCHES 500 1", "UIDBATCHES 0", "UIDBATCHES 500 1:2 x"):
            self.assertTrue(self.imap.says(wrong)[1].startswith(b"BAD"), wrong)


if __name__ == "__main__":
    unittest.main()
