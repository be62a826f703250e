/* bench_html REPEATS FILE...: pages to article text on one core, as extract does it; MB/s by
 * processor time, and the slowest page in milliseconds. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common/buf.h"
#include "stages/extract/charset.h"
#include "stages/extract/html.h"

static double
seconds(void)
{
	return (double)clock() / CLOCKS_PER_SEC;
}

static struct buf
load(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct buf b = {0};
	size_t n;

	if (f == NULL) {
		perror(path);
		exit(1);
	}
	while ((n = fread(buf_room(&b, 1 << 16), 1, 1 << 16, f)) > 0)
		b.n += n;
	fclose(f);
	return b;
}

int
main(int argc, char **argv)
{
	struct html *html = html_open();
	struct charset *charset;
	struct arena a = {0};
	double all = 0, worst = 0;
	size_t bytes = 0, text = 0;

	if (argc < 3 || charset_open(&charset) < 0)
		return 1;
	for (int i = 2; i < argc; i++) {
		struct buf page = load(argv[i]);

		for (int k = atoi(argv[1]); k > 0; k--) {
			struct html_page read;
			const char *name;
			size_t replaced;
			double began = seconds();

			arena_reset(&a);
			if (html_read(&read, html, &a,
				charset_decode(charset, &a, buf_view(&page), span_of(NULL, 0),
				    &name, &replaced),
				EXTRACT_ARTICLE) < 0)
				return 1;
			began = seconds() - began;
			all += began;
			worst = began > worst ? began : worst;
			bytes += page.n;
			for (size_t p = 0; p < read.n_paragraphs; p++)
				text += read.paragraphs[p].text.n;
		}
		buf_done(&page);
	}
	printf("%.0f MB/s, slowest page %.1f ms, %.1f %% of the bytes come out\n",
	    1e-6 * (double)bytes / all, 1e3 * worst, 100.0 * (double)text / (double)bytes);
	arena_done(&a);
	charset_close(charset);
	html_close(html);
	return 0;
}
