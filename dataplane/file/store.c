/* The writer: takes orders from all desks and does them, one after the other. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/start.h"
#include "file/store_int.h"

#define FOLDER_MODE 0750
#define FILE_MODE 0640
#define TMP_NAME 48
#define ROUND 256 /* orders of a desk before the others have their turn */
#define GRACE 1000000000u

/* ---- names ---- */

void
hg_filestore_path(const struct hg_filestore_config *c, const char *folder, char *path, size_t size)
{
	if (c->dir[0] == '/')
		snprintf(path, size, "%s", c->dir);
	else
		snprintf(path, size, "%s/%s", folder, c->dir);
}

static void
tmp_name(uint32_t id, char name[TMP_NAME])
{
	snprintf(name, TMP_NAME, "tmp/file.%ld.%u", (long)getpid(), id);
}

static void
final_name(const uint8_t sha256[HG_STORE_SHA256], char *name)
{
	static const char digits[] = "0123456789abcdef";
	char *p = name + 3;

	for (unsigned i = 0; i < HG_STORE_SHA256; i++) {
		*p++ = digits[sha256[i] >> 4];
		*p++ = digits[sha256[i] & 15];
	}
	*p = '\0';
	/* Its folder is the first byte. */
	name[0] = name[3];
	name[1] = name[4];
	name[2] = '/';
}

/* ---- start ---- */

/* What a process that is no more has left behind. */
static void
sweep(int dir)
{
	const int fd = openat(dir, "tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *tmp = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;

	if (tmp == NULL && fd >= 0)
		close(fd);
	while (tmp != NULL && (e = readdir(tmp)) != NULL) {
		const bool ours = strncmp(e->d_name, "file.", 5) == 0;
		const long pid = ours ? strtol(e->d_name + 5, NULL, 10) : 0;

		if (pid > 0 && (pid == (long)getpid() || (kill((pid_t)pid, 0) < 0 && errno == ESRCH)))
			unlinkat(fd, e->d_name, 0);
	}
	if (tmp != NULL)
		closedir(tmp);
}

static int
open_folders(struct hg_filestore *s, const char *path, struct hg_error *err)
{
	if (mkdir(path, FOLDER_MODE) < 0 && errno != EEXIST)
		return hg_error_errno(err, "file-store: cannot make the folder '%s'", path);
	s->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->dir < 0)
		return hg_error_errno(err, "file-store: cannot open the folder '%s'", path);
	if (mkdirat(s->dir, "tmp", FOLDER_MODE) < 0 && errno != EEXIST)
		return hg_error_errno(err, "file-store: cannot make the folder '%s/tmp'", path);
	sweep(s->dir);
	return 0;
}

