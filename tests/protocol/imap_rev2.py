"""IMAP4rev2 by the list of its changes (RFC 9051 Appendix E), and SAVEDATE, PREVIEW, CREATE-SPECIAL-USE, UNAUTHENTICATE."""
import datetime
import re
import unittest

from imap_support import Case, Client, endpoints, message


class Rev2(Case):
    """The numbers are those of RFC 9051 Appendix E."""

    def setUp(self):
        super().setUp()
        self.imap.recent = True  # it would be seen
        self.has(self.imap.ok("ENABLE IMAP4rev2")[0], r"^\* ENABLED IMAP4rev2$")

    def test_both_versions_are_offered_and_the_old_one_holds_until_enabled(self):
        "[rfc9051:A] [rfc9051:6.3.1]"
        client = Client()
        self.addCleanup(client.close)
        self.assertIn(b"IMAP4rev2 IMAP4rev1 ", client.greeting)
        old = self.filled(1, self.sign_in())
        old.recent = True
        untagged, _ = old.ok(f"SELECT {self.box}")
        self.has(untagged, r"^\* \d+ RECENT$")
        self.hasnt(untagged, r"^\* LIST")
        self.assertEqual(old.ok("SEARCH ALL")[0], [b"* SEARCH 1"])
        old.ok(f"CREATE {self.box}/&AOQ-")
        self.has(old.ok(f'LIST "" {self.box}/*')[0], rf"{self.box}/&AOQ-$")

    def test_what_was_an_extension_is_there(self):
        "[rfc9051:E] 2"
        capabilities = self.imap.ok("CAPABILITY")[0][0].split()
        for name in (b"NAMESPACE", b"UNSELECT", b"UIDPLUS", b"ESEARCH", b"SEARCHRES", b"ENABLE", b"IDLE", b"SASL-IR", b"LIST-EXTENDED",
                     b"LIST-STATUS", b"MOVE", b"LITERAL-", b"BINARY", b"SPECIAL-USE", b"STATUS=SIZE"):
            self.assertIn(name, capabilities)

    def test_status_size_and_deleted(self):
        "[rfc9051:6.3.11] 1, 3"
        self.filled(2)
        self.imap.ok("STORE 1 +FLAGS (\\Deleted)")
        self.has(self.imap.ok(f"STATUS {self.box} (MESSAGES DELETED SIZE)")[0], r"\(MESSAGES 2 DELETED 1 SIZE [1-9]\d+\)$")

    def test_search_answers_with_esearch(self):
        "[rfc9051:6.4.4] 4"
        self.filled(3)
        self.imap.send("x SEARCH ALL\r\n")
        self.assertEqual(self.imap.until("x")[0], [b'* ESEARCH (TAG "x") ALL 1:3'])
        self.imap.send("y UID SEARCH SEEN\r\n")
        self.assertEqual(self.imap.until("y")[0], [b'* ESEARCH (TAG "y") UID'])
        self.imap.send("z SEARCH RETURN (COUNT) ALL\r\n")
        self.assertEqual(self.imap.until("z")[0], [b'* ESEARCH (TAG "z") COUNT 3'])

    def test_parameters_in_pieces_are_joined(self):
        "[rfc9051:7.5.2] 6"
        more = "Content-Type: text/plain;\r\n name*0=long-;\r\n name*1=name.txt\r\n"
        self.imap.append(self.box, message(more=more))
        self.imap.ok(f"SELECT {self.box}")
        self.has(self.imap.ok("FETCH 1 BODYSTRUCTURE")[0], r'(?i)"name" "long-name\.txt"')

    def test_copy_and_move_tell_uids_and_make_no_mailbox(self):
        "[rfc9051:6.4.7] [rfc9051:6.4.8] 7, 8"
        self.filled(2)
        self.imap.ok(f"CREATE {self.box}/to")
        self.assertIn(b"[COPYUID ", self.imap.ok(f"COPY 1 {self.box}/to")[1])
        self.assertIn(b"[COPYUID ", self.imap.ok(f"UID COPY 1 {self.box}/to")[1])
        self.has(self.imap.ok(f"UID MOVE 2 {self.box}/to")[0], r"\[COPYUID ")
        for verb in ("COPY", "MOVE", "UID COPY", "UID MOVE"):
            self.assertTrue(self.imap.says(f"{verb} 1 {self.box}/none")[1].startswith(b"NO [TRYCREATE]"))
        self.assertEqual(self.imap.ok(f'LIST "" {self.box}/none')[0], [])

    def test_select_says_what_was_closed_and_what_was_opened(self):
        "[rfc9051:6.3.2] 9, 10, 11, 12"
        self.filled(1)
        untagged, _ = self.imap.ok("SELECT inbox")
        self.has(untagged, r"^\* OK \[CLOSED\]")
        self.has(untagged, r'^\* LIST \([^)]*\) "/" "?INBOX"?$')
        self.hasnt(untagged, "RECENT|UNSEEN")
        untagged, tagged = self.imap.says(f"SELECT {self.box}/none")
        self.has(untagged, r"^\* OK \[CLOSED\]")
        self.assertTrue(tagged.startswith(b"NO [NONEXISTENT]"))
        self.assertTrue(self.imap.says("FETCH 1 FLAGS")[1].startswith(b"BAD"))
        self.hasnt(self.imap.ok(f"EXAMINE {self.box}")[0], "CLOSED|RECENT")

    def test_keywords_that_clients_share(self):
        "[rfc9051:2.3.2] 15"
        self.filled(1)
        self.has(self.imap.ok("STORE 1 FLAGS ($MDNSent $Forwarded $Junk $NonJunk $Phishing)")[0],
                 r"\$MDNSent \$Forwarded \$Junk \$NonJunk \$Phishing")

    def test_names_are_utf8(self):
        "[rfc9051:5.1] 16"
        name = f"{self.box}/Entwürfe & mehr"
        self.imap.ok(f'CREATE "{name}"')
        self.assertIn(f'"/" "{name}"'.encode(), self.imap.ok(f'LIST "" "{self.box}/*"')[0][0])
        self.has(self.imap.ok(f'STATUS "{name}" (MESSAGES)')[0], f'STATUS "{name}"')
        self.has(self.imap.ok(f'SELECT "{name}"')[0], f'LIST \\(.*\\) "/" "{name}"')
        self.imap.ok(f'CREATE "{self.box}/&AOQ-"')  # no longer another spelling of anything
        old = self.sign_in()
        listed = old.ok(f'LIST "" "{self.box}/*"')[0]
        self.has(listed, r"Entw&APw-rfe &- mehr")
        self.has(listed, r"/&-AOQ-")
        old.ok(f'DELETE "{self.box}/&-AOQ-"')
        old.ok(f'DELETE "{self.box}/Entw&APw-rfe &- mehr"')

    def test_old_commands_and_items_still_work(self):
        "[rfc9051:E] 17, 18, 19"
        self.filled(1)
        self.imap.ok("CHECK")
        self.has(self.imap.ok("FETCH 1 (RFC822.HEADER RFC822.SIZE)")[0], r"RFC822\.HEADER \{\d+\}")
        self.imap.ok('LSUB "" "*"')
        self.has(self.imap.ok(f'LIST (SUBSCRIBED) "" "INBOX"')[0], r"\\Subscribed")

    def test_flags_that_others_change_come_with_the_uid(self):
        "[rfc9051:7.5.2] 20, 21"
        self.filled(2)
        other = self.sign_in()
        other.ok(f"SELECT {self.box}")
        other.ok("STORE 2 +FLAGS (\\Flagged)")
        untagged = []
        for _ in range(50):
            untagged += self.imap.ok("NOOP")[0]
            if untagged:
                break
        self.has(untagged, r"^\* 2 FETCH \(UID 2 FLAGS \(\\Flagged\)\)$")

    def test_a_new_name_is_told_with_the_old_one(self):
        "[rfc9051:6.3.6] [rfc9051:6.3.9.7] [rfc9051:6.3.4]"
        self.imap.ok(f"CREATE {self.box}/old")
        self.has(self.imap.ok(f"RENAME {self.box}/old {self.box}/new")[0],
                 rf'^\* LIST \(\) "/" "?{self.box}/new"? \("OLDNAME" \("?{self.box}/old"?\)\)$')
        self.has(self.imap.ok(f"CREATE inbox/{self.box}")[0], rf'"/" "?INBOX/{self.box}"? \("OLDNAME" \("?inbox/{self.box}"?\)\)$')
        self.imap.ok(f"DELETE INBOX/{self.box}")

    def test_a_name_has_one_spelling(self):
        "[rfc9051:6.3.2] [rfc9051:6.3.4] [rfc9051:6.3.5] [rfc9051:6.3.9.7]"
        parts, whole = f"{self.box}/Cafe\u0301", f"{self.box}/Caf\u00e9"
        told = lambda attributes: rf'\* LIST \({attributes}\) "/" "{whole}" \("OLDNAME" \("{parts}"\)\)$'
        self.has(self.imap.ok(f'CREATE "{parts}"')[0], told(""))
        self.assertTrue(self.imap.says(f'CREATE "{whole}"')[1].startswith(b"NO [ALREADYEXISTS]"))
        self.has(self.imap.ok(f'SELECT "{parts}"')[0], told(""))
        self.hasnt(self.imap.ok(f'SELECT "{whole}"')[0], "OLDNAME")
        self.imap.ok(f'STATUS "{parts}" (MESSAGES)')
        self.imap.ok("UNSELECT")
        self.has(self.imap.ok(f'DELETE "{parts}"')[0], told(r"\\NonExistent"))
        for wrong in ("a\u0085b", "a\u2028b", "a\u2029"):
            self.assertTrue(self.imap.says(f'CREATE "{self.box}/{wrong}"')[1].startswith(b"NO [CANNOT]"))

    def test_why_a_mailbox_stays(self):
        "[rfc9051:7.1]"
        self.imap.ok(f"CREATE {self.box}/child")
        self.imap.ok(f"DELETE {self.box}")
        self.assertTrue(self.imap.says(f"DELETE {self.box}")[1].startswith(b"NO [HASCHILDREN]"))
        self.assertTrue(self.imap.says("DELETE inbox")[1].startswith(b"NO [CANNOT]"))

    def test_it_ends_with_unauthenticate(self):
        "[rfc8437:4.1]"
        self.filled(1)
        self.imap.ok("UNAUTHENTICATE")
        entry = endpoints()["accounts"][0]
        self.imap.ok(f'LOGIN "{entry["address"]}" "{entry["password"]}"')
        self.imap.ok(f"SELECT {self.box}")
        self.assertEqual(self.imap.ok("SEARCH ALL")[0], [b"* SEARCH 1"])


