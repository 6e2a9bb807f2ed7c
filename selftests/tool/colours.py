#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Check that the colour-blind can tell colours apart. Prints pairs that look alike.

colours.py NAME...: colours as #rrggbb, or numbers of a terminal's 256 colours.

A colour is converted to what people with protanopia, deuteranopia and tritanopia see
(matrices of Machado, Oliveira and Fernandes, 2009), then to CIE L*a*b*, where a distance of
about 2 is just noticeable. Areas that are not adjacent need a larger one: LEAST.
"""
import itertools
import sys

LEAST = 10
SIGHTS = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
                   (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
                     (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
                   (0.004733, 0.691367, 0.303900)),
}


def rgb(name):
    if name.startswith("#"):
        return [int(name[i:i + 2], 16) for i in (1, 3, 5)]
    cube = int(name) - 16
    return [(0, 95, 135, 175, 215, 255)[cube // n % 6] for n in (36, 6, 1)]


def linear(c):
    c /= 255
    return c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4


def lab(r, g, b):
    x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883
    x, y, z = (t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116
               for t in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def seen(name, sight):
    colour = [linear(c) for c in rgb(name)]
    return lab(*(min(1, max(0, sum(a * c for a, c in zip(row, colour))))
                 for row in SIGHTS[sight]))


def main():
    names = sys.argv[1:]
    for sight in SIGHTS:
        for a, b in itertools.combinations(names, 2):
            apart = sum((p - q) ** 2 for p, q in zip(seen(a, sight), seen(b, sight))) ** 0.5
            if apart < LEAST:
                print(f"{a} and {b}: {sight}, {apart:.1f}")
    print(f"{len(set(names))} colours")


main()
