"""The two sides of the measurement: Debian's Postfix and Dovecot, and Skybridge. Both below one folder, on ports of their own, stopped by process id.

A side has: smtp (port), imaps (port), address(i), password(i), start(), stop(), restart_cold(), settled(), root_pids() and cpu.seconds().
"""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time
import urllib.request

from imap import Session

ROOT = pathlib.Path(__file__).resolve().parents[2]
TICK = os.sysconf("SC_CLK_TCK")


def run(*argv, **more):
    done = subprocess.run([str(word) for word in argv], text=True, capture_output=True, **more)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, argv))}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def tree(roots):
    """These processes and all below them that are alive."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as file:
                    parents.setdefault(int(file.read().rsplit(")", 1)[1].split()[1]), []).append(int(entry))
            except OSError:
                pass
    found, todo = [], list(roots)
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += parents.get(pid, [])
    return found


def cpu_seconds(roots):
    """CPU used by the trees below these processes so far, children that have ended included."""
    ticks = 0
    for pid in tree(roots):
        try:
            with open(f"/proc/{pid}/stat") as file:
                fields = file.read().rsplit(")", 1)[1].split()
            ticks += sum(map(int, fields[11:15]))   # utime, stime, cutime, cstime
        except OSError:
            pass
    return ticks / TICK


class Cpu:
    """CPU of one side: of a control group where there are some (to the microsecond), else of the tree of its processes (in steps of 10 ms)."""
    GROUPS = pathlib.Path("/sys/fs/cgroup/cpuacct")

    def __init__(self, name, roots):
        self.roots, self.group = roots, self.GROUPS / f"bench-{os.getpid()}-{name}"
        try:
            self.group.mkdir()
        except OSError:
            self.group = None

    def join(self):
        """Between fork and exec: this process and all that it starts belong to the side."""
        if self.group:
            (self.group / "cgroup.procs").write_text("0")

    def seconds(self):
        return int((self.group / "cpuacct.usage").read_text()) / 1e9 if self.group else cpu_seconds(self.roots())

    def end(self):
        for _ in range(50 if self.group else 0):   # what ended is not gone at once
            try:
                return self.group.rmdir()
            except OSError:
                time.sleep(0.1)


def memory_kib(roots):
    """Proportional set size: pages that processes share are counted once."""
    total = 0
    for pid in tree(roots):
        try:
            with open(f"/proc/{pid}/smaps_rollup") as file:
                total += next(int(line.split()[1]) for line in file if line.startswith("Pss:"))
        except (OSError, StopIteration):
            pass
    return total


def end(pid, number=signal.SIGTERM, seconds=30):
    """Ends a process of ours (a child, or not) and waits until it is gone."""
    os.kill(pid, number)
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        try:
            if os.waitpid(pid, os.WNOHANG)[0]:
                return
        except ChildProcessError:
            if not os.path.exists(f"/proc/{pid}"):
                return
        time.sleep(0.02)
    raise SystemExit(f"process {pid} does not end")


class Peer:
    """Postfix takes the mail, Dovecot keeps it: mdbox, fsync as both have it by default (each message before it is acknowledged)."""
    name = "Postfix + Dovecot"

    def __init__(self, var, mailboxes, certificates, offset, hibernate=False):
        self.var, self.mailboxes, self.tls, self.hibernate = var / "peer", mailboxes, certificates, hibernate
        self.smtp, self.imaps, self.imap, self.lmtp = 2625 + offset, 2693 + offset, 2643 + offset, 2624 + offset
        self.processes = {}
        self.cpu = Cpu("theirs", self.root_pids)

    plain = "plain"   # how idle_hold signs in without TLS

    @property
    def kept(self):
        return ", imap-hibernate" if self.hibernate else ""

    def idle_sessions(self, wanted):
        """A process each, of half a megabyte: 10,000 would not leave the machine to anybody else."""
        return wanted if self.hibernate else min(wanted, 2000)

    def address(self, i):
        return f"user{i}@bench.test"

    def password(self, _):
        return "not-a-secret-in-a-bench"

    def root_pids(self):
        return [process.pid for process in self.processes.values()]

    def configure(self):
        shutil.rmtree(self.var, ignore_errors=True)
        for name in ("postfix", "spool", "data", "dovecot", "mail", "log"):
            (self.var / name).mkdir(parents=True)
        for path in (self.var, *self.var.parents):
            if path.stat().st_uid == 0 and path != pathlib.Path("/") and str(path).startswith(str(self.var.parent)):
                path.chmod(0o755)
        shutil.chown(self.var / "data", "postfix")
        (self.var / "mail").chmod(0o1777)
        postfix = self.var / "postfix"
        addresses = [self.address(i) for i in range(self.mailboxes)]
        (postfix / "mailboxes").write_text("".join(f"{address} here\n" for address in addresses))
        run("postmap", f"hash:{postfix}/mailboxes")
        (postfix / "main.cf").write_text(f"""compatibility_level = 3.6
