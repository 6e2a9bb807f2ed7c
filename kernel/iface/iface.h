/* SPDX-License-Identifier: GPL-2.0 */
/*
 * iface/iface.h - init and exit of the interfaces to user space, for main.c, and what
 * configfs, sysfs and tty call of each other.
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
 * Call init in this order and exit in reverse; init may sleep. An LPAR's directory in
 * configfs holds the module, so none exists at exit.
 */
int lpar_sysfs_init(void);
void lpar_sysfs_exit(void);
int lpar_tty_init(void);
void lpar_tty_exit(void);
int lpar_configfs_init(void);
void lpar_configfs_exit(void);

/*
 * The objects of one LPAR. *_add() makes one visible. *_del() removes it and waits
 * until no callback of it runs; later calls of *_changed() and lpar_tty_output() do
 * nothing. *_put() drops the reference; a console stays until lpar_tty_exit(). All sleep.
 */
struct lpar_device *lpar_sysfs_add(struct lpar *lpar);
void lpar_sysfs_del(struct lpar_device *ld);
void lpar_sysfs_put(struct lpar_device *ld);
struct device *lpar_sysfs_device(struct lpar_device *ld);
/* @what: LPAR_CHANGED_* bits. Sleeps; the LPAR's mutex may be held. */
void lpar_sysfs_changed(struct lpar_device *ld, unsigned int what);

struct lpar_line *lpar_tty_add(struct lpar *lpar, struct device *parent);
void lpar_tty_del(struct lpar_line *line);
/* Set whether there is a guest that reads the input. */
void lpar_tty_guest(struct lpar_line *line, bool there);
/* Output of the guest. Any context, interrupts may be off; never waits. */
void lpar_tty_output(struct lpar_line *line, const u8 *bytes, size_t len);
/* Call when the monitor's CPUs have changed: keeps the console's thread off them. */
void lpar_tty_avoid_pcpus(void);

#endif
