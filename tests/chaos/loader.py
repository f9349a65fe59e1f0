"""Clients that send for as long as they are told to, and come back with what they got no answer for, as a mail server does."""
import base64
import email.utils
import hashlib
import http.client
import imaplib
import random
import smtplib
import ssl
import threading
import time
import urllib.parse
import uuid

from checker import Sent

PATIENCE = 40          # seconds for one answer
PAUSE = (0.1, 0.6)     # before trying again


def message_text(message, rng):
    """CRLF octets. The id comes first: all from there on must arrive unchanged."""
    size = rng.choice([300, 2_000, 8_000, 30_000]) if rng.random() < 0.97 else 400_000  # past a quarter MiB it takes another way
    noise = base64.encodebytes(rng.randbytes(size * 3 // 4)).replace(b"\n", b"\r\n")
    head = (f"X-Chaos-Id: {message.id}\r\nFrom: <{message.sender or 'nobody@outside.example'}>\r\nTo: list:;\r\nSubject: chaos {message.id}\r\n"
            f"Date: {email.utils.formatdate()}\r\nMessage-ID: <{message.id}@chaos.example>\r\nMIME-Version: 1.0\r\n"
            "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n")
    return head.encode() + noise


class Loader(threading.Thread):
    """Sends one message after another until `until`; retries the last ones until `give_up`."""

    def __init__(self, house, number):
        super().__init__(daemon=True)
        self.house, self.number = house, number
        self.random = random.Random(house.seed * 1000 + number)
        self.client = None

    def run(self):
        while time.monotonic() < self.house.until:
            message, work = self.next()
            self.house.journal.begin(message)
            while message.outcome == "unknown" and time.monotonic() < self.house.give_up:
                try:
                    outcome, words = self.attempt(message, work)
                except (OSError, smtplib.SMTPException, imaplib.IMAP4.error, http.client.HTTPException) as error:
                    outcome, words = None, repr(error)
                if outcome:
                    self.house.journal.end(message, outcome, words)
                    break
                self.drop()
                time.sleep(self.random.uniform(*PAUSE))
                if not self.again(message):
                    self.house.journal.end(message, "unknown", words)
                    break
        self.drop()

    def again(self, message):
        return True

    def drop(self):
        client, self.client = self.client, None
        try:
            if client:
                self.close(client)
        except Exception:  # it was killed; nothing is left to close
            pass


class Mail(Loader):
    """From outside by the MX port, or from a mailbox by submission (odd numbers)."""

    def next(self):
        house, rng = self.house, self.random
        self.account = rng.choice(house.accounts) if self.number % 2 else None
        here = rng.sample([account["address"] for account in house.accounts], rng.choice([1, 1, 2, 4]))
        message = Sent(uuid.uuid4().hex, "mail", self.account["address"] if self.account else "sender@outside.example", recipients=here)
        if self.account and rng.random() < 0.25:
            message.remote = [f"eve{rng.randrange(50)}@elsewhere.example"]
        if self.account and rng.random() < 0.05:
            message.doomed = ["gone@elsewhere.example"]
        text = message_text(message, rng)
        message.digest = hashlib.sha256(text).hexdigest()
        self.drop() if self.account else None  # another user, another connection
        return message, text

    def connect(self):
        if not self.account:
            where = self.house.endpoints["smtp"]
            client = smtplib.SMTP(where["host"], where["port"], "loader.outside.example", PATIENCE)
            client.ehlo()
            return client
        where = self.house.endpoints["submissions"]
        client = smtplib.SMTP_SSL(where["host"], where["port"], "loader.example.test", timeout=PATIENCE, context=self.house.tls)
        client.login(self.account["address"], self.account["password"])
        return client

    def attempt(self, message, text):
        self.client = self.client or self.connect()
        steps = [lambda: self.client.mail(message.sender)]
        steps += [lambda to=to: self.client.rcpt(to) for to in message.recipients + message.remote + message.doomed]
        steps.append(lambda: self.client.data(text))
        for step in steps:
            try:
                code, words = step()
            except smtplib.SMTPDataError as error:
                code, words = error.smtp_code, error.smtp_error
            if code >= 500:
                self.client.rset()
                return "refused", f"{code} {words!r}"
            if code >= 400:
                return None, f"{code} {words!r}"
        return "acked", words.decode()

    def close(self, client):
        client.close()


class Append(Loader):
    """IMAP APPEND. It has no ingest id that a client could repeat: what got no answer is not tried again."""

    def next(self):
        self.account = self.account_of()
        message = Sent(uuid.uuid4().hex, "append", self.account["address"], recipients=[self.account["address"]])
        text = message_text(message, self.random)
        message.digest = hashlib.sha256(text).hexdigest()
        return message, text

    def account_of(self):
        return self.house.accounts[self.number % len(self.house.accounts)]

    def attempt(self, message, text):
        if not self.client:
            where = self.house.endpoints["imaps"]
            self.client = imaplib.IMAP4_SSL(where["host"], where["port"], ssl_context=self.house.tls, timeout=PATIENCE)
            self.client.login(self.account["address"], self.account["password"])
        kind, words = self.client.append("INBOX", None, None, text)
        return ("acked" if kind == "OK" else None), repr(words)

    def again(self, message):
        return False

    def close(self, client):
        client.shutdown()


class Objects(Loader):
    """CalDAV PUT with If-None-Match: asked again after a lost answer, 412 says that the first one was done."""

    def next(self):
        self.account = self.house.accounts[self.number % len(self.house.accounts)]
        message = Sent(uuid.uuid4().hex, "object", self.account["address"], recipients=[self.account["address"]])
        text = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//chaos//EN\r\nBEGIN:VEVENT\r\n"
                f"UID:{message.id}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260301T100000Z\r\nDURATION:PT1H\r\nSUMMARY:chaos\r\n"
                "END:VEVENT\r\nEND:VCALENDAR\r\n").encode()
        message.digest = hashlib.sha256(text).hexdigest()
        self.tries = 0
        return message, text

    def attempt(self, message, text):
        time.sleep(0.05)  # mail is what this is about
        self.client = self.client or dav_client(self.house)
        self.tries += 1
        headers = {**authorization(self.account), "Content-Type": "text/calendar", "If-None-Match": "*"}
        self.client.request("PUT", self.account["calendar"] + message.id + ".ics", text, headers)
        answer = self.client.getresponse()
        answer.read()
        if answer.status in (201, 204) or (answer.status == 412 and self.tries > 1):
            return "acked", str(answer.status)
        return ("refused" if 400 <= answer.status < 500 and answer.status != 429 else None), str(answer.status)

    def close(self, client):
        client.close()


def dav_client(house):
    url = urllib.parse.urlsplit(house.endpoints["dav"]["url"])
    return http.client.HTTPSConnection(url.hostname, url.port, timeout=PATIENCE, context=house.tls)


def authorization(account):
    return {"Authorization": "Basic " + base64.b64encode(f"{account['address']}:{account['password']}".encode()).decode()}


def trust(ca):
    return ssl.create_default_context(cafile=ca)
