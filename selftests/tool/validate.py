#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""validate.py SCHEMA [--lines] - check that standard input is JSON that fits the schema.

With --lines each line is an event. Exit status 4: jsonschema is not installed.
"""
import json
import sys

try:
    import jsonschema
except ImportError:
    sys.exit(4)

with open(sys.argv[1], encoding="ascii") as f:
    schema = json.load(f)
jsonschema.Draft202012Validator.check_schema(schema)
if len(sys.argv) > 2:
    objects = [json.loads(line) for line in sys.stdin]
    schema = {"$ref": "#/$defs/event", "$defs": schema["$defs"]}
else:
    objects = [json.load(sys.stdin)]
validator = jsonschema.Draft202012Validator(schema)
errors = 0
for obj in objects:
    for e in validator.iter_errors(obj):
        print("/".join(map(str, e.absolute_path)) + ":", e.message)
        errors += 1
sys.exit(bool(errors) or not objects)
