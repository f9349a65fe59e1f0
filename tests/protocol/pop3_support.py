"""What the POP3 tests share: a client that sends octets and reads answers, and a way to fill an inbox."""
import base64
import json
import os
import socket
import ssl
import time

from smtp_support import Closed, account, endpoints, mail, mark, trust
import smtp_support


class Client:
    """One connection. asks() returns the first line of the answer, asks_long() the lines up to the final dot, dots removed."""

    def __init__(self, door="pop3s"):
        where = endpoints()[door]
        self.name = where["host"]
        self.socket = socket.create_connection((where["host"], where["port"]), 20)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if where["tls"] == "implicit":
            self.socket = trust().wrap_socket(self.socket, server_hostname=self.name)
        self.buffer = b""
        self.greeting = self.line()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def sends(self, octets):
        self.socket.sendall(octets if isinstance(octets, bytes) else octets.encode())

    def octets(self):
        while b"\r\n" not in self.buffer:
            try:
                more = self.socket.recv(65536)
            except (ConnectionError, ssl.SSLError) as error:
                raise Closed from error
            if not more:
                raise Closed
            self.buffer += more
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line

    def line(self):
        return self.octets().decode("ascii")

    def asks(self, line):
        self.sends((line if isinstance(line, bytes) else line.encode()) + b"\r\n")
        return self.line()

    def rest(self):
        lines = []
        while (line := self.octets()) != b".":
            lines.append(line[1:] if line.startswith(b".") else line)
        return lines

    def asks_long(self, line):
        first = self.asks(line)
        if not first.startswith("+OK"):
            raise AssertionError(first)
        return self.rest()

    def secure(self):
        self.socket = trust().wrap_socket(self.socket, server_hostname=self.name)
        self.buffer = b""

    def signs_in(self, who):
        self.asks("USER " + who["address"])
        return self.asks("PASS " + who["password"])

    def ended(self):
        try:
            while True:
                self.octets()
        except Closed:
            return True
        except TimeoutError:
            return False


def signed_in(who):
    client = Client()
    answer = client.signs_in(who)
    if not answer.startswith("+OK"):
        raise AssertionError(answer)
    return client


def plain(who):
    return base64.b64encode(f"\0{who['address']}\0{who['password']}".encode()).decode()


def deliver(who, octets):
    with smtp_support.Client() as client:
        client.greets()
        reply = mail(client, "bob@elsewhere.invalid", [who["address"]], octets)
        if not reply.startswith("250"):
            raise AssertionError(reply)
        client.asks("QUIT")


def number_of(client, marker):
    """The number of the newest message with this mark in its header."""
    count = int(client.asks("STAT").split()[1])
    for number in range(count, 0, -1):
        if any(marker.encode() in line for line in client.asks_long(f"TOP {number} 0")):
            return number
    return None


def waits_for(who, marker, seconds=10):
    """A session in which the message is there, and its number."""
    deadline = time.monotonic() + seconds
    while True:
        client = signed_in(who)
        number = number_of(client, marker)
        if number or time.monotonic() > deadline:
            return client, number
        client.asks("QUIT")
        time.sleep(0.2)
