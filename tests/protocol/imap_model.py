#!/usr/bin/env python3
"""Random commands of several sessions against a model: UIDs, message numbers, flags, MODSEQ, VANISHED (contract R5, RFC 7162 §3.2, RFC 9051 §7.5.1).

usage: tests/protocol/imap_model.py [--steps N] [--seed S] [--messages M] [--kill [N]]   (SKYBRIDGE_ENDPOINTS names the suite)
  --steps     commands (100,000 for a long look); without any argument a bounded number runs, as in tests/run
  --seed      repeats a run; it is printed first
  --messages  in the mailbox at the start
  --kill      the imap service is killed in the middle of a command after every N steps (60), and every client comes back

The sessions take turns, so that the model knows what is there. A client believes what it is told and nothing else; when it has asked for news it must
hold exactly what is there. What it is told on the way must have been true once. Clients with QRESYNC go away and come back with the highest MODSEQ they
were told.
"""
import argparse
import os
import random
import re
import signal
import sys
import time
import unittest

from imap_support import Case, Client, Closed, endpoints, message
from suite_support import eventually, pid, skip_unless_local

LIVED = 3.2  # seconds; whoever ends sooner is started again later and later
FLAGS = ["\\Seen", "\\Flagged", "\\Answered", "\\Draft", "$Label1", "$Label2", "Work"]


def ranges(numbers):
    """5,1,2 → 1:2,5"""
    out = []
    for number in sorted(numbers):
        if out and out[-1][1] == number - 1:
            out[-1][1] = number
        else:
            out.append([number, number])
    return ",".join(f"{first}:{last}" if last > first else f"{first}" for first, last in out)


def numbers(text):
    out = []
    for part in text.decode().split(","):
        first, _, last = part.partition(":")
        out += range(int(first), int(last or first) + 1)
    return out


class Model:
    """What is in the mailbox."""

    def __init__(self):
        self.flags = {}    # uid: flags now
        self.history = {}  # uid: every set of flags it ever had
        self.next = 1

    def add(self, flags):
        self.flags[self.next] = frozenset(flags)
        self.history[self.next] = {frozenset(flags)}
        self.next += 1

    def store(self, uid, flags):
        self.flags[uid] = frozenset(flags)
        self.history[uid].add(self.flags[uid])

    def remove(self, uids):
        for uid in uids:
            del self.flags[uid]


