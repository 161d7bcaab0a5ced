"""The servers that are measured: what they are, how they are built, and how one runs."""
import datetime
import json
import os
import pathlib
import platform
import re
import resource
import select
import shlex
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
OUT = ROOT / 'build' / 'bench'
PEERS = OUT / 'peers'

SERVERS = {
    'limit': ('the limit: epoll by hand', [str(OUT / 'limit_server')], {}),
    'ours': ('socketiopp', [str(OUT / 'bench_server')], {}),
    'shard': ('socketiopp, one shard', [str(OUT / 'bench_server')], {'THREADS': '1'}),
    'shards': ('socketiopp, two shards', [str(OUT / 'bench_server')], {'THREADS': '2'}),
    'axum': ('socketioxide on axum', [str(OUT / 'axum' / 'release' / 'axum_server')], {}),
    'node': ('socket.io on Node, ws', ['node', str(PEERS / 'node_server.mjs')], {'ENGINE': 'ws'}),
    'node_bufferutil': ('socket.io on Node, ws with bufferutil', ['node', str(PEERS / 'node_server.mjs')],
                        {'ENGINE': 'ws-bufferutil'}),
    'bun': ('socket.io on Bun', [str(PEERS / 'bun'), str(PEERS / 'bun_server.mjs')], {}),
}
FROM_NPM = ('node', 'node_bufferutil', 'bun')


class Failed(Exception):
    """What a server does not pass, or why it is not there; the message says it."""


def say(text):
    print(text, file=sys.stderr, flush=True)


def chosen(names):
    """The servers of these names, or NAME=COMMAND."""
    servers = {}
    for name in names:
        name, _, command = name.partition('=')
        if not command and name not in SERVERS:
            sys.exit(f'there is no server {name}; there are {", ".join(SERVERS)}')
        servers[name] = (name, shlex.split(command), {}) if command else SERVERS[name]
    return servers


def build():
    """Compiles what is older than its sources."""
    OUT.mkdir(parents=True, exist_ok=True)
    compiler = (['ccache'] if shutil.which('ccache') else []) + [os.environ.get('CXX', 'g++')]
    flags = ['-std=c++20', '-O2', '-DNDEBUG', '-pthread', '-I', str(ROOT / 'include')]
    own = [*HERE.glob('*.hpp'), *HERE.glob('*.cpp')]
    library = [*(ROOT / 'include').rglob('*.hpp')]
    for name, sources in {'limit_server': own, 'bench_load': own, 'bench_server': own + library}.items():
        program = OUT / name
        if program.exists() and program.stat().st_mtime > max(path.stat().st_mtime for path in sources):
            continue
        say(f'building {name}')
        subprocess.run([*compiler, *flags, str(HERE / f'{name}.cpp'), '-o', str(program)], check=True)


def run_tool(*words, **options):
    """Runs what builds or installs a peer."""
    try:
        subprocess.run(words, check=True, stdout=sys.stderr, **options)
    except OSError:
        raise Failed(f'there is no {words[0]}') from None
    except subprocess.CalledProcessError as failed:
        raise Failed(f'{words[0]} {words[1]} ended with {failed.returncode}') from None


def install_from_npm():
    """Copies the peers beside the build, and installs their packages when those have changed.

    Without the packages' install scripts, which not every npm runs: bufferutil brings its native part built, and Bun's
    program stands in the package of its platform.
    """
    PEERS.mkdir(parents=True, exist_ok=True)
    for path in (HERE / 'peers').iterdir():
        if path.is_file():
            shutil.copy(path, PEERS)
    lock, installed = PEERS / 'package-lock.json', PEERS / 'installed.json'
    if not installed.exists() or installed.read_bytes() != lock.read_bytes():
        say('npm ci')
        run_tool('npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund', cwd=PEERS)
        shutil.copy(lock, installed)


