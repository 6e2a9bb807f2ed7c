// SPDX-License-Identifier: GPL-2.0
/*
 * Test module: makes the n-th allocation of a task fail, on kernels without fault
 * injection. /proc/lpar_failing is used like /proc/<pid>/fail-nth (the kernel's
 * fault-injection.rst): a task writes n, and the n-th allocation of slab objects or pages
 * that it makes from then on fails; what it reads then is 0 if that has happened.
 *
 * The kernel asks should_failslab() and should_fail_alloc_page() before each allocation,
 * also if it is configured to get "no" always; probes on both answer for them. Two more omit
 * what the kernel itself reports of failed allocations, with stacks; a warning or a bug
 * is still reported, without its stack. For one task at a time.
 */
#include <linux/gfp.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/uaccess.h>

static struct task_struct *failing_task;
static int failing_left;

/* Where a function continues whose result a probe has set. */
static noinline notrace void failing_return(void)
{
	asm volatile("");
}

static int failing_answer(struct pt_regs *regs, gfp_t gfp, unsigned long answer)
{
	if (READ_ONCE(failing_task) != current || !in_task() || gfp & __GFP_NOFAIL)
		return 0;
	if (!failing_left || --failing_left)
		return 0;
	regs->ax = answer;
	regs->ip = (unsigned long)failing_return;
	return 1;
}

static int failing_slab(struct kprobe *p, struct pt_regs *regs)
{
	return failing_answer(regs, (gfp_t)regs->si, -ENOMEM);
}

static int failing_pages(struct kprobe *p, struct pt_regs *regs)
{
	return failing_answer(regs, (gfp_t)regs->di, true);
}

/* No in_task(): a probe by INT3, not by ftrace, is handled as an NMI. */
static int failing_warning(struct kprobe *p, struct pt_regs *regs)
{
	if (READ_ONCE(failing_task) != current)
		return 0;
	regs->ip = (unsigned long)failing_return;
	return 1;
}

/* A probe that changes the instruction pointer must have one. */
static void failing_post(struct kprobe *p, struct pt_regs *regs, unsigned long flags)
{
}

static struct kprobe failing_probes[] = {
	{
		.symbol_name = "should_failslab",
		.pre_handler = failing_slab,
		.post_handler = failing_post,
	},
	{
		.symbol_name = "should_fail_alloc_page",
		.pre_handler = failing_pages,
		.post_handler = failing_post,
	},
	{
		.symbol_name = "warn_alloc",
		.pre_handler = failing_warning,
		.post_handler = failing_post,
	},
	{
		.symbol_name = "dump_stack_lvl",
		.pre_handler = failing_warning,
		.post_handler = failing_post,
	},
};

static void failing_remove_probes(int nr)
{
	while (nr--)
		unregister_kprobe(&failing_probes[nr]);
}

static int failing_add_probes(void)
{
	int i, err;

	for (i = 0; i < ARRAY_SIZE(failing_probes); i++) {
		err = register_kprobe(&failing_probes[i]);
		if (err) {
			failing_remove_probes(i);
			return err;
		}
	}
	return 0;
}

static ssize_t failing_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	int n, err = kstrtoint_from_user(buf, len, 10, &n);

	if (err)
		return err;
	failing_left = n;
	WRITE_ONCE(failing_task, n ? current : NULL);
	return len;
}

static ssize_t failing_read(struct file *file, char __user *buf, size_t len, loff_t *pos)
{
	char text[16];

	return simple_read_from_buffer(buf, len, pos, text,
				       scnprintf(text, sizeof(text), "%d\n", failing_left));
}

static const struct proc_ops failing_ops = {
	.proc_read = failing_read,
	.proc_write = failing_write,
	.proc_lseek = default_llseek,
};

static int __init failing_init(void)
{
	int err = failing_add_probes();

	if (err || proc_create("lpar_failing", 0600, NULL, &failing_ops))
		return err;
	failing_remove_probes(ARRAY_SIZE(failing_probes));
	return -ENOMEM;
}

static void __exit failing_exit(void)
{
	remove_proc_entry("lpar_failing", NULL);
	failing_remove_probes(ARRAY_SIZE(failing_probes));
}

module_init(failing_init);
module_exit(failing_exit);
MODULE_DESCRIPTION("Makes single allocations fail, for the tests of lpar");
MODULE_LICENSE("GPL");
