"""A Kafka topic as the sink, on a real broker: every record at least once, whatever is killed."""
import collections
import json
import os
import random
import shutil
import sys
import tempfile

import confluent_kafka
import confluent_kafka.admin

import chain
from chain import DEAD_LETTERS, DONE, WRONG, Corpus, until

sys.path.insert(0, os.path.join(chain.ROOT, "tests"))
import servers  # noqa: E402


class KafkaSink(chain.ChainTest):
    """Each test has a topic of its own."""

    @classmethod
    def setUpClass(cls):
        servers.require("java", "mvn")
        cls.folder = tempfile.mkdtemp(prefix="wt-kafka-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        cls.kafka = servers.Kafka(cls.folder, ["message.max.bytes=200000"])
        cls.addClassCleanup(cls.kafka.kill)
        cls.kafka.start()

    def setUp(self):
        super().setUp()
        self.random = random.Random(72)
        self.topic = self.id().rpartition(".")[2]

    def corpus(self, n):
        self.put("in.jsonl", Corpus(72, n).json_lines())
        self.expected = self.winnow("in.jsonl").out.splitlines()

    def begin(self, *args, sources=("in.jsonl",), uri=None):
        return self.start("winnow", "run", "--workers", "1", "-o", uri or self.kafka.uri(self.topic),
                          "--state", "state", *args, *sources)

    def consumer(self):
        return confluent_kafka.Consumer({
            "bootstrap.servers": self.kafka.broker, "group.id": "test",
            "auto.offset.reset": "earliest", "enable.auto.commit": False})

    def messages(self):
        """[(key, value)] of all partitions."""
        consumer = self.consumer()
        topic = consumer.list_topics(self.topic, 30).topics[self.topic]
        ends = {}
        for p in topic.partitions:
            place = confluent_kafka.TopicPartition(self.topic, p)
            ends[p] = consumer.get_watermark_offsets(place, 30)[1]
        consumer.assign([confluent_kafka.TopicPartition(self.topic, p, 0) for p in ends])
        found = []

        def read():
            for m in consumer.consume(1000, 0.2):
                self.assertIsNone(m.error())
                found.append((m.key(), m.value()))
            return len(found) >= sum(ends.values())
        until(read, "%d messages" % sum(ends.values()))
        consumer.close()
        return found

    def checkpoint(self):
        try:
            return json.loads(self.get("state/checkpoint"))["totals"]["records"]
        except FileNotFoundError:
            return 0

    def past(self, run, n):
        until(lambda: self.checkpoint() >= n or run.popen.poll() is not None, "%d records" % n)
        return run.popen.poll() is None

    def assert_set(self, messages):
        self.assertEqual(set(v for _, v in messages), set(self.expected))
        for key, value in messages:
            self.assertEqual(key.decode(), json.loads(value)["key"])

    def test_undisturbed_each_record_comes_once(self):
        self.corpus(1500)
        self.assertEqual(self.begin().wait(), DONE)
        messages = self.messages()
        self.assert_set(messages)
        self.assertEqual(len(messages), 1500)
        again = self.begin()
        self.assertEqual(again.wait(), DONE)
        self.assertIn("0 new documents", again.err())
        self.assertEqual(len(self.messages()), 1500)

    def test_write_killed_again_and_again(self):
        self.corpus(6000)
        run = self.begin()
        killed = self.kill_writes(run, self.past, self.random)
        self.assertEqual(run.wait(), DONE, run.err())
        self.assertGreater(killed, 3)
        messages = self.messages()
        self.assert_set(messages)
        counts = collections.Counter(v for _, v in messages)
        self.assertLessEqual(max(counts.values()), killed + 1)
        print("    %d kills, %d of 6000 records came again" % (killed, len(messages) - 6000))

    def test_a_broker_that_is_away_at_the_start_and_killed_later(self):
        self.corpus(5000)
        self.kafka.stop()
        run = self.begin()
        run.wait_for_log("waiting: cannot reach the brokers")
        self.kafka.start()
        self.past(run, 1500)
        self.kafka.kill()
        run.wait_for_log("going on(.|\\n)*waiting: cannot reach the brokers")
        self.kafka.start()
        self.assertEqual(run.wait(), DONE, run.err())
        messages = self.messages()
        self.assert_set(messages)
        self.assertEqual(len(messages), 5000, "the producer is idempotent")

    def test_a_record_over_the_limit_is_a_dead_letter_whole(self):
        documents = Corpus(72, 40).documents
        words = " ".join("word%d" % i for i in range(30000))
        documents[20:20] = [{"id": "large", "text": words + "\n\n" + documents[3].get("text", "x")}]
        edge = {"id": "edge", "text": "y" * 199000}
        self.put("in.jsonl", chain.json_lines(documents + [edge]))
        expected = self.winnow("in.jsonl").out.splitlines()
        run = self.begin()
        self.assertEqual(run.wait(), DEAD_LETTERS, run.err())
        large = [line for line in expected if len(line) > 200000 - 160]
        self.assertEqual([json.loads(line)["id"] for line in large], ["large", "edge"])
        messages = self.messages()
        self.assertEqual({v for _, v in messages}, set(expected) - set(large))
        letters = self.dead_letters("state/dead.jsonl")
        for letter, line in zip(letters, large):
            self.assertEqual(letter.pop("error")["reason"], "too-large")
            self.assertEqual(letter, json.loads(line), "it is there whole")
        self.assertEqual(len(letters), 2)
        self.assertIn("42 documents in = 40 records out + 2 dead-lettered", run.err())
        # and it can be sent through again
        self.winnow("-o", "again.jsonl", "state/dead.jsonl")
        again = chain.parse_records(self.get("again.jsonl"))
        self.assertEqual([r["id"] for r in again], ["large", "edge"])
        self.assertEqual([r["text"] for r in again[0]["paragraphs"]],
                         [r["text"] for r in json.loads(large[0])["paragraphs"]])

    def test_a_narrow_topic(self):
        """Batches of messages have to fit, too, not only each message."""
        self.corpus(300)
        admin = confluent_kafka.admin.AdminClient({"bootstrap.servers": self.kafka.broker})
        topic = confluent_kafka.admin.NewTopic(self.topic, 1, 1,
                                               config={"max.message.bytes": "5000"})
        admin.create_topics([topic])[self.topic].result(60)
        run = self.begin()
        self.assertEqual(run.wait(), DEAD_LETTERS, run.err())
        small = {line for line in self.expected if len(line) <= 5000 - 160}
        self.assertGreater(len(small), 50)
        self.assertEqual({v for _, v in self.messages()}, small)
        self.assertEqual(len(self.dead_letters("state/dead.jsonl")), 300 - len(small))

    def test_what_cannot_be_is_refused_with_words(self):
        self.put("in.jsonl", Corpus(72, 3).json_lines())
        for uri, words in (("kafka://127.0.0.1:9", "topic"), ("kafka://127.0.0.1:9/t?acks=0", "acks"),
                           ("kafka://127.0.0.1:9/t?security=none", "security"),
                           ("kafka://user@127.0.0.1:9/t", "WINNOW_KAFKA_PASSWORD")):
            run = self.begin(uri=uri)
            self.assertEqual(run.wait(), WRONG, uri)
            self.assertIn(words, run.err(), uri)


if __name__ == "__main__":
    chain.main()
