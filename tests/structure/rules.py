"""Fails when a rule of wire_rules.md has no test, or one is named that it does not have. rules.py ROOT"""
import pathlib
import re
import sys


def named(folder, endings, without=()):
    """The rules that the files of a folder name, each with the first of these files."""
    found = {}
    for file in sorted(folder.rglob('*')):
        inner = file.relative_to(folder)
        if file.suffix in endings and not {'node_modules', *without} & set(inner.parts):
            for rule in re.findall(r'\bW-\d{3}\b', file.read_text('utf-8')):
                found.setdefault(rule, inner)
    return found


def faults(root):
    """A sentence for each broken rule."""
    rows = re.findall(r'^\| (W-\d{3}) \|(.*)', (root / 'tests/wire_rules.md').read_text('utf-8'), re.M)
    rules = [rule for rule, _ in rows]
    tested = named(root / 'tests', ['.cpp', '.mjs'], without=['structure', 'fuzz'])
    for rule, text in sorted(rows):
        missing = '**Not here yet.**' in text
        if rules.count(rule) > 1:
            yield f'{rule}: wire_rules.md has it {rules.count(rule)} times'
        if missing and rule in tested:
            yield f'{rule}: wire_rules.md says that it is not here yet, but a test names it'
        if not missing and rule not in tested:
            yield f'{rule}: no test names it'
    for folder in ('include', 'tests', 'examples'):
        for rule, file in sorted(named(root / folder, ['.cpp', '.hpp', '.mjs', '.md']).items()):
            if rule not in rules:
                yield f'{rule}: {folder}/{file} names it, but wire_rules.md does not have it'


if __name__ == '__main__':
    sys.exit('\n'.join(faults(pathlib.Path(sys.argv[1]))) or 0)
