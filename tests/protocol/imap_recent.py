#!/usr/bin/env python3
"""\\Recent as IMAP4rev1 has it (RFC 3501 §2.3.2), and the other things that only its SELECT says."""
import unittest

from imap_support import Case, message


class Recent(Case):
    def setUp(self):
        super().setUp()
        self.imap = self.sign_in(recent=True)
        self.other = self.sign_in(recent=True)

    def put(self, count=1, flags=""):
        for _ in range(count):
            self.assertTrue(self.imap.append(self.box, message(), flags).startswith(b"OK"))

    def recent(self, client):
        lines, _ = client.ok("FETCH 1:* FLAGS")
        return [b"\\Recent" in line for line in lines]

    def status(self):
        return self.sign_in(recent=True).ok(f"STATUS {self.box} (RECENT)")[0][0].rsplit(b" ", 1)[1]

    def test_the_first_session_is_told(self):
        "[rfc3501:2.3.2] [rfc3501:6.3.1] [rfc3501:7.3.2]"
        self.put(2)
        self.assertEqual(self.status(), b"2)")
        self.has(self.imap.ok(f"SELECT {self.box}")[0], r"^\* 2 RECENT$")
        self.assertEqual(self.status(), b"0)")
        self.has(self.other.ok(f"SELECT {self.box}")[0], r"^\* 0 RECENT$")
        self.assertEqual(self.recent(self.imap), [True, True])
        self.assertEqual(self.recent(self.other), [False, False])
        self.imap.ok("UNSELECT")
        self.has(self.imap.ok(f"SELECT {self.box}")[0], r"^\* 0 RECENT$")

    def test_a_list_counts_it_in_each_mailbox(self):
        "[rfc5819:2]"
        self.put(3)
        for name, count in (("told", 2), ("new", 1), ("none", 0)):
            self.imap.ok(f"CREATE {self.box}/{name}")
            for _ in range(count):
                self.imap.append(f"{self.box}/{name}", message())
        self.imap.ok(f"SELECT {self.box}/told")
        lines, _ = self.sign_in(recent=True).ok(f'LIST "" {self.box}* RETURN (STATUS (RECENT MESSAGES))')
        self.assertEqual([line for line in lines if line.startswith(b"* STATUS")],
                         [f"* STATUS {self.box}{name}".encode() for name in (" (RECENT 3 MESSAGES 3)", "/new (RECENT 1 MESSAGES 1)",
                                                                            "/none (RECENT 0 MESSAGES 0)", "/told (RECENT 0 MESSAGES 2)")])

    def test_nothing_is_recent_to_who_enabled_rev2(self):
        "[rfc9051:E]"
        self.put(2)
        later = self.sign_in(recent=True)
        later.ok("ENABLE IMAP4rev2")
        self.has(later.ok(f"STATUS {self.box} (MESSAGES RECENT)")[0], r"^\* STATUS \S+ \(MESSAGES 2 RECENT 0\)$")
        self.assertEqual(self.status(), b"2)")

    def test_who_only_looks_leaves_it(self):
        "[rfc3501:6.3.2]"
        self.put(2)
        for client in (self.imap, self.other):
            self.has(client.ok(f"EXAMINE {self.box}")[0], r"^\* 2 RECENT$")
            self.assertEqual(self.recent(client), [True, True])
        self.has(self.imap.ok(f"SELECT {self.box}")[0], r"^\* 2 RECENT$")
        self.has(self.other.ok(f"EXAMINE {self.box}")[0], r"^\* 0 RECENT$")

    def test_new_mail_is_recent_for_one(self):
        "[rfc3501:2.3.2] [rfc3501:7.3.2] [rfc3501:6.4.7]"
        self.put()
        self.imap.ok(f"SELECT {self.box}")
        self.other.ok(f"SELECT {self.box}")
        self.imap.ok(f"COPY 1 {self.box}")
        self.put()
        self.has(self.other.ok("NOOP")[0], r"^\* 3 EXISTS$")
        self.assertEqual([sum(seen) for seen in zip(self.recent(self.imap), self.recent(self.other))], [1, 1, 1])
        self.assertEqual(self.status(), b"0)")
        self.imap.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
        lines, _ = self.imap.ok("EXPUNGE")
        self.has(lines, r"^\* \d RECENT$")  # the count the client was told has changed

    def test_searching_by_it(self):
        "[rfc3501:6.4.4]"
        self.put()
        self.imap.ok(f"SELECT {self.box}")
        self.imap.ok("UNSELECT")
        self.put(2)
        self.imap.ok(f"SELECT {self.box}")
        self.imap.ok("STORE 3 +FLAGS (\\Seen)")
        for key, found in (("RECENT", b" 2 3"), ("NEW", b" 2"), ("OLD", b" 1"), ("NOT OLD", b" 2 3"), ("OR OLD SEEN", b" 1 3")):
            self.assertEqual(self.imap.ok(f"SEARCH {key}")[0], [b"* SEARCH" + found], key)

    def test_nobody_can_set_it(self):
        "[rfc3501:2.3.2]"
        self.put(1, "(\\Seen \\Recent) ")
        self.imap.ok(f"SELECT {self.box}")
        self.other.ok(f"SELECT {self.box}")
        self.imap.ok("STORE 1 -FLAGS (\\Recent)")
        self.other.ok("STORE 1 +FLAGS (\\Recent)")
        self.assertEqual(self.recent(self.imap), [True])
        self.assertEqual(self.recent(self.other), [False])

    def test_where_unread_mail_begins(self):
        "[rfc3501:6.3.1] [rfc9586:3.6]"
        self.put(2, "(\\Seen) ")
        self.hasnt(self.imap.ok(f"SELECT {self.box}")[0], "UNSEEN")
        self.put(2)
        self.has(self.imap.ok(f"SELECT {self.box}")[0], r"^\* OK \[UNSEEN 3\]")
        self.other.ok("ENABLE UIDONLY")
        self.hasnt(self.other.ok(f"SELECT {self.box}")[0], "UNSEEN")


