/*
 * What an input is, by its first bytes.
 *
 * Source: for magic numbers, WHATWG MIME Sniffing, section 6, and the formats' own pages.
 */
#include <stdio.h>

#include "proto/framing_parts.h"

/* How much it is known by: a page of HTML, and all else, where so much comes. */
enum {
	PAGE_BYTES = 1024,
	LOOK_BYTES = READ_BYTES / 4,
	RANDOM_BYTES = 64,       /* fewer say nothing of how bytes are spread */
	CLIPPED_BYTES = 2 << 20, /* a member of an archive may be so long */
};

/* A map, and no text: no UTF-8 begins with 80..8F; DE and DF could, if a small count did not
 * follow. */
static bool
looks_like_map(const unsigned char *p, size_t n)
{
	if ((p[0] & 0xF0) == 0x80)
		return true;
	return n > 1 && ((p[0] == 0xDE && p[1] < 0x80) || (p[0] == 0xDF && p[1] == 0));
}

/* Whether the first key of a map is a string, as in all that are records. */
static bool
has_key(const unsigned char *p, size_t n)
{
	return n > 1 && p[0] < 0xDE && ((p[1] & 0xE0) == 0xA0 || (p[1] >= 0xD9 && p[1] <= 0xDB));
}

static const struct span mark = SPAN("\xEF\xBB\xBF");

/* The first byte that is neither of a byte order mark nor white space; '\0' if there is none yet.
 */
static char
first_byte(const struct framing *f)
{
	struct span s = span_of(start(f), left(f));
	size_t at = span_starts(s, mark) ? mark.n : 0;

	while (at < s.n && memchr(" \t\r\n", s.p[at], 4) != NULL)
		at++;
	return at < s.n ? s.p[at] : '\0';
}

/*
 * Whether the bytes begin as a page does: with an element that pages begin with, a comment or a
 * declaration; in UTF-16, whose NUL bytes are passed over, too.
 *
 * Source: WHATWG MIME Sniffing, section 7.1; an XML declaration may stand before.
 */
static bool
looks_like_page(struct span s)
{
	static const char *const begins[] = {"!doctype html", "html", "head", "body", "script",
	    "style", "title", "meta", "iframe", "table", "div", "font", "h1", "a", "b", "br", "p",
	    "!--"};
	char text[PAGE_BYTES];
	size_t n = 0, at = 0;

	for (size_t i = 0; i < s.n && n < sizeof(text); i++)
		if (s.p[i] != '\0' && (unsigned char)s.p[i] < 0x80)
			text[n++] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] | 0x20) : s.p[i];
	while (at < n && memchr(" \t\r\n", text[at], 4) != NULL)
		at++;
	s = span_of(text + at, n - at);
	if (span_starts(s, SPAN("<?xml")))
		return memmem(s.p, s.n, "<html", 5) != NULL;
	for (size_t i = 0; s.n > 0 && s.p[0] == '<' && i < sizeof(begins) / sizeof(begins[0]);
	     i++) {
		size_t length = strlen(begins[i]);

		if (s.n > length + 1 && memcmp(s.p + 1, begins[i], length) == 0 &&
		    (begins[i][0] == '!' || memchr(" >\t\r\n", s.p[length + 1], 5) != NULL))
			return true;
	}
	return false;
}

/* What the first bytes are the magic of, as a media type. */
static const struct {
	struct span magic;
	size_t at; /* where there is more of it, */
	struct span more;
	const char *type;
	bool holds_texts; /* perhaps: it is refused, not filtered */
} binaries[] = {
    {SPAN("\x89PNG\r\n\x1A\n"), 0, SPAN(""), "image/png", false},
    {SPAN("\xFF\xD8\xFF"), 0, SPAN(""), "image/jpeg", false},
    {SPAN("GIF87a"), 0, SPAN(""), "image/gif", false},
    {SPAN("GIF89a"), 0, SPAN(""), "image/gif", false},
    {SPAN("RIFF"), 8, SPAN("WEBP"), "image/webp", false},
    {SPAN("%PDF-"), 0, SPAN(""), "application/pdf", false},
    {SPAN("\0"), 4, SPAN("ftyp"), "video/mp4", false},
    {SPAN("\x1A\x45\xDF\xA3"), 0, SPAN(""), "video/webm", false},
    {SPAN("OggS\0"), 0, SPAN(""), "application/ogg", false},
    {SPAN("wOFF"), 0, SPAN(""), "font/woff", false},
    {SPAN("wOF2"), 0, SPAN(""), "font/woff2", false},
    {SPAN("\x7F"
	  "ELF"),
	0, SPAN(""), "application/x-elf", false},
    {SPAN("BZh"), 4, SPAN("1AY&SY"), "application/x-bzip2", true},
    {SPAN("\xFD"
	  "7zXZ\0"),
	0, SPAN(""), "application/x-xz", true},
    {SPAN("7z\xBC\xAF\x27\x1C"), 0, SPAN(""), "application/x-7z-compressed", true},
    {SPAN("Rar!\x1A\x07"), 0, SPAN(""), "application/vnd.rar", true},
};

static bool
is_binary(struct framing *f, struct span s)
{
	for (size_t i = 0; i < sizeof(binaries) / sizeof(binaries[0]); i++)
		if (s.n >= binaries[i].at && span_starts(s, binaries[i].magic) &&
		    span_starts(span_cut(s, binaries[i].at, s.n), binaries[i].more)) {
			f->binary = binaries[i].type;
			f->unsupported = binaries[i].holds_texts;
			return true;
		}
	return false;
}

