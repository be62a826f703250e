/*
 * cat - the records of files as JSON lines, whatever form they were written in.
 */
#include "common/utf8.h"
#include "proto/document_pack.h"
#include "proto/json_in.h"
#include "proto/record_json.h"
#include "stages/winnow/commands.h"
#include "stages/winnow/record_files.h"

struct cat {
	struct buf line, packed;
};

/* Lines of JSON are printed as they are, dead letters too; only that each is an object is checked.
 */
static int
print_line(struct cat *c, struct span raw, struct arena *a)
{
	struct scan s;
	size_t replaced;
	uint32_t pairs;

	c->packed.n = 0;
	TRY(json_in(&c->packed, a, utf8_repair(a, raw, &replaced)));
	s = scan_of(buf_view(&c->packed));
	if (scan_map(&s, &pairs) < 0)
		return err_set(ERR_RECORD, "this line is no JSON object");
	buf_span(&c->line, raw);
	return 0;
}

static int
print_record(struct cat *c, struct span raw, struct arena *a)
{
	struct scan s = scan_of(raw);
	struct document d;

	if (document_unpack(&d, &s, a) < 0 || d.id.p == NULL)
		return err_set(ERR_RECORD, "this is no record of Winnow's");
	record_json(&c->line, &d);
	return 0;
}

static int
print_one(void *object, const struct piece *piece, struct arena *a)
{
	struct cat *c = object;

	c->line.n = 0;
	TRY(piece->form == FORM_JSON ? print_line(c, piece->raw, a)
				     : print_record(c, piece->raw, a));
	buf_byte(&c->line, '\n');
	return record_files_print(buf_view(&c->line));
}

int
command_cat(int argc, char **argv)
{
	struct cat c = {0};
	struct settings settings;
	const struct record_command command = {
	    .name = "winnow cat",
	    .about = "Print the records of files as JSON lines.",
	    .taker = TAKES_CAT,
	    .take = print_one,
	    .object = &c,
	    .settings = &settings,
	};
	int status = record_files_command(&command, argc, argv);

	buf_done(&c.line);
	buf_done(&c.packed);
	return status;
}
