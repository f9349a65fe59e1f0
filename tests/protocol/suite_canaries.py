"""Secrets that clients and operators send are nowhere to be read afterwards: not in a log, not in a dump of the database, not in Redis;
neither as they are nor in base64, in hex, or as a digest without salt."""
import base64
import contextlib
import hashlib
import hmac
import http.client
import imaplib
import json
import os
import poplib
import re
import secrets
import socket
import struct
import subprocess
import time
import unittest
import urllib.parse
import uuid

import imap_support
import pop3_support
from sasl_dialogues import Gateway, Scram, encoded
from smtp_support import Client, Closed, endpoints, mail, submitter, trust
from suite_support import eventually, place, skip_unless_local, skyctl


def forms(secret):
    """What this secret must not stand as."""
    octets = secret.encode()
    out = {octets, octets.hex().encode(), octets.hex().upper().encode(), urllib.parse.quote(secret).encode(), json.dumps(secret)[1:-1].encode()}
    for before in range(3):  # base64 of any octets with the secret in them: what of it depends on the secret alone, at each alignment
        text = base64.b64encode(bytes(before) + octets)
        whole = text[-(-before * 8 // 6):(before + len(octets)) * 8 // 6]
        out |= {whole, whole.replace(b"+", b"-").replace(b"/", b"_")}
    return out


def digests(password):
    """Without salt they are as good as the password to whoever can guess."""
    made = [hashlib.new(name, password.encode()).digest() for name in ("md5", "sha1", "sha256", "sha512")]
    return {text for digest in made for text in (digest.hex().encode(), base64.b64encode(digest))}


def one_time_code(secret):
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), "sha1")
    return f"{(struct.unpack_from('>I', digest, digest[-1] & 15)[0] & 0x7fffffff) % 1_000_000:06d}"


def redis_contents():
    """Every key of Redis with what it holds, as octets."""
    with open(place("ports.json")) as file:
        port = json.load(file)["redis"]
    with open(place("secrets", "redis")) as file:
        password = file.read()
    with socket.create_connection(("127.0.0.1", port), 10) as connection, connection.makefile("rb") as lines:
        def answer():
            line = lines.readline()
            kind, rest = line[:1], line[1:-2]
            if kind == b"-":
                raise AssertionError(rest)
            if kind == b"$":
                return lines.read(int(rest) + 2)[:-2] if int(rest) >= 0 else b""
            if kind == b"*":
                return [answer() for _ in range(int(rest))]
            return rest

        def asks(*words):
            words = [word if isinstance(word, bytes) else word.encode() for word in words]
            connection.sendall(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words))
            return answer()

        def flat(value):
            return b"\n".join(map(flat, value)) if isinstance(value, list) else value

        reads = {b"string": lambda key: asks("GET", key), b"hash": lambda key: asks("HGETALL", key), b"set": lambda key: asks("SMEMBERS", key),
                 b"list": lambda key: asks("LRANGE", key, "0", "-1"), b"zset": lambda key: asks("ZRANGE", key, "0", "-1", "WITHSCORES"),
                 b"stream": lambda key: asks("XRANGE", key, "-", "+"), b"none": lambda key: b""}
        asks("AUTH", password)
        found, cursor = [], b"0"
        while True:
            cursor, keys = asks("SCAN", cursor, "COUNT", "1000")
            found += [key + b"\n" + flat(reads[asks("TYPE", key)](key)) for key in keys]
            if cursor == b"0":
                return b"\n".join(found)


def logs(since=None):
    """What the programs wrote; `since`: their sizes of before."""
    out = {}
    for name in sorted(os.listdir(place("log"))):
        with open(place("log", name), "rb") as file:
            file.seek((since or {}).get("log/" + name, 0))
            out["log/" + name] = file.read()
    return out


def dump():
    with open(place("ports.json")) as file:
        port = json.load(file)["postgres"]
    return subprocess.run(["pg_dump", "-h", place("run", "pg"), "-p", str(port), "-U", "postgres", "skybridge"], check=True, capture_output=True).stdout


def without_offers(text):
    """A setup token is offered on standard output, and there alone; it works once."""
    return re.sub(rb"(?m)^  sky_setup_[0-9a-f]+$", b"", text)


