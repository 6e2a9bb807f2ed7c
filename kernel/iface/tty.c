// SPDX-License-Identifier: GPL-2.0
/*
 * iface/tty.c - /dev/ttyLPAR<number>: the console of each LPAR.
 *
 * The guest's output goes to a ring of 64 KiB, and a kernel thread that stays off the
 * monitor's CPUs passes it to the open tty. Each byte is delivered once: the first
 * open gets the last 64 KiB printed before it, a later one what was printed since.
 * The guest never waits: if nobody reads, the oldest bytes are dropped, and counted in
 * /sys/class/tty/ttyLPAR<number>/dropped and in TIOCGICOUNT's buf_overrun.
 * Layer L4: may call part/.
 */
#include <linux/cpumask.h>
#include <linux/device.h>
#include <linux/kfifo.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/serial.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/sysfs.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>
#include <linux/tty_flip.h>
#include <linux/tty_port.h>

#include "compat.h"
#include "lpar.h"
#include "part/lpar.h"
#include "iface/iface.h"

#define LINE_OUT_SIZE	65536	/* ring of output; a power of 2 */
#define LINE_IN_SIZE	4096	/* input that the guest has not read yet */
#define LINE_CHUNK	512
#define LINE_POLL	msecs_to_jiffies(10)	/* while there is no room on either side */

/**
 * struct lpar_line - one console
 * @port: the tty port; its reference count is that of the structure. lines[] has one
 * @work: runs line_pump() on tty_worker
 * @index: in lines[] and of the tty: the LPAR's number - 1
 * @in_lock: protects @lpar, @guest, @in, @taken, @brk, @brk_at; taken before @out_lock and
 *	before any lock of part/
 * @lpar: NULL between lpar_tty_del() and the next lpar_tty_add()
 * @guest: there is a guest that reads @in
 * @in: input that the guest's UART has not taken yet
 * @taken: total bytes taken by the guest's UART
 * @brk: a break is to be sent
 * @brk_at: when @taken has this value
 * @out_lock: protects the rest; only the worker's own lock is taken under it
 * @open: the tty is open
 * @closed: there is no LPAR: no work may be queued
 * @pumping: @work is queued or running
 * @head: total bytes written by the guest
 * @tail: total bytes delivered or dropped
 * @dropped: total bytes dropped
 * @chunk: bytes being copied from @out to the tty; used by line_pump() only
 * @out: the ring
 */
struct lpar_line {
	struct tty_port port;
	struct kthread_delayed_work work;
	unsigned int index;

	spinlock_t in_lock;		/* lpar to brk_at */
	struct lpar *lpar;
	bool guest;
	DECLARE_KFIFO(in, u8, LINE_IN_SIZE);
	u64 taken;
	bool brk;
	u64 brk_at;

	raw_spinlock_t out_lock;	/* all that follows */
	bool open;
	bool closed;
	bool pumping;
	u64 head;
	u64 tail;
	u64 dropped;
	u8 chunk[LINE_CHUNK];
	u8 out[LINE_OUT_SIZE];
};

static struct tty_driver *tty_driver;
static struct kthread_worker *tty_worker;

/*
 * Consoles by index of their ttys; under lines_lock. One is created for the first LPAR of
 * its number and kept until the module is unloaded: a process may keep its tty open over
 * rmdir, and as long as it does, the tty layer gives the same tty, and so the same port,
 * to those who open the console of the next LPAR with that number.
 */
static DEFINE_MUTEX(lines_lock);
static struct lpar_line *lines[LPAR_MAX_PARTS];

static struct lpar_line *line_of_port(struct tty_port *port)
{
	return container_of(port, struct lpar_line, port);
}

static void line_queue_locked(struct lpar_line *line, unsigned long delay)
{
	lockdep_assert_held(&line->out_lock);
	if (line->closed)
		return;
	line->pumping = true;
	kthread_mod_delayed_work(tty_worker, &line->work, delay);
}

static void line_kick(struct lpar_line *line)
{
	guard(raw_spinlock_irqsave)(&line->out_lock);
	line_queue_locked(line, 0);
}

/* Output: from the guest to the tty. */

