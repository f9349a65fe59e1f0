"""PostgreSQL, Redis and auth in trouble that is not death: connections cut, locks held, no writes, no room, no answer. What can't be done is refused for
now, never for good; what was acknowledged is there; the same sessions go on afterwards (contract R7, R8, C09, C13)."""
import contextlib
import json
import socket
import subprocess
import threading
import time
import unittest

import dav_support
import imap_support
import pop3_support
from smtp_support import Closed, Inbox, account, mail, mark, submitter
from suite_support import Log, eventually, frozen, pid, place, skip_unless_local

ADA, GRACE, LINUS = range(3)


def ports():
    with open(place("ports.json")) as file:
        return json.load(file)


def sql(*statements, wait=True):
    """What the last one answers; each is a transaction of its own."""
    command = ["psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-h", place("run", "pg"), "-p", str(ports()["postgres"]), "-U", "postgres", "-d", "skybridge"]
    for statement in statements:
        command += ["-c", statement]
    if wait:
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=30).stdout
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def cut_connections():
    return int(sql("select count(pg_terminate_backend(pid)) from pg_stat_activity where usename like 'sky_%'"))


def redis(*words):
    """The first line of the answer."""
    with open(place("secrets", "redis")) as file:
        password = file.read()
    with socket.create_connection(("127.0.0.1", ports()["redis"]), 10) as connection:
        for command in (("AUTH", password), words):
            connection.sendall(b"*%d\r\n" % len(command) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word.encode()) for word in command))
            answer = connection.recv(4096)
        return answer.decode()


