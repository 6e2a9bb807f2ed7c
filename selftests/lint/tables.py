#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Find rows of a page's tables that were meant as the continuation of the row above.

In a "simple table" a line whose first column is not blank starts a new row, so a first
cell that is wrapped by hand becomes two rows. Then the last cell of the second row is empty,
or the first cell of the first row ends in the middle of a phrase.

Usage: tables.py DOCTREES    the folder that sphinx-build was given by -d
"""
import glob
import os
import pickle
import re
import sys

from docutils import nodes


UNFINISHED = re.compile(r"(,|\b(a|an|and|by|for|in|of|or|the|to|with))$")


def rows(doctree):
    for table in doctree.findall(nodes.table):
        for body in table.findall(nodes.tbody):
            for row in body.findall(nodes.row):
                yield [entry.astext().strip() for entry in row.findall(nodes.entry)]


def main():
    bad = 0
    for path in sorted(glob.glob(os.path.join(sys.argv[1], "**/*.doctree"), recursive=True)):
        with open(path, "rb") as data:
            doctree = pickle.load(data)
        for cells in rows(doctree):
            if len(cells) > 1 and not cells[-1]:
                print(f"{os.path.basename(path)[:-8]}: empty last cell: {' | '.join(cells)}")
                bad = 1
            if UNFINISHED.search(cells[0]):
                print(f"{os.path.basename(path)[:-8]}: half a first cell: {' | '.join(cells)}")
                bad = 1
    sys.exit(bad)


if __name__ == "__main__":
    main()
