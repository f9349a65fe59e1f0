"""Other people's mailboxes: who may do what with them (RFC 4314), where they are (RFC 2342), and that nothing shows of what one may not see."""
import os
import re
import time
import unittest
import uuid

from imap_support import Case, Client, Closed, endpoints, message
from smtp_support import account, mail, mark, submitter
from suite_support import down, eventually, frozen, skip_unless_local, skyctl

EVERY = "lrswipkxtea"
REACH = "lrikxa"    # each leads to a mailbox by itself


def address(number):
    return endpoints()["accounts"][number]["address"]


class Shared(Case):
    """self.imap is Ada, whose mailbox self.box is; self.grace calls it self.theirs."""

    def setUp(self):
        super().setUp()
        self.grace = self.sign_in(1)
        self.theirs = f'"Other Users/{address(0)}/{self.box}"'
        self.hidden = f"{self.box}-hidden"
        self.imap.ok(f"CREATE {self.hidden}")

    def rights(self, client, name):
        lines, tagged = client.says(f"MYRIGHTS {name}")
        return sorted(lines[0].rsplit(b" ", 1)[1].decode()) if tagged.startswith(b"OK") else []

    def give(self, letters, box=None, client=None, theirs=None, to=None):
        """And waits until the service has heard of it: another session's word takes a moment."""
        box, client, theirs = box or self.box, client or self.grace, theirs or self.theirs
        self.imap.ok(f'SETACL {box} {to or address(1)} "{letters}"')
        if to is None:
            virtual = ("c" if set("kx") & set(letters) else "") + ("d" if set("te") & set(letters) else "")
            wanted = sorted(letters + virtual) if set(letters) & set(REACH) else []
            eventually(lambda: self.rights(client, theirs) == wanted, 6)

    def no(self, client, command, code=None):
        lines, tagged = client.says(command)
        self.assertTrue(tagged.startswith(b"NO"), (command, tagged))
        if code:
            self.assertTrue(tagged.startswith(b"NO [" + code.encode()), (command, tagged))
        self.assertEqual(lines, [], command)


class Lists(Shared):
    def test_what_is_offered(self):
        "[rfc4314:2.2] [rfc8440:3] [rfc2342:5] [rfc2342:3]"
        offered = self.imap.ok("CAPABILITY")[0][0].split()
        for name in (b"ACL", b"RIGHTS=kxte", b"LIST-MYRIGHTS", b"NAMESPACE"):
            self.assertIn(name, offered)
        self.assertEqual(self.imap.ok("NAMESPACE")[0], [b'* NAMESPACE (("" "/")) (("Other Users/" "/")) (("Public Folders/" "/"))'])

    def test_changing_a_list(self):
        "[rfc4314:3.1] [rfc4314:3.2] [rfc4314:3.3] [rfc4314:3.6] [rfc4314:2]"
        ada, grace, linus = address(0), address(1), address(2)

        def acl():
            (line,), _ = self.imap.ok(f"GETACL {self.box}")
            words = line.decode().split()
            self.assertEqual(words[:3], ["*", "ACL", self.box])
            return dict(zip(words[3::2], words[4::2]))

        self.assertEqual(acl(), {ada: "lrswipkxteacd"})
        self.imap.ok(f"SETACL {self.box} {grace} lr")
        self.imap.ok(f"SETACL {self.box} {grace.upper()} +cd")
        self.imap.ok(f"SETACL {self.box} anyone l")
        self.imap.ok(f"SETACL {self.box} -{linus} rs")
        self.assertEqual(acl(), {ada: "lrswipkxteacd", grace: "lrkxtecd", "anyone": "l", "-" + linus: "rs"})
        self.imap.ok(f"SETACL {self.box} {grace} -xe")
        self.assertEqual(acl()[grace], "lrktcd")
        self.imap.ok(f"DELETEACL {self.box} {grace}")
        self.imap.ok(f"DELETEACL {self.box} {grace}")
        self.imap.ok(f'SETACL {self.box} anyone ""')
        self.imap.ok(f"DELETEACL {self.box} -{linus}")
        self.assertEqual(acl(), {ada: "lrswipkxteacd"})

    def test_what_is_not_taken(self):
        "[rfc4314:3] [rfc4314:3.1]"
        for rights in ("lrQ", "lq", "l0", "+-l", "l+r"):
            self.assertTrue(self.imap.says(f"SETACL {self.box} {address(1)} {rights}")[1].startswith(b"BAD"), rights)
        for verb in ("SETACL", "DELETEACL", "LISTRIGHTS"):
            more = " lr" if verb == "SETACL" else ""
            for identifier in ('""', "-"):
                self.assertTrue(self.imap.says(f"{verb} {self.box} {identifier}{more}")[1].startswith(b"BAD"), (verb, identifier))
            for identifier in ("nobody@example.test", "owner", "$group", "Anyone", "team@example.test", "ada@elsewhere.invalid"):
                self.no(self.imap, f"{verb} {self.box} {identifier}{more}")
        for identifier in (address(0), "-" + address(0)):
            self.no(self.imap, f"SETACL {self.box} {identifier} l", "CANNOT")
        self.no(self.imap, f"GETACL {self.box}/none", "NONEXISTENT")

    def test_rights_that_can_be_given(self):
        "[rfc4314:3.4] [rfc4314:3.7] [rfc4314:3.5] [rfc4314:3.8]"
        self.assertEqual(self.imap.ok(f"LISTRIGHTS {self.box} {address(1).upper()}")[0],
                         [f'* LISTRIGHTS {self.box} {address(1).upper()} "" l r s w i p k x t e a c d'.encode()])
        self.assertEqual(self.imap.ok(f"LISTRIGHTS {self.box} {address(0)}")[0],
                         [f"* LISTRIGHTS {self.box} {address(0)} lrswipkxteacd".encode()])
        self.assertEqual(self.imap.ok(f"MYRIGHTS {self.box}")[0], [f"* MYRIGHTS {self.box} lrswipkxteacd".encode()])

    def test_a_change_counts_for_the_next_command(self):
        "[rfc4314:5.1.1]"
        self.give("lra")
        self.grace.send(f"p1 SETACL {self.theirs} {address(1)} lrs\r\np2 MYRIGHTS {self.theirs}\r\n")
        self.grace.until("p1")
        self.assertTrue(self.grace.until("p2")[0][0].endswith(b" lrs"))

    def test_new_mailboxes_inherit(self):
        "[rfc4314:4]"
        self.give("lr")
        self.imap.ok(f"CREATE {self.box}/below")
        self.assertEqual(self.rights(self.grace, self.theirs[:-1] + '/below"'), ["l", "r"])
        self.imap.ok(f"RENAME {self.box}/below {self.box}-moved")
        moved = self.theirs[:-1] + '-moved"'
        eventually(lambda: self.rights(self.grace, moved) == ["l", "r"], 6)
        self.imap.ok(f"DELETE {self.box}-moved")
        self.imap.ok(f"CREATE {self.box}-moved")
        eventually(lambda: self.rights(self.grace, moved) == [], 6)


