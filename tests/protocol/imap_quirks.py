"""What clients do beside the RFCs (docs/rfc/quirks.md), and what they must find."""
import re
import time
import unittest
import uuid

from imap_support import Case, Client, Closed, endpoints, message


class Apple(Case):
    def test_append_dates(self):
        for date in ("3-Feb-2025 18:28:47 +0000", " 3-Feb-2025 18:28:47 +0000", "03-Feb-2025 18:28:47 +0000"):
            self.assertTrue(self.imap.append(self.box, message(), f'(\\Seen) "{date}" ').startswith(b"OK"), date)
        self.imap.ok(f"SELECT {self.box}")
        for line in self.imap.ok("FETCH 1:3 INTERNALDATE")[0]:
            self.assertIn(b'INTERNALDATE " 3-Feb-2025 18:28:47 +0000"', line)
        for date in ("3-Feb-25 18:28:47 +0000", "", "3-Feb-2025"):
            self.assertTrue(self.imap.append(self.box, message(), f'"{date}" ').startswith(b"BAD"), date)

    def test_empty_lines(self):
        text = message()
        for number in range(30):  # more than a session may send bad commands
            self.imap.send(f"e{number} APPEND {self.box} {{{len(text)}+}}\r\n".encode() + text + b"\r\n\r\n")
            self.imap.send(f"\r\n\r\nf{number} NOOP\r\n")
            untagged, tagged = self.imap.until(f"f{number}")
            self.assertTrue(tagged.startswith(b"OK"))
            self.assertEqual([line for line in untagged if line.startswith((b"* BAD", b"e")) and b" OK" not in line], [])

    def test_empty_lines_before_signing_in(self):
        client = Client()
        self.addCleanup(client.close)
        client.send("\r\n" * 50)
        client.ok("CAPABILITY")

    def test_changedsince_zero(self):
        self.filled(3)
        lines, _ = self.imap.ok("UID FETCH 1:* (FLAGS) (CHANGEDSINCE 0)")
        self.assertEqual(len([line for line in lines if b" FETCH " in line]), 3)
        self.has(lines, r"UID 2 .*MODSEQ \(\d+\)")
        self.assertEqual(len(self.imap.ok("FETCH 2:3 (UID FLAGS) (CHANGEDSINCE 0)")[0]), 2)

    def test_qresync_zero(self):
        self.filled(3)
        self.imap.ok("ENABLE QRESYNC")
        validity = re.search(rb"UIDVALIDITY (\d+)", b" ".join(self.imap.ok(f"SELECT {self.box}")[0]))[1].decode()
        self.imap.ok("UID STORE 2 +FLAGS (\\Deleted)")
        self.imap.ok("EXPUNGE")
        for known in (f"{validity} 0", f"{validity} 0 1:3"):
            lines, _ = self.imap.ok(f"SELECT {self.box} (QRESYNC ({known}))")
            self.has(lines, r"^\* VANISHED \(EARLIER\) 2$")
            self.assertEqual(len([line for line in lines if b" FETCH (UID " in line]), 2)

    def test_messages_that_are_gone(self):
        self.filled(1)
        for command in (f"UID MOVE 112:113 {self.box}", f"UID COPY 112 {self.box}", "UID STORE 112 +FLAGS.SILENT (\\Deleted)",
                        "UID FETCH 112 (FLAGS)", "UID EXPUNGE 112"):
            untagged, tagged = self.imap.ok(command)
            self.assertEqual(untagged, [], command)
            self.assertNotIn(b"COPYUID", tagged)

    def test_special_uses_unasked(self):
        for command in ('LIST "" "*"', 'LIST "" "%"', 'LIST "" "*" RETURN (SPECIAL-USE)', 'LIST (SPECIAL-USE) "" "*"'):
            lines, _ = self.imap.ok(command)
            for use in ("Sent", "Trash", "Drafts", "Junk", "Archive"):
                self.has(lines, rf'\\{use}\b.*"/" \S+')

    def test_status_of_the_selected(self):
        self.filled(2)
        self.imap.ok("STORE 1 +FLAGS (\\Seen)")
        self.has(self.imap.ok(f"STATUS {self.box} (MESSAGES UIDNEXT UIDVALIDITY UNSEEN HIGHESTMODSEQ)")[0],
                 r"\(MESSAGES 2 UIDNEXT 3 UIDVALIDITY \d+ UNSEEN 1 HIGHESTMODSEQ \d+\)")
        self.assertEqual(len(self.imap.ok("FETCH 1:2 FLAGS")[0]), 2)

    def test_tags_and_ids(self):
        client = Client()
        self.addCleanup(client.close)
        identity = '("name" "Mac OS X Mail" "version" NIL "os" NIL "vendor" "Apple Inc.")'
        for tag, command in (("1.42", "CAPABILITY"), ("A00000042", f"ID {identity}"), ("#7", "NOOP"), ("2.1", "ID NIL")):
            client.send(f"{tag} {command}\r\n")
            self.assertTrue(client.until(tag)[1].startswith(b"OK"))
        self.imap.ok(f"ID {identity}")

    def test_append_flags(self):
        self.assertTrue(self.imap.append(self.box, message(), '() "17-Jul-1996 02:44:25 -0700" ').startswith(b"OK"))
        self.assertTrue(self.imap.append(self.box, message(), "(\\Seen $NotJunk NotJunk) ").startswith(b"OK"))
        self.imap.ok(f"SELECT {self.box}")
        self.has(self.imap.ok("FETCH 2 FLAGS")[0], r"FLAGS \(\\Seen \$NotJunk NotJunk\)")

    def test_idle_renewed(self):
        self.filled(1)
        self.imap.send("i1 IDLE\r\n")
        self.assertTrue(self.imap.line().startswith(b"+"))
        for number in range(2, 5):
            self.imap.send(f"done\r\ni{number} IDLE\r\n")
            self.assertTrue(self.imap.until(f"i{number - 1}")[1].startswith(b"OK"))
            self.assertTrue(self.imap.line().startswith(b"+"))
        self.imap.send("DONE\r\nn NOOP\r\n")
        self.assertTrue(self.imap.until("i4")[1].startswith(b"OK"))
        self.assertTrue(self.imap.until("n")[1].startswith(b"OK"))
        self.imap.send("j IDLE\r\nDONE\r\n")  # without waiting for the answer
        self.assertTrue(self.imap.until("j")[1].startswith(b"OK"))

    def test_a_mailbox_that_was_removed(self):
        self.filled(1)
        other = self.sign_in()
        other.ok(f"DELETE {self.box}")
        try:
            heard = []
            for _ in range(50):
                heard += self.imap.says("NOOP")[0]
                time.sleep(0.1)
            self.fail("the session goes on in a mailbox that is gone")
        except Closed:
            self.has(heard, r"^\* BYE The mailbox was deleted")
        again = self.sign_in()
        self.assertTrue(again.says(f"SELECT {self.box}")[1].startswith(b"NO [NONEXISTENT]"))


