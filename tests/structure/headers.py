"""The headers of the library and what they include.

As a program: headers.py INCLUDE [MISSING...] prints the headers that compile without the packages MISSING.
"""
import pathlib
import re
import sys


def includes(folder):
    """Each header below `folder/socketiopp`, as it is included, with what it includes in the text's order."""
    root = pathlib.Path(folder)
    return {str(file.relative_to(root)): re.findall(r'^\s*#\s*include\s*([<"][^>"]+)[>"]', file.read_text(), re.M)
            for file in sorted(root.glob('socketiopp/**/*.hpp'))}


def reach(graph, header):
    """Everything that `header` includes, directly or not; packages' headers too."""
    seen, pending = set(), [header]
    while pending:
        for name in (include[1:] for include in graph.get(pending.pop(), [])):
            if name not in seen:
                seen.add(name)
                pending.append(name)
    return seen


if __name__ == '__main__':
    graph, missing = includes(sys.argv[1]), set(sys.argv[2:])
    print('\n'.join(header for header in graph
                    if not {name.split('/')[0] for name in reach(graph, header)} & missing))
