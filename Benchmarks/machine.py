"""The machine and the programs of a measurement."""

import os
import pathlib
import platform
import re
import subprocess


def said(*command):
    """The first line of a program's version text."""
    try:
        run = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    return ((run.stdout + run.stderr).strip().splitlines() or [None])[0]


def processor():
    """The processor's name."""
    match = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    return match[1] if match else platform.machine()


def facts():
    """The facts, one line each."""
    memory = int(re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())[1]) / (1 << 20)
    system = re.search(r'PRETTY_NAME="(.*)"', pathlib.Path("/etc/os-release").read_text())
    versions = [said("swift", "--version"), said("nginx", "-v"), said("openssl", "version"), said("wrk", "-v"), said("h2load", "--version")]
    commit = said("git", "rev-parse", "--short", "HEAD")
    return [
        f"{processor()}, {os.cpu_count()} cores, {memory:.0f} GiB; {system and system[1]}, Linux {platform.release()}",
        "; ".join(re.sub(r"\s*\(.*|\s*Copyright.*", "", version) for version in versions if version),
        f"commit {commit}; load average before the run {os.getloadavg()[0]:.1f}",
    ]
