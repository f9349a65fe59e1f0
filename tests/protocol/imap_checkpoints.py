#!/usr/bin/env python3
"""Several sessions work on one mailbox at the same time, and now and then all stop: then they must have been told the same (RFC 9051 §7.5.1, RFC 3501 §2.3.2).

usage: tests/protocol/imap_checkpoints.py [--seconds N] [--sessions N] [--seed S]     (SKYBRIDGE_ENDPOINTS names the suite)
  without any argument a bounded number of commands runs, as in tests/run

Beside what imap_model.py knows, which lets one speak at a time: a message is \\Recent in one session; a keyword is in FLAGS before a message has it;
RECENT counts what is \\Recent; EXPUNGE does not come while message numbers are in use; what never changes of a message is the same for all.
"""
import argparse
import os
import random
import re
import threading
import time
import unittest

from imap_support import Case, Client, endpoints, message

FLAGS = ["\\Seen", "\\Flagged", "\\Answered", "\\Draft", "$Label1", "$Label2"]
ITEMS = ["ENVELOPE", "INTERNALDATE", "BODY", "BODYSTRUCTURE", "RFC822.SIZE", "EMAILID", "BODY.PEEK[HEADER.FIELDS (Subject From)]", "BODY.PEEK[TEXT]"]
NO_EXPUNGE = ("FETCH", "STORE", "SEARCH")  # RFC 9051 §7.5.1


class Shared:
    """What is the same for everybody."""

    def __init__(self):
        self.lock = threading.Lock()
        self.recent = {}    # uid: the session that saw it \Recent
        self.constant = {}  # (uid, item): what it was

    def same(self, uid, item, value):
        with self.lock:
            return self.constant.setdefault((uid, item), value) == value

    def is_first(self, uid, session):
        with self.lock:
            return self.recent.setdefault(uid, session) == session


class Session:
    def __init__(self, number, box, shared, random_numbers):
        self.number, self.box, self.shared, self.random = number, box, shared, random_numbers
        self.commands = 0
        self.connect()

    def connect(self):
        self.imap = Client(recent=True)
        self.imap.socket.settimeout(120)
        entry = endpoints()["accounts"][0]
        self.imap.ok(f'LOGIN "{entry["address"]}" "{entry["password"]}"')
        self.life = f"{self.number}.{time.monotonic_ns()}"
        self.uids, self.flags, self.recent, self.keywords = [], {}, 0, set()
        self.says(f"SELECT {self.box}")

    def fail(self, why, line=b""):
        raise AssertionError(f"session {self.number}: {why} {line[:300]!r}")

    def says(self, command, octets=None):
        self.commands += 1
        if octets is None:
            lines, tagged = self.imap.says(command)
        else:
            self.imap.send(f"a {command} {{{len(octets)}+}}\r\n".encode() + octets + b"\r\n")
            lines, tagged = self.imap.until("a")
        if not tagged.startswith(b"OK") and not (command.startswith(("FETCH", "STORE", "COPY")) and tagged.startswith(b"NO [EXPUNGEISSUED]")):
            self.fail(command, tagged)
        for line in lines:
            self.hear(command, line)
        return tagged

    def hear(self, command, line):
        if found := re.fullmatch(rb"\* (\d+) (EXISTS|RECENT|EXPUNGE)", line):
            number, what = int(found[1]), found[2]
            if what == b"EXISTS":
                if number < len(self.uids):
                    self.fail(f"{len(self.uids)} messages become fewer", line)
                self.uids += [None] * (number - len(self.uids))
            elif what == b"RECENT":
                if number > len(self.uids):
                    self.fail(f"of {len(self.uids)}", line)
                self.recent = number
            else:
                if command.startswith(NO_EXPUNGE):
                    self.fail(f"in {command}", line)
                if not 1 <= number <= len(self.uids):
                    self.fail(f"of {len(self.uids)}", line)
                self.flags.pop(self.uids.pop(number - 1), None)
        elif found := re.fullmatch(rb"\* FLAGS \(([^)]*)\)", line):
            self.keywords = set(found[1].decode().split())
        elif found := re.match(rb"\* (\d+) FETCH \((.*)\)$", line, re.S):
            self.told(int(found[1]), found[2], line)

    def told(self, number, items, line):
        if not 1 <= number <= len(self.uids):
            self.fail(f"of {len(self.uids)}", line)
        uid = re.search(rb"(?:^| )UID (\d+)", items)
        uid = int(uid[1]) if uid else self.uids[number - 1]
        if self.uids[number - 1] not in (None, uid):
            self.fail(f"message {number} was UID {self.uids[number - 1]}", line)
        self.uids[number - 1] = uid
        if flags := re.search(rb"FLAGS \(([^)]*)\)", items):
            flags = set(flags[1].decode().split())
            if flags - self.keywords - {"\\Recent"}:
                self.fail("a flag that was not introduced", line)
            if "\\Recent" in flags and uid and not self.shared.is_first(uid, self.life):
                self.fail("was recent elsewhere", line)
            if uid:
                self.flags[uid] = flags
        for item in ("ENVELOPE", "INTERNALDATE", "RFC822.SIZE", "EMAILID", "BODYSTRUCTURE"):
            value = re.search(rb"(?:^| )" + item.encode() + rb" (\(.*?\)\)|\".*?\"|\d+)", items, re.S)
            if uid and value and not self.shared.same(uid, item, value[1]):
                self.fail(f"{item} has changed", line)

    def some(self):
        last = len(self.uids)
        return ",".join(str(self.random.randint(1, last)) for _ in range(self.random.randint(1, 6)))

    def act(self):
        pick = self.random.random()
        if pick < 0.12 or len(self.uids) < 4:
            flags = " ".join(self.random.sample(FLAGS, self.random.randint(0, 2)))
            self.says(f"APPEND {self.box} ({flags})", message(f"from {self.number}"))
        elif pick < 0.40:
            self.says(f"FETCH {self.some()} (UID FLAGS {self.random.choice(ITEMS)})")
        elif pick < 0.62:
            self.says(f"STORE {self.some()} {self.random.choice(['', '+', '-'])}FLAGS ({' '.join(self.random.sample(FLAGS, self.random.randint(1, 3)))})")
        elif pick < 0.70:
            self.says(f"STORE {self.some()} +FLAGS (\\Deleted)")
        elif pick < 0.77:
            self.says("EXPUNGE")
        elif pick < 0.82 and len(self.uids) < 80:
            self.says(f"COPY {self.some()} {self.box}")
        elif pick < 0.88:
            self.says(f"SEARCH {self.random.choice(['UNSEEN', 'RECENT', 'NEW', 'KEYWORD $Label1', 'DELETED', 'ALL'])}")
        elif pick < 0.91:
            self.says(f"STATUS {self.box} (MESSAGES UNSEEN RECENT)")
        else:
            self.says("NOOP")

    def settle(self):
        """Asks for all that is news, and for what it does not know yet."""
        self.says("CHECK")
        if self.uids:
            self.says("FETCH 1:* (UID FLAGS)")
        mine = sum("\\Recent" in flags for flags in self.flags.values())
        if mine != self.recent:
            self.fail(f"{mine} are \\Recent, RECENT said {self.recent}")
        return self.uids, {uid: flags - {"\\Recent"} for uid, flags in self.flags.items()}


