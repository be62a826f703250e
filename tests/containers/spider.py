"""The spider of the container tests: scrapy runspider spider.py -a start=URL -s ITEM_PIPELINES=..."""
import scrapy


class Articles(scrapy.Spider):
    name = "articles"
    custom_settings = {"LOG_LEVEL": "WARNING", "TELNETCONSOLE_ENABLED": False,
                       "RETRY_TIMES": 5, "DOWNLOAD_TIMEOUT": 600, "CONCURRENT_REQUESTS": 16,
                       "CONCURRENT_REQUESTS_PER_DOMAIN": 16}

    def __init__(self, start, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.start_urls = [start]

    def parse(self, response):
        yield from response.follow_all(css="a[href^='/article/']", callback=self.parse_article)
        yield from response.follow_all(css="a[rel=next]")

    def parse_article(self, response):
        yield {"url": response.url, "html": response.text}
