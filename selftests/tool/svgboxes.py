#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Check that the texts of a picture by map --svg are readable. Prints faults.

A character of the fixed-width font is at most 0.61 of its size wide. A text whose anchor
is in a shape must be inside it; no text may leave the picture or touch another one.
LPARs must have different fills.
"""
import re
import sys
import xml.dom.minidom

FONT = 13
WIDTH = 0.61 * FONT


def box(t):
    x, y = float(t.getAttribute("x")), float(t.getAttribute("y"))
    w = WIDTH * len(t.firstChild.data)
    x -= {"start": 0, "middle": w / 2, "end": w}[t.getAttribute("text-anchor")]
    return x, y - 0.75 * FONT, x + w, y + 0.2 * FONT


def main():
    doc = xml.dom.minidom.parse(sys.argv[1]).documentElement
    width, height = (float(doc.getAttribute(a)) for a in ("width", "height"))
    style = doc.getElementsByTagName("style")[0].firstChild.data
    if f"{FONT}px monospace" not in style:
        print("another font:", style)
    rects = [[float(r.getAttribute(a)) for a in ("x", "y", "width", "height")]
             for r in doc.getElementsByTagName("rect") if r.hasAttribute("x")]
    # A share fills a part of its cell: the cell is the shape.
    rects = [r for r in rects
             if not any(o[:2] == r[:2] and o[3] == r[3] and o[2] > r[2] for o in rects)]
    texts = [(t, box(t)) for t in doc.getElementsByTagName("text")]
    for t, (left, top, right, bottom) in texts:
        name = t.firstChild.data
        if left < 0 or top < 0 or right > width or bottom > height:
            print(name, "leaves the picture")
        x, y = float(t.getAttribute("x")), (top + bottom) / 2
        for rx, ry, rw, rh in rects:
            inside = rx <= left and right <= rx + rw and ry <= top and bottom <= ry + rh
            apart = right < rx or left > rx + rw or bottom < ry or top > ry + rh
            if rx < x < rx + rw and ry < y < ry + rh and not inside:
                print(name, "leaves its shape")
            elif not inside and not apart:
                print(name, "straddles an edge")
    for i, (t, a) in enumerate(texts):
        for o, b in texts[:i]:
            if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]:
                print(t.firstChild.data, "touches", o.firstChild.data)
    fills = [re.sub(r"^.*?<path", "", p.toxml(), flags=re.S)
             for p in doc.getElementsByTagName("pattern")]
    if len(set(fills)) != len(fills):
        print("two LPARs look alike")
    print(f"{len(texts)} texts, {len(fills)} LPARs" if texts and fills else "nothing is there")


main()
