// SPDX-License-Identifier: GPL-2.0
/* main() of a target without libFuzzer: each file named is one input. */
#include "fuzz.h"

#define MAX_INPUT 65536

int main(int argc, char **argv)
{
	static u8 data[MAX_INPUT];
	int i;

	for (i = 1; i < argc; i++) {
		FILE *f = fopen(argv[i], "rb");
		u8 *exact;
		size_t n;

		if (!f) {
			perror(argv[i]);
			return 1;
		}
		n = fread(data, 1, sizeof(data), f);
		fclose(f);
		/* An allocation of the exact size, so that ASan catches a read past the end. */
		exact = malloc(n ? n : 1);
		memcpy(exact, data, n);
		LLVMFuzzerTestOneInput(exact, n);
		free(exact);
	}
	return 0;
}
