"""Crowds: more than one attacker at a time, and senders that all wait for a delivery that answers nothing. Memory stays bounded, everyone gets an answer,
and what was acknowledged is there once (contract R10, C17)."""
import os
import select
import threading
import time
import unittest

from hostile_support import PATIENT, Bystander, HostileTest, Wire, account, memory
from pop3_support import signed_in
from smtp_support import mark
from suite_support import frozen

DOORS = ("smtp", "submission", "imap", "pop3", "submissions", "imaps", "pop3s", "dav")


class Crowd(HostileTest):
    service = "smtp"

    def setUp(self):
        super().setUp()
        self.others = [Bystander(service) for service in ("imap", "pop3", "groupware")]

    def tearDown(self):
        for bystander in self.others:
            bystander.ends()
        super().tearDown()

    def from_elsewhere(self, number):
        return f"127.67.{os.getpid() % 250}.{number % 250 + 2}"

    def test_slow_writers_at_every_door(self):
        "[contract:C17]"
        crowd = [self.wire(door, source=self.from_elsewhere(number), tls=False) for number in range(25) for door in DOORS]
        end = time.monotonic() + 5
        while time.monotonic() < end:
            for wire in crowd:
                try:
                    wire.sends(b"x")
                except OSError:
                    pass
            select.select([], [], [], 0.2)

    def test_connections_that_come_and_go(self):
        words = (b"", b"EHLO a\r\n", b"a CAPABILITY\r\n", b"CAPA\r\n", b"\x16\x03\x01", b"\xff" * 100)
        for number in range(600):
            wire = Wire(DOORS[number % len(DOORS)], self.from_elsewhere(number), tls=False)
            wire.sends(words[number % len(words)])
            (wire.resets, wire.close)[number % 2]()

    def test_senders_that_wait_for_delivery(self):
        who, answers, before = account(2), {}, memory("smtp")
        lines = b"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd\r\n" * 16_000
        for bystander in [self.bystander, *self.others]:
            bystander.ends()  # mail waits, and so would theirs
        self.bystander, self.others = Bystander("imap"), []

        def send(marker, source):
            wire = Wire("smtp", source)
            wire.hears()
            for line in ("EHLO a.test", "MAIL FROM:<a@elsewhere.invalid>", f"RCPT TO:<{who['address']}>", "DATA"):
                wire.asks(line)
            wire.socket.settimeout(60)
            wire.sends(f"Subject: {marker}\r\n\r\n".encode() + lines + b".\r\n")
            answers[marker] = wire.hears()
            wire.close()

        markers = [mark() for _ in range(60)]
        threads = [threading.Thread(target=send, args=(marker, self.from_elsewhere(number))) for number, marker in enumerate(markers)]
        with frozen("delivery"):
            for thread in threads:
                thread.start()
            time.sleep(4)
            self.assertLess(memory("smtp") - before, 96 << 20)
        for thread in threads:
            thread.join(2 * PATIENT)
        self.assertEqual(set(answers), set(markers))
        self.assertEqual({answer[:1] for answer in answers.values()} - {"2", "4"}, set(), answers)
        with signed_in(who) as pop3:
            count = int(pop3.asks("STAT").split()[1])
            heads = [b"\n".join(pop3.asks_long(f"TOP {number} 0")) for number in range(max(1, count - 70), count + 1)]
        for marker, answer in answers.items():
            here = sum(marker.encode() in head for head in heads)
            self.assertIn(here, (1,) if answer.startswith("250") else (0, 1), answer)


if __name__ == "__main__":
    unittest.main()
