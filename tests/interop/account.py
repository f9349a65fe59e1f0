"""The third account of endpoints.json as python3's imaplib sees it: what a client should have left on the server."""
import imaplib
import json
import os
import random
import ssl


class Account:
    def __init__(self):
        with open(os.environ["SKYBRIDGE_ENDPOINTS"]) as file:
            endpoints = json.load(file)
        self.ca, self.port = endpoints["ca"], endpoints["imaps"]["port"]
        self.user, self.password = endpoints["accounts"][2]["address"], endpoints["accounts"][2]["password"]

    @staticmethod
    def token(client):
        return f"{client}-{random.randrange(10**9)}"

    def imap(self):
        connection = imaplib.IMAP4_SSL("localhost", self.port, ssl_context=ssl.create_default_context(cafile=self.ca), timeout=60)
        connection.login(self.user, self.password)
        return connection

    def append(self, mailbox, subject, text="text\r\n", flags=None):
        message = f"From: a@example.test\r\nTo: {self.user}\r\nDate: Mon, 02 Nov 2026 10:00:00 +0000\r\nSubject: {subject}\r\n" \
                  f"Message-ID: <{subject.replace(' ', '.')}@example.test>\r\n\r\n{text}"
        with self.imap() as imap:
            status, data = imap.append(mailbox, flags, None, message.encode())
            assert status == "OK", data

    def found(self, mailbox, token):
        """Subject → flags of the messages whose subject holds the token."""
        with self.imap() as imap:
            status, data = imap.select(f'"{mailbox}"', readonly=True)
            assert status == "OK", data
            status, data = imap.uid("SEARCH", "SUBJECT", f'"{token}"')
            assert status == "OK", data
            result = {}
            for uid in data[0].split():
                status, data = imap.uid("FETCH", uid, "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
                subject = data[0][1].decode().partition(":")[2].strip()
                assert subject not in result, f"{subject} stands twice in {mailbox}"
                result[subject] = {flag.decode() for flag in imaplib.ParseFlags(data[0][0] + (data[1] if isinstance(data[1], bytes) else b""))}
            return result

    def expect(self, wanted, mailbox, token):
        """wanted: subject → a flag it must have, or None."""
        found = self.found(mailbox, token)
        assert found.keys() == wanted.keys(), f"{mailbox} holds {found}, not {sorted(wanted)}"
        for subject, flag in wanted.items():
            assert flag is None or flag in found[subject], f"{subject} has {found[subject]}, not {flag}"

    def flag(self, mailbox, subject, how, flag):
        with self.imap() as imap:
            imap.select(f'"{mailbox}"')
            status, data = imap.uid("SEARCH", "SUBJECT", f'"{subject}"')
            status, data = imap.uid("STORE", data[0].replace(b" ", b",").decode(), how, f"({flag})")
            assert status == "OK", data
            if flag == "\\Deleted" and how == "+FLAGS":
                imap.expunge()

    def without(self, mailbox):
        """Takes away what a run that broke off may have left."""
        with self.imap() as imap:
            imap.delete(f'"{mailbox}"')

    def delete(self, mailbox):
        with self.imap() as imap:
            status, data = imap.delete(f'"{mailbox}"')
            assert status == "OK", data