class SaveDate(Case):
    def test_when_a_message_came_here(self):
        "[rfc8514:4.1] [rfc8514:4.2]"
        self.imap.append(self.box, message(), '"17-Jul-1996 02:44:25 +0000" ')
        self.imap.ok(f"SELECT {self.box}")
        lines, _ = self.imap.ok("FETCH 1 (SAVEDATE INTERNALDATE)")
        self.has(lines, r'SAVEDATE "[ \d]\d-[A-Z][a-z]{2}-20\d\d \d\d:\d\d:\d\d \+0000"')
        self.has(lines, r'INTERNALDATE "17-Jul-1996')
        self.imap.ok(f"CREATE {self.box}/two")
        self.imap.ok(f"COPY 1 {self.box}/two")
        self.imap.ok(f"SELECT {self.box}/two")
        self.has(self.imap.ok("FETCH 1 (SAVEDATE INTERNALDATE)")[0], r'SAVEDATE ".{7}20\d\d.*INTERNALDATE "17-Jul-1996')

    def test_searches_by_it(self):
        "[rfc8514:4.3]"
        self.imap.append(self.box, message(), '"17-Jul-1996 02:44:25 +0000" ')
        self.imap.ok(f"SELECT {self.box}")
        today = datetime.datetime.now(datetime.timezone.utc)
        before, after = ((today + datetime.timedelta(days=days)).strftime("%d-%b-%Y") for days in (-2, 2))
        for key, found in ((f"SAVEDSINCE {before}", True), (f"SAVEDBEFORE {after}", True), (f"SAVEDSINCE {after}", False),
                           (f"SAVEDBEFORE {before}", False), ("SAVEDON 17-Jul-1996", False), ("ON 17-Jul-1996", True),
                           ("SAVEDATESUPPORTED", True), ("NOT SAVEDATESUPPORTED", False)):
            self.assertEqual(self.imap.ok(f"SEARCH {key}")[0][0], b"* SEARCH 1" if found else b"* SEARCH", key)
        self.assertTrue(self.imap.says("SEARCH SAVEDON")[1].startswith(b"BAD"))
        self.assertTrue(self.imap.says("SEARCH SAVEDON yesterday")[1].startswith(b"BAD"))


