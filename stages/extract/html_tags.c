#include "stages/extract/html_tags.h"

#include <stdbool.h>
#include <stdint.h>

enum { NAME_BYTES = 10, SLOT_BITS = 9, SLOTS = 1 << SLOT_BITS };

#define BLOCK (TRAIT_BLOCK | TRAIT_HINTS)
#define CELL (TRAIT_BLOCK | TRAIT_HINTS | TRAIT_TABLE)

const unsigned char html_traits[TAG_COUNT] = {
    [TAG_OTHER] = TRAIT_HINTS,
    [TAG_A] = TRAIT_HINTS,
    [TAG_ADDRESS] = BLOCK,
    [TAG_ARTICLE] = BLOCK,
    [TAG_ASIDE] = BLOCK,
    [TAG_BLOCKQUOTE] = BLOCK,
    [TAG_BODY] = BLOCK,
    [TAG_BR] = TRAIT_VOID,
    [TAG_BUTTON] = TRAIT_UNSEEN,
    [TAG_CAPTION] = CELL,
    [TAG_DD] = BLOCK,
    [TAG_DIV] = BLOCK,
    [TAG_DL] = BLOCK,
    [TAG_DT] = BLOCK,
    [TAG_FIGCAPTION] = BLOCK,
    [TAG_FIGURE] = BLOCK,
    [TAG_FOOTER] = BLOCK,
    [TAG_FORM] = BLOCK,
    [TAG_H1] = BLOCK,
    [TAG_H2] = BLOCK,
    [TAG_H3] = BLOCK,
    [TAG_H4] = BLOCK,
    [TAG_H5] = BLOCK,
    [TAG_H6] = BLOCK,
    [TAG_HEAD] = TRAIT_BLOCK,
    [TAG_HEADER] = BLOCK,
    [TAG_HR] = TRAIT_BLOCK | TRAIT_VOID,
    [TAG_HTML] = BLOCK | TRAIT_HEAD,
    [TAG_LI] = BLOCK,
    [TAG_LINK] = TRAIT_VOID | TRAIT_HEAD,
    [TAG_MAIN] = BLOCK,
    [TAG_META] = TRAIT_VOID | TRAIT_HEAD,
    [TAG_NAV] = BLOCK,
    [TAG_OL] = BLOCK,
    [TAG_OPTION] = TRAIT_UNSEEN,
    [TAG_P] = BLOCK,
    [TAG_PRE] = BLOCK,
    [TAG_SCRIPT] = TRAIT_RAW | TRAIT_UNSEEN | TRAIT_HEAD,
    [TAG_SECTION] = BLOCK,
    [TAG_SELECT] = TRAIT_UNSEEN,
    [TAG_SPAN] = TRAIT_HINTS,
    [TAG_TABLE] = CELL,
    [TAG_TBODY] = CELL,
    [TAG_TD] = CELL,
    [TAG_TH] = CELL,
    [TAG_TIME] = TRAIT_HINTS | TRAIT_HEAD,
    [TAG_TITLE] = TRAIT_RAW | TRAIT_UNSEEN | TRAIT_HEAD,
    [TAG_TR] = CELL,
    [TAG_UL] = BLOCK,
    [TAG_BLOCK] = BLOCK,
    [TAG_LABEL] = TRAIT_HINTS,
    [TAG_PLAIN] = TRAIT_PLAIN,
    [TAG_RAW] = TRAIT_RAW | TRAIT_UNSEEN,
    [TAG_UNSEEN] = TRAIT_UNSEEN,
    [TAG_VOID] = TRAIT_VOID,
};

struct named {
	const char *name;
	enum html_tag tag;
};