@skip_unless_local
class Stores(unittest.TestCase):
    """Four sessions that read and write; each step says 'done' or 'later', and anything else is a fault."""

    def setUp(self):
        self.services = {name: pid(name) for name in ("auth", "delivery", "smtp", "imap", "pop3", "groupware")}
        self.acknowledged = []
        self.smtp = eventually(lambda: submitter(account(ADA)))
        self.imap = imap_support.Client()
        self.imap.ok(f'LOGIN "{account(GRACE)["address"]}" "{account(GRACE)["password"]}"')
        self.box = mark()
        self.imap.ok(f"CREATE {self.box}")
        self.imap.ok(f"SELECT {self.box}")
        with submitter(account(ADA)) as client:
            mail(client, account(ADA)["address"], [account(LINUS)["address"]], b"Subject: for LINUS\r\n\r\nx\r\n")
        self.pop3 = eventually(self.maildrop)
        self.dav = dav_support.Client(LINUS)
        self.home = self.dav.home()
        self.calendar = f"{self.home}{mark()}/"
        self.assertEqual(self.dav.ask("MKCALENDAR", self.calendar).status, 201)
        for client in (self.smtp, self.imap, self.pop3):
            client.socket.settimeout(60)
            self.addCleanup(client.socket.close)
        self.addCleanup(self.dav.close)

    def tearDown(self):
        for step in (self.sends, self.appends, self.reads, self.retrieves, self.puts, self.looks):
            eventually(lambda: step() == "done")
        for where, marker in self.acknowledged:
            with self.subTest(acknowledged=where):
                self.assertEqual(len(eventually(lambda: self.found(where, marker))), 1)
        self.imap.ok("UNSELECT")
        self.imap.ok(f"DELETE {self.box}")
        self.dav.ask("DELETE", self.calendar)
        self.assertEqual({name: pid(name) for name in self.services}, self.services, "a service died")

    def maildrop(self):
        client = pop3_support.signed_in(account(LINUS))
        if not client.asks("STAT").startswith("+OK 0"):
            return client
        client.socket.close()

    def found(self, where, marker):
        if where == "smtp":
            return Inbox(account(LINUS)).messages(marker)
        if where == "imap":
            return self.imap.ok(f"SEARCH SUBJECT {marker}")[0][-1].split()[2:]
        return [1] if self.dav.ask("GET", self.calendar + marker).status == 200 else []

    def told(self, done, later, answer):
        if done:
            return "done"
        self.assertTrue(later, answer)
        return "later"

    def sends(self):
        marker, me = mark(), account(ADA)["address"]
        try:
            alive = self.smtp.asks("NOOP").startswith("250")
        except (Closed, OSError):
            alive = False
        if not alive:  # the limits of the tests are short: it was silent while another step waited
            self.smtp.socket.close()
            self.smtp = eventually(lambda: submitter(account(ADA)))
        for line in ("RSET", f"MAIL FROM:<{me}>", f"RCPT TO:<{account(LINUS)['address']}>"):
            answer = self.smtp.asks(line)
            if not answer.startswith("250"):
                return self.told(False, answer[:1] == "4", answer)
        self.assertEqual(self.smtp.asks("DATA")[:3], "354")
        self.smtp.sends(f"Subject: {marker}\r\nMessage-ID: <{marker}@example.test>\r\n\r\nx\r\n")
        answer = self.smtp.asks(".")
        if answer.startswith("250"):
            self.acknowledged.append(("smtp", marker))
        return self.told(answer.startswith("250"), answer[:1] == "4", answer)

    def appends(self):
        marker = mark()
        answer = self.imap.append(self.box, imap_support.message(marker))
        if answer.startswith(b"OK"):
            self.acknowledged.append(("imap", marker))
        return self.told(answer.startswith(b"OK"), answer.startswith(b"NO [UNAVAILABLE]"), answer)

    def reads(self):
        answer = self.imap.says("STATUS INBOX (MESSAGES)")[1]
        return self.told(answer.startswith(b"OK"), answer.startswith(b"NO [UNAVAILABLE]"), answer)

    def retrieves(self):
        answer = self.pop3.asks("RETR 1")
        if answer.startswith("+OK"):
            self.pop3.rest()
        return self.told(answer.startswith("+OK"), answer.startswith("-ERR [SYS/TEMP]"), answer)

    def puts(self):
        marker = mark() + ".ics"
        answer = self.dav.ask("PUT", self.calendar + marker, dav_support.event(marker), Content_Type="text/calendar", If_None_Match="*")
        if answer.status == 201:
            self.acknowledged.append(("dav", marker))
        self.assertTrue(answer.status == 201 or answer.headers.get("retry-after"), answer.status)
        return self.told(answer.status == 201, answer.status == 503, answer.status)

    def looks(self):
        answer = self.dav.propfind(self.calendar, "<getetag/>", depth=1).status
        return self.told(answer == 207, answer == 503, answer)

    def all_at_once(self):
        """{step: what it said}; IMAP's and CalDAV's share a session each, so they follow each other."""
        said, failures = {}, []

        def run(*steps):
            for step in steps:
                try:
                    said[step.__name__] = step()
                except Exception as error:  # told below
                    failures.append((step.__name__, error))

        threads = [threading.Thread(target=run, args=steps) for steps in ((self.sends,), (self.reads, self.appends), (self.retrieves,), (self.looks, self.puts))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise AssertionError(failures) from failures[0][1]
        return said

    def test_connections_that_are_cut(self):
        "[contract:C09] [contract:R8]"
        for _ in range(5):
            self.assertGreater(cut_connections(), 0)
            self.all_at_once()
        cutting = threading.Event()

        def cut():
            while not cutting.wait(0.05):
                cut_connections()

        knife = threading.Thread(target=cut)
        knife.start()
        try:
            for _ in range(10):
                self.all_at_once()
        finally:
            cutting.set()
            knife.join()

    def test_a_database_that_takes_no_writes(self):
        "[contract:R8]"
        log = Log("delivery")
        try:
            sql("alter system set default_transaction_read_only = on", "select pg_reload_conf()")
            time.sleep(0.3)
            said = self.all_at_once()
        finally:
            sql("alter system reset default_transaction_read_only", "select pg_reload_conf()")
        self.assertEqual(said, {"sends": "later", "appends": "later", "puts": "later", "reads": "done", "retrieves": "done", "looks": "done"})
        self.assertIn("read-only", log.reasons())

    def test_a_database_with_no_room_for_connections(self):
        "[contract:R8]"
        roles = ["sky_delivery", "sky_imap", "sky_pop3", "sky_groupware"]
        try:
            for role in roles:
                sql(f"alter role {role} connection limit 0")
            cut_connections()
            said = self.all_at_once()
        finally:
            for role in roles:
                sql(f"alter role {role} connection limit -1")
        self.assertEqual(set(said.values()), {"later"}, said)

    def test_deletions_are_kept_or_refused_as_a_whole(self):
        "[rfc1939:6] [rfc3206:4]"
        marker, who = mark(), account(LINUS)
        for _ in range(3):
            with submitter(account(ADA)) as client:
                mail(client, account(ADA)["address"], [who["address"]], f"Subject: {marker}\r\n\r\nx\r\n")
        self.assertEqual(len(eventually(lambda: [True] * (len(Inbox(who).messages(marker)) == 3))), 1)
        with pop3_support.signed_in(who) as client:
            count = int(client.asks("STAT").split()[1])
            for number in range(count - 2, count + 1):
                self.assertTrue(client.asks(f"DELE {number}").startswith("+OK"))
            try:
                sql("alter role sky_pop3 connection limit 0")
                cut_connections()
                self.assertTrue(client.asks("QUIT").startswith("-ERR [SYS/TEMP]"))
            finally:
                sql("alter role sky_pop3 connection limit -1")
        self.assertEqual(len(eventually(lambda: Inbox(who).messages(marker))), 3)

    def test_locks_that_are_held(self):
        "[contract:R8] [contract:R9]"
        tables = "mail.account, mail.mailbox, cal.account"
        holder = sql(f"begin; lock table {tables} in access exclusive mode; select pg_sleep(60)", wait=False)
        try:
            eventually(lambda: "AccessExclusiveLock" in sql("select mode from pg_locks where granted and relation = 'mail.account'::regclass"))
            begun = time.monotonic()
            said = self.all_at_once()
            self.assertLess(time.monotonic() - begun, 40)
        finally:
            sql("select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(60)%' and pid <> pg_backend_pid()")
            holder.wait()
        self.assertEqual({said[step] for step in ("sends", "appends", "reads")}, {"later"}, said)

    def test_redis_that_forgets_or_has_no_room(self):
        "[contract:R7] [contract:C13]"
        done = {"sends", "appends", "puts", "reads", "retrieves", "looks"}
        for _ in range(3):
            self.assertTrue(redis("FLUSHALL").startswith("+OK"))
            self.assertEqual(self.all_at_once(), dict.fromkeys(done, "done"))
        try:
            redis("CONFIG", "SET", "maxmemory-policy", "noeviction")
            redis("CONFIG", "SET", "maxmemory", "1")
            self.assertEqual(self.all_at_once(), dict.fromkeys(done, "done"))
            submitter(account(GRACE)).socket.close()
        finally:
            redis("CONFIG", "SET", "maxmemory", "256mb")
            redis("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
        redis("CLIENT", "KILL", "TYPE", "normal")
        redis("CLIENT", "KILL", "TYPE", "pubsub")
        self.assertEqual(self.all_at_once(), dict.fromkeys(done, "done"))

    def test_an_auth_that_answers_nothing(self):
        "[contract:R9]"
        heard = {}
        with contextlib.ExitStack() as stack:
            smtp = stack.enter_context(submitter_up_to_auth())
            reader = stack.enter_context(pop3_support.Client())
            imap = imap_support.Client()
            stack.callback(imap.close)
            for client in (smtp, reader, imap):
                client.socket.settimeout(60)
            reader.asks(f"USER {account(GRACE)['address']}")
            stranger = stack.enter_context(pop3_support.smtp_support.Client())
            stranger.socket.settimeout(60)
            stranger.greets()
            stranger.asks("MAIL FROM:<a@elsewhere.invalid>")
            attempts = {"smtp": lambda: smtp.signs_in(account(GRACE)), "pop3": lambda: reader.asks(f"PASS {account(GRACE)['password']}"),
                        "imap": lambda: imap.says(f'LOGIN "{account(GRACE)["address"]}" "{account(GRACE)["password"]}"')[1].decode(),
                        "rcpt": lambda: stranger.asks(f"RCPT TO:<{mark()}@example.test>"),  # not "unknown user"
                        "dav": lambda: str(dav_support.Client(GRACE, "not remembered").ask("PROPFIND", "/dav/", Depth=0).status)}
            with frozen("auth"):
                threads = [threading.Thread(target=lambda name=name, call=call: heard.update({name: call()})) for name, call in attempts.items()]
                for thread in threads:
                    thread.start()
                while any(thread.is_alive() for thread in threads):  # who has signed in already goes on
                    self.assertEqual((self.reads(), self.appends(), self.retrieves(), self.smtp.asks("NOOP")[:3]), ("done", "done", "done", "250"))
                    time.sleep(1)
                for thread in threads:
                    thread.join()
            for name, expected in {"smtp": "454 4.7.0", "rcpt": "451 4.", "pop3": "-ERR [SYS/TEMP]", "imap": "NO [UNAVAILABLE]", "dav": "503"}.items():
                self.assertTrue(heard.get(name, "nothing").startswith(expected), (name, heard.get(name)))
            eventually(lambda: imap.says(f'LOGIN "{account(GRACE)["address"]}" "{account(GRACE)["password"]}"')[1].startswith(b"OK"))


def submitter_up_to_auth():
    client = pop3_support.smtp_support.Client("submissions")
    client.greets()
    return client


if __name__ == "__main__":
    unittest.main()