static void ring_put_locked(struct lpar_line *line, const u8 *bytes, size_t len)
{
	size_t at = line->head % LINE_OUT_SIZE;
	size_t first = min_t(size_t, len, LINE_OUT_SIZE - at);

	memcpy(line->out + at, bytes, first);
	memcpy(line->out, bytes + first, len - first);
	line->head += len;
	if (line->head - line->tail > LINE_OUT_SIZE) {
		line->dropped += line->head - line->tail - LINE_OUT_SIZE;
		line->tail = line->head - LINE_OUT_SIZE;
	}
}

/* Moves up to @len bytes from the ring to @line->chunk. */
static size_t ring_get(struct lpar_line *line, size_t len)
{
	size_t at, first;

	guard(raw_spinlock_irqsave)(&line->out_lock);
	len = min_t(u64, len, line->head - line->tail);
	at = line->tail % LINE_OUT_SIZE;
	first = min_t(size_t, len, LINE_OUT_SIZE - at);
	memcpy(line->chunk, line->out + at, first);
	memcpy(line->chunk + first, line->out, len - first);
	line->tail += len;
	return len;
}

void lpar_tty_output(struct lpar_line *line, const u8 *bytes, size_t len)
{
	size_t part;

	guard(raw_spinlock_irqsave)(&line->out_lock);
	for (; len; len -= part, bytes += part) {
		part = min_t(size_t, len, LINE_OUT_SIZE);
		ring_put_locked(line, bytes, part);
	}
	/* during a burst line_pump() is running, and the guest need not wake it */
	if (line->open && !line->pumping && !line->closed) {
		line->pumping = true;
		kthread_queue_delayed_work(tty_worker, &line->work, 0);
	}
}

static bool line_is_open(struct lpar_line *line)
{
	guard(raw_spinlock_irqsave)(&line->out_lock);
	return line->open;
}

static void line_count_dropped(struct lpar_line *line, size_t n)
{
	guard(raw_spinlock_irqsave)(&line->out_lock);
	line->dropped += n;
}

/* Returns the bytes delivered. */
static size_t line_pump_out(struct lpar_line *line)
{
	size_t room, n, put, sum = 0;

	while (line_is_open(line)) {
		/* nobody else inserts, so the room cannot shrink */
		room = tty_buffer_request_room(&line->port, LINE_CHUNK);
		n = ring_get(line, min_t(size_t, room, LINE_CHUNK));
		if (!n)
			break;
		put = tty_insert_flip_string(&line->port, line->chunk, n);
		if (put < n)
			line_count_dropped(line, n - put);
		sum += n;
	}
	if (sum)
		tty_flip_buffer_push(&line->port);
	return sum;
}

/* Input: from the tty to the guest. */

static bool line_break_is_next(const struct lpar_line *line)
{
	return line->brk && line->taken == line->brk_at;
}

/* The bytes that can be sent before the next break. */
static size_t line_limit(const struct lpar_line *line, size_t len)
{
	return line->brk ? min_t(u64, len, line->brk_at - line->taken) : len;
}

/* Returns the number of bytes removed from @in. */
static size_t line_push_in(struct lpar_line *line)
{
	u8 bytes[64];
	size_t n, took, sum = 0;

	guard(spinlock_irqsave)(&line->in_lock);
	if (!line->lpar || !line->guest) {
		/* no guest: input is lost, as on a serial line */
		sum = kfifo_len(&line->in);
		kfifo_reset(&line->in);
		line->brk = false;
		return sum;
	}
	do {
		if (line_break_is_next(line))
			line->brk = !lpar_console_break(line->lpar);
		n = kfifo_out_peek(&line->in, bytes, line_limit(line, sizeof(bytes)));
		took = n ? lpar_console_input(line->lpar, bytes, n) : 0;
		/* not kfifo_skip(), which skips one byte only */
		n = kfifo_out(&line->in, bytes, took);
		line->taken += n;
		sum += n;
	} while (took == sizeof(bytes) || (took && line_break_is_next(line)));
	return sum;
}

static bool line_in_waits(struct lpar_line *line)
{
	guard(spinlock_irqsave)(&line->in_lock);
	return line->brk || !kfifo_is_empty(&line->in);
}

