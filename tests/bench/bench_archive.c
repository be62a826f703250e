/* bench_archive FILE: an archive to article text in one process on one core, as read and extract do
 * it between them; MB/s of decompressed bytes by processor time, and how it divides. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "proto/filter.h"
#include "proto/framing.h"
#include "stages/extract/charset.h"
#include "stages/extract/html.h"
#include "stages/extract/http_body.h"

enum { MOST = 64 << 20 };

struct bench {
	struct html *html;
	struct charset *charset;
	struct arena a;
	uint64_t pages, text;
};

static double
seconds(void)
{
	return (double)clock() / CLOCKS_PER_SEC;
}

static void
read_page(struct bench *b, struct span raw)
{
	struct http_head head;
	struct http_body body;
	struct html_page page;
	const char *name;
	size_t replaced;

	arena_reset(&b->a);
	if (!http_head_read(&head, raw) || http_body_read(&body, &b->a, raw, &head, MOST) < 0)
		return;
	if (html_read(&page, b->html, &b->a,
		charset_decode(b->charset, &b->a, body.bytes, head.type, &name, &replaced),
		EXTRACT_ARTICLE) < 0)
		return;
	b->pages++;
	for (size_t i = 0; i < page.n_paragraphs; i++)
		b->text += page.paragraphs[i].text.n;
}

int
main(int argc, char **argv)
{
	struct bench b = {.html = html_open()};
	int fd = argc == 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1, r;
	double began = seconds(), extract = 0, all;
	struct filter *filter;
	struct framing f;
	struct piece p;
	uint64_t end = 0;

	if (fd < 0 || charset_open(&b.charset) < 0 || filter_open(&filter, NULL) < 0) {
		fprintf(stderr, "usage: bench_archive FILE\n");
		return 1;
	}
	framing_open(&f, MOST, filter);
	if (framing_begin(&f, fd, FORM_NONE, true) < 0)
		return 1;
	while ((r = framing_next(&f, &p)) == 0) {
		double now = seconds();

		if (p.form == FORM_HTTP && p.filtered.n == 0)
			read_page(&b, p.raw);
		extract += seconds() - now;
		end = p.offset + p.length;
		framing_release(&f);
	}
	all = seconds() - began;
	printf("%.0f MB/s (framing and inflating %.0f, reading pages %.0f), %llu pages, "
	       "%.1f MB raw, %.1f MB of text\n",
	    1e-6 * (double)end / all, 1e-6 * (double)end / (all - extract),
	    1e-6 * (double)end / extract, (unsigned long long)b.pages, 1e-6 * (double)end,
	    1e-6 * (double)b.text);
	framing_close(&f);
	filter_close(filter);
	arena_done(&b.a);
	charset_close(b.charset);
	html_close(b.html);
	return 0;
}
