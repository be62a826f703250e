/*
 * cat - the records of files as JSON lines, whatever form they were written in.
 */
#include "proto/document_pack.h"
#include "proto/record_json.h"
#include "stages/winnow/commands.h"
#include "stages/winnow/record_files.h"

static int
print_one(void *object, const struct piece *piece, struct arena *a)
{
	struct scan s = scan_of(piece->raw);
	struct buf *line = object;
	struct document d;

	line->n = 0;
	if (piece->form == FORM_JSON)
		buf_span(line, piece->raw);
	else if (document_unpack(&d, &s, a) < 0 || d.id.p == NULL)
		return err_set(ERR_RECORD, "this is no record of Winnow's");
	else
		record_json(line, &d);
	buf_byte(line, '\n');
	return record_files_print(buf_view(line));
}

int
command_cat(int argc, char **argv)
{
	struct buf line = {0};
	int status = record_files_command(argc, argv, "winnow cat",
	    "Print the records of files as JSON lines.", print_one, &line);

	buf_done(&line);
	return status;
}