class Crowd:
    def __init__(self, box, sessions, seed):
        self.random = random.Random(seed)
        shared = Shared()
        self.sessions = [Session(n, box, shared, random.Random(seed + n)) for n in range(sessions)]
        self.wrong = []

    def work(self, session, until):
        try:
            while not until(session) and not self.wrong:
                session.act()
        except Exception as error:
            self.wrong.append(f"{type(error).__name__} {error}")

    def round(self, until):
        threads = [threading.Thread(target=self.work, args=(session, until)) for session in self.sessions]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.wrong:
            raise AssertionError("; ".join(self.wrong))
        self.checkpoint()

    def close(self):
        for session in self.sessions:
            session.imap.close()

    def checkpoint(self):
        for session in self.sessions:
            session.says("CHECK")
        told = [session.settle() for session in self.sessions]
        for session, (uids, flags) in zip(self.sessions, told):
            if uids != told[0][0]:
                raise AssertionError(f"session {session.number} holds {uids}, another {told[0][0]}")
            differ = [uid for uid in flags if flags[uid] != told[0][1][uid]]
            if differ:
                raise AssertionError(f"session {session.number}: flags of {differ[:9]} differ: {[(flags[uid], told[0][1][uid]) for uid in differ[:3]]}")
        lost = [uid for uid in told[0][0] if not any("\\Recent" in session.flags[uid] for session in self.sessions) and uid not in self.sessions[0].shared.recent]
        if lost:
            raise AssertionError(f"{lost[:9]} were \\Recent for nobody")
        if self.random.random() < 0.3:  # one goes and comes back
            session = self.random.choice(self.sessions)
            session.imap.close()
            session.connect()
            session.settle()


class Checkpoints(Case):
    def test_all_are_told_the_same(self):
        "[r5] [rfc9051:7.5.1] [rfc3501:2.3.2] [rfc3501:7.2.6] [rfc3501:7.3.2]"
        seed = int(os.environ.get("SKYBRIDGE_MODEL_SEED") or random.SystemRandom().randrange(2**32))
        crowd = Crowd(self.box, 5, seed)
        self.addCleanup(crowd.close)
        try:
            for part in range(1, 9):
                crowd.round(lambda session, enough=part * 25: session.commands >= enough)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error


if __name__ == "__main__":
    import sys
    if len(sys.argv) > 1:
        parser = argparse.ArgumentParser(usage=__doc__)
        parser.add_argument("--seconds", type=int, default=60)
        parser.add_argument("--sessions", type=int, default=8)
        parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
        options = parser.parse_args()
        print("seed", options.seed, flush=True)
        box = f"t-checkpoints-{os.getpid()}"
        first = Client()
        entry = endpoints()["accounts"][0]
        first.ok(f'LOGIN "{entry["address"]}" "{entry["password"]}"')
        first.ok(f"CREATE {box}")
        crowd, end, rounds = Crowd(box, options.sessions, options.seed), time.monotonic() + options.seconds, 0
        while time.monotonic() < end:
            stop = time.monotonic() + 3
            crowd.round(lambda session: time.monotonic() > stop)
            rounds += 1
        print(sum(session.commands for session in crowd.sessions), "commands,", rounds, "checkpoints without a difference")
    else:
        unittest.main()
