"""scrapy-redis's list of items in front of a chain: each item is in the output exactly once."""
import json
import os
import random
import re
import signal
import unittest

import chain
import queues

LIST = "list=spider:items"


class RedisList(queues.QueueTest):
    def setUp(self):
        super().setUp()
        self.dice = random.Random(self.id())
        self.redis = queues.Redis(self.path("redis"))
        self.addCleanup(self.redis.kill)
        self.client = self.redis.client()
        self.addCleanup(lambda: self.client.close())

    def push(self, names):
        """As scrapy-redis's pipeline does it."""
        self.client.pipeline([("RPUSH", "spider:items", json.dumps({
            "id": name, "url": "https://example.org/" + name, "spider": "spider",
            "text": "The harbour of %s has %d berths.\n\nNobody lives at number %d there." % (
                name, self.dice.randrange(10 ** 6), self.dice.randrange(10 ** 6))}))
            for name in names])

    def keys(self):
        return sorted(k.decode() for k in self.client.ask("KEYS", "*"))

    def left(self):
        """Items that are anywhere in the server."""
        return sum(self.client.ask("LLEN", k) for k in self.keys() if not k.endswith(":done"))

    def test_items_leave_in_order_and_nothing_is_left(self):
        names = ["a%d" % i for i in range(1200)]
        self.push(names)
        self.client.ask("RPUSH", "spider:items", "no json")
        process = self.run_chain(self.redis.uri(LIST), "out.jsonl", "--exit-when-idle", "1")
        self.assertEqual(process.wait(), chain.DEAD_LETTERS, process.err())
        self.assertEqual(self.ids("out.jsonl"), names)
        self.assertEqual(self.records("out.jsonl")[0]["meta"], {"spider": "spider"})
        self.assertEqual([l["reason"] for l in self.records("out.jsonl.dead.jsonl")], ["bad-json"])
        self.assertEqual(self.left(), 0)
        self.assertEqual([k for k in self.keys() if not k.endswith(":done")], [])

    def test_the_same_item_twice_is_two_records(self):
        item = json.dumps({"id": "same", "text": "One of two that are the same."})
        self.client.pipeline([("RPUSH", "spider:items", item)] * 3)
        process = self.run_chain(self.redis.uri(LIST), "out.jsonl", "--exit-when-idle", "1")
        self.assertEqual(process.wait(), chain.DONE, process.err())
        self.assertEqual(self.ids("out.jsonl"), ["same"] * 3)

    def test_whoever_is_killed(self):
        stages = ("winnow-read", "winnow-extract", "winnow-dedup", "winnow-summarize",
                  "winnow-write", "winnow", "redis")
        names = ["k%d" % i for i in range(6000)]
        rounds = 3 * len(stages)
        process = self.run_chain(self.redis.uri(LIST), "out.jsonl")
        pushed = 0
        for kill in range(rounds):
            share = names[pushed:pushed + len(names) // rounds + 1]
            self.push(share)
            pushed += len(share)
            target = min(self.checkpoint_in("out.jsonl") + self.dice.randrange(1, 200), pushed - 1)
            chain.until(lambda: self.checkpoint_in("out.jsonl") >= target,
                        "progress after kill %d:\n%s" % (kill, process.err()))
            process = self.kill_one(stages[kill % len(stages)], process)
        self.push(names[pushed:])
        chain.until(lambda: self.checkpoint_in("out.jsonl") >= len(names), "all durable")
        chain.until(lambda: self.left() == 0, "nothing left")
        process.signal(signal.SIGTERM)
        self.assertEqual(process.wait(), chain.DONE, process.err())
        self.assert_once(names, "out.jsonl")

    def kill_one(self, name, process):
        """The process of the chain that goes on."""
        if name == "redis":
            self.redis.kill()
            self.redis.start()
            self.client.close()
            self.client = self.redis.client()
        elif name == "winnow":
            pids = [pid for pid, parent, _ in chain.processes() if parent == process.pid]
            process.kill()
            self.assert_no_process_left(*pids)
            return self.run_chain(self.redis.uri(LIST), "out.jsonl")
        else:
            for pid in process.children(name):
                os.kill(pid, signal.SIGKILL)
        return process

    def leave(self, names):
        """What a chain with the consumer `gone` has moved and not done when it dies for good."""
        self.push(names)
        for _ in names:
            self.client.ask("LMOVE", "spider:items", "spider:items:winnow:gone", "LEFT", "RIGHT")
        self.client.ask("SET", "spider:items:winnow:gone:done", "40")

    def test_a_chain_by_the_name_of_a_dead_one_takes_its_items_over(self):
        names = ["a%d" % i for i in range(700)]
        self.leave(names[:600])
        self.push(names[600:])
        process = self.run_chain(self.redis.uri(LIST + "&consumer=gone"), "out.jsonl",
                                 "--exit-when-idle", "1")
        self.assertEqual(process.wait(), chain.DONE, process.err())
        self.assertEqual(self.ids("out.jsonl"), names)
        self.assertRegex(self.records("out.jsonl")[0]["source"]["entry"], "^40-")
        self.assertEqual(self.left(), 0)

    def test_the_command_that_moves_a_dead_ones_items_back(self):
        """As the README has it."""
        with open(os.path.join(chain.ROOT, "README.md"), encoding="utf-8") as f:
            (command,) = re.findall(r"(?m)^ *(redis-cli .* lmove .*)$", f.read())
        names = ["a%d" % i for i in range(50)]
        self.leave(names[:30])
        self.push(names[30:])
        command = command.replace("redis-cli", "redis-cli -p %d" % self.redis.port)
        self.run_program("/bin/sh", "-c", command.replace("NAME", "gone"))
        process = self.run_chain(self.redis.uri(LIST), "out.jsonl", "--exit-when-idle", "1")
        self.assertEqual(process.wait(), chain.DONE, process.err())
        self.assertEqual(self.ids("out.jsonl"), names)
        self.assertEqual(self.left(), 0)

    def test_a_server_that_has_forgotten_its_last_second(self):
        """It comes back as it was before items were moved, and before others were taken off."""
        names = ["f%d" % i for i in range(300)]
        self.push(names)
        aof = self.path("redis/appendonlydir")
        size = {f: os.path.getsize(os.path.join(aof, f)) for f in os.listdir(aof)}
        process = self.run_chain(self.redis.uri(LIST), "out.jsonl")
        chain.until(lambda: self.checkpoint_in("out.jsonl") == len(names), "all durable")
        self.redis.kill()
        self.client.close()
        for f, n in size.items():
            os.truncate(os.path.join(aof, f), n)
        self.redis.start()
        self.client = self.redis.client()
        self.push(["new"])
        chain.until(lambda: self.checkpoint_in("out.jsonl") > len(names), "the new one is durable")
        chain.until(lambda: self.left() == 0, "nothing left")
        process.signal(signal.SIGTERM)
        self.assertEqual(process.wait(), chain.DONE, process.err())
        self.assert_once(names + ["new"], "out.jsonl")


if __name__ == "__main__":
    unittest.main()
