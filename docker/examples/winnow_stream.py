"""A Scrapy item pipeline that adds items to a Redis stream, from where compose.yaml's chain reads.

ITEM_PIPELINES = {"winnow_stream.StreamPipeline": 900} and WINNOW_REDIS = "redis://127.0.0.1:6379/0" in the
settings; items have `url`, and `html` or `text` (README.md, "Sources"). Needs redis.
"""
import json

import redis


class StreamPipeline:
    def open_spider(self, spider):
        self.redis = redis.Redis.from_url(
            spider.settings.get("WINNOW_REDIS", "redis://127.0.0.1:6379/0"))

    def process_item(self, item, spider):
        self.redis.xadd("articles", {"json": json.dumps({"id": item["url"], **item})})
        return item
