"""How many messages one command works on (RFC 9738). tests/run sets both limits low, and SAVE_LIMIT below MESSAGE_LIMIT."""
import re
import unittest

from imap_support import Case, message


def uids_of(lines):
    return [int(found[1]) for line in lines if (found := re.search(rb"UID (\d+)", line))]


class Limits(Case):
    """Mailboxes that hold `over` messages more than one command works on: UIDs from 1, the newest has UID self.last."""

    over = 9

    def setUp(self):
        super().setUp()
        capability = self.imap.ok("CAPABILITY")[0][0]
        self.limit = int(re.search(rb" MESSAGELIMIT=(\d+)", capability)[1])
        self.saved = int(re.search(rb" SAVELIMIT=(\d+)", capability)[1])
        if not self.saved < self.limit <= 10_000:
            self.skipTest("this suite's limits are not those that tests/run sets")
        self.last = self.limit + self.over
        self.code = f"[MESSAGELIMIT {self.limit} {self.over + 1}]"
        self.imap.append(self.box, message())
        self.imap.ok(f"SELECT {self.box}")
        size = 1
        while size < self.last:
            more = min(size, self.saved, self.last - size)
            self.imap.ok(f"COPY 1:{more} {self.box}")
            size += more
        self.has(self.imap.ok(f"STATUS {self.box} (MESSAGES)")[0], f"MESSAGES {self.last}")

    def limited(self, command, code=None, client=None):
        """The untagged lines of a command that worked on some of the messages."""
        lines, tagged = (client or self.imap).ok(command)
        self.assertTrue(tagged.startswith(f"OK {code or self.code} ".encode()), (command, tagged))
        return lines

    def whole(self, command, client=None):
        lines, tagged = (client or self.imap).ok(command)
        self.assertNotIn(b"MESSAGELIMIT", tagged, command)
        self.hasnt(lines, "MESSAGELIMIT")
        return lines

    def refused(self, command, code=None):
        lines, tagged = self.imap.says(command)
        self.assertTrue(tagged.startswith(f"NO {code or f'[MESSAGELIMIT {self.limit}]'} ".encode()), (command, tagged))
        self.assertEqual(lines, [], command)


