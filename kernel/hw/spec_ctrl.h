/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hw/spec_ctrl.h - what spec_ctrl.S knows of struct hw_spec (hw/hw.h). Layer L1.
 */
#ifndef LPAR_HW_SPEC_CTRL_H
#define LPAR_HW_SPEC_CTRL_H

/* hw_spec.how */
#define HW_SPEC_SWITCH	1	/* the values may differ */
#define HW_SPEC_READ	2	/* the guest writes it without an exit */
#define HW_SPEC_AGAIN	4	/* write the host's even if it is equal */

/* Offsets in struct hw_spec */
#define HW_SPEC_GUEST	0
#define HW_SPEC_HOST	4
#define HW_SPEC_HOW	8

#endif /* LPAR_HW_SPEC_CTRL_H */
