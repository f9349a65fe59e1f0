"""What messages hold: BINARY, and UTF-8 in names and messages."""
import base64
import quopri
import re
import unittest

from imap_support import Case, Eight, message

NULS = bytes(range(256)) * 3
TEXT = "Grüße, eine lange Zeile, die umbrochen wird: " + "ä" * 60 + "\r\nund =noch eine\r\n"


def multipart(*parts):
    """(content transfer encoding, encoded octets) each."""
    out = b"From: Ada <ada@example.test>\r\nSubject: parts\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    for encoding, octets in parts:
        out += b"--b\r\nContent-Type: application/octet-stream\r\n" + (f"Content-Transfer-Encoding: {encoding}\r\n".encode() if encoding else b"")
        out += b"\r\n" + octets + b"\r\n"
    return out + b"--b--\r\n"


def lines64(octets):
    return base64.encodebytes(octets).replace(b"\n", b"\r\n").removesuffix(b"\r\n")


class Binary(Case):
    def selected(self, *messages):
        for octets in messages:
            self.assertRegex(self.imap.append(self.box, octets), rb"^OK")
        self.imap.ok(f"SELECT {self.box}")

    def item(self, name, number=1):
        """The value of one item: octets, a number, or None for NIL; and whether it came as a literal8."""
        line = self.imap.ok(f"FETCH {number} ({name})")[0][0]
        shown = re.escape(re.sub(r"<(\d+)\.\d+>", r"<\1>", name.replace(".PEEK", "")).encode())
        found = re.match(rb"\* \d+ FETCH \(%s (?:(~?)\{(\d+)\}\r\n(.*)|(\d+)|NIL)\)$" % shown, line, re.S)
        self.assertTrue(found, line[:300])
        if found[4]:
            return int(found[4]), False
        if found[3] is None:
            return None, False
        self.assertEqual(int(found[2]), len(found[3]))
        return found[3], bool(found[1])

    def test_parts_are_decoded(self):
        "[rfc3516:4.2] [rfc3516:4.3] [rfc9051:6.4.5]"
        self.assertIn(b"BINARY", self.imap.ok("CAPABILITY")[0][0].split())
        quoted = quopri.encodestring(TEXT.encode()).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        original = multipart(("base64", lines64(NULS)), ("quoted-printable", quoted), ("8bit", "Grüße".encode()), (None, b"plain"))
        self.selected(original)
        decoded = {1: NULS, 2: TEXT.encode(), 3: "Grüße".encode(), 4: b"plain"}
        for part, octets in decoded.items():
            self.assertEqual(self.item(f"BINARY.PEEK[{part}]"), (octets, part == 1))
            self.assertEqual(self.item(f"BINARY.SIZE[{part}]")[0], len(octets))
            for offset, size in ((0, 5), (3, 7), (0, 100000), (len(octets), 5), (100000, 1)):
                self.assertEqual(self.item(f"BINARY.PEEK[{part}]<{offset}.{size}>")[0], octets[offset:offset + size])
        self.assertEqual(self.item("BINARY.PEEK[]")[0], original)
        self.assertEqual(self.item("BINARY.SIZE[]")[0], len(original))
        self.assertEqual(self.item("BINARY.PEEK[9]")[0], None)
        self.assertEqual(self.item("BINARY.SIZE[9]")[0], 0)
        self.hasnt(self.imap.ok("FETCH 1 FLAGS")[0], r"\\Seen")
        line = self.imap.ok("FETCH 1 (BINARY[4] BINARY.SIZE[2])")[0][0]
        self.assertIn(b"BINARY[4] {5}\r\nplain BINARY.SIZE[2] %d" % len(TEXT.encode()), line)
        self.assertIn(rb"\Seen", line)

    def test_a_message_of_one_part(self):
        "[rfc3516:4.2]"
        self.selected(message(body=lines64(b"hello").decode() + "\r\n", more="Content-Transfer-Encoding: base64\r\n"), message(body="seven\r\n"))
        self.assertEqual(self.item("BINARY.PEEK[1]")[0], b"hello")
        self.assertEqual(self.item("BINARY.SIZE[1]")[0], 5)
        self.assertEqual(self.item("BINARY.PEEK[1]", 2)[0], b"seven\r\n")

    def test_large_parts_stream(self):
        "[rfc3516:4.2]"
        pattern = bytes((number * 7 + number // 251) % 255 + 1 for number in range(3_000_000))
        with_nul = pattern[:2_999_999] + b"\0"
        self.selected(multipart(("base64", lines64(pattern)), ("base64", lines64(with_nul)), ("7bit", b"0123456789abcdef\r\n" * 100_000)))
        for part, octets, eight in ((1, pattern, False), (2, with_nul, True)):
            self.assertEqual(self.item(f"BINARY.PEEK[{part}]"), (octets, eight))
            self.assertEqual(self.item(f"BINARY.SIZE[{part}]")[0], len(octets))
            self.assertEqual(self.item(f"BINARY.PEEK[{part}]<2000000.500>")[0], octets[2_000_000:2_000_500])
            self.assertEqual(self.item(f"BINARY.PEEK[{part}]<100.2500000>")[0], octets[100:2_500_100])
            self.assertEqual(self.item(f"BINARY.PEEK[{part}]<2999998.500>")[0], octets[2_999_998:])
        line = self.imap.ok("FETCH 1 (BINARY.SIZE[1] BINARY.PEEK[1] BINARY.SIZE[1])")[0][0]
        self.assertTrue(line.startswith(b"* 1 FETCH (BINARY.SIZE[1] 3000000 BINARY[1] {3000000}\r\n") and line.endswith(b" BINARY.SIZE[1] 3000000)"))
        self.assertEqual(self.item("BINARY.PEEK[3]")[0], b"0123456789abcdef\r\n" * 99_999 + b"0123456789abcdef\r\n")

    def test_a_part_in_chunks(self):
        "[rfc3516:4.2] [rfc9051:6.4.5]"
        octets = bytes((number * 7 + number // 251) % 256 for number in range(400_000))
        odd = b"=\r\n".join(base64.b64encode(octets[at:at + 1000]).rstrip(b"=") for at in range(0, len(octets), 1000))  # lines of no usual length
        text = "".join(f"{number} ä = {'x' * (number % 90)}  \r\n" for number in range(6000)).encode()
        quoted = quopri.encodestring(text.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n").removesuffix(b"\r\n")
        self.selected(multipart(("base64", odd), ("quoted-printable", quoted), ("8bit", text)))
        whole = {part: self.item(f"BINARY.PEEK[{part}]")[0] for part in (1, 2, 3)}
        self.assertEqual(whole[1], octets)
        for size in (7_777, 40_000):
            for part in (1, 2, 3):
                chunks = [self.item(f"BINARY.PEEK[{part}]<{at}.{size}>")[0] for at in range(0, len(whole[part]), size)]
                self.assertEqual(b"".join(chunks), whole[part])
        for at in (399_990, 200_000, 199_999, 250_000, 0, 400_000, 500_000):  # there and back
            self.assertEqual(self.item(f"BINARY.PEEK[1]<{at}.100>")[0], octets[at:at + 100])
            self.assertEqual(self.item(f"BINARY.PEEK[2]<{at // 2}.100>")[0], whole[2][at // 2:at // 2 + 100])

    def test_an_encoding_that_nobody_knows(self):
        "[rfc3516:4.3]"
        self.selected(multipart(("x-strange", b"???"), ("7bit", b"fine")), multipart(("7bit", b"fine")))
        for item in ("BINARY.PEEK[1]", "BINARY.SIZE[1]", "(FLAGS BINARY.PEEK[2] BINARY.PEEK[1])"):
            lines, tagged = self.imap.says(f"FETCH 1 {item}")
            self.assertTrue(tagged.startswith(b"NO [UNKNOWN-CTE]"), tagged)
            self.assertEqual(lines, [])
        lines, tagged = self.imap.says("FETCH 1:2 BINARY.PEEK[1]")
        self.assertTrue(tagged.startswith(b"NO [UNKNOWN-CTE]"), tagged)
        self.has(lines, r"\* 2 FETCH \(BINARY\[1\] \{4\}\r\nfine\)")
        self.assertEqual(self.item("BINARY.PEEK[2]")[0], b"fine")

    def test_messages_of_any_octets_are_appended(self):
        "[rfc3516:4.4] [rfc9051:6.3.12]"
        octets = multipart(("binary", NULS))
        for waits in (True, False):
            self.assertRegex(self.imap.sends(f"APPEND {self.box} ", Eight(octets), waits=waits)[1], rb"^OK \[APPENDUID")
        self.imap.ok(f"SELECT {self.box}")
        self.assertEqual(self.item("BINARY.PEEK[1]", 2), (NULS, True))
        self.assertEqual(self.item("BINARY.PEEK[]", 2), (octets, True))
        # A literal holds no NUL: it is shown as another octet where the client did not ask for BINARY.
        self.assertEqual(self.item("BODY.PEEK[1]", 2), (NULS.replace(b"\0", b"\x80"), False))
        self.assertEqual(self.item("BODY.PEEK[]", 2), (octets.replace(b"\0", b"\x80"), False))
        self.has(self.imap.ok("FETCH 1 RFC822.SIZE")[0], f"RFC822.SIZE {len(octets)}")

    def test_what_other_servers_take_beyond_the_grammar(self):
        "[rfc3516:4.2]"
        encoded = b"From: a@example.test\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(b"within") + b"\r\n"
        self.selected(b"Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n" + encoded + b"\r\n--b--\r\n", encoded)
        self.assertEqual(self.item("BINARY.PEEK[1.TEXT]"), (b"within", False))
        self.assertEqual(self.item("BINARY.PEEK[TEXT]", 2), (b"within", False))
        self.assertEqual(self.item("BINARY.PEEK[TEXT]<2>", 2), (b"thin", False))
        self.assertEqual(self.item("BINARY.PEEK[1.MIME]"), (b"Content-Type: message/rfc822\r\n\r\n", False))
        self.assertEqual(self.item("BINARY.PEEK[1.HEADER.FIELDS (From)]"), (b"From: a@example.test\r\n\r\n", False))
        self.assertEqual(self.item("BINARY.PEEK[HEADER]", 2)[0], self.item("BODY.PEEK[HEADER]", 2)[0])
        self.assertEqual(self.item("BODY.PEEK[HEADER]<3>", 2)[0], self.item("BODY.PEEK[HEADER]", 2)[0][3:])
        self.has(self.imap.ok("FETCH 1 (BINARY.SIZE[1.TEXT] BINARY.SIZE[1.MIME] BINARY.SIZE[1.HEADER.FIELDS (From)])")[0],
                 r"BINARY\.SIZE\[1\.TEXT\] 6 BINARY\.SIZE\[1\.MIME\] 32 BINARY\.SIZE\[1\.HEADER\.FIELDS \(From\)\] 24\)")

    def test_what_is_no_binary_item(self):
        "[rfc3516:7]"
        self.selected(message())
        for item in ("BINARY", "BINARY[MIME]", "BINARY[0]", "BINARY.SIZE[1]<0.5>", "BINARY.PEEK", "BINARY[1]<2.>"):
            self.assertTrue(self.imap.says(f"FETCH 1 {item}")[1].startswith(b"BAD"), item)


class Utf8(Case):
    def test_names_are_utf8_once_enabled(self):
        "[rfc6855:3] [rfc9051:6.3.1]"
        self.assertIn(b"UTF8=ACCEPT", self.imap.ok("CAPABILITY")[0][0].split())
        plain = self.sign_in()
        self.assertEqual(self.imap.ok("ENABLE UTF8=ACCEPT")[0], [b"* ENABLED UTF8=ACCEPT"])
        name = f'"{self.box}/Entwürfe R&D"'
        self.imap.ok(f"CREATE {name}")
        self.has(self.imap.ok(f'LIST "" "{self.box}/*"')[0], re.escape(name) + "$")
        self.has(self.imap.ok(f"STATUS {name} (MESSAGES)")[0], r"\* STATUS " + re.escape(name) + r" \(MESSAGES 0\)")
        self.imap.ok(f"SUBSCRIBE {name}")
        self.has(self.imap.ok(f'LSUB "" "{self.box}/%"')[0], re.escape(name) + "$")
        self.imap.ok(f"UNSUBSCRIBE {name}")
        wire = f'"{self.box}/Entw&APw-rfe R&-D"'
        self.has(plain.ok(f'LIST "" "{self.box}/*"')[0], re.escape(wire) + "$")
        self.has(plain.ok(f"STATUS {wire} (MESSAGES)")[0], re.escape(wire))
        # Modified UTF-7 is just a name here.
        self.assertTrue(self.imap.says(f"SELECT {wire}")[1].startswith(b"NO"))
        self.imap.ok(f"SELECT {name}")
        self.imap.ok(f"RENAME {name} {self.box}/&")
        self.has(plain.ok(f'LIST "" "{self.box}/*"')[0], re.escape(f"{self.box}/&-") + "$")
        self.imap.ok(f"DELETE {self.box}/&")

    def test_strings_are_utf8(self):
        "[rfc6855:3]"
        self.imap.append(self.box, message("=?utf-8?q?Gr=C3=BC=C3=9Fe?="))
        self.imap.ok("ENABLE UTF8=ACCEPT")
        self.imap.ok(f"SELECT {self.box}")
        self.has(self.imap.ok('SEARCH SUBJECT "grüße"')[0], r"^\* SEARCH 1$")
        self.assertTrue(self.imap.says(b'SEARCH SUBJECT "gr\xfc\xdfe"')[1].startswith(b"BAD"))
        self.assertTrue(self.imap.says(b'CREATE "gr\xfc\xdfe"')[1].startswith(b"BAD"))
        self.assertTrue(self.imap.says("SEARCH CHARSET UTF-8 ALL")[1].startswith(b"BAD"))
        self.has(self.imap.ok("SORT (DATE) UTF-8 ALL")[0], r"^\* SORT 1$")

    def test_messages_in_utf8(self):
        "[rfc6855:4]"
        octets = "From: Zoë <zoë@exämple.test>\r\nSubject: Grüße\r\n\r\nHallo\r\n".encode()
        for waits in (True, False):
            self.assertTrue(self.imap.sends(f"APPEND {self.box} UTF8 (", Eight(octets), ")", waits=waits)[1].startswith(b"BAD"))
        self.imap.ok("ENABLE UTF8=ACCEPT")
        for waits in (True, False):
            self.assertRegex(self.imap.sends(f"APPEND {self.box} (\\Seen) UTF8 (", Eight(octets), ")", waits=waits)[1], rb"^OK \[APPENDUID")
        _, tagged = self.imap.sends(f"APPEND {self.box} CATENATE (UTF8 (", Eight(octets), f") URL /{self.box}/;UID=1/;SECTION=TEXT)")
        self.assertRegex(tagged, rb"^OK")
        self.assertRegex(self.imap.sends(f"APPEND {self.box} UTF8 (", Eight(b"Subject: gr\xfc\xdfe\r\n\r\n"), ")")[1], rb"^NO")
        self.imap.ok(f"SELECT {self.box}")
        self.has(self.imap.ok("FETCH 1 BODY.PEEK[]")[0], "Zoë")
        self.has(self.imap.ok("FETCH 3 BODY.PEEK[TEXT]")[0], "Hallo\r\nHallo\r\n")
        self.has(self.imap.ok("FETCH 1 ENVELOPE")[0], "Grüße")
        self.has(self.imap.ok('SEARCH SUBJECT "grüße"')[0], r"^\* SEARCH 1 2 3$")


class OneAfterTheOther(Case):
    """Bodies that follow each other are read ahead: what comes must be what was asked for, whatever happens in between."""

    def setUp(self):
        super().setUp()
        self.texts = [message(f"Number {number}", body=f"{number} " + "x" * (number * 997 % 5000) + "\r\n") for number in range(1, 25)]
        self.texts[5] = message("large", body="y" * 990 + "\r\n" + "z" * 300_000 + "\r\n")
        self.texts[11] = message("middling", body="w" * 120_000 + "\r\n")
        for octets in self.texts:
            self.assertRegex(self.imap.append(self.box, octets), rb"^OK")
        self.imap.ok(f"SELECT {self.box}")

    def body(self, number, prefix="", item="BODY.PEEK[]"):
        lines = self.imap.ok(f"{prefix}FETCH {number} ({item})")[0]
        line = next(line for line in lines if b"BODY[" in line)
        found = re.search(rb"BODY\[[^]]*\] \{(\d+)\}\r\n", line)
        return line[found.end():found.end() + int(found[1])]

    def test_upwards_downwards_and_across(self):
        "[rfc9051:6.4.5]"
        count = len(self.texts)
        for order in (range(1, count + 1), range(count, 0, -1), [3, 4, 9, 10, 5, 6, 24, 23, 1, 2, 2, 3]):
            for number in order:
                self.assertEqual(self.body(number), self.texts[number - 1], number)
        for number in range(1, count + 1):
            self.assertEqual(self.body(number, prefix="UID ", item="UID BODY.PEEK[TEXT]"), self.texts[number - 1].split(b"\r\n\r\n", 1)[1], number)

    def test_with_other_commands_between(self):
        "[rfc9051:6.4.5]"
        other = self.sign_in()
        other.ok(f"SELECT {self.box}")
        for number in range(1, 15):
            self.assertEqual(self.body(number, item="BODY[]"), self.texts[number - 1], number)
            if number % 5 == 0:
                self.imap.ok(f"STORE {number + 1} +FLAGS (\\Flagged)")
        other.ok("UID STORE 16:18 +FLAGS.SILENT (\\Deleted)")
        other.ok("EXPUNGE")
        self.assertEqual(self.body(15), self.texts[14])   # it was read ahead, and the three behind it are gone
        self.imap.ok("NOOP")
        for number in range(16, 22):
            self.assertEqual(self.body(number), self.texts[number + 2], number)
        self.assertEqual(self.imap.ok("UID FETCH 17 BODY.PEEK[]")[0], [])


if __name__ == "__main__":
    unittest.main()