class Matrix(Shared):
    """Each command with what it needs and no more, with everything but each right that it needs, and without the right to look up as well."""

    def setUp(self):
        super().setUp()
        self.back()

    def back(self):
        """The mailbox as each attempt finds it."""
        for name in (self.box, self.box + "/sub", self.box + "/new", self.box + "-new"):
            self.imap.says(f"DELETE {name}")
            self.imap.says(f"DELETE {name}")
        self.imap.ok(f"CREATE {self.box}")
        for number in range(2):
            self.imap.append(self.box, message(str(number)))

    def selected(self, verb="SELECT"):
        client = self.sign_in(1)
        client.ok(f"{verb} {self.theirs}")
        return client

    def attempts(self):
        theirs, below = self.theirs, self.theirs[:-1] + '/new"'
        mine = f"to-{uuid.uuid4().hex[:8]}"
        self.grace.ok(f"CREATE {mine}")
        self.addCleanup(lambda: self.sign_in(1).says(f"DELETE {mine}"))
        outside = lambda command: lambda: self.grace.says(command)[1]

        def in_mailbox(name, command):
            """By a session of its own: one that keeps it selected is ended when it may no longer read. So many at once are not let in."""
            client = self.sign_in(1)
            try:
                if name:
                    client.ok(f"SELECT {name}")
                return client.says(command)[1]
            finally:
                client.close()

        def inside(command):
            return lambda: in_mailbox(theirs, command)

        def append():
            return self.grace.append(theirs, message())

        def into(verb):
            def attempt():
                self.grace.append(mine, message())
                return in_mailbox(mine, f"{verb} 1 {theirs}")
            return attempt

        return [
            ("SELECT", "r", lambda: in_mailbox(None, f"SELECT {theirs}")),
            ("EXAMINE", "r", lambda: in_mailbox(None, f"EXAMINE {theirs}")),
            ("STATUS", "r", outside(f"STATUS {theirs} (MESSAGES)")),
            ("GETACL", "a", outside(f"GETACL {theirs}")),
            ("LISTRIGHTS", "a", outside(f"LISTRIGHTS {theirs} anyone")),
            ("SETACL", "a", outside(f"SETACL {theirs} {address(2)} l")),
            ("DELETEACL", "a", outside(f"DELETEACL {theirs} {address(2)}")),
            ("APPEND", "i", append),
            ("MULTIAPPEND", "i", outside(f"APPEND {theirs} {{3+}}\r\na\r\n {{3+}}\r\nb\r\n")),
            ("GETMETADATA", "lr", outside(f"GETMETADATA {theirs} /shared/comment")),
            ("SETMETADATA private", "lr", outside(f'SETMETADATA {theirs} (/private/comment "mine")')),
            ("SETMETADATA shared", "lw", outside(f'SETMETADATA {theirs} (/shared/comment "all")')),
            ("GETQUOTAROOT", "r", outside(f"GETQUOTAROOT {theirs}")),
            ("COPY into", "i", into("COPY")),
            ("MOVE into", "i", into("MOVE")),
            ("CREATE below", "k", outside(f"CREATE {below}")),
            ("DELETE", "x", outside(f"DELETE {theirs}")),
            ("FETCH", "r", inside("FETCH 1 (FLAGS BODY.PEEK[])")),
            ("SEARCH", "r", inside("SEARCH SUBJECT 1")),
            ("SORT", "r", inside("SORT (SUBJECT) UTF-8 ALL")),
            ("THREAD", "r", inside("THREAD REFERENCES UTF-8 ALL")),
            ("STORE seen", "rs", inside("STORE 1 +FLAGS (\\Seen)")),
            ("STORE flagged", "rw", inside("STORE 1 +FLAGS (\\Flagged)")),
            ("STORE keyword", "rw", inside("STORE 1 -FLAGS (work)")),
            ("STORE deleted", "rt", inside("UID STORE 1 +FLAGS (\\Deleted)")),
            ("EXPUNGE", "re", inside("EXPUNGE")),
            ("UID EXPUNGE", "re", inside("UID EXPUNGE 1")),
            ("COPY from", "r", inside(f"COPY 1 {mine}")),
            ("COPY within", "ri", inside(f"COPY 1 {theirs}")),
            ("MOVE from", "rte", inside(f"MOVE 1 {mine}")),
            ("REPLACE", "rite", inside(f"REPLACE 1 {theirs} {{3+}}\r\nc\r\n")),
        ]

    # Verbs that reach no mailbox by themselves, or whose rights other tests here look at.
    elsewhere = set("MYRIGHTS NOOP IDLE NOTIFY CANCELUPDATE UIDBATCHES LIST LSUB CLOSE UNSELECT CHECK RENAME SUBSCRIBE UNSUBSCRIBE NAMESPACE ENABLE CAPABILITY ID "
                    "LOGOUT STARTTLS LOGIN AUTHENTICATE UNAUTHENTICATE COMPRESS ESEARCH GETQUOTA SETQUOTA".split())

    def test_no_command_is_forgotten(self):
        "[contract:S27]"
        table = os.path.join(os.path.dirname(__file__), "../../services/imap/commands.cc")
        if not os.path.exists(table):
            self.skipTest("the table of commands is not here")
        with open(table) as file:
            verbs = {verb.removeprefix("UID ") for verb in re.findall(r'^    \{"([A-Z ]+)"', file.read(), re.M)}
        looked_at = {name.split()[0] for name, _, _ in self.attempts()}
        self.assertGreater(len(verbs), 40)
        self.assertEqual(verbs - looked_at - self.elsewhere, set())

    def test_each_command_and_each_right(self):
        "[rfc4314:4] [rfc4314:6] [rfc5464:3.3] [contract:S27] [rfc6851:4.2]"
        for name, needs, attempt in self.attempts():
            self.back()
            for lacks, hidden in [(lacks, hidden) for lacks in needs for hidden in ("", "l") if lacks != hidden]:
                with self.subTest(command=name, lacks=lacks, hidden=bool(hidden)):
                    self.give("".join(set(EVERY) - {lacks, hidden}))
                    try:
                        tagged = attempt()
                    except AssertionError as error:  # SELECT, before a command that needs r
                        tagged = b"NO [" + str(error).encode().split(b"[")[-1]
                    hears = rb"NOPERM"
                    if "l" in (lacks, hidden) and name != "CREATE below":
                        is_open = needs[0] == "r" and lacks != "r"
                        hears = rb"NOPERM|TRYCREATE" if is_open else rb"NONEXISTENT|TRYCREATE"
                    self.assertRegex(tagged, rb"^NO \[(" + hears + rb")\]")
            with self.subTest(command=name, has=needs):
                self.give(needs)
                self.assertTrue(attempt().startswith(b"OK"))

    def test_each_right_that_leads_there_is_told(self):
        "[rfc4314:3.5] [rfc4314:4]"
        for letter in REACH:
            self.give(letter)  # and looks by MYRIGHTS
        self.give("".join(set(EVERY) - set(REACH)))
        self.no(self.grace, f"MYRIGHTS {self.theirs}", "NONEXISTENT")

    def test_who_may_read_need_not_look_up(self):
        "[rfc4314:4] [rfc5465:3.1] [rfc7377:2.2]"
        self.give("r")
        for command in (f'LIST "" {self.theirs}', f"NOTIFY SET STATUS (mailboxes {self.theirs} (MessageNew MessageExpunge))",
                        f"ESEARCH IN (mailboxes {self.theirs}) ALL"):
            self.assertEqual(self.grace.ok(command)[0], [], command)
        reader = self.selected()
        for source in ("selected", "selected mailboxes nowhere"):
            lines, _ = reader.ok(f"ESEARCH IN ({source}) ALL")
            self.has(lines, rf'MAILBOX {self.theirs} UIDVALIDITY \d+\) UID ALL 1:2$')
        self.imap.append(self.box, message())
        eventually(lambda: any(b"3 EXISTS" in line for line in reader.ok("NOOP")[0]), 6)

    def test_rename(self):
        "[rfc4314:4]"
        self.imap.ok(f"CREATE {self.box}/sub/child")
        self.imap.ok(f"CREATE {self.box}/new")
        child, target = self.theirs[:-1] + '/sub/child"', self.theirs[:-1] + '/new/child"'
        for child_rights, target_rights, code in (("rk", "lk", "NONEXISTENT"), (EVERY.replace("x", ""), EVERY, "NOPERM"),
                                                  (EVERY, EVERY.replace("k", ""), "NOPERM"), (EVERY, "rswipxtea", "NOPERM")):
            self.give(child_rights, f"{self.box}/sub/child", theirs=child)
            self.give(target_rights, f"{self.box}/new", theirs=target.replace("/child", ""))
            self.no(self.grace, f"RENAME {child} {target}", code)
        self.give("x", f"{self.box}/sub/child", theirs=child)
        self.give("k", f"{self.box}/new", theirs=target.replace("/child", ""))
        self.no(self.grace, f"RENAME {child} away", "CANNOT")
        self.no(self.grace, f"RENAME INBOX {target}", "CANNOT")
        self.grace.ok(f"RENAME {child} {target}")
        self.assertEqual(self.rights(self.grace, target), ["c", "x"])

    def flags(self):
        self.imap.ok(f"SELECT {self.box}")
        lines, _ = self.imap.ok("FETCH * (FLAGS)")
        self.imap.ok("UNSELECT")
        return sorted(re.search(rb"FLAGS \(([^)]*)\)", lines[-1])[1].decode().split())

    def test_flags_are_kept_as_far_as_one_may_set_them(self):
        "[rfc4314:4]"
        wanted = "\\Seen \\Deleted \\Flagged \\Draft work"
        for letters, kept in (("", []), ("s", ["\\Seen"]), ("t", ["\\Deleted"]), ("w", ["\\Draft", "\\Flagged", "work"]),
                              ("swt", ["\\Deleted", "\\Draft", "\\Flagged", "\\Seen", "work"])):
            with self.subTest(rights=letters):
                self.give("lri" + letters)
                self.assertTrue(self.grace.append(self.theirs, message(), f"({wanted}) ").startswith(b"OK"))
                self.assertEqual(self.flags(), kept)
                mine = self.sign_in(1)
                mine.ok(f"CREATE {self.box}")
                mine.append(self.box, message(), f"({wanted}) ")
                mine.ok(f"SELECT {self.box}")
                mine.ok(f"COPY 1 {self.theirs}")
                self.assertEqual(self.flags(), kept)
                mine.ok(f"DELETE {self.box}")
                self.imap.append(self.box, message(), "(\\Seen \\Flagged old) ")
                client = self.selected()
                if letters:
                    client.ok("STORE * FLAGS (\\Deleted work)")
                    self.assertEqual(self.flags(), {"s": ["\\Flagged", "old"], "t": ["\\Deleted", "\\Flagged", "\\Seen", "old"],
                                                    "w": ["\\Seen", "work"], "swt": ["\\Deleted", "work"]}[letters])
                else:
                    self.no(client, "STORE * FLAGS ()", "NOPERM")

    def test_reading_marks_as_seen_who_may(self):
        "[rfc4314:4]"
        for letters, seen in (("lr", False), ("lrs", True)):
            self.back()
            self.give(letters)
            self.selected().ok("FETCH * BODY[]")
            self.assertEqual("\\Seen" in self.flags(), seen)

    def test_close_expunges_who_may(self):
        "[rfc4314:4]"
        for letters, left in (("lrt", 2), ("lrte", 1)):
            self.back()
            self.give(letters)
            client = self.selected()
            client.ok("STORE 1 +FLAGS (\\Deleted)")
            client.ok("CLOSE")
            self.has(self.imap.ok(f"STATUS {self.box} (MESSAGES)")[0], rf"MESSAGES {left}\)")

    def test_what_selecting_says(self):
        "[rfc4314:5.1.1] [rfc4314:5.2]"
        for letters, code, flags in (("lr", "READ-ONLY", ""), ("lrpkxa", "READ-ONLY", ""), ("lri", "READ-WRITE", ""), ("lre", "READ-WRITE", ""),
                                     ("lrs", "READ-WRITE", r"\\Seen"), ("lrt", "READ-WRITE", r"\\Deleted"),
                                     ("lrw", "READ-WRITE", r"\\Answered \\Flagged \\Draft \\\*")):
            with self.subTest(rights=letters):
                self.give(letters)
                client = self.sign_in(1)
                lines, tagged = client.ok(f"SELECT {self.theirs}")
                self.assertTrue(tagged.startswith(f"OK [{code}]".encode()), tagged)
                self.has(lines, rf"PERMANENTFLAGS \({flags}\)")
                self.assertTrue(client.ok(f"EXAMINE {self.theirs}")[1].startswith(b"OK [READ-ONLY]"))


