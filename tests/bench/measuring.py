"""Rounds of measurements: each server in turn, each figure as the median of its rounds."""
import argparse
import json
import signal
import statistics
import subprocess
import sys
from typing import Callable, NamedTuple

from servers import OUT, Failed, Server, on_core, say


def cost(report):
    """Processor time of the server per message delivered."""
    return report['server_cpu_us_per_message']


class Row(NamedTuple):
    """What is measured: what it is called, what the generator is told, and which figure of its report counts."""
    title: str
    load: str
    figure: Callable = cost
    unit: str = 'µs'
    warm_up: float = 2

    def shown(self, value):
        """The figure with its unit; of microseconds three digits."""
        digits = 0 if self.unit == 'B' else 3 if value < 1 else 2 if value < 10 else 1 if value < 100 else 0
        return f'{value:,.{digits}f} {self.unit}'


def measure(server, row, seconds, cores):
    """What the generator reports of one server that is started for it."""
    _, command, environment = server
    with Server(command, environment, cores[0]) as running:
        load = [str(OUT / 'bench_load'), '--pid', str(running.process.pid), '--port', running.port, *row.load.split(),
                '--warm-up', str(row.warm_up), '--seconds', str(seconds)]
        try:
            result = subprocess.run(load, capture_output=True, text=True, timeout=row.warm_up + seconds + 60,
                                    preexec_fn=on_core(cores[1]))
        except subprocess.TimeoutExpired:
            raise Failed('the load does not end') from None
        if running.process.poll() is not None:
            raise Failed(f'the server ended with {running.process.returncode}')
    if result.returncode != 0:
        raise Failed(result.stderr.strip().removeprefix('bench_load: ') or f'the load ended with {result.returncode}')
    return json.loads(result.stdout)


def run(servers, rows, wanted):
    """All reports by row and server; in place of a list of them the sentence of what failed."""
    results = {name: {server: [] for server in servers} for name in rows}
    for number in range(wanted.rounds):
        for name, row in rows.items():
            for server in servers:
                if isinstance(results[name][server], str):
                    continue
                try:
                    report = measure(servers[server], row, wanted.seconds, wanted.cores)
                    results[name][server].append(report)
                    said = f'{row.figure(report):10.3f}'
                except Failed as failed:
                    results[name][server] = said = f'fails: {failed}'
                say(f'round {number + 1}: {name:12} {server:16} {said}')
    return results


def summary(results, rows, base):
    """The median of each figure and of its ratio to the base's in the same round; what failed stays a sentence.

    The ratios are of neighbours in time: what else the machine does then changes both.
    """
    def of(figure, got, limits):
        if isinstance(got, str):
            return got
        figures = [figure(report) for report in got]
        if isinstance(limits, str):
            return statistics.median(figures), None
        ratios = [mine / figure(limit) for mine, limit in zip(figures, limits)]
        return statistics.median(figures), statistics.median(ratios)

    return {name: {server: of(rows[name].figure, got, by_server[base]) for server, got in by_server.items()}
            for name, by_server in results.items()}


def cell(row, got, is_base):
    """What stands in a table for one server."""
    if isinstance(got, str):
        return got.replace('|', '/')
    value, ratio = got
    return row.shown(value) + ('' if is_base or ratio is None else f' ({ratio:.2f}×)')


def table(figures, rows, servers, base):
    """The medians and their ratios to the base as Markdown."""
    yield '| | ' + ' | '.join(title for title, _, _ in servers.values()) + ' |'
    yield '|---|' + '---:|' * len(servers)
    for name, by_server in figures.items():
        cells = [cell(rows[name], by_server[server], server == base) for server in servers]
        yield f'| {rows[name].title} | ' + ' | '.join(cells) + ' |'


def words(text):
    return text.split(',')


def options(description, servers, rows):
    """What both commands are told."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--servers', type=words, default=servers)
    parser.add_argument('--rows', type=words, default=list(rows))
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--seconds', type=float, default=4, help='how long each measurement lasts')
    parser.add_argument('--cores', type=lambda text: [int(core) for core in words(text)], default=[0, 1],
                        help='of the server and of the generator')
    return parser


def parsed(parser, rows):
    """The options; the rows are those wanted of `rows`. At SIGTERM the server that runs is ended."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    wanted = parser.parse_args()
    if unknown := [row for row in wanted.rows if row not in rows]:
        sys.exit(f'there is no row {unknown[0]}; there are {", ".join(rows)}')
    wanted.rows = {row: rows[row] for row in wanted.rows}
    return wanted
