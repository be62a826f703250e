"""The desk: where scenarios get their folders, have them compared, and where everything is counted.

One desk a harness run. A failure keeps the folder it happened in, and says where.
"""
import collections
import itertools
import os
import shutil
import sys
import tempfile
import time

import compare
import corpus
from harness import Failure, Run, Skip


class Desk:
    def __init__(self, seed, megabytes):
        self.seed = seed
        base = tempfile.gettempdir()
        # short: the sockets of a chain lie below it, and their paths have at most 107 bytes
        self.folder = tempfile.mkdtemp(prefix="wc-", dir=base if len(base) < 40 else "/tmp")
        self.corpus = os.path.join(self.folder, "corpus")
        self.numbers = itertools.count()
        self.compared, self.restarts = collections.Counter(), 0
        self.calms = {}
        self.failures, self.kept, self.skipped = [], [], []
        self.kills = collections.Counter()      # by role
        self.fired = collections.Counter()      # injections, by kind
        corpus.make(self.corpus, megabytes, seed)

    def new_folder(self):
        return os.path.join(self.folder, "r%d" % next(self.numbers))

    def run(self, case, limits=None):
        return Run(case, self.new_folder(), self.corpus, limits)

    def calm(self, case):
        """Have the case's calm result, checked by itself; made once."""
        name = "%s %s %s" % (case, case.source, case.bin_dir)
        if name in self.calms:
            case.calm = self.calms[name]
            return case
        run = self.run(case)
        run.finish()
        case.calm = self.calms[name] = compare.Outcome(run)
        n = compare.check_calm(case.calm)
        say("calm: %s: %s, owners of %d drops found" % (case, case.calm.totals, n))
        return case

    def trial(self, run, work, differ=None):
        """work() drives the run to its end; then it is compared. None, or what went wrong."""
        try:
            work()
            run.finish()
            return (differ or compare.difference)(run.case.calm, run)
        except (Failure, AssertionError) as e:
            return str(e)

    def attempt(self, what, run, work, differ=None):
        """A trial that counts, and whose folder is kept if it fails. Whether it did not."""
        error = self.trial(run, work, differ)
        self.restarts += run.starts - 1
        if error:
            self.fail(what, run, error)
            return False
        self.compared[what] += 1
        run.remove()
        return True

    def fail(self, what, run, error):
        run.leave()
        kept = tempfile.mkdtemp(prefix="winnow-chaos-")
        shutil.move(run.folder, os.path.join(kept, "run"))
        for name, path in (("calm", run.case.calm and run.case.calm.output),
                           ("calm.dead.jsonl", run.case.calm and run.case.calm.dead)):
            if path and os.path.exists(path):
                shutil.copy(path, os.path.join(kept, name))
        if os.path.exists(self.corpus):
            shutil.copytree(self.corpus, os.path.join(kept, "corpus"), symlinks=True)
        self.failures.append(what)
        self.kept.append(kept)
        say("FAILED: %s: %s\n    %s\n    seed %d, kept in %s" % (
            what, run.case, error, self.seed, kept))

    # what is done in another process, by a copy of this desk

    def begin_apart(self, first):
        """In that process: folders from this number on, and nothing counted yet."""
        self.numbers = itertools.count(first)
        self.compared, self.restarts = collections.Counter(), 0
        self.failures, self.kept = [], []

    def tallies(self):
        return self.compared, self.restarts, self.failures, self.kept

    def add(self, tallies):
        compared, restarts, failures, kept = tallies
        self.compared += compared
        self.restarts += restarts
        self.failures += failures
        self.kept += kept

    def skip(self, what, why):
        self.skipped.append(what)
        print("*** SKIPPED %s: %s" % (what, why), file=sys.stderr, flush=True)

    def guarded(self, what, scenario, *args):
        """Run a scenario; what it cannot do here is skipped loudly."""
        begun = time.monotonic()
        try:
            scenario(self, *args)
        except Skip as e:
            self.skip(what, e)
        except Failure as e:            # before there was anything to compare
            self.failures.append(what)
            say("FAILED: %s: %s" % (what, e))
        say("%s took %.1f s" % (what, time.monotonic() - begun))

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


_begun = time.monotonic()


def say(text):
    print("[%6.1f] %s" % (time.monotonic() - _begun, text), flush=True)