class Others(Case):
    def test_a_keyword_is_introduced_before_it_is_used(self):
        "[rfc3501:7.2.6]"
        self.filled(2)
        other = self.sign_in()
        other.ok(f"SELECT {self.box}")
        lines, _ = self.imap.ok("STORE 1 +FLAGS (first)")
        self.assertTrue(lines[0].startswith(b"* FLAGS") and b"first" in lines[0], lines)
        lines, _ = other.ok("FETCH 1 FLAGS")
        self.assertTrue(any(b"first" in line for line in lines[:1] if line.startswith(b"* FLAGS")) or b"first" not in b"".join(lines), lines)

    def test_keywords_that_no_message_has_make_room(self):
        "[rfc9051:2.3.2] [rfc9051:7.1]"
        self.filled(2)
        self.has(self.sign_in().ok(f"SELECT {self.box}")[0], r"PERMANENTFLAGS \([^)]*\\\*\)")
        self.imap.ok(f"STORE 1 +FLAGS.SILENT ({' '.join(f'k{number}' for number in range(64))})")
        other = self.sign_in()
        other.ok(f"SELECT {self.box}")
        _, tagged = other.says("STORE 2 +FLAGS (fresh)")
        self.assertTrue(tagged.startswith(b"NO [LIMIT]"), tagged)
        self.imap.ok("STORE 1 -FLAGS.SILENT (k7 k9)")
        lines, _ = other.ok("STORE 2 +FLAGS (fresh)")
        told = next(line for line in lines if line.startswith(b"* FLAGS"))
        self.assertIn(b" fresh ", told)
        self.assertNotRegex(told, rb" k[79][ )]|  ")
        self.has(lines, r"^\* 2 FETCH .*FLAGS \(fresh\)")
        self.assertEqual(other.ok("SEARCH KEYWORD fresh")[0], [b"* SEARCH 2"])
        self.assertEqual(other.ok("SEARCH KEYWORD k7")[0], [b"* SEARCH"])
        # Who is there already hears the new list before a message that has the new keyword.
        lines, _ = self.imap.ok("NOOP")
        self.assertLess(next(at for at, line in enumerate(lines) if line.startswith(b"* FLAGS") and b" fresh " in line),
                        next(at for at, line in enumerate(lines) if b"2 FETCH" in line and b"fresh" in line))

    def test_highest_modseq_for_who_begins_to_ask(self):
        "[rfc7162:3.1.2.1]"
        self.filled(2)
        lines, _ = self.imap.ok("FETCH 1 (MODSEQ)")
        self.has(lines, r"^\* OK \[HIGHESTMODSEQ \d+\]")
        self.hasnt(self.imap.ok("FETCH 1 (MODSEQ)")[0], "HIGHESTMODSEQ")

    def test_the_uid_of_what_is_gone_is_known(self):
        "[rfc2180:4.1.1]"
        self.filled(3)
        other = self.sign_in()
        other.ok(f"SELECT {self.box}")
        other.ok("STORE 2 +FLAGS.SILENT (\\Deleted)")
        other.ok("EXPUNGE")
        self.assertEqual(self.imap.ok("FETCH 1:3 (UID)")[0], [b"* 1 FETCH (UID 1)", b"* 2 FETCH (UID 2)", b"* 3 FETCH (UID 3)"])
        self.has(self.imap.ok("NOOP")[0], r"^\* 2 EXPUNGE$")

    def test_a_page_has_one_name(self):
        "[rfc9394:3.1] [rfc9394:4]"
        self.filled(4)
        for asked in ("2:4", "4:2"):
            self.has(self.imap.ok(f"SEARCH RETURN (PARTIAL {asked}) ALL")[0], r"PARTIAL \(2:4 2:4\)")


if __name__ == "__main__":
    unittest.main()
