#include "linkage/store/store_int.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/rights.h"
#include "base/thread.h"

/* Beyond so many waiting operations new automatic decisions are refused. */
#define BEHIND 200000

/* So long a transaction waits for what else belongs to the decision that woke the store, as the answers of its targets; and
 * the CPU is left to the worker that enforces it. */
#define GATHER (2 * 1000000l) /* ns */

struct queue {
	struct hg_op *first, **end;
	size_t n;
};

struct hg_store {
	struct hg_db db;
	struct hg_log_file log;
	char *path, *log_path;
	struct queue mine; /* of the thread that decides */
	uint64_t next_seq, submitted;

	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct queue shared;
	uint64_t shared_number;
	bool stop, reopen;
	int event;
	_Atomic uint64_t durable;
	_Atomic size_t waiting;
	_Atomic bool failing;
};

static void
queue_init(struct queue *q)
{
	*q = (struct queue){ .end = &q->first };
}

static void
queue_move(struct queue *to, struct queue *from)
{
	if (from->first == NULL)
		return;
	*to->end = from->first;
	to->end = from->end;
	to->n += from->n;
	queue_init(from);
}

static void
free_ops(struct hg_op *op)
{
	while (op != NULL) {
		struct hg_op *next = op->next;

		free(op);
		op = next;
	}
}

/* Writes until it succeeds or the program ends: what is decided is not forgotten because a disk is full. */
static void
commit(struct hg_store *s, const struct hg_op *ops)
{
	struct hg_error err;

	while (hg_db_commit(&s->db, ops, &err) < 0) {
		bool stop;

		if (!atomic_exchange(&s->failing, true))
			hg_log(HG_LOG_ERROR, "%s; nobody is blocked automatically until that works again",
				err.text);
		sleep(1);
		pthread_mutex_lock(&s->lock);
		stop = s->stop;
		pthread_mutex_unlock(&s->lock);
		if (stop)
			return;
	}
	if (atomic_exchange(&s->failing, false))
		hg_log(HG_LOG_NOTICE, "the store can be written again");
	hg_log_file_append(&s->log, ops);
}

static void
tell(struct hg_store *s, uint64_t number)
{
	const uint64_t one = 1;

	atomic_store(&s->durable, number);
	/* Fails only when it is readable anyway. */
	if (write(s->event, &one, sizeof(one)) < 0)
		return;
}

/* Until there is something to do and it was gathered; with the lock held, which is free meanwhile. */
static void
await(struct hg_store *s)
{
	const struct timespec gather = { .tv_nsec = GATHER };

	while (s->shared.first == NULL && !s->stop && !s->reopen)
		pthread_cond_wait(&s->wake, &s->lock);
	if (s->stop)
		return;
	pthread_mutex_unlock(&s->lock);
	nanosleep(&gather, NULL);
	pthread_mutex_lock(&s->lock);
}

static void *
work(void *arg)
{
	struct hg_store *s = arg;
	bool stop = false;

	pthread_setname_np(pthread_self(), "linkd-store");
	hg_thread_take_rank(HG_RANK_BEHIND);
	if (geteuid() != 0)
		hg_rights_keep(0);
	while (!stop) {
		struct queue taken;
		uint64_t number;
		bool reopen;

		queue_init(&taken);
		pthread_mutex_lock(&s->lock);
		await(s);
		queue_move(&taken, &s->shared);
		number = s->shared_number;
		stop = s->stop;
		reopen = s->reopen;
		s->reopen = false;
		pthread_mutex_unlock(&s->lock);
		if (reopen) {
			hg_log_file_close(&s->log);
			hg_log_file_open(&s->log, s->log_path);
		}
		if (taken.first == NULL)
			continue;
		commit(s, taken.first);
		atomic_fetch_sub(&s->waiting, taken.n);
		tell(s, number);
		free_ops(taken.first);
	}
	return NULL;
}

static int
start(struct hg_store *s, struct hg_error *err)
{
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->wake, NULL);
	s->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (s->event < 0)
		return hg_error_errno(err, "cannot make an event descriptor");
	errno = pthread_create(&s->thread, NULL, work, s);
	if (errno != 0) {
		close(s->event);
		return hg_error_errno(err, "cannot start the store's thread");
	}
	return 0;
}

static void
release(struct hg_store *s)
{
	hg_log_file_close(&s->log);
	hg_db_close(&s->db);
	free_ops(s->mine.first);
	free_ops(s->shared.first);
	free(s->path);
	free(s->log_path);
	free(s);
}

