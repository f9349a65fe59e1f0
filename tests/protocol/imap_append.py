"""The APPEND family: MULTIAPPEND, CATENATE, REPLACE and their limits."""
import re
import unittest

from imap_support import Case, Eight, endpoints, message

LIMIT = 52428800


class AppendCase(Case):
    def octets(self, number, mailbox=None):
        """What message `number` of the selected mailbox consists of."""
        line = self.imap.ok(f"FETCH {number} BODY.PEEK[]")[0][0]
        size, body = re.match(rb"\* \d+ FETCH \(BODY\[\] \{(\d+)\}\r\n(.*)\)$", line, re.S).groups()
        self.assertEqual(int(size), len(body))
        return body

    def count(self, mailbox=None):
        return int(re.search(rb"MESSAGES (\d+)", self.imap.ok(f"STATUS {mailbox or self.box} (MESSAGES)")[0][0])[1])


class Limits(AppendCase):
    def test_the_largest_message_is_told(self):
        "[rfc7889:2] [rfc7889:3.1] [rfc7889:3.2]"
        self.assertIn(f"APPENDLIMIT={LIMIT}".encode(), self.imap.ok("CAPABILITY")[0][0].split())
        self.has(self.imap.ok(f"STATUS {self.box} (APPENDLIMIT MESSAGES)")[0], rf"\(APPENDLIMIT {LIMIT} MESSAGES 0\)")
        self.has(self.imap.ok(f'LIST "" {self.box} RETURN (STATUS (APPENDLIMIT))')[0], rf"STATUS {self.box} \(APPENDLIMIT {LIMIT}\)")
        for command in (f"APPEND {self.box} {{{LIMIT + 1}}}", f"APPEND {self.box} CATENATE (TEXT {{{LIMIT + 1}}}"):
            self.assertTrue(self.imap.says(command)[1].startswith(b"NO [TOOBIG]"))
        self.imap.ok("NOOP")


