"""Draws a comparison of servers as SVG: for each row a bar per server, readable on light and dark pages."""
import html
import math

WIDTH, LABELS, BARS = 960, 250, 470  # the text of a bar stands to its right
BAR, GAP, ROW_GAP, HEAD = 15, 2, 12, 106
COLOURS = ['#8a8f98', '#2f81f7', '#d9822b', '#b5651d', '#c2497e', '#5f8f3e', '#7a5fd0']

STYLE = '''
  svg { background: #ffffff; font: 13px system-ui, sans-serif; fill: #1f2328; }
  .title { font-size: 18px; font-weight: 600; }
  .note { font-size: 11px; fill: #59636e; }
  .value { font-size: 11px; }
  .axis { stroke: #59636e; stroke-opacity: 0.4; }
  .ahead { fill: #c62828; font-weight: 600; font-size: 11px; }
  @media (prefers-color-scheme: dark) {
    svg { background: #0d1117; fill: #e6edf3; }
    .note { fill: #9198a1; }
    .axis { stroke: #9198a1; }
    .ahead { fill: #ff7b72; }
  }
'''


def text(x, y, content, style='', more=''):
    return f'<text x="{x:.0f}" y="{y:.0f}" class="{style}" {more}>{html.escape(content)}</text>'


def ahead_of_us(values, titles, base):
    """Who costs less than we do in that row, the base left aside."""
    figures = {name: got[1] for name, got in values.items() if not isinstance(got, str)}
    return [titles[name] for name, figure in figures.items()
            if name not in ('ours', base) and 'ours' in figures and figure < figures['ours']]


def scale(rows):
    """From a ratio to the length of its bar. Logarithmic: what is ten times as much is a step further."""
    ratios = [got[2] for _, values in rows for got in values.values() if not isinstance(got, str) and got[2]]
    least, most = min([1, *ratios]) / 1.25, max([2, *ratios])
    return least, most, lambda ratio: BARS * math.log(ratio / least) / math.log(most / least)


def row_of_bars(y, label, values, titles, colours, base, length):
    """One row: its label, the bars, and who is ahead of us."""
    yield text(LABELS - 10, y + BAR - 3, label, '', 'text-anchor="end"')
    if ahead := ahead_of_us(values, titles, base):
        yield text(LABELS - 10, y + 2 * BAR, 'ahead: ' + ', '.join(ahead), 'ahead', 'text-anchor="end"')
    for name, got in values.items():
        if isinstance(got, str):
            yield text(LABELS + 4, y + BAR - 4, f'{titles[name]} {got[:90]}', 'value')
        else:
            shown, _, ratio = got
            width = length(ratio or 1)
            mine = ' font-weight="700"' if name == 'ours' else ''
            yield f'<rect x="{LABELS}" y="{y}" width="{max(1, width):.1f}" height="{BAR}" fill="{colours[name]}"/>'
            yield text(LABELS + width + 5, y + BAR - 4,
                       shown if name == base or not ratio else f'{shown} ({ratio:.2f}×)', 'value', mine)
        y += BAR + GAP


def axis(least, most, length, bottom):
    """Where the base's bars end, and each power of ten."""
    for ratio in [10.0 ** power for power in range(0, 4) if least < 10.0 ** power <= most]:
        x = LABELS + length(ratio)
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{HEAD - 6}" y2="{bottom}" class="axis"/>'
        yield text(x, bottom + 13, f'{ratio:g}×', 'note', 'text-anchor="middle"')


def chart(rows, titles, base, about):
    """The rows are pairs of a label and, by server, a sentence of what failed or the figure as it is shown, as a number,
    and its ratio to the base's."""
    colours = dict(zip(titles, COLOURS))
    least, most, length = scale(rows)
    row_height = len(titles) * (BAR + GAP) + ROW_GAP
    bottom = HEAD + len(rows) * row_height
    parts = [text(20, 30, 'What a message costs the server, as multiples of the limit of the machine', 'title'),
             text(20, 48, ' · '.join(about[:-2]), 'note'),
             text(20, 62, ' · '.join(about[-2:]), 'note'),  # the compiler and the machine
             text(20, 76, 'Processor time per message delivered or per visit; memory per idle connection; latency. Shorter is better; '
                  'the scale is logarithmic.', 'note')]
    x = 20
    for name, title in titles.items():
        parts.append(f'<rect x="{x}" y="{HEAD - 21}" width="10" height="10" fill="{colours[name]}"/>')
        parts.append(text(x + 14, HEAD - 12, title, 'note'))
        x += 30 + 6 * len(title)
    parts += axis(least, most, length, bottom)
    for number, (label, values) in enumerate(rows):
        parts += row_of_bars(HEAD + number * row_height, label, values, titles, colours, base, length)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + 24}" width="{WIDTH}" role="img" '
            f'aria-label="A comparison of Socket.IO servers">\n<style>{STYLE}</style>\n' + '\n'.join(parts) + '\n</svg>\n')
