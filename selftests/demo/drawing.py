# SPDX-License-Identifier: GPL-2.0
"""SVG for the report. Colours and fonts are classes of the page's style sheet.

The width of a text depends on the reader's font; CHAR is more than the average width of
letters and digits of a sans-serif font. in_box() omits or shortens a text that is too wide for its
shape.
"""
import html
import math

FONT = 13		# px, as in report.py's style sheet
CHAR = 0.62 * FONT
LINE = 17		# px from one line of text to the next
PAD = 4
STOP = range(204, 209)	# steps in which the receiver is stopped


def text_width(text):
    return len(text) * CHAR


class Svg:
    def __init__(self, width, height, title, css):
        self.width, self.height = width, height
        self.title, self.css = title, css
        self.parts = []

    def shape(self, name, css, **attributes):
        text = "".join(f' {key.replace("_", "-")}="{number(value)}"'
                       for key, value in attributes.items())
        self.parts.append(f'<{name} class="{css}"{text}/>')

    def rect(self, x, y, width, height, css):
        self.shape("rect", css, x=x, y=y, width=max(width, 0.5),
                   height=max(height, 0.5))

    def line(self, x1, y1, x2, y2, css):
        self.shape("line", css, x1=x1, y1=y1, x2=x2, y2=y2)

    def path(self, points, css):
        text = " ".join(f"{number(x)},{number(y)}" for x, y in points)
        self.parts.append(f'<polyline class="{css}" points="{text}"/>')

    def dot(self, x, y, css):
        self.shape("circle", css, cx=x, cy=y, r=2)

    def text(self, x, y, text, anchor="start", css="", box=None):
        """y is the middle of the line. box: the shape that must contain it."""
        extra = f' data-box="{" ".join(number(v) for v in box)}"' if box else ""
        self.parts.append(
            f'<text class="{css}" x="{number(x)}" y="{number(y + FONT * 0.35)}"'
            f' text-anchor="{anchor}"{extra}>{html.escape(text)}</text>')

    def in_box(self, box, *choices):
        """Draw the first list of lines that fits, if any, in the middle of the box."""
        x, y, width, height = box
        for lines in choices:
            if (len(lines) * LINE <= height and
                    max(map(text_width, lines)) + 2 * PAD <= width):
                top = y + height / 2 - (len(lines) - 1) * LINE / 2
                for i, line in enumerate(lines):
                    self.text(x + width / 2, top + i * LINE, line, "middle", box=box)
                return

    def group(self, x, y, other):
        """Insert another drawing at x, y."""
        self.parts.append(f'<g transform="translate({number(x)} {number(y)})">'
                          + "\n".join(other.parts) + "</g>")

    def __str__(self):
        return (f'<svg class="{self.css}" role="img" viewBox="0 0 {number(self.width)}'
                f' {number(self.height)}" width="{number(self.width)}"'
                f' height="{number(self.height)}">'
                f"<title>{html.escape(self.title)}</title>"
                + "\n".join(self.parts) + "</svg>\n")


def number(value):
    return value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")


def ticks(low, high, most):
    """Round values between low and high, at most `most` of them."""
    span = high - low
    if span <= 0:
        return [low]
    step = 10 ** math.floor(math.log10(span))
    step = next(step * f for f in (0.1, 0.2, 0.5, 1, 2, 5, 10) if span / (step * f) <= most)
    first = math.ceil(low / step - 1e-9)
    return [i * step for i in range(first, math.floor(high / step + 1e-9) + 1)]


def spread(places, widths, low, high):
    """Centres as close to places (ascending) as possible without overlap."""
    centres, edge = [], low
    for place, width in zip(places, widths):
        centre = max(place, edge + width / 2)
        centres.append(centre)
        edge = centre + width / 2
    edge = high
    for i in range(len(centres) - 1, -1, -1):
        centres[i] = min(centres[i], edge - widths[i] / 2)
        edge = centres[i] - widths[i] / 2
    return centres


def colour(name):
    """Class of an LPAR: the patent's three have one each."""
    return {"LPAR1": "l1", "LPAR2": "l2", "LPAR3": "l3"}.get(name, "free")


def storage(svg, areas, x, width, title):
    """The storage map as a column; areas: (origin, size, expansion, name), in MB."""
    top, bottom, axis = 28, svg.height - 14, 5 * CHAR
    whole = max(origin + size for origin, size, _, _ in areas)

    def at(mb):
        return top + mb * (bottom - top) / whole
    svg.text(x + axis, 10, title, css="head")
    for origin, size, expansion, name in sorted(areas):
        box = (x + axis, at(origin), width - axis, at(origin + size) - at(origin))
        svg.rect(*box, f"area {colour(name)}")
        svg.text(box[0] - PAD, box[1], f"{origin}", "end", css="dim")
        room = [f"+ {expansion} MB room"] if expansion else []
        svg.in_box(box, [name, f"{size} MB"] + room, [name, f"{size} MB"], [name])
    svg.text(x + axis - PAD, bottom, f"{whole}", "end", css="dim")


def processors(svg, rows, x, width, title):
    """A column for each CPU, with the shares of its LPARs stacked."""
    top, bottom = 46, svg.height - 4
    svg.text(x, 10, title, css="head")
    cpus = sorted({cpu for cpu, _, _, _ in rows})
    cell = width / max(len(cpus), 1)
    for i, cpu in enumerate(cpus):
        left, y = x + i * cell, top
        svg.text(left + cell / 2, 34, f"CPU {cpu}", "middle", css="dim")
        for _, name, lip, share in [row for row in rows if row[0] == cpu]:
            box = (left + 1, y, cell - 2, share * (bottom - top) / 100)
            svg.rect(*box, f"area {colour(name)}")
            svg.in_box(box, [name, f"LIP {lip}: {share} %"], [name, f"{share} %"],
                       [f"{share} %"])
            y += box[3]


