"""Faults at random moments, by a seed. Each is written down before it happens."""
import json
import os
import random
import signal
import subprocess
import threading
import time

SERVICES = ["auth", "smtp", "delivery", "imap", "pop3", "groupware"]
# Where a process may die, so that the moment is exact. The names stand in services/delivery and libs/mailstore.
FAILPOINTS = ["deliver.before_insert", "deliver.after_insert", "deliver.before_commit", "deliver.after_commit", "queue.after_claim",
              "queue.transfer.before_commit", "queue.transfer.after_commit", "queue.report", "queue.end.before_commit", "queue.end.after_commit",
              "relay.after_remote_250", "smtp.data.before_submit", "smtp.data.after_submit", "imap.append.after_commit"]
ROOM = {"smtp": "smtp", "imap": "imap"}  # by the first word; all others are delivery's


class Injector(threading.Thread):
    def __init__(self, house, pause):
        super().__init__(daemon=True)
        self.house, self.pause = house, pause
        self.random = random.Random(house.seed)
        self.faults = []

    def run(self):
        choices = [(self.kill, service) for service in SERVICES for _ in range(3 if service in ("smtp", "delivery") else 1)]
        choices += [(self.terminate, "smtp"), (self.terminate, "delivery"), (self.kill, "postgres"), (self.stop_now, "postgres"), (self.kill, "redis"),
                    (self.forget, "redis"), (self.cut, "postgres"), (self.freeze, "delivery"), (self.freeze, "redis")]
        choices += [(self.arm, name) for name in FAILPOINTS]
        if self.house.control:
            choices = [(self.stop_now, "postgres")]
        # Every one of them at least once before any of them twice.
        order = []
        while time.monotonic() < self.house.until:
            if not order:
                order = choices[:]
                self.random.shuffle(order)
            fault, target = order.pop()
            self.faults.append((fault.__name__, target))
            self.house.journal.write({"event": "fault", "fault": fault.__name__, "target": target})
            try:
                fault(target)
            except (OSError, ValueError, subprocess.SubprocessError) as error:
                self.house.journal.write({"event": "no fault", "reason": repr(error)})
            time.sleep(self.random.uniform(0.5, 1.5) * self.pause)

    def pid(self, name):
        """0 while it is being started again; then there is nothing to hurt."""
        try:
            with open(f"{self.house.var}/run/{name}.pid") as file:
                return int(file.read() or 0)
        except FileNotFoundError:
            return 0

    def signal(self, name, number):
        if pid := self.pid(name):
            os.kill(pid, number)

    def kill(self, name):
        self.signal(name, signal.SIGKILL)

    def terminate(self, name):
        self.signal(name, signal.SIGTERM)

    def stop_now(self, name):
        self.signal(name, signal.SIGQUIT)  # PostgreSQL: immediate shutdown

    def freeze(self, name):
        pid = self.pid(name)
        if not pid:
            return
        os.kill(pid, signal.SIGSTOP)
        try:
            time.sleep(4)  # past the queue's lease
        finally:
            os.kill(pid, signal.SIGCONT)

    def forget(self, _):
        self.house.redis("FLUSHALL")

    def cut(self, _):
        self.house.sql("select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'skybridge-%'")

    def arm(self, name):
        """The next process that comes by dies there."""
        service = ROOM.get(name.split(".")[0], "delivery")
        before = self.pid(service)
        self.house.failpoint(f"{name}=crash")
        try:
            for _ in range(30):
                time.sleep(0.1)
                if self.pid(service) != before:
                    break
        finally:
            self.house.failpoint("")

    def deaths(self):
        """How often delivery or its database may have died between the next hop's 250 and our COMMIT."""
        return sum(1 for fault, target in self.faults if target in ("delivery", "postgres") or fault == "arm")

    def summary(self):
        counts = {}
        for fault, target in self.faults:
            counts[f"{fault} {target}"] = counts.get(f"{fault} {target}", 0) + 1
        return json.dumps(counts, sort_keys=True)