class Preview(Case):
    def test_the_first_words_of_a_message(self):
        "[rfc8970:3.1] [rfc8970:3.2]"
        self.imap.append(self.box, message(body="Some words\r\nand   more.\r\n"))
        self.imap.append(self.box, message(body="Grüße aus Köln\r\n", more="Content-Type: text/plain; charset=utf-8\r\n"))
        self.imap.append(self.box, message(body="x" * 5000 + "\r\n"))
        self.imap.append(self.box, message(body=""))
        self.imap.ok(f"SELECT {self.box}")
        self.has(self.imap.ok("FETCH 1 PREVIEW")[0], r'^\* 1 FETCH \(PREVIEW "Some words and more\."\)$')
        text = "Grüße aus Köln".encode()
        self.assertIn(b"* 2 FETCH (PREVIEW {%d}\r\n%s)" % (len(text), text), self.imap.ok("FETCH 2 PREVIEW")[0])
        longest = re.search(rb'PREVIEW "(x+)"', self.imap.ok("FETCH 3 PREVIEW")[0][0])
        self.assertLessEqual(len(longest[1]), 256)
        self.has(self.imap.ok("FETCH 4 PREVIEW")[0], r'PREVIEW ""')
        self.hasnt(self.imap.ok("FETCH 1 FLAGS")[0], r"\\Seen")

    def test_lazy(self):
        "[rfc8970:4.1]"
        self.imap.append(self.box, message(body="Now.\r\n"))
        self.imap.ok(f"SELECT {self.box}")
        self.has(self.imap.ok("UID FETCH 1 (UID PREVIEW (LAZY) FLAGS)")[0], r'UID 1 PREVIEW "Now\." FLAGS')
        self.has(self.imap.ok("FETCH 1 PREVIEW (LAZY)")[0], r'PREVIEW "Now\."')
        self.assertTrue(self.imap.says("FETCH 1 PREVIEW (EAGER)")[1].startswith(b"BAD"))


