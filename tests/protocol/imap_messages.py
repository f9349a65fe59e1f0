"""APPEND, FETCH, SEARCH, STORE, COPY, MOVE, EXPUNGE."""
import re
import unittest

from imap_support import Case, message

MULTIPART = (b"From: Ada <ada@example.test>\r\nTo: grace@example.test\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nMessage-ID: <m@example.test>\r\n"
             b"Date: Tue, 3 Mar 2026 09:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\npreamble\r\n"
             b"--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGr\xc3\xbc\xc3\x9fe aus dem Zug\r\n"
             b"--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\nFrom: x@example.test\r\n\r\ninner body\r\n"
             b"--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\nAAECAw==\r\n--b--\r\n")


class Append(Case):
    def test_octets_come_back_as_they_went_in(self):
        "[rfc9051:6.3.12] [rfc4315:3]"
        bodies = [MULTIPART, message(body=""), message(body="x" * 3_000_000 + "\r\n"), b"no header at all", message(body="bare\nlf and \rcr\r\n")]
        for number, octets in enumerate(bodies, 1):
            self.assertRegex(self.imap.append(self.box, octets), rb"^OK \[APPENDUID \d+ %d\]" % number)
        self.imap.ok(f"SELECT {self.box}")
        for number, octets in enumerate(bodies, 1):
            line = self.imap.ok(f"FETCH {number} BODY.PEEK[]")[0][0]
            self.assertEqual(line, b"* %d FETCH (BODY[] {%d}\r\n%s)" % (number, len(octets), octets))
            self.has(self.imap.ok(f"FETCH {number} RFC822.SIZE")[0], f"RFC822.SIZE {len(octets)}")

    def test_flags_and_date_are_kept(self):
        "[rfc9051:6.3.12]"
        self.imap.append(self.box, message(), '(\\Seen $Important) "17-Jul-1996 02:44:25 -0700" ')
        self.imap.ok(f"SELECT {self.box}")
        self.has(self.imap.ok("FETCH 1 (FLAGS INTERNALDATE)")[0], r'FLAGS \(\\Seen \$Important\) INTERNALDATE "17-Jul-1996 09:44:25 \+0000"')

    def test_refusals_come_before_the_message(self):
        "[rfc9051:6.3.12]"
        self.assertTrue(self.imap.append("no-such-box", message()).startswith(b"NO [TRYCREATE]"))
        self.imap.send("z APPEND INBOX {99999999999}\r\n")
        self.assertIn(b"[TOOBIG]", self.imap.line())
        self.imap.send("y APPEND no-such-box {4+}\r\nabcd\r\n")
        self.assertTrue(self.imap.line().startswith(b"y NO [TRYCREATE]"))
        self.imap.ok("NOOP")

    def test_a_non_synchronizing_message(self):
        "[rfc7888:5]"
        octets = message()
        self.imap.send(f"n APPEND {self.box} {{{len(octets)}+}}\r\n".encode() + octets + b"\r\n")
        self.assertTrue(self.imap.line().startswith(b"n OK"))


