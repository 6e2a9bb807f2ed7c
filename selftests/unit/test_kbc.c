// SPDX-License-Identifier: GPL-2.0
/* sources: vdev/kbc.c vdev/vdev.c vdev/bios.c vdev/portb.c */

/* Keyboard controller, reset vector, system control port B. */
#include "pure.h"
#include "tap.h"
#include "vdev/bios.h"
#include "vdev/kbc.h"
#include "vdev/portb.h"

static u32 resets;

static void on_reset(void *ctx)
{
	resets++;
}

static const struct kbc_env env = { .reset = on_reset };

TEST(only_a_pulse_of_output_0_resets)
{
	struct vdev_table pio = { 0 };
	struct kbc kbc;
	u32 val;

	kbc_init(&kbc, &env, NULL);
	vdev_add(&pio, LAYOUT_KBC_PORT, 1, &kbc_vdev_ops, &kbc);
	/* Never busy: Linux polls this before it writes. */
	CHECK_EQ(vdev_read(&pio, 0x64, 1), 0);
	for (val = 0; val < 256; val++) {
		resets = 0;
		vdev_write(&pio, 0x64, 1, val);
		CHECK_EQ(resets, val >= 0xf0 && !(val & 1));
	}
}

/* Linux, default_do_nmi(): bits 7 and 6 name the chipset as the source of an NMI. */
TEST(port_b_has_no_source_of_an_nmi)
{
	struct vdev_table pio = { 0 };

	vdev_add(&pio, LAYOUT_PORTB, 1, &portb_vdev_ops, NULL);
	vdev_write(&pio, 0x61, 1, 0xff);
	CHECK_EQ(vdev_read(&pio, 0x61, 1), 0x3f);
}

/* Interprets the few instructions that the reset vector uses. */
TEST(reset_vector_writes_the_reset_register)
{
	static u8 area[LAYOUT_BIOS_SIZE];
	const u8 *code = area + 0xfff0;
	u32 at = 0, dx = 0, al = 0;

	memset(area, 0xcc, sizeof(area));
	bios_build(area);
	while (code[at] != 0xee && at < 16) {
		if (code[at] == 0xfa) {
			at++;
		} else if (code[at] == 0xba) {
			dx = code[at + 1] | code[at + 2] << 8;
			at += 3;
		} else if (code[at] == 0xb0) {
			al = code[at + 1];
			at += 2;
		} else {
			break;
		}
	}
	CHECK_EQ(code[at], 0xee);
	CHECK_EQ(dx, LAYOUT_GED_PORT + GED_RESET);
	CHECK_EQ(al, GED_RESET_VALUE);
	CHECK_EQ(code[at + 1], 0xf4);
}