/*
 * Move what can be moved in both directions. Requeue as long as bytes wait or have
 * just been moved, so that the next byte finds @pumping set.
 */
static void line_pump(struct kthread_work *work)
{
	struct lpar_line *line = container_of(work, struct lpar_line, work.work);
	size_t out = line_pump_out(line);
	size_t in = line_push_in(line);
	bool waits = line_in_waits(line);

	if (in)
		tty_port_tty_wakeup(&line->port);

	guard(raw_spinlock_irqsave)(&line->out_lock);
	if (line->open && line->head != line->tail)
		waits = true;
	if (out || in)
		line_queue_locked(line, 1);
	else if (waits)
		line_queue_locked(line, LINE_POLL);
	else
		line->pumping = false;
}

void lpar_tty_guest(struct lpar_line *line, bool there)
{
	scoped_guard(spinlock_irqsave, &line->in_lock)
		line->guest = there;
	line_kick(line);
}

/* Operations of the tty port. */

static int line_activate(struct tty_port *port, struct tty_struct *tty)
{
	struct lpar_line *line = line_of_port(port);

	/* A tty that was kept open over rmdir may have output of the previous LPAR. */
	tty_ldisc_flush(tty);
	guard(raw_spinlock_irqsave)(&line->out_lock);
	if (line->closed)
		return -ENODEV;
	line->open = true;
	line_queue_locked(line, 0);
	return 0;
}

static void line_shutdown(struct tty_port *port)
{
	struct lpar_line *line = line_of_port(port);

	guard(raw_spinlock_irqsave)(&line->out_lock);
	line->open = false;
}

static void line_destruct(struct tty_port *port)
{
	kvfree(line_of_port(port));
}

static const struct tty_port_operations line_port_ops = {
	.activate = line_activate,
	.shutdown = line_shutdown,
	.destruct = line_destruct,
};

/* Operations of the tty. */

static struct lpar_line *line_find_get(unsigned int index)
{
	struct lpar_line *line;

	guard(mutex)(&lines_lock);
	line = lines[index];
	if (line)
		tty_port_get(&line->port);
	return line;
}

static int line_install(struct tty_driver *driver, struct tty_struct *tty)
{
	struct lpar_line *line = line_find_get(tty->index);
	int err;

	if (!line)
		return -ENODEV;
	err = tty_port_install(&line->port, driver, tty);
	if (err) {
		tty_port_put(&line->port);
		return err;
	}
	tty->driver_data = line;
	return 0;
}

static void line_cleanup(struct tty_struct *tty)
{
	struct lpar_line *line = tty->driver_data;

	tty->driver_data = NULL;
	if (line)
		tty_port_put(&line->port);
}

static int line_open(struct tty_struct *tty, struct file *file)
{
	return tty_port_open(tty->port, tty, file);
}

static void line_close(struct tty_struct *tty, struct file *file)
{
	tty_port_close(tty->port, tty, file);
}

static void line_hangup(struct tty_struct *tty)
{
	tty_port_hangup(tty->port);
}

static compat_tty_ssize line_write(struct tty_struct *tty, const u8 *buf,
				   compat_tty_size count)
{
	struct lpar_line *line = tty->driver_data;
	int n;

	scoped_guard(spinlock_irqsave, &line->in_lock)
		n = kfifo_in(&line->in, buf, count);
	line_push_in(line);
	if (line_in_waits(line))
		line_kick(line);
	return n;
}

static unsigned int line_write_room(struct tty_struct *tty)
{
	struct lpar_line *line = tty->driver_data;

	guard(spinlock_irqsave)(&line->in_lock);
	return kfifo_avail(&line->in);
}

static unsigned int line_chars_in_buffer(struct tty_struct *tty)
{
	struct lpar_line *line = tty->driver_data;

	guard(spinlock_irqsave)(&line->in_lock);
	return kfifo_len(&line->in);
}

static void line_flush_buffer(struct tty_struct *tty)
{
	struct lpar_line *line = tty->driver_data;

	scoped_guard(spinlock_irqsave, &line->in_lock) {
		kfifo_reset(&line->in);
		line->brk = false;
	}
	tty_wakeup(tty);
}

