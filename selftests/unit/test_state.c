// SPDX-License-Identifier: GPL-2.0
/* sources: model/state.c model/reason.c */

#include "pure.h"
#include "tap.h"
#include "model/state.h"

/* The whole table again, as text: "state verb -> next". */
static const char *const allowed[] = {
	"defined activate -> active",
	"released activate -> active",
	"active load -> operating",
	"stopped load -> operating",
	"failed load -> operating",
	"operating stop -> stopped",
	"stopped start -> operating",
	"operating shutdown -> operating",
	"operating nmi -> operating",
	"operating reset -> operating",
	"stopped reset -> operating",
	"failed reset -> operating",
	"active deactivate -> defined",
	"operating deactivate -> defined",
	"stopped deactivate -> defined",
	"released deactivate -> defined",
	"failed deactivate -> defined",
	"defined set-resource -> defined",
	"active resize -> active",
	"operating resize -> operating",
	"stopped resize -> stopped",
	"defined set-image -> defined",
	"active set-image -> active",
	"stopped set-image -> stopped",
	"failed set-image -> failed",
	"defined remove -> defined",
	"released remove -> released",
	"active donate -> active",
	"operating donate -> operating",
	"stopped donate -> stopped",
	"failed donate -> failed",
	"active receive -> active",
	"operating receive -> operating",
	"stopped receive -> stopped",
	"active give -> active",
	"operating give -> operating",
	"stopped give -> stopped",
	"failed give -> failed",
	"active take -> active",
	"operating take -> operating",
	"stopped take -> stopped",
	"operating poweroff -> active",
	"stopped poweroff -> active",
	"active fail -> failed",
	"operating fail -> failed",
	"stopped fail -> failed",
	"failed fail -> failed",
	"active release -> released",
	"operating release -> released",
	"stopped release -> released",
	"failed release -> released",
};

static bool listed(const char *line)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(allowed); i++)
		if (!strcmp(allowed[i], line))
			return true;
	return false;
}

TEST(state_table_matches_the_list)
{
	unsigned int n = 0;
	char line[96];
	int s, v, next;

	for (s = 0; s < LPAR_NR_STATES; s++) {
		for (v = 0; v < LPAR_NR_VERBS; v++) {
			next = state_next(s, v);
			if (next < 0)
				continue;
			scnprintf(line, sizeof(line), "%s %s -> %s", state_name(s),
				  state_verb_name(v), state_name(next));
			if (!listed(line))
				tap_fail(__FILE__, __LINE__, "not in the list: %s", line);
			n++;
		}
	}
	CHECK_EQ(n, ARRAY_SIZE(allowed));
}

TEST(refused_verbs_return_the_right_errno)
{
	struct lpar_reason why;
	char buf[256];

	CHECK_EQ(state_next(LPAR_OPERATING, LPAR_SET_RESOURCE), -EBUSY);
	CHECK_EQ(state_next(LPAR_ACTIVE, LPAR_REMOVE), -EBUSY);
	CHECK_EQ(state_next(LPAR_DEFINED, LPAR_LOAD), -EINVAL);
	CHECK_EQ(state_next(LPAR_NR_STATES, LPAR_LOAD), -EINVAL);
	CHECK_EQ(state_next(LPAR_ACTIVE, LPAR_NR_VERBS), -EINVAL);
	CHECK_EQ(state_check(LPAR_DEFINED, LPAR_DONATE, "LPAR2", &why), -EINVAL);
	lpar_reason_text(&why, buf, sizeof(buf));
	CHECK_STR(buf, "LPAR2 is defined: cannot be the donor of an integration");
}

TEST(states_that_own_resources)
{
	CHECK(!state_owns(LPAR_DEFINED) && !state_owns(LPAR_RELEASED));
	CHECK(state_owns(LPAR_ACTIVE) && state_owns(LPAR_OPERATING) &&
	      state_owns(LPAR_STOPPED) && state_owns(LPAR_FAILED));
}

TEST(state_verb_parse_accepts_exact_names)
{
	CHECK_EQ(state_verb_parse("activate"), LPAR_ACTIVATE);
	CHECK_EQ(state_verb_parse("deactivate\n"), LPAR_DEACTIVATE);
	CHECK_EQ(state_verb_parse("stop"), LPAR_STOP);
	CHECK_EQ(state_verb_parse("sto"), -EINVAL);
	CHECK_EQ(state_verb_parse("stop \n"), -EINVAL);
	CHECK_EQ(state_verb_parse("stop\nstart"), -EINVAL);
	CHECK_EQ(state_verb_parse(""), -EINVAL);
	CHECK_EQ(state_verb_parse("\n"), -EINVAL);
	CHECK_EQ(state_verb_parse("release"), -EINVAL);	/* internal verb */
	CHECK_STR(state_name(77), "?");
}

TEST(state_names_of_lips)
{
	CHECK_STR(state_lip_name(LIP_WAITING), "waiting");
	CHECK_STR(state_lip_name(LIP_RUNNING), "running");
	CHECK_STR(state_lip_name(LIP_STOPPED), "stopped");
}