class Unseen(Shared):
    """What is not there, and what one may not look up, in every command."""

    commands = ["SELECT {}", "EXAMINE {}", "STATUS {} (MESSAGES)", "GETACL {}", "MYRIGHTS {}", "LISTRIGHTS {} anyone", "SETACL {} anyone l",
                "DELETEACL {} anyone", "DELETE {}", "RENAME {} {}-x", "RENAME {} elsewhere", "CREATE {}/below", "CREATE {}", "RENAME {mine} {}",
                'LIST "" {}', 'LIST "" {} RETURN (MYRIGHTS STATUS (MESSAGES))', 'LIST (SUBSCRIBED) "" {}', 'LSUB "" {}', "SUBSCRIBE {}",
                'LIST "" {} RETURN (SUBSCRIBED)', 'LIST (SUBSCRIBED) "" {}', 'LSUB "" {}', "UNSUBSCRIBE {}", "APPEND {} {{3+}}\r\na\r\n",
                "GETMETADATA {} /shared/comment", 'SETMETADATA {} (/private/comment "x")', 'SETMETADATA {} (/shared/comment "x")', "GETQUOTAROOT {}",
                'LIST "" {} RETURN (METADATA (/shared/comment))', "ESEARCH IN (mailboxes {}) ALL", "ESEARCH IN (subtree {}) ALL", "NOTIFY SET STATUS (mailboxes {} (MessageNew MessageExpunge))",
                "NOTIFY NONE", 'LIST "" {}*', 'LIST "" {}/%']
    inside = ["COPY 1 {}", "MOVE 1 {}", "UID COPY 1 {}", "REPLACE 1 {} {{3+}}\r\na\r\n"]

    def heard(self, client, name, without=()):
        """All octets of all answers, but for tags and the name; `without` commands that begin so."""
        out = []
        wire = f'"{name}"'
        mine = f"m-{self.box}"
        client.says(f"CREATE {mine}")
        client.append(mine, message())
        for command in self.commands + [f"SELECT {mine}"] + self.inside:
            if command.startswith(tuple(without)):
                continue
            lines, tagged = client.says(command.replace("{mine}", mine).replace("{}", wire).replace("{{3+}}", "{3+}"))
            said = b"\n".join([*lines, tagged]).replace(name.encode(), b"NAME")
            said = re.sub(rb"UIDVALIDITY \d+|HIGHESTMODSEQ \d+|MAILBOXID \(M\d+\)", b"", said)
            out.append((command, said))
        client.says("UNSELECT")
        client.says(f"DELETE {mine}")
        return out

    def alike(self, client, names, without=()):
        first = self.heard(client, names[0], without)
        for name in names[1:]:
            for (command, expected), (_, said) in zip(first, self.heard(client, name, without)):
                self.assertEqual(said, expected, (command, name, names[0]))

    def test_unknown_and_forbidden_are_alike(self):
        "[rfc4314:6] [contract:S27]"
        for number in range(2):
            self.imap.append(self.hidden, message(str(number)))
        self.imap.ok(f"SETACL {self.hidden} {address(1)} {''.join(set(EVERY) - set(REACH))}")
        self.give("l")  # of another mailbox: so that Ada is there at all
        ada = f"Other Users/{address(0)}"
        self.alike(self.grace, [f"{ada}/{self.box}-no", f"{ada}/{self.hidden}", f"{ada}/Sent", f"{ada}/INBOX"])

    # By one right to reach it: what it is for, and MYRIGHTS.
    by_one_right = {"r": ("SELECT {}", "EXAMINE", "STATUS", "GETQUOTAROOT"), "i": ("APPEND", "COPY", "MOVE", "UID COPY", "REPLACE"),
                    "k": ("CREATE {}/",), "x": ("DELETE {}", "RENAME {}"), "a": ("GETACL", "LISTRIGHTS", "SETACL", "DELETEACL")}

    def test_one_right_tells_nothing_by_the_commands_that_need_another(self):
        "[rfc4314:4] [rfc4314:6] [contract:S27]"
        self.imap.append(self.hidden, message())
        ada = f"Other Users/{address(0)}"
        for letter, commands in self.by_one_right.items():
            with self.subTest(right=letter):
                self.give(letter, self.hidden, theirs=f'"{ada}/{self.hidden}"')
                self.alike(self.sign_in(1), [f"{ada}/{self.box}-no", f"{ada}/{self.hidden}"], ("MYRIGHTS", *commands))

    def test_urls_read_what_may_be_read(self):
        "[rfc4469:4] [rfc4314:4]"
        for box in (self.box, self.hidden):
            self.imap.append(box, message("quoted"))
        mine = f"m-{self.box}"
        self.grace.ok(f"CREATE {mine}")
        self.addCleanup(lambda: self.sign_in(1).says(f"DELETE {mine}"))

        def quote(box):
            return self.grace.says(f'APPEND {mine} CATENATE (URL "/Other%20Users/{address(0)}/{box}/;UID=1")')[1]

        said = []
        for letters in ("l", "r"):
            self.give(letters)
            said.append(quote(self.box)[:10])
        self.assertEqual(said, [b"NO [BADURL", b"OK [APPEND"])
        self.assertEqual(quote(self.hidden).replace(self.hidden.encode(), b"X"), quote(self.hidden[:-3]).replace(self.hidden[:-3].encode(), b"X"))

    def test_people_without_a_mailbox_to_see_are_not_there(self):
        "[rfc4314:6] [contract:S27]"
        client = self.sign_in(1)
        client.ok('LIST "" *')
        nobody = f"nobody-{self.box}@{address(0).split('@')[1]}"
        self.alike(client, [f"Other Users/{nobody}/INBOX", f"Other Users/{address(2)}/INBOX", f"Public Folders/{self.box}"])

    def test_lists_show_what_may_be_looked_up(self):
        "[rfc4314:4] [rfc9051:6.3.9] [rfc8440:3] [rfc5819:2]"
        self.imap.ok(f"CREATE {self.box}/deep/er")
        self.give("lr", f"{self.box}/deep/er", theirs=self.theirs[:-1] + '/deep/er"')
        top = self.theirs.strip('"')
        self.assertEqual(self.grace.ok(f'LIST "" "{top}*" RETURN (MYRIGHTS STATUS (MESSAGES))')[0],
                         [f'* LIST (\\HasNoChildren) "/" "{top}/deep/er"'.encode(), f'* MYRIGHTS "{top}/deep/er" lr'.encode(),
                          f'* STATUS "{top}/deep/er" (MESSAGES 0)'.encode()])
        for pattern, name in (("%", "Other Users"), ("Other Users/%", f"Other Users/{address(0)}"), (f"{top[:-3]}%", top), (f"{top}/%", top + "/deep")):
            self.has(self.grace.ok(f'LIST "" "{pattern}"')[0], r'\* LIST \(\\Noselect \\NonExistent \\HasChildren\) "/" "?' + re.escape(name) + '"?$')
        self.hasnt(self.grace.ok('LIST "" *')[0], r"NonExistent")
        self.hasnt(self.sign_in(2).ok('LIST "" *')[0], self.box)
        self.give("l", f"{self.box}/deep/er", theirs=self.theirs[:-1] + '/deep/er"')
        self.assertEqual(self.grace.ok(f'LIST "" "{top}*" RETURN (STATUS (MESSAGES))')[0],
                         [f'* LIST (\\Noselect \\HasNoChildren) "/" "{top}/deep/er"'.encode()])  # STATUS needs r
        own = self.imap.ok(f'LIST "" {self.box} RETURN (MYRIGHTS)')[0]
        self.assertEqual(own[1], f"* MYRIGHTS {self.box} lrswipkxteacd".encode())

    def test_subscribing(self):
        "[rfc4314:4] [rfc9051:6.3.7]"
        self.give("lr")
        name = self.theirs.strip('"')
        self.grace.ok(f"SUBSCRIBE {self.theirs}")
        self.addCleanup(lambda: self.sign_in(1).ok(f"UNSUBSCRIBE {self.theirs}"))
        self.assertEqual(self.grace.ok(f'LIST (SUBSCRIBED) "" {self.theirs}')[0], [f'* LIST (\\HasNoChildren \\Subscribed) "/" "{name}"'.encode()])
        self.has(self.grace.ok(f'LSUB "" {self.theirs}')[0], re.escape(name))
        self.give("r")
        self.assertEqual(self.grace.ok(f'LIST (SUBSCRIBED) "" {self.theirs}')[0], [f'* LIST (\\NonExistent \\Subscribed) "/" "{name}"'.encode()])

    def test_names_of_other_namespaces_are_nobodys_own(self):
        "[rfc2342:3]"
        for name in ("Other Users", "Public Folders", "Other Users/x", "Public Folders/x"):
            self.no(self.imap, f'CREATE "{name}"', "NOPERM")
            self.no(self.imap, f'RENAME {self.box} "{name}"', "NOPERM")


