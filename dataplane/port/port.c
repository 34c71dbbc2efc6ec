#include "port/port_int.h"

#include <errno.h>

int
hg_port_receive(struct hg_port *p, struct hg_frame *frames, unsigned max, struct hg_error *err)
{
	return p->ops->receive(p, frames, max, err);
}

void
hg_port_release(struct hg_port *p, const struct hg_frame *frames, unsigned n)
{
	if (p->ops->release != NULL)
		p->ops->release(p, frames, n);
}

bool
hg_port_send(struct hg_port *p, const struct hg_frame *cause, bool back, struct hg_span bytes)
{
	return p->ops->send != NULL && p->ops->send(p, cause, back, bytes);
}

int
hg_port_wait(struct hg_port *p, int also, uint64_t ns)
{
	return p->ops->wait == NULL ? -ENOTSUP : p->ops->wait(p, also, ns);
}

bool
hg_port_crowded(const struct hg_port *p)
{
	return p->ops->crowded != NULL && p->ops->crowded(p);
}

const char *
hg_port_warning(const struct hg_port *p)
{
	return p->ops->warning == NULL ? NULL : p->ops->warning(p);
}

void
hg_port_progress(const struct hg_port *p, uint64_t *done, uint64_t *total)
{
	*done = *total = 0;
	if (p->ops->progress != NULL)
		p->ops->progress(p, done, total);
}

void
hg_port_close(struct hg_port *p)
{
	if (p != NULL)
		p->ops->close(p);
}
