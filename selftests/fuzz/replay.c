// SPDX-License-Identifier: GPL-2.0
/* A target without libFuzzer: each file that is named is one input. */
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
		/* At the end of an allocation, where a read too far is caught. */
		exact = malloc(n ? n : 1);
		memcpy(exact, data, n);
		LLVMFuzzerTestOneInput(exact, n);
		free(exact);
	}
	return 0;
}