class Together(Shared):
    def test_two_people_in_one_mailbox(self):
        "[rfc4314:5.2] [rfc9051:7.4.1]"
        self.give(EVERY)
        self.filled(2)
        self.grace.ok(f"SELECT {self.theirs}")
        self.grace.ok("STORE 1 +FLAGS (\\Seen \\Flagged)")
        eventually(lambda: self.has(self.imap.ok("NOOP")[0], r"1 FETCH \(FLAGS \(\\Flagged \\Seen\)\)") or True)
        self.grace.ok("STORE 2 +FLAGS (\\Deleted)")
        self.grace.ok("EXPUNGE")
        eventually(lambda: self.has(self.imap.ok("NOOP")[0], r"\* 2 EXPUNGE") or True)

    def test_messages_go_from_one_to_the_other(self):
        "[rfc9051:6.4.7] [rfc9051:6.4.8]"
        self.give(EVERY)
        self.filled(3)
        self.grace.ok(f"CREATE {self.box}")
        self.addCleanup(lambda: self.sign_in(1).says(f"DELETE {self.box}"))
        self.grace.ok(f"SELECT {self.theirs}")
        self.assertRegex(self.grace.ok(f"COPY 1:2 {self.box}")[1].decode(), r"^OK \[COPYUID \d+ 1:2 1:2\]")
        lines, _ = self.grace.ok(f"MOVE 2:3 {self.box}")
        self.has(lines, r"\* OK \[COPYUID \d+ 2:3 3:4\]")
        self.has(lines, r"\* 2 EXPUNGE")
        eventually(lambda: self.has(self.imap.ok("NOOP")[0], r"EXPUNGE") or True)
        self.grace.ok(f"SELECT {self.box}")
        lines, _ = self.grace.ok("FETCH 1:* (BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
        self.assertEqual([re.search(rb"Number (\d)", line)[1] for line in lines], [b"1", b"2", b"2", b"3"])
        self.grace.ok("STORE 1 +FLAGS (\\Answered)")
        self.grace.ok(f"MOVE 1 {self.theirs}")
        self.has(self.imap.ok(f"STATUS {self.box} (MESSAGES)")[0], r"MESSAGES 2\)")

    def test_who_may_only_put_in_learns_no_uids(self):
        "[rfc4315:3]"
        self.give("li")
        self.assertTrue(self.grace.append(self.theirs, message()).startswith(b"OK APPEND"))
        self.grace.ok(f"CREATE {self.box}")
        self.addCleanup(lambda: self.sign_in(1).says(f"DELETE {self.box}"))
        for number in range(2):
            self.grace.append(self.box, message(str(number)))
        self.grace.ok(f"SELECT {self.box}")
        self.assertTrue(self.grace.ok(f"COPY 1 {self.theirs}")[1].startswith(b"OK COPY"))
        lines, tagged = self.grace.ok(f"MOVE 1 {self.theirs}")
        self.hasnt(lines, r"UID")
        self.assertTrue(tagged.startswith(b"OK"))
        self.has(self.imap.ok(f"STATUS {self.box} (MESSAGES)")[0], r"MESSAGES 3\)")

    def test_a_message_is_replaced_in_the_mailbox_of_another(self):
        "[rfc8508:3.4]"
        self.give(EVERY)
        self.filled(2)
        self.grace.ok(f"CREATE {self.box}")
        self.addCleanup(lambda: self.sign_in(1).says(f"DELETE {self.box}"))
        self.grace.append(self.box, message("Draft"))
        self.grace.ok(f"SELECT {self.box}")
        lines, _ = self.grace.sends(f"REPLACE 1 {self.theirs} (\\Seen) ", message("Out of my hands"))
        self.has(lines, r"^\* OK \[APPENDUID \d+ 3\]")
        self.has(lines, r"^\* 1 EXPUNGE$")
        eventually(lambda: self.has(self.imap.ok("NOOP")[0], r"3 EXISTS") or True)
        self.has(self.imap.ok("FETCH 3 (FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[0], r"\\Seen.*Out of my hands")
        # And back, by who owns neither.
        self.grace.ok(f"SELECT {self.theirs}")
        lines, tagged = self.grace.sends(f"UID REPLACE 1 {self.box} ", message("Back again"))
        self.has(lines, r"^\* OK \[APPENDUID \d+ 2\]")
        eventually(lambda: self.has(self.imap.ok("NOOP")[0], r"^\* 1 EXPUNGE$") or True)
        self.has(self.grace.ok(f"STATUS {self.box} (MESSAGES)")[0], r"MESSAGES 1\)")
        _, tagged = self.grace.sends(f"UID REPLACE 1 {self.box} ", message("Gone"))
        self.assertTrue(tagged.startswith(b"NO [NONEXISTENT]"), tagged)
        self.has(self.grace.ok(f"STATUS {self.box} (MESSAGES)")[0], r"MESSAGES 1\)")

    def test_what_is_taken_away_is_gone_at_once(self):
        "[rfc4314:5.1.1]"
        self.give("lrs")
        self.filled(1)
        reader, waiter = self.sign_in(1), self.sign_in(1)
        for client in (reader, waiter):
            client.ok(f"SELECT {self.theirs}")
        waiter.send("i1 IDLE\r\n")
        self.assertTrue(waiter.line().startswith(b"+"))
        self.imap.ok(f"SETACL {self.box} {address(1)} l")
        end = time.monotonic() + 5
        with self.assertRaises((Closed, AssertionError)):
            while time.monotonic() < end:
                lines, tagged = reader.says("FETCH 1 BODY.PEEK[]")
                if not tagged.startswith(b"OK"):
                    self.hasnt(lines, r"FETCH")
                    raise Closed
            self.skipTest("still open after five seconds")
        self.imap.append(self.box, message("secret"))
        heard = []
        with self.assertRaises(Closed):
            while True:
                heard.append(waiter.line())
        self.assertFalse([line for line in heard if b"EXISTS" in line or b"FETCH" in line], heard)

    def test_flags_follow_rights_while_selected(self):
        "[rfc4314:5.1.1]"
        self.give("lrs")
        self.filled(1)
        self.grace.ok(f"SELECT {self.theirs}")
        self.imap.ok(f"SETACL {self.box} {address(1)} lrw")
        eventually(lambda: self.has(self.grace.ok("NOOP")[0], r"PERMANENTFLAGS \(\\Answered \\Flagged \\Draft \\\*\)") or True, 6)
        self.no(self.grace, "STORE 1 +FLAGS (\\Seen)", "NOPERM")

    def test_searching_several(self):
        "[rfc7377:2.2]"
        self.give("lr")
        self.imap.append(self.box, message("needle"))
        self.imap.append(self.hidden, message("needle"))
        top = f'"Other Users/{address(0)}"'
        lines, _ = self.grace.ok(f"ESEARCH IN (subtree {top}) RETURN (COUNT) SUBJECT needle")
        self.has(lines, re.escape(self.box) + '"? ')
        self.hasnt(lines, re.escape(self.hidden))
        self.hasnt(self.grace.ok("ESEARCH IN (personal) RETURN (COUNT) SUBJECT needle")[0], re.escape(self.box))


@skip_unless_local
class Directory(Shared):
    """self.made() adds to the directory what goes again afterwards."""

    def setUp(self):
        super().setUp()
        self.run_mark = uuid.uuid4().hex[:8]
        self.domain = address(0).split("@")[1]

    def back_again(self, number):
        """Whoever gains or loses a whole mailbox is signed out; a session that began before that is heard would be, too."""
        time.sleep(2)
        return eventually(lambda: self.sign_in(number))

    def made(self, *words):
        skyctl(*words)
        kind, _, name = words[0], words[1], words[2]
        self.addCleanup(skyctl, "group" if kind == "group" else "mailbox", "remove", name)
        return name

    def public_folder(self):
        """A new tree, which Ada may do anything with: her new session, and the name of the tree's top."""
        tree = self.made("public-folders", "add", f"p-{self.run_mark}@{self.domain}", "--name", "Folders")
        skyctl("delegate", "set", tree, address(0), "--full-access")
        ada = self.back_again(0)
        eventually(lambda: self.has(ada.ok('LIST "" *')[0], r"Public Folders/.*INBOX") or True, 6)
        # Of several trees the oldest is the public folders; the suite may have others.
        lines = b"\n".join(ada.ok('LIST "" "Public Folders/*"')[0]).decode()
        return ada, [name for name in re.findall(r'"(Public Folders/[^"]*)INBOX"', lines) if tree in name or lines.count("INBOX") == 1][0], tree


class Organisation(Directory):
    """Groups, shared mailboxes and public folders, as the directory has them."""

    def test_groups(self):
        "[rfc4314:2]"
        group = self.made("group", "add", f"g-{self.run_mark}@{self.domain}", address(1))
        self.imap.ok(f"SETACL {self.box} {group} lri")
        eventually(lambda: self.rights(self.grace, self.theirs) == ["i", "l", "r"], 6)
        self.has(self.imap.ok(f"GETACL {self.box}")[0], rf" {re.escape(group)} lri")
        self.imap.ok(f"SETACL {self.box} -{address(1)} i")
        eventually(lambda: self.rights(self.grace, self.theirs) == ["l", "r"], 6)
        reader = self.sign_in(1)
        reader.ok(f"SELECT {self.theirs}")
        skyctl("group", "leave", group, address(1))
        eventually(lambda: self.rights(self.grace, self.theirs) == [], 6)
        with self.assertRaises((Closed, AssertionError)):
            reader.ok("FETCH 1:* FLAGS")
            reader.ok("NOOP")

    def test_a_group_that_is_gone(self):
        "[rfc4314:3.3]"
        name = f"h-{self.run_mark}@{self.domain}"
        skyctl("group", "add", name, address(1))
        self.imap.ok(f"SETACL {self.box} {name} lr")
        eventually(lambda: self.rights(self.grace, self.theirs) == ["l", "r"], 6)
        skyctl("group", "remove", name)
        eventually(lambda: self.rights(self.grace, self.theirs) == [], 6)
        self.hasnt(self.imap.ok(f"GETACL {self.box}")[0], re.escape(name))
        self.no(self.imap, f"SETACL {self.box} {name} lr")
        # One that comes after it by the same name is another.
        self.made("group", "add", name, address(1))
        time.sleep(3)
        self.assertEqual(self.rights(self.grace, self.theirs), [])
        self.hasnt(self.imap.ok(f"GETACL {self.box}")[0], re.escape(name))

    def test_a_shared_mailbox(self):
        "[rfc2342:5]"
        shared = self.made("shared", "add", f"s-{self.run_mark}@{self.domain}", "--name", "Shared")
        self.hasnt(self.grace.ok('LIST "" *')[0], self.run_mark)
        skyctl("delegate", "set", shared, address(1), "--full-access")
        grace = self.back_again(1)
        inbox = f'"Other Users/{shared}/INBOX"'
        eventually(lambda: self.has(grace.ok('LIST "" *')[0], re.escape(inbox)) or True, 6)
        grace.ok(f'CREATE "Other Users/{shared}/Projects/One"')
        grace.ok(f'SELECT "Other Users/{shared}/Projects/One"')
        self.assertTrue(grace.append(inbox, message()).startswith(b"OK"))
        grace.ok(f"SETACL {inbox} {address(0)} lr")
        eventually(lambda: self.rights(self.imap, inbox) == ["l", "r"], 6)
        self.hasnt(self.imap.ok('LIST "" *')[0], re.escape(shared) + "/Projects")
        self.no(self.imap, f'CREATE "Other Users/{shared}/Mine"', "NOPERM")
        grace.ok(f"SELECT {inbox}")
        skyctl("delegate", "remove", shared, address(1))
        with self.assertRaises((Closed, AssertionError)):
            end = time.monotonic() + 5
            while time.monotonic() < end:
                grace.ok("FETCH 1 FLAGS")

    def test_public_folders(self):
        "[rfc2342:5]"
        ada, top, _ = self.public_folder()
        news = f'"{top}News-{self.run_mark}"'
        ada.ok(f"CREATE {news}")
        self.hasnt(self.grace.ok('LIST "" *')[0], self.run_mark)
        ada.ok(f"SETACL {news} anyone lrsi")
        eventually(lambda: self.rights(self.grace, news) == ["i", "l", "r", "s"], 6)
        self.has(ada.ok(f"GETACL {news}")[0], rf"\* ACL {news} anyone lrsi$")
        self.assertTrue(self.grace.append(news, message("posted")).startswith(b"OK"))
        # What one puts into one's own mailbox is counted by another account: news of this one are still heard.
        own = f"own-{self.run_mark}"
        self.grace.ok(f"CREATE {own}")
        self.grace.ok(f"SELECT {news}")
        self.assertTrue(self.grace.append(own, message()).startswith(b"OK"))
        self.assertTrue(ada.append(news, message("for all")).startswith(b"OK"))
        eventually(lambda: any(b"2 EXISTS" in line for line in self.grace.ok("NOOP")[0]), 6)
        self.grace.ok("UNSELECT")
        self.grace.ok(f"DELETE {own}")
        reader = self.sign_in(2)
        reader.ok(f"SELECT {news}")
        self.has(reader.ok("FETCH 1 (BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[0], "posted")
        self.has(reader.ok('LIST "" "Public Folders/%"')[0], self.run_mark)
        self.no(reader, f"DELETE {news}", "NOPERM")

    def test_mail_to_public_folders(self):
        "[rfc4314:2.1]"
        ada, top, tree = self.public_folder()
        news, inbox = f'"{top}News-{self.run_mark}"', f'"{top}INBOX"'
        ada.ok(f"CREATE {news}")
        events = f'"{top}Events-{self.run_mark}"'
        ada.ok(f"CREATE {events}")
        aliases = [f"{name}-{self.run_mark}@{self.domain}" for name in ("news", "events")]
        for alias in aliases:
            skyctl("alias", "add", alias, tree)
            self.addCleanup(skyctl, "alias", "remove", alias)

        def arrives(to, *places):
            marker = mark()
            with submitter(account(2)) as client:
                self.assertEqual(mail(client, address(2), to, f"From: {address(2)}\r\nTo: {', '.join(to)}\r\nSubject: {marker}\r\n\r\nx\r\n")[:3], "250")
            for where in places:
                ada.ok(f"EXAMINE {where}")
                eventually(lambda: ada.ok("NOOP") and ada.ok(f"SEARCH SUBJECT {marker}")[0][0] != b"* SEARCH")

        arrives(aliases[:1], inbox)  # nobody may post
        ada.ok(f"SETACL {news} anyone p")
        ada.ok(f"SETACL {events} anyone p")
        arrives(aliases[:1], news)
        arrives(aliases, news, events)

    def test_another_organisation_sees_nothing(self):
        "[contract:S27] [contract:S58]"
        tenant, domain = f"t{self.run_mark}", f"{self.run_mark}.test"
        skyctl("tenant", "add", tenant)
        skyctl("domain", "add", domain, "--tenant", tenant)
        skyctl("mailbox", "add", f"eve@{domain}", "--password-stdin", words=f"correct-horse-{self.run_mark}")
        self.addCleanup(skyctl, "mailbox", "remove", f"eve@{domain}")
        self.imap.ok(f"SETACL {self.box} anyone {EVERY}")
        self.no(self.imap, f"SETACL {self.box} eve@{domain} lr")
        self.no(self.imap, f"LISTRIGHTS {self.box} eve@{domain}")
        eve = Client()
        self.addCleanup(eve.close)
        eve.ok(f'LOGIN eve@{domain} "correct-horse-{self.run_mark}"')
        self.hasnt(eve.ok('LIST "" *')[0], "Other Users|Public Folders")
        self.hasnt(eve.ok('LIST "" %')[0], "Other Users|Public Folders")
        for command in ("SELECT", "MYRIGHTS", "GETACL", "DELETE"):
            self.no(eve, f"{command} {self.theirs}", "NONEXISTENT")
        self.no(eve, f"STATUS {self.theirs} (MESSAGES)", "NONEXISTENT")
        self.assertTrue(eve.append(self.theirs, message()).startswith(b"NO [TRYCREATE]"))
        self.no(eve, f"CREATE {self.theirs[:-1]}/x\"", "NOPERM")
        eve.ok("CREATE here")
        self.no(eve, f"SETACL here {address(0)} lr")


@skip_unless_local
class Outages(Shared):
    def revoked(self):
        """Grace reads until she may not; for how long that took."""
        self.give("lr")
        self.imap.append(self.box, message())
        reader = self.sign_in(1)
        reader.ok(f"SELECT {self.theirs}")
        reader.ok("FETCH 1 FLAGS")
        self.imap.ok(f"SETACL {self.box} {address(1)} l")
        since = time.monotonic()
        try:
            while reader.says("FETCH 1 FLAGS")[1].startswith(b"OK"):
                self.assertLess(time.monotonic() - since, 30)
                time.sleep(0.1)
        except Closed:
            pass
        return time.monotonic() - since

    def test_without_redis_rights_are_taken_away_as_well(self):
        with frozen("redis"):
            self.revoked()

    def test_without_auth_only_ones_own_mailboxes_open(self):
        self.give("lr")
        self.grace.socket.settimeout(60)
        with down("auth"):
            eventually(lambda: self.grace.says(f"SELECT {self.theirs}")[1].startswith(b"NO [UNAVAILABLE]"), 30)
            for command in ('LIST "" *', f"STATUS {self.theirs} (MESSAGES)", f"MYRIGHTS {self.theirs}", f"COPY 1 {self.theirs}"):
                if command.startswith("COPY"):
                    self.grace.append("INBOX", message())
                    self.grace.ok("SELECT INBOX")
                self.assertTrue(self.grace.says(command)[1].startswith(b"NO [UNAVAILABLE]"), command)
            self.grace.ok('LIST "" INBOX')
            self.grace.ok("FETCH * FLAGS")
        eventually(lambda: self.grace.says(f"SELECT {self.theirs}")[1].startswith(b"OK"), 30)


if __name__ == "__main__":
    unittest.main()
