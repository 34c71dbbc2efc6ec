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

/* How the file ends: the number of its last whole record (0: not known), and what there is of one that was cut off. */
struct end {
	uint64_t last;
	size_t len;
	char part[TAIL + 1];
};

static void
read_end(struct hg_log_file *f, off_t size, struct end *end)
{
	static const char name[] = "\"seq\":";
	const ssize_t n = pread(f->fd, end->part, TAIL, size > TAIL ? size - TAIL : 0);
	char *line = end->part, *stop;

	end->last = 0;
	end->part[n < 0 ? 0 : n] = '\0';
	for (; (stop = strchr(line, '\n')) != NULL; line = stop + 1) {
		const char *hit;

		*stop = '\0';
		hit = strstr(line, name);
		if (hit != NULL)
			end->last = strtoull(hit + sizeof(name) - 1, NULL, 10);
	}
	end->len = strlen(line);
	memmove(end->part, line, end->len + 1);
}

/* The first record that is missing goes on where the file was cut off. */
static void
write_missing(struct hg_log_file *f, sqlite3_stmt *row, struct end *end)
{
	const char *line = sqlite3_column_blob(row, 0);
	size_t len = (size_t)sqlite3_column_bytes(row, 0);

	if (end->len > 0 && end->len <= len && memcmp(line, end->part, end->len) == 0) {
		line += end->len;
		len -= end->len;
	} else if (end->len > 0) {
		append(f, "\n", 1);
	}
	end->len = 0;
	append(f, line, len);
	append(f, "\n", 1);
}

void
hg_log_file_catch_up(struct hg_log_file *f, struct hg_db *db)
{
	struct stat st;
	sqlite3_stmt *s;
	struct end end;

	if (f->fd < 0 || fstat(f->fd, &st) < 0 || st.st_size == 0)
		return;
	read_end(f, st.st_size, &end);
	if (end.last == 0 ||
		sqlite3_prepare_v2(db->handle, "SELECT line FROM journal WHERE seq>?1 ORDER BY seq", -1, &s,
			NULL) != SQLITE_OK)
		return;
	sqlite3_bind_int64(s, 1, (sqlite3_int64)end.last);
	while (sqlite3_step(s) == SQLITE_ROW)
		write_missing(f, s, &end);
	sqlite3_finalize(s);
	if (end.len > 0)
		append(f, "\n", 1);
}
