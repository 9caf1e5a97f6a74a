"""Sets the project up and runs it, tests it, checks it, measures it or builds it.

Needs nothing but Python 3.11 or newer: the first use of a command makes `.venv` from the pinned and hashed
requirements beside this file, and a later one redoes only what has changed since. On Debian and Ubuntu the
system libraries that Qt loads, and the programs that the tests use, are installed by apt where that is allowed.

    run [ARGS...]           start Parotis, or one of its commands
    test [--full] [ARGS...] pass the tests; ARGS go to pytest, --full adds the long runs
    check                   lint, format, types and import contracts
    bench [ARGS...]         measure
    labelled                run the checks over the labelled drafts and print what was found and missed
    build                   make a wheel in dist/
    pin [--upgrade]         write the requirement files again, with --upgrade to the newest versions allowed
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import importlib
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "parotis-setup.json"
LOCK = ROOT / ".venv.lock"
WINDOWS = os.name == "nt"
SCRIPTS = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = SCRIPTS / ("python.exe" if WINDOWS else "python")
RUNTIME = ROOT / "packaging" / "requirements.txt"
TOOLS = ROOT / "packaging" / "requirements-dev.txt"

BUILD_INPUT = "hatchling\neditables\n"
TOOLS_INPUT = (
    "pytest\npytest-qt\npytest-xdist\nhypothesis\npython-bidi\nruff\nmypy\nimport-linter\ntypes-reportlab\ntypes-jsonschema\n"
    "types-PyYAML\n"
)
PIN_HEADER = "# Written by `python3 packaging/dev.py pin`, which also renews it (with --upgrade). Do not edit.\n"

# What QtCore, Gui, Widgets, Svg and Network and the xcb and offscreen platforms name as NEEDED in their files.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libbrotlidec.so.1": "libbrotli1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libstdc++.so.6": "libstdc++6",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libzstd.so.1": "libzstd1",
}
TEST_PROGRAMS = {"pdfsig": "poppler-utils", "pdftotext": "poppler-utils", "qpdf": "qpdf", "Xvfb": "xvfb"}


class SetupError(Exception):
    """Something outside stopped the command; the text is the whole sentence for the person."""


def say(text: str) -> None:
    print(f"parotis: {text}", file=sys.stderr, flush=True)


def call_quietly(command: Sequence[str | Path], failure: str) -> None:
    """Run a command without output; when it fails, show its output and raise `SetupError` with `failure`."""
    done = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, close_fds=False
    )
    if done.returncode != 0:
        sys.stderr.write(done.stdout.decode(errors="replace"))
        raise SetupError(failure)


def is_loadable(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def missing_packages(*, for_tests: bool) -> list[str]:
    """Names, as Debian has them, of what this Linux machine lacks."""
    if sys.platform != "linux":
        return []
    importlib.invalidate_caches()
    missing = {package for library, package in QT_LIBRARIES.items() if not is_loadable(library)}
    if importlib.util.find_spec("ensurepip") is None:
        missing.add(f"python{sys.version_info.major}.{sys.version_info.minor}-venv")
    if for_tests:
        missing |= {package for program, package in TEST_PROGRAMS.items() if shutil.which(program) is None}
    return sorted(missing)


def may_use_sudo() -> bool:
    if shutil.which("sudo") is None:
        return False
    return subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0


def ensure_system(*, for_tests: bool) -> None:
    missing = missing_packages(for_tests=for_tests)
    if not missing:
        return
    names = " ".join(missing)
    if shutil.which("apt-get") is None:
        say(f"this system may lack libraries or programs; Debian calls them: {names}")
        return
    if os.geteuid() == 0:
        as_root = ["env"]
    elif may_use_sudo():
        as_root = ["sudo", "-n", "env"]
    else:
        line = f"apt-get update && apt-get install -y --no-install-recommends {names}"
        asking = "sudo sh -c" if shutil.which("sudo") else "su -c"
        raise SetupError(f"system packages are missing; type: {asking} '{line}'")
    say(f"installing system packages: {names}")
    apt = [*as_root, "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    install = [*apt, "install", "-y", "--no-install-recommends", *missing]
    # Package lists may be absent or old: then the first attempt fails at once, and they are fetched.
    if subprocess.run(install, capture_output=True, check=False).returncode != 0:
        call_quietly([*apt, "update"], "apt-get could not fetch its package lists.")
        call_quietly(install, "apt-get could not install the system packages.")
    if still := missing_packages(for_tests=for_tests):
        raise SetupError(f"these system packages are installed but do not work: {' '.join(still)}")


def digest(*parts: str | Path) -> str:
    whole = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) else part.encode()
        whole.update(len(data).to_bytes(8, "big") + data)
    return whole.hexdigest()


def wanted_stamp(*, with_tools: bool) -> dict[str, str]:
    """Each step of the set-up, in order, with the digest of everything that it depends on."""
    wanted = {
        "venv": digest(sys.version, platform.machine(), sys.base_prefix, str(ROOT)),
        "runtime": digest(RUNTIME),
        "project": digest(RUNTIME, ROOT / "pyproject.toml"),
    }
    return {**wanted, "tools": digest(TOOLS)} if with_tools else wanted


def read_stamp() -> dict[str, str]:
    """The steps that were completed; none if the last set-up was broken off."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) and PYTHON.exists() else {}


