"""Many people at once, on connections that are kept and changed hands: every answer is of who asked, no octet is of anybody else
(RFC 9110 §3.3: each request stands by itself; CVE-2020-24386, CVE-2019-18928). SKYBRIDGE_MIXUP_REQUESTS: how many requests; 3,000."""
import base64
import contextlib
import http.client
import os
import random
import re
import threading
import unittest
import urllib.parse
import uuid
import xml.etree.ElementTree as tree

import dav_support
import imap_support
import pop3_support
import smtp_support
from smtp_support import endpoints, trust
from suite_support import skip_unless_local, skyctl

REQUESTS = int(os.environ.get("SKYBRIDGE_MIXUP_REQUESTS", "3000"))
WORKERS = 8
PEOPLE = ["ada", "bob", "eve", "lin"]  # the same names in both organisations
KEPT = 2  # connections of one person and protocol that wait for their next use


class Watched:
    """A socket through which no mark of anybody else may come."""

    def __init__(self, inner, person):
        self.inner, self.person, self.tail = inner, person, b""

    def recv(self, size):
        octets = self.inner.recv(size)
        self.tail = self.person.check(self.tail + octets)
        return octets

    def __getattr__(self, name):
        return getattr(self.inner, name)


class Person:
    def __init__(self, run, number, address):
        self.run, self.number, self.address, self.password = run, number, address, uuid.uuid4().hex
        self.mark = f"{run}-{number:03}"

    def __getitem__(self, name):  # as the support clients name it
        return {"address": self.address, "password": self.password}[name]

    def check(self, octets):
        """Fails on a mark of another person; the end of the octets, where one may have begun."""
        for number in re.findall(rb"%s-(\d{3})" % self.run.encode(), octets):
            if int(number) != self.number:
                raise AssertionError(f"{self.address} was sent what is of number {number.decode()}")
        return octets[-(len(self.mark) - 1):]

    def message(self):
        return (f"From: {self.address}\r\nTo: {self.address}\r\nSubject: {self.mark}\r\nMessage-ID: <{uuid.uuid4()}@{self.address.split('@')[1]}>\r\n"
                f"\r\n{self.mark}\r\n")

    def basic(self):
        return {"Authorization": "Basic " + base64.b64encode(f"{self.address}:{self.password}".encode()).decode()}


class Doors:
    """Connections, signed in and kept, by protocol and person."""

    def __init__(self):
        self.lock, self.idle = threading.Lock(), {}

    def take(self, protocol, person):
        with self.lock:
            kept = self.idle.setdefault((protocol, person.number), [])
            client = kept.pop() if kept else None
        if client is not None and (protocol != "smtp" or self.is_open(client)):  # smtp lets those go that say nothing for long
            return client
        return getattr(self, protocol)(person)

    @staticmethod
    def is_open(client):
        try:
            return client.asks("NOOP").startswith("250")
        except (smtp_support.Closed, OSError):
            client.socket.close()
            return False

    def give(self, protocol, person, client):
        with self.lock:
            kept = self.idle[protocol, person.number]
            if len(kept) < KEPT:
                kept.append(client)
                return
        self.ends(protocol, client)

    @staticmethod
    def ends(protocol, client):
        with client if protocol != "imap" else contextlib.closing(client):
            if protocol == "imap":
                client.ok("LOGOUT")
            else:
                client.asks("QUIT")

    @staticmethod
    def imap(person):
        client = imap_support.Client()
        client.socket = Watched(client.socket, person)
        client.ok(f'LOGIN "{person.address}" "{person.password}"')
        return client

    @staticmethod
    def pop3(person):
        client = pop3_support.Client()
        client.socket = Watched(client.socket, person)
        answer = client.signs_in(person)
        if not answer.startswith("+OK"):
            raise AssertionError(answer)
        return client

    @staticmethod
    def smtp(person):
        client = smtp_support.submitter(person)
        client.socket = Watched(client.socket, person)
        return client

    def close(self):
        for (protocol, _), clients in self.idle.items():
            for client in clients:
                with contextlib.suppress(smtp_support.Closed, imap_support.Closed, OSError):
                    self.ends(protocol, client)


