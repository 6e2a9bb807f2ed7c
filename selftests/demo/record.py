# SPDX-License-Identifier: GPL-2.0
"""Parse the output of a run of the demonstration. In the output of ../vm/run, lines of the
machine are indented by four spaces:

    @stage NAME TEXT    a stage begins
    @progress TEXT      progress within the stage
    @data KEY LINE      for the report
    @log NAME LINE      line of a guest's console
    @shell begins|ends  (make shell)
    @ TEXT              explanation of the stage
    ok TEXT, FAILED TEXT    a check
    demo: N passed, N failed    the end
"""
import re

CHECK = re.compile(r"(ok|FAILED) +(.*)")
VERDICT = re.compile(r"demo: (\d+) passed, (\d+) failed$")


class Record:
    def __init__(self, display, log):
        """log(name, line): called for each line of the guests' consoles."""
        self.display = display
        self.log = log
        self.machine = ""
        self.stages = []	# {"name", "text", "at", "took"}
        self.checks = []	# {"stage", "text", "ok"}
        self.lines = {}		# key of @data -> its lines
        self.notes = []		# lines of the harness
        self.stray = []		# unknown lines
        self.problem = None	# why the run did not complete
        self.verdict = None
        self.on_shell = lambda what: None	# "begins" or "ends"

    def feed(self, line):
        if line.startswith("    @"):
            word, _, rest = line[5:].partition(" ")
            self.mark(word, rest)
        elif line.startswith("    "):
            self.text(line[4:])
        elif line.startswith("# "):
            self.harness(line[2:])
        elif line.startswith("selftests/vm/run: "):
            self.problem = line.partition(": ")[2]
        elif not re.match(r"(TAP version|1\.\.|(not )?ok \d|#$|\s*$)", line):
            self.stray.append(line)

    def mark(self, word, rest):
        name, _, text = rest.partition(" ")
        if word == "stage":
            self.begin(name, text)
        elif word == "progress":
            self.display.moving(rest)
        elif word == "data":
            self.lines.setdefault(name, []).append(text)
        elif word == "log":
            self.log(name, text)
        elif word == "shell":
            self.on_shell(rest)
        else:
            self.display.line(" " * 9 + rest)

    def begin(self, name, text):
        self.end_stage()
        self.stages.append({"name": name, "text": text, "took": None,
                            "at": self.display.elapsed()})
        self.display.stage(name, text)

    def end_stage(self):
        if self.stages and self.stages[-1]["took"] is None:
            stage = self.stages[-1]
            stage["took"] = self.display.elapsed() - stage["at"]

    def text(self, text):
        verdict = VERDICT.match(text)
        check = CHECK.match(text)
        if verdict:
            self.verdict = int(verdict.group(1)), int(verdict.group(2))
            return
        if check:
            self.checks.append({"text": check.group(2), "stage": self.stage(),
                                "ok": check.group(1) == "ok"})
        self.display.line(text)

    def stage(self):
        return self.stages[-1]["name"] if self.stages else None

    def harness(self, text):
        problem = re.match(r"machine: (.*); end of .*:$", text)
        if problem:
            self.problem = problem.group(1)
        elif " on " in text and not self.machine:
            self.machine = text
        elif not re.match(r" |(passed|FAILED) after ", text):
            self.notes.append(text)
            self.display.line(text)

    def passed(self):
        return sum(check["ok"] for check in self.checks)

    def failed(self):
        return len(self.checks) - self.passed()

    def finish(self, status):
        """After the last line; status: exit status of the harness."""
        self.end_stage()
        if not self.verdict and not self.problem:
            self.problem = (self.stray[-1] if self.stray else
                            "the machine ended without a result")
        if self.problem or (status and not self.failed()):
            why = self.problem or "; ".join(self.notes) or (
                f"the harness ended with status {status}")
            self.checks.append({"text": why, "ok": False, "stage": self.stage()})

    def data(self):
        return {"machine": self.machine, "stages": self.stages,
                "checks": self.checks, "lines": self.lines,
                "notes": self.notes, "problem": self.problem,
                "passed": self.passed(), "failed": self.failed()}
