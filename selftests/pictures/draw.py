#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Draw the pictures of Documentation/lpar that lparadm does not draw itself.

Usage: draw.py shares < SLICES       slices of one CPU, from shares.c
       draw.py steps < RESULT        the times of the steps of an integration, from the
                                     attribute "integrate"
       draw.py screen TITLE < TEXT   a terminal's screen

The picture (SVG) is written to standard output. Text widths are estimated with a fixed width
for each character, which is more than the usual sans-serif fonts need.
"""
import math
import sys
from xml.sax.saxutils import escape

FONT = "DejaVu Sans, Verdana, sans-serif"
MONO = "DejaVu Sans Mono, Menlo, Consolas, monospace"
# Colours that the colour-blind can distinguish (Okabe and Ito).
COLOURS = ("#56b4e9", "#e69f00", "#009e73")
IDLE = "#eeeeee"
INK = "#222222"
UNITS = ("\u00b5s", "ms", "s")


class Svg:
    """Collects elements; the picture is as large as its contents, plus a margin."""

    def __init__(self):
        self.out, self.width, self.height = [], 0, 0

    def grow(self, x, y):
        self.width, self.height = max(self.width, x), max(self.height, y)

    def rect(self, x, y, w, h, fill, stroke=INK):
        self.out.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}"'
                        f' fill="{fill}" stroke="{stroke}" stroke-width="0.8"/>')
        self.grow(x + w, y + h)

    def line(self, x1, y1, x2, y2, dash=""):
        style = f' stroke-dasharray="{dash}"' if dash else ""
        self.out.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
                        f' stroke="{INK}" stroke-width="0.8"{style}/>')
        self.grow(max(x1, x2), max(y1, y2))

    def text(self, x, y, words, size=13, anchor="start", font=FONT, fill=INK):
        self.out.append(f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}"'
                        f' text-anchor="{anchor}" font-family="{font}"'
                        f' xml:space="preserve">{escape(words)}</text>')
        if anchor == "start":
            self.grow(x + len(words) * size * 0.62, y + size * 0.3)

    def write(self, margin=16):
        w, h = self.width + margin, self.height + margin
        print(f'<svg xmlns="http://www.w3.org/2000/svg" width="{w:.0f}" height="{h:.0f}"'
              f' viewBox="0 0 {w:.0f} {h:.0f}">')
        print(f'<rect width="{w:.0f}" height="{h:.0f}" fill="#ffffff"/>')
        print("\n".join(self.out))
        print("</svg>")


def shares():
    """One row for each LIP and one for the CPU; time runs to the right."""
    slices = []
    for line in sys.stdin:
        lip, start, stop = (int(v) for v in line.split())
        if slices and slices[-1][0] == lip:
            slices[-1][2] = stop
        else:
            slices.append([lip, start, stop])
    period, x0, scale, row = 10000, 170, 0.024, 40
    names = ("LIP of LPAR1, 50 %", "LIP of LPAR2, 30 %", "LIP of LPAR3, 20 %")
    notes = ("capped", "uncapped", "capped")
    end = slices[-1][2]
    svg = Svg()
    for i, name in enumerate(names):
        y = 40 + i * row
        svg.text(16, y + 14, name)
        svg.text(16, y + 27, notes[i], 11, fill="#555555")
        svg.line(x0, y + 26, x0 + end * scale, y + 26)
    svg.text(16, 40 + 3 * row + 18, "the CPU")
    for lip, start, stop in slices:
        x, w = x0 + start * scale, (stop - start) * scale
        if lip >= 0:
            svg.rect(x, 40 + lip * row + 4, w, 22, COLOURS[lip])
        svg.rect(x, 40 + 3 * row + 4, w, 22, COLOURS[lip] if lip >= 0 else IDLE)
    for i in range(end // period + 1):
        x = x0 + i * period * scale
        svg.line(x, 30, x, 40 + 4 * row, "4 3")
        svg.text(x, 24, f"{i * period // 1000} ms", 12, "middle")
    svg.grow(x0 + end * scale + 20, 0)
    return svg


def steps():
    """A bar for each step, on a logarithmic scale of time; steps with a stopped receiver are marked."""
    rows, spans = [], []
    for line in sys.stdin:
        words = line.split()
        if len(words) == 4 and words[0].isdigit():
            rows.append((words[0], words[1], words[2], int(words[3])))
        elif len(words) == 4 and words[0] in ("stop", "total"):
            spans.append((words[0], words[1], int(words[3])))
    svg = Svg()
    x0, y0, row, decade = 150, 44, 24, 88

    def place(us):
        return x0 + decade * math.log10(max(us, 1))

    top = max(us for *_, us in rows)
    for i in range(len(str(top)) + 1):
        x = x0 + i * decade
        label = f"{10 ** (i % 3)} {UNITS[i // 3]}"
        svg.line(x, y0 - 12, x, y0 + len(rows) * row, "3 4")
        svg.text(x, y0 - 18, label, 11, "middle")
    for i, (number, name, result, us) in enumerate(rows):
        y = y0 + i * row
        stopped = 204 <= int(number) <= 208
        svg.text(16, y + 13, f"{number} {name}")
        if result == "skipped":
            svg.text(x0 + 6, y + 13, "nothing to do", 11)
            continue
        end = place(us)
        svg.rect(x0, y + 2, max(end - x0, 1.5), row - 8, COLOURS[1] if stopped else COLOURS[0])
        words = f"{us} \u00b5s"
        svg.rect(end + 3, y + 2, len(words) * 7.2, 14, "#ffffff", "none")
        svg.text(end + 6, y + 13, words, 11)
    y = y0 + len(rows) * row + 22
    for name, which, us in spans:
        what = ("receiver stopped" if name == "stop" else "whole integration")
        svg.rect(16, y - 10, 12, 12, COLOURS[1] if name == "stop" else COLOURS[0])
        svg.text(36, y, f"{what}, {which}: {us} \u00b5s", 12)
        y += 20
    return svg


def screen(title):
    """Text as shown by a terminal; reverse video is not supported."""
    lines = [line.rstrip("\n") for line in sys.stdin]
    char, high = 8.0, 17
    svg = Svg()
    w = max(len(line) for line in lines) * char + 24
    svg.rect(8, 8, w, 26, "#444444", "#444444")
    svg.text(20, 26, title, 12, fill="#ffffff")
    svg.rect(8, 34, w, len(lines) * high + 16, "#1c1c1c", "#444444")
    for i, line in enumerate(lines):
        at = 0
        while at < len(line):
            # Place words by column: the width of blanks differs between fonts.
            while at < len(line) and line[at] == " ":
                at += 1
            end = at
            while end < len(line) and line[end] != " ":
                end += 1
            if end > at:
                svg.out.append(
                    f'<text x="{20 + at * char:.1f}" y="{34 + 18 + i * high}" font-size="13"'
                    f' font-family="{MONO}" fill="#e4e4e4" textLength="{(end - at) * char:.1f}"'
                    f' lengthAdjust="spacingAndGlyphs">{escape(line[at:end])}</text>')
            at = end
    return svg


def main():
    kinds = {"shares": shares, "steps": steps, "screen": screen}
    if len(sys.argv) < 2 or sys.argv[1] not in kinds:
        sys.exit(__doc__)
    kinds[sys.argv[1]](*sys.argv[2:]).write()


if __name__ == "__main__":
    main()
