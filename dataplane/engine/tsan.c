/* Reports of the thread sanitizer that concern nothing, in its build alone. */

const char *__tsan_default_suppressions(void);

const char *
__tsan_default_suppressions(void)
{
	/* A thread's cache of a pool goes to the next with its number; the lock between them is in DPDK's library, unseen. */
	return "race:rte_mempool_cache_flush\n";
}