def find_bun():
    """Puts the program that runs on this machine where SERVERS has it."""
    bun = PEERS / 'bun'
    bun.unlink(missing_ok=True)
    programs = PEERS.glob('node_modules/@oven/bun-*/bin/bun')
    if runs := [program for program in programs if first_line(str(program), '--version')]:
        return bun.symlink_to(runs[0])
    raise Failed('npm has no program of it for this machine')


def build_axum():
    """Compiles it with the versions of its lock file."""
    if not (OUT / 'axum').exists():
        say('building axum_server')
    run_tool('cargo', 'build', '--release', '--locked', '--quiet', cwd=HERE / 'peers' / 'axum',
             env={**os.environ, 'CARGO_TARGET_DIR': str(OUT / 'axum')})


def prepared(servers):
    """Builds and installs what these servers need; those that cannot be had are left out, with a sentence."""
    raise_open_files()
    build()
    missing = {}

    def obtain(names, how):
        wanted = [name for name in names if servers.get(name) is SERVERS[name] and name not in missing]
        try:
            if wanted:
                how()
        except Failed as failed:
            missing.update(dict.fromkeys(wanted, failed))

    obtain(FROM_NPM, install_from_npm)
    obtain(['bun'], find_bun)
    obtain(['axum'], build_axum)
    for name, why in missing.items():
        say(f'{SERVERS[name][0]} is left out: {why}')
    return {name: server for name, server in servers.items() if name not in missing}


def on_core(core):
    """What a child does before it runs: stays on that core, if the machine has more than one."""
    return lambda: os.sched_setaffinity(0, {core}) if len(os.sched_getaffinity(0)) > 1 else None


def raise_open_files():
    """As many open files as may be."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


class Server:
    """A running server, alone on its core."""

    def __init__(self, command, environment, core):
        self.process = subprocess.Popen(command, env={**os.environ, 'PORT': '0', **environment}, text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=on_core(core))

    def __enter__(self):
        readable, _, _ = select.select([self.process.stdout], [], [], 20)
        said = self.process.stdout.readline() if readable else ''
        match = re.fullmatch(r'listening on (\d+)\n', said)
        if not match:
            self.__exit__()
            raise Failed('does not start: ' + (self.process.stderr.read().strip().splitlines() or ['it says nothing'])[-1])
        self.port = match[1]
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def first_line(*command):
    """What a command says first; nothing when it is not there."""
    try:
        return subprocess.run(command, capture_output=True, text=True, cwd=ROOT).stdout.partition('\n')[0].strip()
    except OSError:
        return ''


def locked(crate):
    """The version of a crate that axum is built with."""
    lock = (HERE / 'peers' / 'axum' / 'Cargo.lock').read_text()
    return re.search(rf'^name = "{crate}"\nversion = "(.*)"', lock, re.M)[1]


def circumstances(servers):
    """The date, the versions and the machine, each in one phrase."""
    cpu = re.search(r'model name\s*: (.*)', pathlib.Path('/proc/cpuinfo').read_text())
    yield datetime.date.today().isoformat()
    yield 'socketiopp ' + (first_line('git', 'describe', '--always', '--dirty') or 'of no known version')
    if 'axum' in servers:
        yield from (f'{crate} {locked(crate)}' for crate in ('socketioxide', 'axum'))
    if set(FROM_NPM) & set(servers):
        yield 'socket.io ' + json.loads((PEERS / 'node_modules/socket.io/package.json').read_text())['version']
    if {'node', 'node_bufferutil'} & set(servers):
        yield 'Node ' + first_line('node', '--version')
    if 'bun' in servers:
        yield 'Bun ' + first_line(str(PEERS / 'bun'), '--version')
    compiler = os.environ.get('CXX', 'g++')
    yield f"{compiler} {first_line(compiler, '-dumpversion' if 'clang' in compiler else '-dumpfullversion')}"
    yield f'{cpu[1] if cpu else platform.machine()}, Linux {platform.release().partition("-")[0]}'
