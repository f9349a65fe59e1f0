"""What the tests of bad input share: raw connections from addresses of their own, the suite's processes and logs, and a bystander whose work must go on."""
import base64
import itertools
import os
import select
import socket
import ssl
import struct
import threading
import time
import unittest

import dav_support
import imap_support
import pop3_support
import smtp_support
import suite_support
from smtp_support import account, endpoints, trust
from suite_support import pid, seconds, skip_unless_local

PATIENT = 30  # seconds; a sanitizer build on a busy machine
addresses = itertools.count(2)


def where(door):
    if door != "dav":
        return endpoints()[door]
    url = dav_support.urllib.parse.urlsplit(endpoints()["dav"]["url"])
    return {"host": url.hostname, "port": url.port, "tls": "implicit"}


def plain_proof(who):
    return base64.b64encode(f"\0{who['address']}\0{who['password']}".encode()).decode()


class Wire:
    """One connection that says exactly what it is told to. hears() returns a line without CRLF, or None when the server has closed."""

    def __init__(self, door, source="127.0.0.1", tls=None):
        there = where(door)
        self.socket = socket.create_connection((there["host"], there["port"]), PATIENT, (source, 0))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.host, self.buffer = there["host"], b""
        if there["tls"] == "implicit" if tls is None else tls:
            self.secure()

    def secure(self):
        self.socket = trust().wrap_socket(self.socket, server_hostname=self.host)

    def sends(self, octets):
        self.socket.sendall(octets if isinstance(octets, bytes) else octets.encode("latin-1"))

    def hears(self):
        while b"\n" not in self.buffer:
            try:
                more = self.socket.recv(65536)
            except (ConnectionError, ssl.SSLError):
                return None
            if not more:
                return None
            self.buffer += more
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line.rstrip(b"\r").decode("latin-1")

    def asks(self, line):
        """The first line of the answer; of SMTP's, the last."""
        self.sends(line if isinstance(line, bytes) else line.encode("latin-1"))
        self.sends(b"\r\n")
        heard = self.hears()
        while heard is not None and heard[:3].isdigit() and heard[3:4] == "-":
            heard = self.hears()
        return heard

    def last_words(self):
        """All lines until the server closes."""
        return list(iter(self.hears, None))

    def floods(self, piece, octets):
        """Sends a piece again and again until that many octets have left or the server has had enough. True: all were taken."""
        self.socket.settimeout(PATIENT)
        try:
            for _ in range(octets // len(piece)):
                self.sends(piece)
        except (ConnectionError, ssl.SSLError):
            return False
        return True

    def gives_up_writing(self):
        socket.socket.shutdown(self.socket, socket.SHUT_WR)  # of TCP, also below TLS

    def resets(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def dribbles(self, octets, pause, seconds):
        """One octet after the other until the server speaks or closes; true when it did within the time."""
        end = time.monotonic() + seconds
        for octet in itertools.cycle(octets):
            if time.monotonic() > end:
                return False
            try:
                self.sends(bytes([octet]))
            except (ConnectionError, ssl.SSLError):
                return True
            if select.select([self.socket], [], [], pause)[0]:
                return True

    def close(self):
        self.socket.close()


class Log(suite_support.Log):
    def waits_for(self, event, seconds=5, **fields):
        """The first line of this event whose fields contain these texts."""
        end = time.monotonic() + seconds
        while True:
            lines = self.lines()
            for line in lines:
                if line["event"] == event and all(value in str(line.get(key)) for key, value in fields.items()):
                    return line
            if time.monotonic() > end:
                raise AssertionError(f"no {event} {fields} in {self.path}, only {lines[-5:]}")
            time.sleep(0.1)


def memory(service):
    """Resident octets."""
    with open(f"/proc/{pid(service)}/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmRSS"))


def files_open(service):
    return len(os.listdir(f"/proc/{pid(service)}/fd"))


class Bystander(threading.Thread):
    """Works all the time in a session that began before the attack; ends() fails when any step of it was disturbed."""

    def __init__(self, protocol):
        super().__init__(daemon=True)
        self.close = lambda: None
        self.work, self.failure, self.over = getattr(self, protocol)(), None, threading.Event()
        next(self.work)
        self.start()

    def run(self):
        try:
            while not self.over.wait(0.3):
                next(self.work)
        except Exception as error:  # told to the test
            self.failure = error

    def ends(self):
        self.over.set()
        self.join(PATIENT)
        if self.failure:
            raise AssertionError(f"a bystander was disturbed: {self.failure!r}") from self.failure
        if self.is_alive():
            raise AssertionError("a bystander waits")
        next(self.work)  # and still afterwards
        self.work.close()
        self.close()

    @staticmethod
    def expect(good, answer):
        if not good:
            raise AssertionError(answer)

    def smtp(self):
        with smtp_support.submitter(account(1)) as client:
            while True:
                for line in (f"MAIL FROM:<{account(1)['address']}>", f"RCPT TO:<{account(2)['address']}>", "RSET"):
                    answer = client.asks(line)
                    self.expect(answer.startswith("250"), answer)
                yield

    def imap(self):
        client = imap_support.Client()
        self.close = client.close
        client.ok(f'LOGIN "{account(1)["address"]}" "{account(1)["password"]}"')
        client.ok("SELECT INBOX")
        while True:
            client.ok("NOOP")
            client.ok("STATUS INBOX (MESSAGES)")
            yield

    def pop3(self):
        with pop3_support.signed_in(account(1)) as client:
            while True:
                for line in ("STAT", "NOOP"):
                    answer = client.asks(line)
                    self.expect(answer.startswith("+OK"), answer)
                yield

    def groupware(self):
        client = dav_support.Client(account=1)
        self.close = client.close
        while True:
            answer = client.propfind("/dav/", "<current-user-principal/>")
            self.expect(answer.status == 207, answer.status)
            yield


@skip_unless_local
class HostileTest(unittest.TestCase):
    """A test of one service from an address of its own, with a bystander, a look at the log, and a bound for memory and open files."""

    service = None
    growth = 96 << 20  # octets that a service may grow in a test; the sanitizer keeps what was freed for a while

    def setUp(self):
        self.source = f"127.66.{os.getpid() % 250}.{next(addresses)}"
        self.log = Log(self.service)
        self.open_wires = []
        self.memory, self.files = memory(self.service), files_open(self.service)
        self.process = pid(self.service)
        self.bystander = Bystander(self.service)

    def tearDown(self):
        for wire in self.open_wires:
            wire.close()
        self.bystander.ends()
        self.assertEqual(pid(self.service), self.process, "the service died")
        grown = memory(self.service) - self.memory
        self.assertLess(grown, self.growth)
        end = time.monotonic() + 10
        while files_open(self.service) > self.files + 8 and time.monotonic() < end:
            time.sleep(0.1)
        self.assertLessEqual(files_open(self.service), self.files + 8, "connections are left open")

    def patience(self, key, usual):
        """Seconds of a limit that a test waits for; tests/run makes them short."""
        limit = seconds(self.service, key, usual)
        if limit > 20:
            self.skipTest(f"{key} of this suite is too long to wait for")
        return limit

    def wire(self, door, **options):
        wire = Wire(door, **{"source": self.source, **options})
        self.open_wires.append(wire)
        return wire
