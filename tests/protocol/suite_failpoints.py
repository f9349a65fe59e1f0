#!/usr/bin/env python3
"""imap dies, fails or loses its database at exact points of what puts messages into mailboxes: nothing is lost, nothing is there by half, and what
the client was told is true. MULTIAPPEND is all or nothing (RFC 3502 §6.3.11), REPLACE takes the old message only with the new one there (RFC 8508 §3)."""
import json
import os
import re
import subprocess
import time
import unittest
import uuid

from imap_support import Case, Client, Closed, endpoints, message
from suite_support import eventually, pid, place, skip_unless_local, skyctl

# Where, and whether what was asked is done when it happens.
POINTS = {"mailstore.before_commit": False, "mailstore.after_commit": True, "imap.append.after_commit": True, "imap.replace.after_commit": True}


def switch():
    """The file that names what happens where; empty unless this suite was started with one."""
    try:
        with open(place("programs.json")) as file:
            return next(program for program in json.load(file) if program["name"] == "imap").get("env", {}).get("SKYBRIDGE_FAILPOINT_FILE", "")
    except (OSError, StopIteration):
        return ""


def arm(text):
    path = switch()
    with open(path + ".new", "w") as file:
        file.write(text)
    os.chmod(file.name, 0o644)
    os.replace(file.name, path)


def sql(statement):
    with open(place("ports.json")) as file:
        port = json.load(file)["postgres"]
    return subprocess.run(["psql", "-qAtX", "-h", os.path.realpath(place("run", "pg")), "-p", str(port), "-U", "postgres", "-d", "skybridge", "-c", statement],
                          check=True, capture_output=True, text=True, timeout=30).stdout


MIDWAY = "from pg_stat_activity where application_name = 'skybridge-imap' and state <> 'idle' and wait_event = 'ClientRead'"  # statements were sent, COMMIT was not

WAITING = "from pg_stat_activity where application_name = 'skybridge-imap' and wait_event_type = 'Lock'"  # COMMIT was sent along, and is in doubt