static enum container
container_of(struct span s)
{
	struct record_head h;

	while (s.n > 0 && (s.p[0] == '\r' || s.p[0] == '\n'))
		s = span_cut(s, 1, s.n); /* between records they are nothing, either */
	if (span_starts(s, SPAN("WARC/")) && warc_head_read(&h, s) != ERR_RECORD)
		return CONTAINER_WARC;
	if (span_starts(s, SPAN("filedesc:")))
		return CONTAINER_ARC;
	if (zip_is_head(s))
		return CONTAINER_ZIP;
	return s.n >= TAR_BLOCK && tar_is_header(s.p) ? CONTAINER_TAR : CONTAINER_NONE;
}

/*
 * Whether records of a WARC are among the first bytes, the first of which is damaged: a whole one,
 * behind which another begins or the input ends. One that a text quotes seldom is.
 */
static bool
holds_record(const struct framing *f)
{
	struct span s = rest(f);
	bool whole = f->ended && s.n <= LOOK_BYTES;
	size_t sure = 0;

	s = span_cut(s, 0, s.n < LOOK_BYTES ? s.n : LOOK_BYTES);
	for (size_t at = 0; (at = warc_head_find(s, at, &sure)) < s.n;) {
		struct span behind = span_cut(s, at, s.n);
		struct record_head h;

		if (warc_head_read(&h, behind) != 0 || !h.has_length || h.id.n == 0 ||
		    h.length > behind.n - h.n)
			continue;
		behind = span_cut(behind, h.n + (size_t)h.length, behind.n);
		while (behind.n > 0 && (behind.p[0] == '\r' || behind.p[0] == '\n'))
			behind = span_cut(behind, 1, behind.n);
		if (behind.n == 0 ? whole : warc_head_read(&h, behind) != ERR_RECORD)
			return true;
	}
	return false;
}

/*
 * Whether the bytes are compressed or encrypted: a quarter has the high bit, and controls that no
 * text has stand at even places and at odd ones, as in no charset of one, two or four bytes: of
 * random bytes that is a half, and one in ten.
 */
static bool
is_random(struct span s)
{
	size_t high = 0, controls[2] = {0};

	if (s.n < RANDOM_BYTES)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		high += c >= 0x80;
		controls[i % 2] += (c > 0 && c < '\t') || (c > '\r' && c < ' ' && c != '\x1B');
	}
	return 4 * high > s.n && 50 * controls[0] > s.n && 50 * controls[1] > s.n;
}

/*
 * What is no text, though nobody knows what it is. Where a member of gzip is found in it, a part of
 * a file of many is lost: it is read from there on.
 */
static int
take_random(struct framing *f)
{
	size_t n, at;
	int r = want(f, CLIPPED_BYTES);

	if (r != 0 && r != ERR_QUIET)
		return r;
	n = left(f) < CLIPPED_BYTES ? left(f) : CLIPPED_BYTES;
	at = inflate_member_find(start(f), n);
	if (at == n || f->damaged || inflate_is_clipped(f->in)) {
		f->binary = "application/octet-stream";
		f->unsupported = true;
		return 0;
	}
	TRY(inflate_clipped(f->in, start(f), left(f)));
	f->from = f->looked = f->to;
	f->form = FORM_NONE;
	f->ended = f->detected = false;
	return refill(f);
}

/* Look at the first bytes, for a byte order mark and for the form. */
int
detect(struct framing *f)
{
	const unsigned char *p;
	struct span look;
	bool is_map;
	char first;

	while (!f->ended && left(f) < LOOK_BYTES)
		if (refill(f) == ERR_QUIET) {
			if (left(f) < mark.n || first_byte(f) == '\0')
				return ERR_QUIET;
			break;
		}
	if (f->damaged && left(f) == 0)
		return 0;
	f->detected = true;
	f->passed_from = f->offset;
	first = first_byte(f);
	if (span_starts(rest(f), mark))
		advance(f, mark.n);
	if (f->form != FORM_NONE)
		return 0;
	f->form = FORM_TEXT;
	f->container = container_of(rest(f));
	if (f->container != CONTAINER_NONE || is_binary(f, rest(f)))
		return 0;
	look = span_cut(rest(f), 0, left(f) < LOOK_BYTES ? left(f) : LOOK_BYTES);
	p = (const unsigned char *)look.p;
	is_map = look.n > 0 && looks_like_map(p, look.n);
	if (!(is_map && has_key(p, look.n)) && is_random(look))
		return take_random(f);
	if (is_map)
		f->form = FORM_MSGPACK;
	else if (first == '{')
		f->form = FORM_JSON;
	else if (looks_like_page(rest(f)))
		f->form = FORM_HTML;
	else if (holds_record(f))
		f->container = CONTAINER_WARC;
	return 0;
}

/* What is no text: counted by its type, or refused where it may hold some. */
int
next_binary(struct framing *f, struct piece *ret_piece)
{
	struct piece p = {.offset = f->passed_from, .mime = span_str(f->binary)};

	do
		advance(f, left(f));
	while (!f->ended && refill(f) == 0);
	if (!f->ended)
		return ERR_QUIET;
	f->damaged = false; /* one piece in any case: nothing is behind it */
	f->n_pieces++;
	p.length = f->offset - p.offset;
	if (f->unsupported) {
		p.reason = "unsupported";
		snprintf(p.detail, sizeof(p.detail), "%s cannot be read", f->binary);
	} else
		p.filtered = SPAN("mime");
	f->binary = NULL;
	*ret_piece = p;
	return 0;
}