class Shadow:
    """A client: what it was told. `kind` is plain, condstore, qresync or uidonly."""

    def __init__(self, run, kind):
        self.run, self.kind = run, kind
        self.uids = []      # by message number; None: not asked for yet. Unordered and without None for uidonly
        self.count = 0
        self.flags = {}     # as told
        self.modseq = {}    # of messages, as told
        self.highest = 0    # where it may go on from
        self.candidate = 0  # the highest MODSEQ told while a command ran
        self.validity = 0
        self.resumes = False
        self.connect()

    def fail(self, why):
        raise AssertionError(f"{self.kind}: {why}")

    def connect(self):
        self.imap = Client()
        self.imap.socket.settimeout(60)
        entry = endpoints()["accounts"][0]
        self.imap.ok(f'LOGIN "{entry["address"]}" "{entry["password"]}"')
        enabled = {"plain": "", "condstore": "CONDSTORE", "qresync": "QRESYNC", "uidonly": "UIDONLY QRESYNC"}[self.kind]
        if enabled:
            self.imap.ok(f"ENABLE {enabled}")
        self.select()

    def select(self):
        """Comes to the mailbox, or back to it."""
        back = self.resumes and self.kind in ("qresync", "uidonly") and self.run.random.random() < 0.9
        parameter = ""
        if back:
            known = sorted(self.flags)
            parameter = f"{self.validity} {self.highest}"
            if known and self.run.random.random() < 0.5:
                parameter += f" 1:{known[-1]}"
                if self.kind == "qresync" and self.run.random.random() < 0.5 and None not in self.uids:
                    picked = sorted(self.run.random.sample(range(len(self.uids)), min(3, len(self.uids))))
                    if picked:
                        parameter += f" ({ranges(n + 1 for n in picked)} {ranges(self.uids[n] for n in picked)})"
            parameter = f" (QRESYNC ({parameter}))"
        cached = sorted(self.flags) if back else []
        self.uids, self.count, self.modseq = [], 0, {} if not back else self.modseq
        if not back:
            self.flags = {}
        self.resuming = back
        self.earlier = set()
        self.fetched = {}
        self.fetching = False
        lines, tagged = self.imap.says(f"SELECT {self.run.box}{parameter}")
        if not tagged.startswith(b"OK"):
            self.fail(f"SELECT: {tagged!r}")
        self.believe(lines, selecting=True)
        if back:
            here = [uid for uid in cached if uid not in self.earlier]
            merged = sorted(set(here) | set(self.fetched))
            # It knows all there is when it asked for all: new messages come as FETCH responses unless it named what it knows.
            self.uids = merged + ([None] * (self.count - len(merged)) if self.kind != "uidonly" else [])
            for number, uid in enumerate(merged, 1):
                if self.kind == "qresync" and self.fetched.get(uid, number) != number:
                    self.fail(f"UID {uid} was said to be message {self.fetched[uid]}, it is {number}")
            if len(merged) > self.count:
                self.fail(f"{len(merged)} messages known, {self.count} there")
            self.flags = {uid: self.flags[uid] for uid in merged}
        self.resuming = False
        self.resumes = True
        self.learn()

    def says(self, command):
        self.candidate = self.highest
        self.fetching = "FETCH" in command
        lines, tagged = self.imap.says(command)
        return self.hears(command, lines, tagged)

    def append(self, command, messages):
        """APPEND or REPLACE with these messages, (octets, flags) each."""
        self.candidate, self.fetching = self.highest, False
        text = b"".join(f" ({' '.join(flags)}) {{{len(octets)}+}}\r\n".encode() + octets for octets, flags in messages)
        self.imap.send(f"a {command}".encode() + text + b"\r\n")
        return self.hears(command, *self.imap.until("a"))

    def hears(self, command, lines, tagged):
        if tagged.startswith(b"BAD"):
            self.fail(f"{command}: {tagged!r}")
        self.believe(lines)
        if code := re.match(rb"OK \[HIGHESTMODSEQ (\d+)\]", tagged):
            self.highest = int(code[1])
        else:
            self.highest = max(self.highest, self.candidate)
        return lines, tagged

    def believe(self, lines, selecting=False):
        for line in lines:
            if found := re.match(rb"\* (\d+) EXISTS", line):
                count = int(found[1])
                if count < self.count:
                    self.fail(f"EXISTS goes from {self.count} to {count}")
                if self.kind != "uidonly" and not self.resuming:
                    self.uids += [None] * (count - len(self.uids))
                self.count = count
            elif found := re.match(rb"\* (\d+) EXPUNGE", line):
                self.expunged(int(found[1]))
            elif found := re.match(rb"\* VANISHED (\(EARLIER\) )?([\d:,]+)", line):
                self.vanished(numbers(found[2]), earlier=bool(found[1]))
            elif found := re.match(rb"\* (\d+) (UID)?FETCH \((.*)\)$", line, re.S):
                self.told(int(found[1]), bool(found[2]), found[3])
            elif found := re.match(rb"\* OK \[HIGHESTMODSEQ (\d+)\]", line):
                value = int(found[1])
                if value < self.highest and self.resumes:
                    self.fail(f"HIGHESTMODSEQ goes from {self.highest} to {value}")
                self.highest = self.candidate = value
            elif found := re.match(rb"\* OK \[UIDVALIDITY (\d+)\]", line):
                if self.validity and int(found[1]) != self.validity:
                    self.fail("UIDVALIDITY changed")
                self.validity = int(found[1])

    def gone(self, uid):
        if uid in self.run.model.flags:
            self.fail(f"UID {uid} is there and was said to be gone")
        self.flags.pop(uid, None)
        self.modseq.pop(uid, None)

    def expunged(self, number):
        if self.kind not in ("plain", "condstore") or not 1 <= number <= len(self.uids):
            self.fail(f"EXPUNGE {number} of {len(self.uids)}")
        uid = self.uids.pop(number - 1)
        self.count -= 1
        if uid is not None:
            self.gone(uid)

    def vanished(self, uids, earlier):
        if self.kind not in ("qresync", "uidonly"):
            self.fail("VANISHED was not enabled")
        for uid in uids:
            if earlier:
                self.earlier.add(uid)
                self.gone(uid)
            elif uid in self.uids:
                self.uids.remove(uid)
                self.count -= 1
                self.gone(uid)
            elif None in self.uids or self.kind == "uidonly":
                if self.kind == "qresync":
                    self.uids.remove(None)
                self.count -= 1
            else:
                self.fail(f"UID {uid} vanished, but was not there")

    def told(self, number, by_uid, items):
        uid = re.search(rb"(?:^| )UID (\d+)", items)
        flags = re.search(rb"FLAGS \(([^)]*)\)", items)
        modseq = re.search(rb"MODSEQ \((\d+)\)", items)
        if by_uid != (self.kind == "uidonly"):
            self.fail("FETCH and UIDFETCH are mixed up")
        if self.kind == "qresync" and not uid and not self.fetching:
            self.fail("FETCH without UID")
        if modseq is None and flags and self.kind != "plain" and not self.fetching:
            self.fail("FLAGS without MODSEQ")
        if by_uid:
            uid = number
            if uid not in self.uids and not self.resuming:
                self.uids.append(uid)
        elif self.resuming:
            uid = int(uid[1])
        else:
            if not 1 <= number <= len(self.uids):
                self.fail(f"FETCH {number} of {len(self.uids)}")
            known = self.uids[number - 1]
            uid = int(uid[1]) if uid else known
            if known is not None and uid != known:
                self.fail(f"message {number} is UID {known}, but is said to be {uid}")
            self.uids[number - 1] = uid
        if self.resuming:
            self.fetched[uid] = number
        if uid is None:
            return  # its UID is asked for next
        if flags:
            told = frozenset(flags[1].decode().split())
            if told not in self.run.model.history.get(uid, ()):
                self.fail(f"UID {uid} never had {sorted(told)}")
            self.flags[uid] = told
        if modseq:
            value = int(modseq[1])
            if value < self.modseq.get(uid, 0):
                self.fail(f"MODSEQ of UID {uid} goes from {self.modseq[uid]} to {value}")
            self.modseq[uid] = value
            self.candidate = max(self.candidate, value)

    def without(self, leaving, command):
        """A command that takes these messages away: the model lets them go first, since the answer tells of it."""
        self.run.model.remove(leaving)
        return self.says(command)

    def learn(self):
        """Asks for what it was told is there and does not know."""
        if self.kind == "uidonly":
            if self.count > len(self.uids):
                self.says(f"UID FETCH {max(self.uids, default=0) + 1}:* (FLAGS)")
            return
        for _ in range(5):
            unknown = [number for number, uid in enumerate(self.uids, 1) if uid is None]
            if not unknown:
                return
            self.says(f"FETCH {ranges(unknown)} (UID FLAGS)")
            if None in self.uids:
                self.says("NOOP")  # expunged before anybody told it
        self.fail("the UIDs of new messages can't be had")

    def settle(self):
        """Asks for news: afterwards it holds what is there."""
        end = time.monotonic() + 15
        while True:
            self.says("NOOP")
            self.learn()
            difference = self.differs()
            if not difference:
                return
            if time.monotonic() > end:
                self.fail(difference)
            time.sleep(0.1)

    def differs(self):
        model = self.run.model.flags
        if self.count != len(model):
            return f"counts {self.count}, not {len(model)}"
        if sorted(uid or 0 for uid in self.uids) != sorted(model) or (self.kind != "uidonly" and self.uids != sorted(model)):
            only, missing = set(self.uids) - set(model), set(model) - set(self.uids)
            return f"holds {sorted(uid or 0 for uid in only)[:9]} that are not there, lacks {sorted(missing)[:9]}, of {len(model)}"
        wrong = [uid for uid, flags in self.flags.items() if flags != model[uid]]
        return f"flags of {wrong[:9]} are not as told: {[sorted(self.flags[uid]) for uid in wrong[:3]]}" if wrong else ""


