/* libcrypto: memory for OpenSSL, which asks for a little whenever a digest begins.
 *
 * Small blocks come back to a list of their thread and are handed out from there again, so that nothing reaches the heap once a
 * worker is warm. Call it first of all: OpenSSL takes an allocator only before its first block.
 */
#ifndef HG_ENGINE_LIBCRYPTO_H
#define HG_ENGINE_LIBCRYPTO_H

void hg_libcrypto_init(void);

#endif
