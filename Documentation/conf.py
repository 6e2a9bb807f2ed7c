# SPDX-License-Identifier: GPL-2.0
"""Sphinx configuration of Documentation/: "make htmldocs"."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "sphinx"))

project = "lpar"
copyright = "lpar developers"  # pylint: disable=redefined-builtin
root_doc = "lpar/index"
extensions = ["abi", "plaintext"]
exclude_patterns = ["sphinx"]
highlight_language = "none"
html_theme = "alabaster"
html_theme_options = {
    "description": "LPARs in a Linux kernel module",
    # lpar.css sets widths: they depend on the screen.
    "page_width": "auto",
    "sidebar_width": "230px",
    "show_powered_by": False,
    "font_family": "system-ui, sans-serif",
    "head_font_family": "system-ui, sans-serif",
}
html_static_path = ["sphinx/static"]
html_css_files = ["lpar.css"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