class Run:
    def __init__(self, box, other, steps, seed, size, kill=0):
        self.box, self.other, self.steps, self.kill = box, other, steps, kill
        self.started = 0  # when the service was
        self.random = random.Random(seed)
        self.model = Model()
        maker = self.sign_in()
        maker.ok(f"CREATE {box}")
        maker.ok(f"CREATE {other}")
        maker.append(box, message("first"))
        self.model.add(())
        maker.ok(f"SELECT {box}")
        while len(self.model.flags) < size:
            count = min(len(self.model.flags), size - len(self.model.flags))
            maker.ok(f"COPY 1:{count} {box}")
            for _ in range(count):
                self.model.add(())
        maker.close()
        self.sessions = [Shadow(self, kind) for kind in ("plain", "condstore", "qresync", "uidonly", "plain")]
        self.judge_modseq = {}
        self.judge_flags = {}

    def sign_in(self):
        client = Client()
        client.socket.settimeout(60)
        entry = endpoints()["accounts"][0]
        client.ok(f'LOGIN "{entry["address"]}" "{entry["password"]}"')
        return client

    def some(self, session):
        """Some of the messages that a client knows, seldom many."""
        known = [uid for uid in session.uids if uid is not None]
        if not known:
            return []
        if self.random.random() < 0.2:
            first = self.random.randrange(len(known))
            return sorted(known)[first:first + self.random.choice([5, 50, 1500])]
        return self.random.sample(known, min(len(known), self.random.randint(1, 4)))

    def named(self, session, uids):
        """The command's prefix and its set: by UID, or by the client's own numbers."""
        if session.kind == "uidonly" or self.random.random() < 0.5:
            return "UID ", ranges(uids)
        place = {uid: number for number, uid in enumerate(session.uids, 1)}
        return "", ranges(place[uid] for uid in uids)

    # Each of these does one command and says it to the model.
    def do_store(self, session):
        uids = self.some(session)
        if not uids:
            return
        prefix, which = self.named(session, uids)
        mode = self.random.choice("+-=")
        flags = self.random.sample(FLAGS + ["\\Deleted"], self.random.randint(1, 3))
        silent = self.random.choice(["", ".SILENT"])
        condition = ""
        spared = set()
        if session.kind != "plain" and self.random.random() < 0.3 and all(uid in session.modseq for uid in uids):
            limit = self.random.choice([session.modseq[uid] for uid in uids])
            condition = f"(UNCHANGEDSINCE {limit}) "
            truth = self.judge(compare=False)
            spared = {uid for uid in uids if uid in truth and truth[uid] > limit}
        for uid in uids:
            if uid not in self.model.flags or uid in spared:
                continue
            now = self.model.flags[uid]
            self.model.store(uid, now | set(flags) if mode == "+" else now - set(flags) if mode == "-" else set(flags))
            if silent and uid in session.flags:  # what it did itself it knows, told or not
                session.flags[uid] = self.model.flags[uid]
        _, tagged = session.says(f"{prefix}STORE {which} {condition}{'' if mode == '=' else mode}FLAGS{silent} ({' '.join(flags)})")
        if spared and b"MODIFIED" not in tagged:
            raise AssertionError(f"{sorted(spared)} had changed: {tagged!r}")

    def do_fetch(self, session):
        uids = self.some(session)
        if uids:
            prefix, which = self.named(session, uids)
            session.says(f"{prefix}FETCH {which} (FLAGS{self.random.choice(['', ' MODSEQ', ' UID', ' INTERNALDATE']) if session.kind != 'plain' else ''})")

    def do_append(self, session):
        expected, messages = [], []
        for _ in range(self.random.choice([1, 1, 1, 2, 5])):
            flags = self.random.sample(FLAGS, self.random.randint(0, 2))
            expected.append(self.model.next)
            self.model.add(flags)
            messages.append((message("more"), flags))
        _, tagged = session.append(f"APPEND {self.box}", messages)
        if numbers(re.match(rb"OK \[APPENDUID \d+ ([\d:,]+)\]", tagged)[1]) != expected:
            raise AssertionError(f"UIDs {expected} were next: {tagged!r}")

    def do_replace(self, session):
        uids = self.some(session)[:1]
        if not uids:
            return
        prefix, which = self.named(session, uids)
        flags = self.random.sample(FLAGS, self.random.randint(0, 2))
        there = uids[0] in self.model.flags
        uid = self.model.next
        if there:
            self.model.remove(uids)
            self.model.add(flags)
        lines, tagged = session.append(f"{prefix}REPLACE {which} {self.box}", [(message("instead"), flags)])
        if tagged.startswith(b"OK") != there:
            raise AssertionError(f"UID {uids[0]} {'is' if there else 'was not'} there: {tagged!r}")
        if there and not any(re.match(rb"\* OK \[APPENDUID \d+ %d\]" % uid, line) for line in lines):
            raise AssertionError(f"UID {uid} was next: {lines!r}")

    def do_copy(self, session):
        uids = self.some(session)[:20]
        if not uids or len(self.model.flags) > 20_000:
            return
        prefix, which = self.named(session, uids)
        for uid in sorted(uids):
            if uid in self.model.flags:
                self.model.add(self.model.flags[uid])
        session.says(f"{prefix}COPY {which} {self.box}")

    def do_move(self, session):
        uids = self.some(session)[:20]
        if not uids:
            return
        prefix, which = self.named(session, uids)
        session.without([uid for uid in uids if uid in self.model.flags], f"{prefix}MOVE {which} {self.other}")

    def do_expunge(self, session):
        deleted = [uid for uid, flags in self.model.flags.items() if "\\Deleted" in flags]
        if self.random.random() < 0.5:
            return session.without(deleted, "EXPUNGE")
        uids = self.some(session)
        if uids:
            session.without([uid for uid in deleted if uid in uids], f"UID EXPUNGE {ranges(uids)}")

    def do_search(self, session):
        flag = self.random.choice(["SEEN", "UNSEEN", "FLAGGED", "KEYWORD Work", "UNKEYWORD $Label1", "DELETED"])
        session.settle()
        lines, _ = session.says(f"UID SEARCH {flag}")
        found = next(line for line in lines if line.startswith(b"* SEARCH"))
        word = {"SEEN": "\\Seen", "UNSEEN": "\\Seen", "FLAGGED": "\\Flagged", "DELETED": "\\Deleted"}.get(flag, flag.split()[-1])
        has = not flag.startswith("UN")
        expected = sorted(uid for uid, flags in self.model.flags.items() if (word in flags) == has)
        if [int(uid) for uid in found.split()[2:]] != expected:
            raise AssertionError(f"{session.kind}: SEARCH {flag}: {found[:200]!r}, not {expected[:50]}")

    def do_status(self, session):
        lines, _ = session.says(f"STATUS {self.box} (MESSAGES UIDNEXT UNSEEN)")
        unseen = sum("\\Seen" not in flags for flags in self.model.flags.values())
        told = next(line for line in lines if b"STATUS" in line)
        if not told.endswith(b"(MESSAGES %d UIDNEXT %d UNSEEN %d)" % (len(self.model.flags), self.model.next, unseen)):
            raise AssertionError(f"{told!r}: {len(self.model.flags)} messages, {self.model.next} next, {unseen} unseen")

    def do_leave_and_return(self, session):
        if self.random.random() < 0.5:
            session.imap.ok("UNSELECT")
        else:
            session.imap.close()
            for _ in range(self.random.randint(0, 4)):  # others go on
                self.step(self.random.choice([one for one in self.sessions if one is not session]), alone=True)
            session.connect()
            return session.settle()
        session.select()
        session.settle()

    def do_noop(self, session):
        session.says("NOOP")

    def do_settle(self, session):
        session.settle()

    def do_changed_since(self, session):
        """What changed since it last looked, as a client without QRESYNC asks."""
        if session.kind == "plain" or not session.highest:
            return
        vanished = " VANISHED" if session.kind != "condstore" else ""
        session.earlier = set()
        session.says(f"UID FETCH 1:* (FLAGS) (CHANGEDSINCE {self.random.randint(1, session.highest)}{vanished})")

    def judge(self, compare=True):
        """uid: MODSEQ, from a session of its own. MODSEQ changes when flags do, and only upwards."""
        client = self.sign_in()
        client.ok(f"EXAMINE {self.box}")
        lines, _ = client.ok("UID FETCH 1:* (FLAGS MODSEQ)")
        client.close()
        modseq, flags = {}, {}
        for line in lines:
            if found := re.match(rb"\* \d+ FETCH \(UID (\d+) FLAGS \(([^)]*)\) MODSEQ \((\d+)\)\)", line):
                uid = int(found[1])
                flags[uid], modseq[uid] = frozenset(found[2].decode().split()), int(found[3])
        if compare:
            if flags != self.model.flags:
                raise AssertionError("the mailbox is not as the model says")
            top = max(self.judge_modseq.values(), default=0)
            for uid, value in modseq.items():
                before = self.judge_modseq.get(uid)
                if before is not None and (value < before or (value == before and flags[uid] != self.judge_flags[uid])):
                    raise AssertionError(f"MODSEQ of UID {uid}: {before}, then {value}")
                if before is None and value <= top and self.judge_modseq:
                    raise AssertionError(f"UID {uid} is new with MODSEQ {value}, {top} was there before")
            self.judge_modseq, self.judge_flags = modseq, flags
        return modseq

    def step(self, session, alone=False):
        choices = [(self.do_store, 30), (self.do_fetch, 10), (self.do_append, 8), (self.do_replace, 4), (self.do_copy, 5), (self.do_move, 4), (self.do_expunge, 8),
                   (self.do_noop, 12), (self.do_settle, 6)]
        if not alone:
            choices += [(self.do_search, 4), (self.do_status, 3), (self.do_leave_and_return, 6), (self.do_changed_since, 4)]
        act = self.random.choices([act for act, _ in choices], [weight for _, weight in choices])[0]
        if len(self.model.flags) < 5:
            act = self.do_append
        act(session)
        session.learn()

    def killed_in_the_middle(self):
        """A change is on its way when the service dies; afterwards it has happened whole or not at all, and clients that come back know which."""
        session = self.random.choice(self.sessions)
        uids = [uid for uid in self.some(session) if uid in self.model.flags][:900]
        if not uids:
            return
        time.sleep(max(0, self.started + LIVED - time.monotonic()))
        flag = self.random.choice(FLAGS)
        kind = self.random.choice(["store", "move", "append", "several", "replace"])
        if kind == "replace":
            uids = uids[:1]
        octets = message("perhaps")
        prefix, which = self.named(session, uids)
        session.imap.send({"store": f"k {prefix}STORE {which} +FLAGS.SILENT ({flag})\r\n", "move": f"k {prefix}MOVE {which} {self.other}\r\n",
                           "append": f"k APPEND {self.box} {{{len(octets)}+}}\r\n{octets.decode()}\r\n",
                           "several": f"k APPEND {self.box}" + f" {{{len(octets)}+}}\r\n{octets.decode()}" * 3 + "\r\n",
                           "replace": f"k {prefix}REPLACE {which} {self.box} {{{len(octets)}+}}\r\n{octets.decode()}\r\n"}[kind])
        time.sleep(self.random.random() * 0.01)
        died = pid("imap")
        os.kill(died, signal.SIGKILL)
        for one in self.sessions:
            one.imap.close()
        before = dict(self.model.flags)
        if kind == "store":
            after = {uid: flags | {flag} if uid in uids else flags for uid, flags in before.items()}
        elif kind == "move":
            after = {uid: flags for uid, flags in before.items() if uid not in uids}
        else:
            put = {self.model.next + number: frozenset() for number in range(3 if kind == "several" else 1)}
            after = {**{uid: flags for uid, flags in before.items() if kind != "replace" or uid not in uids}, **put}

        def truth():
            client = self.sign_in()
            client.ok(f"EXAMINE {self.box}")
            lines, _ = client.ok("UID FETCH 1:* (FLAGS)")
            client.close()
            return {int(found[1]): frozenset(found[2].decode().split()) for line in lines
                    if (found := re.match(rb"\* \d+ FETCH \(UID (\d+) FLAGS \(([^)]*)\)", line))}

        def alive():
            try:
                return pid("imap") != died and truth()
            except (Closed, ValueError) as error:  # its pid is being written
                raise AssertionError from error

        now = eventually(alive, 60)
        self.started = time.monotonic()
        if now not in (before, after):
            raise AssertionError(f"{kind} of {which} was done by half")
        if now == after and after != before:
            for _ in put if kind in ("append", "several", "replace") else ():
                self.model.add(())
            for uid in uids if kind == "store" else ():
                self.model.store(uid, after[uid])
            if kind in ("move", "replace"):
                self.model.remove(uids)
        for one in self.sessions:
            one.connect()
            one.settle()

    def go(self):
        for number in range(1, self.steps + 1):
            try:
                if self.kill and number % self.kill == 0:
                    self.killed_in_the_middle()
                else:
                    self.step(self.random.choice(self.sessions))
                if number % 1000 == 0 and self.steps > 2000:
                    print(number, "steps", flush=True)
                if number % 200 == 0 or number == self.steps:
                    self.judge()
                    for session in self.sessions:
                        session.settle()
            except (AssertionError, Closed) as error:
                raise AssertionError(f"step {number}: {error!r}") from error
        for session in self.sessions:
            session.imap.close()


