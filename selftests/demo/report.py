#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Write the demonstration's report: one HTML file without external parts, from a run's
data.json. For a failed run it shows what is available.
"""
import argparse
import json
import re
import sys
from html import escape

import drawing

MB = 1 << 20
WIDE, NARROW = 880, 350
CURVES = ("LPAR1", "LPAR3")
STOP_POINTS = 8		# minimum for each counter in the picture of the stop
STYLE = """
:root { color-scheme: light dark; --page: #fff; --ink: #1b1f24; --dim: #5b6570;
 --line: #c8ced5; --panel: #f4f6f8; --good: #1a7f37; --bad: #c22f2f;
 --l1: #b5d6f3; --l1s: #0b62a8; --l2: #f7d49c; --l2s: #9a5b00; --l3: #b4e3cf;
 --l3s: #00704c; --free: #e6e8ea; --s0: #ebe6f6; --s1: #d9cff0; --gap: #f6c8c8;
 --stop: #ffe08a; }
@media (prefers-color-scheme: dark) { :root { --page: #14171a; --ink: #e6e9ec;
 --dim: #9aa5b0; --line: #3c444d; --panel: #1e2328; --good: #57c274; --bad: #ff7b72;
 --l1: #154a78; --l1s: #6db6f2; --l2: #6e4708; --l2s: #f2b04c; --l3: #0d5a41;
 --l3s: #4fd0a0; --free: #33393f; --s0: #2a2440; --s1: #3b3160; --gap: #6b2a2a;
 --stop: #6a5200; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 16px; max-width: 912px; background: var(--page);
 color: var(--ink); font: 15px/1.45 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
h1 { font-size: 24px; line-height: 1.2; margin: 8px 0; }
h2 { font-size: 18px; margin: 32px 0 4px; }
p { margin: 4px 0 10px; } .sub { color: var(--dim); }
.good { color: var(--good); } .bad { color: var(--bad); }
.problem { border: 2px solid var(--bad); border-radius: 6px; padding: 8px 12px; }
.tiles { display: grid; gap: 8px; margin: 16px 0;
 grid-template-columns: repeat(auto-fit, minmax(160px, 1fr)); }
.tile { background: var(--panel); border-radius: 6px; padding: 8px 12px; }
.tile b { display: block; font-size: 21px; } .tile span { color: var(--dim); }
.pair { display: flex; flex-wrap: wrap; gap: 8px 32px; } .pair > div { flex: 1 1 320px; }
table { border-collapse: collapse; margin: 8px 0; font-variant-numeric: tabular-nums; }
th, td { padding: 3px 10px 3px 0; text-align: left; border-bottom: 1px solid var(--line);
 vertical-align: top; } th { color: var(--dim); font-weight: normal; }
.n { text-align: right; } td.n { white-space: nowrap; } td.check { overflow-wrap: anywhere; }
svg { display: block; max-width: 100%; height: auto; margin: 8px 0; }
svg text { font: 13px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: var(--ink); }
svg.narrow { display: none; }
@media (max-width: 700px) { svg.wide { display: none; } svg.narrow { display: block; } }
svg text.dim { fill: var(--dim); } svg text.head { font-weight: bold; }
svg text.bad { fill: var(--bad); }
.area { stroke: var(--page); } .area.l1 { fill: var(--l1); } .area.l2 { fill: var(--l2); }
.area.l3 { fill: var(--l3); } .area.free { fill: var(--free); }
.axis { stroke: var(--dim); } .lead { stroke: var(--line); }
.mark { stroke: var(--ink); stroke-width: 3; }
.step.s0 { fill: var(--s0); } .step.s1 { fill: var(--s1); } .gap { fill: var(--gap); }
.step.stop { fill: var(--stop); }
.curve { fill: none; stroke-width: 2; } .curve.l1 { stroke: var(--l1s); }
.curve.l3 { stroke: var(--l3s); } .dot.l1 { fill: var(--l1s); } .dot.l3 { fill: var(--l3s); }
"""


def interval(us):
    """Microseconds in a suitable unit."""
    if us < 1000:
        return f"{us:.0f} µs"
    return f"{us / 1000:.3g} ms" if us < 1e6 else f"{us / 1e6:.3g} s"


# Parsing of the machine's lines.

def areas(data, when):
    """(origin, size, expansion, name) in MB."""
    rows = [line.split() for line in data["lines"].get(f"storage_map.{when}", [])]
    return [(int(r[0]) // MB, int(r[1]) // MB, int(r[2]) // MB, r[3]) for r in rows]


def shares(data, when):
    """(CPU, name, LIP, percent)."""
    rows = [line.split() for line in data["lines"].get(f"processor_table.{when}", [])]
    return sorted((int(r[0]), r[1], int(r[2]), int(r[3])) for r in rows)


def use_rows(data):
    """For each LIP: its share, its use of the CPU, and the use that is compared.

    They differ in QEMU, see MEASUREMENTS in checks.sh.
    """
    rows = []
    for line in data["lines"].get("use", []):
        lip, share, used, part, cpu, good = line.split()
        rows.append({"lip": lip, "share": int(share), "used": int(part) / 10,
                     "measured": int(used) / 10, "cpu": int(cpu), "ok": good == "true"})
    return sorted(rows, key=lambda row: (row["lip"], row["cpu"]))


def steps(data):
    """(step or span, name, result, us) from LPAR1/integrate."""
    rows = []
    for line in data["lines"].get("integrate", []):
        words = line.split()
        if len(words) == 4 and words[3].isdigit():
            if not words[0].isdigit():
                words[:2] = words[1], words[0]
            rows.append((words[0], words[1], words[2], int(words[3])))
    return rows


def step_us(data, span):
    return next((us for step, _, _, us in steps(data) if step == span), None)


def samples(data, name):
    """The counter of a guest: {"points": [(TSC, count)], "gap": TSCs, "khz"}, or None.

    The TSC is the host's.
    """
    offset = int(data["lines"].get(f"tsc_offset.{name}", ["0"])[0])
    found = {"points": []}
    for line in data["lines"].get(f"samples.{name}", []):
        word, *values = line.split()
        if word == "SAMPLE":
            values = [int(value) for value in values]
            found["points"] += [(tsc - offset, count)
                                for tsc, count in zip(values[::2], values[1::2])]
        elif values != ["end"]:
            first, last, ns_first, ns_last, begin, end = (
                int(values[i]) for i in (2, 3, 5, 6, 8, 9))
            if ns_last > ns_first:
                found["khz"] = (last - first) * 1e6 / (ns_last - ns_first)
                found["gap"] = begin - offset, end - offset
    return found if "khz" in found and found["points"] else None


def trace_steps(data, khz):
    """(step, begin, end) in TSC; a step that relocates much may have several parts."""
    spans = []
    for line in data["lines"].get("trace", []):
        match = re.match(r"(\d+): lpar_step: step=(\d+) .* ns=(\d+)$", line)
        if match:
            end, step, ns = map(int, match.groups())
            spans.append((step, end - ns * khz / 1e6, end))
    return sorted(spans, key=lambda span: span[1])


def timeline(data):
    """Steps and counters in milliseconds from step 201; None: no samples."""
    curves = {name: samples(data, name) for name in CURVES}
    known = [curve for curve in curves.values() if curve]
    spans = trace_steps(data, known[0]["khz"]) if known else []
    if not spans:
        return None
    zero, khz = spans[0][1], known[0]["khz"]

    def ms(tsc):
        return (tsc - zero) / khz
    return {
        "steps": [(step, ms(begin), ms(end)) for step, begin, end in spans],
        "curves": [(name, [(ms(tsc), count) for tsc, count in curve["points"]],
                    tuple(map(ms, curve["gap"])))
                   for name, curve in curves.items() if curve]}


# Pictures, each for a wide and for a narrow page.

def both(draw, title, wide_height, narrow_height):
    text = ""
    for width, height, css in ((WIDE, wide_height, "wide"),
                               (NARROW, narrow_height, "narrow")):
        svg = drawing.Svg(width, height, title, css)
        draw(svg)
        text += str(svg)
    return text


def picture_storage(data):
    maps = [(when, areas(data, when)) for when in ("before", "after")]
    maps = [(when, rows) for when, rows in maps if rows]

    def draw(svg):
        width = min(260, svg.width / 2 - 8)
        for i, (when, rows) in enumerate(maps):
            drawing.storage(svg, rows, i * (svg.width / 2), width, when)
    return both(draw, "Main storage", 340, 340) if maps else ""


def picture_processors(data):
    tables = [(when, shares(data, when)) for when in ("before", "after")]
    tables = [(when, rows) for when, rows in tables if rows]

    def draw(svg):
        if svg.width == WIDE:
            for i, (when, rows) in enumerate(tables):
                drawing.processors(svg, rows, i * WIDE / 2, WIDE / 2 - 16, when)
            return
        for i, (when, rows) in enumerate(tables):
            part = drawing.Svg(svg.width, 200, "", "")
            drawing.processors(part, rows, 0, svg.width, when)
            svg.group(0, i * 220, part)
    return both(draw, "Shares of the CPUs", 220, 220 * len(tables)) if tables else ""


def picture_time(line, low, high, title, dots=False):
    def draw(svg):
        top, bottom = 0, svg.height - 26
        axis = drawing.Time(svg, 8, svg.width - 8, low, high)
        drawing.steps(svg, axis, line["steps"], top, bottom)
        drawing.counters(svg, axis, line["curves"], top + 36, bottom, dots)
        axis.draw(bottom)
    return both(draw, title, 400, 400)


def stop_margin(line, begin, end):
    """Milliseconds to show before and after the stop, for enough points."""
    pad = max(5.0, (end - begin) / 4)
    for _ in range(12):
        if all(sum(begin - pad <= ms <= end + pad for ms, _ in points) >= STOP_POINTS
               for _, points, _ in line["curves"]):
            break
        pad *= 2
    return pad


def pictures_over_time(data):
    line = timeline(data)
    if not line:
        return ""
    ends = [p[0] for _, points, _ in line["curves"] for p in points]
    text = picture_time(line, min(ends), max(ends + [line["steps"][-1][2]]),
                        "The counters during the integration")
    stop = [(begin, end) for step, begin, end in line["steps"] if step in drawing.STOP]
    if stop:
        begin, end = stop[0][0], stop[-1][1]
        pad = stop_margin(line, begin, end)
        text += ("<p>Enlarged: around the receiver's stop, steps 204 to 208;"
                 " each dot is a value of the counter.</p>")
        text += picture_time(line, begin - pad, end + pad,
                             "The counters while the receiver is stopped", True)
    return text


def picture_use(data):
    rows = use_rows(data)
    height = 30 * len(rows) + 24
    return both(lambda svg: drawing.use(svg, rows), "Use and share of each LIP",
                height, height) if rows else ""


# HTML.

def table(head, rows, numbers=()):
    def cells(tag, row):
        return "".join(
            f'<{tag}{" class=n" if i in numbers else ""}>{escape(str(cell))}</{tag}>'
            for i, cell in enumerate(row))
    return ("<table><thead><tr>" + cells("th", head) + "</tr></thead><tbody>"
            + "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
            + "</tbody></table>\n") if rows else ""


def section(title, intro, *parts):
    if not any(parts):
        return ""
    return f"<h2>{escape(title)}</h2>\n<p>{intro}</p>\n" + "".join(parts)


def pair(data, of):
    texts = [(when, of(when)) for when in ("before", "after")]
    inner = "".join(f"<div><p class=sub>{when}</p>{text}</div>"
                    for when, text in texts if text)
    return f"<div class=pair>{inner}</div>" if inner else ""


def storage_table(data, when):
    return table(("LPAR", "origin, MB", "size, MB", "room to grow, MB"),
                 [(name, origin, size, more) for origin, size, more, name
                  in sorted(areas(data, when), key=lambda row: row[3])], (1, 2, 3))


def processor_table(data, when):
    rows = shares(data, when)
    cpus = sorted({row[0] for row in rows})
    percent = {(name, cpu): f"{share} %" for cpu, name, _, share in rows}
    names = sorted({row[1] for row in rows})
    return table(["LPAR"] + [f"CPU {cpu}" for cpu in cpus],
                 [[name] + [percent.get((name, cpu), "–") for cpu in cpus]
                  for name in names], range(1, 1 + len(cpus)))


def tile(value, words):
    return f"<div class=tile><b>{escape(value)}</b><span>{escape(words)}</span></div>"


def window_gap(data, name):
    """The longest gap of a counter from just before to just after, us."""
    found = samples(data, name)
    return (found["gap"][1] - found["gap"][0]) / found["khz"] * 1e3 if found else None


def tiles(data):
    values = (
        (step_us(data, "204-208"), "receiver downtime (steps 204 to 208)"),
        (step_us(data, "201-209"), "whole integration (steps 201 to 209)"),
        (window_gap(data, "LPAR3"), "longest gap of LPAR3's counter (not involved)"),
        (window_gap(data, "LPAR1"), "longest gap of LPAR1's counter (receiver)"),
    )
    shown = [tile(interval(us), words) for us, words in values if us is not None]
    return f"<div class=tiles>{''.join(shown)}</div>\n" if shown else ""


def step_table(data):
    return table(("step", "", "result", "time"),
                 [(step, name, result, interval(us))
                  for step, name, result, us in steps(data)], (3,))


def use_table(data):
    rows = use_rows(data)
    return table(("LIP", "CPU", "share", "used", "as compared", ""),
                 [(row["lip"], row["cpu"], f"{row['share']} %",
                   f"{row['measured']:.1f} %", f"{row['used']:.1f} %",
                   "ok" if row["ok"] else "FAILED") for row in rows], (1, 2, 3, 4))


def check_table(data):
    rows = "".join(
        f"<tr><td class={'good>ok' if check['ok'] else 'bad>FAILED'}</td>"
        f"<td class=check>{escape(check['text'])}</td></tr>" for check in data["checks"])
    return f"<table><tbody>{rows}</tbody></table>" if rows else ""


def stage_table(data):
    return table(("stage", "began at", "took"),
                 [(stage["text"], f"{stage['at']:.0f} s",
                   "–" if stage["took"] is None else f"{stage['took']:.1f} s")
                  for stage in data["stages"]], (1, 2))


def heading(data):
    good = not data["failed"]
    text = f"{data['passed']} checks passed, {data['failed']} failed"
    problem = (f"<p class=problem>The run did not complete:"
               f" {escape(data['problem'])}</p>") if data["problem"] else ""
    return (f"<h1>lpar: LPAR2 is integrated into LPAR1</h1>\n"
            f"<p class={'good' if good else 'bad'}><b>{text}</b></p>\n{problem}"
            f"<p class=sub>{escape(data['backend'].upper())}, {escape(data['date'])};"
            f" {escape(data['machine'])}</p>\n")


def html(data):
    body = heading(data) + tiles(data)
    body += section(
        "Main storage", "As in Fig. 3 of the patent application: LPAR1 receives the donor's"
        " 128 MB. LPAR3, which is in the way, is relocated while it runs.",
        picture_storage(data), pair(data, lambda when: storage_table(data, when)))
    body += section(
        "Processors", "As in Fig. 4: LPAR1 receives the donor's shares. A column is a CPU, a"
        " box a logical processor (LIP) with its share.",
        picture_processors(data), pair(data, lambda when: processor_table(data, when)))
    body += section(
        "The counters over time", "A real-time process in each guest counts every"
        " millisecond. Bands: the steps of the integration (trace event lpar_step);"
        " yellow: steps 204 to 208, in which the receiver is stopped; red: the longest"
        " gap of a counter. Milliseconds of the emulated machine's"
        " clock; 0 is the start of step 201.", pictures_over_time(data))
    body += section("Steps", "From <code>LPAR1/integrate</code>.",
                    step_table(data))
    body += section(
        "Use and share", "All LIPs were busy. A bar is the LIP's use of"
        " its CPU, the mark its share.", picture_use(data), use_table(data))
    body += section("Checks", "All checks, in the order of the run.",
                    check_table(data))
    body += section("Stages of the run", "In real time of this computer.", stage_table(data))
    return ("<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8>"
            "<meta name=viewport content='width=device-width, initial-scale=1'>"
            f"<title>lpar: the demonstration</title><style>{STYLE}</style></head>\n"
            f"<body>\n{body}</body></html>\n")


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("data", help="data.json of a run")
    p.add_argument("out", nargs="?", default="-", help="default: standard output")
    opts = p.parse_args()
    with open(opts.data, encoding="utf-8") as source:
        text = html(json.load(source))
    if opts.out == "-":
        sys.stdout.write(text)
        return
    with open(opts.out, "w", encoding="utf-8") as out:
        out.write(text)


if __name__ == "__main__":
    main()