def use(svg, rows):
    """A bar for each LIP's use, with its share as a mark. rows: see report.use_rows()."""
    left, right = 10 * CHAR, svg.width - 9 * CHAR
    most = max([100] + [row["used"] for row in rows])
    row_height = 30

    def at(percent):
        return left + percent * (right - left) / most
    for i, row in enumerate(rows):
        y = 4 + i * row_height
        name, _, _ = row["lip"].partition("/")
        svg.text(0, y + 11, row["lip"])
        svg.rect(left, y, at(row["used"]) - left, row_height - 8, f"area {colour(name)}")
        svg.line(at(row["share"]), y - 3, at(row["share"]), y + row_height - 5, "mark")
        svg.text(svg.width, y + 11, f"{row['used']:.1f} %", "end",
                 css="" if row["ok"] else "bad")
    y = 4 + len(rows) * row_height
    svg.line(left, y, right, y, "axis")
    for percent in (0, 50, 100):
        svg.line(at(percent), y, at(percent), y + 4, "axis")
        svg.text(at(percent), y + 13, f"{percent} %", "middle", css="dim")


class Time:
    """The axis of a plot over time: milliseconds, between two edges."""

    def __init__(self, svg, left, right, low, high):
        self.svg, self.left, self.right = svg, left, right
        self.low, self.high = low, high

    def at(self, ms):
        return self.left + (ms - self.low) * (self.right - self.left) / (
            self.high - self.low)

    def shows(self, ms):
        return self.low <= ms <= self.high

    def draw(self, y):
        """Draw the axis, in the unit with short numbers."""
        scale, unit = (1000, "s") if self.high - self.low >= 5000 else (1, "ms")
        self.svg.line(self.left, y, self.right, y, "axis")
        room = int((self.right - self.left) / (9 * CHAR))
        values = ticks(self.low / scale, self.high / scale, max(room, 2))
        for value in values:
            x = self.at(value * scale)
            self.svg.line(x, y, x, y + 4, "axis")
            text = f"{value:.10g}" + (f" {unit}" if value == values[-1] else "")
            half = text_width(text) / 2
            x = min(max(x, half), self.svg.width - half)
            self.svg.text(x, y + 14, text, "middle", css="dim")


def step_bands(svg, axis, spans, top, bottom):
    """Draw the receiver's stop last, so that it is visible even if it is short."""
    for i, (step, begin, end) in sorted(enumerate(spans), key=lambda s: s[1][0] in STOP):
        begin, end = max(begin, axis.low), min(end, axis.high)
        svg.rect(axis.at(begin), top, axis.at(end) - axis.at(begin), bottom - top,
                 f"step {'stop' if step in STOP else 's%d' % (i % 2)}")


def steps(svg, axis, spans, top, bottom):
    """A band for each step, with its number above. spans: (step, from, to)."""
    seen = [s for s in spans if s[2] >= axis.low and s[1] <= axis.high]
    step_bands(svg, axis, seen, top + 34, bottom)
    places = {}
    for step, begin, end in seen:		# one number, in the middle of all its parts
        first = places.get(step, (begin, end))[0]
        places[step] = max(first, axis.low), min(end, axis.high)
    middles = [axis.at((begin + end) / 2) for begin, end in places.values()]
    widths = [text_width("209") + 5] * len(places)
    centres = spread(middles, widths, axis.left - 8, svg.width)
    for step, x, middle in zip(places, centres, middles):
        svg.text(x, top + 8, f"{step}", "middle")
        svg.line(x, top + 18, middle, top + 34, "lead")


def clipped(axis, points):
    """The part of a curve that the axis shows, cut at its edges."""
    seen = []
    for a, b in zip(points, points[1:]):
        for edge in (axis.low, axis.high):
            if a[0] < edge < b[0]:
                seen.append((edge, a[1] + (b[1] - a[1]) * (edge - a[0]) / (b[0] - a[0])))
    return sorted(seen + [p for p in points if axis.shows(p[0])])


def counters(svg, axis, curves, top, bottom, dots):
    """curves: (name, [(ms, count)], (gap from, gap to)), each with a lane."""
    lane = (bottom - top) / max(len(curves), 1)
    for i, (name, points, gap) in enumerate(curves):
        low, high = top + (i + 1) * lane - 8, top + i * lane + 26
        seen = clipped(axis, points)
        if len(seen) < 2:
            continue
        first, last = seen[0][1], seen[-1][1]
        scale = (low - high) / max(last - first, 1)

        def place(point):
            return axis.at(point[0]), low - (point[1] - first) * scale
        begin, end = max(gap[0], axis.low), min(gap[1], axis.high)
        if begin < end:
            svg.rect(axis.at(begin), high, axis.at(end) - axis.at(begin), low - high,
                     "gap")
        svg.path([place(p) for p in seen], f"curve {colour(name)}")
        if dots:
            for point in filter(lambda p: axis.shows(p[0]), points):
                svg.dot(*place(point), f"dot {colour(name)}")
        text = f"{name}: {first:.0f} to {last:.0f}"
        if not dots:
            text += f"; longest gap {gap[1] - gap[0]:.3g} ms"
        svg.text(axis.left + PAD, high - 9, text, css="name")
        svg.line(axis.left, low + 4, axis.right, low + 4, "lead")