class Several(AppendCase):
    def test_all_are_appended_with_flags_and_dates(self):
        "[rfc3502:6.3.11] [rfc4315:3]"
        self.assertIn(b"MULTIAPPEND", self.imap.ok("CAPABILITY")[0][0].split())
        for waits in (True, False):
            texts = [message(f"Number {number}") for number in range(3)]
            _, tagged = self.imap.sends(f"APPEND {self.box} (\\Seen) ", texts[0], ' "17-Jul-1996 02:44:25 -0700" ', texts[1], " (\\Flagged $x) ", texts[2],
                                        waits=waits)
            self.assertRegex(tagged, rb"^OK \[APPENDUID \d+ %s\]" % (b"1:3" if waits else b"4:6"))
        self.imap.ok(f"SELECT {self.box}")
        for number, text in enumerate(texts, 4):
            self.assertEqual(self.octets(number), text)
        lines = self.imap.ok("FETCH 4:6 (FLAGS INTERNALDATE)")[0]
        self.has(lines, r"\* 4 FETCH \(FLAGS \(\\Seen\b")
        self.has(lines, r'\* 5 FETCH \(FLAGS \([^)]*\) INTERNALDATE "17-Jul-1996 09:44:25 \+0000"')
        self.has(lines, r"\* 6 FETCH \(FLAGS \(\\Flagged \$x\b")

    def test_a_selected_mailbox_tells_of_them(self):
        "[rfc3502:6.3.11]"
        self.filled(1)
        untagged, _ = self.imap.sends(f"APPEND {self.box} ", message(), " ", message(), waits=False)
        self.has(untagged, r"\* 3 EXISTS")

    def test_an_empty_message_cancels(self):
        "[rfc3502:6.3.11]"
        for waits in (True, False):
            for parts in ((b"",), (message(), " ", b""), (message(), " (\\Seen) ", b"", " ", message())):
                self.assertTrue(self.imap.sends(f"APPEND {self.box} ", *parts, waits=waits)[1].startswith(b"NO "))
                self.imap.ok("NOOP")
        self.assertEqual(self.count(), 0)

    def test_one_that_is_refused_refuses_all(self):
        "[rfc3502:6.3.11]"
        _, tagged = self.imap.sends(f"APPEND {self.box} ", message(), " (\\Nonsense) ", message())
        self.assertTrue(tagged.startswith(b"BAD"), tagged)
        _, tagged = self.imap.sends(f"APPEND {self.box} ", message(), " (\\Nonsense) ", message(), " ", message(), waits=False)
        self.assertTrue(tagged.startswith(b"BAD"), tagged)
        _, tagged = self.imap.sends(f"APPEND {self.box} ", message(), " x")
        self.assertTrue(tagged.startswith(b"BAD"), tagged)
        _, tagged = self.imap.sends("APPEND no-such-box ", message(), " ", message(), waits=False)
        self.assertTrue(tagged.startswith(b"NO [TRYCREATE]"), tagged)
        self.imap.send(f"big APPEND {self.box} {{3}}\r\n")
        self.assertTrue(self.imap.line().startswith(b"+"))
        self.imap.send(f"a\r\n {{{LIMIT + 1}}}\r\n")
        self.assertTrue(self.imap.line().startswith(b"big NO [TOOBIG]"))
        self.imap.ok("NOOP")
        self.assertEqual(self.count(), 0)

    def test_memory_is_shared(self):
        """Of one user only so much is received at once: a second large message waits, then is refused before it is sent."""
        other = self.sign_in()
        self.imap.send(f"first APPEND {self.box} {{{LIMIT - 1}}}\r\n")
        self.assertTrue(self.imap.line().startswith(b"+"))
        other.send(f"second APPEND {self.box} {{{LIMIT - 1}}}\r\n")
        self.assertTrue(other.line().startswith(b"second NO [UNAVAILABLE]"))
        self.assertTrue(other.append(self.box, message("small")).startswith(b"OK"))
        other.send(f"third APPEND {self.box} {{{LIMIT - 1}}}\r\n")
        self.imap.close()
        self.assertTrue(other.line().startswith(b"+"))
        other.close()

    def test_many_at_once(self):
        "[rfc3502:6.3.11] [rfc9738:3.1]"
        texts = [message(f"Number {number}") for number in range(1200)]
        parts = [part for text in texts for part in (" ", text)]
        self.assertRegex(self.imap.sends(f"APPEND {self.box}", *parts, waits=False)[1], rb"^OK \[APPENDUID \d+ 1:1200\]")
        self.assertEqual(self.count(), 1200)
        self.imap.ok(f"SELECT {self.box}")
        for number in (1, 64, 65, 128, 700, 1200):
            self.assertEqual(self.octets(number), texts[number - 1])

    def test_the_last_of_many_cancels_all(self):
        "[rfc3502:6.3.11]"
        texts = [message(f"Cancelled {number}") for number in range(150)]
        parts = [part for text in texts for part in (" ", text)]
        self.assertTrue(self.imap.sends(f"APPEND {self.box}", *parts, " ", b"", waits=False)[1].startswith(b"NO "))
        self.assertEqual(self.count(), 0)
        self.assertRegex(self.imap.sends(f"APPEND {self.box}", *parts, waits=False)[1], rb"^OK \[APPENDUID \d+ 1:150\]")
        self.imap.ok(f"SELECT {self.box}")
        self.assertEqual(self.octets(150), texts[149])

    def test_large_ones_between_small_ones(self):
        "[rfc3502:6.3.11]"
        large = message("large", "0123456789abcdef\r\n" * 40000)
        self.assertRegex(self.imap.sends(f"APPEND {self.box} ", message(), " ", large, " ", message(), " ", large)[1], rb"^OK \[APPENDUID \d+ 1:4\]")
        self.imap.ok(f"SELECT {self.box}")
        self.assertEqual(self.octets(2), large)
        self.assertEqual(self.octets(4), large)


MULTIPART = (b"From: Ada <ada@example.test>\r\nSubject: parts\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
             b"--b\r\nContent-Type: text/plain\r\n\r\nthe first part\r\n--b\r\nContent-Type: application/octet-stream\r\n\r\nthe second\r\n--b--\r\n")