class Shared:
    """One HTTP connection that people use in turns; each request says anew whose it is."""

    def __init__(self):
        url = urllib.parse.urlsplit(endpoints()["dav"]["url"])
        self.connection = http.client.HTTPSConnection(url.hostname, url.port, context=trust(), timeout=60)

    def ask(self, person, method, path, body=None, **headers):
        sent = {name.replace("_", "-"): value for name, value in headers.items()} | (person.basic() if person else {})
        self.connection.request(method, path, body=body, headers=sent)
        answer = dav_support.Answer(self.connection.getresponse())
        if person:
            person.check(repr(answer.headers).encode() + answer.body)
        return answer

    def href(self, person, path, name):
        answer = self.ask(person, "PROPFIND", path, f"<propfind {dav_support.PREFIXES}><prop>{name}</prop></propfind>", Depth="0", Content_Type="application/xml")
        return tree.fromstring(answer.body).find(".//{DAV:}prop/*/{DAV:}href").text


@skip_unless_local
class Mixups(unittest.TestCase):
    def setUp(self):
        self.run_name = "mixup" + uuid.uuid4().hex[:8]
        self.people = []
        for organisation in ("one", "two"):
            tenant = f"{self.run_name}-{organisation}"
            skyctl("tenant", "add", tenant)
            self.addCleanup(skyctl, "tenant", "remove", tenant, "--cascade")
            skyctl("domain", "add", tenant + ".test", "--tenant", tenant)
            for name in PEOPLE:
                person = Person(self.run_name, len(self.people), f"{name}@{tenant}.test")
                skyctl("mailbox", "add", person.address, "--name", person.mark, "--password-stdin", words=person.password)
                self.people.append(person)
        self.doors, self.problems, self.left = Doors(), [], REQUESTS
        self.counts, self.lock = {}, threading.Lock()
        self.addCleanup(self.doors.close)
        dav = Shared()
        self.addCleanup(dav.connection.close)
        for person in self.people:
            person.principal = dav.href(person, "/dav/", "<current-user-principal/>")
            person.home = dav.href(person, person.principal, "<C:calendar-home-set/>")
            person.calendar = f"{person.home}{uuid.uuid4()}/"
            self.assertEqual(dav.ask(person, "MKCALENDAR", person.calendar).status, 201)
            person.event = f"{person.calendar}event.ics"
            self.assertEqual(dav.ask(person, "PUT", person.event, dav_support.event(person.mark), Content_Type="text/calendar; charset=utf-8").status, 201)
            self.smtp(None, person)
        self.assertEqual(len({person.principal for person in self.people}), len(self.people))

    # Each is one request or a few; all fail on an answer that is of somebody else.

    def imap(self, _, person):
        client = self.doors.take("imap", person)
        client.ok("SELECT INBOX")
        lines, _ = client.ok("FETCH 1 (ENVELOPE BODY.PEEK[TEXT])")
        self.assertEqual(b"".join(lines).count(person.mark.encode()), 2, lines)
        self.assertIn(person.address.split("@")[1].encode(), b"".join(lines))
        other = random.choice(self.people)
        found, _ = client.ok(f"SEARCH SUBJECT {other.mark[:-4]} SUBJECT {other.mark[-4:]}")
        self.assertEqual(re.search(rb"\* SEARCH 1\b", b"\n".join(found)) is not None, other is person, found)
        self.doors.give("imap", person, client)

    def imap_anew(self, _, person):
        """A connection that somebody else failed to sign in on."""
        client = imap_support.Client()
        client.socket = Watched(client.socket, person)
        refused = client.says(f'LOGIN "{random.choice(self.people).address}" "not the password"')[1]
        self.assertTrue(refused.startswith(b"NO"), refused)
        client.ok(f'LOGIN "{person.address}" "{person.password}"')
        self.assertFalse(client.says(f'LOGIN "{random.choice(self.people).address}" "{person.password}"')[1].startswith(b"OK"))
        client.ok("SELECT INBOX")
        self.assertIn(person.mark.encode(), b"".join(client.ok("FETCH 1 ENVELOPE")[0]))
        self.doors.ends("imap", client)

    def pop3(self, _, person):
        client = self.doors.pop3(person)  # the mailbox as it is now
        self.assertIn(person.mark.encode(), b"\n".join(client.asks_long("RETR 1")))
        self.doors.ends("pop3", client)

    def smtp(self, _, person):
        client = self.doors.take("smtp", person)
        other = random.choice(self.people)
        reply = client.asks(f"MAIL FROM:<{other.address}>")
        if other is not person:
            self.assertEqual(reply[:1], "5", reply)
        client.asks("RSET")
        reply = smtp_support.mail(client, person.address, [person.address], person.message())
        self.assertEqual(reply[:3], "250", reply)
        self.doors.give("smtp", person, client)

    def dav(self, shared, person):
        self.assertEqual(shared.href(person, "/dav/", "<current-user-principal/>"), person.principal)
        own = shared.ask(person, "GET", person.event)
        self.assertEqual(own.status, 200)
        self.assertIn(person.mark.encode(), own.body)
        other = random.choice(self.people)
        if other is not person:
            self.assertIn(shared.ask(person, "GET", other.event).status, (403, 404))
            self.assertIn(shared.ask(person, "PUT", other.event, dav_support.event(person.mark), Content_Type="text/calendar; charset=utf-8").status, (403, 404))
        self.assertEqual(shared.ask(None, "GET", person.event).status, 401)  # nobody inherits who asked before

    def dav_in_a_row(self, shared, person):
        """Requests of several people that are sent before the first is answered."""
        row = [person] + random.sample(self.people, 3)
        url = urllib.parse.urlsplit(endpoints()["dav"]["url"])
        if shared.connection.sock is None:
            shared.connection.connect()
        shared.connection.sock.sendall(b"".join(f"GET {one.event} HTTP/1.1\r\nHost: {url.netloc}\r\nAuthorization: {one.basic()['Authorization']}\r\n\r\n".encode()
                                                for one in row))
        with shared.connection.sock.makefile("rb") as answers:
            for one in row:
                self.assertEqual(answers.readline().split()[1], b"200")
                fields = dict(line.rstrip().lower().split(b": ", 1) for line in iter(answers.readline, b"\r\n"))
                body = answers.read(int(fields[b"content-length"]))
                one.check(body)
                self.assertIn(one.mark.encode(), body)

    def work(self, seed):
        chosen, shared = random.Random(seed), Shared()
        kinds = [self.imap, self.imap, self.dav, self.dav, self.imap_anew, self.pop3, self.smtp, self.dav_in_a_row]
        requests = {self.imap: 3, self.imap_anew: 5, self.pop3: 3, self.smtp: 5, self.dav: 5, self.dav_in_a_row: 4}
        while self.left > 0 and not self.problems:
            kind, person = chosen.choice(kinds), chosen.choice(self.people)
            with self.lock:
                self.left -= requests[kind]
                self.counts[kind.__name__] = self.counts.get(kind.__name__, 0) + 1
            try:
                kind(shared, person)
            except BaseException as error:
                self.problems.append(f"{kind.__name__} of {person.address}: {type(error).__name__} {error}")
        shared.connection.close()

    def test_every_answer_is_of_who_asked(self):
        seed = random.randrange(10 ** 6)
        workers = [threading.Thread(target=self.work, args=(seed + number,)) for number in range(WORKERS)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        self.assertEqual(self.problems, [], f"seed {seed}")
        self.assertEqual(set(self.counts), {"imap", "imap_anew", "pop3", "smtp", "dav", "dav_in_a_row"})

    def test_the_watch_can_fail(self):
        one, other = self.people[:2]
        one.check(b"... " + one.mark.encode())
        with self.assertRaises(AssertionError):
            one.check(b"..." + other.mark.encode() + b"...")

        class Halves:
            parts = [other.mark[:9].encode(), other.mark[9:].encode()]

            def recv(self, _):
                return self.parts.pop(0)
        watched = Watched(Halves(), one)
        watched.recv(1)
        with self.assertRaises(AssertionError):
            watched.recv(1)


if __name__ == "__main__":
    unittest.main()