def write_stamp(stamp: dict[str, str]) -> None:
    fresh = STAMP.with_suffix(".new")
    fresh.write_text(json.dumps(stamp), encoding="utf-8")
    fresh.replace(STAMP)


@contextlib.contextmanager
def set_up_lock() -> Iterator[int]:
    """Hold the only right to change `.venv`; the system takes it back when the last holder of the file ends."""
    with LOCK.open("a+b") as handle:
        if sys.platform == "win32":
            import msvcrt

            while True:
                with contextlib.suppress(OSError):  # the call gives up after ten seconds of waiting
                    handle.seek(0)
                    msvcrt.locking(handle.fileno(), msvcrt.LK_LOCK, 1)
                    break
        else:
            import fcntl

            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("waiting for another set-up of this checkout to end")
                fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle.fileno()


def make_venv() -> None:
    if Path(sys.prefix).resolve() == VENV.resolve():
        raise SetupError("the environment must be made anew: start this with the system's Python, not .venv's.")
    say("making the environment in .venv (once, a minute or two)")
    if VENV.exists():
        STAMP.unlink(missing_ok=True)
        shutil.rmtree(VENV)
    call_quietly([sys.executable, "-I", "-m", "venv", VENV], "Python could not make the virtual environment.")


def pip(*arguments: str | Path) -> list[str | Path]:
    return [PYTHON, "-I", "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input", *arguments]


def install(step: str) -> None:
    pinned = ("install", "--require-hashes", "--only-binary", ":all:", "-r")
    if step == "project":
        say("installing parotis itself")
        command = pip("install", "--no-deps", "--no-build-isolation", "-e", ROOT)
    else:
        say("installing what Parotis needs" if step == "runtime" else "installing the test and check tools")
        command = pip(*pinned, RUNTIME if step == "runtime" else TOOLS)
    call_quietly(command, "pip could not install the packages; its message is above.")
    if step == "project":
        compile_sources()


def compile_sources() -> None:
    """Bytecode beside the sources, as an installed program has it, also where Python is told to write none."""
    command = [PYTHON, "-I", "-m", "compileall", "-q", ROOT / "app", ROOT / "db"]
    call_quietly(command, "Python could not compile the program.")


def prepare(*, with_tools: bool) -> None:
    """Bring the machine and `.venv` to what this checkout asks for; nothing to do is the usual case."""
    wanted = wanted_stamp(with_tools=with_tools)
    if wanted.items() <= read_stamp().items() and not missing_packages(for_tests=with_tools):
        return
    with set_up_lock() as lock:
        ensure_system(for_tests=with_tools)
        # Were this process killed, pip would go on in the background: it keeps the lock until it ends.
        os.set_inheritable(lock, True)
        stamp = read_stamp()
        if stamp.get("venv") != wanted["venv"]:
            make_venv()
            stamp = {"venv": wanted["venv"]}
        for step, value in wanted.items():
            if stamp.get(step) == value:
                continue
            # INVARIANT: no stamp while `.venv` changes, so whatever is broken off half-way is made anew.
            STAMP.unlink(missing_ok=True)
            install(step)
            stamp[step] = value
        write_stamp(stamp)


