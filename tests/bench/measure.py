#!/usr/bin/env python3
"""Measures Postfix + Dovecot and Skybridge in turns and prints the table; started by tests/bench/run, which explains the options."""
import argparse
import json
import os
import pathlib
import random
import re
import statistics
import string
import subprocess
import sys
import time

from commands import commands, in_step, mixed
from idle import VARIANTS, idle
from imap import Session, count, fill
from machine import machine
from servers import Ours, Peer, run

SCENARIOS = [  # name, clients, sessions, share of --messages
    ("1 client, session kept", 1, "reused", 0.25),
    ("16 clients, sessions kept", 16, "reused", 1),
    ("64 clients, sessions kept", 64, "reused", 1),
    ("16 clients, a session for each message", 16, "fresh", 1),
]

PARTS = ["mail", "append", "fetch", "commands", "mixed", "resync", "search", "idle"]
LARGE = 20_000   # messages: a larger mailbox is filled with small ones


def say(text):
    print(f"==> {text}", file=sys.stderr, flush=True)


def corpus(path):
    """The messages of corpus.py: each behind its length and a line feed."""
    octets, at, out = path.read_bytes(), 0, []
    while at < len(octets):
        start = octets.index(b"\n", at) + 1
        at = start + int(octets[at:start])
        out.append(octets[start:at])
    return out