static const struct named named[] = {{"a", TAG_A}, {"abbr", TAG_PLAIN}, {"acronym", TAG_PLAIN},
    {"address", TAG_ADDRESS}, {"applet", TAG_UNSEEN}, {"area", TAG_VOID}, {"article", TAG_ARTICLE},
    {"aside", TAG_ASIDE}, {"audio", TAG_UNSEEN}, {"b", TAG_PLAIN}, {"base", TAG_VOID},
    {"bdi", TAG_PLAIN}, {"bdo", TAG_PLAIN}, {"big", TAG_PLAIN}, {"blockquote", TAG_BLOCKQUOTE},
    {"body", TAG_BODY}, {"br", TAG_BR}, {"button", TAG_BUTTON}, {"canvas", TAG_UNSEEN},
    {"caption", TAG_CAPTION}, {"center", TAG_BLOCK}, {"cite", TAG_PLAIN}, {"code", TAG_PLAIN},
    {"col", TAG_VOID}, {"data", TAG_PLAIN}, {"datalist", TAG_UNSEEN}, {"dd", TAG_DD},
    {"del", TAG_PLAIN}, {"details", TAG_BLOCK}, {"dfn", TAG_PLAIN}, {"dialog", TAG_BLOCK},
    {"dir", TAG_UL}, {"div", TAG_DIV}, {"dl", TAG_DL}, {"dt", TAG_DT}, {"em", TAG_PLAIN},
    {"embed", TAG_VOID}, {"fieldset", TAG_BLOCK}, {"figcaption", TAG_FIGCAPTION},
    {"figure", TAG_FIGURE}, {"font", TAG_PLAIN}, {"footer", TAG_FOOTER}, {"form", TAG_FORM},
    {"frame", TAG_VOID}, {"h1", TAG_H1}, {"h2", TAG_H2}, {"h3", TAG_H3}, {"h4", TAG_H4},
    {"h5", TAG_H5}, {"h6", TAG_H6}, {"head", TAG_HEAD}, {"header", TAG_HEADER},
    {"hgroup", TAG_BLOCK}, {"hr", TAG_HR}, {"html", TAG_HTML}, {"i", TAG_PLAIN},
    {"iframe", TAG_RAW}, {"img", TAG_VOID}, {"input", TAG_VOID}, {"ins", TAG_PLAIN},
    {"kbd", TAG_PLAIN}, {"keygen", TAG_VOID}, {"label", TAG_LABEL}, {"legend", TAG_BLOCK},
    {"li", TAG_LI}, {"link", TAG_LINK}, {"main", TAG_MAIN}, {"map", TAG_UNSEEN},
    {"mark", TAG_PLAIN}, {"menu", TAG_UL}, {"meta", TAG_META}, {"nav", TAG_NAV},
    {"nobr", TAG_PLAIN}, {"noembed", TAG_RAW}, {"noframes", TAG_RAW}, {"noscript", TAG_UNSEEN},
    {"object", TAG_UNSEEN}, {"ol", TAG_OL}, {"optgroup", TAG_UNSEEN}, {"option", TAG_OPTION},
    {"p", TAG_P}, {"param", TAG_VOID}, {"pre", TAG_PRE}, {"q", TAG_PLAIN}, {"rp", TAG_UNSEEN},
    {"rt", TAG_UNSEEN}, {"s", TAG_PLAIN}, {"samp", TAG_PLAIN}, {"script", TAG_SCRIPT},
    {"search", TAG_BLOCK}, {"section", TAG_SECTION}, {"select", TAG_SELECT}, {"small", TAG_PLAIN},
    {"source", TAG_VOID}, {"span", TAG_SPAN}, {"strike", TAG_PLAIN}, {"strong", TAG_PLAIN},
    {"style", TAG_RAW}, {"sub", TAG_SUB}, {"summary", TAG_BLOCK}, {"sup", TAG_SUP},
    {"svg", TAG_UNSEEN}, {"table", TAG_TABLE}, {"tbody", TAG_TBODY}, {"td", TAG_TD},
    {"template", TAG_UNSEEN}, {"textarea", TAG_RAW}, {"tfoot", TAG_TBODY}, {"th", TAG_TH},
    {"thead", TAG_TBODY}, {"time", TAG_TIME}, {"title", TAG_TITLE}, {"tr", TAG_TR},
    {"track", TAG_VOID}, {"tt", TAG_PLAIN}, {"u", TAG_PLAIN}, {"ul", TAG_UL}, {"var", TAG_PLAIN},
    {"video", TAG_UNSEEN}, {"wbr", TAG_VOID}, {"xmp", TAG_PRE}};

enum { NAMED = sizeof(named) / sizeof(named[0]) };

/* A name in lower case, padded with NUL. */
struct packed {
	uint64_t head, tail;
};

static struct packed
pack(const char *p, size_t n)
{
	struct packed packed = {0, 0};

	for (size_t i = 0; i < n; i++) {
		uint64_t c = (unsigned char)p[i] | 0x20; /* digits have this bit, too */

		if (i < 8)
			packed.head |= c << (8 * i);
		else
			packed.tail |= c << (8 * (i - 8));
	}
	return packed;
}

static size_t
slot_of(struct packed name)
{
	uint64_t mixed = (name.head ^ name.tail << 7) * 0x9E3779B97F4A7C15ULL;

	return (size_t)(mixed >> (64 - SLOT_BITS));
}

/* Open addressing over all names; made at the first use. */
static struct {
	struct packed name;
	unsigned char tag; /* 0: free, for TAG_OTHER need not be found */
} slots[SLOTS];

static void
make_slots(void)
{
	for (size_t i = 0; i < NAMED; i++) {
		struct packed name = pack(named[i].name, strlen(named[i].name));
		size_t at = slot_of(name);

		while (slots[at].tag != 0)
			at = (at + 1) % SLOTS;
		slots[at].name = name;
		slots[at].tag = (unsigned char)named[i].tag;
	}
}

enum html_tag
html_tag_of(struct span name)
{
	static bool made;
	struct packed packed;
	size_t at;

	if (name.n == 0 || name.n > NAME_BYTES)
		return TAG_OTHER;
	if (!made)
		make_slots();
	made = true;
	packed = pack(name.p, name.n);
	for (at = slot_of(packed); slots[at].tag != 0; at = (at + 1) % SLOTS)
		if (slots[at].name.head == packed.head && slots[at].name.tail == packed.tail)
			return slots[at].tag;
	return TAG_OTHER;
}
