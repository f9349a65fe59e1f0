"""A house of auth, PostgreSQL and Redis alone, as deploy/local/up starts it, with a directory in it; and the driver that asks it."""
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from servers import ROOT, cpu_seconds, run, tree  # noqa: E402

PASSWORD = "correct horse battery staple"
EACH = 100  # mailboxes of a tenant


def say(text):
    print(f"==> {text}", file=sys.stderr, flush=True)


class House:
    """Mailbox k of tenant t is user{k}@t{t}.bench.test; all have PASSWORD, by one verifier that is imported with them."""

    def __init__(self, name, var, driver, offset):
        self.name, self.var, self.driver = name, var / name, driver
        self.environment = dict(os.environ, SKYBRIDGE_VAR=str(self.var), SKYBRIDGE_PORT_OFFSET=str(offset), SKYBRIDGE_SERVICES="auth")
        self.tenants = []   # (first, end, mailboxes made) of each filling
        self.more = 0       # addresses of a mailbox besides its own

    def purge(self):
        run(ROOT / "deploy" / "local" / "down", "--purge", env=self.environment)

    def start(self):
        run(ROOT / "deploy" / "local" / "up", env=self.environment)
        self.var = self.var.resolve()
        self.ports = json.loads((self.var / "ports.json").read_text())
        for line in (self.var / "skyctl.env").read_text().splitlines():
            key, value = line.removeprefix("export ").split("=", 1)
            self.environment[key] = value

    def stop(self):
        run(ROOT / "deploy" / "local" / "down", env=self.environment)

    def skyctl(self, *arguments, given=None):
        done = subprocess.run([self.var / "bin" / "skyctl", *arguments], input=given, text=True, capture_output=True, env=self.environment)
        if done.returncode not in (0, 4):   # 4: is there already
            raise SystemExit(f"skyctl {' '.join(arguments)}: {done.stderr}")
        return done.stdout

    def sql(self, text):
        return run("psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-h", self.var / "run" / "pg", "-p", self.ports["postgres"], "-U", "postgres",
                   "-d", "skybridge", "-c", text).strip()

    def verifier(self):
        """argon2id of PASSWORD as this house makes it."""
        self.skyctl("tenant", "add", "seed")
        self.skyctl("domain", "add", "seed.bench.test", "--tenant", "seed")
        self.skyctl("mailbox", "add", "seed@seed.bench.test", "--password-stdin", given=PASSWORD)
        return self.sql("select c.verifier from directory.credential c join directory.account a using (tenant_id, account_id) "
                        "where a.address = 'seed@seed.bench.test' and c.kind = 'main'")

    def pids(self, program):
        return tree([int((self.var / "run" / f"{program}.pid").read_text())])

    def cpu(self):
        """Seconds by program so far."""
        return {program: cpu_seconds([int((self.var / "run" / f"{program}.pid").read_text())]) for program in ("auth", "postgres", "redis")}

    def load(self, *arguments):
        """Runs the driver; its lines, each with the servers' CPU since the line before."""
        before, out = self.cpu(), []
        process = subprocess.Popen([self.driver, f"127.0.0.1:{self.ports['auth']}", self.var / "tls", *map(str, arguments)],
                                   stdout=subprocess.PIPE, text=True)
        for line in process.stdout:
            now = self.cpu()
            out.append(json.loads(line) | {"server": {program: now[program] - before[program] for program in now}})
            before = now
        if process.wait() not in (0, 1) or not out:
            raise SystemExit("the driver failed")
        for line in out:
            if line["failed"]:
                raise SystemExit(f"{self.name}: {line['failed']} of {line['calls'] + line['failed']} calls failed: {line['complaint']}")
        return out

    def fill(self, first, end, seconds, verifier, flights=16):
        tenants, mailboxes = self.load("fill", first, end, EACH, flights, seconds, verifier)
        self.tenants.append((first, end, mailboxes["calls"]))
        self.tidy()
        return tenants, mailboxes

    def tidy(self):
        """What PostgreSQL would do some time later is done before anything is measured."""
        self.sql("vacuum analyze")
        self.sql("checkpoint")

    def mailboxes(self):
        return sum(made for _, _, made in self.tenants)

    def addresses(self):
        return self.mailboxes() * (1 + self.more)

    def add_addresses(self, more):
        """More addresses for each mailbox, past the API: the rows that renaming with --keep-alias leaves."""
        self.sql("insert into directory.address (tenant_id, address, domain_id, account_id) "
                 "select a.tenant_id, split_part(a.address, '@', 1) || '.' || n || '@' || split_part(a.address, '@', 2), d.domain_id, a.account_id "
                 "from directory.account a join directory.address d on d.tenant_id = a.tenant_id and d.address = a.address "
                 f"cross join generate_series(1, {more}) n where a.address like 'user%'")
        self.more = more
        self.tidy()

    def sample(self, count, seed):
        """(address, primary address) of random addresses, none twice."""
        chosen, out = random.Random(seed), []
        for number in chosen.sample(range(self.addresses()), min(count, self.addresses())):
            i, extra = divmod(number, 1 + self.more)
            for first, end, made in self.tenants:
                if i < made:
                    break
                i -= made
            user, domain = f"user{i // (end - first)}", f"t{first + i % (end - first)}.bench.test"
            out.append((f"{user}.{extra}@{domain}" if extra else f"{user}@{domain}", f"{user}@{domain}"))
        return out

    def write(self, name, lines):
        path = self.var / name
        path.write_text("".join(" ".join(line) + "\n" for line in lines))
        return path

    def resolutions(self):
        """How many addresses this auth has looked up."""
        text = urllib.request.urlopen(f"http://127.0.0.1:{self.ports['health_auth']}/metrics", timeout=5).read().decode()
        return sum(int(float(value)) for value in re.findall(r"^skybridge_auth_resolutions_total\S* (\S+)$", text, re.M))

    def size(self):
        """MB of the database, and of the schemas in it."""
        schemas = self.sql("select n.nspname, sum(pg_total_relation_size(c.oid)) from pg_class c join pg_namespace n on n.oid = c.relnamespace "
                           "where c.relkind in ('r', 'p') and n.nspname in ('directory', 'mail', 'cal') group by 1 order by 1")
        return (int(self.sql("select pg_database_size('skybridge')")) / 1e6,
                {name: int(octets) / 1e6 for name, octets in (line.split("|") for line in schemas.splitlines())})