int
hg_store_open(struct hg_store **ret, const char *path, const char *log_path, struct hg_error *err)
{
	struct hg_store *s = calloc(1, sizeof(*s));
	int status;

	if (s == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for the store");
	s->log.fd = -1;
	queue_init(&s->mine);
	queue_init(&s->shared);
	s->path = strdup(path);
	s->log_path = log_path == NULL ? NULL : strdup(log_path);
	status = hg_db_open(&s->db, path, err);
	if (status == 0) {
		hg_log_file_open(&s->log, s->log_path);
		hg_log_file_catch_up(&s->log, &s->db);
		s->next_seq = s->db.last + 1;
		status = start(s, err);
	}
	if (status < 0) {
		release(s);
		return status;
	}
	*ret = s;
	return 0;
}

void
hg_store_close(struct hg_store *s)
{
	if (s == NULL)
		return;
	hg_store_submit(s);
	pthread_mutex_lock(&s->lock);
	s->stop = true;
	pthread_cond_signal(&s->wake);
	pthread_mutex_unlock(&s->lock);
	pthread_join(s->thread, NULL);
	close(s->event);
	pthread_cond_destroy(&s->wake);
	pthread_mutex_destroy(&s->lock);
	release(s);
}

/* The store's thread sleeps until the first submit, so that the database may be read here. */
int
hg_store_load(struct hg_store *s, hg_store_each each, void *ctx, struct hg_error *err)
{
	return hg_db_load(&s->db, each, ctx, err);
}

int
hg_store_load_told(struct hg_store *s, hg_store_each_told each, void *ctx, struct hg_error *err)
{
	return hg_db_load_told(&s->db, each, ctx, err);
}

bool
hg_store_flag(struct hg_store *s, const char *name)
{
	return hg_db_flag(&s->db, name);
}

static struct hg_op *
queue_op(struct hg_store *s, enum hg_op_kind kind, struct hg_span text)
{
	struct hg_op *op = malloc(sizeof(*op) + text.len + 1);

	if (op == NULL) {
		atomic_store(&s->failing, true);
		return NULL;
	}
	*op = (struct hg_op){ .kind = kind, .len = text.len };
	if (text.len > 0)
		memcpy(op->text, text.p, text.len);
	op->text[text.len] = '\0';
	*s->mine.end = op;
	s->mine.end = &op->next;
	s->mine.n++;
	return op;
}

void
hg_store_put(struct hg_store *s, const struct hg_store_lease *lease)
{
	struct hg_op *op = queue_op(s, HG_OP_PUT, HG_SPAN_NONE);

	if (op != NULL)
		op->lease = *lease;
}

void
hg_store_forget(struct hg_store *s, const struct hg_net *net, enum hg_origin origin)
{
	struct hg_op *op = queue_op(s, HG_OP_FORGET, HG_SPAN_NONE);

	if (op != NULL)
		op->lease = (struct hg_store_lease){ .net = *net, .origin = origin };
}

void
hg_store_told(struct hg_store *s, const struct hg_net *net, const char *target, bool enforced)
{
	struct hg_op *op = queue_op(s, HG_OP_TOLD, hg_span_str(target));

	if (op != NULL) {
		op->lease = (struct hg_store_lease){ .net = *net };
		op->at = enforced;
	}
}

void
hg_store_set_flag(struct hg_store *s, const char *name, bool value)
{
	struct hg_op *op = queue_op(s, HG_OP_FLAG, hg_span_str(name));

	if (op != NULL)
		op->at = value;
}

void
hg_store_forget_older(struct hg_store *s, int64_t leases, int64_t journal)
{
	struct hg_op *op = queue_op(s, HG_OP_OLDER, HG_SPAN_NONE);

	if (op != NULL) {
		op->at = leases;
		op->at2 = journal;
	}
}

uint64_t
hg_store_next(const struct hg_store *s)
{
	return s->next_seq;
}

void
hg_store_journal(struct hg_store *s, int64_t at, struct hg_span line)
{
	struct hg_op *op = queue_op(s, HG_OP_JOURNAL, line);

	if (op != NULL) {
		op->at = at;
		op->seq = s->next_seq++;
	}
}

uint64_t
hg_store_submit(struct hg_store *s)
{
	if (s->mine.first == NULL)
		return s->submitted;
	s->submitted++;
	atomic_fetch_add(&s->waiting, s->mine.n);
	pthread_mutex_lock(&s->lock);
	queue_move(&s->shared, &s->mine);
	s->shared_number = s->submitted;
	pthread_cond_signal(&s->wake);
	pthread_mutex_unlock(&s->lock);
	return s->submitted;
}

uint64_t
hg_store_durable(const struct hg_store *s)
{
	return atomic_load(&s->durable);
}

int
hg_store_fd(const struct hg_store *s)
{
	return s->event;
}

void
hg_store_heard(struct hg_store *s)
{
	uint64_t count;

	/* Nothing to read is as good. */
	if (read(s->event, &count, sizeof(count)) < 0)
		return;
}

bool
hg_store_behind(const struct hg_store *s)
{
	return atomic_load(&s->failing) || atomic_load(&s->waiting) > BEHIND;
}

void
hg_store_reopen_log(struct hg_store *s)
{
	pthread_mutex_lock(&s->lock);
	s->reopen = true;
	pthread_cond_signal(&s->wake);
	pthread_mutex_unlock(&s->lock);
}