class Fetch(Case):
    def fetched(self, items, number=1):
        lines, _ = self.imap.ok(f"FETCH {number} {items}")
        return lines[0]

    def setUp(self):
        super().setUp()
        self.imap.append(self.box, MULTIPART)
        self.imap.ok(f"SELECT {self.box}")

    def test_sections_and_parts(self):
        "[rfc9051:6.4.5.1] [rfc9051:6.4.5]"
        header, body = MULTIPART.split(b"\r\n\r\n", 1)
        expected = {
            "BODY.PEEK[HEADER]": header + b"\r\n\r\n",
            "BODY.PEEK[TEXT]": body,
            "BODY.PEEK[1]": "Grüße aus dem Zug".encode(),
            "BODY.PEEK[1.MIME]": b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
            "BODY.PEEK[2.HEADER]": b"Subject: inner\r\nFrom: x@example.test\r\n\r\n",
            "BODY.PEEK[2.TEXT]": b"inner body",
            "BODY.PEEK[2.1]": b"inner body",
            "BODY.PEEK[3]": b"AAECAw==",
            "BODY.PEEK[HEADER.FIELDS (subject X-None)]": b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\n",
            "BODY.PEEK[]<0.10>": MULTIPART[:10],
            "BODY.PEEK[]<100000.10>": b"",
            "BODY.PEEK[TEXT]<3.5>": body[3:8],
            "RFC822.HEADER": header + b"\r\n\r\n",
        }
        for item, octets in expected.items():
            line = self.fetched(item)
            self.assertTrue(line.endswith(b"{%d}\r\n%s)" % (len(octets), octets)), f"{item}: {line!r}")
        self.assertIn(b"BODY[9] NIL", self.fetched("BODY.PEEK[9]"))
        self.assertIn(b"BODY[]<0>", self.fetched("BODY.PEEK[]<0.10>"))

    def test_envelope_and_structure(self):
        "[rfc9051:7.5.2]"
        line = self.fetched("(ENVELOPE BODYSTRUCTURE BODY)")
        self.assertIn(b'"=?utf-8?q?Gr=C3=BC=C3=9Fe?="', line)
        self.assertIn(b'(("Ada" NIL "ada" "example.test"))', line)
        self.assertRegex(line, rb'BODYSTRUCTURE \(\("TEXT" "PLAIN"|BODYSTRUCTURE \(\("text" "plain"')
        self.assertRegex(line, rb'(?i)"mixed" \("boundary" "b"\)')

    def test_macros_and_uid(self):
        "[rfc9051:6.4.5] [rfc9051:6.4.9]"
        self.assertRegex(self.fetched("FAST"), rb"FLAGS \(.*\) INTERNALDATE \".*\" RFC822.SIZE \d+")
        self.has(self.imap.ok("UID FETCH 1:* FLAGS")[0], r"\(UID 1 FLAGS")
        self.assertEqual(self.imap.ok("UID FETCH 50 FLAGS")[0], [])
        self.has(self.imap.ok("UID FETCH 50:* FLAGS")[0], "UID 1 ")
        self.assertTrue(self.imap.says("FETCH 2 FLAGS")[1].startswith(b"BAD"))
        self.has(self.imap.ok("FETCH 1 (EMAILID THREADID)")[0], r"EMAILID \(E\d+\) THREADID \(T\d+\)")

    def test_reading_marks_seen(self):
        "[rfc9051:6.4.5]"
        self.assertNotIn(b"\\Seen", self.fetched("(FLAGS BODY.PEEK[TEXT])"))
        self.assertIn(b"FLAGS (\\Seen)", self.fetched("BODY[TEXT]"))
        self.assertIn(b"\\Seen", self.fetched("FLAGS"))


class Flags(Case):
    def test_store_adds_removes_replaces(self):
        "[rfc9051:6.4.6]"
        self.filled()
        self.has(self.imap.ok("STORE 1:2 +FLAGS (\\Flagged $Label1)")[0], r"\* 2 FETCH \(FLAGS \(\\Flagged \$Label1\)\)")
        self.has(self.imap.ok("STORE 1 -FLAGS \\Flagged")[0], r"\* 1 FETCH \(FLAGS \(\$Label1\)\)")
        self.has(self.imap.ok("UID STORE 1 FLAGS (\\Seen)")[0], r"\* 1 FETCH \(UID 1 FLAGS \(\\Seen\)\)")
        self.assertEqual(self.imap.ok("STORE 1:3 +FLAGS.SILENT (\\Answered)")[0], [])
        self.has(self.imap.ok("FETCH 3 FLAGS")[0], r"\\Answered")
        self.assertTrue(self.imap.says("STORE 1 +FLAGS (\\Nonsense)")[1].startswith(b"BAD"))
        self.assertTrue(self.imap.says("STORE 9 +FLAGS (\\Seen)")[1].startswith(b"BAD"))

    def test_conditional_store(self):
        "[rfc7162:3.1.3] [rfc7162:3.1.4.1]"
        self.filled()
        line = self.imap.ok("FETCH 1 MODSEQ")[0][0]
        modseq = int(re.search(rb"MODSEQ \((\d+)\)", line)[1])
        self.imap.ok("STORE 1 +FLAGS (\\Flagged)")
        _, tagged = self.imap.ok(f"STORE 1 (UNCHANGEDSINCE {modseq}) +FLAGS (\\Seen)")
        self.assertIn(b"[MODIFIED 1]", tagged)
        self.has(self.imap.ok(f"FETCH 1:* (FLAGS) (CHANGEDSINCE {modseq + 2})")[0], r"\* 1 FETCH .*MODSEQ")

    def test_expunge(self):
        "[rfc9051:6.4.3] [rfc4315:2.1] [rfc9051:7.5.1]"
        self.filled(5)
        self.imap.ok("STORE 1,3,5 +FLAGS.SILENT (\\Deleted)")
        untagged, _ = self.imap.ok("UID EXPUNGE 3")
        self.assertEqual(untagged, [b"* 3 EXPUNGE"])
        untagged, _ = self.imap.ok("EXPUNGE")
        self.assertEqual(untagged, [b"* 1 EXPUNGE", b"* 3 EXPUNGE"])
        self.has(self.imap.ok("UID SEARCH ALL")[0], r"^\* SEARCH 2 4$")


