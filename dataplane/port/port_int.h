/* What a kind of port implements; its own struct begins with struct hg_port. Contracts: port.h. NULL where it has nothing to
 * do. */
#ifndef HG_PORT_PORT_INT_H
#define HG_PORT_PORT_INT_H

#include "port/port.h"

struct hg_port_ops {
	int (*receive)(struct hg_port *p, struct hg_frame *frames, unsigned max, struct hg_error *err);
	void (*release)(struct hg_port *p, const struct hg_frame *frames, unsigned n);
	bool (*send)(struct hg_port *p, const struct hg_frame *cause, bool back, struct hg_span bytes);
	int (*wait)(struct hg_port *p, int also, uint64_t ns);
	bool (*crowded)(const struct hg_port *p);
	const char *(*warning)(const struct hg_port *p);
	void (*progress)(const struct hg_port *p, uint64_t *done, uint64_t *total);
	void (*close)(struct hg_port *p);
};

struct hg_port {
	const struct hg_port_ops *ops;
};

#endif