queue_directory = {self.var}/spool
data_directory = {self.var}/data
myhostname = mail.bench.test
mydestination =
mynetworks = 127.0.0.2/32
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
maillog_file_prefixes = {self.var}
maillog_file = {self.var}/log/postfix.log
smtpd_relay_restrictions = reject_unauth_destination
# All clients of the load come from one address; stock Postfix lets 50 of them in.
smtpd_client_event_limit_exceptions = 127.0.0.0/8
virtual_mailbox_domains = bench.test
virtual_mailbox_maps = hash:{postfix}/mailboxes
virtual_transport = lmtp:unix:{self.var}/dovecot/lmtp
""")
        services = pathlib.Path("/usr/share/postfix/master.cf.dist").read_text().splitlines()
        kept = []
        for line in services:
            words = line.split()
            if not words or line.startswith(("#", " ")) or words[7] in ("pipe", "pickup"):
                continue
            if words[0] == "smtp" and words[1] == "inet":
                words[0] = f"127.0.0.1:{self.smtp}"
            words[4] = "n"
            kept.append(" ".join(words))
        (postfix / "master.cf").write_text("\n".join(kept) + "\n")
        (self.var / "users").write_text("".join(
            # A user id for each mailbox: the kernel's limit of inotify instances is by user.
            f"{address}:{{PLAIN}}{self.password(0)}:{200000 + i}:{200000 + i}::{self.var}/mail/user{i}::\n" for i, address in enumerate(addresses)))
        hibernate = """imap_hibernate_timeout = 1s
service imap {
  unix_listener imap-master {
    user = $default_internal_user
  }
}
service imap-hibernate {
  unix_listener imap-hibernate {
    mode = 0666
  }
}
""" if self.hibernate else ""
        (self.var / "dovecot.conf").write_text(f"""base_dir = {self.var}/dovecot
