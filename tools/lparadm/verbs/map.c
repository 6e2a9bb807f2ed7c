// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm map: which LPAR owns which main storage (Fig. 3 of the patent); with --svg as a
 * picture with the shares (Fig. 4), also before and after an integration.
 */
#include "lib/cfs.h"
#include "lib/maptab.h"
#include "lib/plan.h"
#include "lib/svg.h"
#include "verbs/verbs.h"

static int print_cut(const struct maps *m)
{
	if (!m->cut)
		return LPARADM_OK;
	fail(NULL, "storage_map", "incomplete: the kernel's table is limited to one page");
	return LPARADM_PARTIAL;
}

/* Draw the state now and after integrating @donor; the kernel makes the plan. */
static int draw_both(const struct ctx *ctx, const struct maps *now,
		     const char *donor)
{
	struct maps then;
	char *plan;
	int ret = plan_ask(ctx, donor, ctx->into, &plan);

	if (ret)
		return ret;
	ret = maps_copy(&then, now);
	if (!ret)
		ret = plan_apply(&then, plan, donor, ctx->into);
	if (!ret)
		ret = svg_write(ctx, ctx->svg, now, &then);
	maps_free(&then);
	plan_free(plan);
	return ret;
}

static int draw_map(const struct ctx *ctx, struct maps *m, const char *donor)
{
	int ret = maps_read_lips(ctx, m);

	if (ret)
		return ret;
	return donor ? draw_both(ctx, m, donor) :
		       svg_write(ctx, ctx->svg, m, NULL);
}

static int cmd_map(const struct ctx *ctx, int argc, char **argv)
{
	struct maps m = { 0 };
	int ret;

	if (argc != !!ctx->into || (argc && !ctx->svg))
		return usage_error("map: DONOR --into RECEIVER needs --svg FILE");
	ret = maps_read_ms(ctx, &m);
	if (!ret)
		ret = ctx->svg ? draw_map(ctx, &m, argv[0]) :
				 maps_print_ms(ctx, &m, "map");
	maps_free(&m);
	return ret ? ret : print_cut(&m);
}

const struct cmd verb_map = {
	.name = "map",
	.args = "[DONOR --into RECEIVER]",
	.help = "show which LPAR owns which main storage; --svg: as a picture",
	.opts = OPTS_TABLE | OPTS_BYTES | OPTS_FREE | OPTS_SVG | OPTS_INTO,
	.max = 1,
	.run = cmd_map,
	.cols = map_columns,
	.ncols = MAP_NCOLS,
};
