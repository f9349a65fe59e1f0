"""Finding: SEARCH with its options, SORT, THREAD, searches that are kept up to date, ESEARCH over mailboxes."""
import re
import time
import unittest

from imap_support import Case, message


def mail(subject="s", sender="Ada <ada@example.test>", to="bob@example.test", date="Mon, 2 Mar 2026 10:00:00 +0000", more="", body="text\r\n"):
    return (f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\nDate: {date}\r\n{more}\r\n{body}").encode()


class Finding(Case):
    def fill(self, *messages):
        for one in messages:
            arguments, octets = one if isinstance(one, tuple) else ("", one)
            self.assertTrue(self.imap.append(self.box, octets, arguments).startswith(b"OK"))
        self.imap.ok(f"SELECT {self.box}")

    def answer(self, command, client=None):
        lines, _ = (client or self.imap).ok(command)
        return [line.decode() for line in lines]

    def literal(self, before, needle, charset="UTF-8"):
        """SEARCH CHARSET … before {literal}; the untagged lines and the tagged one."""
        self.imap.send(f"l SEARCH CHARSET {charset} {before} {{{len(needle)}+}}\r\n".encode() + needle + b"\r\n")
        return self.imap.until("l")


class Search(Finding):
    def test_charsets(self):
        "[rfc9051:6.4.4] [rfc3501:6.4.4]"
        self.fill(mail("=?koi8-r?B?8NLJ18XU?="), mail("plain"))
        self.assertEqual(self.literal("SUBJECT", "привет".encode())[0], [b"* SEARCH 1"])
        self.assertEqual(self.literal("SUBJECT", "ПРИВЕТ".encode("koi8-r"), "KOI8-R")[0], [b"* SEARCH 1"])
        untagged, tagged = self.literal("SUBJECT", b"x", "X-NO-SUCH")
        self.assertEqual(untagged, [])
        self.assertTrue(tagged.startswith(b"NO [BADCHARSET (UTF-8"), tagged)

    def test_comparing_is_by_unicode_casemap(self):
        "[rfc5255:4] [rfc5051:2]"
        self.fill(mail("=?utf-8?q?=C3=85ngstr=C3=B6m_=EF=AC=81ne?="), mail("=?utf-8?q?=CE=A3=CE=9F=CE=A6=CE=99=CE=91?=", sender="=?utf-8?q?=C3=89mile?= <e@x.test>"))
        for key, needle, found in (("SUBJECT", "ÅNGSTRÖM", b"1"), ("SUBJECT", "FINE", b"1"), ("SUBJECT", "σοφια", b"2"), ("FROM", "émile", b"2"),
                                   ("TEXT", "ångström", b"1"), ("BODY", "ångström", b"")):
            self.assertEqual(self.literal(key, needle.encode())[0], [b"* SEARCH " + found if found else b"* SEARCH"], needle)
        self.assertIn(b"I18NLEVEL=1", self.imap.ok("CAPABILITY")[0][0])

    def test_sent_dates_are_what_the_header_says(self):
        "[rfc9051:6.4.4]"
        self.fill(mail(date="Mon, 2 Mar 2026 23:30:00 -0800"), mail(date="nonsense"), mail(date="Tue, 3 Mar 2026 00:30:00 +1200"))
        self.assertEqual(self.answer("SEARCH SENTON 2-Mar-2026"), ["* SEARCH 1"])
        self.assertEqual(self.answer("SEARCH SENTON 3-Mar-2026"), ["* SEARCH 3"])
        self.assertEqual(self.answer("SEARCH SENTSINCE 1-Jan-1990"), ["* SEARCH 1 3"])
        self.assertEqual(self.answer("SEARCH SENTBEFORE 3-Mar-2026"), ["* SEARCH 1"])

    def test_numbers_beyond_the_mailbox_match_nothing(self):
        "[rfc9051:6.4.4] [rfc7377:2]"
        self.fill(mail(), mail())
        self.assertEqual(self.answer("SEARCH 2:50"), ["* SEARCH 2"])
        self.assertEqual(self.answer("SEARCH 50:60"), ["* SEARCH"])
        self.assertEqual(self.answer("SEARCH UID 1 OLDER 1 NOT YOUNGER 1")[0][:8], "* SEARCH")

    def test_object_ids(self):
        "[rfc8474:6]"
        self.fill(mail("a", more="Message-ID: <a@x>\r\n"), mail("Re: a", more="Message-ID: <b@x>\r\nReferences: <a@x>\r\n"), mail("c"))
        ids = self.answer("FETCH 1 (EMAILID THREADID)")[0]
        email, thread = re.search(r"EMAILID \((\w+)\) THREADID \((\w+)\)", ids).groups()
        self.assertEqual(self.answer(f"SEARCH EMAILID {email}"), ["* SEARCH 1"])
        self.assertEqual(self.answer(f"SEARCH THREADID {thread}"), ["* SEARCH 1 2"])
        self.assertEqual(self.answer("SEARCH EMAILID nothing"), ["* SEARCH"])

    def test_options(self):
        "[rfc4731:3.1] [rfc9394:3.1] [rfc4731:3.2]"
        self.fill(*[("(\\Flagged) " if n % 2 else "", mail(f"n{n}")) for n in range(1, 8)])
        self.assertRegex(self.answer("SEARCH RETURN (MIN MAX COUNT) FLAGGED")[0], r'^\* ESEARCH \(TAG "t\d+"\) MIN 1 MAX 7 COUNT 4$')
        self.assertRegex(self.answer("UID SEARCH RETURN () 2:5")[0], r"UID ALL 2:5$")
        self.assertRegex(self.answer("SEARCH RETURN (ALL COUNT) DRAFT")[0], r"\) COUNT 0$")
        self.assertRegex(self.answer("SEARCH RETURN (PARTIAL 2:3) FLAGGED")[0], r"PARTIAL \(2:3 3,5\)$")
        self.assertRegex(self.answer("UID SEARCH RETURN (PARTIAL -1:-2 COUNT) FLAGGED")[0], r"UID COUNT 4 PARTIAL \(-1:-2 5,7\)$")
        self.assertRegex(self.answer("SEARCH RETURN (PARTIAL 9:10) FLAGGED")[0], r"PARTIAL \(9:10 NIL\)$")
        self.assertTrue(self.imap.says("SEARCH RETURN (PARTIAL 1:2 ALL) ALL")[1].startswith(b"BAD"))
        modseq = int(re.search(r"MODSEQ \((\d+)\)", self.answer("FETCH 2 MODSEQ")[0])[1])
        self.assertRegex(self.answer(f"SEARCH MODSEQ {modseq} 1:2")[0], rf"^\* SEARCH 2 \(MODSEQ {modseq}\)$")
        self.assertRegex(self.answer(f"SEARCH RETURN (MIN) MODSEQ {modseq}")[0], rf"MIN 2 MODSEQ {modseq}$")


class Indexed(Finding):
    def test_results_are_the_same_while_mail_is_indexed(self):
        "[rfc9051:6.4.4]"
        self.fill(*[mail(f"subject {n} Wort{n % 3}", f"Writer {n} <w{n}@example.test>", body=f"alpha{n}  beta\r\nüber die Straße {n}\r\n",
                         more="Content-Type: text/plain; charset=utf-8\r\n" + (f"X-Kind: kind{n}\r\n" if n % 2 else "")) for n in range(1, 31)])
        expected = {"TEXT alpha7": "7", 'BODY "alpha1 "': "1", "BODY alpha3": "3 30", "SUBJECT wort0": " ".join(str(n) for n in range(3, 31, 3)), "FROM w12@": "12",
                    'FROM "writer 2"': "2 20 21 22 23 24 25 26 27 28 29", "HEADER X-Kind kind1": "1 11 13 15 17 19", 'HEADER X-Kind ""': " ".join(str(n) for n in range(1, 31, 2)),
                    "TEXT nowhere": "", "NOT TEXT subject": "", "TO bob CC bob": "", "TEXT 9": None}
        deadline = time.monotonic() + 5
        rounds = 0
        while time.monotonic() < deadline:
            for program, found in expected.items():
                line = self.answer(f"SEARCH {program}")[0]
                if found is None:
                    expected[program] = line.removeprefix("* SEARCH").strip()
                else:
                    self.assertEqual(line, f"* SEARCH {found}".strip(), program)
            self.assertEqual(self.literal("BODY", "ÜBER DIE STRAßE 5\r\n".encode())[0], [b"* SEARCH 5"])
            rounds += 1
            time.sleep(0.5)
        self.assertGreater(rounds, 2)


class Saved(Finding):
    def test_the_result_stands_for_its_messages(self):
        "[rfc5182:2.1] [rfc5182:2.2]"
        self.fill(*[mail(f"n{n}") for n in range(1, 6)])
        self.assertEqual(self.answer("FETCH $ FLAGS"), [])
        self.assertEqual(self.answer("SEARCH RETURN (SAVE) 2:4"), [])
        self.assertEqual(len(self.answer("FETCH $ FLAGS")), 3)
        self.assertEqual(self.answer("UID SEARCH UID $ SUBJECT n3"), ["* SEARCH 3"])
        self.assertEqual(self.answer("SEARCH OR $ 1"), ["* SEARCH 1 2 3 4"])
        self.assertEqual(self.answer("SEARCH NOT $"), ["* SEARCH 1 5"])
        self.imap.ok("STORE $ +FLAGS.SILENT (\\Deleted)")
        self.imap.ok("UID EXPUNGE 2")
        self.assertEqual(self.answer("SEARCH $"), ["* SEARCH 2 3"])
        self.imap.ok(f"CREATE {self.box}/copy")
        self.imap.ok(f"COPY $ {self.box}/copy")
        self.assertIn("MESSAGES 2", self.answer(f"STATUS {self.box}/copy (MESSAGES)")[0])
        self.imap.ok(f"SELECT {self.box}")
        self.assertEqual(self.answer("SEARCH $"), ["* SEARCH"])
        self.imap.ok(f"COPY $ {self.box}/copy")

    def test_which_messages_are_saved(self):
        "[rfc5182:2.4] [rfc9394:3.2]"
        self.fill(*[mail(f"n{n}") for n in range(1, 7)])
        for options, saved in (("SAVE MIN", "2"), ("SAVE MAX", "5"), ("SAVE MIN MAX", "2 5"), ("SAVE MIN COUNT", "2 3 4 5"), ("SAVE ALL", "2 3 4 5"),
                               ("SAVE PARTIAL 2:3", "3 4"), ("SAVE PARTIAL 3:3 MIN", "2 4"), ("SAVE PARTIAL 1:1 COUNT", "2 3 4 5")):
            self.answer(f"SEARCH RETURN ({options}) 2:5")
            self.assertEqual(self.answer("SEARCH $"), [f"* SEARCH {saved}"], options)
        self.answer("SEARCH RETURN (COUNT) ALL")
        self.assertEqual(self.answer("SEARCH $"), ["* SEARCH 2 3 4 5"])
        self.assertTrue(self.imap.says("SEARCH RETURN (SAVE) CHARSET X-NO-SUCH SUBJECT x")[1].startswith(b"NO"))
        self.assertEqual(self.answer("SEARCH $"), ["* SEARCH"])


class Sort(Finding):
    def setUp(self):
        super().setUp()
        self.fill(
            ('"03-Feb-2026 12:00:00 +0000" ', mail("Re: [list] beta", "zoe@example.test", "=?utf-8?q?=C3=84nne?= <m@x.test>", "Mon, 2 Mar 2026 10:00:00 +0000")),
            ('"01-Feb-2026 12:00:00 +0000" ', mail("alpha", "Bert <a@example.test>", "anna@x.test", "Mon, 2 Mar 2026 10:00:00 +0100", body="x" * 500 + "\r\n")),
            ('"02-Feb-2026 12:00:00 +0000" ', mail("BETA", "\"anton\" <b@example.test>", "team: bob@x.test;", "Sun, 1 Mar 2026 10:00:00 +0000", "Cc: c@x.test\r\n")),
        )

    def test_criteria(self):
        "[rfc5256:3] [rfc5957:4]"
        for criteria, order in (("ARRIVAL", "2 3 1"), ("DATE", "3 2 1"), ("REVERSE DATE", "1 2 3"), ("SIZE", "1 3 2"), ("SUBJECT", "2 1 3"),
                                ("SUBJECT DATE", "2 3 1"), ("REVERSE SUBJECT", "1 3 2"), ("FROM", "2 3 1"), ("TO", "2 1 3"), ("CC", "1 2 3"),
                                ("REVERSE CC", "3 1 2"), ("DISPLAYFROM", "3 2 1"), ("DISPLAYTO", "2 1 3")):
            if criteria == "SIZE":
                sizes = {n: int(re.search(r"SIZE (\d+)", self.answer(f"FETCH {n} RFC822.SIZE")[0])[1]) for n in (1, 2, 3)}
                order = " ".join(str(n) for n in sorted(sizes, key=lambda n: (sizes[n], n)))
            self.assertEqual(self.answer(f"SORT ({criteria}) UTF-8 ALL"), [f"* SORT {order}"], criteria)
        self.assertEqual(self.answer("UID SORT (SUBJECT) US-ASCII SUBJECT beta"), ["* SORT 1 3"])
        self.assertEqual(self.answer("SORT (SUBJECT) UTF-8 TEXT nowhere"), ["* SORT"])
        self.assertTrue(self.imap.says("SORT (SUBJECT) X-NO-SUCH ALL")[1].startswith(b"NO [BADCHARSET"))
        self.assertTrue(self.imap.says("SORT (FROB) UTF-8 ALL")[1].startswith(b"BAD"))

    def test_extended(self):
        "[rfc5267:3.1] [rfc5267:3.2] [rfc5267:4.4]"
        self.assertRegex(self.answer("UID SORT RETURN () (REVERSE DATE) UTF-8 ALL")[0], r"UID ALL 1:3$")
        self.assertRegex(self.answer("SORT RETURN (ALL MIN MAX COUNT) (DATE) UTF-8 ALL")[0], r"MIN 3 MAX 1 COUNT 3 ALL 3,2,1$")
        self.assertRegex(self.answer("SORT RETURN (PARTIAL 1:2) (ARRIVAL) UTF-8 ALL")[0], r"PARTIAL \(1:2 2:3\)$")
        self.answer("SORT RETURN (SAVE) (DATE) UTF-8 2:3")
        self.assertEqual(self.answer("SEARCH $"), ["* SEARCH 2 3"])


class Thread(Finding):
    def test_algorithms(self):
        "[rfc5256:3]"
        self.fill(mail("Plan", date="Mon, 2 Mar 2026 10:00:00 +0000", more="Message-ID: <1@x>\r\n"),
                  mail("Re: Plan", date="Mon, 2 Mar 2026 12:00:00 +0000", more="Message-ID: <2@x>\r\nReferences: <1@x>\r\n"),
                  mail("lunch", date="Mon, 2 Mar 2026 09:00:00 +0000", more="Message-ID: <3@x>\r\n"),
                  mail("Re: Plan", date="Mon, 2 Mar 2026 11:00:00 +0000", more="Message-ID: <4@x>\r\nIn-Reply-To: <\"1\"@x>\r\n"),
                  mail("re: plan", date="Mon, 2 Mar 2026 13:00:00 +0000", more="Message-ID: <5@x>\r\nReferences: <1@x> <2@x>\r\n"))
        self.assertEqual(self.answer("THREAD REFERENCES UTF-8 ALL"), ["* THREAD (3)(1 (4)(2 5))"])
        self.assertEqual(self.answer("UID THREAD REFS UTF-8 ALL"), ["* THREAD (3)(1 (4)(2 5))"])
        self.assertEqual(self.answer("THREAD ORDEREDSUBJECT UTF-8 ALL"), ["* THREAD (3)(1 (4)(2)(5))"])
        self.assertEqual(self.answer("THREAD REFERENCES UTF-8 2:5"), ["* THREAD (3)((4)(2 5))"])
        self.assertEqual(self.answer("THREAD REFERENCES UTF-8 SUBJECT nowhere"), ["* THREAD"])
        self.assertTrue(self.imap.says("THREAD FROB UTF-8 ALL")[1].startswith(b"BAD"))
        self.assertTrue(self.imap.says("THREAD REFS X-NO-SUCH ALL")[1].startswith(b"NO [BADCHARSET"))


class Contexts(Finding):
    def news(self, awaited):
        """NOOP until this line has been told; what others do takes a moment to be heard of."""
        lines, limit = [], time.monotonic() + 10
        while awaited not in lines and time.monotonic() < limit:
            lines += self.answer("NOOP")
        self.assertIn(awaited, lines)
        return lines

    def test_a_search_is_kept_up_to_date(self):
        "[rfc5267:4.3] [rfc5267:4.3.2] [rfc5267:4.3.3] [rfc5267:4.3.4]"
        self.fill(mail("a"), mail("b"), mail("c"))
        self.imap.send("B1 UID SEARCH RETURN (UPDATE COUNT) UNSEEN\r\n")
        self.assertEqual(self.imap.until("B1")[0], [b'* ESEARCH (TAG "B1") UID COUNT 3'])
        self.imap.send("B1 SORT RETURN (UPDATE) (DATE) UTF-8 FLAGGED\r\n")
        self.assertTrue(self.imap.until("B1")[1].startswith(b"BAD"))
        lines = self.answer("STORE 2 +FLAGS (\\Seen)")
        self.assertEqual(lines[-1], '* ESEARCH (TAG "B1") UID REMOVEFROM (0 2)')
        self.assertEqual(self.answer("STORE 2 -FLAGS (\\Seen)")[-1], '* ESEARCH (TAG "B1") UID ADDTO (0 2)')
        other = self.sign_in()
        other.append(self.box, mail("d"))
        lines = self.news('* ESEARCH (TAG "B1") UID ADDTO (0 4)')
        self.assertLess(lines.index("* 4 EXISTS"), lines.index('* ESEARCH (TAG "B1") UID ADDTO (0 4)'))
        other.ok(f"SELECT {self.box}")
        other.ok("STORE 3 +FLAGS (\\Deleted)")
        other.ok("EXPUNGE")
        lines = self.news("* 3 EXPUNGE")
        self.assertLess(lines.index('* ESEARCH (TAG "B1") UID REMOVEFROM (0 3)'), lines.index("* 3 EXPUNGE"))

    def test_new_results_come_with_what_is_asked_for(self):
        "[rfc5465:7]"
        self.fill(mail("a"), mail("b"))
        self.imap.send("N1 UID SEARCH RETURN (COUNT UPDATE (UID BODY[HEADER.FIELDS (SUBJECT)])) UNSEEN\r\n")
        self.assertEqual(self.imap.until("N1")[0], [b'* ESEARCH (TAG "N1") UID COUNT 2'])
        other = self.sign_in()
        other.append(self.box, mail("here"))
        lines = self.news('* ESEARCH (TAG "N1") UID ADDTO (0 3)')
        told = [line for line in lines if line.startswith("* 3 FETCH (UID 3 BODY[HEADER.FIELDS (SUBJECT)] {")]
        self.assertEqual(len(told), 1)
        self.assertLess(lines.index("* 3 EXISTS"), lines.index(told[0]))
        self.assertLess(lines.index(told[0]), lines.index('* ESEARCH (TAG "N1") UID ADDTO (0 3)'))
        self.hasnt(self.imap.ok("FETCH 3 FLAGS")[0], "Seen")
        # What becomes a result by its flags is not told again.
        self.imap.ok("STORE 1 +FLAGS.SILENT (\\Seen)")
        lines = self.answer("STORE 1 -FLAGS.SILENT (\\Seen)")
        self.assertEqual(lines, ['* ESEARCH (TAG "N1") UID ADDTO (0 1)'])
        for wrong in ("UPDATE ()", "UPDATE (FROB)", "UPDATE (UID"):
            self.assertTrue(self.imap.says(f"SEARCH RETURN ({wrong}) ALL")[1].startswith(b"BAD"), wrong)

    def test_a_sorted_result_has_positions(self):
        "[rfc5267:4.3.3] [rfc5267:4.3.4]"
        self.fill(mail("b"), mail("d"), mail("f"))
        self.imap.send("C1 SORT RETURN (UPDATE ALL) (SUBJECT) UTF-8 UNFLAGGED\r\n")
        self.assertEqual(self.imap.until("C1")[0], [b'* ESEARCH (TAG "C1") ALL 1:3'])
        self.sign_in().append(self.box, mail("c"))
        self.news('* ESEARCH (TAG "C1") ADDTO (2 4)')
        self.assertEqual(self.answer("STORE 4,2 +FLAGS (\\Flagged)")[-1], '* ESEARCH (TAG "C1") REMOVEFROM (3 2 2 4)')

    def test_updates_end(self):
        "[rfc5267:4.3.5] [rfc5267:4.3.1]"
        self.fill(mail("a"))
        self.imap.send("D1 SEARCH RETURN (UPDATE) UNSEEN\r\n")
        self.assertEqual(self.imap.until("D1")[0], [b'* ESEARCH (TAG "D1") ALL 1'])
        self.imap.ok('CANCELUPDATE "D1"')
        self.assertFalse(any("ESEARCH" in line for line in self.answer("STORE 1 +FLAGS (\\Seen)")))
        self.assertTrue(self.imap.says('CANCELUPDATE "D1"')[1].startswith(b"BAD"))
        self.has(self.imap.ok("SEARCH RETURN (UPDATE COUNT) YOUNGER 100")[0], r'^\* NO \[NOUPDATE "t\d+"\]')
        lines = []
        for number in range(20):
            self.imap.send(f"E{number} SEARCH RETURN (UPDATE COUNT) SEEN\r\n")
            lines += self.imap.until(f"E{number}")[0]
        self.has(lines, r'NO \[NOUPDATE "E19"\]')

    def test_numbers_in_the_program_are_those_of_its_time(self):
        "[rfc5267:4.3]"
        self.fill(mail("a"), mail("b"), mail("c"))
        self.imap.send("F1 SEARCH RETURN (UPDATE) 3 UNSEEN\r\n")
        self.imap.until("F1")
        self.imap.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
        self.imap.ok("EXPUNGE")
        self.assertEqual(self.answer("STORE 2 +FLAGS (\\Seen)")[-1], '* ESEARCH (TAG "F1") REMOVEFROM (0 2)')


class Fuzzy(Finding):
    def test_what_is_like_it_is_found_with_a_score(self):
        "[rfc6203:3] [rfc6203:4] [rfc6203:6]"
        self.fill(mail("IMAP is broken, break IMAP"), mail("lunch"), mail("The IMAP break", body="hello\r\n"), mail("x", body="a message about imap brakes\r\n"))
        self.assertEqual(self.answer('SEARCH FUZZY SUBJECT "imap break"'), ["* SEARCH 1 3"])
        self.assertEqual(self.answer('SEARCH FUZZY (TEXT Helo)'), ["* SEARCH 3"])
        self.assertEqual(self.answer('SEARCH FUZZY SUBJECT "imap break" FROM nobody'), ["* SEARCH"])
        line = self.answer('SEARCH RETURN (ALL RELEVANCY) FUZZY SUBJECT "imap break"')[0]
        scores = [int(score) for score in re.search(r"ALL 1,3 RELEVANCY \((\d+) (\d+)\)", line).groups()]
        self.assertTrue(0 < scores[0] < scores[1] == 100, line)
        self.assertEqual(self.answer('SORT (RELEVANCY) UTF-8 FUZZY SUBJECT "imap break"'), ["* SORT 3 1"])
        self.assertRegex(self.answer('SORT RETURN (PARTIAL 1:1 RELEVANCY) (RELEVANCY) UTF-8 FUZZY TEXT "imap break"')[0], r"PARTIAL \(1:1 3\) RELEVANCY \(100\)$")
        self.assertTrue(self.imap.says("SEARCH RETURN (RELEVANCY) SUBJECT x")[1].startswith(b"BAD"))
        self.assertTrue(self.imap.says("SORT (RELEVANCY) UTF-8 SUBJECT x")[1].startswith(b"BAD"))
        self.assertEqual(self.answer("SEARCH FUZZY 2:3"), ["* SEARCH 2 3"])


class MultiSearch(Finding):
    def test_many_mailboxes_answer_each_for_itself(self):
        "[rfc7377:2.1] [rfc7377:2.2]"
        for name, subject in (("", "plan one"), ("/a", "plan two"), ("/a/b", "plan three"), ("/c", "other")):
            if name:
                self.imap.ok(f"CREATE {self.box}{name}")
            self.imap.append(self.box + name, mail(subject))

        def found(command):
            return sorted(re.sub(r'TAG "t\d+"', "TAG", re.sub(r"UIDVALIDITY \d+", "UIDVALIDITY", line)) for line in self.answer(command))
        box = self.box
        expected = [f"* ESEARCH (TAG MAILBOX {box}{name} UIDVALIDITY) UID ALL 1" for name in ("", "/a", "/a/b")]
        self.assertEqual(found(f"ESEARCH IN (subtree {box}) SUBJECT plan"), sorted(expected))
        self.assertEqual(found(f"ESEARCH IN (subtree-one {box}) SUBJECT plan"), sorted(expected[:2]))
        self.assertEqual(found(f"ESEARCH IN (mailboxes ({box} {box}/c no-such) subtree {box}/a/b) RETURN (COUNT) SUBJECT plan"),
                         sorted(line.replace("ALL 1", "COUNT 1") for line in (expected[0], expected[2])))
        self.assertTrue(set(expected) <= set(found("ESEARCH IN (personal) SUBJECT plan")))
        self.assertEqual(self.answer(f"ESEARCH IN (subtree {box}) SUBJECT nowhere"), [])
        self.assertTrue(self.imap.says("ESEARCH ALL")[1].startswith(b"BAD"))
        self.assertTrue(self.imap.says("ESEARCH IN (personal) RETURN (SAVE) ALL")[1].startswith(b"BAD"))
        self.assertTrue(self.imap.says("ESEARCH IN (personal) CHARSET X-NO-SUCH SUBJECT x")[1].startswith(b"NO [BADCHARSET"))
        self.imap.ok(f"SELECT {box}/a")
        self.assertEqual(found("ESEARCH SUBJECT plan"), [expected[1]])
        self.assertEqual(found(f"ESEARCH IN (selected mailboxes {box}) SUBJECT plan"), sorted(expected[:2]))
        self.answer("ESEARCH RETURN (SAVE) SUBJECT plan")
        self.assertEqual(self.answer("SEARCH $"), ["* SEARCH 1"])


if __name__ == "__main__":
    unittest.main()
