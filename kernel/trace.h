/* SPDX-License-Identifier: GPL-2.0 */
/*
 * trace.h - trace events of system "lpar".
 *
 * L1 to L4 may emit them, L0 may not. Names are copied, so that an event stays
 * readable after its LPAR has been removed. Times are TSC cycles unless the
 * field's name says ns.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM lpar

#if !defined(LPAR_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define LPAR_TRACE_H

#include <linux/sched.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include "hw/hw.h"
#include "lpar.h"

#define LPAR_TRACE_WORD_LEN	16
#define LPAR_TRACE_TEXT_LEN	64

#define lpar_trace_exit_kinds						\
	{ LIP_EXIT_NONE,	"none" },				\
	{ LIP_EXIT_HOST_IRQ,	"host_irq" },				\
	{ LIP_EXIT_TIMER,	"timer" },				\
	{ LIP_EXIT_IRQ_WINDOW,	"irq_window" },				\
	{ LIP_EXIT_HLT,		"hlt" },				\
	{ LIP_EXIT_CPUID,	"cpuid" },				\
	{ LIP_EXIT_RDMSR,	"rdmsr" },				\
	{ LIP_EXIT_WRMSR,	"wrmsr" },				\
	{ LIP_EXIT_IO,		"io" },					\
	{ LIP_EXIT_MMIO,	"mmio" },				\
	{ LIP_EXIT_NX,		"nx" },					\
	{ LIP_EXIT_HYPERCALL,	"hypercall" },				\
	{ LIP_EXIT_XSETBV,	"xsetbv" },				\
	{ LIP_EXIT_CR8,		"cr8" },				\
	{ LIP_EXIT_EOI,		"eoi" },				\
	{ LIP_EXIT_TASK,	"task" },				\
	{ LIP_EXIT_UNDEFINED,	"undefined" },				\
	{ LIP_EXIT_PROTECTION,	"protection" },				\
	{ LIP_EXIT_SKIP,	"skip" },				\
	{ LIP_EXIT_SHUTDOWN,	"shutdown" },				\
	{ LIP_EXIT_MEMORY_ERROR, "memory_error" },			\
	{ LIP_EXIT_FAIL,	"fail" }

/* Export the values, so that perf and trace-cmd can decode them. */
TRACE_DEFINE_ENUM(LIP_EXIT_NONE);
TRACE_DEFINE_ENUM(LIP_EXIT_HOST_IRQ);
TRACE_DEFINE_ENUM(LIP_EXIT_TIMER);
TRACE_DEFINE_ENUM(LIP_EXIT_IRQ_WINDOW);
TRACE_DEFINE_ENUM(LIP_EXIT_HLT);
TRACE_DEFINE_ENUM(LIP_EXIT_CPUID);
TRACE_DEFINE_ENUM(LIP_EXIT_RDMSR);
TRACE_DEFINE_ENUM(LIP_EXIT_WRMSR);
TRACE_DEFINE_ENUM(LIP_EXIT_IO);
TRACE_DEFINE_ENUM(LIP_EXIT_MMIO);
TRACE_DEFINE_ENUM(LIP_EXIT_NX);
TRACE_DEFINE_ENUM(LIP_EXIT_HYPERCALL);
TRACE_DEFINE_ENUM(LIP_EXIT_XSETBV);
TRACE_DEFINE_ENUM(LIP_EXIT_CR8);
TRACE_DEFINE_ENUM(LIP_EXIT_EOI);
TRACE_DEFINE_ENUM(LIP_EXIT_TASK);
TRACE_DEFINE_ENUM(LIP_EXIT_UNDEFINED);
TRACE_DEFINE_ENUM(LIP_EXIT_PROTECTION);
TRACE_DEFINE_ENUM(LIP_EXIT_SKIP);
TRACE_DEFINE_ENUM(LIP_EXIT_SHUTDOWN);
TRACE_DEFINE_ENUM(LIP_EXIT_MEMORY_ERROR);
TRACE_DEFINE_ENUM(LIP_EXIT_FAIL);

/* VM exit of a LIP; @lpar is the LPAR's number. */
TRACE_EVENT(lpar_exit,
	TP_PROTO(u32 lpar, u32 lip, u32 kind),
	TP_ARGS(lpar, lip, kind),
	TP_STRUCT__entry(
		__field(u32, lpar)
		__field(u32, lip)
		__field(u32, kind)
	),
	TP_fast_assign(
		__entry->lpar = lpar;
		__entry->lip = lip;
		__entry->kind = kind;
	),
	TP_printk("lpar=%u lip=%u kind=%s", __entry->lpar, __entry->lip,
		  __print_symbolic(__entry->kind, lpar_trace_exit_kinds))
);

