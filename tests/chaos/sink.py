"""The next hop: an SMTP server in the harness's own process that keeps a journal of what it took. Addresses that begin with "gone" are refused
for good; one answer in ten to the others is "later"."""
import random
import re
import socketserver
import threading


class Sink(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, seed):
        super().__init__(("127.0.0.1", 0), Dialogue)
        self.taken = []  # (id, recipient), written before the 250 goes out
        self.lock = threading.Lock()
        self.random = random.Random(seed)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]

    def later(self):
        with self.lock:
            return self.random.random() < 0.1

    def handle_error(self, request, client_address):
        pass  # a client that was killed


class Dialogue(socketserver.StreamRequestHandler):
    timeout = 60

    def says(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self):
        self.says("220 next.hop ESMTP")
        recipients = []
        while line := self.rfile.readline(4096):
            verb = line.strip().upper()
            if verb.startswith(b"EHLO"):
                self.says("250-next.hop\r\n250-PIPELINING\r\n250 8BITMIME")
            elif verb.startswith(b"MAIL"):
                recipients = []
                self.says("250 2.1.0 ok")
            elif verb.startswith(b"RCPT"):
                address = re.search(rb"<(.*)>", line)[1].decode()
                if address.startswith("gone"):
                    self.says("550 5.1.1 no such user")
                elif self.server.later():
                    self.says("450 4.2.1 later")
                else:
                    recipients.append(address)
                    self.says("250 2.1.5 ok")
            elif verb == b"DATA":
                self.says("354 go on" if recipients else "554 5.5.1 no recipients")
                if recipients:
                    self.take(recipients)
            elif verb == b"QUIT":
                self.says("221 2.0.0 bye")
                return
            else:
                self.says("250 2.0.0 ok")

    def take(self, recipients):
        message_id = None
        while (line := self.rfile.readline(65536)) != b".\r\n":
            if not line:
                return
            if line.lower().startswith(b"x-chaos-id:"):
                message_id = line.split(b":", 1)[1].strip().decode()
        with self.server.lock:
            self.server.taken += [(message_id, address) for address in recipients]
        self.says("250 2.0.0 taken")
