"""What the SMTP tests share: a client that sends octets and reads whole replies, and a look into an inbox by POP3."""
import base64
import json
import os
import poplib
import socket
import ssl
import time
import uuid


def endpoints():
    with open(os.environ["SKYBRIDGE_ENDPOINTS"]) as file:
        return json.load(file)


def trust():
    return ssl.create_default_context(cafile=endpoints()["ca"])


def account(number=0):
    return endpoints()["accounts"][number]


def domain():
    return account()["address"].split("@")[1]


class Closed(Exception):
    pass


class Client:
    """One connection. asks() sends a line and returns the reply as text, its lines joined by LF."""

    def __init__(self, door="smtp", greeting=True):
        where = endpoints()[door]
        self.name = where["host"]
        self.socket = socket.create_connection((where["host"], where["port"]), 20)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if where["tls"] == "implicit":
            self.socket = trust().wrap_socket(self.socket, server_hostname=self.name)
        self.buffer = b""
        self.greeting = self.hears() if greeting else None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def sends(self, octets):
        self.socket.sendall(octets if isinstance(octets, bytes) else octets.encode("latin-1"))

    def line(self):
        while b"\r\n" not in self.buffer:
            try:
                more = self.socket.recv(65536)
            except (ConnectionError, ssl.SSLError) as error:
                raise Closed from error
            if not more:
                raise Closed
            self.buffer += more
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line.decode("ascii")

    def hears(self):
        lines = []
        while True:
            lines.append(self.line())
            if lines[-1][3:4] != "-":
                return "\n".join(lines)

    def asks(self, line):
        self.sends((line if isinstance(line, bytes) else line.encode("latin-1")) + b"\r\n")
        return self.hears()

    def secure(self):
        self.socket = trust().wrap_socket(self.socket, server_hostname=self.name)
        self.buffer = b""

    def starttls(self):
        reply = self.asks("STARTTLS")
        if not reply.startswith("220"):
            raise AssertionError(reply)
        self.secure()

    def greets(self):
        return self.asks("EHLO client.test")

    def signs_in(self, who):
        plain = base64.b64encode(f"\0{who['address']}\0{who['password']}".encode()).decode()
        return self.asks("AUTH PLAIN " + plain)

    def ended(self):
        """True once the server has closed; what it still says is dropped."""
        try:
            while True:
                self.line()
        except Closed:
            return True
        except TimeoutError:
            return False


def submitter(who):
    client = Client("submissions")
    client.greets()
    reply = client.signs_in(who)
    if not reply.startswith("235"):
        client.socket.close()
        raise AssertionError(reply)
    return client


def mail(client, sender, recipients, message):
    """The reply to the message; every step before it must be accepted."""
    for line in [f"MAIL FROM:<{sender}>"] + [f"RCPT TO:<{recipient}>" for recipient in recipients]:
        reply = client.asks(line)
        if not reply.startswith("250"):
            raise AssertionError(f"{line}: {reply}")
    reply = client.asks("DATA")
    if not reply.startswith("354"):
        raise AssertionError(reply)
    client.sends(message)
    return client.asks(".")


def mark():
    return "test-" + uuid.uuid4().hex


class Inbox:
    """All messages of an account that contain a mark, as octets."""

    def __init__(self, who):
        self.who = who

    def messages(self, marker):
        where = endpoints()["pop3s"]
        pop = poplib.POP3_SSL(where["host"], where["port"], context=trust(), timeout=20)
        pop.user(self.who["address"])
        pop.pass_(self.who["password"])
        try:
            count = len(pop.list()[1])
            found = []
            for number in range(count, max(0, count - 40), -1):
                octets = b"".join(line + b"\r\n" for line in pop.retr(number)[1])
                if marker.encode() in octets:
                    found.append(octets)
            return found
        finally:
            pop.quit()

    def waits_for(self, marker, seconds=10):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = self.messages(marker)
            if found:
                return found
            time.sleep(0.2)
        return []
