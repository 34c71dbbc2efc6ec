#include <endian.h>
#include <errno.h>

#include "base/region.h"
#include "base/start.h"
#include "block/block_int.h"

/* Of the first so many bits, as they stand in memory. */
static uint64_t
first_bits(unsigned bits)
{
	return bits == 0 ? 0 : htobe64(UINT64_MAX << (64 - HG_MIN(bits, 64u)));
}

void
hg_block_mask(struct hg_addr *a, unsigned bits)
{
	a->d[0] &= first_bits(bits);
	a->d[1] &= first_bits(bits > 64 ? bits - 64 : 0);
}

void
hg_block_canonical(struct hg_block_match *m)
{
	int order;

	if (m->proto == 0) {
		hg_block_mask(&m->a, m->bits);
		return;
	}
	order = memcmp(&m->a, &m->b, sizeof(m->a));
	if (order > 0 || (order == 0 && m->port_a > m->port_b)) {
		const struct hg_addr a = m->a;
		const uint16_t port = m->port_a;

		m->a = m->b;
		m->port_a = m->port_b;
		m->b = a;
		m->port_b = port;
	}
}

uint32_t
hg_block_hash(const struct hg_block *b, const struct hg_block_match *m)
{
	/* Addresses alone end before the second. */
	const size_t len = m->proto == 0 ? offsetof(struct hg_block_match, b) : sizeof(*m);

	return (uint32_t)hg_hash(&b->key, m, len) | 1u << 31;
}

int
hg_block_open(struct hg_block **ret, uint32_t capacity, const struct hg_hash_key *key, struct hg_error *err)
{
	struct hg_block *b = hg_start_take(sizeof(*b));
	uint64_t slots = 1024;

	if (b == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for the block table");
	while (slots < 2 * (uint64_t)capacity)
		slots *= 2;
	b->key = *key;
	b->generation = 1;
	b->capacity = capacity;
	b->mask = (uint32_t)(slots - 1);
	b->slots_size = slots * sizeof(*b->slots);
	b->entries_size = capacity * sizeof(*b->entries);
	b->slots = hg_region_map(b->slots_size);
	b->entries = hg_region_map(b->entries_size);
	if (b->slots == NULL || b->entries == NULL) {
		hg_block_close(b);
		return hg_error_set(
			err, -ENOMEM, "no memory for a block table of %u entries; lower block.max", capacity);
	}
	*ret = b;
	return 0;
}

void
hg_block_close(struct hg_block *b)
{
	if (b == NULL)
		return;
	if (b->slots != NULL)
		hg_region_unmap(b->slots, b->slots_size);
	if (b->entries != NULL)
		hg_region_unmap(b->entries, b->entries_size);
	hg_start_give(b);
}

/* The form of a match, made when there is none yet; HG_BLOCK_FORMS: there is no room for one more. */
static unsigned
form_of(struct hg_block *b, const struct hg_block_match *m)
{
	unsigned unused = HG_BLOCK_FORMS;

	for (unsigned i = 0; i < HG_BLOCK_FORMS; i++) {
		const struct hg_block_form *f = &b->forms[i];

		if (f->entries == 0)
			unused = HG_MIN(unused, i);
		else if (f->family == m->family && f->bits == m->bits && f->scope == m->scope &&
			f->tuple == (m->proto != 0))
			return i;
	}
	if (unused < HG_BLOCK_FORMS) {
		b->forms[unused] = (struct hg_block_form){ m->family, m->bits, m->scope, m->proto != 0, 0 };
		b->n_forms = HG_MAX(b->n_forms, unused + 1);
	}
	return unused;
}

/* Each flow asks once more. */
static void
begin_generation(struct hg_block *b)
{
	b->generation += b->generation == UINT32_MAX ? 2 : 1;
}

static void
enter_form(struct hg_block *b, unsigned form)
{
	b->forms[form].entries++;
	b->scoped += b->forms[form].scope != HG_BLOCK_ALL;
	b->count++;
}

static void
leave_form(struct hg_block *b, unsigned form)
{
	b->count--;
	b->scoped -= b->forms[form].scope != HG_BLOCK_ALL;
	b->forms[form].entries--;
	while (b->n_forms > 0 && b->forms[b->n_forms - 1].entries == 0)
		b->n_forms--;
}

static uint32_t
slot_of(const struct hg_block *b, const struct hg_block_entry *e, uint32_t number)
{
	uint32_t i = e->hash & b->mask;

	while (b->slots[i].number1 != number + 1)
		i = (i + 1) & b->mask;
	return i;
}

/* Those behind a freed slot that would no longer be found move up. */
static void
free_slot(struct hg_block *b, uint32_t hole)
{
	for (uint32_t i = (hole + 1) & b->mask; b->slots[i].number1 != 0; i = (i + 1) & b->mask) {
		const uint32_t home = b->slots[i].hash & b->mask;

		if (((i - home) & b->mask) < ((i - hole) & b->mask))
			continue;
		b->slots[hole] = b->slots[i];
		hole = i;
	}
	b->slots[hole] = (struct hg_block_slot){ 0 };
}

void
hg_block_drop(struct hg_block *b, uint32_t number)
{
	struct hg_block_entry *e = &b->entries[number];

	if (e->hash == 0)
		return;
	free_slot(b, slot_of(b, e, number));
	leave_form(b, e->form);
	e->hash = 0;
}

bool
hg_block_put(struct hg_block *b, uint32_t number, const struct hg_block_match *m, hg_time until)
{
	struct hg_block_entry *e = &b->entries[number];
	unsigned form;
	uint32_t i;

	hg_block_drop(b, number);
	form = form_of(b, m);
	if (form == HG_BLOCK_FORMS)
		return false;
	*e = (struct hg_block_entry){
		.match = *m, .until = until, .hash = hg_block_hash(b, m), .form = (uint16_t)form
	};
	enter_form(b, form);
	begin_generation(b);
	for (i = e->hash & b->mask; b->slots[i].number1 != 0;)
		i = (i + 1) & b->mask;
	b->slots[i] = (struct hg_block_slot){ e->hash, number + 1 };
	return true;
}

void
hg_block_until(struct hg_block *b, uint32_t number, hg_time until)
{
	b->entries[number].until = until;
	begin_generation(b);
}

uint32_t
hg_block_seek(const struct hg_block *b, const struct hg_block_match *m, uint32_t hash)
{
	for (uint32_t i = hash & b->mask; b->slots[i].number1 != 0; i = (i + 1) & b->mask)
		if (b->slots[i].hash == hash &&
			memcmp(&b->entries[b->slots[i].number1 - 1].match, m, sizeof(*m)) == 0)
			return b->slots[i].number1 - 1;
	return HG_BLOCK_NONE;
}

uint32_t
hg_block_find(const struct hg_block *b, const struct hg_block_match *m)
{
	return hg_block_seek(b, m, hg_block_hash(b, m));
}

uint32_t
hg_block_count(const struct hg_block *b)
{
	return b->count;
}

uint64_t
hg_block_hits(const struct hg_block *b, uint32_t number)
{
	return atomic_load_explicit(&b->entries[number].hits, memory_order_relaxed);
}

uint64_t
hg_block_all_hits(const struct hg_block *b)
{
	return atomic_load_explicit(&b->hits, memory_order_relaxed);
}
