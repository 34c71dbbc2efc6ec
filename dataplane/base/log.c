#include "base/log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_MOST 1024

static _Atomic int most_level = HG_LOG_NOTICE;

void
hg_log_level(enum hg_log_level most)
{
	most_level = (int)most;
}

static const char *
level_name(enum hg_log_level level)
{
	static const char *const names[] = { "error", "warning", "notice", "info", "debug" };

	return names[level];
}

/* The text may carry bytes of an attacker: no control character reaches the terminal. */
static size_t
put_clean(char *to, size_t room, const char *text)
{
	size_t n = 0;

	for (; *text != '\0' && room - n > 4; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < 0x20 || c == 0x7f)
			n += (size_t)snprintf(to + n, room - n, "\\x%02x", c);
		else
			to[n++] = (char)c;
	}
	return n;
}

/* The service manager names the stream that it has given by device and inode: it may have been exchanged since. */
static bool
is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device, inode;
	struct stat st;

	return stream != NULL && sscanf(stream, "%llu:%llu", &device, &inode) == 2 &&
		fstat(STDERR_FILENO, &st) == 0 && st.st_dev == device && st.st_ino == inode;
}

/* One write, so that lines of several threads do not mix. */
static void
put_line(enum hg_log_level level, const char *name, const char *text)
{
	char line[LINE_MOST];
	size_t n = 0;
	ssize_t written;

	/* sd-daemon(3): an error is syslog's 3, and so on downwards. */
	if (is_journal())
		n = (size_t)snprintf(line, sizeof(line), "<%d>", 3 + (int)level);
	if (name != NULL)
		n += (size_t)snprintf(line + n, sizeof(line) - n, "%s: ", name);
	n += put_clean(line + n, sizeof(line) - 1 - n, text);
	line[n++] = '\n';
	/* There is nobody to tell that standard error is gone. */
	written = write(STDERR_FILENO, line, n);
	(void)written;
}

void
hg_log(enum hg_log_level level, const char *format, ...)
{
	char text[LINE_MOST];
	va_list args;

	if ((int)level > most_level)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	put_line(level, level_name(level), text);
}

void
hg_log_error(enum hg_log_level level, const struct hg_error *err)
{
	char text[LINE_MOST];

	if ((int)level <= most_level)
		put_line(level, level_name(level), hg_error_text(err, text, sizeof(text)));
}

void
hg_log_finding(enum hg_log_level level, const char *text)
{
	put_line(level, NULL, text);
}
