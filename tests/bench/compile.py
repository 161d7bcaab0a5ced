#!/usr/bin/env python3
"""What the library costs a compiler, as ratios within one run. compile.py [COMPILER] [--rounds N]

Each figure is the median of rounds in which all files are compiled in turn, in seconds of user time of the compiler.
"""
import argparse
import pathlib
import resource
import statistics
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
FLAGS = ['-O0', '-I', str(ROOT / 'include')]

# The echo server that everybody starts with; in C++17, the only way in which g++ compiles it.
ECHO = '''
#include <websocketpp/config/asio_no_tls.hpp>
#include <websocketpp/server.hpp>
using server = websocketpp::server<websocketpp::config::asio>;
int main() {
  server echo;
  echo.init_asio();
  echo.set_message_handler([&](websocketpp::connection_hdl from, server::message_ptr message) {
    echo.send(from, message->get_payload(), message->get_opcode());
  });
  echo.listen(9002);
  echo.start_accept();
  echo.run();
}
'''

CONTRACT = '''
#include <string>
#include <socketiopp/contract.hpp>
struct message { std::string author, text; };
struct chat {
  using to_server = socketiopp::events<
    socketiopp::event<"say", void(std::string)>, socketiopp::event<"join", void(std::string)>,
    socketiopp::event<"send", bool(message)>>;
  using to_client = socketiopp::events<socketiopp::event<"said", void(message)>>;
};
'''


def handlers(count):
    """A file with typed handlers, without the server."""
    listed = ', '.join(f'sio::event<"event {i}", void(std::string, int)>' for i in range(count))
    calls = '\n'.join(f'  lobby.on<"event {i}">([](chat_socket& s, std::string const& text, int) {{ s.emit<"said">(text); }});'
                      for i in range(count))
    return f'''
#include <string>
#include <socketiopp/socket.hpp>
namespace sio = socketiopp;
struct chat {{
  using to_server = sio::events<{listed}>;
  using to_client = sio::events<sio::event<"said", void(std::string)>>;
}};
using chat_socket = sio::socket<chat>;
void listen(sio::namespace_<chat>& lobby) {{
{calls}
}}
'''


def many(count, typed):
    """`count` events each way: by contract, or as bare lambdas and strings in a namespace without types."""
    event = ', '.join(f'sio::event<"event {i}", void(std::string, int)>' for i in range(count))
    contract = f'struct chat {{ using to_server = sio::events<{event}>; using to_client = sio::events<{event}>; }};'
    if not typed:
        contract = 'using chat = sio::any;'
    on = '\n'.join(f'  lobby.on<"event {i}">([](std::string const& text, int number) {{ take(text, number); }});' if typed else
                   f'  lobby.on("event {i}", [](sio::arguments const& args) {{ take(args.get<std::string>(0), args.get<int>(1)); }});'
                   for i in range(count))
    emit = '\n'.join(f'  s.emit<"event {i}">("text", {i});' if typed else f'  s.emit("event {i}", "text", {i});'
                     for i in range(count))
    return f'''
#include <string>
#include <socketiopp/socket.hpp>
namespace sio = socketiopp;
{contract}
void take(std::string const& text, int number);
void listen(sio::namespace_<chat>& lobby) {{
{on}
}}
void emit(sio::socket<chat>& s) {{
{emit}
}}
'''


def main_file():
    """The file of the tutorial that has `main` in it."""
    return (ROOT / 'examples/tutorial/main.cpp').read_text()


def seconds(compiler, source, output, flags):
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run([compiler, *FLAGS, *flags, '-c', source, '-o', output], check=True)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def program_size(compiler, source, output, flags):
    """The stripped program, optimised as released ones are."""
    subprocess.run([compiler, '-O2', '-DNDEBUG', '-I', str(ROOT / 'include'), *flags, source, '-o', output, '-pthread', '-s'],
                   check=True)
    return output.stat().st_size


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument('compiler', nargs='?', default='g++')
    options.add_argument('--rounds', type=int, default=5)
    options.add_argument('--size', action='store_true', help='compare the sizes of programs too')
    given = options.parse_args()

    files = {'echo': ECHO, 'main': main_file(), 'handlers': handlers(10), 'contract': CONTRACT,
             'typed': many(100, True), 'bare': many(100, False)}
    standard = {name: ['-std=c++17' if name == 'echo' else '-std=c++20'] for name in files}
    with tempfile.TemporaryDirectory() as folder:
        sources = {name: pathlib.Path(folder) / f'{name}.cpp' for name in files}
        for name, text in files.items():
            sources[name].write_text(text)
        taken = {name: [] for name in files}
        for _ in range(given.rounds):
            for name, source in sources.items():
                taken[name].append(seconds(given.compiler, source, source.with_suffix('.o'),
                                           [*standard[name], '-I', str(ROOT / 'examples/tutorial')]))
        median = {name: statistics.median(times) for name, times in taken.items()}

        print('| compiled | seconds | times | at most |')
        print('|---|---|---|---|')
        missed = 0
        for what, name, base, limit in (
                ('the file of the tutorial with `main`, to an echo server of websocketpp', 'main', 'echo', 1.0),
                ('a file with ten typed handlers, to the same', 'handlers', 'echo', 0.2),
                ('a contract, to the same', 'contract', 'echo', 0.03),
                ('100 + 100 typed events, to bare lambdas', 'typed', 'bare', 2.0)):
            ratio = median[name] / median[base]
            missed += ratio > limit
            print(f'| {what} | {median[name]:.2f} | {ratio:.2f} | {limit} |')
        if given.size:
            size = {name: program_size(given.compiler, sources[name], sources[name].with_suffix(''),
                                       [*standard[name], '-I', str(ROOT / 'examples/tutorial')]) for name in ('echo', 'main')}
            ratio = size['main'] / size['echo']
            missed += ratio > 1.5
            print(f'| bytes of the tutorial\'s program, to those of the echo server | {size["main"]} | {ratio:.2f} | 1.5 |')
    return missed


if __name__ == '__main__':
    raise SystemExit(main())
