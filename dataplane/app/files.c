/* Files of a transaction as values of buffers, for every decoder whose messages carry several. */
#include "app/app_int.h"

bool
hg_tx_file_view(
	const struct hg_tx *tx, enum hg_dir dir, uint32_t index, bool eof, bool at_once, struct hg_view *out)
{
	for (struct hg_file *f = tx->files; f != NULL; f = f->next)
		if (f->dir == dir && hg_body_view(&f->body, eof, at_once, out) && index-- == 0)
			return true;
	return false;
}

bool
hg_tx_file_name(const struct hg_tx *tx, enum hg_dir dir, uint32_t index, struct hg_view *out)
{
	for (const struct hg_file *f = tx->files; f != NULL; f = f->next) {
		if (f->dir == dir && index-- == 0) {
			*out = (struct hg_view){ f->name, 0, true };
			return true;
		}
	}
	return false;
}

void
hg_tx_files_inspected(struct hg_tx *tx, enum hg_dir dir)
{
	for (struct hg_file *f = tx->files; f != NULL; f = f->next)
		if (f->dir == dir)
			hg_body_inspected(&f->body);
}

bool
hg_tx_file_size(const struct hg_tx *tx, enum hg_dir dir, uint32_t index, struct hg_view *out)
{
	for (const struct hg_file *f = tx->files; f != NULL; f = f->next)
		if (f->dir == dir && hg_file_size(f, out) && index-- == 0)
			return true;
	return false;
}

bool
hg_tx_file_digest(const struct hg_tx *tx, enum hg_dir dir, unsigned hash, uint32_t index, struct hg_view *out)
{
	for (const struct hg_file *f = tx->files; f != NULL; f = f->next)
		if (f->dir == dir && hg_file_digest(f, hash, out) && index-- == 0)
			return true;
	return false;
}
