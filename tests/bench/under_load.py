#!/usr/bin/env python3
"""Puts the benchmark's load on its server, with three threads: under_load.py BENCH_SERVER BENCH_LOAD

The generator checks every answer, and what the server was compiled with what it does: a sanitizer's report is an exit
code of the server's. Some loads are over when the server is to end, others are not.
"""
import os
import re
import signal
import subprocess
import sys
import time

SECONDS = 1.5
LOADS = ['ack --connections 50 --in-flight 4', 'echo --connections 50 --in-flight 4',
         'broadcast --connections 200 --in-flight 8', 'rooms --connections 200 --in-flight 2', 'connect --in-flight 32',
         'polling --connections 50', 'upgrade --in-flight 32', 'idle --connections 400']
INTERRUPTED = ['broadcast --connections 200 --in-flight 8', 'connect --in-flight 32', 'polling --connections 50',
               'upgrade --in-flight 32']
PATIENCE = 60
ENVIRONMENT = {**os.environ, 'PORT': '0', 'THREADS': '3', 'TSAN_OPTIONS': 'exitcode=66'}


def trial(server, load, kind, interrupted):
    """What is wrong, or nothing."""
    with subprocess.Popen([server], env=ENVIRONMENT, stdout=subprocess.PIPE, text=True) as serving:
        port = re.fullmatch(r'listening on (\d+)\n', serving.stdout.readline())[1]
        command = [load, '--pid', str(serving.pid), '--port', port, '--kind', *kind.split(), '--warm-up', '0.1',
                   '--seconds', str(PATIENCE if interrupted else SECONDS)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as loading:
            try:
                if interrupted:
                    time.sleep(SECONDS / 2)
                    serving.send_signal(signal.SIGTERM)
                    time.sleep(SECONDS / 2)  # whoever polled is gone, and would be waited for
                    loading.kill()
                said, _ = loading.communicate(timeout=PATIENCE)
            finally:
                loading.kill()
                serving.send_signal(signal.SIGTERM)
            status = serving.wait(PATIENCE)
        if loading.returncode != 0 and not interrupted:
            return said.strip()
        return status and f'the server ended with {status}'


def main():
    failed = 0
    for loads, interrupted in (LOADS, False), (INTERRUPTED, True):
        for kind in loads:
            wrong = trial(*sys.argv[1:3], kind, interrupted)
            print(f'{kind}{", interrupted" if interrupted else ""}: {wrong or "right"}', flush=True)
            failed += bool(wrong)
    sys.exit(failed)


if __name__ == '__main__':
    main()
