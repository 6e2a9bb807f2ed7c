/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hw/spec_ctrl.h - layout of struct hw_spec (hw/hw.h) for spec_ctrl.S. Layer L1.
 */
#ifndef LPAR_HW_SPEC_CTRL_H
#define LPAR_HW_SPEC_CTRL_H

/* hw_spec.flags */
#define HW_SPEC_SWITCH	1	/* guest and host value may differ */
#define HW_SPEC_READ	2	/* the guest writes the MSR without an exit */
#define HW_SPEC_ALWAYS	4	/* write the host's value even if unchanged */

/* Offsets in struct hw_spec */
#define HW_SPEC_GUEST	0
#define HW_SPEC_HOST	4
#define HW_SPEC_FLAGS	8

#endif /* LPAR_HW_SPEC_CTRL_H */
