"""A renewed certificate is taken up by running services, a broken one is not (RFC 9325)."""
import contextlib
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
import unittest
import urllib.parse

from smtp_support import endpoints
from suite_support import Log, eventually, place, seconds, skip_unless_local

GATEWAYS = {"smtp": "submissions", "imap": "imaps", "pop3": "pop3s", "groupware": "dav"}


def where(door):
    entry = endpoints()[door]
    if "url" in entry:
        url = urllib.parse.urlsplit(entry["url"])
        return url.hostname, url.port
    return entry["host"], entry["port"]


def serial(door):
    """The number of the certificate that a door shows, verified by the suite's authority."""
    context = ssl.create_default_context(cafile=endpoints()["ca"])
    with socket.create_connection(where(door), 10) as plain, context.wrap_socket(plain, server_hostname=where(door)[0]) as secure:
        return secure.getpeercert()["serialNumber"]


def renew(directory):
    """A new key and certificate of the development authority, as DIRECTORY/server.pem and .key."""
    tls = place("tls")
    names = "subjectAltName=DNS:localhost,DNS:mail.example.test,IP:127.0.0.1,IP:::1"
    subprocess.run(["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{directory}/server.key",
                    "-out", f"{directory}/csr", "-subj", "/CN=localhost"], check=True, capture_output=True)
    with open(f"{directory}/names", "w") as file:
        file.write(names + "\nextendedKeyUsage=serverAuth\n")
    subprocess.run(["openssl", "x509", "-req", "-in", f"{directory}/csr", "-CA", f"{tls}/ca.pem", "-CAkey", f"{tls}/ca.key", "-CAcreateserial",
                    "-days", "90", "-out", f"{directory}/server.pem", "-extfile", f"{directory}/names"], check=True, capture_output=True)


def put(source, name):
    """Replaces a file of the running suite whole, with the owner and mode it had."""
    target = place("tls", name)
    status = os.stat(target)
    shutil.copy(source, target + ".new")
    os.chown(target + ".new", status.st_uid, status.st_gid)
    os.chmod(target + ".new", status.st_mode)
    os.replace(target + ".new", target)


@skip_unless_local
class Certificates(unittest.TestCase):
    def setUp(self):
        longest = max(seconds(service, "TLS_RELOAD", 30) for service in GATEWAYS)
        if longest > 5:
            self.skipTest(f"TLS_RELOAD is {longest} s here")
        self.directory = self.enterContext(tempfile.TemporaryDirectory())

    def test_a_renewed_certificate_is_shown_and_sessions_go_on(self):
        before = {door: serial(door) for door in GATEWAYS.values()}
        context = ssl.create_default_context(cafile=endpoints()["ca"])
        old = context.wrap_socket(socket.create_connection(where("imaps"), 10), server_hostname=where("imaps")[0])
        self.addCleanup(old.close)
        self.assertIn(b"* OK", old.recv(4096))
        renew(self.directory)
        put(f"{self.directory}/server.key", "server.key")
        time.sleep(0.2)  # a moment in which key and certificate do not belong together
        put(f"{self.directory}/server.pem", "server.pem")
        for door in GATEWAYS.values():
            eventually(lambda: serial(door) != before[door], 10)
        old.sendall(b"a NOOP\r\n")
        self.assertIn(b"a OK", old.recv(4096))

    def test_a_broken_one_is_told_and_not_used(self):
        kept = f"{self.directory}/kept.pem"
        shutil.copy(place("tls", "server.pem"), kept)
        logs = {service: Log(service) for service in GATEWAYS}
        before = {door: serial(door) for door in GATEWAYS.values()}
        with contextlib.ExitStack() as stack:
            stack.callback(put, kept, "server.pem")
            with open(f"{self.directory}/broken", "w") as file:
                file.write("-----BEGIN CERTIFICATE-----\nbroken\n")
            put(f"{self.directory}/broken", "server.pem")
            for service, log in logs.items():
                eventually(lambda: any(line["event"] == f"{service}.tls.reload_failed" for line in log.lines()), 10)
            self.assertEqual({door: serial(door) for door in GATEWAYS.values()}, before)
        time.sleep(2.5)
        self.assertEqual({door: serial(door) for door in GATEWAYS.values()}, before)


if __name__ == "__main__":
    unittest.main()