class RandomCommands(Case):
    def play(self, steps, messages, kill=0):
        seed = int(os.environ.get("SKYBRIDGE_MODEL_SEED") or random.SystemRandom().randrange(2**32))
        try:
            Run(self.box + "/m", self.box + "/o", steps, seed, messages, kill).go()
        except AssertionError as error:
            raise AssertionError(f"seed {seed} ({steps} steps, {messages} messages{', kills' if kill else ''}): {error}") from error

    def test_a_small_mailbox(self):
        "[r5] [rfc7162:3.2] [rfc9051:7.5.1]"
        self.play(1200, 30)

    def test_a_mailbox_of_several_blocks(self):
        "[r5] [rfc7162:3.2]"
        self.play(120, 4500)

    @skip_unless_local
    def test_while_the_service_is_killed(self):
        "[r5] [r6] [rfc7162:3.2]"
        self.play(240, 40, kill=60)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        parser = argparse.ArgumentParser(usage=__doc__)
        parser.add_argument("--steps", type=int, default=100_000)
        parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
        parser.add_argument("--messages", type=int, default=60)
        parser.add_argument("--kill", type=int, nargs="?", const=60, default=0)
        options = parser.parse_args()
        print("seed", options.seed, flush=True)
        name = f"t-model-{os.getpid()}"
        Run(f"{name}/m", f"{name}/o", options.steps, options.seed, options.messages, options.kill).go()
        print(options.steps, "steps without a difference")
    else:
        unittest.main()
