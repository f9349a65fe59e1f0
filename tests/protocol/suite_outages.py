"""PostgreSQL, Redis, auth or delivery goes away in mid-command: a temporary error, a log line with the reason, nothing lost or doubled, nobody
else disturbed; once it is back, the same sessions go on (RFC 5530 §3, RFC 3206 §4, RFC 3463 §3.4, RFC 9110 §15.6.4)."""
import contextlib
import threading
import time
import unittest

import dav_support
import imap_support
import pop3_support
import smtp_support
from smtp_support import Inbox, account, mark, submitter
from suite_support import Log, down, eventually, frozen, seconds, skip_unless_local

ADA, GRACE, LINUS = range(3)


class Doors:
    """A session on every door, each in the middle of something: a mail but for its last line, a mailbox selected, a maildrop open."""

    def __init__(self, case):
        self.marker = mark()
        self.smtp = submitter(account(ADA))
        self.mail_up_to_its_end(self.smtp)
        self.imap = imap_support.Client()
        self.imap.ok(f'LOGIN "{account(GRACE)["address"]}" "{account(GRACE)["password"]}"')
        self.imap.append("INBOX", imap_support.message("outage"))
        self.imap.ok("SELECT INBOX")
        self.imap.socket.settimeout(60)
        self.smtp.socket.settimeout(60)
        self.pop3 = pop3_support.Client()
        assert self.pop3.asks(f"USER {account(LINUS)['address']}").startswith("+OK")
        with submitter(account(ADA)) as sender:
            pop3_support.mail(sender, account(ADA)["address"], [account(LINUS)["address"]], b"Subject: for LINUS\r\n\r\nx\r\n")
        assert self.pop3.asks(f"PASS {account(LINUS)['password']}").startswith("+OK")
        self.pop3.socket.settimeout(60)
        self.dav = dav_support.Client(ADA)
        self.home = self.dav.home()
        for client in (self.smtp, self.imap, self.pop3):
            case.addCleanup(client.socket.close)
        case.addCleanup(self.dav.close)

    def mail_up_to_its_end(self, client):
        for line in (f"MAIL FROM:<{account(ADA)['address']}>", f"RCPT TO:<{account(GRACE)['address']}>"):
            assert client.asks(line).startswith("250")
        assert client.asks("DATA").startswith("354")
        client.sends(f"Subject: {self.marker}\r\nMessage-ID: <{self.marker}@example.test>\r\nDate: Mon, 02 Nov 2026 10:00:00 +0000\r\n"
                     f"From: <{account(ADA)['address']}>\r\n\r\nx\r\n")