class SpecialUse(Case):
    def test_a_mailbox_is_made_for_a_use(self):
        "[rfc6154:3]"
        listed, _ = self.imap.ok('LIST "" "*"')
        for line in listed:  # left by an earlier run
            if b"\\Important" in line:
                self.imap.ok("DELETE " + line.split(b' "/" ', 1)[1].decode())
        self.imap.ok(f"CREATE {self.box}/keep (USE (\\Important))")
        self.has(self.imap.ok(f'LIST (SPECIAL-USE) "" "{self.box}/*" RETURN (SPECIAL-USE)')[0], r"\\Important")
        self.assertTrue(self.imap.says(f"CREATE {self.box}/again (USE (\\Important))")[1].startswith(b"NO [USEATTR]"))
        self.imap.ok(f"CREATE {self.box}/plain (USE ())")
        self.imap.ok(f"DELETE {self.box}/keep")

    def test_what_can_not_be_given_is_refused_and_nothing_made(self):
        "[rfc6154:3]"
        for use in ("\\Sent", "\\All", "\\Flagged", "\\Unheard", "\\Trash \\Junk"):
            answer = self.imap.says(f"CREATE {self.box}/wrong (USE ({use}))")[1]
            self.assertTrue(answer.startswith(b"NO [USEATTR]"), (use, answer))
        for wrong in ("(USE \\Sent)", "(USE (Sent))", "(OTHER)", "()", "(USE (\\Sent)", "(USE (\\Sent) USE (\\Junk))"):
            self.assertTrue(self.imap.says(f"CREATE {self.box}/wrong {wrong}")[1].startswith(b"BAD"), wrong)
        self.assertEqual(self.imap.ok(f'LIST "" "{self.box}/*"')[0], [])