class Outlook(Case):
    def test_inbox_in_any_case(self):
        for name in ("Inbox", "inbox", '"INBOX"'):
            self.has(self.imap.ok(f'LIST "" {name}')[0], r'"/" INBOX$')
            self.imap.ok(f"STATUS {name} (MESSAGES)")
            self.imap.ok(f"SELECT {name}")
        name = f"Inbox/{self.box}"
        self.imap.ok(f"CREATE {name}")
        self.has(self.imap.ok(f'LIST "" "INBOX/{self.box}"')[0], rf'"/" INBOX/{self.box}$')
        self.imap.ok(f"DELETE inbox/{self.box}")

    def test_separator_and_subscriptions(self):
        self.has(self.imap.ok('LIST "" ""')[0], r'\(\\Noselect\) "/" ""')
        name = f"{self.box}/Sent Items"
        self.imap.ok(f'SUBSCRIBE "{name}"')
        self.has(self.imap.ok('LSUB "" "*"')[0], f'"{name}"')
        self.imap.ok(f'CREATE "{name}"')
        self.imap.ok(f'UNSUBSCRIBE "{name}"')

    def test_store_forms(self):
        self.filled(1)
        self.has(self.imap.ok("STORE 1 +FLAGS \\Seen")[0], r"\\Seen")
        self.has(self.imap.ok("UID STORE 1 +Flags \\Flagged \\Answered")[0], r"\\Answered")
        self.assertEqual(self.imap.ok("UID STORE 1 -FLAGS.SILENT (\\Flagged)")[0], [])
        self.has(self.imap.ok("FETCH 1 FLAGS")[0], r"FLAGS \(\\Answered \\Seen\)")

    def test_empty_mailbox(self):
        self.imap.ok(f"SELECT {self.box}")
        for command in ("UID FETCH 1:* (UID FLAGS)", "UID STORE 1:* +FLAGS (\\Seen)", "UID FETCH 1:4294967295 (FLAGS)"):
            self.assertEqual(self.imap.ok(command)[0], [], command)
        self.assertTrue(self.imap.says("FETCH 1:* (UID FLAGS)")[1].startswith(b"BAD"))
        self.assertEqual(self.imap.ok("UID SEARCH ALL")[0], [b"* SEARCH"])


