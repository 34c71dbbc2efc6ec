/* Databases of all slots: noted while rules are placed, then made by as many threads as wanted. Equal ones are made once. Which thread
 * makes which leaves no trace: each depends on its patterns alone, and what is kept stands in the order of notes. */
#include "rules/compile/compile_int.h"

#include <errno.h>
#include <malloc.h>
#include <openssl/evp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/thread.h"

#define THREADS_MAX 64

/* Hyperscan takes up to 150 MB for a moment to compile some hundred patterns, and half of the time goes into such databases: they
 * are made one after the other, and the small ones beside them. */
#define LARGE 256

struct hg_db_job {
	struct hg_cache_key key;
	struct hg_literals literals;
	hs_database_t **to;
	hs_database_t *db;       /* of the first with its key */
	struct hg_db_job *first; /* with the same key */
	struct hg_error why;
};

void
hg_literals_free(struct hg_literals *l)
{
	free(l->bytes);
	free(l->lens);
	free(l->flags);
	free(l->ids);
	*l = (struct hg_literals){ 0 };
}

static struct hg_cache_key
key_of(const struct hg_literals *l)
{
	struct hg_cache_key key = { { 0 } };
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	hs_platform_info_t platform = { 0 };

	hs_populate_platform(&platform);
	EVP_DigestInit_ex(md, EVP_sha256(), NULL);
	EVP_DigestUpdate(md, hs_version(), strlen(hs_version()));
	EVP_DigestUpdate(md, &platform, sizeof(platform));
	for (uint32_t i = 0; i < l->n; i++) {
		EVP_DigestUpdate(md, &l->lens[i], sizeof(l->lens[i]));
		EVP_DigestUpdate(md, &l->flags[i], sizeof(l->flags[i]));
		EVP_DigestUpdate(md, l->bytes[i], l->lens[i]);
	}
	EVP_DigestFinal_ex(md, key.digest, NULL);
	EVP_MD_CTX_free(md);
	return key;
}

int
hg_databases_note(struct hg_compiler *c, struct hg_literals *l, hs_database_t **to)
{
	if (c->n_jobs == c->jobs_room) {
		uint32_t room = c->jobs_room == 0 ? 256 : c->jobs_room * 2;
		struct hg_db_job *more = realloc(c->jobs, room * sizeof(*more));

		if (more == NULL)
			return -ENOMEM;
		c->jobs = more;
		c->jobs_room = room;
	}
	c->jobs[c->n_jobs++] = (struct hg_db_job){ .key = key_of(l), .literals = *l, .to = to };
	*l = (struct hg_literals){ 0 };
	return 0;
}

void
hg_databases_forget(struct hg_compiler *c)
{
	for (uint32_t i = 0; i < c->n_jobs; i++)
		hg_literals_free(&c->jobs[i].literals);
	free(c->jobs);
	c->jobs = NULL;
	c->n_jobs = c->jobs_room = 0;
}

static int
by_key(const void *pa, const void *pb)
{
	struct hg_db_job *const *a = pa, *const *b = pb;
	int r = memcmp(&(*a)->key, &(*b)->key, sizeof((*a)->key));

	return r != 0 ? r : *a < *b ? -1 : *a > *b;
}

/* The largest first, so that no thread begins a long one when the others are done. */
static int
by_size(const void *pa, const void *pb)
{
	struct hg_db_job *const *a = pa, *const *b = pb;

	if ((*a)->literals.n != (*b)->literals.n)
		return (*a)->literals.n > (*b)->literals.n ? -1 : 1;
	return *a < *b ? -1 : *a > *b;
}

struct crew {
	struct hg_compiler *c;
	struct hg_db_job **todo;
	uint32_t n, n_large;
	atomic_uint next, done; /* next: of the small ones */
	struct hg_thread threads[THREADS_MAX];
};

static uint32_t
sort_out(struct hg_compiler *c, struct hg_db_job **todo)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < c->n_jobs; i++)
		todo[i] = &c->jobs[i];
	if (c->n_jobs > 0)
		qsort(todo, c->n_jobs, sizeof(*todo), by_key);
	for (uint32_t i = 0; i < c->n_jobs; i++) {
		struct hg_db_job *job = todo[i];

		if (n > 0 && memcmp(&todo[n - 1]->key, &job->key, sizeof(job->key)) == 0) {
			job->first = todo[n - 1];
			hg_literals_free(&job->literals);
			continue;
		}
		job->first = job;
		todo[n++] = job;
	}
	if (n > 0)
		qsort(todo, n, sizeof(*todo), by_size);
	return n;
}

