/* screen: one line of characters that is edited: what a terminal shows of a server's output, and what a client types.
 *
 * A cell holds a character of UTF-8 packed into four bytes; a wide one takes two cells of a screen, so that the backspaces
 * that a server sends over it fit. Bytes that are not UTF-8 take a cell each, which is right for GBK. Cells come from hg_mem and
 * grow up to HG_TELNET_CELLS; what is past them is not kept.
 */
#ifndef HG_APP_TELNET_SCREEN_H
#define HG_APP_TELNET_SCREEN_H

#include "base/mem.h"
#include "base/span.h"

#define HG_TELNET_CELLS 4096u

struct hg_telnet_line {
	uint32_t *cells;
	uint32_t room, len, at; /* at: where the next character goes */
	uint16_t row, next_row,
		next_column; /* of a screen: where it says it stands, and goes with the end of the line */
	uint8_t part[4], part_len, part_want;
	bool wide; /* of a screen */
	bool cut;
};

enum { HG_KEY_CTRL_A = 1, HG_KEY_CTRL_B, HG_KEY_CTRL_C, HG_KEY_CTRL_D, HG_KEY_CTRL_E, HG_KEY_CTRL_F };

void hg_telnet_line_fini(struct hg_telnet_line *l, struct hg_mem *mem);
void hg_telnet_line_clear(struct hg_telnet_line *l);
void hg_telnet_line_put(struct hg_telnet_line *l, struct hg_mem *mem, uint8_t c);
void hg_telnet_line_insert(struct hg_telnet_line *l, struct hg_mem *mem, uint32_t n); /* blank cells */
void hg_telnet_line_delete(struct hg_telnet_line *l, uint32_t from, uint32_t n);
/* The characters from a cell on, as far as `to` has room. */
size_t hg_telnet_line_text(const struct hg_telnet_line *l, uint32_t from, uint8_t *to, size_t size);

/* Escape sequences (ECMA-48), one state a direction. */
struct hg_telnet_escape {
	uint8_t phase, n;
	bool private_;
	uint16_t param[2];
};

/* Takes a byte; true: it belongs to a sequence. *final: its last byte when it is a control sequence that has ended here, else 0. */
bool hg_telnet_escape(struct hg_telnet_escape *e, uint8_t c, uint8_t *final);

/* A byte of output. columns: of the terminal, 0: not known. *whole: a program has taken the whole screen. True: the line is over,
 * its text is still there, and hg_telnet_next_line is to follow. */
bool hg_telnet_show(struct hg_telnet_line *l, struct hg_telnet_escape *e, struct hg_mem *mem,
	uint16_t columns, uint8_t c, bool *whole);

void hg_telnet_next_line(struct hg_telnet_line *l);

/* A key; control characters edit as terminals' drivers and shells do it. */
void hg_telnet_key(struct hg_telnet_line *l, struct hg_telnet_escape *e, struct hg_mem *mem, uint8_t c);
void hg_telnet_erase_character(struct hg_telnet_line *l);

#endif
