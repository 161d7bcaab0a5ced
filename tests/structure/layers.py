"""Fails when a header leaves its layer, grows too long, or has no test. layers.py ROOT"""
import pathlib
import sys

from headers import includes, reach

# What the headers of a folder may include besides their own folder. Front doors (headers in no folder) are free.
LAYERS = {
    'meta': [],
    'reflect': ['meta'],
    'contract': ['meta'],
    'json': ['meta', 'reflect'],
    'protocol': ['meta'],
    'http': ['meta'],
    'engine': ['meta', 'protocol'],
    'observer': ['meta', 'engine'],
    'parser': ['meta', 'protocol', 'engine', 'json'],
    'core': ['meta', 'protocol', 'engine', 'json', 'parser', 'observer'],
    'typed': ['meta', 'contract', 'json', 'engine', 'parser', 'core'],
    'adapter': ['meta', 'engine', 'json', 'parser', 'core', 'typed'],
    'executor': ['meta'],
    'transport': ['meta', 'protocol', 'http', 'engine', 'executor/concept.hpp'],
}

# Where a package's headers may be included.
PACKAGES = {
    'asio': ['executor/', 'transport/', 'front doors'],
    'rapidjson': ['json/rapidjson.hpp'],
    'websocketpp': ['transport/websocket/'],
    'nlohmann': ['json/nlohmann.hpp'],
    'msgpack': ['json/msgpack.hpp'],
    'openssl': ['transport/tls'],
    'zlib.h': ['transport/zlib.hpp'],
    'hiredis': ['core/'],
}

# Who includes only server.hpp needs none of these.
OPTIONAL = ['hiredis', 'msgpack', 'nlohmann', 'openssl', 'zlib.h']

# Front doors that stay cheap to include: they reach no network.
CHEAP = ['contract.hpp', 'error.hpp', 'fwd.hpp', 'socket.hpp', 'version.hpp']

# Headers without a test of their own, and why.
UNTESTED = {
    'core/calls.hpp': 'only declares',
    'core/elsewhere.hpp': 'only declares',
    'core/fwd.hpp': 'only declares',
    'core/home.hpp': 'the base of core/shard.hpp, and tested with it',
    'core/lost_session.hpp': 'only declares',
    'core/membership.hpp': 'only declares',
    'core/part.hpp': 'the base of core/slice.hpp, and tested with it',
    'core/presence.hpp': 'tested with core/directory.hpp, which gives it',
    'core/targets.hpp': 'only declares',
    'engine/link.hpp': 'only declares',
    'observer/events.hpp': 'only declares',
    'transport/request_state.hpp': 'only declares',
    'transport/system_socket.hpp': 'only names; tested with asio_socket.hpp',
    'transport/websocket/no_handshake.hpp': 'stands for what is never called',
    'typed/fwd.hpp': 'only declares',
    'typed/handlers.hpp': 'only declares',
    'typed/later.hpp': 'only declares; its specialisations are tested with <socketiopp/asio.hpp>',
    'typed/socket_access.hpp': 'only passes on',
}

LONGEST = 400


def package(include):
    """The package that `<include` belongs to, or None for the standard library and the system."""
    name = include[1:].split('/')[0].removesuffix('.hpp')
    return name if name in PACKAGES or include.endswith('.hpp') else None


def faults(root):
    """A sentence for each broken rule."""
    graph = includes(root / 'include')
    for header, included in graph.items():
        name = header.removeprefix('socketiopp/')
        folder = name.split('/')[0] if '/' in name else None
        if folder and folder not in LAYERS:
            yield f'{name}: the folder is no layer'
            continue

        for include in included:
            inner = include.removeprefix('<socketiopp/')
            if include.startswith('"'):
                yield f'{name}: write <socketiopp/...> instead of {include}"'
            elif inner != include:
                if f'socketiopp/{inner}' not in graph:
                    yield f'{name}: there is no {inner}'
                row = [folder, *LAYERS[folder]] if folder else [inner]
                if inner not in row and inner.split('/')[0] not in row:
                    yield f'{name}: {folder} may not include {inner}'
            elif used := package(include):
                place = name if folder else 'front doors'
                if not place.startswith(tuple(PACKAGES.get(used, ['nowhere']))):
                    yield f'{name}: {include}> is not for {place}'

        lines = (root / 'include' / header).read_text().splitlines()
        if len(lines) > LONGEST:
            yield f'{name}: {len(lines)} lines, {LONGEST} at most'
        if lines[:1] != ['// SPDX-License-Identifier: MIT']:
            yield f'{name}: the first line is not the SPDX line'
        if '#pragma once' not in lines:
            yield f'{name}: no #pragma once'

        tested = (root / 'tests' / name).with_suffix('.cpp').exists()
        if folder and tested == (name in UNTESTED):
            yield f'{name}: ' + ('has a test, but UNTESTED names it' if tested else 'no test')

    for folder in LAYERS:
        for test in (root / 'tests' / folder).rglob('*.cpp'):
            name = str(test.relative_to(root / 'tests').with_suffix('.hpp'))
            if f'socketiopp/{name}' not in graph:
                yield f'tests/{name.removesuffix(".hpp")}.cpp: tests no header'

    for include in reach(graph, 'socketiopp/server.hpp'):
        if (used := package('<' + include)) in OPTIONAL:
            yield f'server.hpp reaches {include}, and {used} is optional'

    for door in CHEAP:
        for include in reach(graph, f'socketiopp/{door}'):
            if package('<' + include) in ('asio', 'websocketpp'):
                yield f'{door} reaches {include}'


if __name__ == '__main__':
    sys.exit('\n'.join(faults(pathlib.Path(sys.argv[1]))) or 0)