class Catenate(AppendCase):
    def setUp(self):
        super().setUp()
        self.imap.append(self.box, MULTIPART)
        row = self.imap.ok(f"STATUS {self.box} (UIDVALIDITY)")[0][0]
        self.validity = int(re.search(rb"UIDVALIDITY (\d+)", row)[1])

    def test_texts_and_parts_become_a_message(self):
        "[rfc4469:3] [rfc4469:5] [rfc5092:6]"
        self.assertIn(b"CATENATE", self.imap.ok("CAPABILITY")[0][0].split())
        head = b"Subject: made\r\n\r\n"
        for waits in (True, False):
            _, tagged = self.imap.sends(
                f"APPEND {self.box} (\\Draft) CATENATE (TEXT ", head, f' URL "/{self.box};UIDVALIDITY={self.validity}/;UID=1/;SECTION=1" TEXT ', b"\r\n",
                f" URL /{self.box}/;UID=1/;section=2/;PARTIAL=4.6 URL ", f"/{self.box}/;uid=1/;SECTION=HEADER.FIELDS%20(Subject)".encode(), ")", waits=waits)
            self.assertRegex(tagged, rb"^OK \[APPENDUID \d+ \d+\]")
        self.imap.ok(f"SELECT {self.box}")
        for number in (2, 3):
            self.assertEqual(self.octets(number), head + b"the first part\r\nsecond" + b"Subject: parts\r\n\r\n")
        self.has(self.imap.ok("FETCH 2 (FLAGS ENVELOPE)")[0], r'FLAGS \(\\Draft\b[^)]*\) ENVELOPE \(NIL "made"')
        # The whole message; with others, by MULTIAPPEND.
        other = message("other")
        _, tagged = self.imap.sends(f"APPEND {self.box} CATENATE (URL /{self.box}/;UID=1) ", other, f" CATENATE (URL /{self.box}/;UID=1)")
        self.assertRegex(tagged, rb"^OK \[APPENDUID \d+ 4:6\]")
        self.imap.ok("NOOP")
        self.assertEqual([self.octets(number) for number in (4, 5, 6)], [MULTIPART, other, MULTIPART])

    def test_urls_that_lead_nowhere(self):
        "[rfc4469:4] [rfc5092:7.2]"
        self.imap.ok(f"SELECT {self.box}")
        for url in ("/no-such-box/;UID=1", "/no//such/;UID=1", f"/{self.box}/;UID=77", f"/{self.box};UIDVALIDITY={self.validity + 1}/;UID=1", f"/{self.box}/;UID=1/;SECTION=9",
                    f"imap://elsewhere.example/{self.box}/;UID=1", f"/{self.box}/;UID=x", "http://localhost/", f"/{self.box}",
                    ";UID=1", f"{self.box}/;UID=1", f"./{self.box}/;UID=1"):
            _, tagged = self.imap.sends(f"APPEND {self.box} CATENATE (TEXT ", b"x", f' URL "{url}" TEXT ', b"y", ")")
            self.assertTrue(tagged.startswith(f"NO [BADURL {url}]".encode()), tagged)
            _, tagged = self.imap.sends(f"APPEND {self.box} CATENATE (URL {url} TEXT ", b"y", ") ", message(), waits=False)
            self.assertTrue(tagged.startswith(b"NO [BADURL"), tagged)
        self.imap.ok("NOOP")
        self.assertEqual(self.count(), 1)

    def test_what_is_no_catenation(self):
        "[rfc4469:5]"
        for text in ("CATENATE ()", "CATENATE", f"CATENATE (URL /{self.box}/;UID=1", f"CATENATE (URL /{self.box}/;UID=1) x", "CATENATE (TEXT x)"):
            self.assertTrue(self.imap.says(f"APPEND {self.box} {text}")[1].startswith(b"BAD"), text)
        _, tagged = self.imap.sends(f"APPEND {self.box} CATENATE (TEXT ", b"", ")")
        self.assertTrue(tagged.startswith(b"NO"), tagged)
        self.assertEqual(self.count(), 1)

    def test_what_becomes_too_large(self):
        "[rfc4469:4] [rfc7889:4]"
        large = message("large", "0123456789abcdef\r\n" * 600000)
        self.assertRegex(self.imap.append(self.box, large), rb"^OK")
        url = f"/{self.box}/;UID=2"
        self.assertTrue(self.imap.says(f"APPEND {self.box} CATENATE ({' '.join(['URL ' + url] * 900)})")[1].startswith(b"NO [TOOBIG]"))
        _, tagged = self.imap.sends(f"APPEND {self.box} CATENATE (URL {url}/;PARTIAL=0.100 URL {url}/;PARTIAL=100)")
        self.assertRegex(tagged, rb"^OK")
        self.imap.ok(f"SELECT {self.box}")
        self.assertEqual(self.octets(3), large)


