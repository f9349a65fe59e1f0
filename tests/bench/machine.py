"""What a measurement ran on, as the head of its table says it."""
import os
import re
import statistics
import time

from servers import run


def machine(var):
    with open("/proc/cpuinfo") as file:
        text = file.read()
    cpu = re.search(r"model name\s*: (.*)", text)[1]
    mhz = float(re.search(r"cpu MHz\s*: (.*)", text)[1])
    with open("/proc/meminfo") as file:
        memory = int(file.readline().split()[1]) / 1024 / 1024
    with open("/etc/os-release") as file:
        system = re.search(r'PRETTY_NAME="(.*)"', file.read())[1]
    disk = run("df", "--output=source,fstype", var).splitlines()[1].split()
    with open(var / "fsync-probe", "wb") as file:
        times = []
        for _ in range(200):
            file.write(bytes(8192))
            file.flush()
            started = time.monotonic()
            os.fdatasync(file.fileno())
            times.append(time.monotonic() - started)
    (var / "fsync-probe").unlink()
    return (f"{os.cpu_count()} cores of {cpu} at {mhz / 1000:.1f} GHz, {memory:.0f} GiB RAM, {disk[1]} on {disk[0]} (fdatasync of 8 KiB: "
            f"{statistics.median(times) * 1000:.2f} ms median), {system}, Linux {os.uname().release}")