def at_once(**calls):
    """{name: (answer, seconds)} of calls made at the same time; an exception is an answer."""
    answers = {}

    def run(name, call):
        begun = time.monotonic()
        try:
            answer = call()
        except Exception as error:  # the test that looks at it shows it
            answer = error
        answers[name] = answer, time.monotonic() - begun

    threads = [threading.Thread(target=run, args=item) for item in calls.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@skip_unless_local
class Outages(unittest.TestCase):
    def setUp(self):
        if max(seconds("imap", "STORE_LIMIT", 30), seconds("delivery", "COMMIT_LIMIT", 60), seconds("groupware", "REQUEST_TIMEOUT", 30)) > 10:
            self.skipTest("the limits of this suite would make it long")
        eventually(lambda: all(Inbox(account(number)).messages("-") is not None for number in (ADA, GRACE, LINUS)))
        eventually(self.all_is_well)
        self.logs = {service: Log(service) for service in ("smtp", "imap", "pop3", "groupware", "delivery", "auth")}

    def all_is_well(self):
        who = account(ADA)
        with submitter(who), contextlib.closing(imap_support.Client()) as imap:
            return imap.says(f'LOGIN "{who["address"]}" "{who["password"]}"')[1].startswith(b"OK")

    def bystanders(self):
        """Sessions that need nothing of what is away."""
        with contextlib.ExitStack() as stack:
            smtp = stack.enter_context(smtp_support.Client())
            pop3 = stack.enter_context(pop3_support.Client())
            imap = imap_support.Client()
            stack.callback(imap.close)
            begun = time.monotonic()
            self.assertTrue(smtp.greets().startswith("250"))
            self.assertEqual(smtp.asks("NOOP")[:3], "250")
            self.assertTrue(pop3.asks_long("CAPA"))
            self.assertTrue(imap.says("NOOP")[1].startswith(b"OK"))
            self.assertLess(time.monotonic() - begun, 2)

    def recovered(self, doors):
        """The same sessions, and the same mail once more: kept once."""
        eventually(lambda: doors.imap.says("FETCH * BODY.PEEK[]")[1].startswith(b"OK"))
        eventually(lambda: doors.pop3.asks_long("RETR 1"))
        eventually(lambda: doors.dav.ask("PROPFIND", doors.home, Depth=1).status == 207)

        def again():
            with submitter(account(ADA)) as client:
                doors.mail_up_to_its_end(client)
                return client.asks(".").startswith("250")

        eventually(again)
        self.assertEqual(len(eventually(lambda: Inbox(account(GRACE)).messages(doors.marker))), 1)

    def each_door(self, doors):
        """What everyone hears who asks for something now."""
        grace, linus = account(GRACE), account(LINUS)
        stranger = imap_support.Client()
        reader, sender = pop3_support.Client(), smtp_support.Client("submissions")
        for client in (stranger, reader, sender):
            self.addCleanup(client.socket.close)
            client.socket.settimeout(60)
        sender.greets()
        reader.asks(f"USER {grace['address']}")
        return at_once(
            smtp=lambda: doors.smtp.asks("."), imap=lambda: doors.imap.says("STATUS INBOX (MESSAGES)")[1],
            pop3=lambda: doors.pop3.asks("RETR 1"), dav=lambda: doors.dav.ask("PROPFIND", doors.home, Depth=1).status,
            imap_sign_in=lambda: stranger.says(f'LOGIN "{linus["address"]}" "{linus["password"]}"')[1],
            pop3_sign_in=lambda: reader.asks(f"PASS {grace['password']}"), smtp_sign_in=lambda: sender.signs_in(grace),
            bystanders=self.bystanders)

    def temporary(self, heard, but=()):
        expected = {
            "smtp": lambda a: a[:1] == "4", "imap": lambda a: a.startswith(b"NO [UNAVAILABLE]"), "pop3": lambda a: a.startswith("-ERR [SYS/TEMP]"),
            "dav": lambda a: a == 503, "imap_sign_in": lambda a: a.startswith(b"NO [UNAVAILABLE]"),
            "pop3_sign_in": lambda a: a.startswith("-ERR [SYS/TEMP]"), "smtp_sign_in": lambda a: a.startswith("454 4.7.0"), "bystanders": lambda a: a is None,
        }
        for door, right in expected.items():
            answer, took = heard[door]
            with self.subTest(door=door):
                if isinstance(answer, Exception):
                    raise answer
                if door not in but:
                    self.assertTrue(right(answer), answer)
                self.assertLess(took, 35)

    def test_a_database_that_answers_nothing(self):
        doors = Doors(self)
        with frozen("postgres"):
            heard = self.each_door(doors)
        self.temporary(heard)
        self.recovered(doors)
        for service in ("imap", "pop3", "groupware", "delivery", "auth"):
            self.assertRegex(self.logs[service].reasons(), "(?i)database|postgres|deadline|timeout|time", service)

    def test_a_database_that_died(self):
        doors = Doors(self)
        with down("postgres"):
            heard = self.each_door(doors)
        self.temporary(heard)
        self.recovered(doors)
        for service in ("imap", "pop3", "groupware", "delivery", "auth"):
            self.assertRegex(self.logs[service].reasons(), "(?i)database|postgres|connection", service)

    def test_a_message_that_is_half_here_when_the_database_dies(self):
        doors, message = Doors(self), imap_support.message("half")
        marker = mark()
        message = message.replace(b"Subject: half", b"Subject: " + marker.encode())
        doors.imap.send(f"h APPEND INBOX {{{len(message)}}}\r\n")
        self.assertTrue(doors.imap.line().startswith(b"+"))
        doors.imap.send(message[:60])
        with down("postgres"):
            doors.imap.send(message[60:] + b"\r\n")
            self.assertTrue(doors.imap.until("h")[1].startswith(b"NO [UNAVAILABLE]"))
        eventually(lambda: doors.imap.append("INBOX", message).startswith(b"OK"))
        found, _ = doors.imap.ok(f"SEARCH SUBJECT {marker}")
        self.assertEqual(len(found[-1].split()) - 2, 1, found)

    def tells_of(self, service, word):
        said = "".join(line["event"] + str(line.get("reason")) for line in self.logs[service].lines()).lower()
        if word not in said:
            raise AssertionError(f"{service} says nothing of {word}")
        return True

    def without_redis(self, gone):
        doors, grace = Doors(self), account(GRACE)
        idle = imap_support.Client()
        self.addCleanup(idle.close)
        idle.ok(f'LOGIN "{grace["address"]}" "{grace["password"]}"')
        idle.ok("SELECT INBOX")
        idle.send("i IDLE\r\n")
        self.assertTrue(idle.line().startswith(b"+"))
        with gone("redis"):
            heard = self.each_door(doors)
            self.assertEqual(heard["smtp"][0][:3], "250")
            self.assertTrue(heard["imap"][0].startswith(b"OK"), heard["imap"])
            self.assertTrue(heard["pop3"][0].startswith("+OK"), heard["pop3"])
            self.assertEqual(heard["dav"][0], 207)
            self.assertTrue(heard["imap_sign_in"][0].startswith(b"OK"), heard["imap_sign_in"])
            self.assertTrue(heard["pop3_sign_in"][0].startswith("+OK"), heard["pop3_sign_in"])
            self.assertTrue(heard["smtp_sign_in"][0].startswith("235"), heard["smtp_sign_in"])
            self.assertIsNone(heard["bystanders"][0])
            for door, (_, took) in heard.items():
                self.assertLess(took, 8, door)
            while not idle.line().endswith(b"EXISTS"):  # by looking, since nobody tells
                pass
            doors.pop3.rest()
            for service in ("imap", "pop3", "delivery"):
                eventually(lambda: self.tells_of(service, "redis"))
        self.recovered(doors)

    def test_without_redis_mail_goes_on(self):
        self.without_redis(down)

    def test_a_redis_that_answers_nothing(self):
        self.without_redis(frozen)

    def test_without_auth_signed_in_sessions_go_on(self):
        doors = Doors(self)
        with down("auth"):
            heard = self.each_door(doors)
        self.temporary(heard, but=("smtp", "imap", "pop3", "dav"))
        self.assertEqual(heard["smtp"][0][:3], "250")
        self.assertTrue(heard["imap"][0].startswith(b"OK"), heard["imap"])
        self.assertTrue(heard["pop3"][0].startswith("+OK"), heard["pop3"])
        self.assertIn(heard["dav"][0], (207, 503))
        doors.pop3.rest()
        self.recovered(doors)

    def test_without_delivery_senders_keep_their_mail(self):
        for gone in (down, frozen):
            doors = Doors(self)
            with gone("delivery"):
                heard = self.each_door(doors)
                self.assertEqual(heard["smtp"][0][:1], "4", heard["smtp"])
                self.assertTrue(heard["imap"][0].startswith(b"OK"), heard["imap"])
            doors.pop3.rest()
            self.recovered(doors)
            self.assertRegex(self.logs["smtp"].reasons(), "(?i)delivery|unavailable|connect|deadline|timeout")


if __name__ == "__main__":
    unittest.main()