class Replace(AppendCase):
    def test_the_new_one_comes_and_the_old_one_goes(self):
        "[rfc8508:3.2] [rfc8508:3.4] [rfc8508:4.3]"
        self.assertIn(b"REPLACE", self.imap.ok("CAPABILITY")[0][0].split())
        self.filled(3)
        new = message("new")
        untagged, tagged = self.imap.sends(f"REPLACE 2 {self.box} (\\Draft) ", new)
        self.assertTrue(tagged.startswith(b"OK "), tagged)
        self.assertRegex(untagged[0], rb"^\* OK \[APPENDUID \d+ 4\]")
        self.assertEqual(sorted(line for line in untagged[1:] if b"EXPUNGE" in line or b"EXISTS" in line), [b"* 2 EXPUNGE", b"* 3 EXISTS"])
        self.assertEqual(self.octets(3), new)
        self.has(self.imap.ok("FETCH 3 FLAGS")[0], r"\\Draft")
        self.assertEqual(self.count(), 3)

    def test_by_uid_into_another_mailbox(self):
        "[rfc8508:3.3] [rfc8508:3.4]"
        self.filled(2)
        self.imap.ok(f"CREATE {self.box}/sent")
        untagged, tagged = self.imap.sends(f"UID REPLACE 1 {self.box}/sent ", message(), waits=False)
        self.assertTrue(tagged.startswith(b"OK"), tagged)
        self.assertRegex(untagged[0], rb"^\* OK \[APPENDUID \d+ 1\]")
        self.assertEqual([line for line in untagged[1:] if b"RECENT" not in line], [b"* 1 EXPUNGE"])
        self.assertEqual((self.count(), self.count(f"{self.box}/sent")), (1, 1))

    def test_of_parts_and_of_octets(self):
        "[rfc8508:4.2]"
        self.filled(2)
        _, tagged = self.imap.sends(f"REPLACE 1 {self.box} CATENATE (TEXT ", b"X: y\r\n", f" URL /{self.box}/;UID=1)")
        self.assertTrue(tagged.startswith(b"OK"), tagged)
        self.assertTrue(self.octets(2).startswith(b"X: y\r\nFrom: Ada"))
        _, tagged = self.imap.sends(f"UID REPLACE 3 {self.box} ", Eight(b"a: b\r\n\r\n\0\1"))
        self.assertTrue(tagged.startswith(b"OK"), tagged)

    def test_what_is_not_replaced(self):
        "[rfc8508:3.4] [rfc8508:4.7] [rfc8508:5]"
        self.filled(2)
        for parts, answer in ((("REPLACE 9 {} ", b"x"), b"BAD"), (("UID REPLACE 9 {} ", b"x"), b"NO"), (("REPLACE 0 {} ", b"x"), b"BAD"),
                              (("REPLACE 1:2 {} ", b"x"), b"BAD"), (("REPLACE * {} ", b"x"), b"BAD"), (("REPLACE 1 {}/none ", b"x"), b"NO [TRYCREATE]"),
                              (("REPLACE 1 {} ", b""), b"NO"), (("REPLACE 1 {} ", b"x", " ", b"y"), b"BAD"), (("REPLACE 1 {}",), b"BAD"),
                              (("REPLACE 1 {} CATENATE (URL /none/;UID=1)",), b"NO [BADURL")):
            for waits in (True, False):
                command = [part.format(self.box) if isinstance(part, str) else part for part in parts]
                untagged, tagged = self.imap.sends(*command, waits=waits)
                self.assertTrue(tagged.startswith(answer), (parts, tagged))
                self.hasnt(untagged, "EXPUNGE|APPENDUID")
        self.assertEqual(self.count(), 2)
        self.imap.ok(f"EXAMINE {self.box}")
        self.assertTrue(self.imap.sends(f"REPLACE 1 {self.box} ", b"x")[1].startswith(b"NO"))
        self.imap.ok("UNSELECT")
        self.assertTrue(self.imap.sends(f"REPLACE 1 {self.box} ", b"x")[1].startswith(b"BAD"))

    def test_message_numbers_are_refused_with_uid_only(self):
        "[rfc9586:3]"
        self.imap.ok("ENABLE UIDONLY")
        self.filled(1)
        for waits in (True, False):
            self.assertTrue(self.imap.sends(f"REPLACE 1 {self.box} ", b"x: y\r\n\r\n", waits=waits)[1].startswith(b"BAD [UIDREQUIRED]"))
        untagged, tagged = self.imap.sends(f"UID REPLACE 1 {self.box} ", message())
        self.assertTrue(tagged.startswith(b"OK"), tagged)
        self.has(untagged, r"\* VANISHED 1$")

    def test_one_that_another_session_expunged(self):
        "[rfc8508:3.4]"
        self.filled(2)
        other = self.sign_in()
        other.ok(f"SELECT {self.box}")
        other.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
        other.ok("EXPUNGE")
        _, tagged = self.imap.sends(f"REPLACE 1 {self.box} ", message())
        self.assertTrue(tagged.startswith(b"NO"), tagged)
        self.assertEqual(self.count(), 1)