/*
 * The line has no rate, so a break has no duration: it is sent when it begins, after the
 * input before it. While one is pending further ones are merged with it.
 */
static int line_break(struct tty_struct *tty, int state)
{
	struct lpar_line *line = tty->driver_data;

	if (!state)
		return 0;
	scoped_guard(spinlock_irqsave, &line->in_lock) {
		if (!line->brk)
			line->brk_at = line->taken + kfifo_len(&line->in);
		line->brk = true;
	}
	line_kick(line);
	return 0;
}

static int line_tiocmget(struct tty_struct *tty)
{
	struct lpar_line *line = tty->driver_data;

	return READ_ONCE(line->guest) ? TIOCM_CAR | TIOCM_DSR | TIOCM_CTS : 0;
}

static int line_get_icount(struct tty_struct *tty,
			   struct serial_icounter_struct *icount)
{
	struct lpar_line *line = tty->driver_data;

	scoped_guard(spinlock_irqsave, &line->in_lock)
		icount->tx = line->taken;
	scoped_guard(raw_spinlock_irqsave, &line->out_lock) {
		icount->rx = line->tail - line->dropped;
		icount->buf_overrun = line->dropped;
	}
	return 0;
}

static const struct tty_operations line_ops = {
	.install = line_install,
	.cleanup = line_cleanup,
	.open = line_open,
	.close = line_close,
	.hangup = line_hangup,
	.write = line_write,
	.write_room = line_write_room,
	.chars_in_buffer = line_chars_in_buffer,
	.flush_buffer = line_flush_buffer,
	.break_ctl = line_break,
	.tiocmget = line_tiocmget,
	.get_icount = line_get_icount,
};

static ssize_t dropped_show(struct device *dev, struct device_attribute *attr,
			    char *buf)
{
	struct lpar_line *line = dev_get_drvdata(dev);
	u64 dropped;

	scoped_guard(raw_spinlock_irqsave, &line->out_lock)
		dropped = line->dropped;
	return sysfs_emit(buf, "%llu\n", dropped);
}
static DEVICE_ATTR_RO(dropped);

static struct attribute *line_attrs[] = {
	&dev_attr_dropped.attr,
	NULL
};
ATTRIBUTE_GROUPS(line);

/* Creation and removal of a console. */

static struct lpar_line *line_alloc(unsigned int index)
{
	struct lpar_line *line = kvzalloc(sizeof(*line), GFP_KERNEL);

	if (!line)
		return NULL;
	tty_port_init(&line->port);
	line->port.ops = &line_port_ops;
	/* do not drain on close: input stays in @in and is still delivered */
	line->port.closing_wait = ASYNC_CLOSING_WAIT_NONE;
	kthread_init_delayed_work(&line->work, line_pump);
	spin_lock_init(&line->in_lock);
	raw_spin_lock_init(&line->out_lock);
	INIT_KFIFO(line->in);
	line->index = index;
	line->closed = true;
	return line;
}

static struct lpar_line *line_get_or_alloc(unsigned int index)
{
	guard(mutex)(&lines_lock);
	if (!lines[index])
		lines[index] = line_alloc(index);
	return lines[index];
}

static void line_enable(struct lpar_line *line, struct lpar *lpar)
{
	scoped_guard(spinlock_irqsave, &line->in_lock) {
		line->lpar = lpar;
		line->guest = false;
		kfifo_reset(&line->in);
		line->taken = 0;
	}
	guard(raw_spinlock_irqsave)(&line->out_lock);
	line->head = 0;
	line->tail = 0;
	line->dropped = 0;
	line->pumping = false;
	line->closed = false;
}

/*
 * A concurrent open either sees @closed in line_activate(), or has set the port's tty
 * before and is hung up here.
 */
static void line_disable(struct lpar_line *line)
{
	struct tty_struct *tty;

	scoped_guard(spinlock_irqsave, &line->in_lock)
		line->lpar = NULL;
	scoped_guard(raw_spinlock_irqsave, &line->out_lock)
		line->closed = true;
	kthread_cancel_delayed_work_sync(&line->work);

	tty = tty_port_tty_get(&line->port);
	if (tty) {
		tty_vhangup(tty);
		tty_kref_put(tty);
	}
}

