#include "engine/framing.h"

ssize_t
hg_framing_find(struct hg_framing *f, struct hg_span in)
{
	while (f->at < in.len) {
		const uint8_t c = in.p[f->at++];

		if (f->text) {
			f->text = f->escaped || c != '"';
			f->escaped = !f->escaped && c == '\\';
		} else if (c == '{' || c == '[') {
			f->depth++;
		} else if (f->depth == 0) {
			if (c != ' ' && c != '\t' && c != '\r' && c != '\n')
				return -1;
		} else if (c == '"') {
			f->text = true;
		} else if ((c == '}' || c == ']') && --f->depth == 0) {
			const size_t end = f->at;

			f->at = 0;
			return (ssize_t)end;
		}
	}
	return 0;
}
