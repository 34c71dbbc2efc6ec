#include "app/telnet/screen.h"

#include "base/utf8.h"

#define FILLER UINT32_MAX /* second cell of a wide character */
#define FIRST_ROOM 64u

enum { ESC_NONE, ESC_BEGUN, ESC_CSI, ESC_STRING, ESC_STRING_END, ESC_ONE };
enum { BEL = 7, BS = 8, TAB = 9, KILL_END = 11, CR = 13, KILL = 21, WORD = 23, ESCAPE = 27, DEL = 127 };

void
hg_telnet_line_fini(struct hg_telnet_line *l, struct hg_mem *mem)
{
	hg_mem_give(mem, l->cells, l->room * sizeof(*l->cells));
	l->cells = NULL;
	l->room = l->len = l->at = 0;
}

void
hg_telnet_line_clear(struct hg_telnet_line *l)
{
	l->len = l->at = 0;
	l->part_len = 0;
	l->cut = false;
}

static bool
make_room(struct hg_telnet_line *l, struct hg_mem *mem, uint32_t n)
{
	uint32_t room = HG_MAX(l->room, FIRST_ROOM), *cells;

	if (n <= l->room)
		return true;
	while (room < n)
		room *= 2;
	cells = n > HG_TELNET_CELLS ? NULL : hg_mem_take(mem, room * sizeof(*cells));
	if (cells == NULL) {
		l->cut = true;
		return false;
	}
	if (l->len > 0)
		memcpy(cells, l->cells, l->len * sizeof(*cells));
	hg_mem_give(mem, l->cells, l->room * sizeof(*cells));
	l->cells = cells;
	l->room = room;
	return true;
}

/* Up to a place, with blanks. */
static bool
reach(struct hg_telnet_line *l, struct hg_mem *mem, uint32_t end)
{
	if (!make_room(l, mem, end))
		return false;
	while (l->len < end)
		l->cells[l->len++] = ' ';
	return true;
}

static void
set_cell(struct hg_telnet_line *l, struct hg_mem *mem, uint32_t value)
{
	if (reach(l, mem, l->at + 1))
		l->cells[l->at++] = value;
}

/* East Asian wide, as terminals have it: Hangul Jamo, CJK, Hangul, full forms, pictures. */
static bool
is_wide(const uint8_t *p, size_t n)
{
	uint32_t c;

	if (n == 4)
		return p[0] == 0xf0 && (p[1] == 0x9f || p[1] >= 0xa0);
	if (n != 3)
		return false;
	c = (p[0] & 15u) << 12 | (p[1] & 63u) << 6 | (p[2] & 63u);
	return (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) || (c >= 0xac00 && c <= 0xd7a3) ||
		(c >= 0xf900 && c <= 0xfaff) || (c >= 0xfe30 && c <= 0xfe6f) ||
		(c >= 0xff00 && c <= 0xff60) || (c >= 0xffe0 && c <= 0xffe6);
}

static void
put_parts(struct hg_telnet_line *l, struct hg_mem *mem)
{
	for (unsigned i = 0; i < l->part_len; i++)
		set_cell(l, mem, l->part[i]);
	l->part_len = 0;
}

static void
put_character(struct hg_telnet_line *l, struct hg_mem *mem)
{
	uint32_t value = 0;

	for (unsigned i = l->part_len; i-- > 0;)
		value = value << 8 | l->part[i];
	set_cell(l, mem, value);
	if (l->wide && is_wide(l->part, l->part_len))
		set_cell(l, mem, FILLER);
	l->part_len = 0;
}

