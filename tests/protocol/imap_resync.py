"""CONDSTORE and QRESYNC: clients that were here before and are told what happened meanwhile (RFC 7162)."""
import re
import unittest

from hostile_stores import sql
from imap_support import Case, message
from suite_support import skip_unless_local


def highest(lines):
    return max(int(found[1]) for line in lines if (found := re.search(rb"HIGHESTMODSEQ (\d+)", line)))


def uid_validity(lines):
    return next(int(found[1]) for line in lines if (found := re.search(rb"UIDVALIDITY (\d+)", line)))


class Resync(Case):
    """self.imap changes the mailbox; self.back is the client that comes back."""

    def setUp(self):
        super().setUp()
        self.filled(6)
        self.back = self.sign_in()
        self.has(self.back.ok("ENABLE QRESYNC")[0], r"ENABLED QRESYNC$")
        lines, _ = self.back.ok(f"SELECT {self.box}")
        self.validity, self.modseq = uid_validity(lines), highest(lines)
        self.back.ok("UNSELECT")

    def change(self):
        """Flags on 2, 4 and 6 (4 twice), 3 and 5 expunged, 7 is new."""
        self.imap.ok("UID STORE 2,4,6 +FLAGS.SILENT (\\Flagged)")
        self.imap.ok("UID STORE 4 +FLAGS.SILENT ($Label1)")
        self.imap.ok("UID STORE 3,5 +FLAGS.SILENT (\\Deleted)")
        self.imap.ok("EXPUNGE")
        self.imap.append(self.box, message("Seventh"))

    def returns(self, more="", verb="SELECT"):
        return self.back.ok(f"{verb} {self.box} (QRESYNC ({self.validity} {self.modseq}{more}))")[0]

    def news(self, lines):
        return [line for line in lines if b"VANISHED" in line or b" FETCH " in line]

    def test_what_changed_is_told_at_select(self):
        "[rfc7162:3.2.5] [rfc7162:3.2.10] [rfc7162:3.2.3]"
        self.change()
        lines = self.returns()
        self.assertEqual([re.sub(rb"MODSEQ \(\d+\)", b"MODSEQ", line) for line in self.news(lines)],
                         [b"* VANISHED (EARLIER) 3,5", b"* 2 FETCH (UID 2 FLAGS (\\Flagged) MODSEQ)", b"* 3 FETCH (UID 4 FLAGS (\\Flagged $Label1) MODSEQ)",
                          b"* 4 FETCH (UID 6 FLAGS (\\Flagged) MODSEQ)", b"* 5 FETCH (UID 7 FLAGS () MODSEQ)"])
        self.has(lines, r"\* 5 EXISTS")
        self.assertEqual(max(int(number) for line in lines for number in re.findall(rb"MODSEQ \((\d+)\)", line)), highest(lines))
        self.modseq = highest(lines)
        self.assertEqual(self.news(self.returns(verb="EXAMINE")), [])

    def test_only_what_the_client_knows_is_told(self):
        "[rfc7162:3.2.5]"
        self.change()
        news = self.news(self.returns(" 1:3,6"))
        self.assertEqual(news[0], b"* VANISHED (EARLIER) 3")
        self.assertEqual([re.search(rb"UID (\d)", line)[1] for line in news[1:]], [b"2", b"6"])

    def test_another_uidvalidity_means_another_mailbox(self):
        "[rfc7162:3.2.5]"
        self.change()
        self.validity += 1
        self.assertEqual(self.news(self.returns()), [])

    def test_it_has_to_be_enabled(self):
        "[rfc7162:3.2.5] [rfc7162:3.2.6]"
        parameter = f"(QRESYNC ({self.validity} {self.modseq}))"
        self.assertTrue(self.imap.says(f"SELECT {self.box} {parameter}")[1].startswith(b"BAD"))
        self.imap.ok(f"SELECT {self.box} (CONDSTORE)")
        self.assertTrue(self.imap.says("UID FETCH 1:* FLAGS (CHANGEDSINCE 1 VANISHED)")[1].startswith(b"BAD"))
        self.back.ok(f"SELECT {self.box}")
        self.assertTrue(self.back.says("FETCH 1:* FLAGS (CHANGEDSINCE 1 VANISHED)")[1].startswith(b"BAD"))
        self.assertTrue(self.back.says("UID FETCH 1:* FLAGS (VANISHED)")[1].startswith(b"BAD"))

    def test_fetch_tells_what_vanished(self):
        "[rfc7162:3.2.6] [rfc7162:3.1.4.1]"
        self.change()
        self.back.ok(f"SELECT {self.box}")
        lines, _ = self.back.ok(f"UID FETCH 1:* (FLAGS) (CHANGEDSINCE {self.modseq} VANISHED)")
        self.assertEqual(lines[0], b"* VANISHED (EARLIER) 3,5")
        self.assertEqual([re.search(rb"\* (\d) FETCH \(UID (\d)", line).groups() for line in lines[1:]],
                         [(b"2", b"2"), (b"3", b"4"), (b"4", b"6"), (b"5", b"7")])
        lines, _ = self.back.ok(f"UID FETCH 5:6 (FLAGS) (CHANGEDSINCE {self.modseq} VANISHED)")
        self.assertEqual(lines[0], b"* VANISHED (EARLIER) 5")
        self.assertEqual(len(lines), 2)
        # What vanished may lie above every message that is left.
        self.imap.ok("UID STORE 6,7 +FLAGS.SILENT (\\Deleted)")
        self.imap.ok("EXPUNGE")
        self.back.ok("NOOP")
        self.assertEqual(self.back.ok(f"UID FETCH 1:* (FLAGS) (CHANGEDSINCE {self.modseq} VANISHED)")[0][0], b"* VANISHED (EARLIER) 3,5:7")

    @skip_unless_local
    def test_where_history_is_gone_the_answer_is_what_is_there(self):
        "[rfc7162:3.2.5.2] [rfc7162:3.2.5]"
        self.change()
        sql("update mail.account a set log_floor = modseq where exists (select from mail.mailbox b where b.account_id = a.account_id "
            f"and b.name = '{self.box}')")
        self.assertEqual(self.news(self.returns())[0], b"* VANISHED (EARLIER) 3,5")
        self.assertEqual(self.news(self.returns(" 2:5"))[0], b"* VANISHED (EARLIER) 3,5")
        # Message 2 is still UID 2: nothing below it can have vanished; 4 was UID 4 and is UID 6 now.
        self.assertEqual(self.news(self.returns(" 1:6 (2,4 2,4)"))[0], b"* VANISHED (EARLIER) 3,5")
        # A pair that holds now ends the search: what lies below it is taken to be there.
        self.assertEqual([line for line in self.news(self.returns(" 1:6 (4 6)")) if b"VANISHED" in line], [])
        self.back.ok("UNSELECT")
        self.back.ok(f"SELECT {self.box}")
        self.assertEqual(self.back.ok(f"UID FETCH 1:* (FLAGS) (CHANGEDSINCE {self.modseq} VANISHED)")[0][0], b"* VANISHED (EARLIER) 3,5")

    def test_expunged_messages_vanish(self):
        "[rfc7162:3.2.10] [rfc7162:3.2.7] [rfc7162:3.2.9]"
        self.back.ok(f"SELECT {self.box}")
        self.back.ok("UID STORE 1,2,4,6 +FLAGS.SILENT (\\Deleted)")
        lines, tagged = self.back.ok("UID EXPUNGE 1:2")
        self.assertEqual(lines, [b"* VANISHED 1:2"])
        after = int(re.match(rb"OK \[HIGHESTMODSEQ (\d+)\]", tagged)[1])
        lines, tagged = self.back.ok("EXPUNGE")
        self.assertEqual(lines, [b"* VANISHED 4,6"])
        self.assertGreater(int(re.match(rb"OK \[HIGHESTMODSEQ (\d+)\]", tagged)[1]), after)
        self.assertFalse(self.back.ok("EXPUNGE")[1].startswith(b"OK ["))
        self.assertEqual(self.back.ok("UID SEARCH ALL")[0], [b"* SEARCH 3 5"])
        # Another client hears of it in its own way.
        self.assertEqual([line for line in self.imap.ok("NOOP")[0] if b"EXPUNGE" in line],
                         [b"* 1 EXPUNGE", b"* 1 EXPUNGE", b"* 2 EXPUNGE", b"* 3 EXPUNGE"])

    def test_close_names_no_place_to_go_on_from(self):
        "[rfc7162:3.2.8]"
        self.back.ok(f"SELECT {self.box}")
        self.back.ok("UID STORE 1 +FLAGS (\\Deleted)")
        self.back.ok("NOOP")
        self.assertTrue(self.back.ok("CLOSE")[1].startswith(b"OK CLOSE"))
        self.has(self.news(self.returns()), r"^\* VANISHED \(EARLIER\) 1$")

    def test_who_enabled_condstore_hears_the_uid_with_every_change(self):
        "[rfc7162:3.2.4] [rfc7162:3.1.4.2]"
        client = self.sign_in()
        client.ok(f"SELECT {self.box} (CONDSTORE)")
        first = client.ok("FETCH 1 UID")[0][0].split()[4].rstrip(b")").decode()
        self.has(client.ok("STORE 1 +FLAGS (\\Flagged)")[0], rf"^\* 1 FETCH \(UID {first} FLAGS \(.*\) MODSEQ \(\d+\)\)$")
        self.has(client.ok("STORE 1 -FLAGS.SILENT (\\Flagged)")[0], rf"^\* 1 FETCH \(UID {first} MODSEQ \(\d+\)\)$")
        lines, _ = client.ok("FETCH 1 BODY[HEADER.FIELDS (SUBJECT)]")  # marks it seen
        self.has(lines, rf"^\* 1 FETCH \(UID {first} BODY\[")
        self.has(lines, r"FLAGS \(.*\\Seen.*MODSEQ \(\d+\)")
        self.has(client.ok("FETCH 1 (FLAGS)")[0], r"^\* 1 FETCH \(FLAGS \([^()]*\)\)$")  # what is asked for is answered as asked

    def test_no_expunge_is_told_while_numbers_are_searched_for(self):
        "[rfc7162:3.2.10.2]"
        self.back.ok(f"SELECT {self.box}")
        self.back.ok("UID SEARCH ALL")
        self.imap.ok("UID STORE 1 +FLAGS.SILENT (\\Deleted)")
        self.imap.ok("UID EXPUNGE 1")
        for command in ("UID SEARCH 1:*", "UID SORT (ARRIVAL) UTF-8 NOT 2", "UID THREAD REFS UTF-8 OR 1 2"):
            self.hasnt(self.back.ok(command)[0], "VANISHED")
        self.has(self.back.ok("UID SEARCH ALL")[0], r"^\* VANISHED 1$")

    def test_annotations_raise_the_mailboxs_modseq(self):
        "[rfc7162:3.2]"
        highest = lambda: int(re.search(rb"HIGHESTMODSEQ (\d+)", self.imap.ok(f"STATUS {self.box} (HIGHESTMODSEQ)")[0][0])[1])
        before = highest()
        self.imap.ok(f'SETMETADATA {self.box} (/shared/comment "A note")')
        self.assertGreater(highest(), before)

    def test_flag_changes_come_with_modseq_and_uid(self):
        "[rfc7162:3.1] [rfc7162:3.1.8]"
        self.back.ok(f"SELECT {self.box}")
        old = self.sign_in()
        lines, _ = old.ok(f"SELECT {self.box} (CONDSTORE)")
        self.imap.ok("UID STORE 3 +FLAGS (\\Answered)")
        self.has(self.back.ok("NOOP")[0], r"^\* 3 FETCH \(UID 3 FLAGS \(\\Answered\) MODSEQ \(\d+\)\)$")
        self.has(old.ok("NOOP")[0], r"^\* 3 FETCH \(UID 3 FLAGS \(\\Answered\) MODSEQ \(\d+\)\)$")
        self.has(old.ok(f"STATUS {self.box} (HIGHESTMODSEQ)")[0], r"HIGHESTMODSEQ \d+")
        self.has(self.back.ok("UID STORE 3 +FLAGS.SILENT (\\Seen)")[0], r"^\* 3 FETCH \(UID 3 MODSEQ \(\d+\)\)$")

    def test_no_modseq_is_told_above_an_expunge_that_is_held_back(self):
        "[rfc7162:3.2.10]"
        self.back.ok(f"SELECT {self.box}")
        self.back.ok("FETCH 1:6 FLAGS")
        self.imap.ok("UID STORE 2 +FLAGS.SILENT (\\Deleted)")
        self.imap.ok("EXPUNGE")
        self.imap.ok("UID STORE 4 +FLAGS.SILENT (\\Flagged)")
        self.imap.append(self.box, message())
        lines, _ = self.back.ok("FETCH 1 UID")  # message numbers are in use: the expunge has to wait
        self.hasnt(lines, "VANISHED")
        self.hasnt(lines, "Flagged")
        lines, _ = self.back.ok("NOOP")
        self.assertEqual(lines[0], b"* VANISHED 2")
        self.has(lines, r"\* 3 FETCH \(UID 4 FLAGS \(\\Flagged\) MODSEQ")


if __name__ == "__main__":
    unittest.main()
