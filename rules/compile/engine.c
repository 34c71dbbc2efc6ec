#include "rules/compile/compile_int.h"

#include <errno.h>
#include <stdlib.h>

#define ENGINES_MAX 32

static bool
same_transforms(const struct hg_input *in, const struct hg_entry_list *l)
{
	if (in->n_transforms != l->n_transforms)
		return false;
	for (unsigned i = 0; i < l->n_transforms; i++)
		if (in->transforms[i].op != l->transforms[i].op ||
			in->transforms[i].code != l->transforms[i].code ||
			!hg_span_eq(in->transforms[i].key, l->transforms[i].key))
			return false;
	return true;
}

/* The input for a row in one direction with the list's transforms: found or made. */
static int
input_for(struct hg_compiler *c, const struct hg_catalog_proto *p, unsigned row, enum hg_dir dir,
	const struct hg_entry_list *l)
{
	const struct hg_buffer_row *b = &p->buffers[row];

	for (uint32_t i = 0; i < c->n_inputs; i++)
		if (c->inputs[i].buffer == p->buffer_base + row && c->inputs[i].dir == dir &&
			same_transforms(&c->inputs[i], l))
			return (int)i;
	if (c->n_inputs == c->inputs_room) {
		uint32_t room = c->inputs_room == 0 ? 64 : c->inputs_room * 2;
		struct hg_input *more = realloc(c->inputs, room * sizeof(*more));

		if (more == NULL || room > UINT16_MAX)
			return -ENOMEM;
		c->inputs = more;
		c->inputs_room = room;
	}
	c->inputs[c->n_inputs] = (struct hg_input){ .buffer = (uint16_t)(p->buffer_base + row),
		.dir = dir,
		.progress = b->progress[dir],
		.proto = p->proto,
		.row = (uint8_t)row,
		.flags = b->flags,
		.n_transforms = l->n_transforms,
		.transforms = l->transforms };
	return (int)c->n_inputs++;
}

struct making {
	struct hg_compiler *c;
	struct hg_entry *e;
	struct hg_engine engines[ENGINES_MAX];
	unsigned n;
	uint64_t protos; /* those that have every buffer of the rule */
};

static int
add(struct making *m, struct hg_engine engine)
{
	if (m->n == ENGINES_MAX)
		return -ENOSPC;
	m->engines[m->n++] = engine;
	return 0;
}

static bool
wanted_proto(const struct making *m, uint8_t proto)
{
	return m->protos & HG_PROTO_BIT(proto);
}

static uint8_t
wanted_sides(const struct hg_entry *e)
{
	return e->rule.sides == 0 ? HG_SIDE_BOTH : e->rule.sides;
}

/* Of a file as a whole, not of what it is called or holds. */
static bool
is_of_file(const char *buffer)
{
	static const char *const names[] = { "filesize", "file.md5", "file.sha1", "file.sha256", "file.sm3" };

	for (unsigned i = 0; i < HG_COUNT(names); i++)
		if (strcmp(buffer, names[i]) == 0)
			return true;
	return false;
}

/* Every protocol that has a buffer of the name. */
static int
add_list(struct making *m, const struct hg_entry_list *l)
{
	const struct hg_catalog *catalog = m->c->config->catalog;
	unsigned found = 0;

	for (unsigned i = 0; i < catalog->n_protos; i++) {
		const struct hg_catalog_proto *p = &catalog->protos[i];

		if (!wanted_proto(m, p->proto) || !(m->c->config->protos_enabled & HG_PROTO_BIT(p->proto)))
			continue;
		for (unsigned row = 0; row < p->n_buffers; row++) {
			const struct hg_buffer_row *b = &p->buffers[row];

			if (strcmp(b->name, l->buffer) != 0)
				continue;
			for (unsigned dir = 0; dir < HG_DIRS; dir++) {
				struct hg_engine engine = { .kind = HG_ENGINE_BUFFER,
					.dir = (uint8_t)dir,
					.progress = b->progress[dir],
					.proto = p->proto,
					.prog = l->prog };
				int input, r;

				engine.of_file = is_of_file(l->buffer);
				engine.absent = hg_prog_has(&l->prog, HG_OP_ABSENT);
				if (!(b->sides & wanted_sides(m->e) & 1 << dir))
					continue;
				input = input_for(m->c, p, row, dir, l);
				if (input < 0)
					return input;
				engine.input = (uint16_t)input;
				r = add(m, engine);
				if (r < 0)
					return r;
				found++;
			}
		}
	}
	return found > 0 ? 0 : -ENOENT;
}

