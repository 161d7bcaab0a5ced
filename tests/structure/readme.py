"""Fails when the front-page program of the README does not compile. readme.py README COMPILER..."""
import re
import subprocess
import sys

readme, *compiler = sys.argv[1:]
program = re.search(r'```cpp\n(.*?)```', open(readme).read(), re.S)[1]
result = subprocess.run([*compiler, '-x', 'c++', '-fsyntax-only', '-'], input=program, text=True)
sys.exit(result.returncode)