class Remembered(AppendCase):
    """The mailbox that APPEND went to last is not looked up again: it must still be the one of that name."""

    def append(self, box, count=1):
        return self.imap.append(box, message("one")) if count == 1 else self.imap.sends(f"APPEND {box} ", message("one"), " ", message("two"))[1]

    def test_a_name_that_means_another_mailbox(self):
        "[rfc9051:6.3.12] [rfc9051:6.3.6]"
        other = self.sign_in()
        for count in (1, 2):
            with self.subTest(count=count):
                before = self.count()
                self.assertRegex(self.append(self.box, count), rb"^OK")
                other.ok(f"RENAME {self.box} {self.box}-old{count}")
                self.assertRegex(self.append(self.box, count), rb"^NO \[TRYCREATE\]")
                self.assertRegex(self.append(f"{self.box}-old{count}", count), rb"^OK")
                self.assertRegex(self.append(self.box, count), rb"^NO \[TRYCREATE\]")
                other.ok(f"CREATE {self.box}")
                self.assertRegex(self.append(self.box, count), rb"^OK")
                self.assertEqual(self.count(f"{self.box}-old{count}"), before + 2 * count)
                self.assertEqual(self.count(), count)
                other.ok(f"DELETE {self.box}")
                self.assertRegex(self.append(self.box, count), rb"^NO \[TRYCREATE\]")
                other.ok(f"CREATE {self.box}")
                self.assertRegex(self.append(self.box, count), rb"^OK")
                other.ok(f"DELETE {self.box}")
                other.ok(f"CREATE {self.box}")
                self.assertRegex(self.append(self.box, count), rb"^OK")
                self.assertEqual(self.count(), count)

    def test_it_is_forgotten_with_the_user(self):
        "[rfc8437:4.1]"
        self.assertRegex(self.append(self.box), rb"^OK")
        if b"UNAUTHENTICATE" not in self.imap.ok("CAPABILITY")[0][0].split():
            self.skipTest("UNAUTHENTICATE is off")
        self.imap.ok("UNAUTHENTICATE")
        entry = endpoints()["accounts"][1]
        self.imap.ok(f'LOGIN "{entry["address"]}" "{entry["password"]}"')
        self.assertRegex(self.append(self.box), rb"^NO \[TRYCREATE\]")
        self.imap = self.sign_in()
        self.assertEqual(self.count(), 1)


if __name__ == "__main__":
    unittest.main()
