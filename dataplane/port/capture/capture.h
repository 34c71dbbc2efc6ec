/* capture: a capture file as a port.
 *
 * pcap (both byte orders; microseconds, nanoseconds, and the "modified" format with 24-byte record headers) and
 * pcapng (several sections and interfaces, packets of all three block types), plain or packed with gzip or zstd;
 * told apart by content, never by name. Reads with read() in blocks of 1 MiB, so pipes work too.
 *
 * What cannot be opened or is no capture is an error of open. A capture that ends in the middle of a record, or has
 * a corrupt one, gives all whole records before it; then it ends, with a warning.
 */
#ifndef HG_PORT_CAPTURE_CAPTURE_H
#define HG_PORT_CAPTURE_CAPTURE_H

#include "port/port.h"

/* On failure -errno (-EBADMSG: no capture), err names the file, *ret is untouched. Uses the heap. */
int hg_capture_open(struct hg_port **ret, const char *path, struct hg_error *err);

#endif
