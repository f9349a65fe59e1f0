"""A small IMAP client over TLS: enough to count, to fetch, to append and to sit idle."""
import re
import socket
import ssl


class Session:
    def __init__(self, port, certificates, address, password):
        raw = socket.create_connection(("127.0.0.1", port), 60)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = ssl.create_default_context(cafile=f"{certificates}/ca.pem").wrap_socket(raw, server_hostname="localhost")
        self.socket.recv(4096)
        self.ask(f'LOGIN {address} "{password}"')

    def ask(self, command):
        """The whole answer up to the tagged line, which must be OK."""
        self.socket.sendall(f"a {command}\r\n".encode())
        parts, tail = [], b""
        while True:
            got = self.socket.recv(1 << 18)
            if not got:
                raise SystemExit(f"IMAP: the connection ended after {command.split()[0]}")
            parts.append(got)
            tail = (tail + got)[-8192:]   # a tagged line with all capabilities is long
            if tail.endswith(b"\r\n") and (last := re.search(rb"(?:^|\r\n)a (OK|NO|BAD)[^\r\n]*\r\n$", tail)):
                if last[1] != b"OK":
                    raise SystemExit(f"IMAP: {command.split()[0]}: {last[0].decode().strip()}")
                return b"".join(parts)

    def messages(self, mailbox="INBOX"):
        return int(re.search(rb"MESSAGES (\d+)", self.ask(f"STATUS {mailbox} (MESSAGES)"))[1])

    def append(self, mailbox, messages):
        """One APPEND of these messages (MULTIAPPEND of several), each after the server has asked for it."""
        text = f"a APPEND {mailbox}"
        for message in messages:
            self.socket.sendall(f"{text} {{{len(message)}}}\r\n".encode())
            answer = self.line()   # "+ OK" may come in two pieces
            if not answer.startswith(b"+"):
                raise SystemExit(f"IMAP: APPEND: {answer.decode().strip()}")
            self.socket.sendall(message)
            text = ""
        self.socket.sendall(b"\r\n")
        if b"a OK" not in (answer := self.line()):
            raise SystemExit(f"IMAP: APPEND: {answer.decode().strip()}")

    def line(self):
        """What has come up to the end of a line."""
        answer = b""
        while not answer.endswith(b"\r\n"):
            got = self.socket.recv(1 << 16)
            if not got:
                raise SystemExit("IMAP: the connection ended in APPEND")
            answer += got
        return answer

    def append_small(self, mailbox, messages):
        """One MULTIAPPEND of messages of at most 4,096 octets, without waiting in between (LITERAL-, LITERAL+)."""
        text = b"".join(b" {%d+}\r\n%s" % (len(message), message) for message in messages)
        self.socket.sendall(b"a APPEND %s%s\r\n" % (mailbox.encode(), text))
        if b"a OK" not in (answer := self.line()):
            raise SystemExit(f"IMAP: APPEND: {answer.decode().strip()}")

    def idle(self):
        self.socket.sendall(b"a IDLE\r\n")
        while b"+ " not in self.socket.recv(4096):
            pass

    def end(self):
        self.socket.close()


def fill(session, texts, number, written=100_000, at_once=500):
    """INBOX gets this many small messages: up to `written` are written, the others are copies of them."""
    there = min(number, written)
    for at in range(0, there, at_once):
        session.append_small("INBOX", [texts[i % len(texts)].replace(b"################", b"fill%012d" % i, 1) for i in range(at, min(at + at_once, there))])
    session.ask("SELECT INBOX")
    while there < number:
        more = min(written, number - there)
        session.ask(f"UID COPY 1:{more} INBOX")
        there += more
    session.ask("CLOSE")
    if (found := session.messages()) != number:
        raise SystemExit(f"IMAP: {found} messages instead of {number}")


def count(side, certificates):
    """Messages in all mailboxes of the load."""
    total = 0
    for i in range(side.mailboxes - 1):   # the last is the big one
        session = Session(side.imaps, certificates, side.address(i), side.password(i))
        total += session.messages()
        session.end()
    return total
