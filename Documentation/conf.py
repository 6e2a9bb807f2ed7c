# SPDX-License-Identifier: GPL-2.0
"""How Sphinx makes pages of Documentation/: "make htmldocs"."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "sphinx"))

project = "lpar"
copyright = "lpar developers"  # pylint: disable=redefined-builtin
root_doc = "lpar/index"
extensions = ["abi"]
exclude_patterns = ["sphinx"]
highlight_language = "none"
html_theme = "alabaster"
html_theme_options = {
    "description": "a partition monitor in a Linux kernel module",
    "page_width": "1100px",
    "sidebar_width": "240px",
    "show_powered_by": False,
}
html_copy_source = False
html_show_copyright = False
