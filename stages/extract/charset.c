#include "stages/extract/charset.h"

#include <stdlib.h>
#include <uchardet.h>
#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>
#include <unicode/ustring.h>

#include "common/buf.h"
#include "common/mem.h"
#include "common/utf8.h"
#include "proto/http_head.h"
#include "stages/extract/html_tokens.h"

enum {
	LABEL_BYTES = 24,
	LOOK_BYTES = 4096,       /* at the start, for NUL bytes and meta elements */
	WIDE_SHARE = 5,          /* one byte in so many is NUL, in UTF-16 */
	LEAST_HIGH = 10,         /* bytes above ASCII; of fewer nothing can be guessed */
	SAMPLE_BYTES = 32 << 10, /* that uchardet gets, from the first byte that is not ASCII on */
	PIECE_UNITS = 2048,      /* of UTF-16, that are converted at a time */
	RIGHT_FOR_WRONG = 8,     /* sequences of UTF-8 that outweigh a broken one */
};

static const char *const utf8_name = "UTF-8";
static const char *const latin_name = "windows-1252";

struct charset {
	uchardet_t guess;
	UChar units[PIECE_UNITS];
	char bytes[3 * PIECE_UNITS];
	struct buf out;
};

int
charset_open(struct charset **ret)
{
	struct charset *c = mem_zero(1, sizeof(*c));
	UErrorCode status = U_ZERO_ERROR;
	UConverter *converter = ucnv_open(latin_name, &status);

	ucnv_close(converter);
	c->guess = uchardet_new();
	if (U_FAILURE(status) || c->guess == NULL) {
		charset_close(c);
		return err_set(ERR_SYS, "no converters: %s", u_errorName(status));
	}
	*ret = c;
	return 0;
}

void
charset_close(struct charset *c)
{
	if (c == NULL)
		return;
	if (c->guess != NULL)
		uchardet_delete(c->guess);
	buf_done(&c->out);
	free(c);
}

/* names */

static int
compare_label(const void *key, const void *element)
{
	return strcmp(key, ((const struct charset_label *)element)->label);
}

/* What ICU calls the encoding of that name; NULL if it is none that pages may have. */
static const char *
name_of(struct span label)
{
	const struct charset_label *found;
	char key[LABEL_BYTES + 1];

	label = utf8_trim(label);
	if (label.n == 0 || label.n > LABEL_BYTES)
		return NULL;
	for (size_t i = 0; i < label.n; i++)
		key[i] =
		    label.p[i] >= 'A' && label.p[i] <= 'Z' ? (char)(label.p[i] | 0x20) : label.p[i];
	key[label.n] = '\0';
	found = bsearch(key, charset_labels, CHARSET_LABELS, sizeof(*found), compare_label);
	return found != NULL ? found->name : NULL;
}

/* The value behind "charset=" of a meta element, or "encoding=" of XML. */
static struct span
behind_key(struct span s, const char *key)
{
	size_t n = strlen(key), from, to;

	for (size_t at = 0; at + n < s.n; at++) {
		if (!html_word_is(span_cut(s, at, at + n), key))
			continue;
		for (from = at + n; from < s.n && (s.p[from] == ' ' || s.p[from] == '=');)
			from++;
		if (from < s.n && (s.p[from] == '"' || s.p[from] == '\''))
			from++;
		for (to = from; to < s.n && memchr("\"'; \t\r\n?>", s.p[to], 9) == NULL;)
			to++;
		return span_cut(s, from, to);
	}
	return span_of(NULL, 0);
}

/* The encoding that the first meta elements name, or the XML declaration. */
static const char *
name_in_page(struct span bytes)
{
	struct span start = span_cut(bytes, 0, bytes.n < LOOK_BYTES ? bytes.n : LOOK_BYTES);
	struct html_tokens tokens = html_tokens_of(start);
	struct html_token t;
	const char *name = NULL;

	if (span_starts(start, SPAN("<?xml")))
		name = name_of(
		    behind_key(span_cut(start, 0, start.n < 100 ? start.n : 100), "encoding"));
	while (name == NULL && html_tokens_next(&tokens, &t)) {
		if (t.kind != HTML_OPEN || t.tag != TAG_META)
			continue;
		if (html_has(&t, ATTR_CHARSET))
			name = name_of(t.attributes[ATTR_CHARSET]);
		else if (html_has(&t, ATTR_HTTP_EQUIV) && html_has(&t, ATTR_CONTENT))
			name = name_of(behind_key(t.attributes[ATTR_CONTENT], "charset"));
		if (name != NULL && strncmp(name, "UTF-16", 6) == 0)
			name = utf8_name; /* it could not have been read if it were true */
	}
	return name;
}

/* looks */

/* UTF-16 without a mark: in text of any language, markup has a NUL in every other place. */
static const char *
looks_wide(struct span bytes)
{
	size_t n = bytes.n < LOOK_BYTES ? bytes.n : LOOK_BYTES, nuls[2] = {0, 0};

	for (size_t i = 0; i < n; i++)
		nuls[i % 2] += bytes.p[i] == '\0';
	if (nuls[1] * WIDE_SHARE > n && nuls[0] * 8 < nuls[1])
		return "UTF-16LE";
	return nuls[0] * WIDE_SHARE > n && nuls[1] * 8 < nuls[0] ? "UTF-16BE" : NULL;
}

/* Whether what is not valid UTF-8 is UTF-8 all the same, damaged here and there. */
static bool
is_damaged_utf8(struct span s)
{
	size_t right = 0, wrong = 0;

	for (size_t at = 0; at < s.n;) {
		bool bad = false;

		if ((unsigned char)s.p[at] < 0x80) {
			at++;
			continue;
		}
		utf8_next(s, &at, &bad);
		right += !bad;
		wrong += bad;
	}
	return right > wrong * RIGHT_FOR_WRONG;
}

