/* SPDX-License-Identifier: GPL-2.0 */
/* A few macros for unit tests that print TAP; see README. */
#ifndef UNIT_TAP_H
#define UNIT_TAP_H

#include "pure.h"

struct tap_test {
	const char *name;
	void (*run)(void);
	struct tap_test *next;
};

void tap_register(struct tap_test *t);
void tap_fail(const char *file, int line, const char *fmt, ...) __printf(3, 4);
void tap_skip(const char *why);
u64 tap_rand(void);

static inline u64 tap_below(u64 n)
{
	return tap_rand() % n;
}

#define TEST(name_)						\
	static void name_(void);				\
	static struct tap_test tap_##name_ = {			\
		.name = #name_, .run = name_,			\
	};							\
	__attribute__((constructor)) static void tap_reg_##name_(void) \
	{							\
		tap_register(&tap_##name_);			\
	}							\
	static void name_(void)

#define CHECK(cond)						\
	do {							\
		if (!(cond))					\
			tap_fail(__FILE__, __LINE__, "%s", #cond); \
	} while (0)

#define REQUIRE(cond)						\
	do {							\
		if (!(cond)) {					\
			tap_fail(__FILE__, __LINE__, "%s", #cond); \
			return;					\
		}						\
	} while (0)

#define CHECK_EQ(got, want)					\
	do {							\
		s64 got_ = (s64)(got), want_ = (s64)(want);	\
								\
		if (got_ != want_)				\
			tap_fail(__FILE__, __LINE__,		\
				 "%s is %lld (%#llx), want %lld (%#llx)", \
				 #got, got_, got_, want_, want_); \
	} while (0)

#define CHECK_STR(got, want)					\
	do {							\
		const char *got_ = (got), *want_ = (want);	\
								\
		if (strcmp(got_, want_))			\
			tap_fail(__FILE__, __LINE__,		\
				 "%s is \"%s\", want \"%s\"", #got, got_, want_); \
	} while (0)

#define SKIP(why)						\
	do {							\
		tap_skip(why);					\
		return;						\
	} while (0)

#endif /* UNIT_TAP_H */
