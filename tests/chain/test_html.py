"""Pages of HTML: files in any encoding and records, through the jailed children of extract."""
import json

import chain

PROSE = ("This sentence goes on for a while, so that nobody takes it for an item of a menu, and "
         "the number %d stands in it.")
PAGE = ("<!DOCTYPE html><html lang=\"%s\"><head><meta charset=\"%s\"><title>%s</title></head><body><nav><a "
        "href=1>Menu</a></nav><article><p>%s</p><p>%s</p></article></body></html>")
ARTICLES = {
    "utf-8": "Grüße",
    "iso-8859-1": "Grüße",
    "windows-1251": "Российская Федерация",
    "koi8-r": "Российская Федерация",
    "shift_jis": "日本語の見出し",
    "euc-jp": "日本語の見出し",
    "iso-2022-jp": "日本語の見出し",
    "gb18030": "中文标题",
    "big5": "中文標題",
    "euc-kr": "한국어 제목",
    "utf-16-le": "Grüße",
    "utf-16": "Grüße",
}


def page(encoding, title):
    return PAGE % ("en", encoding, title, title + ". " + PROSE % 1, title + ". " + PROSE % 2)


class Pages(chain.ChainTest):
    def test_files_in_many_encodings(self):
        for i, (encoding, title) in enumerate(ARTICLES.items()):
            self.put("pages/%02d.html" % i, page(encoding, title).encode(encoding))
        records = self.records("--dedup", "off", "pages")
        self.assertEqual([r["title"] for r in records], list(ARTICLES.values()))
        for r, title in zip(records, ARTICLES.values(), strict=True):
            self.assertEqual([p["text"] for p in r["paragraphs"]],
                             [title + ". " + PROSE % 1, title + ". " + PROSE % 2], r["id"])

    def test_records_with_html_and_options(self):
        record = {"id": "a", "url": "http://a/", "html": page("utf-8", "Title")}
        self.put("pages.jsonl", json.dumps(record).encode() + b"\n")
        (r,) = self.records("pages.jsonl")
        self.assertEqual((r["id"], r["url"], r["title"], r["lang"]), ("a", "http://a/", "Title", "en"))
        self.assertEqual(len(r["paragraphs"]), 2)
        self.assertEqual(r["meta"], {})
        (r,) = self.records("--extract", "all", "pages.jsonl")
        self.assertEqual(r["paragraphs"][0]["text"], "Menu")
        self.put("plain.txt", b"no page, but <p>it has a tag</p>.\n")
        (r,) = self.records("--input", "html", "--extract", "all", "plain.txt")
        self.assertEqual([p["text"] for p in r["paragraphs"]],
                         ["no page, but", "it has a tag", "."])


if __name__ == "__main__":
    chain.main()
