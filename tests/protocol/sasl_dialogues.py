"""SASL over the public ports: every mechanism that the demo organisation can use, by IMAP, POP3 and submission alike.
RFC 4422, RFC 5802, RFC 7677, RFC 5929, RFC 4954, RFC 5034, RFC 9051 §6.2.2"""
import base64
import hashlib
import hmac
import json
import os
import secrets
import socket
import ssl
import unittest

with open(os.environ["SKYBRIDGE_ENDPOINTS"]) as file:
    ENDPOINTS = json.load(file)


def encoded(octets):
    return base64.b64encode(octets if isinstance(octets, bytes) else octets.encode()).decode()


class Gateway:
    """One connection under TLS, up to the point where SASL begins."""
    services = ("imaps", "pop3s", "submissions")

    def __init__(self, service):
        self.service = service
        place = ENDPOINTS[service]
        context = ssl.create_default_context(cafile=ENDPOINTS["ca"])
        context.check_hostname = False
        self.socket = context.wrap_socket(socket.create_connection((place["host"], place["port"]), timeout=30))
        self.lines = self.socket.makefile("rb")
        self.greeting = self.line()
        if service == "submissions":
            self.say("EHLO client.example.test")
            self.capabilities = []
            while True:
                self.capabilities.append(self.line())
                if self.capabilities[-1][3:4] == " ":
                    break
        elif service == "pop3s":
            self.say("CAPA")
            self.capabilities = list(iter(self.line, "."))
        else:
            self.capabilities = [self.greeting]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.lines.close()
        self.socket.close()

    def say(self, line):
        self.socket.sendall(line.encode() + b"\r\n")

    def line(self):
        return self.lines.readline().decode().rstrip("\r\n")

    def offers(self):
        text = " ".join(self.capabilities)
        if self.service == "imaps":
            return {word[5:] for word in text.replace("]", " ").split() if word.startswith("AUTH=")}
        mark = "AUTH " if self.service == "submissions" else "SASL "
        return set(next(line.split(mark)[1] for line in self.capabilities if mark in line).split())

    def certificate_hash(self):
        return hashlib.sha256(self.socket.getpeercert(binary_form=True)).digest()

    def authenticate(self, mechanism, initial, answer):
        """True when signed in. answer(challenge) → response; None cancels."""
        first = "" if initial is None else " " + (encoded(initial) or "=")
        self.say({"imaps": "a1 AUTHENTICATE ", "pop3s": "AUTH ", "submissions": "AUTH "}[self.service] + mechanism + first)
        while True:
            line = self.line()
            if line.startswith(("+ ", "334 ")) or line == "+":
                response = answer(base64.b64decode(line.split(" ", 1)[1] if " " in line else ""))
                self.say("*" if response is None else encoded(response))
                continue
            self.verdict = line
            return line.startswith(("a1 OK", "+OK", "235"))


class Scram:
    """A client of RFC 5802 written from the RFC, independent of the server's code."""

    def __init__(self, gateway, account, password=None, name="SCRAM-SHA-256", binding=None):
        self.hash = "sha256" if "256" in name else "sha1"
        self.password = (password or account["password"]).encode()
        self.header = f"p={binding[0]},," if binding else "n,,"
        self.binding = binding[1] if binding else b""
        self.bare = f"n={account['address'].replace('=', '=3D').replace(',', '=2C')},r={secrets.token_urlsafe(18)}"
        self.server_signature = None
        self.proved = False

    def initial(self):
        return (self.header + self.bare).encode()

    def answer(self, challenge):
        text = challenge.decode()
        if text.startswith("r="):
            parts = dict(part.split("=", 1) for part in text.split(","))
            assert parts["r"].startswith(self.bare.split(",r=")[1]) and len(parts["r"]) > len(self.bare.split(",r=")[1])
            assert int(parts["i"]) >= 4096
            salted = hashlib.pbkdf2_hmac(self.hash, self.password, base64.b64decode(parts["s"]), int(parts["i"]))
            digest = lambda key, octets: hmac.new(key, octets, self.hash).digest()
            client_key = digest(salted, b"Client Key")
            final = f"c={encoded(self.header.encode() + self.binding)},r={parts['r']}"
            message = f"{self.bare},{text},{final}".encode()
            proof = bytes(a ^ b for a, b in zip(client_key, digest(hashlib.new(self.hash, client_key).digest(), message)))
            self.server_signature = digest(digest(salted, b"Server Key"), message)
            return f"{final},p={encoded(proof)}".encode()
        if text.startswith("v="):
            self.proved = base64.b64decode(text[2:]) == self.server_signature
        return b""


