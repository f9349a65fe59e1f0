"""NOTIFY and MULTISEARCH over mailboxes of others, as far as the rights go (RFC 5465 §3.1, RFC 7377 §2)."""
import unittest

from imap_acl import Shared, address
from imap_support import message
from suite_support import eventually


class Others(Shared):
    """self.imap is Ada, who lets Grace in; self.watcher is Grace, who asks to be notified."""

    def setUp(self):
        super().setUp()
        self.name = self.theirs.strip('"')
        self.watcher = self.sign_in(1)
        self.watcher.socket.settimeout(30)

    def nothing_comes(self):
        self.assertEqual(self.watcher.ok("CAPABILITY")[0][0][:13], b"* CAPABILITY ")

    def test_messages(self):
        "[rfc5465:3.1] [rfc5465:5]"
        self.give("lr")
        lines, _ = self.watcher.ok(f"NOTIFY SET STATUS (mailboxes ({self.theirs} {self.hidden} nowhere) (MessageNew MessageExpunge FlagChange))")
        self.assertEqual(len(lines), 1)
        self.has(lines, rf'^\* STATUS "{self.name}" \(MESSAGES 0 UIDNEXT 1 ')
        self.imap.append(self.hidden, message())
        self.imap.append(self.box, message())
        self.has([self.watcher.line()], rf'^\* STATUS "{self.name}" \(MESSAGES 1 UIDNEXT 2 ')
        self.imap.ok(f"SELECT {self.box}")
        self.imap.ok("STORE 1 +FLAGS.SILENT (\\Seen)")
        self.has([self.watcher.line()], rf'^\* STATUS "{self.name}" \(MESSAGES 1 UIDNEXT 2 UIDVALIDITY \d+ UNSEEN 0 HIGHESTMODSEQ \d+\)')
        self.imap.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
        self.watcher.line()
        self.imap.ok("EXPUNGE")
        self.has([self.watcher.line()], rf'^\* STATUS "{self.name}" \(MESSAGES 0 ')

    def test_personal_means_ones_own(self):
        "[rfc5465:6.2]"
        self.give("lr")
        self.watcher.ok("NOTIFY SET (personal (MessageNew MessageExpunge MailboxName)) (inboxes (MessageNew MessageExpunge))")
        self.imap.append(self.box, message())
        self.imap.append("INBOX", message())
        self.nothing_comes()

    def test_who_may_look_up_but_not_read(self):
        "[rfc5465:3.1] [rfc5465:5.9]"
        self.give("l")
        lines, _ = self.watcher.ok(f"NOTIFY SET STATUS (subtree {self.theirs} (MessageNew MessageExpunge))")
        self.assertEqual(lines, [f'* LIST (\\NoAccess) "/" "{self.name}"'.encode()])
        self.imap.append(self.box, message())
        self.nothing_comes()
        self.imap.ok(f"SETACL {self.box} {address(1)} lr")
        self.has([self.watcher.line()], rf'^\* LIST \(\\HasNoChildren\) "/" "{self.name}"$')
        self.imap.append(self.box, message())
        self.has([self.watcher.line()], rf'^\* STATUS "{self.name}" \(MESSAGES 2 ')
        self.imap.ok(f"SETACL {self.box} {address(1)} l")
        self.has([self.watcher.line()], rf'^\* LIST \(\\HasNoChildren \\NoAccess\) "/" "{self.name}"$')

    def test_who_is_let_in_and_out(self):
        "[rfc5465:5.4] [rfc5465:5.9]"
        top = self.name.rsplit("/", 1)[0]
        self.watcher.ok(f'NOTIFY SET (subtree "{top}" (MailboxName MessageNew MessageExpunge))')
        self.imap.ok(f"SETACL {self.box} {address(1)} lr")
        self.has([self.watcher.line()], rf'^\* LIST \(\\HasNoChildren\) "/" "{self.name}"$')
        self.watcher.line()  # the level above
        self.imap.append(self.box, message())
        self.has([self.watcher.line()], rf'^\* STATUS "{self.name}" \(MESSAGES 1 ')
        self.imap.ok(f"CREATE {self.box}/sub")  # it inherits
        self.has([self.watcher.line()], rf'^\* LIST \(\\HasNoChildren\) "/" "{self.name}/sub"$')
        self.has([self.watcher.line()], rf'^\* LIST \(\\HasChildren\) "/" "{self.name}"$')
        self.imap.ok(f"RENAME {self.box}/sub {self.box}/bus")
        self.has([self.watcher.line()], rf'"{self.name}/bus" \("OLDNAME" \("{self.name}/sub"\)\)$')
        self.imap.ok(f"DELETEACL {self.box}/bus {address(1)}")
        self.has([self.watcher.line()], rf'^\* LIST \(\\NonExistent\) "/" "{self.name}/bus"$')
        self.has([self.watcher.line()], rf'^\* LIST \(\\HasNoChildren\) "/" "{self.name}"$')
        self.imap.append(f"{self.box}/bus", message())
        self.nothing_comes()

    def test_subscriptions(self):
        "[rfc5465:5.5] [rfc5465:6.4]"
        self.give("lr")
        self.watcher.ok("NOTIFY SET (subscribed (MessageNew MessageExpunge SubscriptionChange))")
        self.imap.append(self.box, message())
        self.nothing_comes()
        self.addCleanup(lambda: self.sign_in(1).ok(f"UNSUBSCRIBE {self.theirs}"))
        self.grace.ok(f"SUBSCRIBE {self.theirs}")
        self.has([self.watcher.line()], rf'^\* LIST \(\\HasNoChildren \\Subscribed\) "/" "{self.name}"$')
        self.imap.append(self.box, message())
        self.has([self.watcher.line()], rf'^\* STATUS "{self.name}" \(MESSAGES 2 ')

    def test_annotations_that_all_see(self):
        "[rfc5465:5.6]"
        self.give("lr")
        self.watcher.ok(f"NOTIFY SET (mailboxes {self.theirs} (MailboxMetadataChange))")
        self.imap.ok(f'SETMETADATA {self.box} (/private/comment "mine")')
        self.imap.ok(f'SETMETADATA {self.box} (/shared/comment "ours")')
        self.assertEqual(self.watcher.line(), f'* METADATA "{self.name}" /shared/comment'.encode())

    def test_searching(self):
        "[rfc7377:2] [rfc7377:2.2]"
        self.give("lr")
        for box in (self.box, self.hidden):
            self.imap.append(box, message("Needle in another's haystack"))
        eventually(lambda: self.grace.ok(f"STATUS {self.theirs} (MESSAGES)")[0][0].endswith(b"(MESSAGES 1)"))
        top = self.name.rsplit("/", 1)[0]
        for scope in (f"mailboxes {self.theirs}", f'subtree "{top}"', f'subtree-one "{top}"', f"mailboxes ({self.theirs} \"{top}/{self.hidden}\")"):
            lines, _ = self.grace.ok(f"ESEARCH IN ({scope}) SUBJECT needle")
            self.assertEqual(len(lines), 1, scope)
            self.has(lines, rf'^\* ESEARCH \(TAG "t\d+" MAILBOX "{self.name}" UIDVALIDITY \d+\) UID ALL 1$')
        self.assertEqual(self.grace.ok(f"ESEARCH IN (personal inboxes) SUBJECT \"another's haystack\"")[0], [])
        self.give("l")
        self.assertEqual(self.grace.ok(f"ESEARCH IN (mailboxes {self.theirs}) ALL")[0], [])


if __name__ == "__main__":
    unittest.main()
