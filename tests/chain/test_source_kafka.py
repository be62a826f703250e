"""A Kafka topic as the source, on a real broker: each message's outcome once, whatever is killed."""
import collections
import json
import os
import random
import shutil
import signal
import sys
import tempfile

import confluent_kafka
import confluent_kafka.admin

import chain
from chain import DEAD_LETTERS, DONE, Corpus, until

sys.path.insert(0, os.path.join(chain.ROOT, "tests"))
import servers  # noqa: E402


class KafkaSource(chain.ChainTest):
    """Each test has a topic of its own, of three partitions."""

    @classmethod
    def setUpClass(cls):
        servers.require("java", "mvn")
        cls.folder = tempfile.mkdtemp(prefix="wt-kafka-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        cls.kafka = servers.Kafka(cls.folder)
        cls.addClassCleanup(cls.kafka.kill)
        cls.kafka.start()

    def setUp(self):
        super().setUp()
        self.random = random.Random(74)
        self.topic = self.id().rpartition(".")[2]
        admin = confluent_kafka.admin.AdminClient({"bootstrap.servers": self.kafka.broker})
        admin.create_topics([confluent_kafka.admin.NewTopic(self.topic, 3, 1)])[
            self.topic].result(60)
        self.producer = confluent_kafka.Producer({"bootstrap.servers": self.kafka.broker})

    def produce(self, values):
        for i, value in enumerate(values):
            self.producer.produce(self.topic, value, partition=i % 3)
            if i % 1000 == 0:
                self.producer.flush(60)
        self.assertEqual(self.producer.flush(60), 0)

    def corpus(self, n, seed=74):
        self.documents = Corpus(seed, n).documents
        self.produce(chain.json_lines([d]).strip() for d in self.documents)

    def begin(self, output="out.jsonl", *args, idle=4):
        return self.start("winnow", "run", "--workers", "1", "-o", output, "--exit-when-idle",
                          str(idle), *args, self.kafka.uri(self.topic) + "?session=6s&group=" +
                          self.topic)

    def committed(self):
        """Messages of the topic that are committed in the group."""
        consumer = confluent_kafka.Consumer({"bootstrap.servers": self.kafka.broker,
                                             "group.id": self.topic})
        places = consumer.committed(
            [confluent_kafka.TopicPartition(self.topic, p) for p in range(3)], 30)
        consumer.close()
        return sum(max(p.offset, 0) for p in places)

    def records(self, output="out.jsonl"):
        try:
            return [json.loads(line) for line in self.get(output).splitlines()]
        except FileNotFoundError:
            return []

    def checkpoint(self, output="out.jsonl"):
        try:
            return json.loads(self.get(output + ".winnow/checkpoint"))["totals"]["documents"]
        except FileNotFoundError:
            return 0

    def past(self, run, n):
        until(lambda: self.checkpoint() >= n or run.popen.poll() is not None, "%d documents" % n)
        return run.popen.poll() is None

    def assert_once(self, records):
        counts = collections.Counter(r["id"] for r in records)
        self.assertEqual(set(counts), {d["id"] for d in self.documents})
        self.assertEqual(set(counts.values()), {1})
        self.assertEqual(len({r["key"] for r in records}), len(records))

    def test_each_message_once_and_committed(self):
        self.corpus(1500)
        run = self.begin()
        self.assertEqual(run.wait(), DONE, run.err())
        self.assert_once(self.records())
        self.assertEqual(self.committed(), 1500)
        r = self.records()[0]
        self.assertEqual(r["source"]["stream"], self.kafka.uri(self.topic))
        self.assertRegex(r["source"]["entry"], r"^\d:\d+$")
        again = self.begin()
        self.assertEqual(again.wait(), DONE, again.err())
        self.assertEqual(len(self.records()), 1500)
        self.produce([b'{"id": "later", "text": "a text of later"}'])
        again = self.begin()
        self.assertEqual(again.wait(), DONE, again.err())
        self.assertEqual(len(self.records()), 1501)

    def test_processes_killed_again_and_again(self):
        self.corpus(5000)
        run = self.begin()
        at = killed = 0
        while True:
            at += self.random.randrange(200, 700)
            if not self.past(run, at) or at >= 5000:
                break
            name = self.random.choice(["read", "read", "write", "dedup", "extract", "summarize"])
            for pid in run.children("winnow-" + name):
                os.kill(pid, signal.SIGKILL)
                killed += 1
        self.assertEqual(run.wait(), DONE, run.err())
        self.assertGreater(killed, 5)
        self.assert_once(self.records())
        self.assertEqual(self.committed(), 5000)

    def test_everything_killed_and_the_same_command_again(self):
        self.corpus(4000)
        for at in (300, 1300, 2600):
            run = self.begin()
            self.past(run, at)
            children = [p for name in ("read", "extract", "dedup", "summarize", "write")
                        for p in run.children("winnow-" + name)]
            run.kill()
            self.assert_no_process_left(*children)
        run = self.begin()
        self.assertEqual(run.wait(), DONE, run.err())
        self.assert_once(self.records())
        self.assertEqual(self.committed(), 4000)

    def test_the_broker_killed_and_started_again(self):
        self.corpus(4000)
        run = self.begin(idle=10)
        self.past(run, 800)
        self.kafka.kill()
        run.wait_for_log("waiting: cannot read the topic")
        self.kafka.start()
        self.assertEqual(run.wait(), DONE, run.err())
        self.assert_once(self.records())
        # what could not be committed comes again, and is known by its id
        again = self.begin()
        self.assertEqual(again.wait(), DONE, again.err())
        self.assert_once(self.records())
        self.assertEqual(self.committed(), 4000)

    def test_a_second_chain_joins_and_the_first_dies_for_good(self):
        self.corpus(3000)
        one = self.begin("one.jsonl", idle=60)
        until(lambda: self.checkpoint("one.jsonl") >= 500, "some of it", 60)
        two = self.begin("two.jsonl", idle=12)
        # the first one loses partitions to it while more comes
        more = Corpus(75, 3000).documents
        rest = [chain.json_lines([d]).strip() for d in more]

        def works():
            """Not all at once: the first chain would have done it before the second joins."""
            if self.checkpoint("two.jsonl") >= 300:
                return True
            self.produce(rest[:10])
            del rest[:10]
            return False
        until(works, "work of the second chain", 90)
        self.produce(rest)
        one.kill()
        self.documents += more
        self.assertEqual(two.wait(), DONE, two.err())
        both = [self.records("one.jsonl"), self.records("two.jsonl")]
        ids = [collections.Counter(r["id"] for r in records) for records in both]
        self.assertEqual(set(ids[0]) | set(ids[1]), {d["id"] for d in self.documents})
        for counts in ids:
            self.assertEqual(set(counts.values()), {1}, "each chain has each once")
        keys = [{r["id"]: r["key"] for r in records} for records in both]
        for i in set(keys[0]) & set(keys[1]):
            self.assertEqual(keys[0][i], keys[1][i], "what came out twice has one key")
        print("    %d and %d records, %d in both" % (
            len(ids[0]), len(ids[1]), len(set(ids[0]) & set(ids[1]))))
        self.assertEqual(self.committed(), 6000)

    def test_what_scrapy_cluster_sends(self):
        page = ("<html><head><title>Port of Sandvik</title></head><body><article><p>%s</p></article>"
                "</body></html>" % " ".join(["The ferry leaves at six and nobody waits."] * 5))
        message = {"url": "http://quay.example/a", "response_url": "http://www.quay.example/a",
                   "status_code": 200, "status_msg": "OK", "crawlid": "c1", "appid": "a1",
                   "timestamp": "2023-10-17T09:12:00.123456", "body": page, "links": [],
                   "response_headers": {"Content-Type": ["text/html"]}, "attrs": None}
        self.produce([json.dumps(message), b"json failed to parse", b"", None])
        run = self.begin()
        self.assertEqual(run.wait(), DEAD_LETTERS, run.err())
        (r,) = self.records()
        self.assertEqual((r["url"], r["title"], r["fetched"]),
                         (message["url"], "Port of Sandvik", message["timestamp"]))
        self.assertEqual(r["meta"]["response_url"], message["response_url"])
        self.assertIn("The ferry leaves at six", r["paragraphs"][0]["text"])
        (letter,) = self.dead_letters("out.jsonl.dead.jsonl")
        self.assertEqual(letter["reason"], "bad-json")
        self.assertEqual(self.committed(), 4)


if __name__ == "__main__":
    chain.main()
