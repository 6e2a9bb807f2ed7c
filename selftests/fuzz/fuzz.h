/* SPDX-License-Identifier: GPL-2.0 */
/* What targets share; see README. */
#ifndef LPAR_FUZZ_H
#define LPAR_FUZZ_H

#include <stdlib.h>

#include "pure.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

#define FUZZ_CHECK(cond, ...) do {					\
	if (!(cond)) {							\
		fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, #cond); \
		fprintf(stderr, __VA_ARGS__);				\
		fputc('\n', stderr);					\
		abort();						\
	}								\
} while (0)

#define FUZZ_EQ(got, want, what) do {					\
	u64 got_ = (u64)(got), want_ = (u64)(want);			\
									\
	FUZZ_CHECK(got_ == want_, "%s: %llx, not %llx", what, got_, want_); \
} while (0)

/*
 * The input as a stream of choices. When it is used up, every choice is 0. Not two choices in
 * the arguments of one call: compilers differ in the order in which they evaluate these.
 */
static struct {
	const u8 *at;
	size_t left;
} fuzz_input __maybe_unused;

static inline void fuzz_start(const u8 *data, size_t size)
{
	fuzz_input.at = data;
	fuzz_input.left = size;
}

static inline bool fuzz_more(void)
{
	return fuzz_input.left;
}

static inline u8 fuzz_byte(void)
{
	if (!fuzz_input.left)
		return 0;
	fuzz_input.left--;
	return *fuzz_input.at++;
}

/* @n bytes, little endian */
static inline u64 fuzz_bytes(unsigned int n)
{
	unsigned int i;
	u64 val = 0;

	for (i = 0; i < n; i++)
		val |= (u64)fuzz_byte() << 8 * i;
	return val;
}

/* 0 to @n - 1 */
static inline u32 fuzz_below(u32 n)
{
	return fuzz_bytes(n <= 0x100 ? 1 : n <= 0x10000 ? 2 : 4) % n;
}

static inline bool fuzz_flip(void)
{
	return fuzz_byte() & 1;
}

/* True once in @n times, for what should be rare. */
static inline bool fuzz_rarely(u32 n)
{
	return fuzz_below(n) == n - 1;
}

/* Any number; those near to 0, to powers of two and to the maximum are likely. */
static inline u64 fuzz_number(void)
{
	u8 kind = fuzz_byte();

	switch (kind >> 6) {
	case 0:
		return kind & 0x3f;
	case 1:
		return BIT_ULL(kind & 0x3f) - (s8)fuzz_byte();
	case 2:
		return ~(u64)(kind & 0x3f);
	default:
		return fuzz_bytes(1 + kind % 8);
	}
}

#endif