class Holder:
    """Holds all accounts, so that whoever changes one waits."""

    def __init__(self):
        with open(place("ports.json")) as file:
            port = json.load(file)["postgres"]
        self.psql = subprocess.Popen(["psql", "-qAtX", "-h", os.path.realpath(place("run", "pg")), "-p", str(port), "-U", "postgres", "-d", "skybridge"],
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.psql.stdin.write("begin;\nselect count(*) from (select from mail.account for no key update) a;\n")
        self.psql.stdin.flush()
        self.psql.stdout.readline()

    def end(self):
        self.psql.communicate("rollback;\n", timeout=30)


class Verb:
    """One command: its text and literals, what it adds to which mailbox, and whether message 2 of the first goes."""

    def __init__(self, name, box, other, old):
        self.name = name
        self.marks = [uuid.uuid4().hex for _ in range(3 if name == "MULTIAPPEND" else 1)]
        mails = [message(mark, body=f"{mark}\r\n" * 60) for mark in self.marks]
        self.into = other if name in ("REPLACE elsewhere", "CATENATE") else box
        self.takes = "REPLACE" in name
        literal = [f"{{{len(mail)}+}}\r\n".encode() + mail for mail in mails]
        if name == "MULTIAPPEND":
            self.octets = f"APPEND {self.into} ".encode() + b" ".join([literal[0], b"(\\Flagged) " + literal[1], literal[2]])
        elif name == "CATENATE":
            head = f"Subject: {self.marks[0]}\r\n\r\n".encode()
            self.octets = f'APPEND {self.into} CATENATE (TEXT {{{len(head)}+}}\r\n'.encode() + head + f' URL "/{box}/;UID={old}/;SECTION=TEXT")'.encode()
        elif name == "APPEND":
            self.octets = f"APPEND {self.into} ".encode() + literal[0]
        else:
            self.octets = f"{'UID ' if name.startswith('UID') else ''}REPLACE {old if name.startswith('UID') else 2} {self.into} ".encode() + literal[0]


@skip_unless_local
@unittest.skipUnless(switch() and os.access(switch(), os.W_OK), "this suite was not started with SKYBRIDGE_FAILPOINT_FILE")
class Failpoints(Case):
    def setUp(self):
        arm("")
        super().setUp()
        self.other = self.box + "-o"
        self.imap.ok(f"CREATE {self.other}")
        self.imap.ok(f"SELECT {self.box}")
        for mark in ("stays", "old", "stays too"):
            self.imap.append(self.box, message(mark))
        self.addCleanup(arm, "")

    def subjects(self):
        """What is in both mailboxes: {mailbox: [subject]}, by UID."""
        client = self.sign_in()
        out = {}
        for box in (self.box, self.other):
            client.ok(f"EXAMINE {box}")
            lines, _ = client.ok("UID FETCH 1:* (BODY.PEEK[HEADER.FIELDS (SUBJECT)] BODY.PEEK[TEXT])")
            out[box] = [re.search(rb"Subject: (.*)\r\n", line)[1].decode() for line in lines if b"FETCH (" in line]
        client.close()
        return out

    def alive(self):
        client = self.sign_in()
        client.close()
        return True

    def cell(self, verb_name, point, action):
        """Does the command while that happens there, and holds what is there afterwards to what was told."""
        client = self.sign_in()
        client.socket.settimeout(30)
        client.ok(f"SELECT {self.box}")
        verb = Verb(verb_name, self.box, self.other, re.search(rb"UID (\d+)", client.ok("FETCH 2 UID")[0][0])[1].decode())
        before = self.subjects()
        after = {box: list(subjects) for box, subjects in before.items()}
        if verb.takes:
            del after[self.box][1]
        after[verb.into] = after[verb.into] + verb.marks
        process = pid("imap")
        while action == "crash" and time.time() - os.stat(f"/proc/{process}").st_ctime < 3.5:
            time.sleep(0.1)  # who dies young is started again late
        arm(f"{point}={'hang:1' if action == 'cut' else action}" if point else "")
        holder = Holder() if action == "cut waiting" else None
        client.send(b"v " + verb.octets + b"\r\n")
        told = b""
        try:
            if action.startswith("cut"):
                cut = WAITING if holder else MIDWAY
                eventually(lambda: int(sql(f"select count(*) {cut}")))
                sql(f"select pg_terminate_backend(pid) {cut}")
                arm("")
            if holder:
                holder.end()
            told = client.until("v")[1]
        except Closed:
            pass
        arm("")
        client.close()
        if action == "crash":
            self.assertEqual(told, b"")
            eventually(lambda: pid("imap") != process and self.alive(), 60)
        done = POINTS.get(point)
        if action == "error":
            self.assertTrue(told.startswith(b"NO [UNAVAILABLE]"), told)
        elif action.startswith("cut"):
            done = told.startswith(b"OK")  # the whole transaction ran again
            self.assertTrue(done or told.startswith(b"NO [UNAVAILABLE]"), told)
        now = eventually(self.subjects)
        self.assertEqual(now, after if done else before)
        # The old message is back, so that the next cell finds it.
        if verb.takes and done:
            self.imap = self.sign_in()
            self.imap.ok(f"SELECT {self.box}")
            self.imap.ok("STORE 1:* +FLAGS.SILENT (\\Deleted)")
            self.imap.ok("EXPUNGE")
            for mark in ("stays", "old", "stays too"):
                self.imap.append(self.box, message(mark))

    def grid(self, verbs, points):
        for verb in verbs:
            for point, action in points:
                with self.subTest(verb=verb, point=point, action=action):
                    self.cell(verb, point, action)
        self.assertNotIn("mailbox", skyctl("fsck"))

    def test_append(self):
        "[rfc3502:6.3.11] [rfc4469:3] [r6]"
        everywhere = [("mailstore.before_commit", "crash"), ("mailstore.after_commit", "crash"), ("imap.append.after_commit", "crash"),
                      ("mailstore.before_commit", "error"), ("", "cut waiting")]
        self.grid(("APPEND", "CATENATE"), everywhere)   # all in one round trip
        self.grid(("MULTIAPPEND",), [*everywhere, ("mailstore.before_commit", "cut")])

    def test_replace(self):
        "[rfc8508:3] [r6]"
        self.grid(("REPLACE", "UID REPLACE", "REPLACE elsewhere"),
                  [("mailstore.before_commit", "crash"), ("mailstore.after_commit", "crash"), ("imap.replace.after_commit", "crash"),
                   ("mailstore.before_commit", "error"), ("mailstore.before_commit", "cut")])


if __name__ == "__main__":
    unittest.main()