state_dir = {self.var}/dovecot
log_path = {self.var}/log/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{self.tls}/server.pem
ssl_key = <{self.tls}/server.key
disable_plaintext_auth = no
mail_location = mdbox:~/mdbox
mail_fsync = optimized
mail_max_userip_connections = 100000
first_valid_uid = 1
first_valid_gid = 1
passdb {{
  driver = passwd-file
  args = username_format=%u {self.var}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {self.var}/users
}}
namespace inbox {{
  inbox = yes
}}
service imap-login {{
  service_count = 0
  client_limit = 30000
  vsz_limit = 0
  process_min_avail = {os.cpu_count()}
  inet_listener imap {{
    port = {self.imap}
  }}
  inet_listener imaps {{
    port = {self.imaps}
    ssl = yes
  }}
}}
service imap {{
  process_limit = 20000
}}
service lmtp {{
  unix_listener lmtp {{
    mode = 0666
  }}
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {self.lmtp}
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
default_client_limit = 40000
{hibernate}""")
        run("postfix", "-c", postfix, "check")

    def start(self):
        output = open(self.var / "log" / "start.log", "ab")
        self.processes["dovecot"] = subprocess.Popen(["dovecot", "-F", "-c", self.var / "dovecot.conf"], stdout=output, stderr=output, start_new_session=True,
                                                     preexec_fn=self.cpu.join)
        self.processes["postfix"] = subprocess.Popen(["/usr/lib/postfix/sbin/master", "-d", "-c", self.var / "postfix"], stdout=output, stderr=output,
                                                     start_new_session=True, preexec_fn=self.cpu.join)
        time.sleep(1.5)
        for name, process in self.processes.items():
            if process.poll() is not None:
                raise SystemExit(f"{name} does not start: see {self.var}/log")

    def stop(self):
        for process in self.processes.values():
            if process.poll() is None:
                end(process.pid)
        self.processes = {}

    def restart_cold(self, i):
        """New processes, and nothing yet in Dovecot's cache of header fields for this mailbox."""
        self.stop()
        for path in (self.var / "mail" / f"user{i}").rglob("dovecot.index.cache*"):
            path.unlink()
        self.start()

    def queued(self):
        return sum(len(files) for name in ("incoming", "active", "deferred") for _, _, files in os.walk(self.var / "spool" / name))

    def settled(self):
        """Waits until everything accepted is in its mailbox."""
        quiet = 0
        while quiet < 2:
            quiet = quiet + 1 if self.queued() == 0 else 0
            time.sleep(0.02)

    def upkeep(self):
        pass

    def has_lived(self):
        pass

    def fill(self, load, count, i):
        """Straight over LMTP, as Postfix would, to save time."""
        load("lmtp", self.lmtp, 8, count, [self.address(i)])

    def octets_on_disk(self, i):
        home = self.var / "mail" / f"user{i}"
        used = sum(path.stat().st_blocks * 512 for path in home.rglob("*") if path.is_file())
        session = Session(self.imaps, self.tls, self.address(i), self.password(i))
        session.ask("SELECT INBOX")
        mail = sum(int(size) for size in re.findall(rb"RFC822\.SIZE (\d+)", session.ask("FETCH 1:* (RFC822.SIZE)")))
        session.ask("LOGOUT")
        return used, mail

    def versions(self):
        return (f"Postfix {run('postconf', '-dh', 'mail_version').strip()}, Dovecot {run('dovecot', '--version').split()[0]} "
                "(mdbox, LMTP, mail_fsync=optimized, login processes in high-performance mode)")


class Ours:
    """Skybridge as deploy/local/up starts it, release build, with limits per client address raised and nothing else changed."""
    name = "Skybridge"

    def __init__(self, var, mailboxes, certificates, offset):
        self.var, self.mailboxes, self.tls = var / "skybridge", mailboxes, certificates
        self.smtp, self.imaps, self.imap = 2525 + offset, 2993 + offset, 2143 + offset
        self.cpu, self.psql = Cpu("ours", self.root_pids), None
        limits = ["smtp.CONNECTIONS_PER_IP=2000", "smtp.CONNECTIONS_PER_MINUTE=1000000", "imap.CONNECTIONS=40000", "imap.CONNECTIONS_PER_IP=40000",
                  "imap.CONNECTIONS_PER_USER=40000", "imap.TRUSTED_PROXIES=127.2.0.0/16"]
        self.environment = dict(os.environ, SKYBRIDGE_VAR=str(self.var), SKYBRIDGE_PORT_OFFSET=str(offset), SKYBRIDGE_PRESET="release",
                                SKYBRIDGE_LOCAL_SET="\n".join(limits))

    plain, kept = "proxied", ""   # no password is taken where somebody could read it

    def idle_sessions(self, wanted):
        return wanted

    def address(self, i):
        return f"user{i}@bench.test"

    def password(self, _):
        return "not-a-secret-in-a-bench"

    def root_pids(self):
        return [int((self.var / "run" / "supervise.pid").read_text())]

    def configure(self):
        run(ROOT / "deploy" / "local" / "down", "--purge", env=self.environment)
        self.var.mkdir(parents=True)
        run("cp", "-a", self.tls, self.var / "tls")   # the same certificate on both sides, so that a handshake costs the same

    def start(self):
        run(ROOT / "deploy" / "local" / "up", env=self.environment, preexec_fn=self.cpu.join)
        self.var = self.var.resolve()
        for line in (self.var / "skyctl.env").read_text().splitlines():
            key, value = line.removeprefix("export ").split("=", 1)
            self.environment[key] = value
        self.skyctl("tenant", "add", "bench")
        self.skyctl("domain", "add", "bench.test", "--tenant", "bench")
        for i in range(self.mailboxes):
            self.skyctl("mailbox", "add", self.address(i), "--password-stdin", given=self.password(i))

    def skyctl(self, *arguments, given=None):
        done = subprocess.run([self.var / "bin" / "skyctl", *arguments], input=given, text=True, capture_output=True, env=self.environment)
        if done.returncode not in (0, 4):   # 4: is there already
            raise SystemExit(f"skyctl {' '.join(arguments)}: {done.stderr}")

    def end_psql(self):
        if self.psql:
            self.psql.stdin.close()
            self.psql.wait(timeout=10)
            self.psql = None

    def stop(self):
        self.end_psql()
        run(ROOT / "deploy" / "local" / "down", env=self.environment)

    def ports(self):
        return json.loads((self.var / "ports.json").read_text())

    def restart_cold(self, _):
        """New processes of the database and of every service that takes part: nothing in PostgreSQL's buffers, nothing in ours. The supervisor starts them again."""
        self.end_psql()
        names = ("imap", "smtp", "delivery", "auth", "redis", "postgres")
        before = {name: self.pid(name) for name in names}
        for name in names:
            os.kill(before[name], signal.SIGINT if name == "postgres" else signal.SIGTERM)
        limit = time.monotonic() + 90
        while not all(self.pid(name) not in (0, before[name]) and self.ready(name) for name in names):
            if time.monotonic() > limit:
                raise SystemExit(f"Skybridge does not come back: see {self.var}/log")
            time.sleep(0.1)
        time.sleep(2)

    def pid(self, name):
        try:
            return int((self.var / "run" / f"{name}.pid").read_text())
        except (OSError, ValueError):
            return 0

    def ready(self, name):
        port = self.ports().get(f"health_{name}")
        try:
            return port is None or urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz/ready", timeout=2).status == 200
        except OSError:
            return False

    def settled(self):
        """Nothing to wait for: 250 is said after COMMIT of the mailbox's own row."""

    def upkeep(self):
        """What PostgreSQL would write later belongs to the messages that caused it."""
        self.sql("checkpoint")

    def has_lived(self):
        """A database of a minute ago has no statistics of its tables and plans for empty ones; autovacuum sees to that within a minute, and plans follow."""
        self.sql("analyze")

    def sql(self, statement):
        """One connection for all: opening one costs more than a row."""
        if self.psql is None or self.psql.poll() is not None:
            self.psql = subprocess.Popen(self.psql_command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.psql.stdin.write(f"{statement};\nselect 'done';\n")
        self.psql.stdin.flush()
        while (line := self.psql.stdout.readline()).strip() != "done":
            if not line:
                return   # the database was started anew
            if "ERROR" in line:
                raise SystemExit(f"psql: {line.strip()}")

    def psql_command(self):
        return ["psql", "-qXAt", "-F", " ", "-h", str(self.var / "run" / "pg"), "-p", str(self.ports()["postgres"]), "-U", "postgres", "-d", "skybridge"]

    def fill(self, load, count, i):
        load("smtp", self.smtp, 16, count, [self.address(i)])

    def indexed(self, seconds=300):
        """Waits until all mail is in the full-text index; the octets of mail and of the index."""
        limit = time.monotonic() + seconds
        while True:
            answer = run(*self.psql_command(), "-c",
                         "select (select count(distinct email_id) from mail.placement), (select coalesce(sum(document_count), 0) from mail.search_segment), "
                         "(select sum(b.size) from mail.email e join mail.blob b using (tenant_id, blob_id)), "
                         "pg_total_relation_size('mail.search_page') + pg_total_relation_size('mail.search_segment')")
            emails, documents, octets, index = (int(number) for number in answer.split())
            if documents >= emails:
                return octets, index
            if time.monotonic() > limit:
                raise SystemExit(f"Skybridge indexed {documents} of {emails} messages")
            time.sleep(1)

    def octets_on_disk(self, _):
        """Of all tables and indexes of the mail store but the full-text index, and of the mail in them."""
        used, mail = run(*self.psql_command(), "-c",
                         "select (select sum(pg_total_relation_size(c.oid)) from pg_class c where c.relnamespace = 'mail'::regnamespace and c.relkind = 'r' "
                         "and c.relname not like 'search%'), (select sum(size) from mail.placement)").split()
        return int(used), int(mail)

    def versions(self):
        postgres = run("/usr/lib/postgresql/15/bin/postgres", "--version").split()[2]
        redis = run("redis-server", "--version").split("v=")[1].split()[0]
        commit = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"], text=True, capture_output=True).stdout.strip()
        return f"Skybridge {commit or 'release'} (release build, PostgreSQL {postgres} with fsync and synchronous_commit, Redis {redis})"