/* filestore: in each direction of each protocol with files; what is stored may go another way than what matched. */
static int
add_files(struct making *m)
{
	const struct hg_catalog *catalog = m->c->config->catalog;
	int r = 0;

	for (unsigned i = 0; i < catalog->n_protos; i++) {
		const struct hg_catalog_proto *p = &catalog->protos[i];

		for (unsigned row = 0; row < p->n_buffers && wanted_proto(m, p->proto); row++) {
			const struct hg_buffer_row *b = &p->buffers[row];

			for (unsigned dir = 0; strcmp(b->name, "file.name") == 0 && dir < HG_DIRS && r == 0;
				dir++) {
				if (!(b->sides & wanted_sides(m->e) & 1 << dir))
					continue;
				m->c->snapshot->stores[dir] |= HG_PROTO_BIT(p->proto);
				r = add(m,
					(struct hg_engine){ .kind = HG_ENGINE_FILE,
						.dir = (uint8_t)dir,
						.progress = b->progress[dir],
						.proto = p->proto,
						.of_file = true });
			}
		}
	}
	return r;
}

/* Files that a rule may have stored beside those that it looks at. */
static void
note_stored(struct hg_compiler *c, const struct making *m)
{
	const struct hg_rule *r = &m->e->rule;

	for (unsigned i = 0; i < r->n_posts; i++)
		for (unsigned dir = 0; r->posts[i].op == HG_POST_STORE && dir < HG_DIRS; dir++)
			if (r->posts[i].id & 1 << dir &&
				!hg_as_peer(c->config->suricata7, HG_DIFF_APP_STORED_SIDES))
				c->snapshot->stores[dir] |= m->protos;
}

static int
add_anomalies(struct making *m)
{
	int r = 0;

	for (unsigned i = 0; i < m->e->n_anomalies && r == 0; i++)
		for (unsigned dir = 0; dir < HG_DIRS && r == 0; dir++)
			if (wanted_sides(m->e) & 1 << dir)
				r = add(m,
					(struct hg_engine){ .kind = HG_ENGINE_ANOMALY,
						.dir = (uint8_t)dir,
						.proto = m->e->anomalies[i].proto,
						.anomaly = m->e->anomalies[i].row });
	return r;
}

static int
add_raw(struct making *m)
{
	int r = 0;

	for (unsigned dir = 0; dir < HG_DIRS && r == 0; dir++)
		if (m->e->rule.sides & 1 << dir)
			r = add(m,
				(struct hg_engine){ .kind = HG_ENGINE_STREAM,
					.dir = (uint8_t)dir,
					.proto = HG_PROTO_UNKNOWN,
					.prog = m->e->rule.payload });
	return r;
}

/* Where a buffer of the name stands: sides and protocols. */
static void
find_rows(const struct making *m, const char *name, uint8_t *sides, uint64_t *protos)
{
	const struct hg_catalog *catalog = m->c->config->catalog;

	*sides = 0;
	*protos = 0;
	for (unsigned k = 0; k < catalog->n_protos; k++) {
		const struct hg_catalog_proto *p = &catalog->protos[k];

		for (unsigned row = 0; row < p->n_buffers && wanted_proto(m, p->proto); row++) {
			if (strcmp(p->buffers[row].name, name) == 0) {
				*sides |= p->buffers[row].sides;
				*protos |= HG_PROTO_BIT(p->proto);
			}
		}
	}
}

