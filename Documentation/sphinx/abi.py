# SPDX-License-Identifier: GPL-2.0
"""The directive "abi": entries of a file below Documentation/ABI/ as sections.

    .. abi:: testing/configfs-lpar

The reference of the attributes is written once, in the kernel's format. A description
that is not valid reStructuredText fails the build. Above the sections is an index: one line
for each directory, with a link to each of its files.
"""
import os
import re
import textwrap

from docutils import nodes
from docutils.parsers.rst import Directive
from docutils.statemachine import StringList

FIELD = re.compile(r"^([A-Z]\w+):\s*(.*)$")
# A line that shows the format of a file, such as "<slot> <answer> <code>".
FORMAT = re.compile(r"^\s+<\w")


def entries(text):
    """Yield (what, line number, [(number, line) of the description])."""
    what, start, body, described = None, 0, [], False
    for number, line in enumerate(text.expandtabs().splitlines(), 1):
        field = FIELD.match(line)
        if field and field.group(1) == "What":
            if what:
                yield what, start, body
            what, start, body = field.group(2), number, []
            described = False
        elif field:
            described = field.group(1) == "Description"
        elif described:
            body.append((number, line))
    if what:
        yield what, start, body


class Abi(Directive):
    """One file below Documentation/ABI."""

    required_arguments = 1

    def run(self):
        env = self.state.document.settings.env
        path = os.path.join(env.srcdir, "ABI", self.arguments[0])
        env.note_dependency(path)
        with open(path, encoding="utf-8") as source:
            text = source.read()
        sections = [(entry[0], self.section(path, *entry)) for entry in entries(text)]
        return [self.index(sections)] + [section for _, section in sections]

    def index(self, sections):
        directories = {}
        for what, section in sections:
            directory = what[:what.rstrip("/").rindex("/") + 1]
            if what.endswith("/"):
                directory = what
            directories.setdefault(directory, []).append((what, section))
        items = nodes.definition_list(classes=["abi-index"])
        for directory, files in directories.items():
            links = nodes.paragraph()
            for what, section in files:
                if links.children:
                    links += nodes.Text(", ")
                name = what[len(directory):] or "(directory)"
                links += nodes.reference("", name, internal=True, refid=section["ids"][0])
            items += nodes.definition_list_item(
                "", nodes.term("", "", nodes.literal("", directory)),
                nodes.definition("", links))
        return items

    def section(self, path, what, start, body):
        section = nodes.section()
        section["names"].append(nodes.fully_normalize_name(what))
        section += nodes.title("", "", nodes.literal(what, what))
        self.state.document.note_implicit_target(section, section)
        lines = textwrap.dedent("\n".join(line for _, line in body)).splitlines()
        text = StringList()
        for (number, _), line in zip(body, lines):
            if FORMAT.match(line):
                line = "| " + line.strip()
            text.append(line, path, number - 1)
        self.state.nested_parse(text, 0, section)
        section.line = start
        return section


def setup(app):
    app.add_directive("abi", Abi)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