static void
make_one(const struct hg_compile_config *config, struct hg_db_job *job)
{
	const struct hg_literals *l = &job->literals;
	hs_compile_error_t *why = NULL;

	if (config->cache != NULL)
		job->db = hg_cache_get(config->cache, &job->key);
	if (job->db != NULL) {
		hg_literals_free(&job->literals);
		return;
	}
	if (hs_compile_lit_multi(l->bytes, l->flags, l->ids, l->lens, l->n, HS_MODE_BLOCK, NULL, &job->db,
		    &why) != HS_SUCCESS) {
		hg_error_set(&job->why, -EINVAL, "the matcher cannot compile %u patterns: %s", l->n,
			why == NULL ? "unknown" : why->message);
		hs_free_compile_error(why);
	} else if (config->cache != NULL) {
		hg_cache_put(config->cache, &job->key, job->db);
	}
	hg_literals_free(&job->literals);
}

static void
work(void *arg)
{
	struct crew *crew = arg;
	uint32_t i;

	while ((i = atomic_fetch_add(&crew->next, 1)) < crew->n) {
		make_one(crew->c->config, crew->todo[i]);
		atomic_fetch_add(&crew->done, 1);
	}
}

static void
make_and_tell(struct crew *crew, uint32_t i)
{
	const struct hg_compile_config *config = crew->c->config;
	uint32_t done;

	make_one(config, crew->todo[i]);
	done = atomic_fetch_add(&crew->done, 1) + 1;
	if (config->progress != NULL)
		config->progress(config->arg, "patterns", done, crew->n);
}

/* The caller's thread is one of them, makes the large ones, and is the only one that says how far all are. */
static void
work_and_tell(struct crew *crew)
{
	uint32_t i;

	for (i = 0; i < crew->n_large; i++) {
		make_and_tell(crew, i);
		malloc_trim(0);
	}
	while ((i = atomic_fetch_add(&crew->next, 1)) < crew->n)
		make_and_tell(crew, i);
}

static void
run_crew(struct crew *crew)
{
	const unsigned wanted = HG_MIN(crew->c->config->threads, THREADS_MAX);
	unsigned started = 0;
	struct hg_error err;

	/* One that cannot be started is no fault: the others do its work. */
	while (started + 1 < wanted && crew->n_large + started < crew->n &&
		hg_thread_start(&crew->threads[started], "rules", work, crew, &err) == 0)
		started++;
	work_and_tell(crew);
	for (unsigned i = 0; i < started; i++)
		while (!hg_thread_join(&crew->threads[i], hg_thread_now() + HG_SEC))
			;
}

static int
own(struct hg_compiler *c, hs_database_t *db)
{
	struct hg_owned *o = c->owned;

	if (o->n_dbs == o->dbs_room) {
		uint32_t room = o->dbs_room == 0 ? 64 : o->dbs_room * 2;
		hs_database_t **more = realloc(o->dbs, room * sizeof(*more));

		if (more == NULL)
			return -ENOMEM;
		o->dbs = more;
		o->dbs_room = room;
	}
	o->dbs[o->n_dbs++] = db;
	return 0;
}

/* What was made is the snapshot's, also when something went wrong. */
static int
hand_out(struct hg_compiler *c)
{
	int r = 0;

	for (uint32_t i = 0; i < c->n_jobs; i++) {
		struct hg_db_job *job = &c->jobs[i];

		if (job->first == job && job->db != NULL && own(c, job->db) < 0) {
			hs_free_database(job->db);
			r = -ENOMEM;
		} else if (job->first == job && job->db == NULL && r == 0) {
			r = job->why.code;
			if (c->err != NULL)
				*c->err = job->why;
		}
		*job->to = job->first->db;
	}
	return r;
}

int
hg_databases_make(struct hg_compiler *c)
{
	struct crew *crew = calloc(1, sizeof(*crew));
	struct hg_db_job **todo = calloc(c->n_jobs + 1u, sizeof(*todo));
	int r = -ENOMEM;

	if (crew != NULL && todo != NULL) {
		crew->c = c;
		crew->todo = todo;
		crew->n = sort_out(c, todo);
		while (crew->n_large < crew->n && todo[crew->n_large]->literals.n >= LARGE)
			crew->n_large++;
		atomic_store(&crew->next, crew->n_large);
		run_crew(crew);
		r = hand_out(c);
		if (c->config->cache != NULL)
			hg_cache_tidy(c->config->cache, c->config->cache_size);
	}
	free(todo);
	free(crew);
	return r;
}