/* A buffer that only one direction has gives the rule its direction; two that exclude each other are an error. */
static int
settle(struct making *m, struct hg_error *err)
{
	uint8_t common = HG_SIDE_BOTH;

	m->protos = m->c->config->protos_enabled;
	if (m->e->rule.protos != 0)
		m->protos &= m->e->rule.protos;
	for (unsigned i = 0; i < m->e->n_lists; i++) {
		uint64_t protos;
		uint8_t sides;

		if (m->e->lists[i].buffer == NULL)
			continue;
		find_rows(m, m->e->lists[i].buffer, &sides, &protos);
		if (protos == 0)
			return hg_error_set(err, -ENOENT,
				"no protocol of this rule has buffer '%s' together with the others",
				m->e->lists[i].buffer);
		common &= sides;
		m->protos &= protos;
	}
	if (m->e->stores) {
		uint64_t protos;
		uint8_t sides;

		find_rows(m, "file.name", &sides, &protos);
		m->protos &= protos;
	}
	if ((common & wanted_sides(m->e)) == 0)
		return hg_error_set(err, -EINVAL,
			"the rule's buffers are never there in one direction together; split the rule");
	if (m->e->rule.sides == 0 && common != HG_SIDE_BOTH)
		m->e->rule.sides = common;
	return 0;
}

/* A body is looked at as it grows, while its head has passed the raw windows: such rules get both together (1.4). */
static bool
needs_flush(const struct hg_entry *e)
{
	for (unsigned i = 0; i < e->n_lists; i++)
		if (e->lists[i].buffer != NULL &&
			(strcmp(e->lists[i].buffer, "file.data") == 0 ||
				strcmp(e->lists[i].buffer, "http.request_body") == 0))
			return true;
	return false;
}

int
hg_engines_make(struct hg_compiler *c, struct hg_entry *e, struct hg_error *err)
{
	struct making m = { .c = c, .e = e };
	int r = settle(&m, err);

	if (r < 0)
		return r;
	for (unsigned i = 0; i < e->n_lists; i++) {
		if (e->lists[i].buffer == NULL) {
			e->rule.payload = e->lists[i].prog;
			e->rule.flags |= HG_RF_PAYLOAD;
			continue;
		}
		r = add_list(&m, &e->lists[i]);
		if (r == -ENOENT)
			return hg_error_set(err, -ENOENT,
				"buffer '%s' is not there for this rule's protocol and direction",
				e->lists[i].buffer);
		if (r < 0)
			return hg_error_set(err, r, "the rule looks into more than %d buffers", ENGINES_MAX);
	}
	if (add_anomalies(&m) < 0 || (e->stores && add_files(&m) < 0))
		return hg_error_set(err, -ENOSPC, "the rule looks into more than %d buffers", ENGINES_MAX);
	note_stored(c, &m);
	for (unsigned i = 0; i < m.n; i++)
		if (m.engines[i].of_file)
			e->rule.flags |= HG_RF_FILES;
	if (e->rule.sides == 0)
		e->rule.sides = HG_SIDE_BOTH;
	if (m.n > 0 && e->rule.payload.n > 0 && add_raw(&m) < 0)
		return hg_error_set(err, -ENOSPC, "the rule looks into more than %d buffers", ENGINES_MAX);
	if (m.n > 0 && e->rule.payload.n > 0 && needs_flush(e)) {
		e->rule.flags |= HG_RF_FLUSH;
		c->snapshot->flush = true;
	}
	e->rule.n_engines = (uint8_t)m.n;
	e->rule.engines = hg_store_copy(c->store, m.engines, m.n * sizeof(*m.engines));
	return e->rule.engines == NULL ? hg_error_set(err, -ENOMEM, "no memory for rules") : 0;
}

static unsigned
place_of(const struct hg_engine *e)
{
	if (e->fast)
		return 0;
	return e->kind == HG_ENGINE_STREAM ? UINT8_MAX + 2u : e->progress + 1u;
}

void
hg_engines_order(struct hg_entry *e, const struct hg_prog *fast)
{
	struct hg_engine *engines = (struct hg_engine *)(uintptr_t)e->rule.engines;

	for (unsigned i = 0; i < e->rule.n_engines; i++) {
		struct hg_engine engine = engines[i];
		unsigned at = i;

		engine.fast =
			fast != NULL && engine.kind != HG_ENGINE_ANOMALY && engine.prog.ins == fast->ins;
		for (; at > 0 && place_of(&engines[at - 1]) > place_of(&engine); at--)
			engines[at] = engines[at - 1];
		engines[at] = engine;
	}
}
