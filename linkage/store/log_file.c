#include "linkage/store/store_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

#define TAIL 65536

void
hg_log_file_open(struct hg_log_file *f, const char *path)
{
	struct hg_error err;

	*f = (struct hg_log_file){ .path = path, .fd = -1 };
	if (path == NULL)
		return;
	f->fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
	if (f->fd < 0) {
		hg_error_errno(
			&err, "cannot write records to %s; they are in the store's journal only", path);
		hg_log_error(HG_LOG_ERROR, &err);
	}
}

void
hg_log_file_close(struct hg_log_file *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
}

static void
append(struct hg_log_file *f, const char *p, size_t n)
{
	while (n > 0) {
		const ssize_t written = write(f->fd, p, n);

		if (written < 0 && errno == EINTR)
			continue;
		/* A full disk: the journal has it, and the next start writes it again. */
		if (written <= 0)
			return;
		p += written;
		n -= (size_t)written;
	}
}

void
hg_log_file_append(struct hg_log_file *f, const struct hg_op *ops)
{
	char block[TAIL];
	size_t used = 0;

	if (f->fd < 0)
		return;
	for (const struct hg_op *op = ops; op != NULL; op = op->next) {
		if (op->kind != HG_OP_JOURNAL || op->len + 1 > sizeof(block))
			continue;
		if (used + op->len + 1 > sizeof(block)) {
			append(f, block, used);
			used = 0;
		}
		memcpy(block + used, op->text, op->len);
		used += op->len;
		block[used++] = '\n';
	}
	append(f, block, used);
}

/* The number of the last whole record in the file; a line that was cut off in the middle is ended, and counts for nothing. */
static uint64_t
last_number(struct hg_log_file *f, off_t size)
{
	static const char name[] = "\"seq\":";
	char tail[TAIL + 1];
	const off_t from = size > TAIL ? size - TAIL : 0;
	const ssize_t n = pread(f->fd, tail, TAIL, from);
	uint64_t last = 0;

	if (n <= 0)
		return 0;
	tail[n] = '\0';
	for (char *line = tail, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
		const char *hit;

		*end = '\0';
		hit = strstr(line, name);
		if (hit != NULL)
			last = strtoull(hit + sizeof(name) - 1, NULL, 10);
	}
	if (from + n == size && n > 0 && strlen(tail) > 0 && pread(f->fd, tail, 1, size - 1) == 1 &&
		tail[0] != '\n' && ftruncate(f->fd, size) == 0)
		append(f, "\n", 1);
	return last;
}

void
hg_log_file_catch_up(struct hg_log_file *f, struct hg_db *db)
{
	struct stat st;
	sqlite3_stmt *s;
	uint64_t last;

	if (f->fd < 0 || fstat(f->fd, &st) < 0 || st.st_size == 0)
		return;
	last = last_number(f, st.st_size);
	if (last == 0 ||
		sqlite3_prepare_v2(db->handle, "SELECT line FROM journal WHERE seq>?1 ORDER BY seq", -1, &s,
			NULL) != SQLITE_OK)
		return;
	sqlite3_bind_int64(s, 1, (sqlite3_int64)last);
	while (sqlite3_step(s) == SQLITE_ROW) {
		append(f, sqlite3_column_blob(s, 0), (size_t)sqlite3_column_bytes(s, 0));
		append(f, "\n", 1);
	}
	sqlite3_finalize(s);
}
