"""Fails when a row of wire_rules.md or features.md has no test, or one is named that is in neither. rules.py ROOT"""
import pathlib
import re
import sys

LISTS = {'W': 'wire_rules.md', 'F': 'features.md'}


def named(folder, endings, without=()):
    """The rows that the files of a folder name, each with the first of these files."""
    found = {}
    for file in sorted(folder.rglob('*')):
        inner = file.relative_to(folder)
        if file.suffix in endings and file.name not in LISTS.values() and not {'node_modules', *without} & set(inner.parts):
            for row in re.findall(r'\b[WF]-\d{3}\b', file.read_text('utf-8')):
                found.setdefault(row, inner)
    return found


def faults(root):
    """A sentence for each broken rule."""
    tested = named(root / 'tests', ['.cpp', '.mjs'], without=['structure', 'fuzz'])
    known = []
    for letter, name in LISTS.items():
        rows = re.findall(rf'^\| ({letter}-\d{{3}}) \|(.*)', (root / 'tests' / name).read_text('utf-8'), re.M)
        known += [row for row, _ in rows]
        for row, text in sorted(rows):
            if known.count(row) > 1:
                yield f'{row}: {name} has it {known.count(row)} times'
            if '**Not here yet.**' in text and row in tested:
                yield f'{row}: {name} says that it is not here yet, but a test names it'
            if '**Not here' not in text and row not in tested:
                yield f'{row}: no test names it'
    for folder in ('include', 'tests', 'examples'):
        for row, file in sorted(named(root / folder, ['.cpp', '.hpp', '.mjs', '.md']).items()):
            if row not in known:
                yield f'{row}: {folder}/{file} names it, but no list has it'


if __name__ == '__main__':
    sys.exit('\n'.join(faults(pathlib.Path(sys.argv[1]))) or 0)
