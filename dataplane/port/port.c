#include "port/port_int.h"

int
hg_port_receive(struct hg_port *p, struct hg_frame *frames, unsigned max, struct hg_error *err)
{
	return p->ops->receive(p, frames, max, err);
}

const char *
hg_port_warning(const struct hg_port *p)
{
	return p->ops->warning(p);
}

void
hg_port_progress(const struct hg_port *p, uint64_t *done, uint64_t *total)
{
	p->ops->progress(p, done, total);
}

void
hg_port_close(struct hg_port *p)
{
	if (p != NULL)
		p->ops->close(p);
}
