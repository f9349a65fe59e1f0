"""IMAP command by command in the big mailbox: opening, reading, changing, getting in step again, and many clients at once."""
import json
import random
import re
import subprocess
import time

from imap import Session


class Meter:
    """Times steps of one session; the CPU of all server processes is read before and after a run of steps. What a step wrote is checkpointed."""

    def __init__(self, bench, side):
        self.bench, self.side = bench, side

    def measure(self, row, step, times, writes=True):
        """step() `times` times: the medians are made of the single times, CPU is the mean of them all."""
        cpu = self.side.cpu.seconds()
        for number in range(times):
            started = time.monotonic()
            step(number)
            self.bench.note(f"{row}: time", "ms", self.side, (time.monotonic() - started) * 1000)
        if writes:
            self.side.upkeep()
        cpu = self.side.cpu.seconds() - cpu
        self.bench.note(f"{row}: server CPU", "ms", self.side, cpu * 1000 / times)

    def session(self):
        i = self.side.mailboxes - 1
        return Session(self.side.imaps, self.bench.tls, self.side.address(i), self.side.password(i))


def opened(meter, size):
    """The rows of signing in and opening; the session that has INBOX open."""
    sessions = []
    # The first one proves the password (argon2id with us, a comparison with the peer's {PLAIN}); auth remembers that for five minutes.
    meter.measure("LOGIN, first in five minutes", lambda _: sessions.append(meter.session()), 1, writes=False)
    meter.measure("LOGIN", lambda _: sessions.append(meter.session()), 20, writes=False)
    times = 5
    meter.measure(f"SELECT of {size}, first of a session", lambda n: sessions[n].ask("SELECT INBOX"), times, writes=False)
    session = sessions[0]
    meter.measure(f"SELECT of {size}, again", lambda _: session.ask("SELECT INBOX"), 20, writes=False)
    meter.measure("NOOP", lambda _: session.ask("NOOP"), 200, writes=False)
    for other in sessions[1:]:
        other.end()
    return session


def commands(bench, side, say):
    """One turn of every row. What a row changes is put back, so that turns are alike."""
    meter = Meter(bench, side)
    big = bench.options.big
    size = f"{big:,} messages"
    thousand = min(1000, big)

    session = opened(meter, size)
    meter.measure(f"FETCH 1:* (FLAGS UID) of {size}", lambda _: session.ask("FETCH 1:* (FLAGS UID)"), 3, writes=False)
    meter.measure(f"FETCH 1:* (ENVELOPE BODYSTRUCTURE) of {size}, warm", lambda _: session.ask("FETCH 1:* (ENVELOPE BODYSTRUCTURE)"), 3, writes=False)
    meter.measure("FETCH of 200 bodies in one command", lambda _: session.ask("FETCH 1:200 (BODY.PEEK[])"), 5, writes=False)
    meter.measure("FETCH of 200 bodies one by one", lambda _: [session.ask(f"FETCH {i} (BODY.PEEK[])") for i in range(1, 201)], 5, writes=False)
    say(f"{side.name}: opened and read")

    middle = big // 2
    span = f"{middle}:{middle + thousand - 1}"
    meter.measure("STORE FLAGS on 1,000", lambda n: session.ask(f"STORE {span} {'-+'[n % 2 == 0]}FLAGS.SILENT (\\Flagged)"), 4)
    meter.measure("STORE FLAGS one by one", lambda n: session.ask(f"STORE {middle + n // 2} {'-+'[n % 2 == 0]}FLAGS.SILENT (\\Answered)"), 200)
    session.ask("CREATE Bench")
    meter.measure("COPY of 1,000", lambda _: session.ask(f"COPY {span} Bench"), 3)
    session.ask("SELECT Bench")
    session.ask("CREATE Bench2")

    def move(number):
        session.ask(f"MOVE 1:{thousand} Bench2")
    meter.measure("MOVE of 1,000", move, 3)
    session.ask("SELECT Bench2")
    session.ask("STORE 1:* +FLAGS.SILENT (\\Deleted)")
    meter.measure("EXPUNGE of 3,000", lambda _: session.ask("EXPUNGE"), 1)
    session.ask("SELECT INBOX")
    session.ask("DELETE Bench")
    session.ask("DELETE Bench2")
    say(f"{side.name}: changed")

    session.end()
    resync(meter)
    say(f"{side.name}: in step again")


def in_step(bench, side, say):
    """What must not grow with the mailbox: opening it, and getting in step again."""
    meter = Meter(bench, side)
    opened(meter, f"{bench.options.big:,} messages").end()
    resync(meter)
    say(f"{side.name}: opened and in step again")


def resync(meter):
    """In step again after 100 changes, for a client that was in step before them."""
    side, big = meter.side, meter.bench.options.big
    size = f"{big:,} messages"
    session = meter.session()
    answer = session.ask("SELECT INBOX (CONDSTORE)")
    modseq = re.search(rb"HIGHESTMODSEQ (\d+)", answer)[1].decode()
    validity = re.search(rb"UIDVALIDITY (\d+)", answer)[1].decode()
    changed = random.Random(7).sample(range(1, big + 1), min(100, big))
    for number in changed:
        session.ask(f"STORE {number} +FLAGS.SILENT (Bench)")
    resync = meter.session()
    resync.ask("ENABLE QRESYNC")
    resync.ask("SELECT INBOX")

    def changes(_):
        found = len(re.findall(rb"\* \d+ FETCH ", resync.ask(f"FETCH 1:* (FLAGS) (CHANGEDSINCE {modseq})")))
        if found != len(changed):
            raise SystemExit(f"{side.name}: {found} changes of {len(changed)}")
    meter.measure(f"CHANGEDSINCE after 100 changes in {size}", changes, 10, writes=False)

    def step_in(_):
        answer = resync.ask(f"SELECT INBOX (QRESYNC ({validity} {modseq}))")
        found = len(re.findall(rb"\* \d+ FETCH ", answer))
        if found != len(changed):
            raise SystemExit(f"{side.name}: {found} changes of {len(changed)}")
    meter.measure(f"SELECT with QRESYNC after 100 changes in {size}", step_in, 10, writes=False)
    for number in changed:
        session.ask(f"STORE {number} -FLAGS.SILENT (Bench)")
    for one in (session, resync):
        one.end()


def mixed(bench, side, say, clients=50, seconds=10):
    """mixed_load: clients that sign in, work in their own mailbox like people's programs do, and sign out; commands a second and CPU a command."""
    load = subprocess.Popen([bench.var / "mixed_load", str(side.imaps), str(clients), str(side.mailboxes - 1), str(seconds), side.password(0)],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    load.stdout.readline()   # all have been there once
    side.upkeep()
    cpu = side.cpu.seconds()
    told = load.communicate("\n")[0]
    if load.returncode:
        raise SystemExit(f"{side.name}: the mixed load failed")
    result = json.loads(told)
    side.upkeep()
    cpu = side.cpu.seconds() - cpu
    done = result["commands"]
    bench.note(f"mixed load of {clients} clients", "commands/s", side, done / result["seconds"])
    bench.note(f"mixed load of {clients} clients: server CPU", "ms/command", side, cpu * 1000 / done)
    bench.note(f"mixed load of {clients} clients: CPU of the driver", "ms/command", side, result["cpu"] * 1000 / done)
    say(f"{side.name}, mixed load: {done / result['seconds']:.0f} commands/s in {result['sessions']} sessions, {cpu * 1000 / done:.2f} ms CPU a command "
        f"(driver {result['cpu'] * 1000 / done:.2f} ms)")