def become(*command: str | Path) -> NoReturn:
    """Go on as another program, which then owns the terminal, the signals and the exit code."""
    words = [str(word) for word in command]
    if WINDOWS:
        sys.exit(subprocess.call(words))
    os.execv(words[0], words)  # noqa: S606 - no shell is the point


def run(arguments: list[str]) -> None:
    prepare(with_tools=False)
    become(PYTHON, "-P", "-m", "parotis", *arguments)


def test(arguments: list[str]) -> None:
    prepare(with_tools=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.chdir(ROOT)
    chosen = [] if "--full" in arguments else ["-m", "not full"]
    # A file's tests share what its fixtures make, so files are shared out among the processors, not tests.
    chosen += ["-n", "auto", "--dist", "loadfile"]
    become(PYTHON, "-P", "-m", "pytest", *chosen, *(word for word in arguments if word != "--full"))


def check(_arguments: list[str]) -> None:
    prepare(with_tools=True)
    programs = (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"], ["lint-imports"])
    failed = []
    for name, *options in programs:
        say(" ".join([name, *options]))
        if subprocess.run([SCRIPTS / name, *options], cwd=ROOT, check=False).returncode != 0:
            failed.append(" ".join([name, *options]))
    if failed:
        raise SetupError(f"not clean: {', '.join(failed)}.")


def bench(arguments: list[str]) -> None:
    prepare(with_tools=True)
    compile_sources()
    become(PYTHON, "-P", ROOT / "tests" / "bench" / "run.py", *arguments)


def labelled(_arguments: list[str]) -> None:
    prepare(with_tools=True)
    become(PYTHON, "-P", ROOT / "tests" / "labelled_report.py")


def build(_arguments: list[str]) -> None:
    prepare(with_tools=False)
    wheel = pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", ROOT / "dist", ROOT)
    call_quietly(wheel, "the wheel could not be built; the message above says why.")
    say("the wheel is in dist/")


def pin(arguments: list[str]) -> None:
    """Resolve for every platform at once, which pip cannot: `uv` is fetched into a throw-away environment."""
    ensure_system(for_tests=False)
    with tempfile.TemporaryDirectory() as scratch:
        call_quietly([sys.executable, "-I", "-m", "venv", scratch], "Python could not make a scratch environment.")
        uv = Path(scratch) / SCRIPTS.name / "uv"
        call_quietly([uv.with_name(PYTHON.name), "-m", "pip", "install", "uv"], "pip could not install uv.")
        compile_pins = [uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
        compile_pins += [
            "--generate-hashes",
            "--no-header",
            "--no-annotate",
            "--no-emit-index-url",
            *arguments,
        ]
        for target, inputs, typed in (
            (RUNTIME, ["pyproject.toml", "-"], BUILD_INPUT),
            (TOOLS, ["-", "-c", RUNTIME], TOOLS_INPUT),
        ):
            command = [*compile_pins, "-o", target, *inputs]
            if subprocess.run(command, cwd=ROOT, input=typed.encode(), stdout=subprocess.DEVNULL).returncode:
                raise SetupError("the versions could not be resolved; the message above says why.")
            target.write_text(PIN_HEADER + target.read_text(encoding="utf-8"), encoding="utf-8", newline="\n")


COMMANDS = {"run": run, "test": test, "check": check, "bench": bench, "labelled": labelled, "build": build, "pin": pin}


def main(arguments: list[str]) -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 - an older Python gets as far as this line
        say(f"Parotis needs Python 3.11 or newer; this is {platform.python_version()}.")
        return 1
    name, *rest = arguments or [""]
    if name not in COMMANDS:
        print(__doc__, file=sys.stdout if name in {"-h", "--help"} else sys.stderr)
        return 0 if name in {"-h", "--help"} else 2
    try:
        COMMANDS[name](rest)
    except KeyboardInterrupt:
        return 130
    except OSError as problem:
        say(f"{problem.strerror or 'the system refused'}: {problem.filename or 'no file named'}")
        return 1
    except SetupError as problem:
        say(str(problem))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