/**
 * lpar_tty_add() - create the console of an LPAR
 * @lpar: the LPAR
 * @parent: its device in class lpar
 *
 * Context: sleeps.
 * Return: the console, or an ERR_PTR.
 */
struct lpar_line *lpar_tty_add(struct lpar *lpar, struct device *parent)
{
	struct lpar_line *line;
	struct device *dev;

	if (WARN_ON(lpar_number(lpar) - 1 >= LPAR_MAX_PARTS))
		return ERR_PTR(-EINVAL);
	line = line_get_or_alloc(lpar_number(lpar) - 1);
	if (!line)
		return ERR_PTR(-ENOMEM);

	line_enable(line, lpar);
	dev = tty_port_register_device_attr(&line->port, tty_driver, line->index,
					    parent, line, line_groups);
	if (IS_ERR(dev)) {
		line_disable(line);
		return ERR_CAST(dev);
	}
	return line;
}

/**
 * lpar_tty_del() - hang up the console and remove its device
 * @line: the console
 *
 * Context: sleeps.
 */
void lpar_tty_del(struct lpar_line *line)
{
	line_disable(line);
	tty_port_unregister_device(&line->port, tty_driver, line->index);
}

/*
 * A dispatcher can keep ordinary threads off its CPU forever, so the worker must not
 * run there. If the monitor has all CPUs there is no choice.
 */
void lpar_tty_avoid_pcpus(void)
{
	cpumask_var_t mask;

	if (!zalloc_cpumask_var(&mask, GFP_KERNEL))
		return;
	lpar_system_get_cpus(mask);
	cpumask_andnot(mask, cpu_possible_mask, mask);
	if (cpumask_intersects(mask, cpu_online_mask))
		set_cpus_allowed_ptr(tty_worker->task, mask);
	free_cpumask_var(mask);
}

static void tty_driver_fill(struct tty_driver *driver)
{
	driver->driver_name = LPAR_SUBSYSTEM;
	driver->name = LPAR_TTY;
	driver->name_base = 1;
	driver->type = TTY_DRIVER_TYPE_SERIAL;
	driver->subtype = SERIAL_TYPE_NORMAL;
	driver->init_termios = tty_std_termios;
	/* raw and without echo, which would return the guest's output as input */
	driver->init_termios.c_iflag = 0;
	driver->init_termios.c_oflag = 0;
	driver->init_termios.c_lflag = 0;
	driver->init_termios.c_cflag = B115200 | CS8 | CREAD | CLOCAL;
	driver->init_termios.c_ispeed = 115200;
	driver->init_termios.c_ospeed = 115200;
	tty_set_operations(driver, &line_ops);
}

static int tty_register(void)
{
	struct tty_driver *driver;
	int err;

	driver = tty_alloc_driver(LPAR_MAX_PARTS, TTY_DRIVER_REAL_RAW |
				  TTY_DRIVER_DYNAMIC_DEV | TTY_DRIVER_RESET_TERMIOS |
				  TTY_DRIVER_HARDWARE_BREAK);
	if (IS_ERR(driver))
		return PTR_ERR(driver);
	tty_driver_fill(driver);
	err = tty_register_driver(driver);
	if (err) {
		tty_driver_kref_put(driver);
		return err;
	}
	tty_driver = driver;
	return 0;
}

int lpar_tty_init(void)
{
	int err;

	tty_worker = kthread_create_worker(0, "lpar-console");
	if (IS_ERR(tty_worker))
		return PTR_ERR(tty_worker);
	lpar_tty_avoid_pcpus();
	err = tty_register();
	if (err)
		kthread_destroy_worker(tty_worker);
	return err;
}

void lpar_tty_exit(void)
{
	unsigned int i;

	tty_unregister_driver(tty_driver);
	tty_driver_kref_put(tty_driver);
	kthread_destroy_worker(tty_worker);
	/* No tty is open: each holds the module. */
	for (i = 0; i < LPAR_MAX_PARTS; i++)
		if (lines[i])
			tty_port_put(&lines[i]->port);
}
