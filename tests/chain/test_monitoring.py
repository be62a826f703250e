"""docker/monitoring speaks of figures that are there, and has a row for each alert."""
import json
import os
import re
import shutil
import subprocess

import chain
from test_http import ANY, Http

FOLDER = os.path.join(chain.ROOT, "docker/monitoring")
NAMES = re.compile(r"\bwinnow_[a-z_]+")


def text_of(name):
    with open(os.path.join(FOLDER, name), encoding="utf-8") as f:
        return f.read()


class Monitoring(Http):
    def there(self):
        """The names of all samples that a chain shows."""
        process = self.start("winnow", "run", "--workers", "1", "--http", ANY, "-",
                             stdin=subprocess.PIPE)
        process.feed(b"{broken\n{\"text\": \"A text.\"}\n")
        chain.until(lambda: self.figure(process, "winnow_dead_letters_total", reason="bad-json"),
                    "a dead letter")
        return {name for name, _ in self.figures(process)}

    def test_all_figures_are_there(self):
        there = self.there()
        for name in ("alerts.yaml", "grafana.json", "README.md"):
            used = set(NAMES.findall(text_of(name))) - {"winnow_batch_seconds"}
            self.assertGreater(len(used) + (name == "README.md"), 0)
            self.assertEqual(used - there, set(), name)

    def test_each_alert_has_a_row(self):
        alerts = re.findall(r"(?m)^ +- alert: (\w+)$", text_of("alerts.yaml"))
        rows = re.findall(r"(?m)^\| (Winnow\w+) \|", text_of("README.md"))
        self.assertEqual(alerts, rows)

    def test_the_dashboard_is_one(self):
        board = json.loads(text_of("grafana.json"))
        self.assertEqual(len({p["id"] for p in board["panels"]}), len(board["panels"]))
        for panel in board["panels"]:
            place = panel["gridPos"]
            self.assertLessEqual(place["x"] + place["w"], 24, panel["title"])
            self.assertTrue(all(t["expr"] for t in panel["targets"]))

    def test_prometheus_takes_the_rules(self):
        if shutil.which("promtool") is None:
            self.skip_loudly("no promtool (Debian's prometheus has it)")
        subprocess.run(["promtool", "check", "rules", os.path.join(FOLDER, "alerts.yaml")],
                       check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    chain.main()