/* The dispatcher of @pcpu runs a LIP for at most @slice cycles. */
TRACE_EVENT(lpar_dispatch,
	TP_PROTO(u32 pcpu, u32 lpar, u32 lip, u64 slice),
	TP_ARGS(pcpu, lpar, lip, slice),
	TP_STRUCT__entry(
		__field(u32, pcpu)
		__field(u32, lpar)
		__field(u32, lip)
		__field(u64, slice)
	),
	TP_fast_assign(
		__entry->pcpu = pcpu;
		__entry->lpar = lpar;
		__entry->lip = lip;
		__entry->slice = slice;
	),
	TP_printk("pcpu=%u lpar=%u lip=%u slice=%llu", __entry->pcpu,
		  __entry->lpar, __entry->lip, __entry->slice)
);

/* Change of an LPAR's state; states as in sysfs. */
TRACE_EVENT(lpar_state,
	TP_PROTO(const char *name, const char *old, const char *new),
	TP_ARGS(name, old, new),
	TP_STRUCT__entry(
		__array(char, name, LPAR_NAME_LEN)
		__array(char, old, LPAR_TRACE_WORD_LEN)
		__array(char, new, LPAR_TRACE_WORD_LEN)
	),
	TP_fast_assign(
		strscpy(__entry->name, name, sizeof(__entry->name));
		strscpy(__entry->old, old, sizeof(__entry->old));
		strscpy(__entry->new, new, sizeof(__entry->new));
	),
	TP_printk("name=%s old=%s new=%s", __entry->name, __entry->old,
		  __entry->new)
);

/*
 * End of an integration step. @step is the patent's number (201..209), @result is
 * 0, -errno, 1 if the step was undone, or 2 if it had nothing to do.
 */
TRACE_EVENT(lpar_step,
	TP_PROTO(u32 step, const char *name, int result, u64 ns),
	TP_ARGS(step, name, result, ns),
	TP_STRUCT__entry(
		__field(u32, step)
		__field(int, result)
		__field(u64, ns)
		__array(char, name, LPAR_TRACE_WORD_LEN)
	),
	TP_fast_assign(
		__entry->step = step;
		__entry->result = result;
		__entry->ns = ns;
		strscpy(__entry->name, name, sizeof(__entry->name));
	),
	TP_printk("step=%u name=%s result=%d ns=%llu", __entry->step,
		  __entry->name, __entry->result, __entry->ns)
);

/*
 * An administrator's request: @what is a verb of power ("activate", "load") or
 * "integrate <donor>"; @err is 0 or -errno. uid, pid and comm are the requester's.
 */
TRACE_EVENT(lpar_request,
	TP_PROTO(const char *name, const char *what, u32 uid, int err),
	TP_ARGS(name, what, uid, err),
	TP_STRUCT__entry(
		__field(u32, uid)
		__field(int, pid)
		__field(int, err)
		__array(char, name, LPAR_NAME_LEN)
		__array(char, what, LPAR_TRACE_TEXT_LEN)
		__array(char, comm, TASK_COMM_LEN)
	),
	TP_fast_assign(
		__entry->uid = uid;
		__entry->pid = task_tgid_nr(current);
		__entry->err = err;
		strscpy(__entry->name, name, sizeof(__entry->name));
		strscpy(__entry->what, what, sizeof(__entry->what));
		memcpy(__entry->comm, current->comm, TASK_COMM_LEN);
	),
	TP_printk("name=%s what=\"%s\" err=%d uid=%u pid=%d comm=%s", __entry->name,
		  __entry->what, __entry->err, __entry->uid, __entry->pid, __entry->comm)
);

/*
 * Notification of new resources to the guest, or its answer. @what: "memory"
 * (@a = address, @b = bytes), "processor" (@a = LIP), "channel", "ejection" (@a = channel
 * id, @b = PCI slot), "es" (@b = bytes of expanded storage), "es-device" (@b = PCI slot).
 */
TRACE_EVENT(lpar_hotplug,
	TP_PROTO(const char *name, const char *what, u64 a, u64 b),
	TP_ARGS(name, what, a, b),
	TP_STRUCT__entry(
		__field(u64, a)
		__field(u64, b)
		__array(char, name, LPAR_NAME_LEN)
		__array(char, what, LPAR_TRACE_WORD_LEN)
	),
	TP_fast_assign(
		__entry->a = a;
		__entry->b = b;
		strscpy(__entry->name, name, sizeof(__entry->name));
		strscpy(__entry->what, what, sizeof(__entry->what));
	),
	TP_printk("name=%s what=%s a=0x%llx b=0x%llx", __entry->name,
		  __entry->what, __entry->a, __entry->b)
);

#endif

/* kernel/ is in the include path. */
#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
