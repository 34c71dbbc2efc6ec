#include "file/type.h"

#include <errno.h>
#include <magic.h>

int
hg_typer_open(struct hg_typer **ret, const char *data, struct hg_error *err)
{
	magic_t magic = magic_open(MAGIC_NONE);

	if (magic == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for the types of files");
	if (magic_load(magic, data) != 0) {
		const char *why = magic_error(magic);

		hg_error_set(err, -EINVAL, "magic-file: libmagic cannot load '%s': %s",
			data == NULL ? "its default" : data, why == NULL ? "it does not say why" : why);
		magic_close(magic);
		return -EINVAL;
	}
	/* The handle is libmagic's own: there is nothing to put around it. */
	*ret = (struct hg_typer *)magic;
	return 0;
}

void
hg_typer_close(struct hg_typer *t)
{
	if (t != NULL)
		magic_close((magic_t)t);
}

struct hg_span
hg_typer_ask(struct hg_typer *t, struct hg_span head)
{
	const char *text = magic_buffer((magic_t)t, head.p, HG_MIN(head.len, HG_TYPE_MOST));

	return text == NULL ? HG_SPAN_NONE : hg_span_str(text);
}
