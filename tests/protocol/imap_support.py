"""What the IMAP tests share: a client that sends lines and reads responses, and a mailbox of its own for every test."""
import json
import os
import re
import socket
import ssl
import unittest
import uuid


def endpoints():
    with open(os.environ["SKYBRIDGE_ENDPOINTS"]) as file:
        return json.load(file)


def trust():
    return ssl.create_default_context(cafile=endpoints()["ca"])


class Closed(Exception):
    pass


class Client:
    """One connection. says() sends a command and returns (untagged lines, tagged line); literals come inline, behind their {n}.

    Who sees \\Recent depends on who looked first: without recent=True neither it nor RECENT is heard."""

    def __init__(self, tls=True, greeting=True, recent=False):
        self.recent = recent
        where = endpoints()["imaps" if tls else "imap"]
        self.name = where["host"]
        self.socket = socket.create_connection((where["host"], where["port"]), 15)
        if tls:
            self.socket = trust().wrap_socket(self.socket, server_hostname=where["host"])
        self.buffer = b""
        self.counter = 0
        self.greeting = self.line() if greeting else None

    def secure(self):
        self.socket = trust().wrap_socket(self.socket, server_hostname=self.name)
        self.buffer = b""

    def close(self):
        self.socket.close()

    def send(self, octets):
        self.socket.sendall(octets if isinstance(octets, bytes) else octets.encode())

    def fill(self):
        try:
            more = self.socket.recv(65536)
        except (ConnectionError, ssl.SSLError) as error:
            raise Closed from error
        if not more:
            raise Closed
        self.buffer += more

    def exactly(self, count):
        while len(self.buffer) < count:
            self.fill()
        out, self.buffer = self.buffer[:count], self.buffer[count:]
        return out

    def line(self):
        """One response with its literals, without the last CRLF."""
        out = b""
        while True:
            while b"\r\n" not in self.buffer:
                self.fill()
            line, self.buffer = self.buffer.split(b"\r\n", 1)
            out += line
            if literal := re.search(rb"\{(\d+)\}$", line):
                out += b"\r\n" + self.exactly(int(literal[1]))
            elif self.recent:
                return out
            elif re.fullmatch(rb"\* \d+ RECENT", out):
                out = b""
            else:
                return re.sub(rb"([ (]FLAGS \([^)\r\n]*?) ?\\Recent\)", rb"\1)", out)

    def until(self, tag):
        untagged = []
        while True:
            line = self.line()
            if line.startswith(tag.encode() + b" "):
                return untagged, line[len(tag) + 1:]
            untagged.append(line)

    def says(self, command):
        self.counter += 1
        tag = f"t{self.counter}"
        self.send(tag.encode() + b" " + (command if isinstance(command, bytes) else command.encode()) + b"\r\n")
        return self.until(tag)

    def ok(self, command):
        untagged, tagged = self.says(command)
        if not tagged.startswith(b"OK"):
            raise AssertionError(f"{command!r} was answered {tagged!r}")
        return untagged, tagged

    def append(self, mailbox, message, arguments=""):
        """APPEND with a synchronizing literal; the tagged line."""
        self.counter += 1
        tag = f"t{self.counter}"
        self.send(f"{tag} APPEND {mailbox} {arguments}{{{len(message)}}}\r\n")
        first = self.line()
        if not first.startswith(b"+"):
            return first[len(tag) + 1:]
        self.send(message + b"\r\n")
        return self.until(tag)[1]

    def sends(self, *parts, waits=True):
        """A command of texts (str) and literals (bytes; Eight: literal8), which waits for each continuation or sends all at once."""
        self.counter += 1
        tag = f"t{self.counter}"
        self.send(f"{tag} ")
        for part in parts:
            if isinstance(part, str):
                self.send(part)
                continue
            self.send(f"{'~' if isinstance(part, Eight) else ''}{{{len(part)}{'' if waits else '+'}}}\r\n")
            if waits:
                untagged = []
                while not (line := self.line()).startswith(b"+"):
                    if line.startswith(tag.encode() + b" "):
                        return untagged, line[len(tag) + 1:]
                    untagged.append(line)
            self.send(bytes(part))
        self.send("\r\n")
        return self.until(tag)


class Eight(bytes):
    """The octets of a literal8."""


def message(subject="Hello", body="A line.\r\n", more=""):
    return (f"From: Ada <ada@example.test>\r\nTo: Grace <grace@example.test>\r\nSubject: {subject}\r\nDate: Mon, 2 Mar 2026 10:00:00 +0000\r\n"
            f"Message-ID: <{uuid.uuid4()}@example.test>\r\n{more}\r\n{body}").encode()


class Case(unittest.TestCase):
    """self.imap is signed in as the first account; self.box names a mailbox that is there for this test only."""

    def setUp(self):
        self.imap = self.sign_in()
        self.box = "t-" + uuid.uuid4().hex[:12]
        self.imap.ok(f"CREATE {self.box}")

    def tearDown(self):
        cleaner = self.sign_in()
        listed, _ = cleaner.ok(f'LIST "" "{self.box}*"')
        for line in reversed(listed):
            cleaner.says("DELETE " + line.split(b' "/" ', 1)[1].decode())

    def sign_in(self, account=0, **options):
        client = Client(**options)
        self.addCleanup(client.close)
        entry = endpoints()["accounts"][account]
        client.ok(f'LOGIN "{entry["address"]}" "{entry["password"]}"')
        return client

    def filled(self, count=3, client=None):
        """The test's mailbox with messages in it, selected."""
        client = client or self.imap
        for number in range(1, count + 1):
            self.assertTrue(client.append(self.box, message(f"Number {number}")).startswith(b"OK"))
        client.ok(f"SELECT {self.box}")
        return client

    def has(self, lines, pattern):
        self.assertTrue(any(re.search(pattern.encode(), line, re.S) for line in lines), f"{pattern!r} not in {lines!r}")

    def hasnt(self, lines, pattern):
        self.assertFalse(any(re.search(pattern.encode(), line, re.S) for line in lines), f"{pattern!r} in {lines!r}")
