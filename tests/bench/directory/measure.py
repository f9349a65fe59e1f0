"""Two houses, one small and one large, measured in turns; the tables. See run."""
import argparse
import json
import os
import pathlib
import statistics
import sys
import time

from house import EACH, PASSWORD, House, say
from timing import study

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from machine import machine  # noqa: E402

SMALL = 1000


class Speed:
    def __init__(self, options, houses):
        self.options, self.houses = options, houses
        self.samples = {}     # (row, house) → [{rate, driver, server, p50, p99}]
        self.used = {house.name: 0 for house in houses}
        self.people = {house.name: [pair for pair in house.sample(200_000, 99) if pair[0] == pair[1]] for house in houses}

    def keep(self, row, house, line):
        calls = line["calls"]
        self.samples.setdefault((row, house.name), []).append({
            "rate": calls / line["seconds"], "driver": line["cpu"] / calls * 1e6, "p50": line["p50_us"], "p99": line["p99_us"],
            **{program: seconds / calls * 1e6 for program, seconds in line["server"].items()}})

    def resolve(self, house, turn):
        sample = house.write("sample", house.sample(5000, turn))
        seconds = self.options.seconds
        for flights in (1, 16):
            self.keep(f"recipient asked of auth, {flights} in flight", house, house.load("resolve", "asked", seconds, flights, sample)[-1])
        before = house.resolutions()
        line = house.load("resolve", "cached", seconds, 1, sample)[-1]
        if (asked := house.resolutions() - before) > 2 * 5000 + line["calls"] // 100:
            raise SystemExit(f"the cache was cold: {asked} of {line['calls']} recipients were asked of auth")
        self.keep("recipient from the gateway's warm cache", house, line)

    def sign_in(self, house, turn):
        seconds = self.options.seconds
        again, rest = self.people[house.name][:50], self.people[house.name][50:]
        for flights in (1, 16):
            line = house.load("sign-in", "again", seconds, flights, PASSWORD, house.write("again", again))[-1]
            self.keep(f"sign-in, password proved lately, {flights} in flight", house, line)
        begin = self.used[house.name]
        line = house.load("sign-in", "first", seconds, os.cpu_count(), PASSWORD, house.write("first", rest[begin:begin + 100 * seconds]))[-1]
        self.used[house.name] += line["calls"] + os.cpu_count()
        self.keep(f"sign-in by argon2id (64 MiB, 2 passes), {os.cpu_count()} in flight", house, line)

    def run(self):
        for turn in range(self.options.runs):
            for house in self.houses if turn % 2 == 0 else reversed(self.houses):
                say(f"{house.name}: turn {turn + 1} of {self.options.runs}")
                self.resolve(house, turn)
                self.sign_in(house, turn)

    def table(self):
        def cell(rows, what):
            values = [row[what] for row in rows]
            digits = 0 if statistics.median(values) >= 20 else 1
            text = f"{statistics.median(values):,.{digits}f}"
            return text if len(values) == 1 else f"{text} ({min(values):,.{digits}f}–{max(values):,.{digits}f})"

        lines = ["| | directory | calls/s | µs a call: median | 99 % | CPU µs a call: both ends | gateway | auth | PostgreSQL | Redis |",
                 "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"]
        names = list(dict.fromkeys(row for row, _ in self.samples))
        for name in names:
            for house in self.houses:
                rows = self.samples[name, house.name]
                for row in rows:
                    row["both"] = row["driver"] + row["auth"] + row["postgres"] + row["redis"]
                cells = [cell(rows, what) for what in ("rate", "p50", "p99", "both", "driver", "auth", "postgres", "redis")]
                lines.append(f"| {name} | {house.addresses():,} addresses | {' | '.join(cells)} |")
        lines += ["", "| large : small | median time | CPU of both ends |", "|---|--:|--:|"]
        for name in names:
            small, large = (self.samples[name, house.name] for house in self.houses)
            ratio = [statistics.median(row[what] for row in large) / statistics.median(row[what] for row in small) for what in ("p50", "both")]
            lines.append(f"| {name} | {ratio[0]:.2f} | {ratio[1]:.2f} |")
        return lines


