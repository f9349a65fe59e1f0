"""NOTIFY: what happens in mailboxes that are not selected, and between commands (RFC 5465)."""
import re
import time
import unittest

from imap_support import Case, message


class Notify(Case):
    """self.watcher asks to be notified, self.imap does things."""

    def setUp(self):
        super().setUp()
        self.imap.ok(f"CREATE {self.box}/a")
        self.imap.ok(f"CREATE {self.box}/b")
        self.watcher = self.sign_in()
        self.watcher.socket.settimeout(10)

    def nothing_comes(self):
        """The next thing that the watcher hears is the answer to what it asks itself."""
        time.sleep(0.7)
        self.assertEqual(self.watcher.ok("CAPABILITY")[0][0][:13], b"* CAPABILITY ")

    def test_arguments(self):
        "[rfc5465:3.1] [rfc5465:5]"
        for wrong in ("NOTIFY", "NOTIFY SET", "NOTIFY SET (personal (MessageNew))", "NOTIFY SET (personal (FlagChange))",
                      "NOTIFY SET (personal (MessageNew (UID) MessageExpunge))", "NOTIFY SET (selected (MailboxName))"):
            self.assertTrue(self.watcher.says(wrong)[1].startswith(b"BAD"), wrong)
        tagged = self.watcher.says("NOTIFY SET (personal (MessageNew MessageExpunge AnnotationChange Frob))")[1]
        self.assertTrue(tagged.startswith(b"NO [BADEVENT (MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange MailboxMetadataChange ServerMetadataChange)]"), tagged)
        self.watcher.ok("NOTIFY SET (personal NONE) (selected (MessageNew MessageExpunge))")
        self.watcher.ok("NOTIFY NONE")

    def test_the_state_comes_first_and_then_changes(self):
        "[rfc5465:3.1] [rfc5465:5.1] [rfc5465:5.2] [rfc5465:6]"
        self.imap.append(f"{self.box}/a", message())
        lines, _ = self.watcher.ok(f"NOTIFY SET STATUS (subtree {self.box}/a (MessageNew MessageExpunge FlagChange)) (personal NONE)")
        self.assertEqual(len(lines), 1)
        self.has(lines, rf"\* STATUS {self.box}/a \(MESSAGES 1 UIDNEXT 2 UIDVALIDITY \d+ UNSEEN 1 HIGHESTMODSEQ \d+\)")
        self.imap.append(f"{self.box}/b", message())
        self.imap.append(f"{self.box}/a", message())
        self.has([self.watcher.line()], rf"\* STATUS {self.box}/a \(MESSAGES 2 UIDNEXT 3 ")
        self.imap.ok(f"SELECT {self.box}/a")
        self.imap.ok("STORE 1 +FLAGS.SILENT (\\Seen)")
        self.has([self.watcher.line()], rf"\* STATUS {self.box}/a .*UNSEEN 1 HIGHESTMODSEQ \d+\)")
        self.imap.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
        self.watcher.line()
        self.imap.ok("EXPUNGE")
        self.has([self.watcher.line()], rf"\* STATUS {self.box}/a \(MESSAGES 1 ")
        self.watcher.ok("NOTIFY NONE")
        self.imap.append(f"{self.box}/a", message())
        self.nothing_comes()

    def test_several_groups_may_hold_a_mailbox(self):
        "[rfc5465:6]"
        self.watcher.ok(f"NOTIFY SET (mailboxes {self.box}/a (MailboxName)) (subtree {self.box} (MessageNew MessageExpunge)) (personal (SubscriptionChange))")
        self.imap.append(f"{self.box}/a", message())
        self.has([self.watcher.line()], rf"^\* STATUS {self.box}/a \(MESSAGES 1 ")
        self.imap.ok(f"SUBSCRIBE {self.box}/a")
        self.has([self.watcher.line()], rf'^\* LIST \(\\HasNoChildren \\Subscribed\) "/" {self.box}/a$')
        self.imap.ok(f"UNSUBSCRIBE {self.box}/a")
        self.watcher.line()
        self.imap.ok(f"CREATE {self.box}/a/below")  # the one above is affected, and MailboxName is asked for of that one alone
        self.has([self.watcher.line()], rf'^\* LIST \(\\HasChildren\) "/" {self.box}/a$')
        self.nothing_comes()

    def test_none_of_one_group_takes_nothing_from_another(self):
        "[rfc5465:6]"
        self.watcher.ok(f"NOTIFY SET (mailboxes {self.box}/a NONE) (mailboxes ({self.box}/b nowhere) (MessageNew MessageExpunge)) (inboxes NONE)")
        self.imap.append(f"{self.box}/a", message())
        self.imap.append(self.box, message())
        self.imap.append(f"{self.box}/b", message())
        self.has([self.watcher.line()], rf"\* STATUS {self.box}/b ")
        self.imap.ok(f"SELECT {self.box}/b")
        self.imap.ok("STORE 1 +FLAGS.SILENT (\\Seen)")  # FlagChange was not asked for
        self.nothing_comes()

    def test_names_and_subscriptions(self):
        "[rfc5465:5.4] [rfc5465:5]"
        self.watcher.ok(f"NOTIFY SET (subtree {self.box} (MailboxName SubscriptionChange))")
        heard = lambda attributes, name, more="": self.assertEqual(self.watcher.line(), f'* LIST ({attributes}) "/" {name}{more}'.encode())
        self.imap.ok(f"CREATE {self.box}/c")
        heard("\\HasNoChildren", f"{self.box}/c")
        heard("\\HasChildren", self.box)
        self.imap.ok(f"SUBSCRIBE {self.box}/c")
        heard("\\HasNoChildren \\Subscribed", f"{self.box}/c")
        self.imap.ok(f"UNSUBSCRIBE {self.box}/c")
        heard("\\HasNoChildren", f"{self.box}/c")
        self.imap.ok(f"RENAME {self.box}/c {self.box}/d")
        heard("\\HasNoChildren", f"{self.box}/d", f' ("OLDNAME" ({self.box}/c))')
        self.imap.ok(f"DELETE {self.box}/d")
        heard("\\NonExistent", f"{self.box}/d")
        heard("\\HasChildren", self.box)
        self.imap.append(self.box, message())
        self.nothing_comes()

    def test_what_a_client_does_itself_is_no_news(self):
        "[rfc5465:5]"
        self.watcher.ok(f"NOTIFY SET (subtree {self.box} (MailboxName SubscriptionChange MailboxMetadataChange MessageNew MessageExpunge))")
        for command in ("CREATE {0}/mine", "SUBSCRIBE {0}/mine", "UNSUBSCRIBE {0}/mine", 'SETMETADATA {0}/mine (/shared/comment "x")',
                        "RENAME {0}/mine {0}/own", "DELETE {0}/own"):
            self.assertEqual(self.watcher.ok(command.format(self.box))[0], [], command)
            self.nothing_comes()
        self.assertTrue(self.watcher.append(f"{self.box}/a", message()).startswith(b"OK"))
        self.nothing_comes()
        self.imap.append(f"{self.box}/a", message())
        self.has([self.watcher.line()], rf"^\* STATUS {self.box}/a \(MESSAGES 2 ")

    def test_what_lies_below_goes_along_without_a_word(self):
        "[rfc5465:5.4]"
        for name in ("x", "x/y", "x/y/z"):
            self.imap.ok(f"CREATE {self.box}/a/{name}")
        self.watcher.ok(f"NOTIFY SET (subtree {self.box} (MailboxName))")
        self.imap.ok(f"RENAME {self.box}/a {self.box}/n")
        self.has([self.watcher.line()], rf'^\* LIST \(\\HasChildren\) "/" {self.box}/n \("OLDNAME" \({self.box}/a\)\)$')
        self.nothing_comes()

    def test_subscribed_mailboxes(self):
        "[rfc5465:6]"
        self.imap.ok(f"SUBSCRIBE {self.box}/a")
        self.imap.ok(f"UNSUBSCRIBE {self.box}/b")
        self.watcher.ok("NOTIFY SET (subscribed (MessageNew MessageExpunge))")
        self.imap.append(f"{self.box}/b", message())
        self.imap.append(f"{self.box}/a", message())
        self.has([self.watcher.line()], rf"\* STATUS {self.box}/a ")
        self.imap.ok(f"UNSUBSCRIBE {self.box}/a")

    def test_the_selected_mailbox_between_commands(self):
        "[rfc5465:6] [rfc5465:5.2]"
        self.filled(3)
        self.watcher.ok(f"SELECT {self.box}")
        self.watcher.ok("NOTIFY SET (selected (MessageNew (UID BODY.PEEK[HEADER.FIELDS (SUBJECT)]) MessageExpunge FlagChange))")
        self.imap.append(self.box, message("Here it is"))
        self.assertEqual(self.watcher.line(), b"* 4 EXISTS")
        self.assertEqual(self.watcher.line(), b"* 4 FETCH (UID 4 BODY[HEADER.FIELDS (SUBJECT)] {23}\r\nSubject: Here it is\r\n\r\n)")
        self.imap.ok("STORE 2 +FLAGS.SILENT (\\Deleted)")
        self.assertEqual(self.watcher.line(), b"* 2 FETCH (UID 2 FLAGS (\\Deleted))")
        self.imap.ok("EXPUNGE")
        self.assertEqual(self.watcher.line(), b"* 2 EXPUNGE")
        self.has(self.watcher.ok("UID SEARCH ALL")[0], r"^\* SEARCH 1 3 4$")

    def test_expunges_of_selected_delayed_wait_for_a_command(self):
        "[rfc5465:6]"
        self.filled(3)
        self.watcher.ok(f"SELECT {self.box}")
        self.watcher.ok("NOTIFY SET (selected-delayed (MessageNew MessageExpunge))")
        self.imap.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
        self.imap.ok("EXPUNGE")
        self.imap.append(self.box, message())
        self.assertEqual(self.watcher.line(), b"* 4 EXISTS")
        self.has(self.watcher.says("FETCH 1:4 UID")[0], r"\* 4 FETCH \(UID 4\)")
        self.has(self.watcher.ok("NOOP")[0], r"^\* 1 EXPUNGE$")
        self.imap.ok("STORE 1 +FLAGS.SILENT (\\Flagged)")  # FlagChange was not asked for
        self.nothing_comes()
        self.assertEqual(self.watcher.ok("NOOP")[0], [])
        self.assertIn(b"* 1 FETCH (UID 2 FLAGS (\\Flagged))", self.watcher.ok("NOTIFY SET (selected (MessageNew MessageExpunge FlagChange))")[0])

    def test_nothing_of_the_selected_mailbox_unless_it_is_asked_for(self):
        "[rfc5465:3.1] [rfc5465:4]"
        self.filled(3)
        self.watcher.ok(f"SELECT {self.box}")
        for number, asked in enumerate(("NOTIFY SET (inboxes (MessageNew MessageExpunge))", "NOTIFY SET (selected NONE)", "NOTIFY NONE")):
            self.watcher.ok(asked)
            self.imap.append(self.box, message())
            self.imap.ok("STORE 1 -FLAGS.SILENT (\\Flagged)" if number % 2 else "STORE 1 +FLAGS.SILENT (\\Flagged)")
            time.sleep(0.7)
            for command in ("NOOP", "CHECK"):
                self.assertEqual(self.watcher.ok(command)[0], [], asked)
            self.watcher.send("i IDLE\r\n")
            self.assertTrue(self.watcher.line().startswith(b"+"))
            time.sleep(0.7)
            self.watcher.send("DONE\r\n")
            self.assertEqual(self.watcher.until("i")[0], [], asked)
        # What the client does itself is answered, and brings it up to date.
        self.assertEqual(self.watcher.ok("STORE 2 +FLAGS (\\Deleted)")[0], [b"* 2 FETCH (FLAGS (\\Deleted))"])
        lines, _ = self.watcher.ok("EXPUNGE")
        self.has(lines, r"^\* 2 EXPUNGE$")
        self.has(lines, r"^\* 5 EXISTS$")
        self.imap.append(self.box, message())
        self.has(self.watcher.ok("NOTIFY SET (selected (MessageNew MessageExpunge))")[0], r"^\* 6 EXISTS$")  # an implicit NOOP

    def test_idle_tells_the_same(self):
        "[rfc5465:3.1]"
        self.watcher.ok(f"NOTIFY SET (subtree {self.box} (MessageNew MessageExpunge))")
        self.watcher.send("i IDLE\r\n")
        self.assertTrue(self.watcher.line().startswith(b"+"))
        self.imap.append(f"{self.box}/b", message())
        self.has([self.watcher.line()], rf"\* STATUS {self.box}/b \(MESSAGES 1 ")
        self.watcher.send("DONE\r\n")
        self.assertTrue(self.watcher.until("i")[1].startswith(b"OK"))

    def test_too_much_at_once_ends_it(self):
        "[rfc5465:5.8]"
        self.watcher.ok(f"NOTIFY SET (subtree {self.box} (MailboxName MessageNew MessageExpunge))")
        self.watcher.send("w NO")  # nothing is told within a command
        for number in range(201):
            self.imap.ok(f"CREATE {self.box}/a/{number}")
        self.watcher.send("OP\r\n")
        self.assertTrue(self.watcher.until("w")[1].startswith(b"OK"))
        self.has([self.watcher.line()], r"^\* OK \[NOTIFICATIONOVERFLOW\]")
        self.imap.append(f"{self.box}/b", message())
        self.nothing_comes()

    def test_modseq_is_told_to_those_who_enabled_it(self):
        "[rfc5465:5]"
        self.watcher.ok("ENABLE CONDSTORE")
        lines, _ = self.watcher.ok(f"NOTIFY SET STATUS (mailboxes {self.box}/b (MessageNew MessageExpunge FlagChange))")
        before = int(re.search(rb"HIGHESTMODSEQ (\d+)", lines[0])[1])
        self.imap.append(f"{self.box}/b", message())
        self.assertGreater(int(re.search(rb"HIGHESTMODSEQ (\d+)", self.watcher.line())[1]), before)


if __name__ == "__main__":
    unittest.main()
