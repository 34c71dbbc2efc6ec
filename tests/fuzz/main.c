/* main: runs a target without libFuzzer.
 *
 * usage: fuzz_NAME [--damage N] FILE...      every file, and N damaged copies of each, always the same ones
 */
#include "fuzz.h"

#define MAX (256 * 1024)

static uint8_t seed[MAX], damaged[MAX];

static uint64_t
next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static size_t
damage(size_t n, uint64_t *state)
{
	memcpy(damaged, seed, n);
	for (uint64_t i = next(state) % 8 + 1; i > 0 && n > 0; i--) {
		size_t at = next(state) % n, len = next(state) % (n - at) % 64;

		switch (next(state) % 5) {
		case 0:
			damaged[at] ^= (uint8_t)(1u << next(state) % 8);
			break;
		case 1:
			damaged[at] = (uint8_t)next(state);
			break;
		case 2:
			n = at;
			break;
		case 3:
			memmove(damaged + at, damaged + at + len, n - at - len);
			n -= len;
			break;
		default:
			len = len < MAX - n ? len : MAX - n;
			memmove(damaged + at + len, damaged + at, n - at);
			n += len;
		}
	}
	return n;
}

int
main(int argc, char **argv)
{
	unsigned long copies = 0;
	uint64_t state = UINT64_C(0x9e3779b97f4a7c15);
	int i = 1;

	if (argc > 2 && strcmp(argv[1], "--damage") == 0) {
		copies = strtoul(argv[2], NULL, 10);
		i = 3;
	}
	for (; i < argc; i++) {
		FILE *in = fopen(argv[i], "rb");
		size_t n = in == NULL ? 0 : fread(seed, 1, MAX, in);

		fuzz_require(in != NULL, "%s cannot be opened", argv[i]);
		fclose(in);
		LLVMFuzzerTestOneInput(seed, n);
		for (unsigned long k = 0; k < copies; k++)
			LLVMFuzzerTestOneInput(damaged, damage(n, &state));
	}
	return 0;
}
