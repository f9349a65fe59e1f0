"""What the time of an answer tells a stranger: sign-ins with a wrong password, to accounts that are there and to such as are not, in random
order. First what auth thinks, one at a time, without the wait that a gateway lets a refusal take; then as a client sees it, with that wait."""
import math
import random
import statistics
import subprocess

from house import House

WRONG = "an-other-password"
BCRYPT = "$2b$12$GhvMmNVjRW29ulnudl.LbuAnUtN/LRfe1JsBm1Xu6LE3059z5Tr8m"


def mann_whitney(left, right):
    """Two-sided p that both come from one distribution (normal approximation with ties; enough from 20 samples on)."""
    ranked = sorted([(value, 0) for value in left] + [(value, 1) for value in right])
    ranks, ties, i = 0.0, 0, 0
    while i < len(ranked):
        j = i
        while j < len(ranked) and ranked[j][0] == ranked[i][0]:
            j += 1
        ranks += (i + j + 1) / 2 * sum(1 for _, side in ranked[i:j] if side == 0)
        ties += (j - i) ** 3 - (j - i)
        i = j
    n, m = len(left), len(right)
    u = ranks - n * (n + 1) / 2
    spread = math.sqrt(n * m / 12 * ((n + m + 1) - ties / ((n + m) * (n + m - 1))))
    return math.erfc(abs(u - n * m / 2) / spread / math.sqrt(2)) if spread else 1.0


def noise_of_median(values):
    """Standard error of the median, by 500 resamples."""
    chosen = random.Random(1)
    return statistics.stdev(statistics.median(chosen.choices(values, k=len(values))) for _ in range(500))


def people(house, samples):
    """The classes and their addresses, none twice: nobody has failed there before. Makes what the directory lacks."""
    few = max(20, samples // 4)
    domain = "study.bench.test"
    house.skyctl("tenant", "add", "study")
    house.skyctl("domain", "add", domain, "--tenant", "study")
    verifier = house.verifier()

    def add(name, count, secret):
        path, addresses = house.var / f"{name}.csv", [f"{name}{i}@{domain}" for i in range(count)]
        path.write_text("address,hash\n" + "".join(f'{address},"{secret}"\n' for address in addresses))
        house.skyctl("mailbox", "import", path)
        return addresses

    known, suspended, apps = add("known", samples, verifier), add("suspended", few, verifier), add("apps", few, verifier)
    second, foreign = add("second", few, verifier), add("imported", few, BCRYPT)
    for address in suspended:
        house.skyctl("mailbox", "suspend", address)
    for address in apps:
        house.skyctl("app-password", "add", address, "--label", "phone")
    house.sql("insert into directory.second_factor (tenant_id, account_id, secret, confirmed_at) select tenant_id, account_id, '\\x00', now() "
              "from directory.account where address like 'second%@study.bench.test' on conflict do nothing")
    shared = [f"shared{i}@{domain}" for i in range(few)]
    for address in shared:
        house.skyctl("shared", "add", address)
    return {"known": known, "unknown": [f"nobody{i}@{domain}" for i in range(samples)],
            "unknown domain": [f"somebody@d{i}.elsewhere.test" for i in range(few)], "suspended": suspended, "shared mailbox": shared,
            "with an app password": apps, "with a second factor": second, "imported BCRYPT (cost 12)": foreign}


def study(house: House, samples):
    """The table's lines."""
    classes = people(house, samples)
    lines = [(name.replace(" ", "_"), address, WRONG) for name, addresses in classes.items() for address in addresses]
    random.shuffle(lines)
    path = house.write("sign-ins", lines)
    processes = [",".join(map(str, house.pids(program))) for program in ("auth", "postgres")]
    done = subprocess.run([house.driver, f"127.0.0.1:{house.ports['auth']}", house.var / "tls", "answers", *processes, path],
                          stdout=subprocess.PIPE, text=True, check=True)
    found = {}
    for line in done.stdout.splitlines():
        name, micros, auth, postgres, outcome = line.split(" ", 4)
        found.setdefault(name.replace("_", " "), []).append((float(micros) / 1e3, float(auth) / 1e3, float(postgres) / 1e3, outcome))
    words = {outcome for rows in found.values() for *_, outcome in rows}
    known = found["known"]
    out = [f"{samples} sign-ins of those known and unknown, {max(20, samples // 4)} of the others; wrong password, each from a network of its own, one at a time in "
           f"random order. All {sum(map(len, found.values()))} were answered `{'`, `'.join(sorted(words))}`.", "",
           "| account | answer, ms: median (quartiles) | against known: difference of medians (noise) | p | CPU of auth, ms | p | CPU of PostgreSQL, ms | p |",
           "|---|--:|--:|--:|--:|--:|--:|--:|"]
    for name in classes:
        rows = found[name]
        cells, columns = [], list(zip(*[row[:3] for row in rows]))
        for column, values in enumerate(columns):
            reference = [row[column] for row in known]
            p = "–" if name == "known" else f"{mann_whitney(reference, values):.3f}"
            low, middle, high = statistics.quantiles(values, n=4)
            cells.append(f"{middle:.3f} ({low:.3f}–{high:.3f})" if column == 0 else f"{middle:.3f}")
            if column == 0:
                noise = math.hypot(noise_of_median(reference), noise_of_median(values))
                cells.append("–" if name == "known" else f"{middle - statistics.median(reference):+.3f} ({noise:.3f})")
            cells.append(p)
        out.append(f"| {name} | {' | '.join(cells)} |")
    return out + ["", *waited(house, lines, 20)]


def waited(house, lines, few):
    """The same, kept back by the gateway; a part of them, two at a time."""
    shown = ("known", "unknown", "imported BCRYPT (cost 12)")
    chosen = [line for name in shown for line in [line for line in lines if line[0].replace("_", " ") == name][:few]]
    random.Random(8).shuffle(chosen)
    done = subprocess.run([house.driver, f"127.0.0.1:{house.ports['auth']}", house.var / "tls", "waits", "2", house.write("waits", chosen)],
                          stdout=subprocess.PIPE, text=True, check=True)
    found = {}
    for line in done.stdout.splitlines()[1:]:
        name, milliseconds = line.split()
        found.setdefault(name.replace("_", " "), []).append(float(milliseconds))
    out = [f"As a client sees it, {few} of each, two at a time:", "", "| account | answer, ms: median (quartiles) | p |", "|---|--:|--:|"]
    for name in shown:
        low, middle, high = statistics.quantiles(found[name], n=4)
        p = "–" if name == "known" else f"{mann_whitney(found['known'], found[name]):.3f}"
        out.append(f"| {name} | {middle:,.1f} ({low:,.1f}–{high:,.1f}) | {p} |")
    return out
