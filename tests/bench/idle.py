"""Sessions that idle: what one costs in memory, what they all cost in CPU, and what it costs to sign in."""
import subprocess
import time

from servers import memory_kib

FEW = 200       # held at the first look
ROUNDS = 10     # so often they come and go before it: what is made once for a process, a mailbox or an account is no session's
VARIANTS = {  # of --idle: how clients come, in how many mailboxes they sit
    "plain": ("plain", 100), "tls": ("tls", 100), "plain-one": ("plain", 1), "tls-one": ("tls", 1),
}
SETTLE = 40     # seconds: presence is renewed each 30, hibernation begins after 1
WATCHED = 120   # seconds of idling whose CPU is counted: one sign of life for each session


def kernel_kib():
    """Memory of TCP sockets' buffers, and of the kernel's objects: both ends of every connection are on this machine."""
    with open("/proc/net/sockstat") as file:
        pages = next(int(line.split()[-1]) for line in file if line.startswith("TCP:"))
    with open("/proc/meminfo") as file:
        return pages * 4, next(int(line.split()[1]) for line in file if line.startswith("Slab:"))


class Holder:
    """idle_hold, which says when as many sessions idle as it was told."""

    def __init__(self, bench, side, kind, accounts):
        port = side.imaps if kind == "tls" else side.imap
        self.process = subprocess.Popen([bench.var / "idle_hold", side.plain if kind == "plain" else kind, str(port), str(accounts), side.password(0)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def hold(self, number):
        self.process.stdin.write(f"{number}\n")
        self.process.stdin.flush()
        if self.process.stdout.readline().strip() != str(number):
            raise SystemExit("idle_hold did not bring its sessions up")

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def idle(bench, side, say):
    number = side.idle_sessions(bench.options.sessions)
    for variant in bench.options.idle or VARIANTS:
        kind, accounts = VARIANTS[variant]
        where = f"in {accounts} mailboxes" if accounts > 1 else "in one mailbox"
        # New processes, so that what earlier sessions left behind in them does not hide what these take.
        side.restart_cold(side.mailboxes - 1)
        few = min(FEW, number // 2)
        for _ in range(ROUNDS):
            holder = Holder(bench, side, kind, accounts)
            holder.hold(few)
            holder.end()
        holder = Holder(bench, side, kind, accounts)
        holder.hold(few)
        cpu, started = side.cpu.seconds(), time.monotonic()
        time.sleep(SETTLE)
        base = (side.cpu.seconds() - cpu) * 60 / (time.monotonic() - started)
        before, buffers, slab = memory_kib(side.root_pids()), *kernel_kib()
        cpu, started = side.cpu.seconds(), time.monotonic()
        holder.hold(number)
        signing, took = side.cpu.seconds() - cpu, time.monotonic() - started
        time.sleep(SETTLE)
        after, buffers_after, slab_after = memory_kib(side.root_pids()), *kernel_kib()
        cpu, started = side.cpu.seconds(), time.monotonic()
        time.sleep(WATCHED)
        cpu = (side.cpu.seconds() - cpu) * 60 / (time.monotonic() - started)
        holder.end()
        more = number - few
        row = f"idle IMAP session, {'under TLS' if kind == 'tls' else 'plain'}, {where}{side.kept}"
        bench.note(f"{row}: memory of all processes", "KiB (PSS) each", side, (after - before) / more)
        bench.note(f"{row}: sockets and other objects of the kernel, both ends", "KiB each", side,
                   (buffers_after - buffers + slab_after - slab) / more)
        bench.note(f"{row}: server CPU of {number:,}", "ms/minute", side, cpu * 1000)
        bench.note(f"{row}: server CPU of {few}", "ms/minute", side, base * 1000)
        bench.note(f"{row}: server CPU of connecting, LOGIN, SELECT, IDLE", "ms each", side, signing * 1000 / more)
        say(f"{side.name}, {row}: {(after - before) / more:.2f} KiB each ({number:,} held), {after / 1024:.0f} MiB in all, CPU {cpu * 1000:.0f} ms a minute ({base * 1000:.0f} with {few}), "
            f"coming in {signing * 1000 / more:.2f} ms CPU and {more / took:.0f} a second")
        time.sleep(5)
