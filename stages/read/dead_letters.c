#include "stages/read/dead_letters.h"

#include "common/base64.h"
#include "common/utf8.h"
#include "proto/document_pack.h"
#include "proto/fields.h"
#include "proto/json_in.h"

/* A line as it is read; spans point into the packed line. */
struct letter {
	struct document d;
	struct span raw_b64;
	uint64_t version;
	bool has_key, has_source, has_raw, has_body;
};

static int
read_key(struct letter *l, struct scan *s)
{
	struct span digits;

	TRY(scan_str(s, &digits));
	l->has_key = key_parse(digits, &l->d.key);
	return l->has_key ? 0 : ERR_RECORD;
}

static int
read_form(struct letter *l, struct scan *s)
{
	int form;

	TRY(read_name(s, form_parse, &form));
	l->d.form = (enum form)form;
	return 0;
}

static int
letter_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	struct letter *l = object;
	struct fault *f = &l->d.refused;

	(void)a;
	if (KEY_IS("v"))
		return scan_uint64(s, &l->version);
	if (KEY_IS("id"))
		return scan_str(s, &l->d.id);
	if (KEY_IS("url"))
		return scan_str(s, &l->d.url);
	if (KEY_IS("fetched"))
		return scan_str(s, &l->d.fetched);
	if (KEY_IS("type"))
		return scan_str(s, &l->d.type);
	if (KEY_IS("warc"))
		return warc_unpack(&l->d.warc, s);
	if (KEY_IS("key"))
		return read_key(l, s);
	if (KEY_IS("form"))
		return read_form(l, s);
	if (KEY_IS("stage"))
		return scan_str(s, &f->stage);
	if (KEY_IS("reason"))
		return scan_str(s, &f->reason);
	if (KEY_IS("detail"))
		return scan_str(s, &f->detail);
	if (KEY_IS("attempts"))
		return scan_uint32(s, &f->attempts);
	if (KEY_IS("source")) {
		l->has_source = true;
		return place_unpack(&l->d.source, s);
	}
	if (KEY_IS("raw_b64")) {
		l->has_raw = true;
		return scan_str(s, &l->raw_b64);
	}
	l->has_body = l->has_body || KEY_IS("text") || KEY_IS("paragraphs");
	return scan_skip(s, NULL);
}

static bool
is_complete(const struct letter *l)
{
	const struct document *d = &l->d;

	return l->version == RECORD_VERSION && d->id.n > 0 && l->has_key && l->has_source &&
	       d->source.path.n > 0 && d->refused.stage.n > 0 && d->refused.reason.n > 0 &&
	       l->has_raw && !l->has_body && (l->raw_b64.n == 0 || d->form != FORM_NONE);
}

/* Whether there is nothing that could be read again. */
static bool
stays_refused(const struct document *d)
{
	return d->raw.n == 0 || (span_equal(d->refused.stage, SPAN("read")) &&
				    !span_equal(d->refused.reason, SPAN("too-large")));
}

static void
keep(struct arena *a, struct span *text)
{
	*text = arena_copy(a, *text);
}

static bool
take(struct letter *l, struct arena *a, struct document *ret_d)
{
	struct fault *f = &l->d.refused;
	struct warc *w = &l->d.warc;

	if (!is_complete(l) || !base64_decode(a, l->raw_b64, &l->d.raw))
		return false;
	if (stays_refused(&l->d)) {
		keep(a, &f->stage);
		keep(a, &f->reason);
		keep(a, &f->detail);
	} else
		*f = (struct fault){0};
	keep(a, &l->d.id);
	keep(a, &l->d.source.path);
	keep(a, &l->d.source.entry);
	keep(a, &l->d.url);
	keep(a, &l->d.fetched);
	keep(a, &l->d.type);
	keep(a, &w->record);
	keep(a, &w->date);
	keep(a, &w->digest);
	keep(a, &w->mime);
	keep(a, &w->revisit);
	*ret_d = l->d;
	return true;
}

bool
dead_letter_read(struct document *ret_d, struct arena *a, struct span line)
{
	struct letter l = {0};
	struct buf packed = {0};
	struct scan s;
	bool is_letter = false;

	/* what most lines are not is seen without parsing them; a letter of ours is valid UTF-8 */
	if (line.n == 0 || memmem(line.p, line.n, "\"raw_b64\"", 9) == NULL ||
	    utf8_valid(line) < line.n)
		return false;
	if (json_in(&packed, a, line) == 0) {
		s = scan_of(buf_view(&packed));
		is_letter = read_fields(&s, a, &l, letter_field) == 0 && take(&l, a, ret_d);
	}
	buf_done(&packed);
	return is_letter;
}