def found_in(places, canaries):
    """Where which of the canaries stands."""
    return [f"{name} in {where}" for where, text in places.items() for name, needles in canaries.items() if any(needle in text for needle in needles)]


@skip_unless_local
class Canaries(unittest.TestCase):
    def setUp(self):
        self.name = "canary-" + uuid.uuid4().hex[:12]
        self.address = f"ada@{self.name}.test"
        self.canaries = {}
        self.begun = {name: len(text) for name, text in logs().items()}
        skyctl("tenant", "add", self.name)
        self.addCleanup(skyctl, "tenant", "remove", self.name, "--cascade")
        skyctl("tenant", "change", self.name, "--scram", "on")
        skyctl("domain", "add", self.name + ".test", "--tenant", self.name)
        self.password = self.password_canary("password")
        skyctl("mailbox", "add", self.address, "--password-stdin", words=self.password)
        self.who = {"address": self.address, "password": self.password}

    def canary(self, name, secret):
        self.canaries[name] = forms(secret)
        return secret

    def password_canary(self, name):
        secret = secrets.token_urlsafe(18)
        self.canaries[name] = forms(secret) | digests(secret)
        return secret

    # --- what is done with them

    def imap_login(self, password, door="imaps"):
        where = endpoints()[door]
        client = imaplib.IMAP4_SSL(where["host"], where["port"], ssl_context=trust(), timeout=40) if door == "imaps" else imaplib.IMAP4(
            where["host"], where["port"], timeout=40)
        with contextlib.suppress(imaplib.IMAP4.error):
            client.login(self.address, password)
            client.logout()
            return True
        client.shutdown()
        return False

    def sasl(self, service, mechanism, initial, answer=lambda challenge: b""):
        with Gateway(service) as gateway:
            return gateway.authenticate(mechanism, initial, answer)

    def basic(self, password, words=None):
        url = urllib.parse.urlsplit(endpoints()["dav"]["url"])
        connection = http.client.HTTPSConnection(url.hostname, url.port, context=trust(), timeout=40)
        try:
            connection.request("PROPFIND", "/dav/", headers={"Depth": "0", "Authorization": words or "Basic " + encoded(f"{self.address}:{password}")})
            return connection.getresponse().status == 207
        finally:
            connection.close()

    def pop3_login(self, password):
        where = endpoints()["pop3s"]
        client = poplib.POP3_SSL(where["host"], where["port"], context=trust(), timeout=40)
        try:
            client.user(self.address)
            client.pass_(password)
            return True
        except poplib.error_proto:
            return False
        finally:
            client.close()

    def everywhere(self, password):
        """Whether each way of signing in by a password let us in."""
        plain = f"\0{self.address}\0{password}"
        out = {"imap LOGIN": self.imap_login(password), "pop3 PASS": self.pop3_login(password), "dav Basic": self.basic(password)}
        for service in Gateway.services:
            out[service + " PLAIN"] = self.sasl(service, "PLAIN", plain)
            out[service + " PLAIN, asked"] = self.sasl(service, "PLAIN", None, lambda challenge: plain)
            steps = iter([self.address, password])
            out[service + " LOGIN"] = self.sasl(service, "LOGIN", None, lambda challenge: next(steps))
        return out

    def scram(self, password):
        with Gateway("imaps") as gateway:
            client = Scram(gateway, self.who, password=password)
            return gateway.authenticate("SCRAM-SHA-256", client.initial(), client.answer)

    def bearer(self, token):
        oauth = f"n,a={self.address},\x01auth=Bearer {token}\x01\x01"
        xoauth = f"user={self.address}\x01auth=Bearer {token}\x01\x01"
        return [self.sasl(service, "OAUTHBEARER", oauth, lambda challenge: b"\x01") for service in Gateway.services] + \
               [self.sasl("imaps", "XOAUTH2", xoauth)]

    def clumsily(self, password):
        """Where a password should not have been sent, or not so: without TLS, in the wrong order, in broken words."""
        self.assertFalse(self.imap_login(password, "imap"))
        client = imap_support.Client()
        for line in (f'LOGIN "{self.address}" "{password}" "{password}"', f'LOGIN {self.address} "{password}', f"AUTHENTICATE PLAIN {password}!"):
            with contextlib.suppress(imap_support.Closed, OSError):
                self.assertFalse(client.says(line)[1].startswith(b"OK"))
        client.close()
        with pop3_support.Client() as pop3:
            for line in (f"PASS {password}", f"AUTH PLAIN {password}!", f"LOGIN {self.address} {password}"):
                with contextlib.suppress(Closed, OSError):
                    self.assertTrue(pop3.asks(line).startswith("-ERR"), line.split()[0])
        with Client("submissions") as smtp:
            smtp.greets()
            for line in (f"AUTH PLAIN {password}!", f"AUTH LOGIN {encoded(self.address)} {encoded(password)}", "MAIL FROM:<> AUTH=" + password):
                with contextlib.suppress(Closed, OSError):
                    self.assertEqual(smtp.asks(line)[:1], "5")
        self.assertFalse(self.basic(password, "Basic " + encoded(password)))
        self.assertFalse(self.basic(password, f"Basic {self.address}:{password}"))
        self.assertFalse(self.basic(password, f"Bearer {password}"))

    def second_factor(self, token):
        """The person's own: begun, confirmed, used up and removed."""
        os.environ["SKYBRIDGE_SKYCTL_TOKEN"] = token
        try:
            secret = self.canary("secret of the second factor", json.loads(skyctl("second-factor", "begin", self.address, "--output", "json"))["secret"])
            octets = base64.b32decode(secret)
            self.canaries["secret of the second factor, octets"] = {octets.hex().encode(), base64.b64encode(octets)}
            codes = json.loads(skyctl("second-factor", "confirm", self.address, "--code-stdin", "--output", "json", words=one_time_code(secret)))
            for number, code in enumerate(codes["codes"]):
                self.canaries[f"recovery code {number}"] = forms(code) | forms(code.replace("-", ""))
            self.assertGreater(len(codes["codes"]), 4)
            # What can't ask for the code refuses the main password now.
            self.assertFalse(self.imap_login(self.password))
            with self.assertRaises(AssertionError):
                skyctl("second-factor", "remove", self.address, "--code-stdin", words="000000")
            skyctl("second-factor", "remove", self.address, "--code-stdin", words=codes["codes"][0])
        finally:
            del os.environ["SKYBRIDGE_SKYCTL_TOKEN"]

    def setup_token(self):
        """What the first start offered is exchanged for a token of the platform, which is removed at the end."""
        with open(place("log", "auth.log")) as file:
            offered = re.findall(r"^  (sky_setup_[0-9a-f]+)$", file.read(), re.M)
        self.assertTrue(offered)
        self.canary("setup token", offered[-1])
        try:
            made = json.loads(skyctl("token", "setup", "--token-stdin", "--label", self.name, "--output", "json", words=offered[-1]))
        except AssertionError:  # used up by an earlier run
            return
        self.addCleanup(skyctl, "token", "remove-program", str(made["token"]["id"]))
        self.canary("token of the platform", made["secret"])

    def mail(self):
        body, subject = self.canary("body of a mail", secrets.token_hex(16)), self.canary("subject of a mail", secrets.token_hex(16))
        with submitter(self.who) as smtp:
            reply = mail(smtp, self.address, [self.address], f"From: {self.address}\r\nSubject: {subject}\r\nMessage-ID: <{uuid.uuid4()}@{self.name}.test>\r\n\r\n{body}\r\n")
        self.assertEqual(reply[:3], "250")
        client = imap_support.Client()
        client.ok(f'LOGIN "{self.address}" "{self.password}"')
        client.ok("SELECT INBOX")
        self.assertIn(body.encode(), b"".join(client.ok("FETCH 1 BODY.PEEK[]")[0]))
        client.ok(f"SEARCH SUBJECT {subject}")
        client.says(f"FETCH 1 (BODY[TEXT] {body}")
        client.close()

    # --- and then

    def test_none_is_found(self):
        wrong, old = self.password_canary("wrong password"), self.password
        self.assertEqual({way for way, let_in in self.everywhere(self.password).items() if not let_in}, set())
        self.assertTrue(self.scram(self.password))
        self.assertEqual({way for way, let_in in self.everywhere(wrong).items() if let_in}, set())
        self.assertFalse(self.scram(wrong))
        self.clumsily(self.password)
        app = json.loads(skyctl("app-password", "add", self.address, "--label", "phone", "--output", "json"))["secret"]
        self.canaries["app password"] = forms(app) | digests(app)
        self.assertEqual({way for way, let_in in self.everywhere(app).items() if not let_in}, set())
        token = self.canary("token", json.loads(skyctl("token", "add", self.address, "--label", "laptop", "--output", "json"))["secret"])
        self.assertTrue(all(self.bearer(token)))
        self.assertFalse(any(self.bearer(self.canary("wrong token", "sky_" + secrets.token_hex(24)))))
        self.second_factor(token)
        self.setup_token()
        self.mail()
        self.password = self.who["password"] = self.password_canary("new password")
        skyctl("mailbox", "password", self.address, "--password-stdin", words=self.password)
        self.assertTrue(eventually(lambda: self.imap_login(self.password)))
        self.assertFalse(self.imap_login(old))
        time.sleep(2)  # the journal of sign-ins is written once a second
        self.look()

    def look(self):
        database, redis = dump(), redis_contents()
        texts = {name: without_offers(text) for name, text in logs(self.begun).items()}
        # These are the places: who did all that stands in them.
        self.assertIn(self.address.encode(), database)
        self.assertIn(b"auth:", redis)
        events = [json.loads(line) for line in texts["log/auth.log"].splitlines() if line.startswith(b'{') and self.address.encode() in line]
        self.assertLessEqual({"imap", "pop3", "submission", "dav"}, {event.get("protocol") for event in events})
        self.assertLessEqual({"proved", "bad_credentials"}, {event.get("outcome") for event in events})

        kept = {name: needles for name, needles in self.canaries.items() if "of a mail" not in name}  # mail is there to be kept
        everything = texts | {"Redis": redis}
        self.assertEqual(found_in(everything, self.canaries), [])
        self.assertEqual(found_in({"the database": database}, kept), [])
        self.assertEqual(found_in(logs() | {"Redis": redis, "the database": database}, self.keys()), [])
        self.search_can_fail(everything | {"the database": database})

    def keys(self):
        """The installation's own: what services sign in to the stores with, the key of what stands sealed, passwords of the demo."""
        out = {}
        for name in os.listdir(place("secrets")):
            with open(place("secrets", name)) as file:
                text = file.read()
            if re.fullmatch(r"[0-9a-f]{32,}", text):
                out["secrets/" + name] = forms(text) | forms(bytes.fromhex(text).hex()) | {base64.b64encode(bytes.fromhex(text))}
        self.assertGreaterEqual(len(out), 8)
        for account in endpoints()["accounts"]:
            out["password of " + account["address"]] = forms(account["password"]) | digests(account["password"])
        return out

    def search_can_fail(self, places):
        """Each secret in each disguise, planted in a copy, is found there."""
        for name, secret in (("password", self.password), ("wrong password", secrets.token_urlsafe(18))):
            needles = {name: forms(secret) | digests(secret)}
            blob = f"\0{self.address}\0{secret}"
            disguises = [secret, secret.encode().hex(), secret.encode().hex().upper(), encoded(secret), encoded(blob), encoded(f"{self.address}:{secret}"),
                         encoded("x" + secret + "yz"), encoded("xx" + secret), base64.urlsafe_b64encode(b"?>" + secret.encode()).decode(),
                         json.dumps({"command": f"LOGIN {secret}"}), f"$1 = '{secret}'", hashlib.sha256(secret.encode()).hexdigest(),
                         encoded(hashlib.sha1(secret.encode()).digest())]
            for where, text in places.items():
                text, middle = text[-65536:], min(len(text), 65536) // 2
                for disguise in disguises:
                    planted = {where: text[:middle] + disguise.encode() + text[middle:]}
                    self.assertEqual(found_in(planted, needles), [f"{name} in {where}"], disguise)


if __name__ == "__main__":
    unittest.main()
