"""LIST, CREATE and the other commands about mailboxes."""
import unittest

from imap_support import Case, message


class Mailboxes(Case):
    def test_create_list_rename_delete(self):
        "[rfc9051:6.3.4] [rfc9051:6.3.5] [rfc9051:6.3.6] [rfc9051:6.3.9]"
        self.imap.ok(f"CREATE {self.box}/one/two")
        self.has(self.imap.ok(f'LIST "" "{self.box}*"')[0], rf'\\HasChildren\) "/" {self.box}/one$')
        self.hasnt(self.imap.ok(f'LIST "{self.box}/" "%"')[0], "two")
        self.assertTrue(self.imap.says(f"CREATE {self.box}/one")[1].startswith(b"NO [ALREADYEXISTS]"))
        self.imap.ok(f"RENAME {self.box}/one {self.box}/eins")
        self.has(self.imap.ok(f'LIST "" "{self.box}/*"')[0], f"{self.box}/eins/two")
        self.imap.ok(f"DELETE {self.box}/eins/two")
        self.assertTrue(self.imap.says(f"DELETE {self.box}/eins/two")[1].startswith(b"NO [NONEXISTENT]"))
        self.assertTrue(self.imap.says("DELETE INBOX")[1].startswith(b"NO"))
        self.assertTrue(self.imap.says("CREATE inbox")[1].startswith(b"NO"))

    def test_names_beyond_ascii(self):
        "[rfc3501:5.1.3]"
        self.imap.ok(f"CREATE {self.box}/Entw&APw-rfe")
        self.has(self.imap.ok(f'LIST "" "{self.box}/*"')[0], "Entw&APw-rfe")
        self.assertTrue(self.imap.says(f"CREATE {self.box}/R&D")[1].startswith((b"BAD", b"NO")))
        self.imap.ok(f"STATUS {self.box}/Entw&APw-rfe (MESSAGES)")

    def test_special_uses_and_namespace(self):
        "[rfc6154:2] [rfc9051:6.3.10] [rfc2342:5]"
        listed, _ = self.imap.ok('LIST "" "*"')
        for use in ("Sent", "Drafts", "Trash", "Junk"):
            self.has(listed, rf"\\{use}\b")
        self.has(self.imap.ok("NAMESPACE")[0], r'\(\("" "/"\)\) \(\(')
        self.has(self.imap.ok('LIST "" ""')[0], r'LIST \(\\Noselect\) "/" ""')

    def test_options_of_list(self):
        "[rfc5258:3.1] [rfc9051:6.3.9] [rfc6154:6] [rfc5161:3.2] [rfc5819:3] [rfc8440:3]"
        for wrong in ("(RECURSIVEMATCH)", "(REMOTE RECURSIVEMATCH)", "(SPECIAL-USE RECURSIVEMATCH)", "(FROB)"):
            self.assertTrue(self.imap.says(f'LIST {wrong} "" *')[1].startswith(b"BAD"), wrong)
        self.imap.ok('LIST (SPECIAL-USE SUBSCRIBED RECURSIVEMATCH REMOTE REMOTE) "" *')
        self.assertEqual(self.imap.ok('LIST "" ""')[0], [b'* LIST (\\Noselect) "/" ""'])
        for nothing in ('LIST () "" ""', 'LIST "" ("")', 'LIST "" "" RETURN (CHILDREN)', f'LIST () {self.box} ""'):
            self.assertEqual(self.imap.ok(nothing)[0], [], nothing)
        self.assertEqual(len(self.imap.ok(f'LIST "" ("" {self.box})')[0]), 1)
        self.imap.ok('LIST () "" * RETURN (CHILDREN CHILDREN SPECIAL-USE)')
        self.imap.ok(f"CREATE {self.box}/child")
        self.imap.ok(f"SUBSCRIBE {self.box}/child")
        lines, _ = self.imap.ok(f'LIST (SUBSCRIBED RECURSIVEMATCH) "" {self.box} RETURN (MYRIGHTS STATUS (MESSAGES) METADATA (/shared/comment))')
        self.imap.ok(f"UNSUBSCRIBE {self.box}/child")
        self.assertEqual(lines, [f'* LIST (\\HasChildren) "/" {self.box} (CHILDINFO ("SUBSCRIBED"))'.encode()])  # nothing more: it is not selected itself
        self.has(self.imap.ok("ENABLE CONDSTORE FROB condstore CONDSTORE")[0], r"^\* ENABLED CONDSTORE$")

    def test_subscriptions(self):
        "[rfc9051:6.3.7] [rfc9051:6.3.8] [rfc3501:6.3.9] [rfc5258:3.1]"
        self.imap.ok(f"CREATE {self.box}/deep")
        self.imap.ok(f"SUBSCRIBE {self.box}/deep")
        self.imap.ok(f"UNSUBSCRIBE {self.box}")
        self.has(self.imap.ok(f'LSUB "" "{self.box}*"')[0], f"{self.box}/deep")
        self.has(self.imap.ok(f'LSUB "" "{self.box}%"')[0], rf"\\Noselect\) \"/\" {self.box}$")
        self.has(self.imap.ok(f'LIST (SUBSCRIBED) "" "{self.box}*"')[0], r"\\Subscribed")
        self.imap.ok(f"UNSUBSCRIBE {self.box}/deep")
        self.assertEqual(self.imap.ok(f'LSUB "" "{self.box}*"')[0], [])

    def test_status(self):
        "[rfc9051:6.3.11] [rfc5819:2]"
        self.imap.append(self.box, message(), "(\\Seen) ")
        self.imap.append(self.box, message())
        self.has(self.imap.ok(f"STATUS {self.box} (MESSAGES UNSEEN UIDNEXT UIDVALIDITY RECENT)")[0],
                 rf"STATUS {self.box} \(MESSAGES 2 UNSEEN 1 UIDNEXT 3 UIDVALIDITY \d+ RECENT 2\)")
        self.has(self.imap.ok(f'LIST "" {self.box} RETURN (STATUS (MESSAGES SIZE))')[0], r"STATUS \S+ \(MESSAGES 2 SIZE \d+\)")
        self.assertTrue(self.imap.says("STATUS no-such-box (MESSAGES)")[1].startswith(b"NO [NONEXISTENT]"))

    def test_select_and_examine(self):
        "[rfc9051:6.3.2] [rfc9051:6.3.3] [rfc9051:6.4.2] [rfc9051:6.4.1]"
        self.imap.append(self.box, message())
        untagged, tagged = self.imap.ok(f"SELECT {self.box}")
        self.assertTrue(tagged.startswith(b"OK [READ-WRITE]"))
        for line in ("1 EXISTS", r"FLAGS \(", r"UIDVALIDITY \d", "UIDNEXT 2", r"PERMANENTFLAGS .*\\\*"):
            self.has(untagged, line)
        self.imap.ok("STORE 1 +FLAGS (\\Deleted)")
        self.imap.ok("UNSELECT")
        self.assertTrue(self.imap.says("FETCH 1 FLAGS")[1].startswith(b"BAD"))
        _, tagged = self.imap.ok(f"EXAMINE {self.box}")
        self.assertTrue(tagged.startswith(b"OK [READ-ONLY]"))
        self.assertTrue(self.imap.says("STORE 1 +FLAGS (\\Seen)")[1].startswith(b"NO"))
        self.assertTrue(self.imap.says("EXPUNGE")[1].startswith(b"NO"))
        self.imap.ok("CLOSE")
        self.has(self.imap.ok(f"STATUS {self.box} (MESSAGES)")[0], "MESSAGES 1")
        self.imap.ok(f"SELECT {self.box}")
        self.imap.ok("CLOSE")
        self.has(self.imap.ok(f"STATUS {self.box} (MESSAGES)")[0], "MESSAGES 0")
        self.assertTrue(self.imap.says("SELECT no-such-box")[1].startswith(b"NO [NONEXISTENT]"))

    def test_a_pattern_in_another_spelling(self):
        "[rfc9051:5.1] [rfc9051:6.3.9]"
        self.imap.ok("ENABLE IMAP4rev2")
        name = f"{self.box}/\u00c5ngstr\u00f6m"
        self.imap.ok(f'CREATE "{name}"')
        for pattern in (f"{self.box}/A\u030angstro\u0308m", f"{self.box}/A\u030a%", name):
            self.has(self.imap.ok(f'LIST "" "{pattern}"'.encode())[0], rf'^\* LIST \(\\HasNoChildren\) "/" "{name}"$')
        self.imap.ok(f"CREATE INBOX/{self.box}")
        self.has(self.imap.ok(f'LIST "" "inbox/{self.box}"')[0], rf'"INBOX/{self.box}"$')
        self.imap.ok(f"DELETE inbox/{self.box}")

    def test_who_deletes_the_selected_mailbox_leaves_it(self):
        "[rfc9051:6.3.5]"
        self.filled(2)
        told, _ = self.imap.ok(f"DELETE {self.box}")
        self.assertEqual(told, [b"* OK [CLOSED] The mailbox was deleted"])
        self.assertTrue(self.imap.says("FETCH 1 FLAGS")[1].startswith(b"BAD"))
        self.imap.ok(f"CREATE {self.box}")
        self.has(self.imap.ok(f"SELECT {self.box}")[0], r"^\* 0 EXISTS$")
        # One that stays for the sake of those below it.
        self.imap.ok(f"CREATE {self.box}/child")
        self.imap.ok(f"DELETE {self.box}")
        self.assertTrue(self.imap.says(f"SELECT {self.box}")[1].startswith(b"NO [NONEXISTENT]"))
        self.imap.ok(f"SELECT {self.box}/child")
        self.imap.ok(f"DELETE {self.box}/child")
        self.imap.ok("NOOP")

    def test_a_name_that_nobody_can_have_is_no_bad_command(self):
        "[rfc9051:6.3.2] [rfc5530:3]"
        self.filled(1)
        for command in ("STATUS a//b (MESSAGES)", "COPY 1 /dev/null", "RENAME a//b c", "SUBSCRIBE /a", "DELETE /a", "CREATE /a", "SELECT /a"):
            self.assertTrue(self.imap.says(command)[1].startswith(b"NO [CANNOT]"), command)


if __name__ == "__main__":
    unittest.main()