static size_t
count_high(struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += (unsigned char)s.p[i] > 0x7F;
	return n;
}

static const char *
guessed(struct charset *c, struct span bytes)
{
	size_t from = utf8_valid(bytes), to;
	const char *name;

	from = from > SAMPLE_BYTES / 2 ? from - SAMPLE_BYTES / 2 : 0;
	to = bytes.n - from < SAMPLE_BYTES ? bytes.n : from + SAMPLE_BYTES;
	if (count_high(span_cut(bytes, from, to)) < LEAST_HIGH)
		return latin_name;
	uchardet_reset(c->guess);
	if (uchardet_handle_data(c->guess, bytes.p + from, to - from) != 0)
		return latin_name;
	uchardet_data_end(c->guess);
	name = name_of(span_str(uchardet_get_charset(c->guess)));
	return name != NULL ? name : latin_name;
}

/* What the bytes are, where they are not valid UTF-8. */
static const char *
name_for(struct charset *c, struct span bytes, struct span content_type)
{
	const char *name = name_of(media_charset(content_type));

	if (name == NULL)
		name = name_in_page(bytes);
	if (name != NULL && strcmp(name, utf8_name) != 0)
		return name;
	if (is_damaged_utf8(bytes))
		return utf8_name;
	return guessed(c, bytes);
}

/* conversion */

/* Some UTF-16 as UTF-8. What of it is half a pair at the end stays; its units. */
static int32_t
put_units(struct charset *c, int32_t n, bool last, size_t *io_replaced)
{
	int32_t half = !last && n > 0 && U16_IS_LEAD(c->units[n - 1]), made = 0;
	UErrorCode status = U_ZERO_ERROR;

	for (int32_t i = 0; i < n; i++)
		*io_replaced += c->units[i] == UTF8_BAD;
	u_strToUTF8WithSub(
	    c->bytes, sizeof(c->bytes), &made, c->units, n - half, UTF8_BAD, NULL, &status);
	buf_put(&c->out, c->bytes, (size_t)made);
	c->units[0] = c->units[n > 0 ? n - 1 : 0];
	return half;
}

/* What no character is comes out as U+FFFD; ICU's own way makes U+001A of some. */
static void
replace(const void *context, UConverterToUnicodeArgs *args, const char *bytes, int32_t n,
    UConverterCallbackReason reason, UErrorCode *status)
{
	static const UChar bad = UTF8_BAD;

	(void)context;
	(void)bytes;
	(void)n;
	if (reason > UCNV_IRREGULAR) /* reset, close, clone */
		return;
	*status = U_ZERO_ERROR;
	ucnv_cbToUWriteUChars(args, &bad, 1, 0, status);
}

static struct span
convert(
    struct charset *c, struct arena *a, struct span bytes, const char *name, size_t *ret_replaced)
{
	UErrorCode status = U_ZERO_ERROR;
	UConverter *converter = ucnv_open(name, &status);
	const char *p = bytes.p, *end = bytes.p + bytes.n;
	int32_t held = 0;

	if (U_FAILURE(status))
		return utf8_repair(a, bytes, ret_replaced);
	ucnv_setToUCallBack(converter, replace, NULL, NULL, NULL, &status);
	c->out.n = 0;
	do {
		UChar *units = c->units + held;

		status = U_ZERO_ERROR;
		ucnv_toUnicode(
		    converter, &units, c->units + PIECE_UNITS, &p, end, NULL, true, &status);
		held = put_units(c, (int32_t)(units - c->units), status != U_BUFFER_OVERFLOW_ERROR,
		    ret_replaced);
	} while (status == U_BUFFER_OVERFLOW_ERROR);
	ucnv_close(converter);
	return arena_copy(a, buf_view(&c->out));
}

static struct span
without_mark(struct span text)
{
	return span_starts(text, SPAN("\xEF\xBB\xBF")) ? span_cut(text, 3, text.n) : text;
}

static bool
is_iso_2022(struct span bytes, struct span content_type)
{
	const char *name;

	if (bytes.n == 0 || memchr(bytes.p, '\x1B', bytes.n) == NULL)
		return false;
	name = name_of(media_charset(content_type));
	if (name == NULL)
		name = name_in_page(bytes);
	return name != NULL && strcmp(name, "iso-2022-jp") == 0;
}

struct span
charset_decode(struct charset *c, struct arena *a, struct span bytes, struct span content_type,
    const char **ret_name, size_t *ret_replaced)
{
	const char *name = NULL;

	*ret_replaced = 0;
	*ret_name = utf8_name;
	if (span_starts(bytes, SPAN("\xFF\xFE")))
		name = "UTF-16LE";
	else if (span_starts(bytes, SPAN("\xFE\xFF")))
		name = "UTF-16BE";
	else if (span_starts(bytes, SPAN("\xEF\xBB\xBF")))
		return without_mark(utf8_repair(a, bytes, ret_replaced));
	else
		name = looks_wide(bytes);
	if (name == NULL && is_iso_2022(bytes, content_type))
		name = "iso-2022-jp";
	if (name == NULL && utf8_valid(bytes) == bytes.n)
		return bytes;
	if (name == NULL)
		name = name_for(c, bytes, content_type);
	*ret_name = name;
	if (strcmp(name, utf8_name) == 0)
		return utf8_repair(a, bytes, ret_replaced);
	return without_mark(convert(c, a, bytes, name, ret_replaced));
}