class Thunderbird(Case):
    def test_above_the_largest_uid(self):
        self.filled(3)
        lines, _ = self.imap.ok("UID fetch 8:* (FLAGS)")
        self.assertEqual(len(lines), 1)
        self.has(lines, r"^\* 3 FETCH \(UID 3 ")

    def test_lower_case_and_enable(self):
        self.has(self.imap.ok("enable CONDSTORE X-NOT-THIS")[0], r"^\* ENABLED CONDSTORE$")
        self.imap.append(self.box, message())
        self.imap.ok(f'select "{self.box}"')
        self.has(self.imap.ok("uid fetch 1 (uid rfc822.size flags body.peek[header.fields (from to Message-Id)])")[0],
                 r"UID 1 RFC822\.SIZE \d+ FLAGS \(\) BODY\[HEADER\.FIELDS \(from to Message-Id\)\] \{\d+\}")
        self.imap.ok("noop")
        self.has(self.imap.ok("uid store 1 +Flags (\\deleted)")[0], r"\\Deleted")

    def test_lsub_of_what_is_gone(self):
        self.imap.ok(f"CREATE {self.box}/gone")
        self.imap.ok(f"SUBSCRIBE {self.box}/gone")
        self.imap.ok(f"DELETE {self.box}/gone")
        self.has(self.imap.ok(f'LSUB "" "{self.box}/*"')[0], rf'LSUB \(\\Noselect .*\) "/" {self.box}/gone$')
        self.has(self.imap.ok(f'LIST (SUBSCRIBED) "" "{self.box}/*"')[0], rf'\\NonExistent.*"/" {self.box}/gone$')
        self.imap.ok(f"UNSUBSCRIBE {self.box}/gone")

    def test_separator_behind_a_name(self):
        self.imap.ok(f'CREATE "{self.box}/sub/"')
        self.has(self.imap.ok(f'LIST "" "{self.box}/%"')[0], rf'"/" {self.box}/sub$')
        self.imap.ok(f'RENAME "{self.box}/sub" "{self.box}/other/"')
        self.has(self.imap.ok(f'LIST "" "{self.box}/%"')[0], rf'"/" {self.box}/other$')


class Phones(Case):
    def test_k9_opens_a_mailbox(self):
        self.filled(3)
        self.imap.ok("STORE 2 +FLAGS (\\Deleted)")
        self.imap.ok('LIST (SUBSCRIBED) "" "*"')
        self.imap.ok('LIST "" "*"')
        self.assertEqual(self.imap.ok("UID SEARCH UID 2:* NOT DELETED")[0], [b"* SEARCH 3"])
        self.assertEqual(self.imap.ok("UID SEARCH 1:3 NOT DELETED")[0], [b"* SEARCH 1 3"])
        fields = "date subject from content-type to cc reply-to message-id references in-reply-to list-unsubscribe X-K9mail-Identity X-Chat-Version"
        self.has(self.imap.ok(f"UID FETCH 1,3 (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS ({fields})])")[0], "Number 3")
        self.has(self.imap.ok("UID FETCH 1 (UID BODYSTRUCTURE)")[0], "BODYSTRUCTURE")
        self.has(self.imap.ok("UID FETCH 1 (UID BODY.PEEK[]<0.32768>)")[0], r"BODY\[\]<0>")

    def test_searches_of_phones(self):
        self.filled(2)
        self.imap.ok('ID ("name" "com.google.android.gm" "os" "android" "os-version" "14; UP1A" "vendor" "Google" "AGUID" "x1Y2z3")')
        self.assertEqual(self.imap.ok("UID SEARCH UNDELETED SINCE 1-Jan-2020")[0], [b"* SEARCH 1 2"])
        self.assertEqual(self.imap.ok("UID SEARCH 1:* UNDELETED SINCE 01-Jan-2020 BEFORE 1-Jan-2200")[0], [b"* SEARCH 1 2"])
        self.assertEqual(self.imap.ok("UID SEARCH CHARSET UTF-8 OR SUBJECT {8+}\r\nNumber 2 FROM nobody")[0], [b"* SEARCH 2"])


class Scripts(Case):
    def test_old_forms(self):
        self.filled(1)
        self.assertEqual(self.imap.ok("SEARCH (UNSEEN)")[0], [b"* SEARCH 1"])
        self.assertEqual(self.imap.ok("SEARCH (UNSEEN UNDELETED)")[0], [b"* SEARCH 1"])
        self.assertTrue(self.imap.says("FETCH 1 RFC822.PEEK")[1].startswith(b"BAD"))
        self.assertTrue(self.imap.says("FETCH 1 BODY [TEXT]")[1].startswith(b"BAD"))
        self.has(self.imap.ok("FETCH 1 (RFC822.HEADER FLAGS)")[0], r"RFC822\.HEADER \{\d+\}.*FLAGS \(\)")

    def test_finding_by_message_id(self):
        name = f"<{uuid.uuid4()}@example.test>"
        self.imap.append(self.box, re.sub(rb"Message-ID: <[^>]+>", f"Message-ID: {name}".encode(), message()))
        self.imap.append(self.box, message())
        self.imap.ok(f"SELECT {self.box}")
        self.assertEqual(self.imap.ok(f"UID SEARCH HEADER Message-ID {name}")[0], [b"* SEARCH 1"])
        self.assertEqual(self.imap.ok(f'UID SEARCH HEADER "message-id" "{name[1:-1]}"')[0], [b"* SEARCH 1"])


if __name__ == "__main__":
    unittest.main()