static int
open_desks(struct hg_filestore *s, unsigned desks, struct hg_error *err)
{
	int r = 0;

	s->desks = hg_start_take(desks * sizeof(*s->desks));
	s->writing = hg_start_take((size_t)desks * HG_STORE_FILES * sizeof(*s->writing));
	if (s->desks == NULL || s->writing == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for stored files");
	for (; s->n_desks < desks && r == 0; s->n_desks += r == 0) {
		struct hg_desk *d = &s->desks[s->n_desks];

		d->store = s;
		for (d->n_free = 0; d->n_free < HG_STORE_FILES; d->n_free++)
			d->free[d->n_free] = (uint16_t)(HG_STORE_FILES - 1 - d->n_free);
		r = hg_lane_open(&d->lane, &s->bell, HG_MAX(s->config.queue, 4 * HG_ORDER_BYTES_MAX), err);
	}
	return r;
}

int
hg_filestore_open(struct hg_filestore **ret, const struct hg_filestore_config *c, const char *folder,
	unsigned desks, bool waits, struct hg_error *err)
{
	struct hg_filestore *s = hg_start_take(sizeof(*s));
	char path[4096];
	int r;

	if (s == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for stored files");
	s->config = *c;
	s->waits = waits;
	s->dir = s->bell.fd = -1;
	hg_filestore_path(c, folder, path, sizeof(path));
	r = open_folders(s, path, err);
	if (r == 0)
		r = hg_bell_open(&s->bell, err);
	if (r == 0)
		r = open_desks(s, desks, err);
	if (r < 0) {
		hg_filestore_close(s);
		return r;
	}
	*ret = s;
	return 0;
}

struct hg_desk *
hg_filestore_desk(struct hg_filestore *s, unsigned worker)
{
	return &s->desks[worker];
}

void
hg_filestore_close(struct hg_filestore *s)
{
	if (s == NULL || s->stuck)
		return;
	for (unsigned i = 0; i < s->n_desks; i++)
		hg_lane_close(&s->desks[i].lane);
	hg_start_give(s->desks);
	hg_start_give(s->writing);
	hg_bell_close(&s->bell);
	if (s->dir >= 0)
		close(s->dir);
	hg_start_give(s);
}

/* ---- orders ---- */

static void
close_descriptor(struct hg_filestore *s, struct hg_writing *w)
{
	if (w->fd < 0)
		return;
	close(w->fd);
	w->fd = -1;
	s->descriptors--;
}

static void
forget(struct hg_filestore *s, struct hg_writing *w)
{
	char tmp[TMP_NAME];

	close_descriptor(s, w);
	tmp_name(w->id, tmp);
	unlinkat(s->dir, tmp, 0);
}

/* Told once, until it goes well again. */
static void
fail(struct hg_filestore *s, struct hg_writing *w, const char *what)
{
	struct hg_error err;
	char text[sizeof(err.text)];

	hg_error_errno(&err, "file-store: cannot %s", what);
	atomic_fetch_add(&s->errors, 1);
	if (!s->complained)
		hg_log(HG_LOG_WARNING, "%s; such files are not stored, and counted (file_store.fs_errors)",
			hg_error_text(&err, text, sizeof(text)));
	s->complained = true;
	forget(s, w);
	w->state = HG_WRITE_BROKEN;
}

static bool
open_descriptor(struct hg_filestore *s, struct hg_writing *w, int flags)
{
	char tmp[TMP_NAME];

	if (w->fd >= 0)
		return true;
	tmp_name(w->id, tmp);
	w->fd = openat(s->dir, tmp, O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC | flags, FILE_MODE);
	if (w->fd < 0) {
		fail(s, w, "open a file");
		return false;
	}
	s->descriptors++;
	return true;
}

/* Descriptors over the cap are opened for each piece. */
static void
spare_descriptor(struct hg_filestore *s, struct hg_writing *w)
{
	if (s->descriptors > s->config.max_open)
		close_descriptor(s, w);
}

static void
begin(struct hg_filestore *s, struct hg_writing *w, const struct hg_order *o)
{
	w->fd = -1;
	w->id = o->id;
	w->state = HG_WRITE_OPEN;
	atomic_fetch_add(&s->open, 1);
	if (open_descriptor(s, w, O_CREAT | O_TRUNC))
		spare_descriptor(s, w);
}

static bool
write_all(int fd, struct hg_span bytes)
{
	while (bytes.len > 0) {
		const ssize_t n = write(fd, bytes.p, bytes.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		bytes = hg_span_from(bytes, (size_t)n);
	}
	return true;
}

static void
put(struct hg_filestore *s, struct hg_writing *w, struct hg_span bytes)
{
	if (w->state != HG_WRITE_OPEN || !open_descriptor(s, w, 0))
		return;
	if (!write_all(w->fd, bytes)) {
		fail(s, w, "write a file");
		return;
	}
	atomic_fetch_add(&s->bytes, bytes.len);
	spare_descriptor(s, w);
}

/* Folders of first bytes are made when they are needed. */
static int
give_name(const struct hg_filestore *s, const char *tmp, const char *name)
{
	const char folder[] = { name[0], name[1], '\0' };

	if (renameat(s->dir, tmp, s->dir, name) == 0)
		return 0;
	if (errno != ENOENT || mkdirat(s->dir, folder, FOLDER_MODE) < 0)
		return -1;
	return renameat(s->dir, tmp, s->dir, name);
}

/* The same bytes may be there already: then that file is touched, as who keeps the latest ones wants it. */
static void
end(struct hg_filestore *s, struct hg_writing *w, const struct hg_order *o)
{
	char tmp[TMP_NAME];

	atomic_fetch_sub(&s->open, 1);
	if (w->state != HG_WRITE_OPEN)
		return;
	close_descriptor(s, w);
	tmp_name(w->id, tmp);
	final_name(o->sha256, w->name);
	if (faccessat(s->dir, w->name, F_OK, 0) == 0) {
		utimensat(s->dir, w->name, NULL, 0);
		unlinkat(s->dir, tmp, 0);
		atomic_fetch_add(&s->known, 1);
	} else if (give_name(s, tmp, w->name) < 0) {
		fail(s, w, "name a file");
		return;
	}
	w->state = HG_WRITE_NAMED;
	atomic_fetch_add(&s->stored, 1);
	s->complained = false;
}

/* <sha256>.<seconds>.<number>.json, under its name when it is whole. */
static void
tell(struct hg_filestore *s, struct hg_writing *w, const struct hg_order *o, struct hg_span record)
{
	char name[sizeof(w->name) + 40], tmp[TMP_NAME];
	bool good;

	if (w->state != HG_WRITE_NAMED)
		return;
	w->state = HG_WRITE_OPEN;
	if (!open_descriptor(s, w, O_CREAT | O_TRUNC))
		return;
	good = write_all(w->fd, record);
	close_descriptor(s, w);
	tmp_name(w->id, tmp);
	snprintf(name, sizeof(name), "%s.%llu.%u.json", w->name, (unsigned long long)o->seconds, w->id);
	if (!good || renameat(s->dir, tmp, s->dir, name) < 0)
		fail(s, w, "write a file's record");
	w->state = HG_WRITE_NONE;
}

static void
drop(struct hg_filestore *s, struct hg_writing *w)
{
	atomic_fetch_sub(&s->open, 1);
	if (w->state == HG_WRITE_OPEN)
		forget(s, w);
	w->state = HG_WRITE_NONE;
}

static void
obey(struct hg_filestore *s, unsigned desk, struct hg_span record)
{
	const struct hg_order *o = (const struct hg_order *)(const void *)record.p;
	struct hg_writing *w = &s->writing[(size_t)desk * HG_STORE_FILES + o->slot];
	const struct hg_span bytes = hg_span((const uint8_t *)(o + 1), o->len);

	switch ((enum hg_order_kind)o->kind) {
	case HG_ORDER_BEGIN:
		begin(s, w, o);
		break;
	case HG_ORDER_BYTES:
		put(s, w, bytes);
		break;
	case HG_ORDER_END:
		end(s, w, o);
		break;
	case HG_ORDER_TELL:
		tell(s, w, o, bytes);
		break;
	case HG_ORDER_DROP:
		drop(s, w);
		break;
	}
}

/* ---- the thread ---- */

static bool
is_late(struct hg_filestore *s)
{
	return atomic_load(&s->stopping) && hg_thread_now() >= atomic_load(&s->deadline);
}

/* false: there was nothing to do. */
static bool
round_of_all(struct hg_filestore *s)
{
	bool any = false;

	for (unsigned i = 0; i < s->n_desks; i++) {
		struct hg_lane *l = &s->desks[i].lane;
		struct hg_span record;

		for (unsigned k = 0; k < ROUND && !is_late(s) && (record = hg_lane_peek(l)).len > 0; k++) {
			obey(s, i, record);
			hg_lane_release(l);
			any = true;
		}
	}
	return any;
}

static bool
waiting(const struct hg_filestore *s)
{
	for (unsigned i = 0; i < s->n_desks; i++)
		if (hg_lane_waiting(&s->desks[i].lane))
			return true;
	return false;
}

static void
sleep_until_rung(struct hg_filestore *s)
{
	struct pollfd p = { .fd = s->bell.fd, .events = POLLIN };

	hg_bell_doze(&s->bell);
	if (!waiting(s) && !atomic_load(&s->stopping))
		poll(&p, 1, -1);
	hg_bell_rise(&s->bell);
}

/* Files that nobody has ended. */
static void
clean_up(struct hg_filestore *s)
{
	for (size_t i = 0; i < (size_t)s->n_desks * HG_STORE_FILES; i++)
		if (s->writing[i].state == HG_WRITE_OPEN)
			drop(s, &s->writing[i]);
	for (unsigned i = 0; i < s->n_desks; i++)
		atomic_fetch_add(&s->late, hg_lane_queued(&s->desks[i].lane));
}

static void
run(void *arg)
{
	struct hg_filestore *s = arg;

	while (!is_late(s)) {
		if (round_of_all(s))
			continue;
		if (atomic_load(&s->stopping) && !waiting(s))
			break;
		sleep_until_rung(s);
	}
	clean_up(s);
}

int
hg_filestore_start(struct hg_filestore *s, struct hg_error *err)
{
	s->thread.rank = s->waits ? HG_RANK_ORDINARY : HG_RANK_BEHIND;
	return hg_thread_start(&s->thread, "hg-store", run, s, err);
}

void
hg_filestore_stop(struct hg_filestore *s, int ms)
{
	const uint64_t deadline = ms < 0 ? UINT64_MAX / 2 : hg_thread_now() + (uint64_t)ms * 1000000u;

	atomic_store(&s->deadline, deadline);
	atomic_store(&s->stopping, true);
	hg_bell_strike(&s->bell);
	s->stuck |= !hg_thread_join(&s->thread, deadline + GRACE);
}

struct hg_filestore_stats
hg_filestore_stats(const struct hg_filestore *s)
{
	return (struct hg_filestore_stats){ .open = atomic_load(&s->open),
		.stored = atomic_load(&s->stored),
		.known = atomic_load(&s->known),
		.bytes = atomic_load(&s->bytes),
		.errors = atomic_load(&s->errors),
		.late = atomic_load(&s->late) };
}