class CopyMove(Case):
    def test_copy_and_move(self):
        "[rfc9051:6.4.7] [rfc9051:6.4.8] [rfc4315:3]"
        self.filled()
        self.imap.ok("STORE 2 +FLAGS (\\Flagged $Label1)")
        self.assertTrue(self.imap.says(f"COPY 1 {self.box}/other")[1].startswith(b"NO [TRYCREATE]"))
        self.imap.ok(f"CREATE {self.box}/other")
        self.assertRegex(self.imap.ok(f"COPY 1:2 {self.box}/other")[1], rb"\[COPYUID \d+ 1:2 1:2\]")
        untagged, _ = self.imap.ok(f"UID MOVE 2:3 {self.box}/other")
        self.assertRegex(untagged[0], rb"\* OK \[COPYUID \d+ 2:3 3:4\]")
        self.assertEqual(untagged[1:], [b"* 2 EXPUNGE", b"* 2 EXPUNGE"])
        self.imap.ok(f"SELECT {self.box}/other")
        self.has(self.imap.ok("FETCH 3 (FLAGS BODY.PEEK[HEADER.FIELDS (Subject)])")[0], r"\\Flagged \$Label1\).*Number 2")
        self.has(self.imap.ok(f"STATUS {self.box} (MESSAGES)")[0], "MESSAGES 1")


class Search(Case):
    def found(self, program):
        line = self.imap.ok(f"SEARCH {program}")[0][0]
        return [int(number) for number in line.split()[2:]]

    def test_keys(self):
        "[rfc9051:6.4.4] [rfc4731:3.1]"
        self.imap.append(self.box, MULTIPART, "(\\Seen) ")
        self.imap.append(self.box, message("apples", "red fruit\r\n"), '(\\Flagged $Todo) "01-Feb-2020 12:00:00 +0000" ')
        self.imap.append(self.box, message("pears", "green fruit\r\n", "X-Kind: fruit\r\n"))
        self.imap.ok(f"SELECT {self.box}")
        cases = {
            "ALL": [1, 2, 3], "SEEN": [1], "UNSEEN": [2, 3], "FLAGGED": [2], "KEYWORD $todo": [2], "UNKEYWORD $Todo": [1, 3],
            "2:3 UNFLAGGED": [3], "UID 1,3": [1, 3], "NOT UID 1": [2, 3], "OR SEEN FLAGGED": [1, 2], "SUBJECT APPLE": [2],
            "FROM ada": [1, 2, 3], "TO grace": [1, 2, 3], 'HEADER X-Kind ""': [3], "HEADER X-Kind Fruit": [3], "BODY fruit": [2, 3],
            "TEXT pears": [3], "TEXT Zug": [1], "BEFORE 2-Feb-2020": [2], "ON 1-Feb-2020": [2], "SINCE 2-Feb-2020": [1, 3],
            "SENTON 2-Mar-2026": [2, 3], "SENTSINCE 3-Mar-2026": [1], "SENTBEFORE 3-Mar-2026": [2, 3], "LARGER 400": [1], "SMALLER 10": [],
            "(SEEN) (ALL)": [1], "SENTSINCE 1-Jan-0001": [1, 2, 3], "SENTBEFORE 31-Dec-9999": [1, 2, 3], "BEFORE 1-Jan-0000": [], "NEW": [2, 3], "OLD": [], "CC nobody": [],
        }
        for program, expected in cases.items():
            self.assertEqual(self.found(program), expected, program)
        needle = "grüße".encode()
        self.imap.send(b"u SEARCH CHARSET UTF-8 SUBJECT {%d+}\r\n%s\r\n" % (len(needle), needle))
        self.assertEqual(self.imap.until("u")[0], [b"* SEARCH 1"])
        self.assertTrue(self.imap.says("SEARCH CHARSET X-NO-SUCH TEXT x")[1].startswith(b"NO [BADCHARSET"))
        self.has(self.imap.ok("UID SEARCH RETURN (MIN MAX COUNT ALL) UNSEEN")[0], r"ESEARCH \(TAG \"t\d+\"\) UID MIN 2 MAX 3 COUNT 2 ALL 2:3")
        self.assertTrue(self.imap.says("SEARCH FROB")[1].startswith(b"BAD"))


if __name__ == "__main__":
    unittest.main()
