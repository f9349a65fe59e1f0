"""METADATA (RFC 5464) and LIST-METADATA (RFC 9590): annotations of mailboxes and of the server."""
import unittest

from imap_support import Case


class Metadata(Case):
    def literal(self, before, value, after=""):
        """A command with one literal8; the untagged lines and the tagged one."""
        self.imap.counter += 1
        tag = f"t{self.imap.counter}"
        self.imap.send(f"{tag} {before} ~{{{len(value)}}}\r\n")
        self.assertTrue(self.imap.line().startswith(b"+"))
        self.imap.send(value + after.encode() + b"\r\n")
        return self.imap.until(tag)

    def test_values_come_and_go(self):
        "[rfc5464:4.2] [rfc5464:4.3] [rfc5464:4.4.1] [rfc5464:3.2]"
        for capability in ("METADATA", "METADATA-SERVER", "LIST-METADATA"):
            self.assertIn(capability.encode(), self.imap.ok("CAPABILITY")[0][0].split())
        self.imap.ok(f'SETMETADATA {self.box} (/private/comment "mine" /shared/Comment "ours")')
        self.has(self.imap.ok(f"GETMETADATA {self.box} /private/comment")[0], rf'^\* METADATA {self.box} \(/private/comment "mine"\)$')
        self.has(self.imap.ok(f"GETMETADATA {self.box} (/SHARED/comment /private/none)")[0],
                 rf'^\* METADATA {self.box} \(/shared/comment "ours" /private/none NIL\)$')
        self.imap.ok(f"SETMETADATA {self.box} (/private/comment NIL)")
        self.has(self.imap.ok(f"GETMETADATA {self.box} /private/comment")[0], r"\(/private/comment NIL\)$")
        # Other sessions of the same person see them, after a rename as well.
        other = self.sign_in()
        other.ok(f"RENAME {self.box} {self.box}-2")
        self.has(other.ok(f"GETMETADATA {self.box}-2 /shared/comment")[0], r'\(/shared/comment "ours"\)$')
        other.ok(f"RENAME {self.box}-2 {self.box}")
        other.ok(f"DELETE {self.box}")
        other.ok(f"CREATE {self.box}")
        self.has(other.ok(f"GETMETADATA {self.box} /shared/comment")[0], r"\(/shared/comment NIL\)$")

    def test_any_octets(self):
        "[rfc5464:4.3] [rfc5464:5]"
        octets = b'a\0b"\\\r\n\xff'
        _, tagged = self.literal(f"SETMETADATA {self.box} (/private/vendor/x/octets", octets, ")")
        self.assertTrue(tagged.startswith(b"OK"), tagged)
        told, _ = self.imap.ok(f"GETMETADATA {self.box} /private/vendor/x/octets")
        self.assertIn(b"/private/vendor/x/octets ~{%d}\r\n%s)" % (len(octets), octets), told[0])

    def test_depth_and_size(self):
        "[rfc5464:4.2.1] [rfc5464:4.2.2]"
        self.imap.ok(f'SETMETADATA {self.box} (/private/f "f" /private/f/a "a" /private/f/a/b "b" /private/g "{"g" * 900}")')
        self.has(self.imap.ok(f"GETMETADATA (DEPTH 1) {self.box} /private/f")[0], r'\(/private/f "f" /private/f/a "a"\)$')
        self.has(self.imap.ok(f"GETMETADATA {self.box} (DEPTH infinity) (/private/f)")[0], r'/private/f/a/b "b"\)$')
        told, tagged = self.imap.ok(f"GETMETADATA (MAXSIZE 100 DEPTH infinity) {self.box} /private")
        self.hasnt(told, "/private/g")
        self.assertTrue(tagged.startswith(b"OK [METADATA LONGENTRIES 900]"), tagged)
        told, tagged = self.imap.ok(f"GETMETADATA (MAXSIZE 100) {self.box} (/private/g)")
        self.assertEqual(told, [])
        self.assertEqual(self.imap.ok(f"GETMETADATA (DEPTH 1) {self.box} /shared")[0], [])

    def test_limits(self):
        "[rfc5464:4.3]"
        _, tagged = self.literal(f"SETMETADATA {self.box} (/private/a", b"x" * 65_537, ")")
        self.assertTrue(tagged.startswith(b"NO [METADATA MAXSIZE 65536]"), tagged)
        for start in (0, 100):
            self.imap.ok(f"SETMETADATA {self.box} (" + " ".join(f'/private/n{n} "x"' for n in range(start, start + 100)) + ")")
        _, tagged = self.imap.says(f'SETMETADATA {self.box} (/private/n0 "changed" /private/more "x")')
        self.assertTrue(tagged.startswith(b"NO [METADATA TOOMANY]"), tagged)
        self.has(self.imap.ok(f"GETMETADATA {self.box} /private/n0")[0], '"x"')
        self.imap.ok(f'SETMETADATA {self.box} (/shared/more "x")')
        self.imap.ok(f'SETMETADATA {self.box} (/private/n0 NIL /private/more "x")')

    def test_what_a_mailbox_is_for(self):
        "[rfc6154:4]"
        self.has(self.imap.ok("GETMETADATA Drafts /private/specialuse")[0], r'^\* METADATA Drafts \(/private/specialuse "\\\\Drafts"\)$')
        self.has(self.imap.ok(f"GETMETADATA {self.box} /private/specialuse")[0], r"\(/private/specialuse NIL\)$")
        self.imap.ok(f'SETMETADATA {self.box} (/private/a "x" /Private/SpecialUse "\\\\important \\\\Important")')
        self.has(self.imap.ok(f'LIST "" {self.box} RETURN (SPECIAL-USE)')[0], r"\\Important")
        other = self.sign_in()
        self.has(other.ok(f"GETMETADATA (DEPTH 1) {self.box} /private")[0], r'/private/a "x" /private/specialuse "\\\\Important"\)$')
        self.assertIn(b"[METADATA LONGENTRIES 10]", other.ok(f"GETMETADATA (MAXSIZE 9) {self.box} /private/specialuse")[1])
        self.has(other.ok(f'LIST "" {self.box} RETURN (METADATA (/private/specialuse /private/none))')[0],
                 rf'^\* METADATA {self.box} \(/private/specialuse "\\\\Important" /private/none NIL\)$')
        self.imap.ok(f"CREATE {self.box}/two")
        for name, wrong in ((self.box, "\\\\Nonesuch"), (self.box, "\\\\All"), (self.box, "\\\\Important \\\\Archive"), (self.box, "Important"),
                            (f"{self.box}/two", "\\\\Important"), (f"{self.box}/two", "\\\\Sent"), ("INBOX", "\\\\Archive")):
            tagged = self.imap.says(f'SETMETADATA {name} (/private/b "x" /private/specialuse "{wrong}")')[1]
            self.assertTrue(tagged.startswith(b"NO [USEATTR]"), (name, wrong, tagged))
            self.has(self.imap.ok(f"GETMETADATA {name} /private/b")[0], r"\(/private/b NIL\)$")
        self.imap.ok("SETMETADATA INBOX (/private/specialuse NIL)")
        self.imap.ok(f"SETMETADATA {self.box} (/private/specialuse NIL)")
        self.hasnt(self.imap.ok(f'LIST "" {self.box}')[0], "Important")
        self.imap.ok(f'SETMETADATA {self.box}/two (/private/specialuse "\\\\Important")')
        self.has(other.ok(f'LIST (SPECIAL-USE) "" {self.box}*')[0], rf"\\Important\) .* {self.box}/two$")
        self.imap.ok(f"DELETE {self.box}/two")

    def test_the_server(self):
        "[rfc5464:3.2.1.1] [rfc5464:4.2]"
        self.has(self.imap.ok('GETMETADATA "" (/shared/admin /shared/comment)')[0], r'^\* METADATA "" \(/shared/admin .* /shared/comment ')
        self.assertTrue(self.imap.says('SETMETADATA "" (/shared/comment "x")')[1].startswith(b"NO [NOPERM]"))
        self.imap.ok(f'SETMETADATA "" (/private/{self.box} "x")')
        self.has(self.sign_in().ok(f'GETMETADATA "" /private/{self.box}')[0], rf'\* METADATA "" \(/private/{self.box} "x"\)')
        self.has(self.sign_in(1).ok(f'GETMETADATA "" /private/{self.box}')[0], r"NIL\)")
        self.imap.ok(f'SETMETADATA "" (/private/{self.box} NIL)')

    def test_what_is_no_command(self):
        "[rfc5464:5] [rfc5464:3.2]"
        for bad in ("GETMETADATA", "GETMETADATA INBOX", "GETMETADATA INBOX comment", "GETMETADATA INBOX /private/a*",
                    "GETMETADATA (DEPTH 3) INBOX /private/a", "SETMETADATA INBOX ()", "SETMETADATA INBOX (/private \"x\")",
                    "SETMETADATA INBOX (/private/a x)", "SETMETADATA INBOX /private/a \"x\""):
            self.assertTrue(self.imap.says(bad)[1].startswith(b"BAD"), bad)
            if bad.startswith("SETMETADATA"):
                self.imap = self.sign_in()  # not that often
        self.assertTrue(self.imap.says("GETMETADATA no-such-box /private/a")[1].startswith(b"NO [NONEXISTENT]"))
        self.assertTrue(self.imap.says('SETMETADATA no-such-box (/private/a "x")')[1].startswith(b"NO [NONEXISTENT]"))

    def test_list_tells_them(self):
        "[rfc9590:3]"
        self.imap.ok(f"CREATE {self.box}/child")
        self.imap.ok(f'SETMETADATA {self.box} (/shared/vendor/x/color "#b71c1c")')
        told, _ = self.imap.ok(f'LIST "" ({self.box} {self.box}/%) RETURN (METADATA ("/shared/vendor/x/color") STATUS (MESSAGES))')
        self.assertEqual([line.split()[1] for line in told], [b"LIST", b"STATUS", b"METADATA"] * 2)
        self.has(told, rf'^\* METADATA {self.box} \(/shared/vendor/x/color "#b71c1c"\)$')
        self.has(told, rf"^\* METADATA {self.box}/child \(/shared/vendor/x/color NIL\)$")
        for number in range(70):
            self.imap.ok(f"CREATE {self.box}/n{number}")
        self.imap.ok(f'SETMETADATA {self.box}/n69 (/private/a "last")')
        told, _ = self.imap.ok(f'LIST "" "{self.box}/%" RETURN (METADATA (/private/a))')
        self.assertEqual(sum(line.startswith(b"* METADATA") for line in told), 71)
        self.has(told, rf'^\* METADATA {self.box}/n69 \(/private/a "last"\)$')

    def test_list_takes_entries_in_parentheses(self):
        "[rfc9590:5]"
        for wrong in ("METADATA /private/a", "METADATA", "METADATA ()", "METADATA (/private/a /private/b", "METADATA (/private/a) /private/b"):
            self.assertTrue(self.imap.says(f'LIST "" {self.box} RETURN ({wrong})')[1].startswith(b"BAD"), wrong)
        self.imap.ok(f'LIST "" {self.box} RETURN (METADATA (/private/a /private/b) SUBSCRIBED)')

    def test_who_asked_is_notified(self):
        "[rfc5465:5.6] [rfc5465:5.7]"
        watcher = self.sign_in()
        watcher.ok(f"NOTIFY SET (SUBTREE {self.box} (MailboxMetadataChange ServerMetadataChange))")
        self.imap.ok(f'SETMETADATA {self.box} (/private/a "1" /shared/b "2")')
        self.assertEqual(watcher.line(), f"* METADATA {self.box} /private/a /shared/b".encode())
        self.imap.ok(f"SETMETADATA {self.box} (/private/a NIL)")
        self.assertEqual(watcher.line(), f"* METADATA {self.box} /private/a".encode())
        self.imap.ok('SETMETADATA INBOX (/private/other "1")')  # not below what is watched
        self.imap.ok(f'SETMETADATA "" (/private/{self.box} "x")')
        self.assertEqual(watcher.line(), f'* METADATA "" /private/{self.box}'.encode())
        self.imap.ok(f'SETMETADATA "" (/private/{self.box} NIL)')
        self.imap.ok("SETMETADATA INBOX (/private/other NIL)")
        self.assertTrue(watcher.says("NOTIFY SET (SELECTED (MailboxMetadataChange))")[1].startswith(b"BAD"))


if __name__ == "__main__":
    unittest.main()