class Reading(Limits):
    def test_fetch_tells_the_newest_first(self):
        "[rfc9738:3.1]"
        newest = list(range(self.last, self.over, -1))
        for items in ("UID", "FLAGS", "BODY.PEEK[HEADER.FIELDS (SUBJECT)]"):
            self.assertEqual(uids_of(self.limited(f"UID FETCH 1:* ({items})")), newest, items)
        self.assertEqual(uids_of(self.limited("FETCH 1:* UID")), newest)
        self.assertEqual([int(line.split()[1]) for line in self.limited("FETCH 1:* FLAGS")], newest)
        self.assertEqual(uids_of(self.whole(f"UID FETCH 2:{self.limit + 1} FLAGS")), list(range(2, self.limit + 2)))
        self.assertEqual(uids_of(self.whole("UID FETCH 1:9,11 UID")), [*range(1, 10), 11])

    def test_pages_larger_than_the_limit_are_refused(self):
        "[rfc9738:3.1]"
        for page in (f"-1:-{self.limit + 1}", f"{self.limit + 1}:1", "1:4294967295"):
            self.refused(f"UID FETCH 1:* (FLAGS) (PARTIAL {page})")
        self.assertEqual(uids_of(self.whole("UID FETCH 1:* FLAGS (PARTIAL -1:-3)")), [self.last - 2, self.last - 1, self.last])
        self.assertEqual(len(self.whole(f"FETCH 1:* UID (PARTIAL -1:-{self.limit})")), self.limit)

    def test_searches_count_what_they_look_at(self):
        "[rfc9738:3.1] [rfc9738:3.2]"
        newest = range(self.over + 1, self.last + 1)
        self.assertEqual(sorted(map(int, self.limited("UID SEARCH UNDELETED")[0].split()[2:])), list(newest))
        self.has(self.limited("UID SEARCH RETURN (MIN MAX COUNT ALL) ALL"),
                 rf"UID MIN {newest[0]} MAX {self.last} COUNT {self.limit} ALL {newest[0]}:{self.last}$")
        # Numbers that every result has to have make it fewer; a client goes on below the newest.
        for below in ("UID 1:9", "1:9", "UIDBEFORE 10", "UNDELETED (UIDBEFORE 12 (UIDBEFORE 10))"):
            self.has(self.whole(f"UID SEARCH RETURN (ALL) {below}"), "ALL 1:9$")
        self.has(self.whole("UID SEARCH RETURN (ALL) UIDAFTER 3 UIDBEFORE 6"), "ALL 4:5$")
        self.hasnt(self.whole("UID SEARCH RETURN (ALL) UIDBEFORE 1"), "ALL")
        self.has(self.limited("UID SEARCH RETURN (ALL) UIDAFTER 3"), f"ALL {newest[0]}:{self.last}$")
        # What only some results have to have does not.
        self.has(self.limited("UID SEARCH RETURN (ALL) NOT UIDAFTER 12"), "ALL 10:12$")
        self.has(self.limited("UID SEARCH RETURN (ALL) OR UID 1:11 SEEN"), "ALL 10:11$")

    def test_saved_results_are_those_looked_at(self):
        "[rfc9738:3.4]"
        self.limited("UID SEARCH RETURN (SAVE) ALL")
        self.assertEqual(uids_of(self.whole("UID FETCH $ UID")), list(range(self.over + 1, self.last + 1)))
        self.whole("UID SEARCH RETURN (SAVE) UIDBEFORE 5")
        self.has(self.whole("UID SEARCH RETURN (ALL) UNDELETED UID $"), "ALL 1:4$")

    def test_what_sorts_is_refused(self):
        "[rfc9738:3.3]"
        self.whole("UID SEARCH RETURN (SAVE) UIDBEFORE 5")
        for command in ("SORT (SUBJECT) UTF-8 ALL", "UID SORT (ARRIVAL) UTF-8 UIDAFTER 4", "UID SORT RETURN (SAVE COUNT) (ARRIVAL) UTF-8 ALL",
                        "THREAD REFERENCES UTF-8 ALL", "UID THREAD ORDEREDSUBJECT UTF-8 UNDELETED"):
            self.refused(command)
        self.assertEqual(self.whole("UID FETCH $ UID"), [])
        self.assertEqual(self.whole("UID SORT (REVERSE ARRIVAL) UTF-8 UIDBEFORE 4 UNDELETED")[0].split()[:2], [b"*", b"SORT"])
        self.assertEqual(len(self.whole(f"SORT (SUBJECT) UTF-8 UIDAFTER {self.over}")[0].split()), self.limit + 2)
        self.has(self.whole("UID THREAD REFERENCES UTF-8 UID 1:2"), r"^\* THREAD .*1")

    def test_a_search_of_other_mailboxes_says_so(self):
        "[rfc9738:3.1]"
        lines, tagged = self.sign_in().ok(f"ESEARCH IN (mailboxes {self.box}) RETURN (COUNT) ALL")
        self.assertEqual([line for line in lines if b"MESSAGELIMIT" in line][0].split(b"]")[0], f"* NO {self.code[:-1]}".encode())
        self.has(lines, f"COUNT {self.limit}$")
        self.assertTrue(tagged.startswith(b"OK ESEARCH"), tagged)


