"""What --http shows: figures that a parser of OpenMetrics takes, holds by name, and what is stuck."""
import json
import os
import re
import signal
import subprocess
import urllib.error
import urllib.request

from prometheus_client.openmetrics import parser

import chain
from chain import DONE, DEAD_LETTERS, WRONG, FAULT, Corpus

ANY = "127.0.0.1:0"


class Http(chain.ChainTest):
    def url(self, process):
        """Where it says that its figures are."""
        port = process.wait_for_log(r"figures at port (\d+) of ").group(1)
        return "http://127.0.0.1:" + port

    def ask(self, process, path):
        """(status, text), or None while nobody answers."""
        try:
            with urllib.request.urlopen(self.url(process) + path, timeout=chain.PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as e:
            with e:
                return e.code, e.read().decode()
        except OSError:
            return None

    def figures(self, process):
        """{(sample, labels as sorted pairs): value}; the parser refuses what is no OpenMetrics."""
        _, text = self.ask(process, "/metrics")
        return {(s.name, tuple(sorted(s.labels.items()))): s.value
                for family in parser.text_string_to_metric_families(text)
                for s in family.samples}

    def figure(self, process, name, **labels):
        return self.figures(process).get((name, tuple(sorted(labels.items()))))

    def run_until_held(self, *args, **options):
        """`winnow run` that reads from a pipe of ours, so that it does not end."""
        return self.start("winnow", "run", "--workers", "2", "--http", ANY, *args,
                          stdin=subprocess.PIPE, **options)


class Figures(Http):
    def test_they_are_those_of_the_run(self):
        corpus = Corpus(71, 600)
        process = self.run_until_held("-o", "out.jsonl", "--source-name", "in", "-")
        process.feed(corpus.json_lines() + b"{broken\n")
        chain.until(lambda: self.figure(process, "winnow_documents_total", outcome="dead_letter")
                    == 1 or None, "the dead letter")
        chain.until(lambda: self.figure(process, "winnow_batches_in_flight") == 0,
                    "that read knows it")
        # a worker may not have begun yet
        chain.until(lambda: self.ask(process, "/readyz") == (200, "ready\n"), "that it is ready")
        self.assertEqual(self.ask(process, "/healthz"), (200, "ok\n"))
        self.assertEqual(self.run_program("winnow", "ready", self.url(process)).err, "")
        got = self.figures(process)
        process.popen.stdin.close()
        self.assertEqual(process.wait(), DEAD_LETTERS, process.err())

        def value(name, **labels):
            return got[name, tuple(sorted(labels.items()))]

        with open(self.path("out.jsonl.winnow/run.json")) as f:
            counts = json.load(f)["counts"]["totals"]
        self.assertEqual(value("winnow_dead_letters_total", reason="bad-json"), 1)
        self.assertEqual(value("winnow_documents_total", outcome="record"), counts["records"])
        self.assertEqual(value("winnow_read_documents_total"), counts["in"])
        for verdict in ("kept", "exact", "near"):
            self.assertEqual(value("winnow_paragraphs_total", verdict=verdict), counts[verdict])
        self.assertGreater(counts["exact"], 0)
        self.assertEqual(value("winnow_input_bytes_total"), counts["bytes_in"])
        self.assertEqual(value("winnow_batches_in_flight"), 0)
        self.assertEqual(value("winnow_oldest_unacknowledged_seconds"), 0)
        self.assertGreater(value("winnow_index_entries"), 0)
        self.assertLess(value("winnow_index_memory_bytes"), value("winnow_index_limit_bytes"))
        self.assertEqual(value("winnow_processes", stage="extract"), 2)
        for stage in ("read", "extract", "dedup", "summarize", "write"):
            self.assertGreater(value("winnow_batch_seconds_count", stage=stage), 0, stage)
        self.assertEqual(value("winnow_batch_seconds_count", stage="read"),
                         value("winnow_batch_seconds_count", stage="write"))
        self.assertEqual(value("winnow_ready"), 1)

    def test_what_counts_goes_on_where_a_killed_worker_stopped(self):
        process = self.run_until_held("-o", "out.jsonl", "-")
        process.feed(Corpus(72, 300).json_lines() + b"{broken\n")
        chain.until(lambda: self.figure(process, "winnow_documents_total", outcome="dead_letter")
                    == 1 or None, "the dead letter")
        before = self.figure(process, "winnow_batch_seconds_count", stage="summarize")
        victim = process.children("winnow-summarize")[0]
        os.kill(victim, signal.SIGKILL)
        chain.until(lambda: self.figure(process, "winnow_process_starts_total", stage="summarize")
                    == 3 or None, "another one")
        chain.until(lambda: self.ask(process, "/readyz")[0] == 200, "that it has begun")
        self.assertGreaterEqual(
            self.figure(process, "winnow_batch_seconds_count", stage="summarize"), before)

    def test_a_stage_alone_has_its_own(self):
        process = self.start("winnow-write", "--in=ipc://run/in", "--control=ipc://run/control",
                             "-o", "out.jsonl", "--http", ANY)
        chain.until(lambda: self.ask(process, "/readyz") == (200, "ready\n"), "that it is ready")
        got = self.figures(process)
        self.assertEqual(got["winnow_ready", ()], 1)
        self.assertIn(("winnow_output_bytes_total", ()), got)
        self.assertNotIn(("winnow_read_documents_total", ()), got)

    def test_the_environment_names_one_port_for_all(self):
        process = self.run_until_held("-", env={"WINNOW_HTTP": ANY})
        chain.until(lambda: self.ask(process, "/readyz") == (200, "ready\n"), "that it is ready")
        self.assertEqual(len(re.findall("figures at port", process.err())), 1)


class Addresses(Http):
    def test_one_that_is_none_ends_the_run(self):
        self.put("a.txt", "A text.\n")
        self.assertIn("no ADDR:PORT", self.winnow("--http", "9100", "a.txt", status=WRONG).err)

    def test_one_that_is_taken_may_be_free_later(self):
        self.put("a.txt", "A text.\n")
        first = self.run_until_held("-")
        address = self.url(first)[len("http://"):]
        said = self.winnow("--http", address, "a.txt", status=FAULT).err
        self.assertIn("in use by another process", said)


class Holds(Http):
    def test_a_hold_is_named_and_is_no_stall(self):
        """The output's folder cannot be written: not ready, with words, but alive."""
        os.mkdir(self.path("small"))
        if os.geteuid() != 0:
            self.skip_loudly("only root can mount a small disk")
        mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs",
                                self.path("small")], stderr=subprocess.PIPE, check=False)
        if mount.returncode != 0:
            self.skip_loudly("no mount: %s" % mount.stderr.decode().strip())
        self.addCleanup(subprocess.run, ["umount", "-l", self.path("small")], check=False)
        process = self.run_until_held("--stall-timeout", "1ms", "--document-timeout", "100ms",
                                      "--state", "state", "-o", "small/out.jsonl", "-")
        process.feed(Corpus(73, 600).json_lines())
        status, text = chain.until(
            lambda: (lambda a: a if "disk-full" in a[1] else None)(self.ask(process, "/readyz")),
            "the hold")
        self.assertEqual(status, 503)
        self.assertRegex(text, r"(?m)^write: holds \(disk-full\) since 2\d{3}-[\dT:-]+Z \(\d+ s\): "
                               r".*small/out.jsonl.*No space left on device; to do: make room")
        self.assertEqual(self.figure(process, "winnow_hold", reason="disk-full"), 1)
        self.assertEqual(self.figure(process, "winnow_ready"), 0)
        self.assertGreater(self.figure(process, "winnow_oldest_unacknowledged_seconds"), 0)
        chain.until(lambda: self.figure(process, "winnow_hold_seconds") > 1, "a second of it")
        self.assertEqual(self.ask(process, "/healthz"), (200, "ok\n"))
        said = self.run_program("winnow", "ready", self.url(process), status=1).err
        self.assertIn("disk-full", said)
        subprocess.run(["mount", "-o", "remount,size=64m", self.path("small")], check=True)
        chain.until(lambda: self.ask(process, "/readyz") == (200, "ready\n"), "that it goes on")
        self.assertEqual(self.figure(process, "winnow_hold", reason="disk-full"), 0)
        process.popen.stdin.close()
        self.assertEqual(process.wait(), DONE, process.err())

    def test_a_process_that_is_stopped_is_a_stall(self):
        """Nobody says why nothing moves: then a restart may help."""
        process = self.run_until_held("--stall-timeout", "100ms", "--document-timeout", "100ms",
                                      "-o", "out.jsonl", "-")
        chain.until(lambda: self.ask(process, "/readyz") == (200, "ready\n"), "that it is ready")
        # who is given no processor for so short a time looks as if it were stuck
        chain.until(lambda: self.ask(process, "/healthz") == (200, "ok\n"), "that it is well")
        for pid in process.children("winnow-write"):
            os.kill(pid, signal.SIGSTOP)
        process.feed(Corpus(74, 50).json_lines())
        status, text = chain.until(
            lambda: (lambda a: a if a[0] != 200 else None)(self.ask(process, "/healthz")),
            "the stall")
        self.assertEqual(status, 503)
        self.assertIn("nothing has moved since", text)
        self.assertEqual(self.figure(process, "winnow_stalled"), 1)
        for pid in process.children("winnow-write"):
            os.kill(pid, signal.SIGCONT)
        chain.until(lambda: self.ask(process, "/healthz") == (200, "ok\n"), "that it moves")
        process.popen.stdin.close()
        self.assertEqual(process.wait(), DONE, process.err())


if __name__ == "__main__":
    chain.main()
