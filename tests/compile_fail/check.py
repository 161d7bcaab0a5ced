"""Fails when a case compiles, or fails to compile without saying why. check.py CASE COMPILER [ARGUMENT...]

A case starts with lines `// expect: <sentence>`, and each sentence must be in the diagnostics. With CORRECT defined
the same case must compile: then nothing but the mistake is what the compiler rejects.
"""
import itertools
import os
import pathlib
import subprocess
import sys

EXPECT = '// expect: '
MOST_LINES = 30


def diagnostics(command):
    """The compiler's status and what it says."""
    result = subprocess.run([*command, '-fsyntax-only'], capture_output=True, text=True, env={**os.environ, 'LC_ALL': 'C'})
    return result.returncode, result.stderr


def faults(case, compiler):
    """A sentence for each thing that is wrong with the case."""
    lines = pathlib.Path(case).read_text().splitlines()
    expected = [line.removeprefix(EXPECT) for line in itertools.takewhile(lambda line: line.startswith(EXPECT), lines)]
    if not expected:
        yield f'the first line is not "{EXPECT}<sentence>"'

    status, said = diagnostics([*compiler, '-DCORRECT', case])
    if status != 0:
        yield f'does not compile with CORRECT defined:\n{said}'

    status, said = diagnostics([*compiler, case])
    print(said)
    if status == 0:
        yield 'compiles, and should not'
    for sentence in expected:
        if sentence not in said:
            yield f'not said: {sentence}'
    if said.count('\n') > MOST_LINES:
        yield f'{said.count(chr(10))} lines of diagnostics, {MOST_LINES} at most'


if __name__ == '__main__':
    sys.exit('\n'.join(faults(sys.argv[1], sys.argv[2:])) or 0)
