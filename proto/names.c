/* The words that stand for enums on the wire and in records. */
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

#include "proto/document.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct span forms[] = {
    SPAN(""), SPAN("text"), SPAN("json"), SPAN("msgpack"), SPAN("html"), SPAN("http")};
static const struct span kinds[KIND_COUNT] = {
    SPAN("text"), SPAN("heading"), SPAN("list"), SPAN("quote"), SPAN("table"), SPAN("code")};
static const struct span whys[WHY_COUNT] = {SPAN("exact"), SPAN("near")};
static const struct span parts[PART_COUNT] = {SPAN("base"), SPAN("position"), SPAN("length"),
    SPAN("centrality"), SPAN("title"), SPAN("facts"), SPAN("style")};
static const struct span facts[FACT_COUNT] = {
    SPAN("quantity"), SPAN("share"), SPAN("money"), SPAN("date"), SPAN("quotation"), SPAN("name")};
static const struct span bounds[BOUND_COUNT] = {SPAN(""), SPAN("more"), SPAN("less")};

static int
find(const struct span *names, size_t n, struct span name)
{
	for (size_t i = 0; i < n; i++)
		if (span_equal(names[i], name))
			return (int)i;
	return -1;
}

#define NAME_AND_PARSE(thing, type, table)              \
	struct span thing##_name(type value)            \
	{                                               \
		return table[value];                    \
	}                                               \
                                                        \
	int thing##_parse(struct span name)             \
	{                                               \
		return find(table, COUNT(table), name); \
	}

NAME_AND_PARSE(form, enum form, forms)
NAME_AND_PARSE(kind, enum kind, kinds)
NAME_AND_PARSE(why, enum why, whys)
NAME_AND_PARSE(part, enum part, parts)
NAME_AND_PARSE(fact, enum fact_kind, facts)
NAME_AND_PARSE(bound, enum bound, bounds)

void
place_words(const struct place *p, char *room, size_t n)
{
	if (p->entry.n > 0)
		snprintf(room, n, "%.*s, entry %.*s", (int)p->path.n, p->path.p, (int)p->entry.n,
		    p->entry.p);
	else
		snprintf(room, n, "%.*s, byte %" PRIu64, (int)p->path.n, p->path.p, p->offset);
}