class Sasl(unittest.TestCase):
    def setUp(self):
        self.account = ENDPOINTS["accounts"][0]

    def each(self):
        for service in Gateway.services:
            with self.subTest(service), Gateway(service) as gateway:
                yield gateway

    def test_what_is_offered(self):  # [rfc4422:3.1]
        for gateway in self.each():
            offers = gateway.offers()
            self.assertLessEqual({"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-1", "PLAIN", "LOGIN", "OAUTHBEARER", "XOAUTH2"}, offers)
            self.assertNotIn("EXTERNAL", offers)  # no certificate was asked for

    def test_scram_proves_both_sides(self):  # [rfc5802:3] [rfc7677:3]
        for name in ("SCRAM-SHA-256", "SCRAM-SHA-1"):
            for gateway in self.each():
                client = Scram(gateway, self.account, name=name)
                self.assertTrue(gateway.authenticate(name, client.initial(), client.answer), gateway.verdict)
                self.assertTrue(client.proved)

    def test_scram_is_bound_to_the_certificate(self):  # [rfc5929:4]
        for gateway in self.each():
            client = Scram(gateway, self.account, binding=("tls-server-end-point", gateway.certificate_hash()))
            self.assertTrue(gateway.authenticate("SCRAM-SHA-256-PLUS", client.initial(), client.answer), gateway.verdict)
            self.assertTrue(client.proved)

    def test_another_certificate_is_somebody_in_between(self):  # [rfc5802:6]
        with Gateway("imaps") as gateway:
            client = Scram(gateway, self.account, binding=("tls-server-end-point", hashlib.sha256(b"another").digest()))
            self.assertFalse(gateway.authenticate("SCRAM-SHA-256-PLUS", client.initial(), client.answer))

    def test_a_client_that_was_made_blind_for_plus(self):  # [rfc5802:6]
        with Gateway("imaps") as gateway:
            client = Scram(gateway, self.account)
            client.header = "y,,"
            self.assertFalse(gateway.authenticate("SCRAM-SHA-256", client.initial(), client.answer))

    def test_scram_with_a_wrong_password(self):
        with Gateway("imaps") as gateway:
            client = Scram(gateway, ENDPOINTS["accounts"][1], password="not the password")
            self.assertFalse(gateway.authenticate("SCRAM-SHA-256", client.initial(), client.answer))
            self.assertIn("[AUTHENTICATIONFAILED]", gateway.verdict)
            self.assertFalse(client.proved)

    def test_a_dialogue_can_be_cancelled_and_begun_again(self):  # [rfc4422:3.5]
        for gateway in self.each():
            client = Scram(gateway, self.account)
            self.assertFalse(gateway.authenticate("SCRAM-SHA-256", client.initial(), lambda challenge: None))
            client = Scram(gateway, self.account)
            self.assertTrue(gateway.authenticate("SCRAM-SHA-256", client.initial(), client.answer), gateway.verdict)

    def test_a_token_that_is_none_is_told_so(self):  # [rfc7628:3.2.2]
        for gateway in self.each():
            told = []
            address = self.account["address"]
            message = f"n,a={address},\x01auth=Bearer nothing\x01\x01"
            self.assertFalse(gateway.authenticate("OAUTHBEARER", message, lambda challenge: told.append(json.loads(challenge)) or b"\x01"))
            self.assertEqual(told[0]["status"], "invalid_token")

    def test_mechanisms_that_nobody_offers(self):
        for gateway in self.each():
            for name in ("CRAM-MD5", "EXTERNAL", "NTLM"):
                self.assertFalse(gateway.authenticate(name, None, lambda challenge: b""))


if __name__ == "__main__":
    unittest.main()
