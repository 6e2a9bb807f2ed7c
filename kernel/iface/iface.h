/* SPDX-License-Identifier: GPL-2.0 */
/*
 * iface/iface.h - how main.c brings up what the admin sees, and how the parts
 * of iface/ (configfs, sysfs, tty) know each other.
 *
 * Layer L4: may call part/ (L3) and read L0; never L2 or hw/.
 */
#ifndef LPAR_IFACE_H
#define LPAR_IFACE_H

#include <linux/types.h>

struct device;
struct lpar;
struct lpar_device;
struct lpar_line;

/*
 * Bring-up in this order, and back in reverse; init may sleep. While an LPAR's
 * directory exists configfs holds the module, so at exit there is none left.
 */
int lpar_sysfs_init(void);
void lpar_sysfs_exit(void);
int lpar_tty_init(void);
void lpar_tty_exit(void);
int lpar_configfs_init(void);
void lpar_configfs_exit(void);

/*
 * Life of what one LPAR has in each place. *_add() makes it visible. *_del()
 * takes it away, returns when nobody is inside any more, and leaves the object
 * fit for late calls of *_changed() and lpar_tty_output(), which then do
 * nothing. *_put() gives it up. All sleep.
 */
struct lpar_device *lpar_sysfs_add(struct lpar *lpar);
void lpar_sysfs_del(struct lpar_device *ld);
void lpar_sysfs_put(struct lpar_device *ld);
struct device *lpar_sysfs_device(struct lpar_device *ld);
/* @what: LPAR_CHANGED_* bits. Sleeps; the LPAR's mutex may be held. */
void lpar_sysfs_changed(struct lpar_device *ld, unsigned int what);

struct lpar_line *lpar_tty_add(struct lpar *lpar, struct device *parent);
void lpar_tty_del(struct lpar_line *line);
void lpar_tty_put(struct lpar_line *line);
/* Whether a guest is there to read what is typed. */
void lpar_tty_guest(struct lpar_line *line, bool there);
/* Bytes from the guest. Any context, interrupts may be off; never waits. */
void lpar_tty_output(struct lpar_line *line, const u8 *bytes, size_t len);
/* Keep the console's thread off the monitor's CPUs: they have changed. */
void lpar_tty_avoid_pcpus(void);

#endif
