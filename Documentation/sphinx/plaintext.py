# SPDX-License-Identifier: GPL-2.0
"""Keep words like "2G@0x100000000" as text: docutils mistakes them for e-mail
addresses and makes links."""
from docutils import nodes
from sphinx.transforms import SphinxTransform


class NoMailLinks(SphinxTransform):
    """Replace each mailto: reference by its text."""

    default_priority = 800

    def apply(self, **kwargs):
        for node in list(self.document.findall(nodes.reference)):
            if node.get("refuri", "").startswith("mailto:"):
                node.replace_self(nodes.Text(node.astext()))


def setup(app):
    app.add_transform(NoMailLinks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