static uint8_t
length_of(uint8_t lead)
{
	return lead < 0xc2 || lead > 0xf4 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

void
hg_telnet_line_put(struct hg_telnet_line *l, struct hg_mem *mem, uint8_t c)
{
	if (l->part_len > 0 && (c & 0xc0) != 0x80)
		put_parts(l, mem);
	if (l->part_len == 0)
		l->part_want = length_of(c);
	l->part[l->part_len++] = c;
	if (l->part_len < l->part_want)
		return;
	if (hg_utf8_len(hg_span(l->part, l->part_len)) == l->part_len)
		put_character(l, mem);
	else
		put_parts(l, mem);
}

void
hg_telnet_line_insert(struct hg_telnet_line *l, struct hg_mem *mem, uint32_t n)
{
	const uint32_t len = l->len, at = HG_MIN(l->at, len);

	n = HG_MIN(n, HG_TELNET_CELLS);
	if (at == len || !reach(l, mem, len + n))
		return;
	memmove(l->cells + at + n, l->cells + at, (len - at) * sizeof(*l->cells));
	for (uint32_t i = 0; i < n; i++)
		l->cells[at + i] = ' ';
}

void
hg_telnet_line_delete(struct hg_telnet_line *l, uint32_t from, uint32_t n)
{
	if (from >= l->len)
		return;
	n = HG_MIN(n, l->len - from);
	memmove(l->cells + from, l->cells + from + n, (l->len - from - n) * sizeof(*l->cells));
	l->len -= n;
}

size_t
hg_telnet_line_text(const struct hg_telnet_line *l, uint32_t from, uint8_t *to, size_t size)
{
	size_t n = 0;

	for (uint32_t i = from; i < l->len; i++) {
		uint32_t value = l->cells[i];

		if (value == FILLER)
			continue;
		do {
			if (n == size)
				return n;
			to[n++] = (uint8_t)value;
			value >>= 8;
		} while (value != 0);
	}
	for (unsigned i = 0; i < l->part_len && l->at == l->len && n < size; i++)
		to[n++] = l->part[i];
	return n;
}

/* --- escape sequences --- */

static void
take_parameter(struct hg_telnet_escape *e, uint8_t c)
{
	if (c == ';') {
		e->n++;
	} else if (c == '?') {
		e->private_ = true;
	} else if (c >= '0' && c <= '9' && e->n < HG_COUNT(e->param)) {
		const uint32_t v = e->param[e->n] * 10u + (c - (uint32_t)'0');

		e->param[e->n] = (uint16_t)HG_MIN(v, 9999u);
	}
}

static void
begin_sequence(struct hg_telnet_escape *e, uint8_t c)
{
	*e = (struct hg_telnet_escape){ .phase = ESC_NONE };
	if (c == '[')
		e->phase = ESC_CSI;
	else if (c == ']' || c == 'P' || c == '^' || c == '_')
		e->phase = ESC_STRING;
	else if (c == 'O' || (c >= 0x20 && c <= 0x2f))
		e->phase = ESC_ONE;
}

bool
hg_telnet_escape(struct hg_telnet_escape *e, uint8_t c, uint8_t *final)
{
	*final = 0;
	switch (e->phase) {
	case ESC_NONE:
		if (c == ESCAPE)
			e->phase = ESC_BEGUN;
		return c == ESCAPE;
	case ESC_BEGUN:
		begin_sequence(e, c);
		return true;
	case ESC_CSI:
		if (c >= 0x40 && c <= 0x7e) {
			e->phase = ESC_NONE;
			*final = c;
		} else if (c < 0x20) {
			/* Broken off: the control counts. */
			e->phase = ESC_NONE;
			return false;
		} else {
			take_parameter(e, c);
		}
		return true;
	case ESC_STRING:
		e->phase = c == BEL            ? ESC_NONE
			: c == ESCAPE          ? ESC_STRING_END
			: c == CR || c == '\n' ? ESC_NONE
					       : ESC_STRING;
		return c != CR && c != '\n';
	case ESC_STRING_END:
	case ESC_ONE:
		e->phase = ESC_NONE;
		return true;
	}
	return false;
}

/* --- the screen --- */

/* On a line that is longer than the screen is wide, the beginning of the row. */
static uint32_t
row_of(const struct hg_telnet_line *l, uint16_t columns)
{
	return columns == 0 || l->at == 0 ? 0 : (l->at - 1) / columns * columns;
}

static void
move_to(struct hg_telnet_line *l, uint64_t at)
{
	l->at = (uint32_t)HG_MIN(at, (uint64_t)HG_TELNET_CELLS);
}

static void
erase(struct hg_telnet_line *l, unsigned what)
{
	if (what == 0) {
		l->len = HG_MIN(l->len, l->at);
		return;
	}
	for (uint32_t i = 0; i < l->len && (what != 1 || i <= l->at); i++)
		l->cells[i] = ' ';
	if (what >= 2)
		l->len = HG_MIN(l->len, l->at);
}

/* To a place of the screen: within a row it moves, another row is another line. */
static bool
go_to(struct hg_telnet_line *l, const struct hg_telnet_escape *e)
{
	const uint16_t row = HG_MAX(e->param[0], 1), column = HG_MAX(e->param[1], 1);

	l->next_row = row;
	l->next_column = (uint16_t)(column - 1);
	if (row != l->row)
		return true;
	move_to(l, column - 1u);
	return false;
}

/* True: another line begins. */
static bool
control(struct hg_telnet_line *l, const struct hg_telnet_escape *e, struct hg_mem *mem, uint16_t columns,
	uint8_t final)
{
	const uint32_t n = e->param[0] == 0 ? 1 : e->param[0];

	switch (final) {
	case 'A':
		move_to(l, columns == 0 || l->at < n * columns ? l->at : l->at - n * columns);
		break;
	case 'B':
		move_to(l, (uint64_t)l->at + n * columns);
		break;
	case 'C':
		move_to(l, (uint64_t)l->at + n);
		break;
	case 'D':
		move_to(l, l->at < n ? 0 : l->at - n);
		break;
	case 'G':
		move_to(l, (uint64_t)row_of(l, columns) + n - 1);
		break;
	case 'H':
	case 'f':
		return go_to(l, e);
	case 'J':
	case 'K':
		erase(l, e->param[0]);
		break;
	case 'P':
		hg_telnet_line_delete(l, l->at, n);
		break;
	case '@':
		hg_telnet_line_insert(l, mem, n);
		break;
	default:
		break;
	}
	return false;
}

void
hg_telnet_next_line(struct hg_telnet_line *l)
{
	hg_telnet_line_clear(l);
	l->row = l->next_row;
	l->at = l->next_column;
}

bool
hg_telnet_show(struct hg_telnet_line *l, struct hg_telnet_escape *e, struct hg_mem *mem, uint16_t columns,
	uint8_t c, bool *whole)
{
	uint8_t final;

	if (hg_telnet_escape(e, c, &final)) {
		if (e->private_ && (e->param[0] == 1049 || e->param[0] == 47 || e->param[0] == 1047))
			*whole = final == 0 ? *whole : final == 'h';
		return final != 0 && !e->private_ && control(l, e, mem, columns, final);
	}
	if (c >= 0x20 && c != DEL) {
		hg_telnet_line_put(l, mem, c);
		return false;
	}
	if (l->part_len > 0)
		put_parts(l, mem);
	if (c == '\n') {
		l->next_row = (uint16_t)(l->row == 0 ? 0 : l->row + 1);
		l->next_column = 0;
		return true;
	}
	if (c == BS && l->at > 0)
		l->at--;
	else if (c == CR)
		l->at = row_of(l, columns);
	else if (c == TAB)
		move_to(l, (l->at | 7) + 1);
	return false;
}

/* --- keys --- */

void
hg_telnet_erase_character(struct hg_telnet_line *l)
{
	if (l->part_len > 0) {
		l->part_len = 0;
	} else if (l->at > 0) {
		l->at = HG_MIN(l->at, l->len);
		if (l->at > 0)
			hg_telnet_line_delete(l, --l->at, 1);
	}
}

static void
erase_word(struct hg_telnet_line *l)
{
	const uint32_t end = HG_MIN(l->at, l->len);
	uint32_t from = end;

	while (from > 0 && l->cells[from - 1] == ' ')
		from--;
	while (from > 0 && l->cells[from - 1] != ' ')
		from--;
	hg_telnet_line_delete(l, from, end - from);
	l->at = from;
}

static void
move(struct hg_telnet_line *l, const struct hg_telnet_escape *e, uint8_t final)
{
	if (final == 'C' && l->at < l->len)
		l->at++;
	else if (final == 'D' && l->at > 0)
		l->at--;
	else if (final == 'H')
		l->at = 0;
	else if (final == 'F')
		l->at = l->len;
	else if (final == '~' && e->param[0] == 3)
		hg_telnet_line_delete(l, l->at, 1);
}

static void
edit(struct hg_telnet_line *l, uint8_t c)
{
	static const struct hg_telnet_escape none;

	l->part_len = 0;
	switch (c) {
	case BS:
	case DEL:
		hg_telnet_erase_character(l);
		break;
	case KILL:
		hg_telnet_line_clear(l);
		break;
	case KILL_END:
		l->len = HG_MIN(l->len, l->at);
		break;
	case WORD:
		erase_word(l);
		break;
	case HG_KEY_CTRL_A:
	case HG_KEY_CTRL_E:
		move(l, &none, c == HG_KEY_CTRL_A ? 'H' : 'F');
		break;
	case HG_KEY_CTRL_B:
	case HG_KEY_CTRL_F:
		move(l, &none, c == HG_KEY_CTRL_B ? 'D' : 'C');
		break;
	default:
		break;
	}
}

void
hg_telnet_key(struct hg_telnet_line *l, struct hg_telnet_escape *e, struct hg_mem *mem, uint8_t c)
{
	uint8_t final;

	if (hg_telnet_escape(e, c, &final)) {
		if (final != 0)
			move(l, e, final);
		return;
	}
	if (c < 0x20 || c == DEL) {
		edit(l, c);
		return;
	}
	/* Keys go in between: only at a whole character, and never over one. */
	if (l->part_len == 0 && l->at < l->len)
		hg_telnet_line_insert(l, mem, 1);
	hg_telnet_line_put(l, mem, c);
}