class Unauthenticate(Case):
    def sign_in_on(self, client, account):
        entry = endpoints()["accounts"][account]
        client.ok(f'LOGIN "{entry["address"]}" "{entry["password"]}"')

    def test_it_is_offered_once_signed_in(self):
        "[rfc8437:3]"
        client = Client()
        self.addCleanup(client.close)
        self.assertNotIn(b"UNAUTHENTICATE", client.greeting)
        self.assertTrue(client.says("UNAUTHENTICATE")[1].startswith(b"BAD"))
        self.assertIn(b" UNAUTHENTICATE", self.imap.ok("CAPABILITY")[0][0])

    def test_the_connection_is_as_new(self):
        "[rfc8437:3] [rfc8437:4.1]"
        self.filled(2)
        self.imap.ok("ENABLE CONDSTORE QRESYNC UIDONLY")
        self.imap.ok("UID STORE 1 +FLAGS (\\Deleted)")
        self.imap.ok("UID SEARCH RETURN (SAVE) ALL")
        self.imap.ok("NOTIFY SET (PERSONAL (MessageNew MessageExpunge))")
        _, tagged = self.imap.ok("UNAUTHENTICATE")
        self.assertNotIn(b"UNAUTHENTICATE", tagged)
        for command in ("SELECT INBOX", "UNAUTHENTICATE"):  # a third one would be one too many before sign-in
            self.assertTrue(self.imap.says(command)[1].startswith(b"BAD"), command)
        self.sign_in_on(self.imap, 0)
        self.assertTrue(self.imap.says("FETCH 1 FLAGS")[1].startswith(b"BAD"))
        self.imap.ok(f"SELECT {self.box}")
        lines, _ = self.imap.ok("FETCH 1:* FLAGS")
        self.assertEqual(len(lines), 2)  # nothing was expunged, numbers are in use
        self.hasnt(lines, "MODSEQ")
        self.assertTrue(self.imap.says("SELECT INBOX (QRESYNC (1 1))")[1].startswith(b"BAD"))

    def test_another_user_sees_nothing_of_the_first(self):
        "[rfc8437:3]"
        self.imap.ok("UNAUTHENTICATE")
        self.sign_in_on(self.imap, 1)
        self.assertEqual(self.imap.ok(f'LIST "" {self.box}')[0], [])
        self.assertTrue(self.imap.says(f"SELECT {self.box}")[1].startswith(b"NO [NONEXISTENT]"))

    def test_signing_in_again_and_again_takes_one_place(self):
        "[rfc8437:3]"
        for _ in range(25):
            self.imap.ok("UNAUTHENTICATE")
            self.sign_in_on(self.imap, 0)


if __name__ == "__main__":
    unittest.main()
