#include "stages/winnow/plain_text.h"

#include "common/utf8.h"

void
plain_text_put(struct buf *out, struct span text)
{
	for (size_t at = 0; at < text.n;) {
		uint32_t c = utf8_next(text, &at, NULL);

		if (utf8_is_space(c))
			c = ' ';
		else if (utf8_is_control(c))
			c = UTF8_BAD;
		buf_room(out, 4);
		out->n += utf8_put(out->p + out->n, c);
	}
}
