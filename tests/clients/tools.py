"""What the tests of clients need on a machine: SDKs for Node, bundles, an older SDK for Python."""

import functools
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
BUILT = HERE.parents[1] / "build" / "clients"
OLDER_SEGMENT = "segment-2.3.4"


@functools.cache
def node_with_sdks() -> str:
    """Node, once the SDKs of package-lock.json are there; the test is skipped without Node."""
    node, npm = tool("node"), tool("npm")
    if node is None or npm is None:
        if os.environ.get("CI"):
            pytest.fail("the SDKs for Node need node and npm, and CI must run them")
        pytest.skip("needs node and npm")
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    mark = HERE / "node_modules" / ".made-from"
    if not mark.exists() or mark.read_text(encoding="utf-8") != lock:
        quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run([npm, "ci", *quiet], cwd=HERE, check=True)
        mark.write_text(lock, encoding="utf-8")
    return node


def tool(name: str) -> str | None:
    """Where a program is: beside this Python first."""
    return shutil.which(name, path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")


@functools.cache
def bundle_of(name: str) -> bytes:
    """The script of browser/<name>.js with its SDK inside, as a site would ship it."""
    return bundled((HERE / "browser" / f"{name}.js").read_text(encoding="utf-8"))


def bundled(module: str) -> bytes:
    """A module of the folder browser/, given as text, with everything that it imports."""
    esbuild = HERE / "node_modules" / "esbuild" / "bin" / "esbuild"
    done = subprocess.run(
        [
            *(node_with_sdks(), str(esbuild), "--bundle", "--format=iife"),
            *("--log-level=warning", '--define:process.env.NODE_ENV="production"'),
        ],
        cwd=HERE / "browser",
        input=module.encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    return done.stdout


@functools.cache
def older_segment() -> Path:
    """A folder with segment-analytics-python 2.3.4, which is not the one we develop with."""
    folder = BUILT / OLDER_SEGMENT
    if not (folder / "segment").exists():
        subprocess.run(
            [
                *(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"),
                *("--disable-pip-version-check", "--require-hashes", "--target", str(folder)),
                *("--requirement", str(HERE / f"{OLDER_SEGMENT}.txt")),
            ],
            check=True,
        )
    return folder
