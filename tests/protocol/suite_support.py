"""What an operator's hands can do to a suite that deploy/local runs: freeze a program, keep one down, read its log.

Tests that use this are skipped against a suite that runs elsewhere (skip_unless_local)."""
import contextlib
import json
import os
import poplib
import re
import signal
import subprocess
import time
import unittest


def place(*parts):
    return os.path.join(os.path.dirname(os.path.realpath(os.environ["SKYBRIDGE_ENDPOINTS"])), *parts)


def skyctl(*arguments, words=None):
    """What the operator's command line prints; `words` go to its standard input."""
    environment = dict(os.environ)
    with open(place("skyctl.env")) as file:
        environment.update(line.strip().removeprefix("export ").split("=", 1) for line in file)
    done = subprocess.run([place("bin", "skyctl"), *arguments], env=environment, input=words, text=True, capture_output=True, timeout=30)
    if done.returncode:
        raise AssertionError(done.stderr or done.stdout)
    return done.stdout


def skip_unless_local(test):
    return unittest.skipUnless(os.access(place("programs.json"), os.R_OK), "the suite was not started by deploy/local here")(test)


def seconds(service, key, default):
    """The value of a duration of this suite; tests/run makes limits short that would make tests long."""
    with open(place("programs.json")) as file:
        programs = {program["name"]: program.get("env", {}) for program in json.load(file)}
    text = programs[service].get(f"SKYBRIDGE_{service.upper()}_{key}")
    return float(re.fullmatch(r"(\d+)s", text)[1]) if text else default


def pid(program):
    """Waits for a program that the supervisor lets rest a moment because it died young."""
    def read():
        with open(place("run", program + ".pid")) as file:
            return int(file.read())

    return eventually(read)


def family(parent):
    """A process and its children; PostgreSQL's backends are that."""
    out = [parent]
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError), open(f"/proc/{name}/stat") as file:
                if int(file.read().rsplit(")", 1)[1].split()[1]) == parent:
                    out.append(int(name))
    return out


def tell(processes, number):
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, number)


@contextlib.contextmanager
def frozen(program):
    """It keeps its connections and answers nothing."""
    parent = pid(program)
    tell([parent], signal.SIGSTOP)  # first, so that it has no more children
    everyone = family(parent)
    tell(everyone, signal.SIGSTOP)
    try:
        yield
    finally:
        tell(reversed(everyone), signal.SIGCONT)


@contextlib.contextmanager
def down(program):
    """It died at once and stays away: connections end, new ones are refused. The supervisor starts it again afterwards."""
    supervisor, parent = pid("supervise"), pid(program)
    tell([supervisor], signal.SIGSTOP)
    try:
        # SIGQUIT is PostgreSQL's immediate shutdown: as a crash, but without orphans that would keep the next one out.
        tell([parent], signal.SIGQUIT if program == "postgres" else signal.SIGKILL)
        while ended_not(parent):
            time.sleep(0.02)
        yield
    finally:
        tell([supervisor], signal.SIGCONT)


def ended_not(process):
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def eventually(attempt, limit=20):
    """The first true answer of attempt(), which may fail until then."""
    end = time.monotonic() + limit
    why = None
    while True:
        try:
            if answer := attempt():
                return answer
        except (OSError, AssertionError, EOFError, poplib.error_proto) as error:
            why = error
        if time.monotonic() > end:
            raise AssertionError(f"not within {limit} s") from why
        time.sleep(0.1)


class Log:
    """What a service says from now on."""

    def __init__(self, service):
        self.path = place("log", service + ".log")
        self.start = os.path.getsize(self.path)

    def lines(self):
        with open(self.path) as file:
            file.seek(self.start)
            return [json.loads(line) for line in file if line.startswith("{")]

    def reasons(self):
        """All reasons, as one text."""
        return "\n".join(str(line.get("reason", "")) for line in self.lines() if line.get("reason"))