class Bench:
    def __init__(self, options):
        self.options = options
        self.var = pathlib.Path(options.var)
        self.tls = self.var / "tls"
        self.samples = {}   # (row, unit) -> {side: [value]}
        self.driver = []

    def note(self, row, unit, side, value):
        self.samples.setdefault((row, unit), {}).setdefault(side.name, []).append(value)

    def load(self, protocol, port, clients, messages, recipients, sessions="reused"):
        tag = "".join(random.choices(string.ascii_lowercase, k=8))
        done = subprocess.run([self.var / "smtp_load", protocol, "127.0.0.1", str(port), self.var / "corpus", str(clients), str(messages), tag, sessions,
                               *recipients], text=True, capture_output=True)
        if done.returncode:
            raise SystemExit(f"the load was refused: {done.stdout.strip()} {done.stderr.strip()}")
        return json.loads(done.stdout)

    def mail(self, side):
        for name, clients, sessions, share in SCENARIOS:
            messages = int(self.options.messages * share)
            before = count(side, self.tls)
            time.sleep(0.5)
            cpu = side.cpu.seconds()
            result = self.load("smtp", side.smtp, clients, messages, [side.address(i) for i in range(side.mailboxes - 1)], sessions)
            started = time.monotonic()
            side.settled()
            seconds = result["seconds"] + time.monotonic() - started
            time.sleep(0.5)
            side.upkeep()
            cpu = side.cpu.seconds() - cpu
            arrived = count(side, self.tls) - before
            if arrived != messages:
                raise SystemExit(f"{side.name}: {messages} messages were accepted and {arrived} arrived; no figures from such a run")
            self.note(f"{name}: accepted", "messages/s", side, messages / result["seconds"])
            self.note(f"{name}: durable in the mailbox", "messages/s", side, messages / seconds)
            self.note(f"{name}: server CPU", "ms/message", side, cpu * 1000 / messages)
            self.driver.append(result["cpu"] * 1000 / messages)
            say(f"{side.name}, {name}: {messages / result['seconds']:.0f}/s accepted, {messages / seconds:.0f}/s in the mailbox, {cpu * 1000 / messages:.2f} ms CPU")

    def fill(self, side):
        big = side.mailboxes - 1
        if self.options.big <= LARGE:
            side.fill(self.load, self.options.big, big)
            side.upkeep()
            used, mail = side.octets_on_disk(big)
            self.note("octets on disk, all but the full-text index", "per octet of mail", side, used / mail)
            return
        small = self.var / "corpus-small"
        if not small.exists():
            run(sys.executable, pathlib.Path(__file__).with_name("corpus.py"), small, 4000, 42, "--small")
        session = Session(side.imaps, self.tls, side.address(big), side.password(big))
        fill(session, corpus(small), self.options.big)
        session.end()
        side.upkeep()

    def fetch(self, side):
        big = side.mailboxes - 1
        side.restart_cold(big)
        for times, row in ((1, "cold"), (3, "warm")):
            for _ in range(times):
                session = Session(side.imaps, self.tls, side.address(big), side.password(big))
                session.ask("SELECT INBOX")
                cpu, own, started = side.cpu.seconds(), time.process_time(), time.monotonic()
                answer = session.ask("FETCH 1:* (ENVELOPE)")
                seconds, own = time.monotonic() - started, time.process_time() - own
                cpu = side.cpu.seconds() - cpu
                session.ask("LOGOUT")
                found = len(re.findall(rb"(?:^|\r\n)\* \d+ FETCH \(", answer))
                if found != self.options.big or answer.count(b"@bench.outside.example>") < found:
                    raise SystemExit(f"{side.name}: {found} envelopes of {self.options.big}")
                name = f"FETCH 1:* (ENVELOPE) of {self.options.big:,} messages, {row}"
                self.note(f"{name}: time", "ms", side, seconds * 1000)
                self.note(f"{name}: server CPU", "ms", side, cpu * 1000)
                say(f"{side.name}, {name}: {seconds * 1000:.0f} ms, {cpu * 1000:.0f} ms CPU (driver {own * 1000:.0f} ms)")

    def search(self, side):
        """Finding and ordering in the big mailbox, in one session, after a first search of its kind."""
        big = side.mailboxes - 1
        if hasattr(side, "indexed"):
            octets, index = side.indexed(max(300, self.options.big // 50))
            self.note("full-text index, octets on disk", "per octet of mail", side, index / octets)
        session = Session(side.imaps, self.tls, side.address(big), side.password(big))
        session.ask("SELECT INBOX")
        size = f"{self.options.big:,} messages"
        for row, command in ((f"SEARCH FROM in {size}", 'SEARCH FROM "writer 77 "'), (f"SEARCH SUBJECT in {size}", "SEARCH SUBJECT kovare"),
                             (f"SEARCH TEXT in {size}, few have it", 'SEARCH TEXT "writer.777@"'), (f"SEARCH BODY in {size}, none has it", "SEARCH BODY qzvxwj"),
                             (f"SORT (SUBJECT) of {size}", "SORT (SUBJECT) UTF-8 ALL"), (f"SORT (REVERSE DATE) of {size}", "SORT (REVERSE DATE) UTF-8 ALL"),
                             (f"THREAD REFERENCES of {size}", "THREAD REFERENCES UTF-8 ALL")):
            session.ask(command)
            for _ in range(3):
                cpu, started = side.cpu.seconds(), time.monotonic()
                session.ask(command)
                seconds = time.monotonic() - started
                self.note(f"{row}: time", "ms", side, seconds * 1000)
                self.note(f"{row}: server CPU", "ms", side, (side.cpu.seconds() - cpu) * 1000)
            say(f"{side.name}, {row}: {seconds * 1000:.1f} ms")
        session.ask("LOGOUT")

    def append(self, side):
        """The same messages into a mailbox one by one and in one command, from one client that waits for each continuation."""
        big = side.mailboxes - 1
        session = Session(side.imaps, self.tls, side.address(big), side.password(big))
        texts = corpus(self.var / "corpus")
        number = self.options.appends
        for row, at_once in ((f"APPEND of {number:,} messages, one by one", 1), (f"APPEND of {number:,} messages, one command", number)):
            tag = "".join(random.choices(string.ascii_lowercase, k=8))
            mailbox = f"append-{tag}"
            session.ask(f"CREATE {mailbox}")
            messages = [texts[i % len(texts)].replace(b"################", f"{tag}{i:08}".encode(), 1) for i in range(number)]
            cpu, own, started = side.cpu.seconds(), time.process_time(), time.monotonic()
            for at in range(0, number, at_once):
                session.append(mailbox, messages[at:at + at_once])
            seconds, own = time.monotonic() - started, time.process_time() - own
            side.upkeep()
            cpu = side.cpu.seconds() - cpu
            if (there := session.messages(mailbox)) != number:
                raise SystemExit(f"{side.name}: {number} messages were appended and {there} are there; no figures from such a run")
            session.ask(f"DELETE {mailbox}")
            self.note(f"{row}: time", "ms", side, seconds * 1000)
            self.note(f"{row}: server CPU", "ms/message", side, cpu * 1000 / number)
            say(f"{side.name}, {row}: {seconds * 1000:.0f} ms, {cpu * 1000 / number:.2f} ms CPU a message (driver {own * 1000:.0f} ms)")
        session.ask("LOGOUT")


def markdown(bench, head):
    def cell(values, unit):
        digits = 0 if unit == "messages/s" or statistics.median(values) >= 100 else 1 if unit == "ms" else 2
        text = f"{statistics.median(values):,.{digits}f}"
        return text if len(values) == 1 else f"{text} ({min(values):,.{digits}f}–{max(values):,.{digits}f})"

    lines = [f"{head}", "", "| | unit | Skybridge | Postfix + Dovecot | ours : theirs |", "|---|---|--:|--:|--:|"]
    for (row, unit), sides in bench.samples.items():
        ours, theirs = sides.get(Ours.name), sides.get(Peer.name)
        ratio = f"{statistics.median(ours) / statistics.median(theirs):.2f}" if ours and theirs and statistics.median(theirs) else "–"
        lines.append(f"| {row} | {unit} | {cell(ours, unit) if ours else '–'} | {cell(theirs, unit) if theirs else '–'} | {ratio} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("var")
    parser.add_argument("--output", choices=["table", "json"], default="table")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--big", type=int, default=10000)
    parser.add_argument("--appends", type=int, default=1000)
    parser.add_argument("--sessions", type=int, default=10000)
    parser.add_argument("--idle", choices=sorted(VARIANTS), action="append")
    parser.add_argument("--port-offset", type=int, default=30000)
    parser.add_argument("--side", choices=["both", "ours", "theirs"], default="both")
    parser.add_argument("--part", choices=PARTS, action="append")
    options = parser.parse_args()
    parts = options.part or PARTS
    bench = Bench(options)
    mailboxes = 101   # a hundred for the load and one for FETCH
    sides = []
    if options.side != "ours":
        sides.append(Peer(bench.var, mailboxes, bench.tls, options.port_offset))
    if options.side != "theirs":
        sides.append(Ours(bench.var, mailboxes, bench.tls, options.port_offset))
    load_before = os.getloadavg()[0]
    started = []
    try:
        for side in sides:
            say(f"Starting {side.name}")
            side.configure()
            started.append(side)
            side.start()
        ours = [side for side in sides if side.name == Ours.name]
        if {"mail", "idle", "append", "mixed"} & set(parts):
            for side in sides:   # everyone has had mail once before anything counts
                bench.load("smtp", side.smtp, 8, 300, [side.address(i) for i in range(mailboxes - 1)])
                side.settled()
                side.has_lived()
        if "mail" in parts:
            for turn in range(options.runs):
                for side in sides if turn % 2 == 0 else reversed(sides):
                    bench.mail(side)
        if "append" in parts:
            for turn in range(options.runs):
                for side in sides if turn % 2 == 0 else reversed(sides):
                    bench.append(side)
        if "idle" in parts:
            for side in sides:
                idle(bench, side, say)
        if {"fetch", "commands", "resync", "search"} & set(parts):
            for side in sides:
                say(f"{side.name}: filling a mailbox with {options.big:,} messages")
                bench.fill(side)
                side.has_lived()
        if "commands" in parts:
            for turn in range(options.runs):
                for side in sides if turn % 2 == 0 else reversed(sides):
                    commands(bench, side, say)
        if "mixed" in parts:
            for turn in range(options.runs):
                for side in sides if turn % 2 == 0 else reversed(sides):
                    mixed(bench, side, say)
        if "resync" in parts and "commands" not in parts:   # commands has it in it
            for turn in range(options.runs):
                for side in sides if turn % 2 == 0 else reversed(sides):
                    in_step(bench, side, say)
        if "search" in parts:
            for side in sides:
                bench.search(side)
        if "fetch" in parts:
            for _ in range(options.runs):
                for side in sides:
                    bench.fetch(side)
        if "idle" in parts and options.side != "ours":   # Dovecot can put idle sessions to sleep; that is not its default
            peer = sides[0]
            peer.stop()
            peer.hibernate = True
            peer.configure()
            peer.start()
            bench.load("smtp", peer.smtp, 8, 300, [peer.address(i) for i in range(mailboxes - 1)])
            peer.settled()
            idle(bench, peer, say)
        head = (f"{machine(bench.var)}. {'; '.join(side.versions() for side in reversed(sides))}. Medians of {options.runs} runs in turns (least–most); mail of 1 to 60 KB, "
                f"one recipient, {mailboxes - 1} mailboxes; every message counted by IMAP on both sides. CPU of all server processes; the driver's own: "
                f"{statistics.median(bench.driver or [0]):.2f} ms a message. Load average before and after: {load_before:.1f}, {os.getloadavg()[0]:.1f}.")
        text = json.dumps({"machine": head, "rows": [{"row": row, "unit": unit, "samples": sides} for (row, unit), sides in bench.samples.items()],
                           "driver_cpu_ms": bench.driver}, indent=1)
        (bench.var / "last.json").write_text(text + "\n")
        (bench.var / "last.md").write_text(markdown(bench, head) + "\n")
        print(text if options.output == "json" else markdown(bench, head))
    finally:
        for side in started:
            side.stop()
            side.cpu.end()


main()