class Changing(Limits):
    def test_store_changes_the_newest(self):
        "[rfc9738:3.1]"
        newest = list(range(self.last, self.over, -1))
        self.assertEqual(uids_of(self.limited("UID STORE 1:* +FLAGS (\\Flagged)")), newest)
        self.assertEqual(self.limited("STORE 1:* +FLAGS.SILENT (\\Seen)"), [])
        self.has(self.whole("UID SEARCH RETURN (ALL) UIDBEFORE 20 FLAGGED SEEN"), "ALL 10:19$")
        lines, tagged = self.imap.ok("UID STORE 1:* (UNCHANGEDSINCE 1) +FLAGS (\\Answered)")
        self.has(lines, rf"^\* NO {re.escape(self.code)}")
        self.assertTrue(tagged.startswith(f"OK [MODIFIED 10:{self.last}]".encode()), tagged)

    def test_copy_is_refused_whole(self):
        "[rfc9738:3.1]"
        other = f"{self.box}/other"
        self.imap.ok(f"CREATE {other}")
        self.refused(f"COPY 1:* {other}", f"[MESSAGELIMIT {self.saved} {self.last - self.saved + 1}]")
        self.refused(f"UID COPY 1:{self.saved + 1} {other}", f"[MESSAGELIMIT {self.saved} 2]")
        self.has(self.imap.ok(f"STATUS {other} (MESSAGES)")[0], r"MESSAGES 0\)")
        self.assertRegex(self.imap.ok(f"UID COPY 2:{self.saved + 1} {other}")[1], rf"OK \[COPYUID \d+ 2:{self.saved + 1} 1:{self.saved}\]".encode())

    def test_move_takes_the_newest_in_steps(self):
        "[rfc9738:3.1] [rfc9051:6.4.8]"
        other = f"{self.box}/other"
        self.imap.ok(f"CREATE {other}")
        lines = self.limited(f"UID MOVE 1:* {other}")
        step = self.over + self.saved
        for line, uids in zip(lines, (f"{self.over + 1}:{step} 1:{self.saved}", f"{step + 1}:{self.last} {self.saved + 1}:{self.limit}")):
            self.assertRegex(line, rf"^\* OK \[COPYUID \d+ {uids}\]".encode())
        self.assertEqual(len(lines[2:]), self.limit)
        self.assertTrue(all(line.endswith(b" EXPUNGE") for line in lines[2:]))
        lines = self.whole(f"MOVE 1:* {other}")
        self.assertRegex(lines[0], rf"^\* OK \[COPYUID \d+ 1:9 {self.limit + 1}:{self.last}\]".encode())
        self.assertEqual(lines[1:], [b"* 1 EXPUNGE"] * 9)

    def test_the_limit_goes_ahead_of_highestmodseq(self):
        "[rfc9738:3.1]"
        back = self.sign_in()
        back.ok("ENABLE QRESYNC")
        back.ok(f"SELECT {self.box}")
        back.ok(f"CREATE {self.box}/other")
        lines, tagged = back.ok(f"UID MOVE 1:* {self.box}/other")
        self.has(lines, rf"^\* NO {re.escape(self.code)}")
        self.has(lines, rf"^\* VANISHED {self.over + 1}:{self.last}$")
        self.assertTrue(tagged.startswith(b"OK [HIGHESTMODSEQ "), tagged)

    def test_expunge_and_close_have_no_limit(self):
        "[rfc9738:3.1]"
        for uids in (f"1:{self.over}", f"{self.over + 1}:*"):
            self.whole(f"UID STORE {uids} +FLAGS.SILENT (\\Deleted)")
        self.assertEqual(len(self.whole("EXPUNGE")), self.last)


class Expunging(Limits):
    over = 109

    def test_uid_expunge_counts_what_is_marked(self):
        "[rfc9738:3.1]"
        self.whole("UID STORE 1:100 +FLAGS.SILENT (\\Deleted)")
        self.assertEqual(self.whole("UID EXPUNGE 1:*"), [b"* 1 EXPUNGE"] * 100)
        self.whole(f"UID STORE 109:{self.last - 1} +FLAGS.SILENT (\\Deleted)")
        marks = self.sign_in()  # as somebody else does, who is not heard yet
        marks.ok(f"SELECT {self.box}")
        marks.ok("UID STORE 101:108 +FLAGS.SILENT (\\Deleted)")
        self.assertEqual(len(self.limited("UID EXPUNGE 1:*", f"[MESSAGELIMIT {self.limit} 109]")), self.limit + 8)
        self.has(self.whole("UID SEARCH RETURN (ALL) ALL"), f"ALL 101:108,{self.last}$")
        self.has(self.whole("UID SEARCH RETURN (ALL) DELETED"), "ALL 101:108$")

    def test_uid_expunge_tells_the_limit_ahead_of_highestmodseq(self):
        "[rfc9738:3.1]"
        back = self.sign_in()
        back.ok("ENABLE QRESYNC")
        back.ok(f"SELECT {self.box}")
        for uids in ("1:109", "110:*"):
            back.ok(f"UID STORE {uids} +FLAGS.SILENT (\\Deleted)")
        lines, tagged = back.ok("UID EXPUNGE 1:*")
        self.has(lines, rf"^\* NO {re.escape(self.code)}")
        self.has(lines, rf"^\* VANISHED {self.over + 1}:{self.last}$")
        self.assertTrue(tagged.startswith(b"OK [HIGHESTMODSEQ "), tagged)


if __name__ == "__main__":
    unittest.main()
