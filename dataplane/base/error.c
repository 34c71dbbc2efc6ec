#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void
begin(struct hg_error *err, int code)
{
	err->code = code;
	err->file[0] = '\0';
	err->line = 0;
	err->column = 0;
	err->text[0] = '\0';
	err->kind = NULL;
	err->length = 0;
	err->from16 = err->to16 = 0;
	err->near[0] = '\0';
}

int
hg_error_set(struct hg_error *err, int code, const char *format, ...)
{
	va_list args;

	if (err == NULL)
		return code;
	begin(err, code);
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return code;
}

int
hg_error_errno(struct hg_error *err, const char *format, ...)
{
	int saved = errno;
	va_list args;
	size_t used;

	if (err == NULL)
		return -saved;
	begin(err, -saved);
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	used = strlen(err->text);
	snprintf(err->text + used, sizeof(err->text) - used, ": %s", strerror(saved));
	return -saved;
}

void
hg_error_at(struct hg_error *err, const char *file, uint32_t line, uint32_t column)
{
	if (err == NULL)
		return;
	snprintf(err->file, sizeof(err->file), "%s", file == NULL ? "" : file);
	err->line = line;
	err->column = column;
}

void
hg_error_mark(struct hg_error *err, const char *kind)
{
	if (err != NULL && err->kind == NULL)
		err->kind = kind;
}

void
hg_error_guess(struct hg_error *err, const char *near)
{
	size_t used;

	if (err == NULL)
		return;
	used = strlen(err->text);
	snprintf(err->text + used, sizeof(err->text) - used, "; did you mean '%s'?", near);
	snprintf(err->near, sizeof(err->near), "%s", near);
}

const char *
hg_error_text(const struct hg_error *err, char *buf, unsigned size)
{
	if (err->file[0] == '\0')
		snprintf(buf, size, "%s", err->text);
	else if (err->line == 0)
		snprintf(buf, size, "%s: %s", err->file, err->text);
	else if (err->column == 0)
		snprintf(buf, size, "%s:%u: %s", err->file, err->line, err->text);
	else
		snprintf(buf, size, "%s:%u:%u: %s", err->file, err->line, err->column, err->text);
	return buf;
}
