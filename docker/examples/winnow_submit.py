"""A Scrapy item pipeline that hands items to `winnow run ... zmq+submit://0.0.0.0:5559`.

ITEM_PIPELINES = {"winnow_submit.SubmitPipeline": 900} and WINNOW_SUBMIT = "tcp://127.0.0.1:5559" in the
settings; items have `url`, and `html` or `text` (README.md, "Sources"). Needs pyzmq and msgpack.
The spider ends when the outcome of each item is durable.
"""
import msgpack
import zmq


class SubmitPipeline:
    def open_spider(self, spider):
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.connect(spider.settings.get("WINNOW_SUBMIT", "tcp://127.0.0.1:5559"))
        self.waiting = {}               # items without an answer, by their ids

    def process_item(self, item, spider):
        id = item["url"].encode()
        self.waiting[id] = msgpack.packb(dict(item))
        self.socket.send_multipart([id, self.waiting[id]])
        self.take_answers(spider, wait_ms=0)
        return item

    def take_answers(self, spider, wait_ms):
        while self.waiting and self.socket.poll(wait_ms):
            id, answer, *why = self.socket.recv_multipart()
            self.waiting.pop(id, None)
            if answer != b"ok":
                spider.logger.error("%s: %s", id.decode(), b" ".join(why).decode())

    def close_spider(self, spider):
        while self.waiting:             # who asks again gets the same answer, and no second record
            self.take_answers(spider, wait_ms=10000)
            for id, item in self.waiting.items():
                self.socket.send_multipart([id, item])