def fill(options, small, large):
    """Both directories, through the API; lines about the large one."""
    small.fill(0, SMALL // EACH, 120, small.verifier())
    tenants = max(1, options.mailboxes // EACH)
    empty, _ = large.size()
    made, mailboxes = large.fill(0, tenants, options.fill_seconds, large.verifier())
    octets, schemas = large.size()
    calls = mailboxes["calls"]
    server = sum(mailboxes["server"].values())
    out = [f"{made['calls']:,} tenants with a domain each in {made['seconds']:.0f} s; {calls:,} mailboxes in {mailboxes['seconds']:.0f} s: "
           f"{calls / mailboxes['seconds']:.0f} a second, {server / calls * 1e3:.2f} ms of server CPU each (auth "
           f"{mailboxes['server']['auth'] / calls * 1e3:.2f}, PostgreSQL {mailboxes['server']['postgres'] / calls * 1e3:.2f}); 16 calls in flight, each "
           f"with an idempotency key and the password's hash. PostgreSQL then: {octets:,.0f} MB ({(octets - empty) * 1e3 / calls:.1f} KB a mailbox; "
           f"{', '.join(f'{name} {size:,.0f}' for name, size in schemas.items())})."]
    more = options.addresses // calls - 1
    if more > 0:
        say(f"{more} more addresses for each of {calls:,} mailboxes, by SQL")
        begun = time.monotonic()
        large.add_addresses(more)
        out.append(f"{more} more addresses for each mailbox by SQL in {time.monotonic() - begun:.0f} s: {large.addresses():,} addresses, "
                   f"{large.size()[0]:,.0f} MB.")
    return out


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("var", type=pathlib.Path)
    parser.add_argument("driver")
    parser.add_argument("--part", choices=["speed", "timing"], action="append")
    parser.add_argument("--mailboxes", type=int, default=100_000)
    parser.add_argument("--addresses", type=int, default=1_000_000)
    parser.add_argument("--fill-seconds", type=int, default=900)
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--port-offset", type=int, default=40000)
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    parts = options.part or ["speed", "timing"]
    small = House("small", options.var, options.driver, options.port_offset)
    large = House("large", options.var, options.driver, options.port_offset + 500)
    houses = [small, large] if "speed" in parts else [small]
    load_before = os.getloadavg()[0]
    out, started = [machine(options.var) + f" {os.environ['SKYBRIDGE_PRESET']} build."], []
    state = options.var / "filled.json"
    try:
        kept = json.loads(state.read_text()) if options.keep and state.exists() else None
        for house in houses:
            say(f"Starting the {house.name} house")
            if not kept:
                house.purge()
            started.append(house)
            house.start()
        if "speed" in parts:
            if kept:
                for house in houses:
                    house.tenants, house.more = kept[house.name]["tenants"], kept[house.name]["more"]
                out += kept["lines"]
            else:
                say("Filling")
                lines = fill(options, small, large)
                out += lines
                state.write_text(json.dumps({"lines": lines} | {house.name: {"tenants": house.tenants, "more": house.more} for house in houses}))
            speed = Speed(options, houses)
            speed.run()
            out += ["", f"Medians of {options.runs} runs of {options.seconds} s in turns (least–most).", ""] + speed.table()
            (options.var / "samples.json").write_text(json.dumps([[*key, rows] for key, rows in speed.samples.items()], indent=1))
        if "timing" in parts:
            say("What the time of an answer tells")
            out += [""] + study(small, options.samples)
        out += ["", f"Load average before and after: {load_before:.1f}, {os.getloadavg()[0]:.1f}."]
        print("\n".join(out))
        (options.var / "last.md").write_text("\n".join(out) + "\n")
    finally:
        for house in started:
            house.stop()


main()
