"""A Redis stream in front of chains: every entry's outcome is in the output exactly once, whoever dies."""
import os
import random
import shutil
import signal
import unittest

import chain
import queues

WORDS = ("harbour", "ferry", "council", "island", "winter", "budget", "school", "bridge", "storm",
         "market", "railway", "library", "museum", "summer", "election", "farmer")
STREAM = "stream=articles&group=winnow"


def article(dice, name, sentences=12):
    """The fields of an article whose paragraphs nobody else has."""
    paragraphs = [" ".join("%s %s %d." % (dice.choice(WORDS).title(), " ".join(
        dice.choice(WORDS) for _ in range(9)), dice.randrange(10 ** 6)) for _ in range(3))
        for _ in range(sentences // 3)]
    return ("id", name, "text", "\n\n".join(paragraphs))


class StreamTest(queues.QueueTest):
    def setUp(self):
        super().setUp()
        self.dice = random.Random(self.id())
        self.redis = queues.Redis(self.path("redis"))
        self.addCleanup(self.redis.kill)

    def push(self, names, *options, stream="articles", sentences=12):
        client = self.redis.client()
        ids = client.pipeline([("XADD", stream, *options, "*", *article(
            self.dice, name, sentences)) for name in names])
        client.close()
        return ids

    def ask(self, *args):
        client = self.redis.client()
        try:
            return client.ask(*args)
        finally:
            client.close()

    def pending(self, consumer=None):
        """How many entries are pending in the group."""
        try:
            found = self.ask("XPENDING", "articles", "winnow")
        except queues.Failure:
            return 0
        if consumer is None:
            return found[0]
        return sum(int(n) for name, n in found[3] or [] if name == consumer)

    def until_durable(self, n, *outputs):
        chain.until(lambda: sum(self.checkpoint_in(o) for o in outputs) >= n, "%d durable" % n)

    def end(self, process, status=chain.DONE):
        process.signal(signal.SIGTERM)
        self.assertEqual(process.wait(), status, process.err())

    def kill_one(self, name, process):
        if name == "redis":
            self.redis.kill()
            self.redis.start()
        elif name == "winnow":
            pids = [pid for pid, parent, _ in chain.processes() if parent == process.pid]
            process.kill()
            self.assert_no_process_left(*pids)
        else:
            for pid in process.children(name):
                os.kill(pid, signal.SIGKILL)

    def has_journaled(self, entry):
        with open(self.path("out.jsonl.winnow/journal"), "rb") as f:
            return entry in f.read()

    def trim(self):
        """Everything that was delivered goes from the stream, acknowledged or not.

        Only once it is in the journal: what the server has told a read that is killed in this
        moment is nowhere else yet, and no reader could keep it.
        """
        groups = self.ask("XINFO", "GROUPS", "articles")
        if groups:
            fields = dict(zip(groups[0][::2], groups[0][1::2]))
            last = fields[b"last-delivered-id"]
            chain.until(lambda: self.has_journaled(last), "%r in the journal" % last)
            self.ask("XTRIM", "articles", "MINID", last)


class RedisStream(StreamTest):
    def test_an_edited_recrawl_leaves_whole(self):
        first = article(self.dice, "page")
        new = article(self.dice, "page", 6)[3]
        client = self.redis.client()
        client.ask("XADD", "articles", "*", *first)
        client.ask("XADD", "articles", "*", *article(self.dice, "other"))
        client.ask("XADD", "articles", "*", "id", "page", "text", first[3] + "\n\n" + new)
        client.ask("XADD", "articles", "*", "id", "thief", "text", first[3])
        client.close()
        process = self.run_chain(self.redis.uri(STREAM), "out.jsonl", "--exit-when-idle", "1")
        self.assertEqual(process.wait(), chain.DONE, process.err())
        records = self.records("out.jsonl")
        self.assertEqual([r["id"] for r in records], ["page", "other", "page", "thief"])
        self.assertEqual([len(r["paragraphs"]) for r in records], [4, 4, 6, 0])
        self.assertEqual(records[2]["dropped"], [])
        self.assertEqual(records[0]["source"]["stream"],
                         "redis://127.0.0.1:%d/0?stream=articles" % self.redis.port)
        self.assertRegex(records[0]["source"]["entry"], r"^\d+-0$")
        self.assertEqual(self.pending(), 0)

    def test_entries_as_they_come(self):
        """Fields, a record in one field, one that is none, one over the limit, and trimmed ones."""
        client = self.redis.client()
        client.ask("XGROUP", "CREATE", "articles", "winnow", "0", "MKSTREAM")
        client.ask("XADD", "articles", "*", "id", "gone", "text", "x")
        client.ask("XREADGROUP", "GROUP", "winnow", "me", "STREAMS", "articles", ">")
        client.ask("XTRIM", "articles", "MAXLEN", "0")
        client.ask("XADD", "articles", "*", "data", '{"id": "whole", "text": "a b"}')
        client.ask("XADD", "articles", "*", "id", "outer", "json", '{"text": "a b c"}', "depth", "2")
        client.ask("XADD", "articles", "*", "json", "no record at all")
        client.ask("XADD", "articles", "*", "id", "large", "text", "x" * 70000)
        client.close()
        process = self.run_chain(self.redis.uri(STREAM + "&consumer=me"), "out.jsonl",
                                 "--exit-when-idle", "1", "--max-document", "64k")
        self.assertEqual(process.wait(), chain.DEAD_LETTERS, process.err())
        self.assertEqual(self.ids("out.jsonl"), ["whole", "outer"])
        self.assertEqual(self.records("out.jsonl")[1]["meta"], {"depth": "2"})
        letters = self.records("out.jsonl.dead.jsonl")
        self.assertEqual([l["reason"] for l in letters], ["bad-json", "too-large"])
        self.assertIn("entry", letters[1]["source"])
        self.assertEqual(self.pending(), 0)
        self.assertIn("trimmed", process.err())

    def test_a_letter_goes_through_again(self):
        self.ask("XADD", "articles", "*", "id", "late", "body_text", "a b c")
        process = self.run_chain(self.redis.uri(STREAM), "out.jsonl", "--exit-when-idle", "1")
        self.assertEqual(process.wait(), chain.DEAD_LETTERS, process.err())
        letter = self.records("out.jsonl.dead.jsonl")[0]
        self.run_program("winnow", "run", "-o", "again.jsonl", "--map", "body_text=text",
                         "out.jsonl.dead.jsonl")
        again = self.records("again.jsonl")[0]
        self.assertEqual((again["id"], again["key"], again["source"]),
                         ("late", letter["key"], letter["source"]))

    def test_a_server_that_is_away_at_the_start(self):
        self.redis.kill()
        process = self.run_chain(self.redis.uri(STREAM), "out.jsonl", "--exit-when-idle", "1")
        process.wait_for_log("waiting: Redis at 127.0.0.1:%d: Connection refused" % self.redis.port)
        self.redis.start()
        self.push(["a", "b"])
        self.assertEqual(process.wait(), chain.DONE, process.err())
        self.assertIn("going on after", process.err())
        self.assert_once(["a", "b"], "out.jsonl")

    def test_passwords_come_from_the_environment_or_a_file(self):
        self.push(["a"])
        self.ask("CONFIG", "SET", "requirepass", "hush")
        self.put("password", "hush\n")
        uri = self.redis.uri(STREAM)
        for output, source, env in (("env.jsonl", uri, {"WINNOW_REDIS_PASSWORD": "hush"}),
                                    ("file.jsonl", uri + "&password-file=password", None)):
            process = self.run_chain(source, output, "--exit-when-idle", "1", env=env)
            self.assertEqual(process.wait(), chain.DONE, process.err())
            self.assertNotIn("WINNOW_REDIS_PASSWORD", process.err())
        self.assertEqual(self.ids("env.jsonl"), ["a"])
        process = self.run_chain(uri, "wrong.jsonl", env={"WINNOW_REDIS_PASSWORD": "loud"})
        self.assertEqual(process.wait(), chain.WRONG, process.err())
        self.assertNotIn("loud", process.err())

    def test_what_cannot_be_is_refused(self):
        uri = self.redis.uri(STREAM)
        self.ask("SET", "text", "x")
        for i, (sources, words) in enumerate((
                ((uri, "a.jsonl"), "only SOURCE"), ((uri + "&streem=x",), "streem"),
                ((self.redis.uri("db=0"),), "no such source"), ((uri + "&claim=5",), "claim=5"),
                (("redis://me:hush@h/0?stream=s",), "WINNOW_REDIS_PASSWORD"),
                (("rediss://h/0?stream=s",), "sidecar"),
                ((self.redis.uri("stream=text"),), "text of Redis at 127.0.0.1"),
                ((self.redis.uri("list=text"),), "is no list"))):
            process = self.start("winnow", "run", "-o", "%d.jsonl" % i, *sources)
            self.assertEqual(process.wait(), chain.WRONG, process.err())
            self.assertIn(words, process.err())
        process = self.start("winnow", "run", uri, stdout=-3)
        self.assertEqual(process.wait(), chain.WRONG)
        self.assertIn("--state", process.err())

    def test_a_cluster_is_refused_by_name(self):
        """Two nodes that share the slots: one of them does not have the stream."""
        nodes = [queues.Redis(self.path("node%d" % i), "--cluster-enabled", "yes", "--cluster-port",
                              str(queues.servers.free_port())) for i in range(2)]
        for node, slots in zip(nodes, (("0", "8191"), ("8192", "16383"))):
            self.addCleanup(node.kill)
            client = node.client()
            self.addCleanup(client.close)
            client.ask("CLUSTER", "ADDSLOTSRANGE", *slots)
        client.ask("CLUSTER", "MEET", "127.0.0.1", nodes[0].port,
                   nodes[0].options[nodes[0].options.index("--cluster-port") + 1])
        chain.until(lambda: b"cluster_state:ok" in client.ask("CLUSTER", "INFO"), "a cluster")
        slot = client.ask("CLUSTER", "KEYSLOT", "articles")
        for output, query in (("stream.jsonl", STREAM), ("list.jsonl", "list=articles")):
            process = self.run_chain(nodes[0 if slot > 8191 else 1].uri(query), output)
            self.assertEqual(process.wait(), chain.WRONG, process.err())
            self.assertIn("is a node of a cluster", process.err())

    def test_a_drain_leaves_nothing_behind(self):
        """Also into a compressed file, whose last member is ended for it."""
        for output in ("out.jsonl", "out.jsonl.gz"):
            names = ["%s-%d" % (output, i) for i in range(3000)]
            self.push(names)
            process = self.run_chain(self.redis.uri(STREAM), output)
            chain.until(lambda: self.pending() > 0 or self.checkpoint_in(output) > 0, "a start")
            self.end(process)
            self.assertEqual(self.pending(), 0, process.err())
            process = self.run_chain(self.redis.uri(STREAM), output, "--exit-when-idle", "1")
            self.assertEqual(process.wait(), chain.DONE, process.err())
            if output.endswith(".gz"):
                self.put("plain", self.run_program("winnow", "cat", output).out)
                output = "plain"
            self.assert_once(names, output)

    def test_a_quiet_queue_is_committed_into_a_compressed_file(self):
        self.push(["a", "b", "c"])
        process = self.run_chain(self.redis.uri(STREAM), "out.jsonl.gz")
        self.until_durable(3, "out.jsonl.gz")
        chain.until(lambda: self.pending() == 0, "nothing pending")
        self.push(["d"])
        self.until_durable(4, "out.jsonl.gz")
        self.end(process)
        self.put("plain", self.run_program("winnow", "cat", "out.jsonl.gz").out)
        self.assert_once(["a", "b", "c", "d"], "plain")

    def test_whoever_is_killed_and_whatever_is_trimmed(self):
        """kill -9 of each process and of the server at random, with trimming behind the consumer."""
        stages = ("winnow-read", "winnow-extract", "winnow-dedup", "winnow-summarize",
                  "winnow-write", "winnow", "redis")
        names = ["k%d" % i for i in range(6000)]
        pushed = 0
        process = self.run_chain(self.redis.uri(STREAM), "out.jsonl")
        for kill in range(3 * len(stages)):
            share = names[pushed:pushed + len(names) // (3 * len(stages)) + 1]
            self.push(share)
            pushed += len(share)
            floor = self.checkpoint_in("out.jsonl")
            target = floor + self.dice.randrange(1, 200)
            chain.until(lambda: self.checkpoint_in("out.jsonl") >= min(target, pushed - 1),
                        "progress after kill %d:\n%s" % (kill, process.err()))
            self.kill_one(stages[kill % len(stages)], process)
            if process.popen.poll() is not None:
                process = self.run_chain(self.redis.uri(STREAM), "out.jsonl")
            if kill % 3 == 0:
                self.trim()
        self.push(names[pushed:])
        self.until_durable(len(names), "out.jsonl")
        chain.until(lambda: self.pending() == 0, "nothing pending")
        self.end(process)
        self.assert_once(names, "out.jsonl")

    def test_the_journal_has_what_the_stream_has_lost(self):
        """All processes die; the whole stream and its group are gone when they come back."""
        names = ["j%d" % i for i in range(400)]
        process = self.run_chain(self.redis.uri(STREAM), "out.jsonl")
        self.push(["first"])
        self.until_durable(1, "out.jsonl")
        (write,) = process.children("winnow-write")
        os.kill(write, signal.SIGSTOP)          # nothing is durable from here on
        self.push(names)
        chain.until(lambda: os.path.getsize(self.path("out.jsonl.winnow/journal")) > 100000,
                    "a journal")
        self.kill_one("winnow", process)
        held = self.delivered(names)
        self.ask("FLUSHALL")
        process = self.run_chain(self.redis.uri(STREAM), "out.jsonl", "--exit-when-idle", "1")
        self.assertEqual(process.wait(), chain.DONE, process.err())
        found = self.ids("out.jsonl")
        self.assertEqual(len(found), len(set(found)))
        self.assertGreaterEqual(set(found), held)
        self.assertGreater(len(held), 0)

    def delivered(self, names):
        """Those that the journal has."""
        journal = self.get("out.jsonl.winnow/journal")
        return {n for n in names if b'"id": "%s"' % n.encode() in journal}


class TwoChains(StreamTest):
    """Two chains in one group. A chain that is held keeps its entries; one that is dead loses them."""
    CLAIM = STREAM + "&claim=4s"

    def small_disk(self, name):
        """A file system of four megabytes."""
        os.mkdir(self.path(name))
        if os.geteuid() != 0:
            raise unittest.SkipTest("*** a small disk needs root ***")
        self.run_program("/bin/mount", "-t", "tmpfs", "-o", "size=4m", "none", self.path(name))
        self.addCleanup(os.system, "umount -l %s" % self.path(name))

    def fill_disk(self, name):
        with open(self.path(name + "/fill"), "wb", buffering=0) as f:
            try:
                while True:
                    f.write(bytes(4096))
            except OSError:
                pass

    def test_a_held_chain_keeps_what_it_has_until_it_is_dead(self):
        self.small_disk("disk")
        plain = ("--summary", "0", "--claims", "0")
        names = ["t%d" % i for i in range(700)]
        held = self.run_chain(self.redis.uri(self.CLAIM + "&consumer=held"), "disk/out.jsonl",
                              "--state", "state", "--index", "file:index", *plain)
        self.push(names[:100])
        self.until_durable_at("state", 100)
        chain.until(lambda: self.pending() == 0, "nothing pending")
        self.fill_disk("disk")
        self.push(names[100:400], sentences=900)        # more than its window has room for
        held.wait_for_log("waiting: cannot write .*No space left")
        other = self.run_chain(self.redis.uri(self.CLAIM + "&consumer=other"), "other.jsonl", *plain)
        self.push(names[400:])
        # how they share them is theirs: the held one takes what its window has room for
        chain.until(lambda: self.pending(b"held") + self.checkpoint_in("other.jsonl") == 600 and
                    self.pending(b"other") == 0, "the other one has nothing to do")
        with_held = self.pending(b"held")
        self.assertGreater(with_held, 10)
        # some times the time after which a dead one's are claimed
        self.look_for(16, lambda: self.assertEqual(
            (self.pending(b"held"), self.checkpoint_in("other.jsonl")), (with_held, 600 - with_held)))
        self.kill_one("winnow", held)
        self.until_durable(600, "other.jsonl")
        chain.until(lambda: self.pending() == 0, "nothing pending")
        self.end(other)
        self.assertEqual(self.ids("disk/out.jsonl")[:100], names[:100])
        self.assert_once(names[100:], "other.jsonl")

    def until_durable_at(self, state, n):
        def look():
            try:
                with open(self.path(state + "/checkpoint"), encoding="utf-8") as f:
                    return '"in": %d' % n in f.read()
            except FileNotFoundError:
                return False
        chain.until(look, "%d durable" % n)

    def look_for(self, seconds, check):
        """Check again and again for so long."""
        end = chain.time.monotonic() + seconds
        chain.until(lambda: check() or chain.time.monotonic() > end, "the end of looking")


if __name__ == "__main__":
    unittest.main()
